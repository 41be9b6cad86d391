"""`$lib.model.deprecated`, `.tags`, `.edge`, `.migration`: what is noted of the data model, and copying between nodes."""

from __future__ import annotations

from typing import Any

from ..edits import locks
from ..errors import StormError
from ..extmodel import notes as model_notes
from ..nodes import copies as node_copies
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_bool, to_prim, to_str

KEY = "storm.deprecated"

# -- deprecated elements


def lock(run: Runtime, me: Any, name: Any, locked: Any) -> None:
    run.confirm(("model", "deprecated", "lock"))
    named = to_str(name)
    if named not in _deprecated(run):
        mesg = "setDeprLock() called on non-existant or non-deprecated form, property, or type."
        raise StormError("NoSuchProp", mesg, name=named, mesg=mesg)
    locks.set_lock(run.host, named, to_bool(locked))


def all_locks(run: Runtime, me: Any) -> dict[str, bool]:
    known = locks.locks(run.host)
    return {name: bool(known.get(name)) for name in _stored(run)}


def _deprecated(run: Runtime) -> dict[str, None]:
    """All that can be locked: deprecated props and forms, and the types that are none. Worked out once for a model."""
    found: dict[str, None] | None = run.model.worked_out.get(KEY)
    if found is None:
        types = run.model.to_dict()["types"]
        found = _stored(run) | dict.fromkeys(name for name, kind in types.items() if kind["info"].get("deprecated"))
        run.model.worked_out[KEY] = found
    return found


def _stored(run: Runtime) -> dict[str, None]:
    """Every deprecated prop and form in the order of the model."""
    told = run.model.to_dict()
    types = told["types"]
    found: dict[str, None] = {}
    for name, form in told["forms"].items():
        if types[name]["info"].get("deprecated"):
            found[name] = None
        found |= dict.fromkeys(prop["full"] for prop in form["props"].values() if prop.get("deprecated"))
    return found


# -- tags and edges


def set_tag(run: Runtime, me: Any, tagname: Any, propname: Any, propvalu: Any) -> None:
    model_notes.set_tag(run, to_str(tagname), to_str(propname), to_prim(run, propvalu))


def pop_tag(run: Runtime, me: Any, tagname: Any, propname: Any) -> Any:
    return model_notes.pop_tag(run, to_str(tagname), to_str(propname))


def set_edge(run: Runtime, me: Any, verb: Any, key: Any, valu: Any) -> None:
    model_notes.set_verb(run, to_str(verb), to_str(key), to_str(valu))


# -- migration


def copy_tags(run: Runtime, me: Any, src: Any, dst: Any, overwrite: Any = False) -> None:
    one, other = _nodes("copyTags", src, dst)
    node_copies.tags(run, one, other, overwrite=to_bool(overwrite))


def copy_edges(run: Runtime, me: Any, src: Any, dst: Any) -> None:
    node_copies.edges(run, *_nodes("copyEdges", src, dst))


def copy_data(run: Runtime, me: Any, src: Any, dst: Any, overwrite: Any = False) -> None:
    one, other = _nodes("copyData", src, dst)
    node_copies.data(run, one, other, overwrite=to_bool(overwrite))


def copy_ext_props(run: Runtime, me: Any, src: Any, dst: Any) -> None:
    node_copies.ext_props(run, *_nodes("copyExtProps", src, dst))


def _nodes(name: str, src: Any, dst: Any) -> tuple[Node, Node]:
    for valu, which in ((src, "source"), (dst, "dest")):
        if not isinstance(valu, Node):
            raise StormError("BadArg", f"$lib.model.migration.{name}() {which} argument must be a node.")
    return src, dst


LIBRARIES = (
    Library(
        "lib.model.deprecated",
        "Locks on deprecated elements of the data model.",
        (
            local("lock(name: str, locked: boolean) -> null", lock, "Lock or unlock an element.", writes=True),
            local("locks() -> dict", all_locks, "Every deprecated element, and whether it is locked."),
        ),
    ),
    Library(
        "lib.model.tags",
        "What is noted of tags.",
        (
            local(
                "del(tagname: str) -> null",
                lambda run, me, tagname: model_notes.del_tag(run, to_str(tagname)),
                "Delete all that is noted of a tag.",
                writes=True,
            ),
            local(
                "get(tagname: str) -> dict",
                lambda run, me, tagname: model_notes.tag(run, to_str(tagname)),
                "What is noted of a tag.",
            ),
            local("list() -> list", lambda run, me: model_notes.tags(run), "Every tag with what is noted of it."),
            local("pop(tagname: str, propname: str) -> prim", pop_tag, "Delete one note.", writes=True),
            local("set(tagname: str, propname: str, propvalu: prim) -> null", set_tag, "Note something.", writes=True),
        ),
    ),
    Library(
        "lib.model.edge",
        "What is noted of light edges.",
        (
            local(
                "del(verb: str, key: str) -> null",
                lambda run, me, verb, key: model_notes.del_verb(run, to_str(verb), to_str(key)),
                "Delete one note.",
                writes=True,
            ),
            local(
                "get(verb: str) -> dict",
                lambda run, me, verb: model_notes.verb(run, to_str(verb)),
                "What is noted of a verb.",
            ),
            local("list() -> list", lambda run, me: model_notes.verbs(run), "Every verb with what is noted of it."),
            local("set(verb: str, key: str, valu: str) -> null", set_edge, "Note something.", writes=True),
            local("validkeys() -> list", lambda run, me: model_notes.VERB_KEYS, "What can be noted."),
        ),
        deprecated="What is noted of an edge belongs into the model: $lib.model.ext.addEdge",
    ),
    Library(
        "lib.model.migration",
        "Copying what one node has to another.",
        (
            local(
                "copyData(src: node, dst: node, overwrite: boolean = false) -> null",
                copy_data,
                "Copy its data.",
                writes=True,
            ),
            local("copyEdges(src: node, dst: node) -> null", copy_edges, "Copy its light edges.", writes=True),
            local(
                "copyExtProps(src: node, dst: node) -> null", copy_ext_props, "Copy extended properties.", writes=True
            ),
            local(
                "copyTags(src: node, dst: node, overwrite: boolean = false) -> null",
                copy_tags,
                "Copy its tags.",
                writes=True,
            ),
        ),
    ),
)
