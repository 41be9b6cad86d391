"""The commands that count values: `top`, `rare` and `fields` (nql.md chapter 9)."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from .context import Context
from .grouping import keyed
from .syntax import Fields, Top
from .values import Row, Value, identity

Operator: TypeAlias = Callable[[Iterator[Row]], Iterator[Row]]
# The value as it was first seen, and how often it was.
Counts: TypeAlias = "dict[Hashable, tuple[Value, int]]"
COUNT = "_count"
OTHERS = "Others"  # open-36


def top(context: Context, stage: Top) -> Operator:
    """The most or least frequent values of a field in each group; ties as first seen (open-38), null aside (open-39)."""
    place = keyed(context, stage.by)

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        groups: dict[Hashable, tuple[tuple[Value, ...], Counts]] = {}
        distinct = 0
        for row in rows:
            value = row.get(stage.field)
            if value is None:
                continue
            key, values = place(row)
            name = identity(value)
            counts = groups[key][1] if key in groups else {}
            if name in counts:
                counts[name] = counts[name][0], counts[name][1] + 1
            elif distinct < stage.most:
                distinct += 1
                counts[name] = value, 1
                groups.setdefault(key, (values, counts))
        yield from ranked(stage, groups.values())

    return run


def ranked(stage: Top, groups: Iterable[tuple[tuple[Value, ...], Counts]]) -> Iterator[Row]:
    """The rows of `top` or `rare` from the values of `by` and the counts of each group, all as first seen."""
    for values, counts in groups:
        keys = {key.name: value for key, value in zip(stage.by, values, strict=True)}
        for value, count in _most(stage, counts):
            yield {**keys, stage.field: value, COUNT: count}


def fields(context: Context, stage: Fields) -> Operator:
    """A row a field: in how many rows it is, its distinct values and the most frequent of them (open-43)."""

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        found: dict[str, tuple[int, Counts]] = {}
        for row in islice(rows, stage.most_rows):
            for name, value in row.items():
                if name not in found and len(found) >= stage.most_fields:
                    continue
                count, counts = found.get(name, (0, {}))
                found[name] = count + 1, counts
                key = identity(value)
                if key in counts:
                    counts[key] = counts[key][0], counts[key][1] + 1
                elif value is not None and len(counts) < stage.most_distinct:
                    counts[key] = value, 1
        for name, (count, counts) in found.items():
            frequent = sorted(counts.values(), key=_count, reverse=True)[: stage.top]
            top: list[Value] = [{"value": value, "count": times} for value, times in frequent]
            yield {"field": name, "count": count, "distinct": len(counts), "top": top}

    return run


def _most(stage: Top, counts: Counts) -> list[tuple[Value, int]]:
    ranked = sorted(counts.values(), key=_count, reverse=not stage.rare)
    rest = sum(map(_count, ranked[stage.limit :]))
    return [*ranked[: stage.limit], *([(OTHERS, rest)] if stage.others and rest else [])]


def _count(entry: tuple[Value, int]) -> int:
    return entry[1]
