"""Commands that compare nodes: max, min, and once, which compares with the past."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from ..edits import editor
from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_int, to_prim
from .command import Command, Given, Option

MOST = 100
SIZE = Option("--size", f"How many nodes go on, {MOST} at most, the first one first.", default=1)


def _max(run: Runtime, given: Given, paths: Paths) -> Paths:
    return _ranked(run, given, paths, 1, lambda number: number)


def _min(run: Runtime, given: Given, paths: Paths) -> Paths:
    return _ranked(run, given, paths, 0, lambda number: -number)


def _ranked(run: Runtime, given: Given, paths: Paths, end: int, key: Callable[[int], int]) -> Paths:
    """The nodes of the largest keys, equal ones as they came. end: which end of an interval counts."""
    size: int | None = None
    # (key, when it came, path); where a better one comes, the least goes, the earliest one of several.
    best: list[tuple[int, int, Path]] = []
    for count, path in enumerate(paths):
        if size is None:
            size = _size(given.size)
        number = _number(run, given.valu, end)
        if number is None:
            continue
        item = (key(number), count, path)
        if len(best) < size:
            heapq.heappush(best, item)
        elif item[0] > best[0][0]:
            heapq.heapreplace(best, item)
    for _, _, path in sorted(best, key=lambda item: (-item[0], item[1])):
        yield path


def _size(valu: Any) -> int:
    size = to_int(valu)
    if size < 1:
        raise StormError("BadArg", f"Specified size ({size}) is below the minimum (1).")
    if size > MOST:
        raise StormError("BadArg", f"Specified size ({size}) is above the maximum ({MOST}).")
    return size


def _number(run: Runtime, valu: Any, end: int) -> int | None:
    """What a node is ranked by: a number, or one end of an interval."""
    prim = to_prim(run, valu)
    if prim is None:
        return None
    if isinstance(prim, list | tuple):
        number: int = run.norm("ival", tuple(prim))[end]
        return number
    try:
        return to_int(prim)
    except StormError:
        raise StormError("BadCast", f'Failed to make an integer from "{prim}".') from None


MAX = Command(
    "max",
    "Let only the nodes with the largest values go on.",
    _max,
    (SIZE, Option("valu", "What the nodes are compared by.")),
    readonly=True,
)
MIN = Command(
    "min",
    "Let only the nodes with the smallest values go on.",
    _min,
    (SIZE, Option("valu", "What the nodes are compared by.")),
    readonly=True,
)


def _once(run: Runtime, given: Given, paths: Paths) -> Paths:
    for path in paths:
        key = f"once:{given.name}"
        found, envelope = run.snap.node_data(path.node, key)
        if found:
            tick = envelope.get("tick") if isinstance(envelope, dict) else None
            if given.asof is None or (tick is not None and tick >= given.asof):
                continue
        editor.set_data(run, path.node, key, {"tick": run.host.clock.now_ms()})
        yield path


ONCE = Command(
    "once",
    "Let each node through once for a name; what has been through is kept with the node.",
    _once,
    (
        Option("--asof", "Let a node through again that last went before this time.", "time", default=None),
        Option("name", "What the nodes go through for.", "str"),
    ),
)
COMMANDS = (MAX, MIN, ONCE)
