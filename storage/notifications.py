"""Messages to the users of one Cortex, numbered in order."""

from dataclasses import dataclass
from typing import Any

from .database import Database
from .sodes import pack_value, unpack_value


@dataclass(frozen=True, slots=True)
class Notification:
    """A message; `value` is whatever its kind has to say."""

    number: int
    user: str
    time_ms: int
    kind: str
    value: Any


class Notifications:
    """The messages in one database. Raises Closed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: str, time_ms: int, kind: str, value: Any) -> int:
        """Store a message; its number. Raises TypeError for what msgpack has no form for."""
        sql = "INSERT INTO notification (user, time_ms, kind, value) VALUES (?, ?, ?, ?) RETURNING number"
        with self._database.write() as connection:
            row = connection.execute(sql, (user, time_ms, kind, pack_value(value))).fetchone()
        number: int = row[0]
        return number

    def get(self, number: int) -> Notification | None:
        """One message."""
        found = self._read("WHERE number = ?", number)
        return found[0] if found else None

    def of(self, user: str) -> list[Notification]:
        """A user's messages, the newest first."""
        return self._read("WHERE user = ? ORDER BY number DESC", user)

    def drop(self, number: int) -> None:
        """Remove a message, if it is there."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM notification WHERE number = ?", (number,))

    def _read(self, where: str, *values: Any) -> list[Notification]:
        rows = self._database.read(f"SELECT number, user, time_ms, kind, value FROM notification {where}", *values)
        return [Notification(at, whose, when, kind, unpack_value(data)) for at, whose, when, kind, data in rows]
