"""The aggregating commands over rows (nql.md chapter 10).

A level of grouping gives each row its places: a key and the values that stand for it in the results (the bucket first, if
there is one). aggr, timeAggr and rangeAggr are one level; splitAggr is several, one inside the other.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from ..text import Span
from .aggregates import AGGREGATIONS, State
from .choices import AGGR_GROUPS
from .compile import Evaluate, expression
from .context import Context
from .errors import NqlError
from .signature import check_count, keyword_values
from .syntax import Aggr, Aggregation, Key, Level, RangeAggr, SplitAggr, TimeAggr
from .values import PLAIN, Row, Value, identity, is_number

Operator: TypeAlias = Callable[[Iterator[Row]], Iterator[Row]]
# A key and the values of its place.
Place: TypeAlias = tuple[Hashable, tuple[Value, ...]]
Makers: TypeAlias = "list[tuple[str, Evaluate, Callable[[], State]]]"
ID = "_id"


class Group:
    """The rows of one place: its values, and what each aggregation gathers."""

    __slots__ = ("adds", "states", "values")

    def __init__(self, values: tuple[Value, ...], makers: Makers) -> None:
        self.values = values
        self.states = [make() for _, _, make in makers]
        self.adds = [(value, state.add) for (_, value, _), state in zip(makers, self.states, strict=True)]


@dataclass(slots=True)
class Branch:
    """A place of an outer level of splitAggr, and the places in it."""

    values: tuple[Value, ...]
    inner: "dict[Hashable, Branch | Group]"


def aggr(context: Context, stage: Aggr | TimeAggr | RangeAggr) -> Operator:
    """`aggr`, `timeAggr` or `rangeAggr`; no rows give no groups (open-45)."""
    makers = _makers(context, stage.aggregations)
    places = _places(context, stage)

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        groups: dict[Hashable, Group] = {}
        most = stage.most
        for row, key, values in places(rows):
            group = groups.get(key)
            if group is None:
                if len(groups) >= most:
                    continue
                group = groups[key] = Group(values, makers)
            for value, add in group.adds:
                add(value(row))
        for group in _ordered(stage, groups.values()):
            yield _made(stage, group.values, _results(makers, group))

    return run


def gathered(stage: Aggr | TimeAggr, groups: Iterable[tuple[tuple[Value, ...], Row]]) -> Iterator[Row]:
    """The rows of a command whose groups somebody else gathered: values of the place and results of each, as first seen."""
    if _is_ordered(stage):
        groups = sorted(groups, key=lambda group: _start(group[0]), reverse=_descending(stage))
    for values, results in groups:
        yield _made(stage, values, results)


def split_aggr(context: Context, stage: SplitAggr) -> Operator:
    """`splitAggr`: the last level's groups gather, inside the places of the levels before."""
    makers = _makers(context, stage.aggregations)
    levels = [(level, _places(context, level)) for level in stage.levels]

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        tree = Branch((), {})
        grown = Growth(makers, stage.span)
        for row in rows:
            reached: list[Branch | Group] = [tree]
            for number, (level, places) in enumerate(levels):
                found = [(key, values) for _, key, values in places((row,))]
                leaf = number == len(levels) - 1
                reached = [
                    inner
                    for branch in reached
                    if isinstance(branch, Branch)
                    for key, values in found
                    if (inner := grown.inside(branch, key, values, level.most, leaf)) is not None
                ]
            for group in reached:
                if isinstance(group, Group):
                    for value, add in group.adds:
                        add(value(row))
        yield from _leaves(stage, makers, tree, 0, {}, [])

    return run


class Growth:
    """Makes the places of splitAggr, as many as there may be."""

    def __init__(self, makers: Makers, span: Span) -> None:
        self._makers = makers
        self._span = span
        self._made = 0

    def inside(
        self, branch: Branch, key: Hashable, values: tuple[Value, ...], most: int, leaf: bool
    ) -> Branch | Group | None:
        """The place of a key in a branch, made if it is new; None if the branch has `most` others (open-52)."""
        inner = branch.inner.get(key)
        if inner is None and len(branch.inner) < most:
            self._made += 1
            if self._made > AGGR_GROUPS:
                raise NqlError(f"splitAggr makes more than {AGGR_GROUPS} groups.", self._span)
            inner = branch.inner[key] = Group(values, self._makers) if leaf else Branch(values, {})
        return inner


def keyed(context: Context, by: tuple[Key, ...]) -> Callable[[Row], Place]:
    """The place of a row by its keys; null is a key like any other."""
    evaluates = [expression(context, key.value) for key in by]
    if not evaluates:
        return lambda row: (None, ())
    if len(evaluates) == 1:
        only = evaluates[0]

        def place_of_one(row: Row) -> Place:
            value = only(row)
            return (value if value.__class__ in PLAIN else identity(value)), (value,)  # type: ignore[return-value]  # those of PLAIN are hashable

        return place_of_one

    def place(row: Row) -> Place:
        values = tuple([evaluate(row) for evaluate in evaluates])
        for value in values:
            if value.__class__ not in PLAIN:
                return tuple(map(identity, values)), values
        return values, values

    return place


