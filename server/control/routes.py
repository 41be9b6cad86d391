"""Every path of the control plane, and the steps each request to it takes."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from ...storage.errors import StorageError
from ..call import Call, Route, Table, cut, route_for
from ..logs import LOGGER
from ..packs import BadPack
from . import health, indexes, journal, rows, seeds, sycope_seeds, sycope_users, worlds
from .errors import ControlError, answer, control_error
from .state import Server

Handler = Callable[[Call, Server], Awaitable[web.StreamResponse]]

ROUTES: tuple[Route[Handler], ...] = (
    Route(("GET", "HEAD"), "/_deadringer/health", health.health),
    Route(("GET", "HEAD"), "/_deadringer/ready", health.ready),
    Route(("GET",), "/_deadringer/ca.pem", health.ca),
    Route(("GET",), "/_deadringer/worlds", worlds.listing),
    Route(("POST",), "/_deadringer/worlds", worlds.make),
    Route(("GET",), "/_deadringer/worlds/([^/]+)", worlds.show),
    Route(("DELETE",), "/_deadringer/worlds/([^/]+)", worlds.drop),
    Route(("POST",), "/_deadringer/reset", worlds.reset),
    Route(("GET",), "/_deadringer/seeds", seeds.listing),
    Route(("POST",), "/_deadringer/seeds", seeds.load),
    Route(("GET",), "/_deadringer/requests", journal.requests),
    Route(("GET",), "/_deadringer/sycope/indexes", indexes.listing),
    Route(("GET",), "/_deadringer/sycope/indexes/([^/]+)/rows", rows.show),
    Route(("POST",), "/_deadringer/sycope/elements", sycope_seeds.elements),
    Route(("POST",), "/_deadringer/sycope/devices", sycope_seeds.devices),
    Route(("GET",), "/_deadringer/sycope/users", sycope_users.listing),
    Route(("POST",), "/_deadringer/sycope/users", sycope_users.make),
)
TABLE: Table[Handler] = Table(ROUTES)


async def handle(call: Call, server: Server) -> web.StreamResponse:
    """Answer one request to the control plane."""
    try:
        routes, call.args = TABLE.at(call.path)
        if not routes:
            raise ControlError(404, "NOT_FOUND", f"The control plane has nothing at {call.path}.")
        route = route_for(routes, call.request.method)
        if route is None:
            allowed = ", ".join(method for each in routes for method in each.methods)
            raise ControlError(405, "METHOD_NOT_ALLOWED", f"{call.path} takes {allowed}.")
        return await route.handler(call, server)
    except ControlError as error:
        return answer(error)
    except StorageError as error:
        return answer(control_error(error))
    except BadPack as error:
        # What worlds start with was changed since the server started, and cannot be used now.
        return answer(ControlError(500, "BAD_SEEDS", str(error)))
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001 - the control plane's error middleware: logged, answered without detail
        LOGGER.exception("request %s failed", call.id)
        if call.stream is not None:
            return cut(call)
        return answer(ControlError(500, "INTERNAL_ERROR", f"Internal error; the log has it under {call.id}."))
