"""Named values of one world's Cortex: Storm's global variables. Values are JSON texts here."""

from .database import Database


class Globals:
    """The global variables in one database. Raises Closed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> bytes | None:
        """The JSON text of a variable, None where there is none."""
        rows = self._database.read("SELECT value FROM global WHERE name = ?", name)
        return rows[0][0].encode() if rows else None

    def put(self, name: str, value: bytes) -> None:
        """Set a variable to a JSON text."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO global VALUES (?, ?)", (name, value.decode()))

    def pop(self, name: str) -> bytes | None:
        """Remove a variable; the JSON text that it had, None where there was none."""
        with self._database.write() as connection:
            row = connection.execute("DELETE FROM global WHERE name = ? RETURNING value", (name,)).fetchone()
        return None if row is None else row[0].encode()

    def items(self) -> list[tuple[str, bytes]]:
        """Names and JSON texts, by name."""
        return [
            (name, text.encode()) for name, text in self._database.read("SELECT name, value FROM global ORDER BY name")
        ]
