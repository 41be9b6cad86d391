"""How long indexes keep their rows, and what they hold: whole periods are dropped, as each is a table of its own.

Who asks says what time it is. A period goes once it ended `retention_days` ago, with all rows in it.
"""

import sqlite3
from dataclasses import dataclass

from . import rows
from .database import Database
from .periods import DAY_MS
from .rows import TIMESTAMP, Index


@dataclass(frozen=True, slots=True)
class PeriodStatistics:
    """A period that has rows: its name, its span (the end is the first instant after it), its rows' number and extremes."""

    period: str
    start_ms: int
    end_ms: int
    rows: int
    first_ms: int
    last_ms: int


def expire(database: Database, now_ms: int) -> int:
    """Drop every period that no index keeps any longer; gives how many. Cheap where there are none. Raises Closed."""
    if not database.read(_EXPIRED, now_ms):
        return 0
    with database.write() as connection:
        found = connection.execute(_EXPIRED, (now_ms,)).fetchall()
        for number, period in found:
            connection.execute(f"DROP TABLE {rows.table_of(number, period)}")
            connection.execute("DELETE FROM row_period WHERE row_index = ? AND period = ?", (number, period))
    return len(found)


def statistics(connection: sqlite3.Connection, index: Index) -> list[PeriodStatistics]:
    """The periods of an index that have rows, in order of time, inside a transaction: of one moment."""
    place = next(column.position for column in index.columns if column.name == TIMESTAMP)
    found = connection.execute(
        "SELECT period, start_ms, end_ms, row_count FROM row_period WHERE row_index = ? ORDER BY start_ms",
        (index.number,),
    ).fetchall()
    made = []
    for period, start_ms, end_ms, count in found:
        table = rows.table_of(index.number, period)
        # Two questions: SQLite answers each by one step in the index, and both at once by a walk through it.
        first_ms, last_ms = connection.execute(
            f"SELECT (SELECT min(c{place}) FROM {table}), (SELECT max(c{place}) FROM {table})"
        ).fetchone()
        made.append(PeriodStatistics(period, start_ms, end_ms, count, first_ms, last_ms))
    return made


_EXPIRED = (
    "SELECT p.row_index, p.period FROM row_index i JOIN row_period p ON p.row_index = i.number "
    f"WHERE i.retention_days IS NOT NULL AND p.end_ms <= ? - i.retention_days * {DAY_MS}"
)
