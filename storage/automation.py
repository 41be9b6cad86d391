"""What works by itself in one Cortex, held in memory and written through: triggers, cron jobs, daemons by kind and iden.

Beside them stands the work that triggers have put off. What a value means is not known here; it is a dictionary of whatever
msgpack has a form for, and never changed in place. Lists in it come back as tuples.
"""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .database import Database
from .errors import Conflict
from .sodes import pack_value, unpack_value

Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them. number: its place in the order of making. due_ms: when it is to run next, None for never."""

    number: int
    value: Value
    due_ms: int | None


class Automation:
    """All of one database. Raises Closed; what changes raises TypeError for a value msgpack has no form for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kinds: dict[str, dict[str, Entry]] = {}
        rows = database.read("SELECT number, kind, iden, due_ms, value FROM automation ORDER BY number")
        for number, kind, iden, due_ms, data in rows:
            self._kinds.setdefault(kind, {})[iden] = Entry(number, unpack_value(data), due_ms)
        # How much work is put off, so that nobody need ask the database where there is none; and held by whoever does it.
        self.working = threading.Lock()
        self.waiting: int = database.read("SELECT count(*) FROM deferred")[0][0]

    def get(self, kind: str, iden: str) -> Value | None:
        """The value of one; None where there is none."""
        found = self._kinds.get(kind, {}).get(iden)
        return None if found is None else found.value

    def all(self, kind: str) -> dict[str, Value]:
        """Values by iden, in order of making."""
        with self._lock:
            return {iden: entry.value for iden, entry in self._kinds.get(kind, {}).items()}

    def number(self, kind: str, iden: str) -> int:
        """The place of one in the order of making, from 1 on; 0 where there is none."""
        found = self._kinds.get(kind, {}).get(iden)
        return 0 if found is None else found.number

    def any(self, kind: str) -> bool:
        """Whether there is one of this kind."""
        return bool(self._kinds.get(kind))

    def due(self, kind: str, now_ms: int) -> list[str]:
        """The idens of those that are to run by now, the earliest first."""
        with self._lock:
            found = self._kinds.get(kind)
            if not found:
                return []
            late = [(each.due_ms, iden) for iden, each in found.items() if each.due_ms is not None]
        return [iden for due_ms, iden in sorted(late) if due_ms <= now_ms]

    def add(self, kind: str, iden: str, value: Value, due_ms: int | None = None) -> None:
        """Store a new one. Raises Conflict."""
        row = (kind, iden, due_ms, pack_value(value))
        with self._lock:
            try:
                with self._database.write() as connection:
                    sql = "INSERT INTO automation (kind, iden, due_ms, value) VALUES (?, ?, ?, ?)"
                    number = connection.execute(sql, row).lastrowid
            except sqlite3.IntegrityError as error:
                raise Conflict(f"There is a {kind} with the iden {iden} already.") from error
            assert number is not None
            self._kinds.setdefault(kind, {})[iden] = Entry(number, value, due_ms)

    def change(self, kind: str, iden: str, make: Callable[[Value], tuple[Value, int | None] | None]) -> Value | None:
        """Store another value in the place of one, as one step; None where there is none, or nothing is to change.

        make: the new value of the old one, and when it is to run next; None to leave it. It must not call anything here.
        """
        with self._lock:
            found = self._kinds.get(kind, {}).get(iden)
            made = None if found is None else make(found.value)
            if found is None or made is None:
                return None
            value, due_ms = made
            with self._database.write() as connection:
                sql = "UPDATE automation SET value = ?, due_ms = ? WHERE kind = ? AND iden = ?"
                connection.execute(sql, (pack_value(value), due_ms, kind, iden))
            self._kinds[kind][iden] = Entry(found.number, value, due_ms)
            return value

    def drop(self, kind: str, iden: str) -> bool:
        """Remove one; whether it was there."""
        with self._lock:
            with self._database.write() as connection:
                connection.execute("DELETE FROM automation WHERE kind = ? AND iden = ?", (kind, iden))
            return self._kinds.get(kind, {}).pop(iden, None) is not None

    # -- work that is put off

    def defer(self, value: Value) -> None:
        """Put some work off."""
        with self._lock:
            with self._database.write() as connection:
                connection.execute("INSERT INTO deferred (value) VALUES (?)", (pack_value(value),))
            self.waiting += 1

    def deferred(self) -> tuple[int, Value] | None:
        """The oldest work that was put off, with its number; None where there is none."""
        rows = self._database.read("SELECT number, value FROM deferred ORDER BY number LIMIT 1")
        return (rows[0][0], unpack_value(rows[0][1])) if rows else None

    def done(self, number: int) -> None:
        """Work that was put off is done."""
        with self._lock, self._database.write() as connection:
            self.waiting -= connection.execute("DELETE FROM deferred WHERE number = ?", (number,)).rowcount
