"""The objects of one Cortex that permissions can be granted on: their idens and kinds, held in memory and written through."""

import threading

from .database import Database


class Gates:
    """The gates in one database. Raises Closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kinds: dict[str, str] = dict(database.read("SELECT iden, kind FROM gate"))

    def kind(self, iden: str) -> str | None:
        """`view`, `layer`, `queue`, ...; None where there is no such gate."""
        return self._kinds.get(iden)

    def all(self) -> dict[str, str]:
        """Kinds by iden."""
        with self._lock:
            return dict(self._kinds)

    def add(self, iden: str, kind: str) -> None:
        """Make a gate; one that is there stays as it is."""
        with self._lock:
            if iden in self._kinds:
                return
            with self._database.write() as connection:
                connection.execute("INSERT INTO gate VALUES (?, ?)", (iden, kind))
            self._kinds[iden] = kind

    def drop(self, iden: str) -> None:
        """Remove a gate, if it is there. What users and roles were granted on it is theirs to lose (accounts.py)."""
        with self._lock:
            with self._database.write() as connection:
                connection.execute("DELETE FROM gate WHERE iden = ?", (iden,))
            self._kinds.pop(iden, None)
