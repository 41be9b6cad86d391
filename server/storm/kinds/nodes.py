"""`$node`: a node as a value, with its functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..answers.messages import tagprop_reprs
from ..edits.editor import add_edge as edit_add_edge
from ..edits.editor import add_tag, del_tag
from ..edits.editor import del_edge as edit_del_edge
from ..errors import StormError
from ..nodes.node import Node
from ..nodes.storage_view import stored
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import python_name, to_bool, to_str
from ..values.globs import Fits, fitting
from ..values.kinds import iterate
from .node_data import NodeData
from .node_props import NodeProps

IDEN_BYTES = 32


def pack(run: Runtime, me: Node, dorepr: Any = False) -> tuple[Any, dict[str, Any]]:
    ndef, info = me.pack()
    if to_bool(dorepr):
        info.update(reprs(me))
    return ndef, info


def reprs(node: Node) -> dict[str, Any]:
    """How a node's value and props are shown, where that is not the value itself."""
    info: dict[str, Any] = {}
    shown = node.repr()
    if shown != node.valu:
        info["repr"] = shown
    found = {name: node.prop_repr(name) for name in node.props}
    info["reprs"] = {name: text for name, text in found.items() if text is not None and text != node.props[name]}
    info["tagpropreprs"] = tagprop_reprs(node, node.snap.model)
    return info


def repr_(run: Runtime, me: Node, name: Any = None, defv: Any = None) -> Any:
    if name is None:
        return me.repr()
    name = to_str(name)
    if run.model.form_prop(me.form, name) is None:
        raise StormError("NoSuchProp", f"No property named {name}.", form=me.form, prop=name)
    shown = me.prop_repr(name)
    return defv if shown is None else shown


def tags(run: Runtime, me: Node, glob: Any = None, leaf: Any = False) -> list[str]:
    found = list(me.tags)
    if to_bool(leaf):
        # The longest text first, as the product gives them.
        parents = {tag.rpartition(".")[0] for tag in found}
        found = sorted((tag for tag in found if tag not in parents), key=lambda tag: -len(tag))
    if glob is not None:
        found = list(filter(glob_fits(to_str(glob)), found))
    return found


def globtags(run: Runtime, me: Node, glob: Any) -> list[Any]:
    fits = glob_fits(to_str(glob))
    found = []
    for tag in me.tags:
        match = fits(tag)
        if match is not None:
            found.append(match[1] if len(match.groups()) == 1 else match.groups())
    return found


def glob_fits(glob: str) -> Fits:
    """A tag with asterisks: `*` stands for one level or a part of it, `**` for any; each is captured."""
    parts = re.split(r"(\*+)", glob)
    text = "".join(
        "(.+)" if part.startswith("**") else "([^.]+?)" if part == "*" else re.escape(part) for part in parts
    )
    return fitting(text)


def edges(run: Runtime, me: Node, verb: Any = None, reverse: Any = False) -> Iterator[tuple[str, str]]:
    verb = None if verb is None else to_str(verb)
    for found, iden in run.snap.edges(me, verb, inbound=to_bool(reverse)):
        yield found, iden.hex()


def add_edge(run: Runtime, me: Node, verb: Any, iden: Any) -> None:
    edit_add_edge(run, me, to_str(verb), iden_of(iden))


def del_edge(run: Runtime, me: Node, verb: Any, iden: Any) -> None:
    edit_del_edge(run, me, to_str(verb), iden_of(iden))


def iden_of(valu: Any) -> bytes:
    """The 32 bytes of an iden that is given as hex, bytes or a node. Raises StormError("BadCast")."""
    if isinstance(valu, Node):
        return valu.iden
    if isinstance(valu, bytes):
        return valu
    if isinstance(valu, str):
        try:
            iden = bytes.fromhex(valu)
        except ValueError:
            raise StormError("BadCast", f"Invalid buid string: {valu}") from None
        if len(iden) == IDEN_BYTES:
            return iden
        raise StormError("BadCast", f"Invalid buid string: {valu}")
    raise StormError("BadCast", f"Invalid buid valu: {valu}")


