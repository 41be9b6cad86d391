"""The shapes that compiled Storm has: what a step, a value and a condition are once they can run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..nodes.path import Path
    from ..runtime import Runtime

Paths = Iterator["Path"]
# A step takes the nodes that come in, each at the end of its path, and gives those that go on.
Step = Callable[["Runtime", Paths], Paths]
# A value is computed for a path, or for none where no node has come in.
Value = Callable[["Runtime", "Path | None"], Any]
Condition = Callable[["Runtime", "Path"], bool]
# What a step does where no node comes in and none goes out: much quicker than as a generator.
Plain = Callable[["Runtime"], None]


def nothing() -> Paths:
    """No nodes."""
    return iter(())


def one(path: Path) -> Paths:
    """One node."""
    return iter((path,))
