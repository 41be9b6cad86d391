"""`$lib.lift`: nodes by what the language has no lift for."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

from ...model.contract import Span
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int, to_str

TAG = "syn:tag"
LAST = "\U0010ffff"


def by_node_data(run: Runtime, me: Any, name: Any) -> Iterator[Node]:
    """Nodes with data of that name, which they carry with them."""
    named = to_str(name)
    last = None
    for _, iden in heapq.merge(*(layer.lift_data(named) for layer in run.snap.layers)):
        node = None if iden == last else run.snap.by_iden(iden)
        last = iden
        if node is not None:
            node.data[named] = run.snap.node_data(node, named)[1]
            yield node


def tags_by_prefix(run: Runtime, me: Any, prefix: Any, depth: Any = 0) -> Iterator[Node]:
    """Nodes of tags that begin so, down to a depth."""
    start, deepest = to_str(prefix), to_int(depth)
    for node in run.snap.lift(TAG, "", (Span(start.encode(), (start + LAST).encode()),)):
        if str(node.valu).startswith(start) and str(node.valu).count(".") <= deepest:
            yield node


LIBRARIES = (
    Library(
        "lib.lift",
        "Further ways to lift nodes.",
        (
            local("byNodeData(name: str) -> yields node", by_node_data, "Nodes with data of a name."),
            local(
                "tagsByPref(prefix: str, depth: int = 0) -> yields node",
                tags_by_prefix,
                "Nodes of tags that begin with a text.",
            ),
        ),
    ),
)
