"""`$lib.stats.tally` and `$lib.spooled.set`: counts of names, and sets that the product may keep on disk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values import sets
from ..values.containers import StormSet
from ..values.convert import python_text, to_bool, to_int, to_prim, to_str, to_text


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often names were counted."""

    counts: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.counts)

    def __bool__(self) -> bool:
        return True


def inc(run: Runtime, me: Tally, name: Any, valu: Any = 1) -> None:
    number = to_int(valu)
    me.counts[to_str(name)] += number


def get(run: Runtime, me: Tally, name: Any) -> int:
    return me.counts[to_str(name)]


def sorted_(run: Runtime, me: Tally, byname: Any = False, reverse: Any = False) -> list[tuple[str, int]]:
    place = 0 if to_bool(byname) else 1
    return sorted(me.counts.items(), key=lambda pair: pair[place], reverse=to_bool(reverse))


STATS = Library(
    "lib.stats",
    "Statistics.",
    (local("tally() -> stat:tally", lambda run, me: Tally(), "Something to count names with."),),
)

TALLY = Kind(
    "stat:tally",
    "StatTally",
    Tally,
    "Counts of names.",
    (
        local("get(name: str) -> int", get, "How often a name was counted."),
        local("inc(name: str, valu: int = 1) -> null", inc, "Count a name."),
        local(
            "sorted(byname: boolean = false, reverse: boolean = false) -> list", sorted_, "Names and counts in order."
        ),
    ),
    iterate=lambda run, me: iter(list(me.counts.items())),
    show=lambda run, me: f"stat:tally: {python_text(dict(me.counts))}",
    prim=lambda run, me: dict(me.counts),
)


class SpooledSet(StormSet):
    """A set; here it stays in memory."""

    __slots__ = ()


def spooled(run: Runtime, me: Any, *vals: Any) -> SpooledSet:
    made = SpooledSet()
    sets.add(run, made, *vals)
    return made


SPOOLED = Library(
    "lib.spooled",
    "Large sets.",
    (local("set(*vals: any) -> set", spooled, "A set that may grow large."),),
)

SPOOLED_SET = Kind(
    "spooled:set",
    "SpooledSet",
    SpooledSet,
    "A set that may grow large.",
    sets.METHODS,
    iterate=lambda run, me: iter(me),
    show=lambda run, me: to_text(run, StormSet(me)),
    prim=lambda run, me: {to_prim(run, item) for item in me},
)


LIBRARIES = (STATS, SPOOLED)
KINDS = (TALLY, SPOOLED_SET)
