"""What was added to the data model of one Cortex: elements by kind and name, in order of adding.

What an element means is not known here; a value is whatever msgpack has a form for.
"""

import json
from collections.abc import Sequence
from typing import Any

from .database import Database
from .sodes import pack_value, unpack_value

Name = Sequence[str | None]


class Extensions:
    """The elements in one database. Raises Closed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[tuple[str, tuple[str | None, ...], Any]]:
        """(kind, name, value) of every element, oldest first; lists in a value come back as tuples."""
        rows = self._database.read("SELECT kind, name, value FROM model_element ORDER BY position")
        return [(kind, tuple(json.loads(name)), unpack_value(data)) for kind, name, data in rows]

    def put(self, kind: str, name: Name, value: Any) -> None:
        """Store an element, or another in its place. Raises TypeError for a value msgpack has no form for."""
        sql = "INSERT OR REPLACE INTO model_element (kind, name, value) VALUES (?, ?, ?)"
        with self._database.write() as connection:
            connection.execute(sql, (kind, json.dumps(list(name)), pack_value(value)))

    def drop(self, kind: str, name: Name) -> None:
        """Remove an element, if it is there."""
        with self._database.write() as connection:
            sql = "DELETE FROM model_element WHERE kind = ? AND name = ?"
            connection.execute(sql, (kind, json.dumps(list(name))))
