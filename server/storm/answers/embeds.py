"""Props of the nodes that a node refers to, packed with it: the option `embeds` (reference 5.1)."""

from __future__ import annotations

from typing import Any

from ...model.contract import ModelError
from ..nodes.node import Node


def embedded(node: Node, wanted: dict[str, list[str]]) -> dict[str, Any]:
    """For each prop the iden of the node it refers to, and the props asked of that. wanted: prop to names of props."""
    found: dict[str, Any] = {}
    for name, props in wanted.items():
        other: Node | None = node
        for part in name.split("::"):
            other = None if other is None else referred(other, part)
        if other is None:
            continue
        info: dict[str, Any] = {"*": other.iden_hex, "$iden": other.iden_hex, "$form": other.form}
        info.update({prop: other.get(prop) for prop in props})
        found[name] = info
    return found


def referred(node: Node, name: str) -> Node | None:
    """The node that a prop of another refers to."""
    prop = node.snap.model.form_prop(node.form, name)
    valu = node.get(name)
    if prop is None or valu is None or not node.snap.model.is_form(prop.type.name):
        return None
    try:
        return node.snap.by_ndef(prop.type.name, valu)
    except ModelError:
        return None
