"""`$node.props`: the properties of a node by name, to read and to set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..edits.editor import del_prop, set_prop
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import UNDEF, Kind, local
from ..values.convert import python_text, to_str


@dataclass(frozen=True, slots=True, eq=False)
class NodeProps:
    """The properties of one node."""

    node: Node


def get(run: Runtime, me: NodeProps, name: Any) -> Any:
    return me.node.get(to_str(name))


def set_(run: Runtime, me: NodeProps, prop: Any, valu: Any) -> bool:
    """Set a property, and give true; UNDEF takes it away. Raises NoSuchProp."""
    name = to_str(prop)
    form = me.node.form
    if run.model.form_prop(form, name) is None:
        raise StormError("NoSuchProp", f"No prop {form}:{name}", name=name, form=form)
    if valu is UNDEF:
        del_prop(run, me.node, name)
    else:
        set_prop(run, me.node, name, valu)
    return True


def assign(run: Runtime, me: NodeProps, name: Any, valu: Any) -> None:
    set_(run, me, name, valu)


def pairs(run: Runtime, me: NodeProps) -> Iterator[tuple[str, Any]]:
    return iter(list(me.node.props.items()))


KIND = Kind(
    "node:props",
    "NodeProps",
    NodeProps,
    "The properties of a node.",
    (
        local("get(name: str) -> prim", get, "A property by its relative name."),
        local("list() -> list", lambda run, me: list(me.node.props.items()), "Names and values."),
        local("set(prop: str, valu: prim) -> prim", set_, "Set a property.", writes=True),
    ),
    deref=get,
    set_item=assign,
    iterate=pairs,
    show=lambda run, me: f"node:props: {python_text(dict(me.node.props))}",
    prim=lambda run, me: dict(me.node.props),
)
