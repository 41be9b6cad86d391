"""Custom indexes and their rows: a typed SQLite table an index and rotation period, each with an index on the timestamp.

Rows are only ever appended, and go with their index, so the rows of a period are numbered 1, 2, 3 without gaps. Values come
and go in stored form (`columns.py`); who may send which is the vendor's business.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any

from . import periods
from .columns import TYPES
from .database import Database, Row
from .errors import Conflict, NotFound
from .periods import FIRST_MS, LAST_MS

TIMESTAMP = "timestamp"
# SQLite's own default bound is 2000 columns; our row number is one of them.
MOST_COLUMNS = 1000
# Rows a statement inserts at once: `executemany` row by row spends more on stepping than on storing (benchmarks/inject.py).
# A statement of so many values also runs without Python's lock, so that other threads go on meanwhile.
BLOCK_ROWS = 32
MOST_VALUES = 32_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an index; `position` names it in the tables and never changes."""

    position: int
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Index:
    """A custom index as its rows see it.

    element: id of the config element that defines it. retention_days: how long a period is kept after its end, None for ever.
    """

    number: int
    element: str
    name: str
    rotation: str
    active: bool
    retention_days: int | None
    columns: tuple[Column, ...]


class Changed(Conflict):
    """The index was modified between reading its definition and writing rows by it: read it again."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one request in stored form, by column: the columns they have (timestamp among them), and the values of each."""

    columns: tuple[Column, ...]
    values: tuple[Sequence[Any], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A period that has rows: how many, and how many of the index's columns its table has."""

    period: str
    row_count: int
    width: int


def index_named(database: Database, name: str) -> Index | None:
    """The index of this name. Raises Closed."""
    return _index(database.read(f"{_INDEX} WHERE i.name = ? ORDER BY c.position", name))


def index_named_in(connection: sqlite3.Connection, name: str) -> Index | None:
    """The same inside a transaction."""
    return _index(connection.execute(f"{_INDEX} WHERE i.name = ? ORDER BY c.position", (name,)).fetchall())


def index_of(database: Database, element: str) -> Index | None:
    """The index that this config element defines. Raises Closed."""
    return _index(database.read(f"{_INDEX} WHERE i.element = ? ORDER BY c.position", element))


def index_in(connection: sqlite3.Connection, element: str) -> Index | None:
    """The same inside a transaction."""
    return _index(connection.execute(f"{_INDEX} WHERE i.element = ? ORDER BY c.position", (element,)).fetchall())


def all_in(connection: sqlite3.Connection) -> list[Index]:
    """Every index, oldest first, inside a transaction."""
    found = connection.execute(f"{_INDEX} ORDER BY i.number, c.position").fetchall()
    indexes = (_index(list(part)) for _, part in groupby(found, key=lambda row: row[0]))
    return [index for index in indexes if index is not None]


def make(
    connection: sqlite3.Connection,
    element: str,
    name: str,
    rotation: str,
    active: bool,
    fields: Sequence[tuple[str, str]],
    retention_days: int | None = None,
) -> None:
    """A new index with these fields (name, type). Raises Conflict if the name is taken."""
    _check_free(connection, element, name)
    cursor = connection.execute(
        "INSERT INTO row_index (element, name, rotation, active, retention_days) VALUES (?, ?, ?, ?, ?)",
        (element, name, rotation, active, retention_days),
    )
    assert cursor.lastrowid is not None
    _add_columns(connection, cursor.lastrowid, 0, fields)


def modify(
    connection: sqlite3.Connection,
    index: Index,
    name: str,
    rotation: str,
    active: bool,
    added: Sequence[tuple[str, str]],
    retention_days: int | None = None,
) -> None:
    """Another name, rotation, activity or retention, and further fields; rows that are there have null in those.

    Raises Conflict if the name is taken. The rotation may change only while there are no rows (`has_rows`).
    """
    _check_free(connection, index.element, name)
    connection.execute(
        "UPDATE row_index SET name = ?, rotation = ?, active = ?, retention_days = ? WHERE number = ?",
        (name, rotation, active, retention_days, index.number),
    )
    _add_columns(connection, index.number, len(index.columns), added)


def has_rows(connection: sqlite3.Connection, index: Index) -> bool:
    """Whether any row is stored."""
    return connection.execute("SELECT 1 FROM row_period WHERE row_index = ?", (index.number,)).fetchone() is not None


def drop(connection: sqlite3.Connection, index: Index) -> None:
    """Drop an index with all its rows; its element is removed by `elements.remove`."""
    names = connection.execute("SELECT period FROM row_period WHERE row_index = ?", (index.number,)).fetchall()
    for (name,) in names:
        connection.execute(f"DROP TABLE {table_of(index.number, name)}")
    connection.execute("DELETE FROM row_index WHERE number = ?", (index.number,))


def insert(database: Database, index: Index, rows: Rows, *, most_periods: int, sort: bool = False) -> None:
    """Append rows, all or none, in one transaction.

    index: the definition they were checked against. sort: store them by timestamp; those with the same one keep their order.
    most_periods: how many rotation periods they may lie in.
    Raises NotFound if the index is gone, Changed if it is another now, TooManyPeriods, Closed.
    """
    parts = _arranged(index, rows, most_periods, sort)
    with database.write() as connection:
        now = index_in(connection, index.element)
        if now is None:
            raise NotFound(f"There is no index named {index.name}.")
        if now != index:
            raise Changed(f"The index {index.name} was modified meanwhile.")
        _store(connection, index, rows.columns, parts)


def insert_in(connection: sqlite3.Connection, index: Index, rows: Rows, *, most_periods: int) -> None:
    """The same inside a transaction that made or read the index; rows are sorted. Raises TooManyPeriods."""
    _store(connection, index, rows.columns, _arranged(index, rows, most_periods, True))


def table_of(number: int, period: str) -> str:
    """The name of the table that holds the rows of one period of an index."""
    return f"rows_{number}_{period}"


def stored(database: Database, index: Index) -> list[Stored]:
    """The periods of an index that have rows, in order of time. Raises Closed."""
    found = database.read(
        "SELECT period, row_count, width FROM row_period WHERE row_index = ? ORDER BY start_ms, period", index.number
    )
    return [Stored(*row) for row in found]


def pages(
    database: Database, index: Index, parts: Sequence[Stored], offset: int, limit: int, page_rows: int
) -> Iterator[list[Row]]:
    """The rows from `offset` on, as many as there were when `stored` gave `parts`: period by period, in the order stored.

    Each page is read by itself, so whoever takes long over one holds nothing. Raises NotFound if the index or a period that
    is still to be read is dropped meanwhile, Closed.
    """
    for part in parts:
        first, last = offset, min(part.row_count, offset + limit)
        offset = max(0, offset - part.row_count)
        limit -= max(0, last - first)
        chosen = ", ".join(
            f"c{column.position}" if column.position < part.width else "NULL" for column in index.columns
        )
        table = table_of(index.number, part.period)
        sql = f"SELECT {chosen} FROM {table} WHERE number > ? AND number <= ? ORDER BY number"
        for start in range(first, last, page_rows):
            yield _page(database, index, part, sql, start, min(start + page_rows, last))


def scan(
    database: Database,
    index: Index,
    columns: Sequence[Column],
    start_ms: int | None,
    end_ms: int | None,
    page_rows: int,
) -> Iterator[list[Row]]:
    """The rows with a timestamp of this range (both ends included, None is open) in order of it, ties as they were stored.

    They are those that there are when this is called; pages are read as they are taken, each by itself, with the values of
    `columns` and no others. Raises Closed; the iterator also NotFound if the index or a period of it is dropped meanwhile.
    """
    low, high = FIRST_MS if start_ms is None else start_ms, LAST_MS if end_ms is None else end_ms
    parts = [
        Stored(*row)
        for row in database.read(
            "SELECT period, row_count, width FROM row_period WHERE row_index = ? AND end_ms > ? AND start_ms <= ? "
            "ORDER BY start_ms, period",
            index.number,
            low,
            high,
        )
    ]
    return _scan(database, index, columns, parts, low, high, page_rows)


def _scan(
    database: Database,
    index: Index,
    columns: Sequence[Column],
    parts: list[Stored],
    low: int,
    high: int,
    page_rows: int,
) -> Iterator[list[Row]]:
    time = next(f"c{column.position}" for column in index.columns if column.name == TIMESTAMP)
    for part in parts:
        chosen = "".join(f"c{column.position}, " if column.position < part.width else "NULL, " for column in columns)
        head = f"SELECT {chosen}{time}, number FROM {table_of(index.number, part.period)} WHERE number <= ? AND "
        # Two questions, as SQLite does not find its place in the index by a pair of time and number.
        rest = f"{head}{time} > ? AND {time} <= ? ORDER BY {time}, number LIMIT ?"
        ties = f"{head}{time} = ? AND number > ? ORDER BY number LIMIT ?"
        after, number = low - 1, part.row_count
        while True:
            page = (
                []
                if number == part.row_count
                else _page(database, index, part, ties, part.row_count, after, number, page_rows)
            )
            if len(page) < page_rows:
                page += _page(database, index, part, rest, part.row_count, after, high, page_rows - len(page))
            if not page:
                break
            after, number = page[-1][-2:]
            yield [row[:-2] for row in page]
            if len(page) < page_rows:
                break


def _page(database: Database, index: Index, part: Stored, sql: str, *values: int) -> list[Row]:
    try:
        return database.read(sql, *values)
    except sqlite3.OperationalError as error:
        if index_of(database, index.element) is None:
            raise NotFound(f"The index {index.name} was deleted meanwhile.") from error
        if all(other.period != part.period for other in stored(database, index)):
            raise NotFound(f"The period {part.period} of the index {index.name} was dropped meanwhile.") from error
        raise


_INDEX = (
    "SELECT i.number, i.element, i.name, i.rotation, i.active, i.retention_days, c.position, c.name, c.type "
    "FROM row_index i JOIN row_column c ON c.row_index = i.number"
)


def _index(rows: list[Row]) -> Index | None:
    if not rows:
        return None
    number, element, name, rotation, active, retention_days = rows[0][:6]
    columns = tuple(Column(*row[6:]) for row in rows)
    return Index(number, element, name, rotation, bool(active), retention_days, columns)


def _check_free(connection: sqlite3.Connection, element: str, name: str) -> None:
    found = connection.execute("SELECT 1 FROM row_index WHERE name = ? AND element != ?", (name, element)).fetchone()
    if found is not None:
        raise Conflict(f"There is an index named {name} already.")


def _add_columns(connection: sqlite3.Connection, number: int, first: int, fields: Sequence[tuple[str, str]]) -> None:
    connection.executemany(
        "INSERT INTO row_column (row_index, position, name, type) VALUES (?, ?, ?, ?)",
        [(number, first + place, name, kind) for place, (name, kind) in enumerate(fields)],
    )


def _bindable(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    """The values in the form that `sqlite3` binds at once: it asks for an adapter of each `bytes`, and not of `bytearray`."""
    if TYPES[column.type].sql != "BLOB":
        return values
    if None in values:
        return [None if value is None else bytearray(value) for value in values]
    return list(map(bytearray, values))


# What goes into one period: the rows, and how many they are.
Part = tuple[periods.Period, Iterable[Row], int]


def _arranged(index: Index, rows: Rows, most_periods: int, sort: bool) -> list[Part]:
    """Rows by the period that they belong to, in the order in which they are stored. Raises TooManyPeriods."""
    place = next(place for place, column in enumerate(rows.columns) if column.name == TIMESTAMP)
    timestamps = list(rows.values[place])
    # Made only where rows have to be picked; else they go from the columns into the statement without a list between.
    lines: Iterable[Row] = zip(*map(_bindable, rows.columns, rows.values), strict=True)
    if sort and (ordered := sorted(timestamps)) != timestamps:
        whole = list(lines)
        lines = [whole[number] for number in sorted(range(len(whole)), key=timestamps.__getitem__)]
        timestamps = ordered
    parts = periods.split(index.rotation, timestamps, most_periods)
    if len(parts) > 1:
        lines = list(lines)
    return [
        (period, lines, len(timestamps))
        if places is None or not isinstance(lines, list)
        else (period, [lines[number] for number in places], len(places))
        for period, places in parts
    ]


def _store(connection: sqlite3.Connection, index: Index, columns: Sequence[Column], parts: list[Part]) -> None:
    for period, lines, count in parts:
        _prepare(connection, index, period, count)
        _append(connection, table_of(index.number, period.name), columns, lines, count)


def _prepare(connection: sqlite3.Connection, index: Index, period: periods.Period, row_count: int) -> None:
    """Count the rows that come, and see that there is a table for them that has all columns."""
    table, width = table_of(index.number, period.name), len(index.columns)
    found = connection.execute(
        "UPDATE row_period SET row_count = row_count + ? WHERE row_index = ? AND period = ? RETURNING width",
        (row_count, index.number, period.name),
    ).fetchone()
    if found is None:
        connection.execute(
            "INSERT INTO row_period (row_index, period, start_ms, end_ms, row_count, width) VALUES (?, ?, ?, ?, ?, ?)",
            (index.number, period.name, period.start_ms, period.end_ms, row_count, width),
        )
        columns = ", ".join(_declared(column) for column in index.columns)
        connection.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, {columns}) STRICT")
        place = next(column.position for column in index.columns if column.name == TIMESTAMP)
        connection.execute(f"CREATE INDEX {table}_time ON {table} (c{place})")
        return
    for column in index.columns[found[0] :]:
        # A table gets its new columns when rows that may have them come; until then they are null for the reader.
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {_declared(column)}")
    if found[0] < width:
        connection.execute(
            "UPDATE row_period SET width = ? WHERE row_index = ? AND period = ?", (width, index.number, period.name)
        )


def _declared(column: Column) -> str:
    null = " NOT NULL" if column.name == TIMESTAMP else ""
    return f"c{column.position} {TYPES[column.type].sql}{null}"


def _append(
    connection: sqlite3.Connection, table: str, columns: Sequence[Column], lines: Iterable[Row], count: int
) -> None:
    width = len(columns)
    block = max(1, min(BLOCK_ROWS, MOST_VALUES // width))
    head = f"INSERT INTO {table} ({', '.join(f'c{column.position}' for column in columns)}) VALUES "
    one = f"({', '.join('?' * width)})"
    following = iter(lines)
    if count >= block:
        values = chain.from_iterable(islice(following, count - count % block))
        connection.executemany(head + ", ".join([one] * block), zip(*[values] * (width * block), strict=True))
    connection.executemany(head + one, following)
