"""Rows of an index that are asked for by what they hold (`conditions.py`): the rows, groups of them, the first by an order.

Each period is asked by itself and what they answer is put together here. All of an answer is of one moment (`reader.py`).
Rows are in order of time, ties as they were stored; groups in the order of their first rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .conditions import Bucket, Condition, Grouping, Ordering, Sql, Total, named, sql_of
from .database import Row
from .periods import FIRST_MS, LAST_MS
from .reader import Reader
from .rows import TIMESTAMP, Column, Index, table_of

MOST_INTEGER = 2**63 - 1
# A sum of integers that may have 64 bits is made of two, so that neither can overflow.
WIDE, LOW_BITS = "long", 32


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a range of time that may hold rows of one period."""

    table: str
    start_ms: int
    end_ms: int
    row_count: int
    width: int
    low_ms: int
    high_ms: int


class Selection:
    """An index in a range of time (both ends included, None is open), at the reader's moment. All raise Stopped, Closed."""

    def __init__(self, reader: Reader, index: Index, start_ms: int | None, end_ms: int | None) -> None:
        self._reader = reader
        self._columns = {column.name: column for column in index.columns}
        low = FIRST_MS if start_ms is None else max(FIRST_MS, start_ms)
        high = LAST_MS if end_ms is None else min(LAST_MS, end_ms)
        self._spans = [
            Span(table_of(index.number, period), start, end, row_count, width, low, high)
            for period, start, end, row_count, width in reader.read(
                "SELECT period, start_ms, end_ms, row_count, width FROM row_period "
                "WHERE row_index = ? AND end_ms > ? AND start_ms <= ? ORDER BY start_ms, period",
                index.number,
                low,
                high,
            )
        ]

    def rows(
        self, condition: Condition, columns: Sequence[Column], most: int | None, page_rows: int
    ) -> Iterator[list[Row]]:
        """The rows that fit, page by page, with the values of these columns. most: no more are needed."""
        for span in self._spans:
            where, values = self._where(span, condition)
            time = self._time(span)
            sql = f"SELECT {self._chosen(span, columns)} FROM {span.table} {where} ORDER BY {time}, number LIMIT ?"
            yield from self._reader.pages(page_rows, sql, *values, -1 if most is None else min(most, MOST_INTEGER))

    def groups(self, wanted: Grouping, most: int) -> list[tuple[tuple[Any, ...], list[Any]]] | None:
        """Keys and totals of each group, of no more than the first `most`; None if it has to be asked otherwise.

        Rows without any keys are one group; no rows are none.
        """
        found: dict[tuple[Any, ...], list[Any]] = {}
        for span in self._spans:
            if (span.end_ms - span.start_ms) * (span.row_count + 1) > MOST_INTEGER:
                return None
            for keys, totals in self._groups_of(span, wanted, most):
                known = found.get(keys)
                if known is None:
                    found[keys] = totals
                else:
                    known[:] = map(_added, wanted.totals, known, totals)
        if len(self._spans) > 1:
            for place, total in enumerate(wanted.totals):
                if total.what == "distinct":
                    self._count_distinct(wanted, place, found)
        return list(found.items())[:most]

    def firsts(self, wanted: Ordering, columns: Sequence[Column]) -> Iterator[list[Row]]:
        """The first rows by an order, of each period by itself: they hold the first of all, and keep the order of ties."""
        left = wanted.among
        may_exceed = sum(span.row_count for span in self._spans) > left
        for span in self._spans:
            where, values = self._where(span, wanted.condition)
            table, inner = span.table, f"FROM {span.table} {where}"
            if may_exceed:
                table, values = f"(SELECT * {inner} ORDER BY {self._time(span)}, number LIMIT ?)", (*values, left)
            order = "".join(self._ordered(span, name, descending) for name, descending in wanted.columns)
            sql = f"SELECT {self._chosen(span, columns)} FROM {table} {'' if may_exceed else where} "
            sql += f"ORDER BY {order}{self._time(span)}, number LIMIT ?"
            if found := self._reader.read(sql, *values, wanted.most):
                yield found
            if may_exceed:
                left -= self._reader.read(f"SELECT count(*) FROM (SELECT 1 {inner} LIMIT ?)", *values)[0][0]

    def _groups_of(self, span: Span, wanted: Grouping, most: int) -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
        where, values = self._where(span, wanted.condition)
        keys = [self._key(span, key) for key in wanted.keys]
        totals = [text for total in wanted.totals for text in self._total(span, total)]
        time = self._time(span)
        first = f"min(({time} - {span.start_ms}) * {span.row_count + 1} + number)"
        # Another period may have seen a group that is late in this one.
        limit = most if len(self._spans) == 1 else MOST_INTEGER
        if keys:
            sql = f"SELECT {', '.join([*keys, *totals, first])} FROM {span.table} {where} "
            sql += f"GROUP BY {', '.join(map(str, range(1, len(keys) + 1)))} ORDER BY {first} LIMIT ?"
            values = (*values, min(limit, MOST_INTEGER))
        else:
            # Alone, `count(*)` is read off the pages of an index.
            sql = f"SELECT {', '.join(totals if totals == ['count(*)'] else [*totals, 'count(*)'])} FROM {span.table} {where}"
        for row in self._reader.read(sql, *values):
            if keys or row[-1]:
                yield row[: len(keys)], _totals(self._columns, wanted.totals, iter(row[len(keys) :]))

    def _count_distinct(self, wanted: Grouping, place: int, found: dict[tuple[Any, ...], list[Any]]) -> None:
        """A number that the periods' numbers do not say: the values themselves are put together."""
        name = wanted.totals[place].column
        assert name is not None
        seen: set[tuple[Any, ...]] = set()
        for span in self._spans:
            where, values = self._where(span, wanted.condition)
            column, _ = named(self._columns, span.width, name)
            keys = ", ".join([*(self._key(span, key) for key in wanted.keys), column])
            sql = f"SELECT DISTINCT {keys} FROM {span.table} {where} {'AND' if where else 'WHERE'} {column} IS NOT NULL"
            seen.update(self._reader.read(sql, *values))
        for totals in found.values():
            totals[place] = 0
        for *key, _ in seen:
            found[tuple(key)][place] += 1

    def _where(self, span: Span, condition: Condition) -> Sql:
        text, values = sql_of(condition, self._columns, span.width)
        parts = [] if text == "1" else [text]
        time = self._time(span)
        # Only where they part the rows: without them SQLite reads the table from end to end.
        if span.low_ms > span.start_ms:
            parts, values = [*parts, f"{time} >= ?"], (*values, span.low_ms)
        if span.high_ms < span.end_ms - 1:
            parts, values = [*parts, f"{time} <= ?"], (*values, span.high_ms)
        return f"WHERE {' AND '.join(parts)}" if parts else "", values

    def _time(self, span: Span) -> str:
        return named(self._columns, span.width, TIMESTAMP)[0]

    def _chosen(self, span: Span, columns: Sequence[Column]) -> str:
        return ", ".join(named(self._columns, span.width, column.name)[0] for column in columns)

    def _ordered(self, span: Span, name: str, descending: bool) -> str:
        """A column to order by, null first where it ascends."""
        column, is_address = named(self._columns, span.width, name)
        way = " DESC" if descending else ""
        return f"length({column}){way}, {column}{way}, " if is_address else f"{column}{way}, "

    def _key(self, span: Span, key: str | Bucket) -> str:
        if isinstance(key, str):
            return named(self._columns, span.width, key)[0]
        column, _ = named(self._columns, span.width, key.column)
        # Down to the start of the span for what is below nothing, too; SQLite's % goes towards nothing.
        return f"{column} - (({column} % {key.width}) + {key.width}) % {key.width}"

    def _total(self, span: Span, total: Total) -> tuple[str, ...]:
        if total.column is None:
            return ("count(*)",)
        column, _ = named(self._columns, span.width, total.column)
        if total.what == "sum" and self._columns[total.column].type == WIDE:
            return f"sum({column} >> {LOW_BITS})", f"sum({column} & {2**LOW_BITS - 1})"
        if total.what == "distinct":
            return (f"count(DISTINCT {column})" if len(self._spans) == 1 else "0",)
        return (f"{total.what}({column})",)


def _totals(columns: dict[str, Column], wanted: Sequence[Total], row: Iterator[Any]) -> list[Any]:
    """The totals of a group, of which a sum may have come in two parts."""
    totals: list[Any] = []
    for total in wanted:
        value = next(row)
        if total.what == "sum" and total.column is not None:
            value = value or 0
            if columns[total.column].type == WIDE:
                value = (value << LOW_BITS) + (next(row) or 0)
        totals.append(value)
    return totals


def _added(total: Total, one: Any, other: Any) -> Any:
    """A total of two parts of a group."""
    if total.what not in ("min", "max"):
        return one + other
    if one is None or other is None:
        return other if one is None else one
    return min(one, other) if total.what == "min" else max(one, other)
