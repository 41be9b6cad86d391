"""Putting a seed pack into a Sycope: users, elements, devices, rows of streams and of custom indexes (docs/packs.md).

Everything is read, made and checked first; then it is stored in one transaction. Users, whom others refer to, come before it.
"""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ...storage import devices, rows
from ...storage.devices import Device
from ...storage.elements import Element
from ...storage.rows import Index, Rows
from ...storage.streams import Line
from ..packs import BadPack, Pack, dated
from ..passwords import hashed
from . import builtin, inject, loading, users
from .choices import BUILT_IN, DEVICES, LOOKUP
from .errors import SycopeError
from .generate import Reader
from .loading import After
from .series import series_of
from .state import Sycope
from .traffic import traffic_of
from .traffic_rows import events_of, streams_of

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(slots=True)
class Seed:
    """What a pack holds for a Sycope, checked but for what only the store can tell."""

    elements: list[tuple[Element, After]]
    devices: list[Device]
    streams: dict[str, list[Line]] = field(default_factory=dict)
    indexes: dict[str, list[Row]] = field(default_factory=dict)


def seed(sycope: Sycope, pack: Pack) -> None:
    """Put all that a pack holds into a Sycope, its times told from now by the world's clock. Blocks.

    Raises BadPack for what cannot be used; Conflict, SycopeError 409 where something is there already; Closed. Then nothing
    of it is stored but its users.
    """
    now_ms = sycope.clock.now_ms()
    # First, as other threads can hash meanwhile.
    hashes = _hashes(sycope, pack)
    made = Seed([], [])
    _generate(made, pack, now_ms)
    for name, table in pack.folder_tables("streams").items():
        made.streams.setdefault(name, []).extend(_stream(pack, name, dated(table, now_ms)))
    for name, table in pack.folder_tables("indexes").items():
        made.indexes.setdefault(name, []).extend(dated(table, now_ms))
    for item, secret in hashes:
        users.put(sycope, item["name"], users.changes_of(item, None if secret is None else secret.result()))
    items = [_element(pack, item, now_ms) for item in pack.table("elements")]
    made.elements = _named(pack, "elements", lambda: loading.checked_elements(sycope, items))
    listed = dated(pack.table("devices"), now_ms)
    made.devices = _named(pack, "devices", lambda: loading.checked_devices(sycope, listed))
    with sycope.database.write() as connection:
        _store(connection, made, pack, sycope.services.config.sycope_inject_periods)


def _generate(made: Seed, pack: Pack, now_ms: int) -> None:
    told = pack.settings()
    traffic, series = told.pop("traffic", None), told.pop("series", [])
    settings = Reader(told, pack.name)
    settings.maybe("description")
    settings.end()
    if traffic is not None:
        found = traffic_of(pack, traffic, now_ms)
        # Stored forms at once: the rows themselves would be many more objects.
        made.streams = {name: [builtin.line(*line) for line in lines] for name, lines in streams_of(found).items()}
        if found.events is not None:
            made.indexes[found.events] = events_of(found)
    for number, each in enumerate(series if isinstance(series, list) else [series]):
        index, measured = series_of(f"{pack.name}: series[{number}]", each, now_ms)
        made.indexes.setdefault(index, []).extend(measured)


def _stream(pack: Pack, name: str, table: list[Row]) -> list[Line]:
    if name not in BUILT_IN or name == DEVICES:
        raise BadPack(f"{pack.name}: streams: {name} is no built-in stream that rows can be put into.")
    _named(pack, f"streams: {name}", lambda: builtin.check(table))
    return sorted(builtin.lines_of(table), key=lambda line: line[0])


def _hashes(sycope: Sycope, pack: Pack) -> list[tuple[Row, Future[str] | None]]:
    """The users of a pack, and what will be the hash of each one's password."""
    items = pack.table("users")
    for place, item in enumerate(items):
        problem = users.problem_of(item)
        if problem is not None:
            raise BadPack(f"{pack.name}: users[{place}]: {problem}")
    hashers = sycope.services.workers.hashers
    return [
        (item, None if item.get("password") is None else hashers.submit(hashed, item["password"])) for item in items
    ]


def _element(pack: Pack, item: Row, now_ms: int) -> Row:
    """An element with its times; a lookup whose `file` is the name of a file has that file's rows instead."""
    # Nothing inside `config` is a time of ours: a dashboard may hold `-1h@now` for its queries.
    item = {key: dated(value, now_ms) if key in ("created", "modified") else value for key, value in item.items()}
    if item.get("category") != LOOKUP or not isinstance(item.get("file"), str):
        return item
    table = pack.file(item["file"])
    names = list(dict.fromkeys(name for row in table for name in row))
    return {**item, "file": {"columns": names, "rows": [[row.get(name) for name in names] for row in table]}}


def _store(connection: sqlite3.Connection, made: Seed, pack: Pack, most_periods: int) -> None:
    loading.put_elements(connection, made.elements)
    devices.put(connection, made.devices)
    for name, lines in made.streams.items():
        builtin.write(connection, name, lines)
    for name, table in made.indexes.items():
        index = rows.index_named_in(connection, name)
        if index is None:
            raise BadPack(f"{pack.name}: there is no index named {name}, which it has rows for.")
        checked = _checked(pack, index, table)
        if checked is not None:
            rows.insert_in(connection, index, checked, most_periods=most_periods)


def _checked(pack: Pack, index: Index, table: list[Row]) -> Rows | None:
    names = list(dict.fromkeys(name for row in table for name in row))
    given = [[row.get(name) for name in names] for row in table]
    return _named(pack, f"indexes: {index.name}", lambda: inject.check(inject.columns_of(index, names), given))


def _named(pack: Pack, part: str, check: Callable[[], T]) -> T:
    """What a check gives. Raises BadPack that names the part for what the check refuses."""
    try:
        return check()
    except SycopeError as error:
        if error.status != 422:
            raise
        raise BadPack(f"{pack.name}: {part}: {error.message.rstrip('.')}.") from error
