"""What all lifts have in common: the nodes that come in go on first, then the lifted ones follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..nodes.path import Path
from ..programs.shape import Paths, Step
from ..runtime import Runtime

if TYPE_CHECKING:
    from ..nodes.node import Node

# How a node came to be in hand that was lifted for another.
RUNTIME = {"type": "runtime"}
Find = Callable[[Runtime, "Path | None"], "Iterator[Node]"]


def lifting(find: Find, safe: bool) -> Step:
    """A step that lifts: once, or where it depends on a node for each that comes in."""
    if not safe:

        def for_each(run: Runtime, paths: Paths) -> Paths:
            for path in paths:
                yield path
                for node in find(run, path):
                    yield path.fork(node, RUNTIME)

        return for_each

    def once(run: Runtime, paths: Paths) -> Paths:
        yield from paths
        for node in find(run, None):
            yield Path(node)

    return once
