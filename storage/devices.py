"""The inventory: devices with their addresses, names and the additional fields that clients set."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .database import Database


@dataclass(frozen=True, slots=True)
class Device:
    """One device; `timestamp_ms` is when it was last seen, in milliseconds since 1970."""

    id: str
    timestamp_ms: int
    name: str | None = None
    domain_name: str | None = None
    ip: str | None = None
    description: str | None = None
    tags: list[Any] = field(default_factory=list)
    additional: dict[str, Any] = field(default_factory=dict)
    dns_records: list[Any] = field(default_factory=list)


def listed(database: Database) -> list[Device]:
    """All devices by the time they were last seen; of equal times those that came first. Raises Closed."""
    return [_device(row) for row in database.read(f"SELECT {_COLUMNS} FROM device ORDER BY timestamp_ms, rowid")]


def get_in(connection: sqlite3.Connection, iden: str) -> Device | None:
    """The device with this id, inside a transaction."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM device WHERE id = ?", (iden,)).fetchone()
    return None if row is None else _device(row)


def put(connection: sqlite3.Connection, devices: Iterable[Device]) -> None:
    """Store new devices, or new states of devices."""
    connection.executemany(_PUT, map(_row, devices))


_NAMES = ("id", "timestamp_ms", "name", "domain_name", "ip", "description", "tags", "additional", "dns_records")
_COLUMNS = ", ".join(_NAMES)
_PUT = (
    f"INSERT INTO device ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES[1:])}"
)
_JSON = 3  # the last so many columns


def _row(device: Device) -> tuple[Any, ...]:
    values = [getattr(device, name) for name in _NAMES]
    texts = (json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values[-_JSON:])
    return (*values[:-_JSON], *texts)


def _device(row: tuple[Any, ...]) -> Device:
    return Device(*row[:-_JSON], *map(json.loads, row[-_JSON:]))
