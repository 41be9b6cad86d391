"""Config elements: every configuration object of Sycope, stored as one row with JSON columns.

It stores what it is given; what a category demands of its `config` is the vendor's business.
"""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from .database import Database


@dataclass(frozen=True, slots=True)
class Element:
    """One config element; times in milliseconds since 1970, what is unset is None.

    sid_perms: who besides its owner may do what to it, `{"sid": role or user, "perms": [...]}` each.
    """

    id: str
    category: str
    created_ms: int
    created_by: str
    modified_ms: int
    modified_by: str
    config: dict[str, Any]
    module: str | None = None
    annotations: Any = None
    misc_data: Any = None
    attributes: Any = None
    single_configuration_instance: Any = None
    tags: Any = None
    sid_perms: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Access:
    """Whose an element is, and its `sid_perms`."""

    owner: str
    sid_perms: list[dict[str, Any]]


def listed(database: Database, category: str | None = None) -> list[Element]:
    """All elements, or those of one category, oldest first. Raises Closed."""
    if category is None:
        rows = database.read(f"SELECT {_COLUMNS} FROM element ORDER BY rowid")
    else:
        rows = database.read(f"SELECT {_COLUMNS} FROM element WHERE category = ? ORDER BY rowid", category)
    return [_element(row) for row in rows]


def get(database: Database, iden: str) -> Element | None:
    """The element with this id. Raises Closed."""
    rows = database.read(f"SELECT {_COLUMNS} FROM element WHERE id = ?", iden)
    return _element(rows[0]) if rows else None


def get_in(connection: sqlite3.Connection, iden: str) -> Element | None:
    """The element with this id, inside a transaction."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM element WHERE id = ?", (iden,)).fetchone()
    return None if row is None else _element(row)


def access(database: Database, iden: str) -> Access | None:
    """What decides who may do what to an element, without the rest of it. Raises Closed."""
    rows = database.read("SELECT created_by, sid_perms FROM element WHERE id = ?", iden)
    return Access(rows[0][0], json.loads(rows[0][1])) if rows else None


def put(connection: sqlite3.Connection, element: Element) -> None:
    """Store a new element, or a new state of one."""
    connection.execute(_PUT, _row(element))


def remove(connection: sqlite3.Connection, iden: str) -> None:
    """Delete an element, and by foreign keys what is recorded of it; row tables are dropped by `rows.drop`."""
    connection.execute("DELETE FROM element WHERE id = ?", (iden,))


_NAMES = (
    "id",
    "category",
    "module",
    "created_ms",
    "created_by",
    "modified_ms",
    "modified_by",
    "annotations",
    "misc_data",
    "attributes",
    "single_configuration_instance",
    "tags",
    "config",
    "sid_perms",
)
_COLUMNS = ", ".join(_NAMES)
# An upsert: unlike REPLACE it keeps the row and its place in the order.
_PUT = (
    f"INSERT INTO element ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES[1:])}"
)
_JSON = frozenset(
    ("annotations", "misc_data", "attributes", "single_configuration_instance", "tags", "config", "sid_perms")
)


def _row(element: Element) -> tuple[Any, ...]:
    return tuple(_text(getattr(element, name)) if name in _JSON else getattr(element, name) for name in _NAMES)


def _element(row: tuple[Any, ...]) -> Element:
    values = dict(zip(_NAMES, row, strict=True))
    for name in _JSON:
        values[name] = None if values[name] is None else json.loads(values[name])
    return Element(**values)


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
