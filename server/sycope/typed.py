"""A custom index that a query may ask for less than all rows (`nql.Typed`): names and shown values; SQL is in `storage`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import repeat
from typing import Any

from ...storage.columns import TYPES, show_column
from ...storage.conditions import Bucket, Condition, Grouping, Ordering, Total
from ...storage.database import Row as StoredRow
from ...storage.reader import Reader
from ...storage.rows import Column, Index
from ...storage.selection import Selection
from ..nql import Row, Scan, Value

# Of a column's values themselves, so shown as they are.
EXTREMES = ("min", "max")


class TypedIndex:
    """The `Typed` of an index, for one scan. All raise Closed, and Cancelled when the query is.

    moment: opens a reader of the database. columns: those that rows are to have. shown: rows of a page as clients know them.
    """

    def __init__(
        self,
        moment: Callable[[], AbstractContextManager[Reader]],
        index: Index,
        scan: Scan,
        columns: list[Column],
        page_rows: int,
    ) -> None:
        self._moment = moment
        self._index = index
        self._scan = scan
        self._columns = columns
        self._page_rows = page_rows
        self._by_name = {column.name: column for column in index.columns}

    @property
    def types(self) -> Mapping[str, str]:
        """The type of each column."""
        return {column.name: column.type for column in self._index.columns}

    def rows(self, condition: Condition, most: int | None) -> Iterator[Row]:
        """The rows that fit."""
        with self._moment() as reader:
            for page in self._selection(reader).rows(condition, self._columns, most, self._page_rows):
                yield from shown(self._columns, page)

    def groups(self, wanted: Grouping, most: int) -> list[tuple[tuple[Value, ...], list[Any]]] | None:
        """Groups with their totals."""
        with self._moment() as reader:
            found = self._selection(reader).groups(wanted, most)
        if not found:
            return found
        keys = [self._column(key) for key in wanted.keys]
        totals = [self._column_of_total(total) for total in wanted.totals]
        shown_keys = _shown_rows(keys, [values for values, _ in found])
        return [
            (values, list(row))
            for values, row in zip(shown_keys, _shown_rows(totals, [row for _, row in found]), strict=True)
        ]

    def firsts(self, wanted: Ordering) -> Iterator[Row]:
        """Rows with the first by an order among them."""
        with self._moment() as reader:
            for page in self._selection(reader).firsts(wanted, self._columns):
                yield from shown(self._columns, page)

    def _selection(self, reader: Reader) -> Selection:
        return Selection(reader, self._index, self._scan.start_ms, self._scan.end_ms)

    def _column(self, key: str | Bucket) -> Column | None:
        return self._by_name[key] if isinstance(key, str) else None

    def _column_of_total(self, total: Total) -> Column | None:
        return self._by_name[total.column] if total.what in EXTREMES and total.column is not None else None


def shown(columns: list[Column], page: list[StoredRow]) -> Iterator[Row]:
    """Rows of a page in the form that clients know."""
    names = [column.name for column in columns]
    # All in C: this is done for each row of each query.
    return map(dict, map(zip, repeat(names), _shown_rows(list(columns), page)))


def _shown_rows(columns: "list[Column | None]", page: "list[Any]") -> Iterator[tuple[Any, ...]]:
    """Rows of values of these columns; None for what is shown as it is."""
    if not columns:
        return iter([()] * len(page))
    values = zip(*page, strict=True)
    made = [
        each if column is None else show_column(TYPES[column.type], each)
        for column, each in zip(columns, values, strict=True)
    ]
    return zip(*made, strict=True)
