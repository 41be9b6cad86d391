"""Config elements over HTTP: list, show, delete (reference: Config elements)."""

from functools import partial
from typing import Any

from aiohttp import web

from ...storage import elements, rows
from ...storage.elements import Element
from ..call import Call
from . import access
from . import filter as filters
from .access import Viewer
from .bodies import done, reply
from .choices import USER_INDEX
from .errors import SycopeError
from .state import Sycope

ALL = 2**31 - 1
DIRECTIONS = {"asc": False, "desc": True}


async def listing(call: Call, sycope: Sycope) -> web.Response:
    """`GET /config-elements?filter&offset&limit&sort`: `{"data": [element, ...], "total": N}`."""
    query = call.request.query
    found = filters.parse(query.get("filter", ""))
    order = _order(query.get("sort", ""))
    offset = _number(call, "offset", 0)
    limit = _number(call, "limit", ALL)
    who = access.viewer(sycope.accounts, call.user)
    return reply(await sycope.services.workers.call(_list, sycope, who, found, order, offset, limit))


async def show(call: Call, sycope: Sycope) -> web.Response:
    """`GET /config-element/{id}`: the element."""
    who = access.viewer(sycope.accounts, call.user)
    element = await sycope.services.workers.call(elements.get, sycope.database, call.args[0])
    return reply(described(access.visible(who, element, call.args[0])))


async def delete(call: Call, sycope: Sycope) -> web.Response:
    """`DELETE /config-element/{id}`: deletes any element; an index goes with its rows."""
    await sycope.services.workers.call(remove, sycope, access.viewer(sycope.accounts, call.user), call.args[0])
    return done()


def remove(sycope: Sycope, who: Viewer, iden: str, category: str | None = None) -> None:
    """Delete an element with all that belongs to it. category: which it must have. Raises SycopeError 404, 403. Blocks."""
    with sycope.database.write() as connection:
        element = access.visible(who, elements.get_in(connection, iden), iden, category)
        access.check(who, element.created_by, element.sid_perms, access.DELETE)
        index = rows.index_in(connection, iden) if element.category == USER_INDEX else None
        if index is not None:
            rows.drop(connection, index)
        elements.remove(connection, iden)


def described(element: Element) -> dict[str, Any]:
    """An element as clients see it (the seed, List Indexes)."""
    return {
        "id": element.id,
        "category": element.category,
        "module": element.module,
        "created": element.created_ms,
        "createdBy": element.created_by,
        "modified": element.modified_ms,
        "modifiedBy": element.modified_by,
        "annotations": element.annotations,
        "miscData": element.misc_data,
        "attributes": element.attributes,
        "singleConfigurationInstance": element.single_configuration_instance,
        "tags": element.tags,
        "config": element.config,
    }


Order = list[tuple[tuple[str, ...], bool]]


def _list(sycope: Sycope, who: Viewer, found: filters.Filter, order: Order, offset: int, limit: int) -> dict[str, Any]:
    category = filters.demanded(found, ("category",))
    items = [described(each) for each in elements.listed(sycope.database, category) if access.sees(who, each)]
    items = [item for item in items if filters.matches(found, item)]
    for path, descending in reversed(order):
        items.sort(key=partial(_key, path), reverse=descending)
    return {"data": items[offset : offset + limit], "total": len(items)}


def _key(path: tuple[str, ...], item: dict[str, Any]) -> tuple[int, Any]:
    value = filters.lookup(item, path)
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, (int, float)):
        return 2, value
    return (3, value) if isinstance(value, str) else (4, 0)


def _order(text: str) -> Order:
    """`path`, `+path`, `-path`, `path asc`, `path desc`, several separated by commas."""
    order: Order = []
    for part in filter(None, map(str.strip, text.split(","))):
        path, _, direction = part.lstrip("+-").strip().partition(" ")
        direction = direction.strip().lower() or "asc"
        if not path or direction not in DIRECTIONS:
            raise SycopeError(400, f"sort: {part} is not understood; a field, then asc or desc, is.")
        order.append((tuple(path.split(".")), DIRECTIONS[direction] != part.startswith("-")))
    return order


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not text.isascii() or len(text) > 10 or int(text) > ALL:
        raise SycopeError(400, f"{name}: {text[:40]} is no whole number from 0 to {ALL}.")
    return int(text)
