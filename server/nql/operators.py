"""The commands that work on rows, as generators (nql.md chapters 8 and 9). Rows that come in are never changed."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

from .choices import HELD_ROWS
from .compile import expression, filter_
from .context import Context, held
from .errors import NqlError
from .syntax import Coll, Dst, Limit, Project, Records, Set, Sleep, Sort, Tail, Unwind, Where
from .values import Row, Value, is_number, order

Operator: TypeAlias = Callable[[Iterator[Row]], Iterator[Row]]
TIMESTAMP = "timestamp"


def in_range(rows: Iterator[Row], start_ms: int | None, end_ms: int | None) -> Iterator[Row]:
    """Rows whose timestamp is in the range, both ends included (open-22), and those that have none."""
    if start_ms is None and end_ms is None:
        return rows
    low = float("-inf") if start_ms is None else start_ms
    high = float("inf") if end_ms is None else end_ms

    def inside(row: Row) -> bool:
        at = row.get(TIMESTAMP)
        return low <= at <= high if is_number(at) else True

    return filter(inside, rows)


def records(stage: Records) -> Iterator[Row]:
    """The rows that the query holds."""
    return iter(stage.rows)


def coll(context: Context, stage: Coll) -> Iterator[Row]:
    """The rows of a collector, as many as bunchSize at most (open-26); a missing one is an error (open-27)."""
    table = context.collector(stage.name)
    if table is None:
        raise NqlError(f"There is no collector {stage.name}.", stage.span)
    return islice(table.rows, stage.most)


def where(context: Context, stage: Where) -> Operator:
    """Rows for which the filter is true."""
    test = filter_(context, stage.filter)
    return lambda rows: filter(test, rows)


def set_(context: Context, stage: Set) -> Operator:
    """`set` and `add`; each expression sees the fields that were set before (open-34)."""
    assigns = [(assign.name, expression(context, assign.value)) for assign in stage.assigns]

    def replaced(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            made = row.copy()
            for name, value in assigns:
                made[name] = value(made)
            yield made

    def added(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            made = row.copy()
            for name, value in assigns:
                if name not in made:
                    made[name] = value(made)
            yield made

    return replaced if stage.replace else added


def project(context: Context, stage: Project) -> Operator:
    """Only the fields with `+` (a name without sign counts as one), or all but those with `-`; with new names.

    Renamed fields beside `+` are kept (open-31); a kept field that is missing is null (open-32).
    """
    if any(item.sign == "+" or not (item.sign or item.alias) for item in stage.items):
        kept = [(item.name, item.alias or item.name) for item in stage.items if item.sign != "-"]
        return lambda rows: ({name: row.get(old) for old, name in kept} for row in rows)
    dropped = {item.name for item in stage.items if item.sign == "-"}
    renamed = {item.name: item.alias for item in stage.items if item.alias is not None}

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            # A new name takes the place of a field that has it already.
            taken = dropped | {name for old, name in renamed.items() if old in row}
            yield {
                renamed.get(name, name): value for name, value in row.items() if name in renamed or name not in taken
            }

    return run


def sort(context: Context, stage: Sort) -> Operator:
    """The first `limit` rows (open-29), sorted; stable."""

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        taken = held(islice(rows, stage.limit), stage.span)
        for key in reversed(stage.keys):
            taken.sort(key=_sort_key(key.name), reverse=key.descending)
        yield from islice(taken, stage.out_limit)

    return run


def limit(context: Context, stage: Limit) -> Operator:
    """`count` rows after `offset` (open-33)."""

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        if stage.count == 0:
            # What stands before has an effect all the same: dst and subPipe.
            next(rows, None)
        return islice(islice(rows, stage.offset, None), stage.count)

    return run


def tail(context: Context, stage: Tail) -> Operator:
    """The last rows, in their order."""

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        if stage.count > HELD_ROWS:
            yield from held(rows, stage.span)[-stage.count :]
        else:
            yield from deque(rows, maxlen=stage.count)

    return run


def unwind(context: Context, stage: Unwind) -> Operator:
    """A row for each item of a list; rows without a list pass; an empty list drops the row or becomes null (open-42)."""
    name, empty = stage.field, [None] if stage.include_empty else []

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            values = row.get(name)
            if isinstance(values, list):
                for value in values or empty:
                    yield {**row, name: value}
            else:
                yield row

    return lambda rows: context.made(run(rows), stage.span)


def sleep(context: Context, stage: Sleep) -> Operator:
    """Waits, then passes its rows on; the caller says for how long it may (open-41)."""

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        context.sources.sleep(stage.ms)
        yield from rows

    return run


def dst(context: Context, stage: Dst) -> Operator:
    """Stores all rows as a collector, then passes them on (open-28)."""

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        found = held(rows, stage.span)
        if not context.sources.store(stage.name, found):
            raise NqlError(f"There is a collector {stage.name} already.", stage.span)
        yield from found

    return run


def _sort_key(name: str) -> Callable[[Row], tuple[Value, ...]]:
    return lambda row: order(row.get(name))
