"""Lookups: what finds one by its name, and its file, which is stored as one JSON text and read only by who asks for it.

What a lookup is called and how it is configured stands in its config element (`elements.py`); what its values mean is the
vendor's business.
"""

import sqlite3
from dataclasses import dataclass

from .database import Database
from .errors import Conflict


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup without its file; `revision` is another one after each change."""

    element: str
    name: str
    kind: str
    active: bool
    revision: int


def named(database: Database, name: str) -> Lookup | None:
    """The lookup of this name. Raises Closed."""
    rows = database.read(f"SELECT {_COLUMNS} FROM lookup WHERE name = ?", name)
    return _lookup(rows[0]) if rows else None


def put(connection: sqlite3.Connection, element: str, name: str, kind: str, active: bool, file: bytes) -> None:
    """Store a new lookup, or a new state of one. Raises Conflict if the name is taken.

    element: id of its config element, which is stored before. file: a JSON text.
    """
    taken = connection.execute("SELECT 1 FROM lookup WHERE name = ? AND element != ?", (name, element)).fetchone()
    if taken is not None:
        raise Conflict(f"There is a lookup named {name} already.")
    (revision,) = connection.execute("UPDATE lookup_revision SET last = last + 1 RETURNING last").fetchone()
    connection.execute(
        f"INSERT INTO lookup ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (element) DO UPDATE SET "
        "name = excluded.name, kind = excluded.kind, active = excluded.active, revision = excluded.revision",
        (element, name, kind, active, revision),
    )
    connection.execute(
        "INSERT INTO lookup_file (element, file) VALUES (?, ?) ON CONFLICT (element) DO UPDATE SET file = excluded.file",
        (element, file),
    )


def lookup_in(connection: sqlite3.Connection, element: str) -> Lookup | None:
    """The lookup that this config element is, inside a transaction."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM lookup WHERE element = ?", (element,)).fetchone()
    return None if row is None else _lookup(row)


def file_in(connection: sqlite3.Connection, element: str) -> bytes:
    """The file of the lookup that this config element is, as it was given to `put`."""
    (file,) = connection.execute("SELECT file FROM lookup_file WHERE element = ?", (element,)).fetchone()
    assert isinstance(file, bytes)
    return file


def revisions(database: Database) -> set[int]:
    """The revisions of all lookups that there are. Raises Closed."""
    return {revision for (revision,) in database.read("SELECT revision FROM lookup")}


_COLUMNS = "element, name, kind, active, revision"


def _lookup(row: tuple[str, str, str, int, int]) -> Lookup:
    element, name, kind, active, revision = row
    return Lookup(element, name, kind, bool(active), revision)
