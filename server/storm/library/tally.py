"""`$lib.stats` and `stat:tally`: counting by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import python_text, to_bool, to_int, to_str


class Tally(dict[str, int]):
    """Counts by name, that only grow by what is added to them."""


def inc(run: Runtime, me: Tally, name: Any, valu: Any = 1) -> None:
    named, more = to_str(name), to_int(valu)
    me[named] = me.get(named, 0) + more


def get(run: Runtime, me: Tally, name: Any) -> int:
    return me.get(to_str(name), 0)


def sorted_(run: Runtime, me: Tally, byname: Any = False, reverse: Any = False) -> list[tuple[str, int]]:
    by = 0 if to_bool(byname) else 1
    return sorted(me.items(), key=lambda pair: pair[by], reverse=to_bool(reverse))


def pairs(run: Runtime, me: Tally) -> Iterator[tuple[str, int]]:
    return iter(list(me.items()))


LIBRARIES = (
    Library("lib.stats", "Statistics.", (local("tally() -> stat:tally", lambda run, me: Tally(), "A new tally."),)),
)

KIND = Kind(
    "stat:tally",
    "StatTally",
    Tally,
    "Counts by name.",
    (
        local("get(name: str) -> int", get, "A count, 0 where there is none."),
        local("inc(name: str, valu: int = 1) -> null", inc, "Count."),
        local(
            "sorted(byname: boolean = false, reverse: boolean = false) -> list", sorted_, "Names and counts in order."
        ),
    ),
    iterate=pairs,
    show=lambda run, me: f"stat:tally: {python_text(dict(me))}",
    prim=lambda run, me: dict(me),
)
