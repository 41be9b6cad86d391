"""Lookups over HTTP: create, show, modify, delete, of either kind (reference: Lookups).

`config` and `file` are stored and shown exactly as they came; only their shape is checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from aiohttp import web

from ...storage import elements, lookups
from ...storage.columns import TYPES, BadValue, shown, store_value
from ...storage.elements import Element
from .. import jsontext
from ..call import Call
from . import access, bodies
from .access import Viewer
from .choices import ERRORS_TOLD, LOOKUP, LOOKUP_COLUMNS, LOOKUP_KINDS, SUBNET
from .definitions import check_element, check_name, is_name, more_of
from .elements import described, remove
from .errors import Problem, invalid
from .state import Sycope

EMPTY: dict[str, Any] = {"columns": [], "rows": []}
CELLS = frozenset((str, int, float, bool, type(None)))


@dataclass(frozen=True, slots=True)
class Definition:
    """What a body says of a lookup. more: what it sets besides, by the names of the store. file: as JSON text."""

    config: dict[str, Any]
    more: Mapping[str, Any]
    file: bytes

    @property
    def name(self) -> str:
        """The name of the lookup."""
        name: str = self.config["name"]
        return name

    @property
    def active(self) -> bool:
        """Whether queries see it."""
        return self.config.get("active") is not False


async def create(call: Call, sycope: Sycope) -> web.Response:
    """`POST /config-element-lookup/{kind}` `{"config", "file"}`: the envelope with `id`."""
    body = await bodies.receive(call, sycope.services.config.sycope_body_bytes)
    return bodies.done(id=await sycope.services.workers.call(_create, sycope, call.args[0], body, call.user))


async def show(call: Call, sycope: Sycope) -> web.Response:
    """`GET /config-element-lookup/{kind}/{id}`: the element, and its `file`."""
    who = access.viewer(sycope.accounts, call.user)
    kind, iden = call.args
    return bodies.reply_text(await sycope.services.workers.call(_show, sycope, who, kind, iden))


async def modify(call: Call, sycope: Sycope) -> web.Response:
    """`PUT /config-element-lookup/{kind}/{id}`: other `config` and `file` for those that were."""
    who = access.viewer(sycope.accounts, call.user)
    kind, iden = call.args
    body = await bodies.receive(call, sycope.services.config.sycope_body_bytes)
    await sycope.services.workers.call(_modify, sycope, who, kind, iden, body)
    return bodies.done()


async def delete(call: Call, sycope: Sycope) -> web.Response:
    """`DELETE /config-element-lookup/{kind}/{id}`: deletes the lookup with its file."""
    who = access.viewer(sycope.accounts, call.user)
    kind, iden = call.args
    await sycope.services.workers.call(_delete, sycope, who, kind, iden)
    return bodies.done()


def _create(sycope: Sycope, kind: str, body: bodies.Body, user: str) -> str:
    wanted = defined(bodies.parse(body), kind)
    now_ms = sycope.clock.now_ms()
    element = Element(
        id=sycope.ids.element(now_ms),
        category=LOOKUP,
        created_ms=now_ms,
        created_by=user,
        modified_ms=now_ms,
        modified_by=user,
        config=wanted.config,
        **wanted.more,
    )
    with sycope.database.write() as connection:
        elements.put(connection, element)
        lookups.put(connection, element.id, wanted.name, kind, wanted.active, wanted.file)
    return element.id


def _show(sycope: Sycope, who: Viewer, kind: str, iden: str) -> bytes:
    # Inside a transaction: what is shown is of one moment.
    with sycope.database.write() as connection:
        element = access.visible(who, elements.get_in(connection, iden), iden, LOOKUP)
        lookup = lookups.lookup_in(connection, iden)
        if lookup is None or lookup.kind != kind:
            raise access.unknown(iden)
        file = lookups.file_in(connection, iden)
    return b'%b,"file":%b}' % (jsontext.dumps(described(element))[:-1], file)


def _modify(sycope: Sycope, who: Viewer, kind: str, iden: str, body: bodies.Body) -> None:
    wanted = defined(bodies.parse(body), kind, iden)
    with sycope.database.write() as connection:
        element = access.visible(who, elements.get_in(connection, iden), iden, LOOKUP)
        lookup = lookups.lookup_in(connection, iden)
        if lookup is None or lookup.kind != kind:
            raise access.unknown(iden)
        access.check(who, element.created_by, element.sid_perms, access.EDIT)
        element = replace(element, config=wanted.config, modified_ms=sycope.clock.now_ms(), modified_by=who.name)
        elements.put(connection, replace(element, **wanted.more))
        lookups.put(connection, iden, wanted.name, kind, wanted.active, wanted.file)


def _delete(sycope: Sycope, who: Viewer, kind: str, iden: str) -> None:
    # A kind never changes, so it may be looked at before the transaction that deletes.
    with sycope.database.write() as connection:
        lookup = lookups.lookup_in(connection, iden)
    if lookup is None or lookup.kind != kind:
        raise access.unknown(iden)
    remove(sycope, who, iden, LOOKUP)


def defined(body: Any, kind: str, iden: str | None = None, *, filed: bool = True) -> Definition:
    """What a body defines, checked in every way that needs no other lookup. Raises SycopeError 422.

    kind: one of LOOKUP_KINDS. iden: of the element that is modified, which a body may repeat. filed: False for a lookup as
    listings show it, without its file: it is empty.
    """
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    config, file = body.get("config"), body.get("file") if filed else EMPTY
    problems = check_element(body, LOOKUP, iden)
    problems += _check_config(config, kind)
    if filed:
        problems += _check_file(file, kind)
    if filed and isinstance(config, dict) and isinstance(file, dict) and not problems:
        problems = _check_types(config, file["columns"])
    if problems:
        raise invalid(problems[:ERRORS_TOLD])
    assert isinstance(config, dict)
    return Definition(config, more_of(body), jsontext.dumps(file))


def _check_config(config: Any, kind: str) -> list[Problem]:
    if not isinstance(config, dict):
        return [Problem("config", "is missing" if config is None else f"{shown(config)} is no object")]
    problems = check_name(config, "config.")
    if config.get("type") in [other for other in LOOKUP_KINDS if other != kind]:
        problems.append(Problem("config.type", f"{shown(config['type'])} is not {shown(kind)}"))
    if not isinstance(config.get("active"), (bool, type(None))):
        problems.append(Problem("config.active", f"{shown(config['active'])} is neither true nor false"))
    problems += [
        Problem(f"config.{key}", f"{shown(config[key])} is no text")
        for key in ("type", "dataFile", "delimiter")
        if not isinstance(config.get(key), (str, type(None)))
    ]
    return problems


def _check_types(config: dict[str, Any], columns: list[str]) -> list[Problem]:
    types = config.get("types")
    if types is None:
        return []
    if not isinstance(types, list):
        return [Problem("config.types", f"{shown(types)} is no list")]
    if len(types) != len(columns):
        return [Problem("config.types", f"are {len(types)} for {len(columns)} columns")]
    return [
        Problem(f"config.types[{place}]", f"{shown(each)} is no text")
        for place, each in enumerate(types)
        if not isinstance(each, str)
    ]


def _check_file(file: Any, kind: str) -> list[Problem]:
    if not isinstance(file, dict):
        return [Problem("file", "is missing" if file is None else f"{shown(file)} is no object")]
    columns, rows = file.get("columns"), file.get("rows")
    problems = _check_columns(columns)
    if not isinstance(rows, list):
        return [*problems, Problem("file.rows", "is missing" if rows is None else f"{shown(rows)} is no list")]
    if problems:
        return problems
    assert isinstance(columns, list)
    width = len(columns)
    if _is_right(rows, width, kind):
        return []
    # The slow search for what a check in bulk found wrong.
    for number, row in enumerate(rows):
        problems += _check_row(row, f"file.rows[{number}]", width, kind)
        if len(problems) >= ERRORS_TOLD:
            break
    return problems


def _check_columns(columns: Any) -> list[Problem]:
    if not isinstance(columns, list):
        return [Problem("file.columns", "is missing" if columns is None else f"{shown(columns)} is no list")]
    if not 0 < len(columns) <= LOOKUP_COLUMNS:
        return [Problem("file.columns", f"are {len(columns)}; a lookup has 1 to {LOOKUP_COLUMNS}")]
    problems = []
    for place, column in enumerate(columns):
        if not is_name(column):
            problems.append(Problem(f"file.columns[{place}]", f"{shown(column)} is no name"))
        elif column in columns[:place]:
            problems.append(Problem(f"file.columns[{place}]", f"{shown(column)} is the name of another column already"))
    return problems


def _check_row(row: Any, path: str, width: int, kind: str) -> list[Problem]:
    if not isinstance(row, list):
        return [Problem(path, f"{shown(row)} is no list of values")]
    if len(row) != width:
        return [Problem(path, f"has {len(row)} values for {width} columns")]
    problems = [
        Problem(f"{path}[{place}]", f"{shown(cell)} is neither a text, a number, a boolean nor null")
        for place, cell in enumerate(row)
        if type(cell) not in CELLS
    ]
    if not problems and kind == SUBNET and not _is_network(row[0]):
        problems.append(Problem(f"{path}[0]", f"{shown(row[0])} is neither a subnet (address/prefix) nor an address"))
    return problems


def _is_right(rows: list[Any], width: int, kind: str) -> bool:
    """The quick check of all rows at once."""
    if not set(map(type, rows)) <= {list} or not set(map(len, rows)) <= {width}:
        return False
    if not set(map(type, chain.from_iterable(rows))) <= CELLS:
        return False
    return kind != SUBNET or all(_is_network(row[0]) for row in rows)


def _is_network(cell: Any) -> bool:
    if not isinstance(cell, str):
        return False
    try:
        store_value(TYPES["subnet" if "/" in cell else "ip"], cell)
    except BadValue:
        return False
    return True
