"""Passthroughs: what finds one by its name, and the secret that opens its backend, which its config element does not hold."""

import sqlite3

from .database import Database
from .errors import Conflict


def named(database: Database, name: str) -> tuple[str, str] | None:
    """The element and the secret of the passthrough of this name. Raises Closed."""
    rows = database.read("SELECT element, secret FROM passthrough WHERE name = ?", name)
    return (rows[0][0], rows[0][1]) if rows else None


def secret_in(connection: sqlite3.Connection, element: str) -> str:
    """The secret of a passthrough, "" for none, inside a transaction."""
    row = connection.execute("SELECT secret FROM passthrough WHERE element = ?", (element,)).fetchone()
    return "" if row is None else str(row[0])


def put(connection: sqlite3.Connection, element: str, name: str, secret: str) -> None:
    """Store a new passthrough, or a new state of one; its element is stored before. Raises Conflict if the name is taken."""
    taken = connection.execute("SELECT 1 FROM passthrough WHERE name = ? AND element != ?", (name, element)).fetchone()
    if taken is not None:
        raise Conflict(f"There is a passthrough named {name} already.")
    connection.execute(
        "INSERT INTO passthrough (element, name, secret) VALUES (?, ?, ?) "
        "ON CONFLICT (element) DO UPDATE SET name = excluded.name, secret = excluded.secret",
        (element, name, secret),
    )
