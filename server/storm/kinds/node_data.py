"""`$node.data`: values that are kept with a node under names of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..edits.editor import pop_data, set_data
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import to_prim, to_str, to_text

NOW = "now"


@dataclass(frozen=True, slots=True, eq=False)
class NodeData:
    """The data of one node."""

    node: Node


def get(run: Runtime, me: NodeData, name: Any) -> Any:
    return run.snap.node_data(me.node, to_str(name))[1]


def has(run: Runtime, me: NodeData, name: Any) -> bool:
    return run.snap.node_data(me.node, to_str(name))[0]


def set_(run: Runtime, me: NodeData, name: Any, valu: Any) -> None:
    set_data(run, me.node, to_str(name), to_prim(run, valu))


def pop(run: Runtime, me: NodeData, name: Any) -> Any:
    return pop_data(run, me.node, to_str(name))


def list_(run: Runtime, me: NodeData) -> list[tuple[str, Any]]:
    """Of the topmost layer first, in each in the order in which it first knew the names."""
    found: dict[str, Any] = {}
    for layer in run.snap.layers:
        found = {
            **found,
            **{name: valu for name, valu in layer.all_node_data(me.node.nid).items() if name not in found},
        }
    return list(found.items())


def load(run: Runtime, me: NodeData, name: Any) -> None:
    """Have the data shown with the packed node."""
    name = to_str(name)
    me.node.data[name] = get(run, me, name)


def cacheget(run: Runtime, me: NodeData, name: Any, asof: Any = NOW) -> Any:
    envelope = get(run, me, name)
    if not isinstance(envelope, dict) or envelope.get("asof") is None:
        return None
    # Without a time of its own every answer is recent enough but one that is asked for "now".
    least = run.norm("time", asof)
    return envelope.get("data") if envelope["asof"] >= least else None


def cacheset(run: Runtime, me: NodeData, name: Any, valu: Any) -> None:
    set_(run, me, name, {"asof": run.host.clock.now_ms(), "data": to_prim(run, valu)})


KIND = Kind(
    "node:data",
    "NodeData",
    NodeData,
    "The data that is kept with a node.",
    (
        local('cacheget(name: str, asof: time = "now") -> prim', cacheget, "What was kept, if it is recent enough."),
        local("cacheset(name: str, valu: prim) -> null", cacheset, "Keep a value together with the time.", writes=True),
        local("get(name: str) -> prim", get, "The value of that name."),
        local("has(name: str) -> boolean", has, "Whether there is a value of that name."),
        local("list() -> list", list_, "Names and values."),
        local("load(name: str) -> null", load, "Have the value sent with the node."),
        local("pop(name: str) -> prim", pop, "Take a value away.", writes=True),
        local("set(name: str, valu: prim) -> null", set_, "Keep a value.", writes=True),
    ),
    show=lambda run, me: f"node:data: {to_text(run, me.node)}",
)
