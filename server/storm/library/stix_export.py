"""`$lib.stix.export` and `$lib.stix.lift`: nodes told in STIX 2.1, and found again by what was told of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ....storage.sodes import tupled
from ...model.idens import guid_of
from ..errors import StormError
from ..nodes.node import Node
from ..nodes.path import Path
from ..programs.leaving import Returned
from ..programs.shape import one
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import python_name, python_text, to_prim, to_str
from .python_errors import misfit, shown
from .stix_config import MAXSIZE, export_config

# What STIX 2.1 knows; the guid of an observable has the shape of a UUID of version 5, of all else of version 4.
OBSERVABLES = frozenset(
    {
        "artifact",
        "autonomous-system",
        "directory",
        "domain-name",
        "email-addr",
        "email-message",
        "file",
        "ipv4-addr",
        "ipv6-addr",
        "mac-addr",
        "mutex",
        "network-traffic",
        "process",
        "software",
        "url",
        "user-account",
        "windows-registry-key",
        "x509-certificate",
    }
)
OTHERS = frozenset(
    {
        "attack-pattern",
        "campaign",
        "course-of-action",
        "grouping",
        "identity",
        "incident",
        "indicator",
        "infrastructure",
        "intrusion-set",
        "location",
        "malware",
        "malware-analysis",
        "note",
        "observed-data",
        "opinion",
        "report",
        "threat-actor",
        "tool",
        "vulnerability",
    }
)
SPEC = "2.1"
EXTENSION = "extension-definition--bdb6d88f-8c26-4d0b-b218-58925aaa5be0"
EXTENSION_MADE = "2021-04-29T13:40:00.000Z"
Told = dict[str, Any]


@dataclass(slots=True, eq=False)
class StormBundle:
    """A bundle that is being filled. objects: what is in it, by id."""

    config: Told
    objects: dict[str, Told] = field(default_factory=dict)


def timestamp(run: Runtime, me: Any, tick: Any) -> str:
    return _stamp(tick)


def _stamp(tick: Any) -> str:
    if not isinstance(tick, int):
        # In the form in which the product's words come out, as far as they do.
        kind = "NoneType" if tick is None else type(tick).__name__
        raise TypeError(f"stamp() for /: '{kind}' and 'float'" if kind in ("str", "NoneType") else kind)
    moment = datetime.fromtimestamp(tick / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def bundle(run: Runtime, me: Any, config: Any = None) -> StormBundle:
    """A new bundle. Raises StormError for a configuration that is none."""
    told = export_config() if config is None else to_prim(run, config)
    _check(run, told)
    return StormBundle(told)


def _check(run: Runtime, config: Any) -> None:
    maxsize = _get(config, "maxsize", MAXSIZE)
    if not isinstance(maxsize, int):
        raise StormError("BadConfValu", "STIX Bundle config maxsize option must be an integer.")
    forms = config.get("forms")
    if forms is None:
        raise StormError("NeedConfValu", 'STIX Bundle config is missing "forms" mappings.')
    custom = _get(config.get("custom") or {}, "objects", {})
    known = OBSERVABLES | OTHERS | frozenset(name for name, _ in _items(custom))
    for form, told in _items(forms):
        if run.model.form(form) is None:
            raise StormError("NoSuchForm", f"STIX Bundle config contains invalid form name {form}.", name=form)
        default = _get(told, "default")
        if default is None:
            raise StormError("NeedConfValu", f"STIX Bundle config is missing default mapping for form {form}.")
        if not isinstance(default, str) or default not in known:
            default = tupled(default)
            raise StormError("BadConfValu", f"STIX Bundle default mapping ({default}) for {form} is not a STIX type.")
        types = told.get("stix")
        if types is None:
            raise StormError("NeedConfValu", f"STIX Bundle config is missing STIX maps for form {form}.")
        if _get(types, default) is None:
            mesg = f"STIX Bundle config is missing STIX map for form {form} default value {default}."
            raise StormError("BadConfValu", mesg)
        for name, parts in types.items():
            _check_type(form, name, parts, known)


def _check_type(form: str, name: str, parts: Any, known: frozenset[str]) -> None:
    for prop, text in _items(_get(parts, "props", {})):
        if not isinstance(text, str):
            raise StormError("BadConfValu", f"STIX Bundle config has invalid prop entry {form} {name} {prop}.")
    relations = parts.get("rels") or ()
    if not isinstance(relations, list | tuple):
        # The product stumbles over its own words here.
        raise StormError("IndexError", "list index out of range")
    for entry in relations:
        if len(entry) != 3:
            mesg = f"STIX Bundle config has invalid rel entry {form} {name} {python_text(tuple(entry))}."
            raise StormError("BadConfValu", mesg)
    for pivot in parts.get("pivots") or ():
        if not isinstance(_get(pivot, "storm"), str):
            mesg = f"Pivot for {form} (as {name}) has invalid/missing storm field."
            raise StormError("BadConfValu", mesg)
        wanted = pivot.get("stixtype")
        if wanted is not None and (not isinstance(wanted, str) or wanted not in known):
            mesg = f"STIX Bundle config has unknown pivot STIX type {wanted} for form {form}."
            raise StormError("BadConfValu", mesg)


def _get(told: Any, name: str, default: Any = None) -> Any:
    if not isinstance(told, dict):
        raise _misses(told, "get")
    return told.get(name, default)


def _items(told: Any) -> list[tuple[Any, Any]]:
    if not isinstance(told, dict):
        raise _misses(told, "items")
    return list(told.items())


def _misses(told: Any, name: str) -> StormError:
    """What the product says of a value that is no dictionary: it crashes."""
    return StormError("AttributeError", f"'{type(told).__name__}' object has no attribute '{name}'")


# -- stix:bundle


def add(run: Runtime, me: StormBundle, node: Any, stixtype: Any = None) -> str | None:
    """The id of what tells of the node; it and what it refers to are in the bundle then."""
    if not isinstance(node, Node):
        run.warn("STIX bundle add() method requires a node.")
        return None
    form = me.config["forms"].get(node.form)
    if form is None:
        run.warn(f"STIX bundle has no config for mapping {node.form}.")
        return None
    name = form["default"] if stixtype is None else to_str(stixtype)
    parts = form["stix"].get(name)
    if parts is None:
        run.warn(f"STIX bundle config has no config to map {node.form} to {name}.")
        return None
    ndef = (node.form, node.valu)
    found = _id(name, ndef)
    if found in me.objects:
        return found
    extension = {"extension_type": "property-extension", "synapse_ndef": _listed(ndef)}
    told = {"id": found, "type": name, "spec_version": SPEC, "extensions": {EXTENSION: extension}}
    _keep(me, told)
    for prop, text in (parts.get("props") or {}).items():
        returned, valu = _returned(run, me, node, text)
        if returned:
            told[prop] = tupled(to_prim(run, valu))
    for pivot in parts.get("pivots") or ():
        for other in _walked(run, me, node, pivot.get("storm") or ""):
            add(run, me, other, pivot.get("stixtype"))
    for relation, target, text in parts.get("rels") or ():
        for other in _walked(run, me, node, text):
            _relate(run, me, found, relation, add(run, me, other, target))
    for relation, source, text in parts.get("revs") or ():
        for other in _walked(run, me, node, text):
            _relate(run, me, add(run, me, other, source), relation, found)
    return found


def _listed(valu: Any) -> Any:
    return [_listed(item) for item in valu] if isinstance(valu, tuple) else valu


def _keep(me: StormBundle, told: Told) -> None:
    maxsize = me.config.get("maxsize", MAXSIZE)
    if len(me.objects) >= maxsize:
        raise StormError("StormRuntimeError", f"STIX Bundle is at maxsize ({maxsize}).")
    me.objects[told["id"]] = told


def _id(name: str, valu: Any) -> str:
    version = 5 if name in OBSERVABLES else 4
    return f"{name}--{uuid.UUID(guid_of(valu), version=version)}"


def _relate(run: Runtime, me: StormBundle, source: str | None, relation: str, target: str | None) -> None:
    found = _id("relationship", (source, relation, target))
    if found in me.objects:
        return
    now = _stamp(run.host.clock.now_ms())
    ends = {"source_ref": source, "target_ref": target}
    told = {"id": found, "type": "relationship", "relationship_type": relation, "created": now, "modified": now}
    _keep(me, {**told, **ends, "spec_version": SPEC})


def _returned(run: Runtime, me: StormBundle, node: Node, text: str) -> tuple[bool, Any]:
    """Whether a query over the node returns a value, and which."""
    try:
        for _ in _paths(run, me, node, text):
            pass
    except Returned as returned:
        return True, returned.valu
    return False, None


def _walked(run: Runtime, me: StormBundle, node: Node, text: str) -> list[Node]:
    try:
        return [path.node for path in _paths(run, me, node, text)]
    except Returned:
        return []


def _paths(run: Runtime, me: StormBundle, node: Node, text: str) -> Iterator[Path]:
    from ..programs.compile import compiled

    if not isinstance(text, str):
        raise misfit("stix:bundle.add", TypeError(f"object of type '{python_name(text)}' has no len()"))
    block = compiled(text)
    scope = run.call({"bundle": me}, text)
    block.check(scope)
    yield from block.run(scope, one(Path(node)))


def pack(run: Runtime, me: StormBundle) -> Told:
    definition = {
        "id": EXTENSION,
        "type": "extension-definition",
        "spec_version": SPEC,
        "name": "Vertex Project Synapse",
        "description": "Synapse specific STIX 2.1 extensions.",
        "created": EXTENSION_MADE,
        "modified": EXTENSION_MADE,
        "schema": "The Synapse Extensions for Stix 2.1",
        "version": "1.0",
        "extension_types": ["property-extension"],
    }
    iden = uuid.UUID(run.host.ids.guid(), version=4)
    return {"type": "bundle", "id": f"bundle--{iden}", "objects": [definition, *me.objects.values()]}


# -- back to nodes


def lift(run: Runtime, me: Any, bundle: Any) -> Iterator[Node]:
    """The nodes that the objects of a bundle were made of, where they are there."""
    objects = _get(to_prim(run, bundle), "objects", ())
    if not isinstance(objects, list | tuple):
        raise StormError("StormRuntimeError", f"'{type(objects).__name__}' object is not iterable")
    for told in objects:
        ndef = _get(_get(_get(told, "extensions", {}), EXTENSION, {}), "synapse_ndef")
        if isinstance(ndef, list | tuple) and len(ndef) == 2 and isinstance(ndef[0], str):
            node = run.snap.by_ndef(ndef[0], _hashable(ndef[1]))
            if node is not None:
                yield node


def _hashable(valu: Any) -> Any:
    return tuple(_hashable(item) for item in valu) if isinstance(valu, list | tuple) else valu


def validate(run: Runtime, me: Any, bundle: Any) -> Told:
    """Whether something is STIX. The schemas of STIX are not held: only what cannot be a bundle at all is refused."""
    told = to_prim(run, bundle)
    if not isinstance(told, dict) or "id" not in told or "type" not in told:
        mesg = "Error validating bundle: Input must be an object with 'id' and 'type' properties."
        return {"ok": False, "mesg": mesg, "result": {}}
    mesg = "$lib.stix.validate() is not in this version of Dead Ringer: it has no JSON schemas of STIX 2.1."
    raise StormError("NotImplemented", mesg)


_bundle: Callable[..., Any] = shown("$lib.stix.export.bundle", bundle)
_timestamp: Callable[..., Any] = shown("$lib.stix.export.timestamp", timestamp)
LIBRARIES = (
    Library(
        "lib.stix.export",
        "Nodes told in STIX.",
        (
            local("bundle(config: dict = null) -> stix:bundle", _bundle, "A new bundle."),
            local("config() -> dict", lambda run, me: export_config(), "How nodes are told by themselves."),
            local("timestamp(tick: time) -> str", _timestamp, "A time as STIX writes it.", writes=True),
        ),
    ),
    Library(
        "lib.stix",
        "Structured Threat Information.",
        (
            local("lift(bundle: dict) -> node", lift, "The nodes that a bundle tells of."),
            local("validate(bundle: dict) -> dict", validate, "Whether a bundle is right."),
        ),
    ),
)
KINDS = (
    Kind(
        "stix:bundle",
        "StixBundle",
        StormBundle,
        "Nodes told in STIX.",
        (
            local("add(node: node, stixtype: str = null) -> str", add, "Tell of a node."),
            local("pack() -> dict", pack, "The bundle as it is sent."),
            local("size() -> int", lambda run, me: len(me.objects), "How much is in it."),
        ),
        show=lambda run, me: f"stix:bundle: {python_text(pack(run, me))}",
    ),
)
