"""What `yield` takes for nodes: nodes, idens, lists of them, queries, what functions give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import StormError
from ..nodes.node import Node
from ..nodes.path import Path
from ..runtime import Runtime
from ..values.containers import StormSet
from .query_values import StormQuery

IDEN_BYTES = 32


def nodes_in(run: Runtime, valu: Any) -> Iterator[Node]:
    """The nodes that a value stands for, Raises StormError("BadLiftValu") for a bad iden."""
    if isinstance(valu, Node):
        # A node of another view is looked up in this one.
        found = valu if valu.snap is run.snap else run.snap.by_iden(valu.iden)
        if found is not None:
            yield found
    elif isinstance(valu, Path):
        yield from nodes_in(run, valu.node)
    elif isinstance(valu, str | bytes):
        iden = _iden(valu)
        node = run.snap.by_iden(iden) if len(iden) == IDEN_BYTES else None
        if node is not None:
            yield node
    elif isinstance(valu, StormQuery):
        for node in valu.nodes():
            yield from nodes_in(run, node)
    elif isinstance(valu, tuple) and len(valu) == 2 and isinstance(valu[1], Path):
        # What a function gives.
        yield from nodes_in(run, valu[0])
    elif isinstance(valu, list | tuple | StormSet | Iterator):
        for item in valu:
            yield from nodes_in(run, item)


def _iden(valu: str | bytes) -> bytes:
    try:
        iden = bytes.fromhex(valu) if isinstance(valu, str) else valu
    except ValueError:
        iden = b""
    if not iden:
        raise StormError("BadLiftValu", f"Yield string must be iden in hexdecimal. Got: {valu!r}")
    return iden
