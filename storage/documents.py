"""Named values of one Cortex by kind and owner: users' variables and profiles, macros, graph projections, JSON by path.

A value is whatever msgpack has a form for; lists come back as tuples. What the values mean is not known here.
"""

from typing import Any

from .database import Database
from .sodes import pack_value, unpack_value


class Documents:
    """The documents in one database. Raises Closed; what changes raises TypeError for a value msgpack has no form for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, kind: str, name: str, owner: str = "", default: Any = None) -> Any:
        """One value, `default` where there is none."""
        sql = "SELECT value FROM document WHERE kind = ? AND owner = ? AND name = ?"
        rows = self._database.read(sql, kind, owner, name)
        return unpack_value(rows[0][0]) if rows else default

    def items(self, kind: str, owner: str = "") -> list[tuple[str, Any]]:
        """Names and values, by name."""
        sql = "SELECT name, value FROM document WHERE kind = ? AND owner = ? ORDER BY name"
        return [(name, unpack_value(data)) for name, data in self._database.read(sql, kind, owner)]

    def put(self, kind: str, name: str, value: Any, owner: str = "") -> None:
        """Store a value, or another in its place."""
        row = (kind, owner, name, pack_value(value))
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", row)

    def pop(self, kind: str, name: str, owner: str = "", default: Any = None) -> Any:
        """Remove a value; what it was, `default` where there was none."""
        sql = "DELETE FROM document WHERE kind = ? AND owner = ? AND name = ? RETURNING value"
        with self._database.write() as connection:
            row = connection.execute(sql, (kind, owner, name)).fetchone()
        return default if row is None else unpack_value(row[0])

    def rename(self, kind: str, name: str, new: str, value: Any, owner: str = "") -> None:
        """Store a value under another name, as one step; what was under that name is lost."""
        with self._database.write() as connection:
            key = (kind, owner, name)
            connection.execute("DELETE FROM document WHERE kind = ? AND owner = ? AND name = ?", key)
            row = (kind, owner, new, pack_value(value))
            connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", row)

    def forget(self, owner: str) -> None:
        """Remove all that an owner has."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM document WHERE owner = ?", (owner,))
