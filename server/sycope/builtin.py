"""Rows of the product's own streams as queries read them and as seeds and the audit write them (nql.md 15.2).

A row is stored as the JSON text of its values; the store keeps the names of the fields apart.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ...storage import periods, streams
from ...storage.columns import shown
from ...storage.database import Database
from ...storage.rows import TIMESTAMP
from ...storage.streams import Line, Page
from .. import jsontext
from .choices import AUDIT, AUDIT_ROWS, STREAM_SPELLINGS
from .errors import Problem, invalid

Row = dict[str, Any]
PAGE_ROWS = 1000
# The audit is cut back once in so many rows.
AUDIT_SLACK = 1000


def read(
    database: Database, stream: str, start_ms: int | None, end_ms: int | None, columns: frozenset[str] | None
) -> Iterator[Iterator[Row]]:
    """The rows of a stream in this range of time, by pages. Raises Closed.

    columns: the fields that are needed, None for all.
    """
    name = STREAM_SPELLINGS.get(stream, stream)
    readers: dict[tuple[str, ...], Callable[[bytes], Row]] = {}
    return (_decoded(page, columns, readers) for page in streams.scan(database, name, start_ms, end_ms, PAGE_ROWS))


def line(at_ms: int, names: tuple[str, ...], values: list[Any]) -> Line:
    """A row in the form in which it is stored."""
    return at_ms, names, jsontext.dumps(values)


def write(connection: sqlite3.Connection, stream: str, lines: Iterable[Line]) -> None:
    """Add rows to a stream, inside a transaction."""
    streams.append(connection, STREAM_SPELLINGS.get(stream, stream), lines)


def lines_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """Rows, each of which has a `timestamp`, in the form in which they are stored."""
    return (line(row[TIMESTAMP], tuple(row), list(row.values())) for row in rows)


def check(rows: list[Row]) -> None:
    """See that each row has the time that its stream is ordered by. Raises SycopeError 422."""
    problems = [
        Problem(f"[{place}].{TIMESTAMP}", f"{shown(row.get(TIMESTAMP))} is no time in milliseconds")
        for place, row in enumerate(rows)
        if type(row.get(TIMESTAMP)) is not int or not periods.FIRST_MS <= row[TIMESTAMP] <= periods.LAST_MS
    ]
    if problems:
        raise invalid(problems)


def audit(
    database: Database, now_ms: int, user: str, method: str, path: str, status: int, keep: int = AUDIT_ROWS
) -> None:
    """Note in restAudit what somebody asked for and what came of it (open-84). Blocks. Raises Closed.

    keep: how many rows stay when it is cut back.
    """
    row = {TIMESTAMP: now_ms, "user": user, "method": method, "path": path, "status": status}
    with database.write() as connection:
        write(connection, AUDIT, lines_of([row]))
        if connection.execute("SELECT max(number) FROM stream_row").fetchone()[0] % AUDIT_SLACK == 0:
            streams.trim(connection, AUDIT, keep)


def _decoded(
    page: Page, columns: frozenset[str] | None, readers: dict[tuple[str, ...], Callable[[bytes], Row]]
) -> Iterator[Row]:
    for names, values in page:
        reader = readers.get(names)
        if reader is None:
            reader = readers[names] = _reader(names, columns)
        yield reader(values)


def _reader(names: tuple[str, ...], columns: frozenset[str] | None) -> Callable[[bytes], Row]:
    loads = jsontext.loads
    if columns is None or columns.issuperset(names):
        return lambda text: dict(zip(names, loads(text), strict=True))
    needed = [(place, name) for place, name in enumerate(names) if name in columns]

    def some(text: bytes) -> Row:
        values = loads(text)
        return {name: values[place] for place, name in needed}

    return some
