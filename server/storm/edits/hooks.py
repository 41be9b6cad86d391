"""What follows from the changes of a few forms: zones of domain names, hashes of passwords, norms of strings and versions.

Asked of a real Cortex form by form and prop by prop: these are all that it has besides what types tell (`subs`). Each hook
gets the draft that a change is part of and the node as it will be, and adds groups of its own, which are told first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ....storage.accounts import Gate, User
from ...accountnews import rule_changed
from ...model.contract import ModelError, Normed, Span

if TYPE_CHECKING:
    from .draft import Draft, Group
    from .faces import Face

FQDN, STRING = "inet:fqdn", "it:dev:str"
# What who makes a project may do with it; the product asks for it nowhere.
PROJECT_ADMIN = (True, ("project", "admin"))


def fqdn_added(draft: Draft, face: Face) -> None:
    """A domain name right below a suffix is a zone; others are in the zone of the name above."""
    group: Group = {}
    domain = face.get("domain")
    if domain is None:
        _set(draft, group, face, "iszone", 0)
        draft.end(group)
        return
    above = draft.find(FQDN, domain)
    zone = above is not None and above.get("issuffix") == 1
    if above is not None and not zone and _is_plain(draft, face, above):
        edits = draft.shown(group, face)
        for name, valu in (("issuffix", 0), ("iszone", 0), ("zone", above.get("zone"))):
            edits.append((2, (name, valu)))
            face.props[name] = valu
        draft.end_quietly(group)
        return
    _set(draft, group, face, "issuffix", 0)
    if zone:
        _set(draft, group, face, "iszone", 1)
        _set(draft, group, face, "zone", face.valu)
    else:
        if face.get("iszone") is None:
            _set(draft, group, face, "iszone", 0)
        if above is not None and above.get("zone") is not None:
            _set(draft, group, face, "zone", above.get("zone"))
        if above is not None and "." not in domain:
            # Somebody has said that a top level domain is no suffix.
            _set(draft, group, above, "issuffix", 1)
    draft.end(group)


def _is_plain(draft: Draft, face: Face, above: Face) -> bool:
    """Whether a new domain name only takes over the zone of the one above, with nothing below it: nearly always so."""
    if "." not in above.valu:
        return False
    plans = face.form.props
    for name in ("issuffix", "iszone", "zone"):
        plan = plans.get(name)
        if plan is None or plan.deprecated or face.get(name) is not None:
            return False
    zone = above.get("zone")
    return zone is not None and _is_whole(draft, zone) and not any(_children(draft, face))


def fqdn_issuffix(draft: Draft, face: Face) -> None:
    """What is right below a suffix is a zone, and else it is not."""
    valu = face.get("issuffix")
    group: Group = {}
    for child in _children(draft, face):
        _set(draft, group, child, "iszone", valu)
    draft.end(group)


def fqdn_iszone(draft: Draft, face: Face) -> None:
    """A zone is its own zone, another name is in that of the name above."""
    group: Group = {}
    if face.get("iszone"):
        _set(draft, group, face, "zone", face.valu)
    else:
        domain = face.get("domain")
        above = None if domain is None else draft.find(FQDN, domain)
        zone = None if above is None else above.get("zone")
        if zone is None:
            draft.drop_prop(group, face, "zone")
        else:
            _set(draft, group, face, "zone", zone)
    draft.end(group)


def fqdn_zone(draft: Draft, face: Face) -> None:
    """All below a name that is no zone of its own is in the same zone."""
    zone = face.get("zone")
    group: Group = {}
    waiting = [face]
    for above in waiting:
        for child in _children(draft, above):
            if not child.get("iszone") and child.get("zone") != zone:
                _set(draft, group, child, "zone", zone)
                waiting.append(child)
    draft.end(group)


def string_added(draft: Draft, face: Face) -> None:
    """A string has its lower case form as `:norm`."""
    group: Group = {}
    _set(draft, group, face, "norm", face.valu)
    draft.end(group)


def name_added(draft: Draft, face: Face) -> None:
    """A name of a pipe and the like is a string, too."""
    group: Group = {}
    draft.add_node(group, draft.form(STRING), face.valu)
    draft.end(group)


def password_added(draft: Draft, face: Face) -> None:
    """A password has its hashes, which are nodes."""
    data = face.valu.encode("utf8", "surrogatepass")
    for name in ("md5", "sha1", "sha256"):
        group: Group = {}
        _set(draft, group, face, name, hashlib.new(name, data, usedforsecurity=False).hexdigest())
        draft.end(group)


def version_set(draft: Draft, face: Face) -> None:
    """The version of a software is normed, and read as a semantic version if it is one."""
    vers = face.get("vers")
    group: Group = {}
    _set(draft, group, face, "vers:norm", vers)
    draft.end(group)
    plan = draft.plans.prop(face.form, "semver")
    assert plan is not None
    try:
        normed = plan.prop.type.norm(vers)
    except ModelError:
        return
    group = {}
    numbers = {name: sub for name, sub in normed.subs.items() if isinstance(sub, int)}
    draft.set_prop(group, face, plan, Normed(normed.valu, numbers))
    draft.end(group)
    for name, sub in normed.subs.items():
        if name not in numbers:
            group = {}
            _set(draft, group, face, f"semver:{name}", sub)
            draft.end(group)


def mime_set(draft: Draft, face: Face) -> None:
    """Each mime type that a file was said to have stays as a node of its own."""
    group: Group = {}
    form = draft.form("file:ismime")
    normed = form.form.type.norm((face.valu, face.get("mime")))
    draft.add_node(group, form, normed.valu, normed)
    draft.end(group)


def project_added(draft: Draft, face: Face) -> None:
    """A project can be granted rights on, by its guid; so it stays when the node is deleted, as on a real Cortex."""
    host, user = draft.run.host, draft.run.user.iden
    host.gates.add(face.valu, "storm:project")
    if host.accounts.user(user) is not None:
        host.accounts.change_user(user, lambda old: _with_project(old, face.valu))
        rule_changed(host.events, "user", user, "rule:add", PROJECT_ADMIN, face.valu)


def _with_project(user: User, iden: str) -> User:
    gate = user.gates.get(iden, Gate())
    rules = gate.rules or ()
    if PROJECT_ADMIN in rules:
        return user
    return replace(user, gates={**user.gates, iden: replace(gate, rules=(*rules, PROJECT_ADMIN))})


def _set(draft: Draft, group: Group, face: Face, name: str, valu: Any) -> None:
    plan = draft.plans.prop(face.form, name)
    # A model of the user's own may be without it.
    if plan is not None and face.get(name) != valu:
        known = type(valu) is int or (name == "zone" and _is_whole(draft, valu))
        draft.set_prop(group, face, plan, Normed(valu) if known else plan.prop.type.norm(valu))


def _is_whole(draft: Draft, valu: str) -> bool:
    """Whether there is a domain name with all that follows from it, so that a reference to it brings nothing about."""
    face = draft.find(FQDN, valu)
    return face is not None and face.get("host") is not None and face.get("domain") is not None


def _children(draft: Draft, face: Face) -> Iterator[Face]:
    """The names right below a domain name, those that are new in the draft among them, by iden."""
    plan = draft.plans.prop(face.form, "domain")
    if plan is None:
        return
    below = draft.below.get(face.iden)
    if below is None:
        key = plan.prop.type.key(face.valu)
        below = []
        if draft.snap.has(FQDN, "domain", key):
            below = list(draft.snap.lift(FQDN, "domain", (Span(key, key),)))
        draft.below[face.iden] = below
    found: dict[bytes, Face] = {}
    for node in below:
        child = draft.face(node)
        if child.get("domain") == face.valu:
            found[child.iden] = child
    for child in draft.faces.values():
        if child.form.name == FQDN and child.node is None and child.get("domain") == face.valu:
            found[child.iden] = child
    for iden in sorted(found):
        yield found[iden]


ADDED: dict[str, Callable[[Draft, Face], None]] = {
    FQDN: fqdn_added,
    "inet:passwd": password_added,
    STRING: string_added,
    "it:dev:mutex": name_added,
    "it:dev:pipe": name_added,
    "it:dev:regkey": name_added,
    "proj:project": project_added,
}
SET: dict[str, dict[str, Callable[[Draft, Face], None]]] = {
    FQDN: {"issuffix": fqdn_issuffix, "iszone": fqdn_iszone, "zone": fqdn_zone},
    "file:bytes": {"mime": mime_set},
    "it:prod:softver": {"vers": version_set},
}