def _makers(context: Context, aggregations: tuple[Aggregation, ...]) -> Makers:
    makers: Makers = []
    for aggregation in aggregations:
        call = aggregation.call
        found = AGGREGATIONS.get(call.name.lower())
        if found is None:
            raise NqlError(f"Unknown aggregation {call.name}; there are {', '.join(AGGREGATIONS)}.", call.span)
        check_count(call, ("x",))
        keywords = keyword_values(call, found.keywords)
        makers.append((aggregation.name, expression(context, call.arguments[0]), partial(found.make, **keywords)))
    return makers


def _places(
    context: Context, level: Level
) -> Callable[[Iterable[Row]], Iterator[tuple[Row, Hashable, tuple[Value, ...]]]]:
    """Each row with its place: none, one or, with ranges that overlap, several (open-48)."""
    place = keyed(context, level.by)
    if isinstance(level, TimeAggr):
        return partial(_time_places, level.on, level.interval_ms, place)
    if isinstance(level, RangeAggr):
        return partial(_range_places, context, level, place)

    def places(rows: Iterable[Row]) -> Iterator[tuple[Row, Hashable, tuple[Value, ...]]]:
        for row in rows:
            yield row, *place(row)

    return places


def _time_places(
    on: str, interval_ms: int, place: Callable[[Row], Place], rows: Iterable[Row]
) -> Iterator[tuple[Row, Hashable, tuple[Value, ...]]]:
    for row in rows:
        at = row.get(on)
        if is_number(at):
            bucket = int(at // interval_ms) * interval_ms
            key, values = place(row)
            yield row, (bucket, key), (bucket, *values)


def _range_places(
    context: Context, level: RangeAggr, place: Callable[[Row], Place], rows: Iterable[Row]
) -> Iterator[tuple[Row, Hashable, tuple[Value, ...]]]:
    for row in rows:
        at = row.get(level.on)
        if not is_number(at):
            continue
        fitting = [number for number, each in enumerate(level.ranges) if each.low <= at < each.high]
        if fitting:
            key, values = place(row)
            # A row that counts more than once is work that a short query can make without end.
            for number, _ in zip(fitting, context.made([row] * len(fitting), level.span), strict=True):
                yield row, (number, key), (number, *values)


def _ordered(level: Level, groups: Iterable[Group]) -> Iterable[Group]:
    """Ranges in their order, time in `dir`; all else as first seen."""
    return sorted(groups, key=_bucket, reverse=_descending(level)) if _is_ordered(level) else groups


def _leaves(
    stage: SplitAggr, makers: Makers, branch: Branch, number: int, fields: Row, keys: list[Value]
) -> Iterator[Row]:
    level = stage.levels[number]
    inner: Iterable[Branch | Group] = branch.inner.values()
    if _is_ordered(level):
        inner = sorted(inner, key=_bucket, reverse=_descending(level))
    for place in inner:
        # open-51: keys of a level that is not unwound are listed, outer to inner.
        listed = [*keys]
        found = {**fields, **_fields(level, place.values, stage.unwind or level.unwind, listed)}
        found.pop(ID, None)
        if isinstance(place, Branch):
            yield from _leaves(stage, makers, place, number + 1, found, listed)
        else:
            yield {**_results(makers, place), **found, **({ID: listed} if listed else {})}


def _is_ordered(level: Level) -> bool:
    return isinstance(level, RangeAggr) or (isinstance(level, TimeAggr) and level.direction is not None)


def _descending(level: Level) -> bool:
    return isinstance(level, TimeAggr) and level.direction == "desc"


def _bucket(place: Branch | Group) -> int:
    return _start(place.values)


def _start(values: tuple[Value, ...]) -> int:
    bucket = values[0]
    assert isinstance(bucket, int)
    return bucket


def _made(stage: Aggr | TimeAggr | RangeAggr, values: tuple[Value, ...], results: Row) -> Row:
    """The row of a group; a name of its place goes before a result of the same name."""
    return {**results, **_fields(stage, values, stage.unwind, [])}


def _results(makers: Makers, group: Group) -> Row:
    return {name: state.result() for (name, _, _), state in zip(makers, group.states, strict=True)}


def _fields(level: Level, values: Sequence[Value], unwind: bool, listed: list[Value]) -> Row:
    """The fields that name a place: bucket, then keys; keys that are not unwound are added to `listed`, as `_id`."""
    fields: Row = {}
    if isinstance(level, TimeAggr):
        fields[level.bucket], values = values[0], values[1:]
    elif isinstance(level, RangeAggr):
        fields[level.bucket], values = level.ranges[_index(values)].label, values[1:]
    if unwind:
        fields.update((key.name, value) for key, value in zip(level.by, values, strict=True))
    elif values:
        listed.extend(values)
        fields[ID] = listed
    return fields


def _index(values: Sequence[Value]) -> int:
    index = values[0]
    assert isinstance(index, int)
    return index
