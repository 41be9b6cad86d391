"""Every path of the Cortex, what each asks of its caller, and the steps each request takes.

Routing is the product's: exact and case-sensitive on the raw path (reference 1.3). `needs`: "" is open to everybody, `login`
and `admin` speak for themselves, anything else is a permission.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from aiohttp import web

from ...storage.errors import Closed
from ..call import Call, Route, Table, cut, route_for
from ..logs import LOGGER
from . import axon, behold, doors, extended, feed, model, roles, session, storm, stormcheck, users, variables
from .answers import finish
from .errors import HTML, BadRequest, CortexError, NullBody, Page, error_response, missing, page_response
from .session import ADMIN, LOGIN, NOBODY
from .state import Cortex
from .visit import Visit

Handler = Callable[[Visit], Awaitable[web.StreamResponse]]

API = "/api/v1"
GET, POST = ("GET",), ("POST",)
BOTH = ("GET", "POST")
# What the product's framework knows; the Extended HTTP API takes whatever its definitions take.
EVERY = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


def gap(what: str) -> Handler:
    """A handler for what the product has and this version lacks: it says so by name."""

    async def not_implemented(visit: Visit) -> web.StreamResponse:
        raise missing(what)

    return not_implemented


async def options(visit: Visit) -> web.StreamResponse:
    """OPTIONS on any served path (reference 1.5)."""
    return web.Response(status=204)


async def no_method(visit: Visit) -> web.StreamResponse:
    """A method that the path does not take."""
    raise Page(405, served=True)


ROUTES: tuple[Route[Handler], ...] = (
    Route(GET, "/robots.txt", doors.robots, NOBODY),
    Route(POST, f"{API}/login", doors.login, NOBODY),
    Route(GET, f"{API}/logout", doors.logout, NOBODY),
    Route(GET, f"{API}/active", doors.active, NOBODY),
    Route(GET, f"{API}/healthcheck", doors.healthcheck, "health"),
    Route(GET, f"{API}/auth/users", users.listing, LOGIN),
    Route(GET, f"{API}/auth/roles", roles.listing, LOGIN),
    Route(POST, f"{API}/auth/adduser", users.add, ADMIN),
    Route(POST, f"{API}/auth/addrole", roles.add, ADMIN),
    Route(POST, f"{API}/auth/delrole", roles.drop, ADMIN),
    Route(GET, f"{API}/auth/user/(.*)", users.show, LOGIN),
    Route(POST, f"{API}/auth/user/(.*)", users.change, ADMIN),
    Route(POST, f"{API}/auth/password/(.*)", users.password, LOGIN),
    Route(GET, f"{API}/auth/role/(.*)", roles.show, LOGIN),
    Route(POST, f"{API}/auth/role/(.*)", roles.change, ADMIN),
    Route(BOTH, f"{API}/auth/grant", roles.grant, ADMIN),
    Route(BOTH, f"{API}/auth/revoke", roles.revoke, ADMIN),
    Route(POST, f"{API}/auth/onepass/issue", users.issue_onepass, ADMIN),
    Route(("PUT", "POST"), f"{API}/axon/files/put", axon.put, "axon.upload"),
    # The product lets uploads in before it looks at the method.
    Route(("OPTIONS",), f"{API}/axon/files/put", options, "axon.upload"),
    Route(("GET", "HEAD", "DELETE", "PATCH"), f"{API}/axon/files/put", no_method, "axon.upload"),
    Route(POST, f"{API}/axon/files/del", axon.delete_several, "axon.del"),
    Route(GET, f"{API}/axon/files/has/sha256/([0-9a-fA-F]{{64}})", axon.has, "axon.has"),
    Route(("GET", "HEAD"), f"{API}/axon/files/by/sha256/(.*)", axon.get, NOBODY),
    Route(("DELETE",), f"{API}/axon/files/by/sha256/(.*)", axon.delete, LOGIN),
    Route(BOTH, f"{API}/storm", storm.stream, LOGIN),
    Route(BOTH, f"{API}/storm/call", storm.call, LOGIN),
    Route(BOTH, f"{API}/storm/nodes", storm.nodes, LOGIN),
    Route(BOTH, f"{API}/storm/export", storm.export, LOGIN),
    Route(BOTH, f"{API}/reqvalidstorm", stormcheck.required, LOGIN),
    Route(BOTH, f"{API}/isvalidstorm", stormcheck.asked, LOGIN),
    Route(POST, f"{API}/feed", feed.add, LOGIN),
    Route(GET, f"{API}/storm/vars/get", variables.get, NOBODY),
    Route(POST, f"{API}/storm/vars/set", variables.set_, NOBODY),
    Route(POST, f"{API}/storm/vars/pop", variables.pop, NOBODY),
    Route(GET, f"{API}/model", model.whole, LOGIN),
    Route(BOTH, f"{API}/model/norm", model.norm, LOGIN),
    Route(GET, f"{API}/core/info", model.info, LOGIN),
    Route(GET, f"{API}/behold", behold.behold, NOBODY),
    Route(POST, f"{API}/mcp", gap("the Model Context Protocol"), LOGIN),
    Route(GET, f"{API}/aha/services", gap("AHA"), ADMIN),
    Route(POST, f"{API}/aha/provision/service", gap("AHA"), ADMIN),
    Route(EVERY, f"{extended.PREFIX}(.*)", extended.answer, NOBODY),
)
TABLE: Table[Handler] = Table(ROUTES)


async def handle(call: Call, cortex: Cortex) -> web.StreamResponse:
    """Answer one request to the Cortex."""
    request = call.request
    visit = Visit(call, cortex)
    try:
        response = await answered(visit)
    except CortexError as error:
        response = error_response(error)
    except Page as page:
        response = page_response(page)
        if not page.served:
            return response
    except NullBody:
        response = web.Response(headers={"Content-Type": HTML})
    except BadRequest:
        return bare_bad_request(request)
    except (Closed, ConnectionError):
        raise
    except Exception:  # noqa: BLE001 - the error middleware: logged with its traceback, answered without detail
        LOGGER.exception("request %s failed", call.id)
        if call.stream is not None:
            return cut(call)
        response = page_response(Page(500, served=True))
    return response if response.prepared or extended.bare(call) else finish(request, response)


async def answered(visit: Visit) -> web.StreamResponse:
    """Find the handler, see who calls, and let it answer."""
    request = visit.request
    routes, args = TABLE.at(visit.call.path)
    if not routes:
        raise Page(404 if request.method in EVERY else 405, served=False)
    route = route_for(routes, request.method)
    if route is None and request.method == "OPTIONS":
        return await options(visit)
    if route is None:
        raise Page(405, served=True)
    visit.args = tuple(unquote(arg) for arg in args)
    await session.check(visit, route.needs)
    return await route.handler(visit)


def bare_bad_request(request: web.Request) -> web.StreamResponse:
    """A status line and nothing else, and the connection closed (reference 1.6)."""
    if request.transport is not None:
        request.transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        request.transport.close()
    return web.Response(status=400)
