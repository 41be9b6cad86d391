"""`$lib.gen`: the node that stands for a name, hash or address; made where there is none, with a guid that follows from it.

Asked of a real Cortex: what each looks for, what the guid is made of, which properties are set in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...model.contract import ModelError
from ...model.idens import guid_of
from ...model.types.lists import Array
from ..edits import editor
from ..errors import StormError
from ..lifts.indexes import Index, of_prop
from ..lifts.values import of_model, spans_of
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Library, Local, local
from ..values.convert import to_bool, to_str

Sets = tuple[tuple[str, Any], ...]


# -- by one name


def _by(form: str, *props: str, key: str = "name") -> Callable[..., Node | None]:
    """A function for the node of a form that has a value in one of the props; the first is set on a new one.

    key: what the guid of a new one says the value is.
    """

    def get(run: Runtime, me: Any, valu: Any, *tries: Any, **options: Any) -> Node | None:
        tried = _tried(tries, options)
        norm = _normed(run, form, props[0], valu, tried=tried)
        if norm is None:
            return None
        found = next(_having(run, form, props, norm), None)
        return _made(run, form, (key, norm), ((props[0], norm),)) if found is None else found

    return get


org_by_name = _by("ou:org", "name", "names")


def org_by_fqdn(run: Runtime, me: Any, fqdn: Any, *tries: Any, **options: Any) -> Node | None:
    norm = _normed(run, "inet:dns:a", "fqdn", fqdn, tried=_tried(tries, options))
    if norm is None:
        return None
    found = next(_having(run, "ou:org", ("dns:mx",), norm), None)
    return _made(run, "ou:org", ("fqdn", norm), (("dns:mx", (norm,)),)) if found is None else found


def org_hq(run: Runtime, me: Any, name: Any) -> Node:
    org = org_by_name(run, me, name)
    assert org is not None
    hq = org.get("hq")
    found = None if hq is None else run.snap.by_ndef("ps:contact", hq)
    if found is not None:
        return found
    norm = _normed(run, "ou:org", "name", name)
    contact = _made(run, "ps:contact", ("hq", "name", norm), (("orgname", norm),))
    editor.set_prop(run, org, "hq", contact.valu)
    editor.set_prop(run, contact, "org", org.valu)
    return contact


# -- by a name and who says so


def _reported(form: str, *props: str, words: tuple[str, ...], late: bool = False) -> Callable[..., Node]:
    """The same by a name and the name of the reporter. late: the reporter's name is set after the reporter."""

    def get(run: Runtime, me: Any, name: Any, reporter: Any) -> Node:
        norm = _normed(run, form, props[0], name)
        by = _normed(run, form, "reporter:name", reporter)
        for node in _having(run, form, props, norm):
            if node.get("reporter:name") == by:
                return node
        node = _made(run, form, (*words, norm, by), ((props[0], norm),))
        _set_reporter(run, me, node, by, late=late)
        return node

    return get


def vuln_by_cve(run: Runtime, me: Any, cve: Any, *tries: Any, reporter: Any = None, **options: Any) -> Node | None:
    norm = _normed(run, "risk:vuln", "cve", cve, tried=_tried(tries, options))
    if norm is None:
        return None
    by = None if reporter is None else _normed(run, "risk:vuln", "reporter:name", reporter)
    for node in _having(run, "risk:vuln", ("cve",), norm):
        if by is None or node.get("reporter:name") == by:
            return node
    words = ("cve", norm) if by is None else ("cve", norm, by)
    node = _made(run, "risk:vuln", words, (("cve", norm),))
    if by is not None:
        _set_reporter(run, me, node, by)
    return node


def _set_reporter(run: Runtime, me: Any, node: Node, by: Any, *, late: bool = False) -> None:
    if not late:
        editor.set_prop(run, node, "reporter:name", by)
    org = org_by_name(run, me, by)
    assert org is not None
    editor.set_prop(run, node, "reporter", org.valu)
    if late:
        editor.set_prop(run, node, "reporter:name", by)


# -- by hashes, addresses and the like