def difftags(
    run: Runtime, me: Node, tags: Any, prefix: Any = None, apply: Any = False, norm: Any = False
) -> dict[str, list[str]]:
    if isinstance(tags, int):
        raise StormError("IndexError", "list index out of range")
    given = list(iterate(run, tags))
    if not to_bool(norm):
        for tag in given:
            if not isinstance(tag, str):
                raise StormError("AttributeError", f"'{python_name(tag)}' object has no attribute 'split'")
    wanted = {to_str(tag) for tag in given}
    if to_bool(norm):
        wanted = {run.norm("syn:tag", tag) for tag in wanted}
    if prefix is not None:
        root = to_str(prefix)
        wanted = {f"{root}.{tag}" for tag in wanted}
        held = {tag for tag in me.tags if tag.startswith(f"{root}.")}
    else:
        held = set(me.tags)
    implied = {tag[:at] for tag in wanted for at, char in enumerate(tag) if char == "."}
    adds = sorted(tag for tag in wanted if tag not in me.tags)
    dels = sorted(held - wanted - implied)
    if to_bool(apply):
        for tag in adds:
            add_tag(run, me, tag)
        for tag in dels:
            if tag in me.tags:
                del_tag(run, me, tag)
    return {"adds": adds, "dels": dels}


def get_by_layer(run: Runtime, me: Node) -> dict[str, Any]:
    """Which layer each part of the node comes from: the topmost that has it, told in the order of the lower ones."""
    found: dict[str, Any] = {"ndef": None, "tags": {}, "props": {}, "tagprops": {}}
    for layer, sode in reversed(list(zip(run.snap.layers, me.sodes, strict=True))):
        if sode is None:
            continue
        if sode.valu is not None:
            found["ndef"] = layer.iden
        for name in sode.props:
            found["props"][name] = layer.iden
        for tag in sode.tags:
            found["tags"][tag] = layer.iden
        for tag, props in sode.tagprops.items():
            for name in props:
                found["tagprops"].setdefault(tag, {})[name] = layer.iden
    return found


def get_stor_nodes(run: Runtime, me: Node) -> list[dict[str, Any]]:
    return [stored(sode, run.model) for sode in me.sodes]


METHODS = (
    local("addEdge(verb: str, iden: str) -> null", add_edge, "Add a light edge to the node of that iden.", writes=True),
    local("data: node:data", lambda run, me: NodeData(me), "The data that is kept with the node."),
    local("delEdge(verb: str, iden: str) -> null", del_edge, "Delete a light edge.", writes=True),
    local(
        "difftags(tags: list, prefix: str = null, apply: boolean = false, norm: boolean = false) -> dict",
        difftags,
        "What differs between the node's tags and a list of tags, and make them alike if asked to.",
        writes=True,
    ),
    local("edges(verb: str = null, reverse: boolean = false) -> yields list", edges, "Its light edges, one by one."),
    local("form() -> str", lambda run, me: me.form, "The name of its form."),
    local("getByLayer() -> dict", get_by_layer, "The layer that each part of the node comes from."),
    local("getStorNodes() -> list", get_stor_nodes, "What each layer holds of the node."),
    local("globtags(glob: str) -> list", globtags, "What the asterisks of a tag stand for in the node's tags."),
    local("iden() -> str", lambda run, me: me.iden_hex, "Its iden."),
    local("isform(name: str) -> boolean", lambda run, me, name: me.form == name, "Whether it is of that form."),
    local("ndef() -> list", lambda run, me: me.ndef, "Its form and value."),
    local("pack(dorepr: boolean = false) -> list", pack, "The packed node."),
    local("props: node:props", lambda run, me: NodeProps(me), "Its properties."),
    local("repr(name: str = null, defv: str = null) -> str", repr_, "How its value, or a property, is shown."),
    local("tags(glob: str = null, leaf: boolean = false) -> list", tags, "Its tags."),
    local("value() -> prim", lambda run, me: me.valu, "Its value."),
)


def show(run: Runtime, me: Node) -> str:
    from ..values.convert import python_text

    return f"Node{{{python_text(me.pack())}}}"


KIND = Kind("node", "Node", Node, "A node.", METHODS, show=show, prim=lambda run, me: me.valu)
