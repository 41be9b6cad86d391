"""Commands that let some of the nodes through: count, limit, spin, uniq."""

from __future__ import annotations

from typing import Any

from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import python_text, to_prim
from .command import Command, Given, Option


def _count(run: Runtime, given: Given, paths: Paths) -> Paths:
    count = 0
    for path in paths:
        count += 1
        if getattr(given, "yield"):
            yield path
    run.print(f"Counted {count} nodes.")


COUNT = Command(
    "count",
    "Print how many nodes come in.",
    _count,
    (Option("--yield", "Let the nodes go on.", flag=True),),
    readonly=True,
)


def _limit(run: Runtime, given: Given, paths: Paths) -> Paths:
    for count, path in enumerate(paths, 1):
        yield path
        if count >= given.count:
            return


LIMIT = Command(
    "limit",
    "Let a number of nodes through, and no more.",
    _limit,
    (Option("count", "How many nodes go on.", type="int"),),
    readonly=True,
)


def _spin(run: Runtime, given: Given, paths: Paths) -> Paths:
    for _ in paths:
        pass
    yield from ()


SPIN = Command("spin", "Take in all nodes, and let none of them go on.", _spin, readonly=True)


def _uniq(run: Runtime, given: Given, paths: Paths) -> Paths:
    seen: set[Any] = set()
    for path in paths:
        key = path.node.iden if given.value is None else _told_apart(run, given.value)
        if key not in seen:
            seen.add(key)
            yield path


def _told_apart(run: Runtime, valu: Any) -> Any:
    """What two values have in common only if they are the same; lists and the like by how they are written."""
    prim = to_prim(run, valu)
    return (list, python_text(prim)) if isinstance(prim, list | dict | set | tuple) else prim


UNIQ = Command(
    "uniq",
    "Let each node through once, or one node for each value.",
    _uniq,
    (Option("value", "What is to be different, instead of the node itself.", one_or_none=True),),
    readonly=True,
)
COMMANDS = (COUNT, LIMIT, SPIN, UNIQ)