def contact_by_email(run: Runtime, me: Any, type: Any, email: Any, *tries: Any, **options: Any) -> Node | None:
    tried = _tried(tries, options)
    address = _normed(run, "ps:contact", "email", email, tried=tried)
    kind = _normed(run, "ps:contact", "type", type, tried=tried)
    if address is None or kind is None:
        return None
    for node in _having(run, "ps:contact", ("email",), address):
        if node.get("type") == kind:
            return node
    return _made(run, "ps:contact", ("type", "email", kind, address), (("email", address), ("type", kind)))


def file_by_sha256(run: Runtime, me: Any, sha256: Any, *tries: Any, **options: Any) -> Node | None:
    norm = _normed(run, "file:bytes", "sha256", sha256, tried=_tried(tries, options))
    if norm is None:
        return None
    found = next(_having(run, "file:bytes", ("sha256",), norm), None)
    return editor.add_node(run, "file:bytes", f"sha256:{norm}") if found is None else found


def cert_by_sha256(run: Runtime, me: Any, sha256: Any, *tries: Any, **options: Any) -> Node | None:
    form = "crypto:x509:cert"
    norm = _normed(run, form, "sha256", sha256, tried=_tried(tries, options))
    if norm is None:
        return None
    found = next(_having(run, form, ("sha256",), norm), None)
    if found is not None:
        return found
    node = editor.add_node(run, form, guid_of(norm))
    held = file_by_sha256(run, me, norm)
    assert held is not None
    editor.set_prop(run, node, "file", held.valu)
    editor.set_prop(run, node, "sha256", norm)
    return node


def server_cert(run: Runtime, me: Any, server: Any, sha256: Any, *tries: Any, **options: Any) -> Node | None:
    tried = _tried(tries, options)
    address = _normed(run, "inet:tls:servercert", "server", server, tried=tried)
    cert = None if address is None else cert_by_sha256(run, me, sha256, **options)
    if cert is None:
        return None
    return editor.add_node(run, "inet:tls:servercert", (address, cert.valu))


def av_scan(
    run: Runtime,
    me: Any,
    form: Any,
    value: Any,
    signame: Any,
    scanner: Any = None,
    time: Any = None,
    *tries: Any,
    **options: Any,
) -> Node | None:
    result, named = "it:av:scan:result", to_str(form)
    if not run.model.is_form(named):
        raise StormError("NoSuchType", f"No type or prop found for name {named}.")
    target = _target(run, result, named)
    tried = _tried(tries, options)
    norm = _normed(run, result, target, value, tried=tried)
    when = None if time is None or norm is None else _normed(run, result, "time", time, tried=tried)
    if norm is None or (time is not None and when is None):
        return None
    sign = _normed(run, result, "signame", signame)
    by = None if scanner is None else _normed(run, result, "scanner:name", scanner)
    wanted = {"signame": sign} | ({} if by is None else {"scanner:name": by}) | ({} if when is None else {"time": when})
    for node in _having(run, result, (target,), norm):
        if all(node.get(name) == valu for name, valu in wanted.items()):
            return node
    sets = (("signame", sign), (target, norm), ("scanner:name", by), ("time", when))
    return _made(
        run, result, ("target", named, norm, sign, by, when), tuple(each for each in sets if each[1] is not None)
    )


def _target(run: Runtime, result: str, form: str) -> str:
    """The property that names a target of a form. Raises StormError("BadArg")."""
    found = run.model.form(result)
    for name in () if found is None else found.props:
        prop = run.model.form_prop(result, name)
        if name.startswith("target:") and prop is not None and prop.type.name == form:
            return name
    raise StormError("BadArg", f"Unsupported target form {form}")


# -- within


