"""What a stream with typed columns can do itself instead of the operators: filter, group, count, pick the first by an order.

Only where the results are the same to the last digit, in the same order; the table in `choices.py` says what is. All else is
left to the operators, which are the semantics. It knows types of columns, and no SQL.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import itemgetter
from typing import Any

from ...storage.conditions import Among, Bucket, Condition, Every, Grouping, Not, Ordering, Total
from . import operators
from .choices import HELD_ROWS, PUSHED_ROWS, PUSHED_TOTALS
from .context import Context
from .grouping import gathered
from .narrowing import BOOLEAN, REAL, SET, TEXT, WHOLE, exact, narrowed
from .operators import TIMESTAMP
from .operators_count import Counts, ranked
from .sources import Scan, Typed
from .syntax import Aggr, Aggregation, Field, Key, Limit, Literal, Sort, Stage, TimeAggr, Top, Where
from .values import Row, Value, as_double, fitted, identity

# Columns that are safe to put into buckets: no start of one can leave 64 bits.
BUCKETED = WHOLE - {"long"}
STRING = "string"
ROW_COUNT = Total("count")
# Makes the result of an aggregation from a group's totals.
Read = Callable[[list[Any]], Value]


@dataclass(frozen=True, slots=True)
class Pushed:
    """Rows that the stream made, and how many stages behind it need not run."""

    rows: Iterator[Row]
    stages: int


def pushed(context: Context, scan: Scan, stages: tuple[Stage, ...]) -> Pushed | None:
    """What the stream does itself; None if it only has rows. stages: all behind the source. Raises what the sources raise."""
    typed = context.sources.typed(scan)
    if typed is None:
        return None
    filters = sum(1 for _ in takewhile(lambda stage: isinstance(stage, Where), stages))
    condition = exact(scan.filters, typed.types)
    stage, then = [*stages[filters:], None, None][:2]
    if condition is not None:
        found: Iterator[Row] | None = None
        if isinstance(stage, (Aggr, TimeAggr)):
            found = _grouped(typed, condition, stage)
        elif isinstance(stage, Top):
            found = _counted(typed, condition, stage)
        elif isinstance(stage, Sort):
            found = _sorted(context, typed, condition, stage, then)
        if found is not None:
            return Pushed(found, filters + 1)
    most = stage.offset + stage.count if isinstance(stage, Limit) and stage.count is not None else None
    if condition is not None and (filters or most is not None):
        return Pushed(typed.rows(condition, most), filters)
    least = narrowed(scan.filters, typed.types)
    return None if least is None else Pushed(typed.rows(least, None), 0)


def _grouped(typed: Typed, condition: Condition, stage: Aggr | TimeAggr) -> Iterator[Row] | None:
    """`aggr` or `timeAggr` by columns."""
    keys: list[str | Bucket] = []
    if isinstance(stage, TimeAggr):
        kind = typed.types.get(stage.on)
        if kind is None or kind not in WHOLE | REAL:
            return iter(())
        if kind not in BUCKETED and stage.on != TIMESTAMP:
            return None
        keys.append(Bucket(stage.on, stage.interval_ms))
        condition = _present(condition, stage.on)
    by = _columns(typed.types, stage.by)
    totals: list[Total] = []
    results = [_result(typed.types, aggregation, totals) for aggregation in stage.aggregations]
    if by is None or len(by) + len(totals) > PUSHED_TOTALS:
        return None
    reads = [read for read in results if read is not None]
    if len(reads) < len(results):
        return None
    keys += [name for name in by if name is not None]
    groups = typed.groups(Grouping(condition, tuple(keys), tuple(totals)), stage.most)
    if groups is None:
        return None
    names = [aggregation.name for aggregation in stage.aggregations]
    bucketed = len(keys) - sum(name is not None for name in by)
    return gathered(
        stage,
        (
            (
                (*values[:bucketed], *_with_nulls(by, values[bucketed:])),
                {name: read(found) for name, read in zip(names, reads, strict=True)},
            )
            for values, found in groups
        ),
    )


def _counted(typed: Typed, condition: Condition, stage: Top) -> Iterator[Row] | None:
    """`top` or `rare` by columns."""
    by = _columns(typed.types, stage.by)
    kind = typed.types.get(stage.field)
    if kind is None:
        return iter(())
    if by is None or kind == SET or len(by) >= PUSHED_TOTALS:
        return None
    keys = (*(name for name in by if name is not None), stage.field)
    found = typed.groups(Grouping(_present(condition, stage.field), keys, (ROW_COUNT,)), stage.most)
    if found is None:
        return None
    groups: dict[Hashable, tuple[tuple[Value, ...], Counts]] = {}
    for (*values, value), (count,) in found:
        _, counts = groups.setdefault(tuple(map(identity, values)), (_with_nulls(by, values), {}))
        counts[identity(value)] = value, count
    return ranked(stage, groups.values())


def _sorted(
    context: Context, typed: Typed, condition: Condition, stage: Sort, then: Stage | None
) -> Iterator[Row] | None:
    """`sort` of which few rows are wanted: the stream gives those of each period, and the operator sorts them."""
    most = stage.out_limit
    if isinstance(then, Limit) and then.count is not None:
        most = min(most, then.offset + then.count)
    keys = [(key.name, typed.types.get(key.name), key.descending) for key in stage.keys]
    if most > PUSHED_ROWS or stage.limit > HELD_ROWS or len(keys) > PUSHED_TOTALS:
        return None
    if any(kind in (STRING, SET) for _, kind, _ in keys):
        return None
    order = tuple((name, descending) for name, kind, descending in keys if kind is not None)
    rows = typed.firsts(Ordering(condition, order, stage.limit, most))
    # They are of the first `limit` rows already.
    return operators.sort(context, replace(stage, limit=HELD_ROWS))(rows)


def _columns(types: Mapping[str, str], keys: tuple[Key, ...]) -> list[str | None] | None:
    """The columns that keys are, None for a field that is none and so null; None if a key is more than a column."""
    found: list[str | None] = []
    for key in keys:
        if not isinstance(key.value, Field) or types.get(key.value.name) == SET:
            return None
        found.append(key.value.name if key.value.name in types else None)
    return found


def _with_nulls(by: list[str | None], values: "tuple[Value, ...] | list[Value]") -> tuple[Value, ...]:
    following = iter(values)
    return tuple(None if name is None else next(following) for name in by)


def _present(condition: Condition, name: str) -> Condition:
    return Every((condition, Not(Among(name, (None,))))) if name != TIMESTAMP else condition


def _result(types: Mapping[str, str], aggregation: Aggregation, totals: list[Total]) -> Read | None:
    """How to read an aggregation from totals, which are added to those of the group; None if that cannot be."""
    what, argument = aggregation.call.name.lower(), aggregation.call.arguments[0]
    if isinstance(argument, Literal):
        if what != "count":
            return None
        return (lambda found: 0) if argument.value is None else itemgetter(_place(totals, ROW_COUNT))
    if not isinstance(argument, Field):
        return None
    name, kind = argument.name, types.get(argument.name)
    if what == "count":
        return (lambda found: 0) if kind is None else itemgetter(_place(totals, Total("count", name)))
    if what == "dc" and kind != SET:
        return (lambda found: 0) if kind is None else itemgetter(_place(totals, Total("distinct", name)))
    if what in ("sum", "avg") and kind not in REAL:
        if kind not in WHOLE:
            return lambda found: 0 if what == "sum" else None  # open-79
        total, count = _place(totals, Total("sum", name)), _place(totals, Total("count", name))
        return (
            (lambda found: fitted(found[total])) if what == "sum" else (lambda found: _mean(found[total], found[count]))
        )
    if what in ("min", "max"):
        if kind is None:
            return lambda found: None
        if kind in WHOLE or kind in REAL or kind in TEXT or kind == BOOLEAN:
            return itemgetter(_place(totals, Total(what, name)))
    return None


def _place(totals: list[Total], wanted: Total) -> int:
    """Where a total is; it is asked for once, however often it is read."""
    if wanted not in totals:
        totals.append(wanted)
    return totals.index(wanted)


def _mean(total: int, count: int) -> Value:
    return as_double(total / count) if count else None
