"""Commands that count: stats.countby."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..errors import StormError
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import is_mutable, to_prim, to_str
from .command import Command, Given, Option


def _countby(run: Runtime, given: Given, paths: Paths) -> Paths:
    counts: Counter[str] = Counter()
    for path in paths:
        # Where no value is asked for it is the node's own.
        valu = path.node.repr() if "valu" not in given.told else given.valu
        if is_mutable(valu):
            raise StormError("BadArg", "Mutable values cannot be used for counting.")
        counts[str(to_prim(run, valu))] += 1
        if getattr(given, "yield"):
            yield path
    if not counts:
        run.print("No values to display!")
        return
    for line in _bars(given, counts):
        run.print(line)


def _bars(given: Given, counts: Counter[str]) -> list[str]:
    """The lines of the chart."""
    most, total = max(counts.values()), counts.total()
    rows = sorted(counts.items()) if given.by_name else sorted(counts.items(), key=lambda row: row[1])
    if not given.reverse:
        rows.reverse()
    if given.size is not None:
        rows = rows[: given.size]
    widest = max(len(label) for label, _ in rows)
    label_width = widest if given.label_max_width is None else min(widest, given.label_max_width)
    count_width = max(len(str(count)) for _, count in rows)
    lines = []
    for label, count in rows:
        bar = _char(given.char) * int(given.bar_width * count / most)
        share = f" | {count / total:.2%}" if given.percent else ""
        lines.append(f"{label[:label_width]:>{label_width}} | {count:>{count_width}}{share} | {bar}")
    return lines


def _char(valu: Any) -> str:
    text = to_str(valu)
    if not text:
        raise StormError("IndexError", "string index out of range")
    return text[0]


COUNTBY = Command(
    "stats.countby",
    "Count the nodes by a value, and print the numbers as bars.",
    _countby,
    (
        Option("valu", "What is counted; the values of the nodes if it is left out.", one_or_none=True),
        Option("--reverse", "The smallest numbers first.", flag=True),
        Option("--size", "How many bars at most.", "int", default=None),
        Option("--char", "What the bars are made of.", "str", default="#"),
        Option("--bar-width", "How wide the longest bar is.", "int", default=50),
        Option("--label-max-width", "How wide labels may be.", "int", default=None),
        Option("--yield", "Let the nodes go on.", flag=True),
        Option("--by-name", "Order them by value instead of by number.", flag=True),
        Option("--percent", "Also show the share of each.", flag=True),
    ),
    readonly=True,
)
COMMANDS = (COUNTBY,)