def _tried(tries: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Whether a bad value is no error. The option is named as a word of Python is, so no parameter can be."""
    return to_bool(tries[0] if tries else options.get("try", False))


def _made(run: Runtime, form: str, words: tuple[Any, ...], sets: Sets) -> Node:
    node = editor.add_node(run, form, guid_of(["gen", *words]))
    for name, valu in sets:
        editor.set_prop(run, node, name, valu)
    return node


def _normed(run: Runtime, form: str, prop: str, valu: Any, *, tried: bool = False) -> Any:
    """A raw value as a prop norms it; None for a bad one that is only tried. Raises StormError."""
    found = run.model.form_prop(form, prop)
    if found is None:
        raise StormError("NoSuchProp", f"No property named {form}:{prop}.", name=f"{form}:{prop}")
    try:
        return found.type.norm(valu.valu if isinstance(valu, Node) else valu).valu
    except ModelError as error:
        if tried and error.name == "BadTypeValu":
            return None
        raise of_model(error) from None


def _having(run: Runtime, form: str, props: tuple[str, ...], norm: Any) -> Iterator[Node]:
    """Nodes with a value in one of the props, prop by prop; of an array as one of its items."""
    for name in props:
        prop = run.model.form_prop(form, name)
        assert prop is not None
        index: Index = of_prop(prop)
        spans = spans_of(index, "=", norm, array=isinstance(index.type, Array))
        if isinstance(index.type, Array):
            yield from run.snap.lift_items(form, name, spans, False, index.type.item.key)
        else:
            yield from run.snap.lift(form, name, spans)


def _local(text: str, does: Callable[..., Any], desc: str) -> Local:
    """A function that is refused in a readonly query as brackets are."""

    def call(run: Runtime, me: Any, *args: Any, **kwargs: Any) -> Any:
        run.writable()
        return does(run, me, *args, **kwargs)

    return local(text, call, desc)


LIBRARIES = (
    Library(
        "lib.gen",
        "Nodes by what they are known by.",
        (
            _local(
                "campaign(name: str, reporter: str) -> node",
                _reported("ou:campaign", "name", "names", words=("name", "reporter")),
                "A campaign, by its name and who reports it.",
            ),
            _local(
                "cryptoX509CertBySha256(sha256: str, try: boolean = false) -> node", cert_by_sha256, "A certificate."
            ),
            _local("fileBytesBySha256(sha256: str, try: boolean = false) -> node", file_by_sha256, "A file."),
            _local("geoPlaceByName(name: str) -> node", _by("geo:place", "name", "names"), "A place."),
            _local("industryByName(name: str) -> node", _by("ou:industry", "name", "names"), "An industry."),
            _local(
                "inetTlsServerCertByServerAndSha256(server: str|inet:server, sha256: str, try: boolean = false) -> node",
                server_cert,
                "A certificate that a server showed.",
            ),
            _local(
                "itAvScanResultByTarget(form: str, value: str, signame: str, scanner: str = null, time: time = null, "
                "try: boolean = false) -> node",
                av_scan,
                "What a scan for malware found.",
            ),
            _local("langByName(name: str) -> node", _by("lang:language", "name", "names"), "A language, by name."),
            _local(
                "newsByUrl(url: inet:url, try: boolean = false) -> node",
                _by("media:news", "url", key="url"),
                "A publication, by its address.",
            ),
            _local("orgByFqdn(fqdn: str, try: boolean = false) -> node", org_by_fqdn, "An organisation, by domain."),
            _local("orgByName(name: str) -> node", org_by_name, "An organisation."),
            _local("orgHqByName(name: str) -> node", org_hq, "The main office of an organisation."),
            _local(
                "polCountryByIso2(iso2: str, try: boolean = false) -> node",
                _by("pol:country", "iso2", key="iso2"),
                "A country, by its code.",
            ),
            _local(
                "psContactByEmail(type: str, email: str, try: boolean = false) -> node",
                contact_by_email,
                "A contact, by kind and e-mail address.",
            ),
            _local(
                "riskThreat(name: str, reporter: str) -> node",
                _reported("risk:threat", "org:name", "org:names", words=("name", "reporter"), late=True),
                "A threat, by name and who reports it.",
            ),
            _local(
                "riskToolSoftware(name: str, reporter: str) -> node",
                _reported("risk:tool:software", "soft:name", "soft:names", words=()),
                "A tool, by name and who reports it.",
            ),
            _local("softByName(name: str) -> node", _by("it:prod:soft", "name", "names"), "A software."),
            _local(
                "vulnByCve(cve: str, try: boolean = false, reporter: str = null) -> node",
                vuln_by_cve,
                "A vulnerability, by its number.",
            ),
        ),
    ),
)
