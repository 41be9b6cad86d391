"""Every path of Sycope, and the steps each request to it takes: errors, then session, then the handler."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from ...storage.errors import Closed
from ..call import Call, Route, Table, cut, route_for
from ..logs import LOGGER
from . import elements, indexes, inject, inventory, lookups, passthrough, permissions, pipeline, session
from .choices import LOOKUP_KINDS, PASSTHROUGH_METHODS
from .errors import SycopeError, answer, sycope_error
from .state import Sycope

Handler = Callable[[Call, Sycope], Awaitable[web.StreamResponse]]
PREFIX = "/npm/api/v1"
# What a route may need: a session, or nothing.
SESSION = "session"


def route(methods: str, path: str, handler: Handler, needs: str = SESSION) -> Route[Handler]:
    """A row of the table; `path` is below PREFIX, and each `{}` in it a part that is captured."""
    return Route(tuple(methods.split()), PREFIX + path.replace("{}", "([^/]+)"), handler, needs)


KINDS = f"({'|'.join(LOOKUP_KINDS)})"
ROUTES: tuple[Route[Handler], ...] = (
    route("POST", "/login", session.login, needs=""),
    route("GET", "/logout", session.logout),
    route("GET", "/config-elements", elements.listing),
    route("GET", "/config-element/{}", elements.show),
    route("DELETE", "/config-element/{}", elements.delete),
    route("POST", "/config-element-index/user-index", indexes.create),
    route("GET", "/config-element-index/user-index/{}", indexes.show),
    route("PUT", "/config-element-index/user-index/{}", indexes.modify),
    route("DELETE", "/config-element-index/user-index/{}", indexes.delete),
    route("POST", "/index/inject", inject.inject),
    route("POST", f"/config-element-lookup/{KINDS}", lookups.create),
    route("GET", f"/config-element-lookup/{KINDS}/{{}}", lookups.show),
    route("PUT", f"/config-element-lookup/{KINDS}/{{}}", lookups.modify),
    route("DELETE", f"/config-element-lookup/{KINDS}/{{}}", lookups.delete),
    route("GET", "/permissions/{}/{}", permissions.show),
    route("PUT", "/permissions/{}/{}", permissions.modify),
    route("PUT", "/inventory/device/{}/additional", inventory.set_additional),
    route("GET", "/config/passthrough", passthrough.listing),
    route("POST", "/config/passthrough", passthrough.create),
    route("GET", "/config/passthrough/{}", passthrough.show),
    route("PUT", "/config/passthrough/{}", passthrough.modify),
    route("DELETE", "/config/passthrough/{}", passthrough.delete),
    route(" ".join(PASSTHROUGH_METHODS), "/passthrough/{}(/.*)", passthrough.forward),
    route("POST", "/pipeline/run", pipeline.run),
    route("POST", "/pipeline/{}/data", pipeline.data),
    route("DELETE", "/pipeline/{}", pipeline.cancel),
)
TABLE: Table[Handler] = Table(ROUTES)


async def handle(call: Call, sycope: Sycope) -> web.StreamResponse:
    """Answer one request to Sycope."""
    try:
        return await _to_handler(call, sycope)
    except (Closed, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001 - Sycope's error step: what nobody foresaw is logged, answered without detail
        found = sycope_error(error)
        if found is None:
            LOGGER.exception("request %s failed", call.id)
            found = SycopeError(500, f"Internal error; the log has it under {call.id}.")
        return answer(found) if call.stream is None else cut(call)


async def _to_handler(call: Call, sycope: Sycope) -> web.StreamResponse:
    routes, call.args = TABLE.at(call.path)
    if not routes:
        raise SycopeError(404, f"There is nothing at {call.path}.")
    found = route_for(routes, call.request.method)
    if found is None:
        methods = ", ".join(method for each in routes for method in each.methods)
        error = SycopeError(405, f"{call.path} takes {methods}.")
        error.headers["Allow"] = methods
        raise error
    if found.needs == SESSION:
        await session.enter(call, sycope)
    return await found.handler(call, sycope)
