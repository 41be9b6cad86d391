"""A query's nodes for another Cortex: each once, with the edges between them, in msgpack (reference 5.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.idens import packed
from ..host import Host
from ..nodes.path import Path
from ..programs.leaving import Exited
from .messages import packer
from .query import Asked, Check, exit_error, paths_of


def exported(host: Host, asked: Asked, check: Check) -> Iterator[bytes]:
    """Each node as the bytes of one msgpack value. The query runs to its end before the first. Raises StormError."""
    nodes = lifted(host, asked, check)
    pack = packer(asked.opts, host.model)
    for path in list(nodes.values()):
        check()
        ndef, info = pack(path)
        node = path.node
        edges = [(verb, other.hex()) for verb, other in node.snap.edges(node) if other in nodes]
        if edges:
            info["edges"] = edges
        yield packed((ndef, info))


def lifted(host: Host, asked: Asked, check: Check) -> dict[bytes, Path]:
    """Every node that the query yields, by iden, in order of first appearance."""
    found: dict[bytes, Path] = {}
    try:
        for path in paths_of(host, asked, _drop, check):
            check()
            found.setdefault(path.node.iden, path)
    except Exited as exited:
        raise exit_error(exited) from None
    return found


def _drop(kind: str, info: Any) -> None:
    """Where no one listens."""
