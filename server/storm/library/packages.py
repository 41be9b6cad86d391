"""`$lib.pkg` and `$lib.import`: packages of commands and modules that users load.

A package is kept as the product gives it back; its commands are made of it in `commands/packages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import StormError
from ..graphs import projections
from ..programs.shape import nothing
from ..runtime import Runtime
from ..surface import UNDEF, Kind, Library, local
from ..values.containers import StormDict
from ..values.convert import to_bool, to_prim, to_str
from .auth_rules import violated
from .cells import matches
from .package_stores import LOCALS, loaded

STORED = "package"
SYNAPSE = (2, 250, 0)
VERSION = re.compile(
    r"^(?P<maj>(0(?![0-9])|[1-9][0-9]*))\.(?P<min>(0(?![0-9])|[1-9][0-9]*))\.(?P<pat>(0(?![0-9])|[1-9][0-9]*))"
    r"(\-(?P<pre>([0-9A-Za-z\-\.]+)))?(\+(?P<bld>([0-9A-Za-z\.\-]+)))?$"
)
COMMAND_NAME = re.compile(r"^[a-z][a-z0-9.]+$")


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """An imported module: the scope in which its text has run."""

    name: str
    scope: Runtime


def packages(run: Runtime) -> Iterator[dict[str, Any]]:
    """Every package, by name."""
    for _, package in run.host.documents.items(STORED):
        yield package


def find(run: Runtime, name: str) -> dict[str, Any] | None:
    """The package of that name."""
    found: dict[str, Any] | None = run.host.documents.get(STORED, name)
    return found


def add(run: Runtime, me: Any, pkgdef: Any, verify: Any = False) -> None:
    run.confirm(("pkg", "add"))
    package = to_prim(run, pkgdef)
    if not isinstance(package, dict):
        kind = type(package).__name__
        raise StormError("AttributeError", f"'{kind}' object has no attribute 'get'")
    _check(run, package, signed=to_bool(verify))
    for each in package.get("modules") or ():
        meta = {"modname": each["name"], "pkgname": package["name"]}
        each["modconf"] = {**(each.get("modconf") or {}), "pkgmeta": meta}
    for each in package.get("commands") or ():
        each["pkgname"] = package["name"]
        each.setdefault("cmdconf", {})
    for each in package.get("perms") or ():
        if isinstance(each, dict):
            each.setdefault("default", False)
    run.host.documents.put(STORED, package["name"], package)
    loaded(run, package["name"])
    _tell(run, "pkg:add", package, package)
    if package.get("onload"):
        from ..commands.elsewhere import start

        start(run, package["onload"])


def _check(run: Runtime, package: dict[str, Any], *, signed: bool) -> None:
    """Raises StormError for what is no package."""
    wanted = package.get("synapse_version")
    if wanted is not None and not matches(run, None, SYNAPSE, wanted):
        mesg = f"Storm package {package.get('name')} requires Synapse {wanted} but Cortex is running {SYNAPSE}"
        raise StormError("BadVersion", mesg)
    if signed:
        _refuse_signature(package.get("codesign"))
    lacking = [name for name in ("name", "version") if name not in package]
    if lacking:
        raise violated("data", f"must contain {lacking} properties")
    if not isinstance(package["name"], str):
        raise violated("data.name", "must be string")
    if not isinstance(package["version"], str):
        raise violated("data.version", "must be string")
    if VERSION.match(package["version"]) is None:
        raise violated("data.version", f"must match pattern {VERSION.pattern}")
    for place, each in enumerate(package.get("commands") or ()):
        where = f"data.commands[{place}]"
        _check_text(each, where)
        if COMMAND_NAME.match(each["name"]) is None:
            raise violated(f"{where}.name", f"must match pattern {COMMAND_NAME.pattern}")
    for place, each in enumerate(package.get("modules") or ()):
        _check_text(each, f"data.modules[{place}]")
    if "graphs" in package:
        package["graphs"] = list(_graphs(run, package["name"], package["graphs"]))


def _graphs(run: Runtime, name: str, told: Any) -> Iterator[dict[str, Any]]:
    """The graph projections of a package as they are kept. Raises StormError."""
    if isinstance(told, dict) and not told:
        raise violated("data.graphs", "must be array or null")
    if not isinstance(told, list | tuple | dict | str):
        raise StormError("IndexError", "list index out of range")
    for place, graph in enumerate(told):
        if not isinstance(graph, dict):
            raise StormError("AttributeError", f"'{type(graph).__name__}' object has no attribute 'get'")
        yield projections.of_package(run, name, graph, place)


def _refuse_signature(sign: Any) -> None:
    """Raises StormError always: there are no authorities here that a signature could be trusted for."""
    if not sign and not isinstance(sign, dict):
        raise StormError("BadPkgDef", "Storm package is not signed!")
    if sign.get("cert") is None:
        raise StormError("BadPkgDef", "Storm package has no certificate!")
    if sign.get("sign") is None:
        raise StormError("BadPkgDef", "Storm package has no signature!")
    # Imported late: hardly any query needs it.
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

    try:
        cert = x509.load_pem_x509_certificate(to_str(sign["cert"]).encode())
    except ValueError as error:
        raise StormError("BadPkgDef", "Storm package has malformed certificate!") from error
    try:
        usage = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        usage = x509.ExtendedKeyUsage([Usage.SERVER_AUTH])
    if Usage.CODE_SIGNING not in usage:
        raise StormError("BadCertBytes", "Certificate is not for code signing.")
    mesg = "Storm package has invalid certificate: unable to get local issuer certificate"
    raise StormError("BadPkgDef", mesg)


def _check_text(part: Any, where: str) -> None:
    from ..programs.compile import compiled

    if not isinstance(part, dict):
        raise violated(where, "must be object")
    if not isinstance(part.get("name"), str):
        raise violated(where, "must contain ['name'] properties")
    if not isinstance(part.get("storm"), str):
        raise StormError("AssertionError", "")
    compiled(part["storm"])


def drop(run: Runtime, me: Any, name: Any) -> None:
    run.confirm(("pkg", "del"))
    gone = run.host.documents.pop(STORED, to_str(name))
    if gone is None:
        raise StormError("NoSuchPkg", f"No storm package: {to_str(name)}.")
    _tell(run, "pkg:del", {"name": gone["name"]}, {**gone, "perms": []} if gone.get("perms") else gone)


def _tell(run: Runtime, event: str, info: dict[str, Any], package: dict[str, Any]) -> None:
    """Tell of a change of the packages; that of one with permissions is one of what may be done with the cell."""
    events = run.host.events
    if "perms" in package:
        events.tell(event, info, events.gates("cortex"), perms=package["perms"])
    else:
        events.tell(event, info)


def deps(run: Runtime, me: Any, pkgdef: Any) -> dict[str, Any]:
    wanted = to_prim(run, pkgdef).get("depends") or {}
    told: dict[str, Any] = {"requires": [], "conflicts": []}
    for kind, found in told.items():
        for each in wanted.get(kind) or ():
            held = find(run, each["name"])
            actual = None if held is None else held["version"]
            fits = actual is not None and (
                not each.get("version") or matches(run, None, _parts(actual), each["version"])
            )
            fact = {"name": each["name"], "version": each.get("version"), "desc": each.get("desc")}
            found.append({**fact, "ok": fits if kind == "requires" else not fits, "actual": actual})
    return told


def _parts(version: str) -> list[str]:
    return re.split(r"[-+]", version)[0].split(".")


def import_(run: Runtime, me: Any, name: Any, debug: Any = False, reqvers: Any = None) -> Module:
    """`$lib.import`: the module of a package, its text run anew."""
    wanted = to_str(name)
    for package in packages(run):
        for each in package.get("modules") or ():
            if each["name"] != wanted:
                continue
            if reqvers is None or matches(run, None, _parts(package["version"]), reqvers):
                return _ran(run, each)
    mesg = f"No storm module named {wanted} matching version requirement {reqvers}"
    raise StormError("NoSuchName", mesg, name=wanted, reqvers=reqvers)


def _ran(run: Runtime, module: dict[str, Any]) -> Module:
    from ..programs.compile import compiled

    scope = run.apart({"modconf": StormDict(module["modconf"])})
    block = compiled(module["storm"])
    block.check(scope)
    for _ in block.run(scope, nothing()):
        pass
    return Module(module["name"], scope)


def _name_in(run: Runtime, me: Module, name: Any) -> Any:
    valu = me.scope.vars.get(name, UNDEF)
    if valu is UNDEF:
        raise StormError("NoSuchName", f"Cannot find name [{to_str(name)}]", name=name)
    return valu


MODULE = Kind(
    "lib",
    "Lib",
    Module,
    "A library, or a module that was imported.",
    (),
    deref=_name_in,
    show=lambda run, me: f"Imported Module {me.name}",
)
LIBRARIES = (
    Library(
        "lib.pkg",
        "Packages of commands and modules.",
        (
            local("add(pkgdef: dict, verify: boolean = false) -> null", add, "Load a package.", writes=True),
            local("del(name: str) -> null", drop, "Take a package away.", writes=True),
            local("deps(pkgdef: dict) -> dict", deps, "Whether what a package needs is there."),
            local("get(name: str) -> dict", lambda run, me, name: find(run, to_str(name)), "A package."),
            local(
                "has(name: str) -> boolean",
                lambda run, me, name: find(run, to_str(name)) is not None,
                "Whether there is a package of that name.",
            ),
            local("list() -> list", lambda run, me: list(packages(run)), "All packages."),
            *LOCALS,
        ),
    ),
)
