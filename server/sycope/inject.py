"""`POST /index/inject`: rows into a custom index, all or none (the seed; reference: Custom indexes).

Everything after the receipt of the body is one call in a worker thread: reading the JSON, checking, writing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ...storage import elements, periods, retention, rows
from ...storage.columns import TYPES, BadValue, shown, store_column, store_value
from ...storage.rows import TIMESTAMP, Changed, Column, Index, Rows
from ..call import Call
from . import access, bodies
from .access import Viewer
from .choices import BUILT_IN, ERRORS_TOLD
from .errors import Problem, SycopeError, invalid
from .state import Sycope

KEYS = ("columns", "indexName", "sortTimestamp", "rows")


@dataclass(frozen=True, slots=True)
class Request:
    """A body whose shape is right; what `rows` holds is not looked at yet."""

    index: str
    columns: list[str]
    sort: bool
    rows: list[Any]


async def inject(call: Call, sycope: Sycope) -> web.Response:
    """`{"columns", "indexName", "sortTimestamp", "rows"}`: the envelope once the rows are stored."""
    who = access.viewer(sycope.accounts, call.user)
    body = await bodies.receive(call, sycope.services.config.sycope_body_bytes)
    await sycope.services.workers.call(_inject, sycope, who, body)
    return bodies.done()


def _inject(sycope: Sycope, who: Viewer, body: bodies.Body) -> None:
    request = shaped(bodies.parse_rows(body))
    most = sycope.services.config.sycope_inject_periods
    while True:
        index = _index(sycope, who, request.index)
        checked = check(columns_of(index, request.columns), request.rows)
        if checked is None:
            return
        try:
            rows.insert(sycope.database, index, checked, most_periods=most, sort=request.sort)
        except Changed:
            # Somebody modified the index between the check and the writing: check again by what it is now.
            continue
        retention.expire(sycope.database, sycope.clock.now_ms())
        return


def shaped(body: Any) -> Request:
    """The request that a body holds. Raises SycopeError 422 with everything that is wrong with its shape."""
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    index, columns, sort, given = (body.get(key) for key in KEYS[1:2] + KEYS[:1] + KEYS[2:])
    problems = []
    if not isinstance(index, str):
        problems.append(Problem("indexName", "is missing" if index is None else f"{shown(index)} is no text"))
    if not isinstance(columns, list):
        problems.append(Problem("columns", "is missing" if columns is None else "is no list"))
    elif not all(isinstance(column, str) for column in columns):
        place = next(place for place, column in enumerate(columns) if not isinstance(column, str))
        problems.append(Problem(f"columns[{place}]", f"{shown(columns[place])} is no text"))
    if not isinstance(sort, (bool, type(None))):
        problems.append(Problem("sortTimestamp", f"{shown(sort)} is neither true nor false"))
    if not isinstance(given, list):
        problems.append(Problem("rows", "is missing" if given is None else "is no list"))
    if problems:
        raise invalid(problems)
    assert isinstance(index, str)
    assert isinstance(columns, list)
    assert isinstance(given, list)
    return Request(index, columns, bool(sort), given)


def columns_of(index: Index, names: list[str]) -> tuple[Column, ...]:
    """The columns that these names mean. Raises SycopeError 422 for unknown, repeated and missing ones."""
    known = {column.name: column for column in index.columns}
    problems = []
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name not in known:
            problems.append(Problem(f"columns[{place}]", f"the index {index.name} has no column {shown(name)}"))
        elif name in seen:
            problems.append(Problem(f"columns[{place}]", f"the column {name} is named twice"))
        seen.add(name)
    if TIMESTAMP not in seen:
        problems.append(Problem("columns", f"the column {TIMESTAMP} is missing"))
    if problems:
        raise invalid(problems[:ERRORS_TOLD])
    return tuple(known[name] for name in names)


def check(columns: tuple[Column, ...], given: list[Any]) -> Rows | None:
    """Rows in stored form, None where there are none. Raises SycopeError 422 that names row, column and value."""
    if not given:
        return None
    if set(map(type, given)) != {list} or set(map(len, given)) != {len(columns)}:
        raise invalid(_bad_rows(columns, given))
    stored: list[Sequence[Any]] = []
    for column, values in zip(columns, zip(*given, strict=True), strict=True):
        found = store_column(TYPES[column.type], values)
        if found is None or (column.name == TIMESTAMP and not _are_times(found)):
            raise invalid(_bad_rows(columns, given))
        stored.append(found)
    return Rows(columns, tuple(stored))


def _index(sycope: Sycope, who: Viewer, name: str) -> Index:
    if name in BUILT_IN:
        raise SycopeError(403, f"{name} is a built-in index; rows go into custom indexes only.")
    index = rows.index_named(sycope.database, name)
    found = None if index is None else elements.access(sycope.database, index.element)
    if index is None or found is None or not access.may(who, found.owner, found.sid_perms, access.VIEW):
        raise SycopeError(404, f"There is no index named {name}.")
    access.check(who, found.owner, found.sid_perms, access.EDIT)
    if not index.active:
        raise SycopeError(409, f"The index {name} is not active.")
    return index


def _are_times(values: Sequence[Any]) -> bool:
    return None not in values and min(values) >= periods.FIRST_MS and max(values) <= periods.LAST_MS


def _bad_rows(columns: tuple[Column, ...], given: list[Any]) -> list[Problem]:
    """The slow search for what a check in bulk found wrong: the first problems, in order of rows and columns."""
    problems: list[Problem] = []
    for number, row in enumerate(given):
        problems += _bad_row(columns, row, number)
        if len(problems) >= ERRORS_TOLD:
            break
    return problems[:ERRORS_TOLD]


def _bad_row(columns: tuple[Column, ...], row: Any, number: int) -> list[Problem]:
    if not isinstance(row, list):
        return [Problem(f"rows[{number}]", f"{shown(row)} is no list of values")]
    if len(row) != len(columns):
        return [Problem(f"rows[{number}]", f"has {len(row)} values for {len(columns)} columns")]
    problems = []
    for place, (column, value) in enumerate(zip(columns, row, strict=True)):
        try:
            stored = store_value(TYPES[column.type], value)
            if column.name == TIMESTAMP and (stored is None or not _are_times((stored,))):
                raise BadValue(f"{shown(value)} is not a time in milliseconds (years 1 to 9999)")
        except BadValue as error:
            problems.append(Problem(f"rows[{number}][{place}]", f"column {column.name}: {error}"))
    return problems
