"""Custom indexes over HTTP: create, show, modify, delete (the seed; reference: Custom indexes)."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from ...storage import elements, rows
from ...storage.columns import NUMERIC, TYPES, shown
from ...storage.elements import Element
from ...storage.periods import ROTATIONS
from ..call import Call
from . import access, bodies
from .access import Viewer
from .choices import BUILT_IN, DEFAULT_ROTATION, LONGEST_RETENTION_DAYS, USER_INDEX
from .definitions import check_element, check_name, more_of
from .elements import described, remove
from .errors import Problem, SycopeError, invalid
from .state import Sycope

FIXED = ("type", "sortable")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a body says of an index. prefix: of paths in messages: `config.` unless the body is the bare config."""

    config: dict[str, Any]
    more: Mapping[str, Any]
    prefix: str

    @property
    def name(self) -> str:
        """The name of the index."""
        name: str = self.config["name"]
        return name

    @property
    def rotation(self) -> str:
        """A key of ROTATIONS."""
        rotation: str = self.config["rotation"]
        return rotation

    @property
    def active(self) -> bool:
        """Whether rows are taken."""
        return self.config["active"] is True

    @property
    def retention_days(self) -> int | None:
        """For how many days a period is kept after its end; None for ever."""
        days: int | None = self.config.get("retentionDays")
        return days

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Name and type of each field."""
        return [(field["name"], field["type"]) for field in self.config["fields"]]


async def create(call: Call, sycope: Sycope) -> web.Response:
    """`POST /config-element-index/user-index`: the envelope with `id`. Body: `{"category", "config"}` or the bare config."""
    body = await bodies.receive(call, sycope.services.config.sycope_body_bytes)
    return bodies.done(id=await sycope.services.workers.call(_create, sycope, body, call.user))


async def show(call: Call, sycope: Sycope) -> web.Response:
    """`GET /config-element-index/user-index/{id}`: the element."""
    who = access.viewer(sycope.accounts, call.user)
    element = await sycope.services.workers.call(elements.get, sycope.database, call.args[0])
    return bodies.reply(described(access.visible(who, element, call.args[0], USER_INDEX)))


async def modify(call: Call, sycope: Sycope) -> web.Response:
    """`PUT /config-element-index/user-index/{id}`: adds fields, changes their descriptions; all or nothing."""
    who = access.viewer(sycope.accounts, call.user)
    body = await bodies.receive(call, sycope.services.config.sycope_body_bytes)
    await sycope.services.workers.call(_modify, sycope, who, call.args[0], body)
    return bodies.done()


async def delete(call: Call, sycope: Sycope) -> web.Response:
    """`DELETE /config-element-index/user-index/{id}`: drops the index and its rows."""
    await sycope.services.workers.call(
        remove, sycope, access.viewer(sycope.accounts, call.user), call.args[0], USER_INDEX
    )
    return bodies.done()


def _create(sycope: Sycope, body: bodies.Body, user: str) -> str:
    wanted = defined(bodies.parse(body))
    now_ms = sycope.clock.now_ms()
    element = Element(
        id=sycope.ids.element(now_ms),
        category=USER_INDEX,
        created_ms=now_ms,
        created_by=user,
        modified_ms=now_ms,
        modified_by=user,
        config=wanted.config,
        **wanted.more,
    )
    _check_not_built_in(wanted.name)
    with sycope.database.write() as connection:
        elements.put(connection, element)
        make_rows(connection, element.id, wanted)
    return element.id


def _modify(sycope: Sycope, who: Viewer, iden: str, body: bodies.Body) -> None:
    wanted = defined(bodies.parse(body), iden)
    with sycope.database.write() as connection:
        element = access.visible(who, elements.get_in(connection, iden), iden, USER_INDEX)
        access.check(who, element.created_by, element.sid_perms, access.EDIT)
        index = rows.index_in(connection, iden)
        assert index is not None
        problems = changed_for_ever(element.config["fields"], wanted)
        if wanted.rotation != index.rotation and rows.has_rows(connection, index):
            problems.append(
                Problem(
                    f"{wanted.prefix}rotation",
                    f"stays {index.rotation} while the index has rows; it cannot become {wanted.rotation}",
                )
            )
        if problems:
            raise invalid(problems)
        if wanted.name != index.name:
            _check_not_built_in(wanted.name)
        known = {column.name for column in index.columns}
        added = [(name, kind) for name, kind in wanted.fields if name not in known]
        rows.modify(connection, index, wanted.name, wanted.rotation, wanted.active, added, wanted.retention_days)
        element = replace(element, config=wanted.config, modified_ms=sycope.clock.now_ms(), modified_by=who.name)
        elements.put(connection, replace(element, **wanted.more))


def make_rows(connection: sqlite3.Connection, iden: str, wanted: Definition) -> None:
    """The tables of a new index; its element is stored before. Raises Conflict if the name is taken."""
    rows.make(
        connection,
        iden,
        wanted.name,
        wanted.rotation,
        wanted.active,
        wanted.fields,
        retention_days=wanted.retention_days,
    )


def defined(body: Any, iden: str | None = None) -> Definition:
    """What a body defines, checked in every way that needs no other index. Raises SycopeError 422.

    iden: of the element that is modified, which a body may repeat.
    """
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    problems: list[Problem] = []
    wrapped = "config" in body
    config, prefix = (body["config"], "config.") if wrapped else (body, "")
    if wrapped:
        problems += check_element(body, USER_INDEX, iden)
    if not isinstance(config, dict):
        raise invalid([*problems, Problem("config", f"{shown(config)} is no object")])
    config = {"active": True, "rotation": DEFAULT_ROTATION, "storeRaw": True, **config}
    problems += _check_config(config, prefix)
    if problems:
        raise invalid(problems)
    return Definition(config, more_of(body) if wrapped else {}, prefix)


def changed_for_ever(fields: list[dict[str, Any]], wanted: Definition) -> list[Problem]:
    """What a definition would change that cannot change: a field that goes, its type, whether it is sortable."""
    problems = []
    places = {field["name"]: place for place, field in enumerate(wanted.config["fields"])}
    for old in fields:
        name = old["name"]
        place = places.get(name)
        if place is None:
            problems.append(
                Problem(f"{wanted.prefix}fields", f"the field {name} is missing; no field can be removed or renamed")
            )
            continue
        new = wanted.config["fields"][place]
        for key in FIXED:
            before, after = old.get(key) or False, new.get(key) or False
            if before != after:
                problems.append(
                    Problem(
                        f"{wanted.prefix}fields[{place}].{key}",
                        f"of the field {name} is {shown(before)} and cannot become {shown(after)}",
                    )
                )
    return problems


def _check_not_built_in(name: str) -> None:
    if name in BUILT_IN:
        raise SycopeError(409, f"{name} is a built-in stream; no index can have its name.")


def _check_config(config: dict[str, Any], prefix: str) -> list[Problem]:
    problems = check_name(config, prefix)
    problems += [
        Problem(prefix + key, f"{shown(config[key])} is neither true nor false")
        for key in ("active", "storeRaw")
        if not isinstance(config[key], bool)
    ]
    rotation = config["rotation"]
    if not isinstance(rotation, str) or rotation not in ROTATIONS:
        problems.append(Problem(f"{prefix}rotation", f"{shown(rotation)} is none of {', '.join(ROTATIONS)}"))
    days = config.get("retentionDays")
    if days is not None and (type(days) is not int or not 0 < days <= LONGEST_RETENTION_DAYS):
        what = f"{shown(days)} is no number of days from 1 to {LONGEST_RETENTION_DAYS}"
        problems.append(Problem(f"{prefix}retentionDays", what))
    fields = config.get("fields")
    if not isinstance(fields, list):
        return [*problems, Problem(f"{prefix}fields", "is missing" if fields is None else "is no list")]
    if len(fields) > rows.MOST_COLUMNS:
        return [*problems, Problem(f"{prefix}fields", f"are {len(fields)}; an index has at most {rows.MOST_COLUMNS}")]
    seen: set[str] = set()
    for place, field in enumerate(fields):
        problems += _check_field(field, f"{prefix}fields[{place}]", seen)
    timestamp = next(
        (field for field in fields if isinstance(field, dict) and field.get("name") == rows.TIMESTAMP), None
    )
    if timestamp is None:
        problems.append(Problem(f"{prefix}fields", "the field timestamp (type long, milliseconds) is missing"))
    elif timestamp.get("type") != "long":
        problems.append(
            Problem(f"{prefix}fields[{fields.index(timestamp)}].type", "of the field timestamp is not long")
        )
    return problems


def _check_field(field: Any, path: str, seen: set[str]) -> list[Problem]:
    if not isinstance(field, dict):
        return [Problem(path, f"{shown(field)} is no object")]
    problems = check_name(field, f"{path}.")
    name, kind, sortable = field.get("name"), field.get("type"), field.get("sortable")
    if isinstance(name, str):
        if name in seen:
            problems.append(Problem(f"{path}.name", f"{shown(name)} is the name of another field already"))
        seen.add(name)
    if not isinstance(kind, str) or kind not in TYPES:
        problems.append(Problem(f"{path}.type", f"{shown(kind)} is none of {', '.join(TYPES)}"))
    if not isinstance(sortable, (bool, type(None))):
        problems.append(Problem(f"{path}.sortable", f"{shown(sortable)} is neither true nor false"))
    elif sortable and kind in TYPES and kind not in NUMERIC:
        problems.append(Problem(f"{path}.sortable", f"a {kind} is not sortable; {', '.join(NUMERIC)} are"))
    problems += [
        Problem(f"{path}.{key}", f"{shown(field[key])} is no text")
        for key in ("description", "displayName")
        if not isinstance(field.get(key), (str, type(None)))
    ]
    return problems
