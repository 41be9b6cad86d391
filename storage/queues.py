"""The queues of one Cortex: items by offset, which readers fetch as often as they like and remove from the front.

Nothing waits here: who wants an item that is not there yet asks again.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .database import Database
from .errors import Conflict, NotFound
from .sodes import pack_value, unpack_value

Item = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """A queue; `size` items are in it, and the next one gets offset `next`."""

    name: str
    creator: str
    created_ms: int
    size: int
    next: int


class Queues:
    """The queues in one database. All raise Closed, and NotFound for a queue that is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, creator: str, created_ms: int) -> None:
        """Make an empty queue. Raises Conflict."""
        row = (name, creator, created_ms)
        try:
            with self._database.write() as connection:
                connection.execute("INSERT INTO queue (name, creator, created_ms, next) VALUES (?, ?, ?, 0)", row)
        except sqlite3.IntegrityError as error:
            raise Conflict(f"There is a queue named {name} already.") from error

    def all(self) -> list[QueueRecord]:
        """Every queue, in order of making."""
        return [QueueRecord(*row) for row in self._database.read(f"{_RECORD} ORDER BY number")]

    def find(self, name: str) -> QueueRecord | None:
        """The queue of that name."""
        rows = self._database.read(f"{_RECORD} WHERE name = ?", name)
        return QueueRecord(*rows[0]) if rows else None

    def drop(self, name: str) -> None:
        """Remove a queue with its items."""
        with self._database.write() as connection:
            number, _ = _queue(connection, name)
            connection.execute("DELETE FROM queue_item WHERE queue = ?", (number,))
            connection.execute("DELETE FROM queue WHERE number = ?", (number,))

    def put(self, name: str, values: Iterable[Any]) -> int:
        """Append items; the offset of the first. Raises TypeError for what msgpack has no form for."""
        data = [pack_value(value) for value in values]
        with self._database.write() as connection:
            number, first = _queue(connection, name)
            rows = [(number, offset, each) for offset, each in enumerate(data, first)]
            connection.executemany("INSERT INTO queue_item VALUES (?, ?, ?)", rows)
            connection.execute("UPDATE queue SET next = next + ? WHERE number = ?", (len(rows), number))
        return first

    def read(self, name: str, offset: int, most: int = 1) -> list[Item]:
        """The first items at an offset or behind it."""
        if not self._database.read("SELECT 1 FROM queue WHERE name = ?", name):
            raise _unknown(name)
        rows = self._database.read(
            "SELECT offset, value FROM queue_item WHERE queue = (SELECT number FROM queue WHERE name = ?) "
            "AND offset >= ? ORDER BY offset LIMIT ?",
            name,
            offset,
            most,
        )
        return [(at, unpack_value(data)) for at, data in rows]

    def cull(self, name: str, offset: int) -> None:
        """Remove the items up to an offset and at it."""
        with self._database.write() as connection:
            number, _ = _queue(connection, name)
            connection.execute("DELETE FROM queue_item WHERE queue = ? AND offset <= ?", (number, offset))

    def pop(self, name: str, offset: int | None = None) -> Item | None:
        """Take the first item out, or the one at an offset; None where there is none."""
        sql = (
            "DELETE FROM queue_item WHERE queue = ?1 AND offset = "
            "coalesce(?2, (SELECT min(offset) FROM queue_item WHERE queue = ?1)) RETURNING offset, value"
        )
        with self._database.write() as connection:
            number, _ = _queue(connection, name)
            row = connection.execute(sql, (number, offset)).fetchone()
        return None if row is None else (row[0], unpack_value(row[1]))


_RECORD = (
    "SELECT name, creator, created_ms, (SELECT count(*) FROM queue_item WHERE queue_item.queue = queue.number), next "
    "FROM queue"
)


def _queue(connection: sqlite3.Connection, name: str) -> tuple[int, int]:
    """Its number and the next offset."""
    row = connection.execute("SELECT number, next FROM queue WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise _unknown(name)
    return row[0], row[1]


def _unknown(name: str) -> NotFound:
    return NotFound(f"There is no queue named {name}.")
