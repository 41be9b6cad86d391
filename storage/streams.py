"""Rows of the product's own streams: netflow, alerts and the like, which nobody defines and no client fills.

Unlike those of a custom index they have no declared columns, and two rows of a stream may have different fields. The names
are stored once for all rows that share them; the values of a row are one text, which only the vendor reads.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from .database import Database
from .periods import FIRST_MS, LAST_MS

# One row: its time, the names of its fields, and its values as the vendor wrote them.
Line = tuple[int, tuple[str, ...], bytes]
# Rows as they are read: for each the names of its fields, and its values.
Page = list[tuple[tuple[str, ...], bytes]]


def append(connection: sqlite3.Connection, stream: str, lines: Iterable[Line]) -> None:
    """Add rows to a stream, inside a transaction. Those of equal time keep their order."""
    shapes: dict[tuple[str, ...], int] = {}

    def rows() -> Iterator[tuple[str, int, int, bytes]]:
        for timestamp_ms, fields, values in lines:
            shape = shapes.get(fields)
            if shape is None:
                shape = shapes[fields] = _shape(connection, stream, fields)
            yield stream, timestamp_ms, shape, values

    connection.executemany(
        "INSERT INTO stream_row (stream, timestamp_ms, shape, row_values) VALUES (?, ?, ?, ?)", rows()
    )


def trim(connection: sqlite3.Connection, stream: str, keep: int) -> None:
    """Drop the oldest rows of a stream but for so many, inside a transaction."""
    connection.execute(
        "DELETE FROM stream_row WHERE number IN (SELECT number FROM stream_row WHERE stream = ? "
        "ORDER BY timestamp_ms DESC, number DESC LIMIT -1 OFFSET ?)",
        (stream, keep),
    )


def scan(database: Database, stream: str, start_ms: int | None, end_ms: int | None, page_rows: int) -> Iterator[Page]:
    """The rows of a stream with a time of this range (both ends included, None is open) in order of it, ties as they came.

    Pages of (names, values). They are those that there are when this is called. Raises Closed.
    """
    ((last,),) = database.read("SELECT coalesce(max(number), 0) FROM stream_row")
    names = {
        number: tuple(json.loads(fields))
        for number, fields in database.read("SELECT number, fields FROM stream_shape WHERE stream = ?", stream)
    }
    low, high = FIRST_MS if start_ms is None else start_ms, LAST_MS if end_ms is None else end_ms
    return _scan(database, stream, names, (low, high, last), page_rows)


def _scan(
    database: Database,
    stream: str,
    names: dict[int, tuple[str, ...]],
    bounds: tuple[int, int, int],
    page_rows: int,
) -> Iterator[Page]:
    low, high, last = bounds
    after_ms, after = low, 0
    while True:
        page = database.read(
            "SELECT timestamp_ms, number, shape, row_values FROM stream_row WHERE stream = ? "
            "AND (timestamp_ms, number) > (?, ?) AND timestamp_ms <= ? AND number <= ? "
            "ORDER BY timestamp_ms, number LIMIT ?",
            stream,
            after_ms,
            after,
            high,
            last,
            page_rows,
        )
        if page:
            after_ms, after = page[-1][:2]
            yield [(names[shape], values) for _, _, shape, values in page]
        if len(page) < page_rows:
            return


def _shape(connection: sqlite3.Connection, stream: str, fields: tuple[str, ...]) -> int:
    text = json.dumps(fields, ensure_ascii=False)
    connection.execute("INSERT OR IGNORE INTO stream_shape (stream, fields) VALUES (?, ?)", (stream, text))
    number: int
    (number,) = connection.execute(
        "SELECT number FROM stream_shape WHERE stream = ? AND fields = ?", (stream, text)
    ).fetchone()
    return number
