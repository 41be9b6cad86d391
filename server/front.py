"""The front: every request comes in here, finds its world, and goes to the vendor whose path it has.

World, then journal, then (later) faults, then the vendor. A world is found by header, by port, by path prefix, else it is
`default` (design §1). Paths are matched raw, as the products do: nothing is percent-decoded before.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..storage.errors import Closed, NotFound
from .call import Call, cut
from .control import routes as control
from .control.errors import ControlError
from .control.errors import answer as control_answer
from .control.state import Server
from .cortex import routes as cortex
from .ids import Ids
from .logs import LOGGER
from .sycope import routes as sycope
from .worlds import Entry, World

WORLD_HEADER = "X-Deadringer-World"
WORLD_PREFIX = "/_world/"
CONTROL_PREFIX = "/_deadringer"
SYCOPE_PREFIX = "/npm"
# What answers before there are worlds.
EARLY = ("/_deadringer/health", "/_deadringer/ready", "/_deadringer/ca.pem")
# What the log says where there is no answer: the client went, or the handler failed.
GONE, FAILED = 499, 500


class Front:
    """Takes requests for one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ids = Ids()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, log it, and note it in its world's journal."""
        began = time.perf_counter()
        path = raw_path(request)
        name = request.headers.get(WORLD_HEADER)
        if path.startswith(WORLD_PREFIX):
            inner, _, path = path[len(WORLD_PREFIX) :].partition("/")
            path = "/" + path
            name = inner if name is None else name
        if name is None:
            name = self._world_of_port(request)
        call = Call(request=request, path=path, world=name, id=self._ids.guid()[:16])
        status = FAILED
        world: World | None = None
        try:
            if not self._server.opened and path not in EARLY:
                status = 503
                return control_answer(ControlError(503, "NOT_READY", "The server is starting."))
            if under(path, CONTROL_PREFIX):
                response = await control.handle(call, self._server)
            else:
                world = self._server.worlds.get(name)
                response = await in_world(call, world, vendor_of(path))
            status = response.status
            return response
        except NotFound as error:
            status = 404
            return control_answer(ControlError(404, "NO_SUCH_WORLD", str(error)))
        except asyncio.CancelledError:
            status = GONE
            raise
        except ConnectionError:
            status = GONE
            if request.transport is not None and not request.transport.is_closing():
                raise
            # Nobody is there to be answered, and it is no failure that the log should tell of.
            return call.stream or web.Response(status=GONE)
        finally:
            self._note(call, world, status, (time.perf_counter() - began) * 1000)

    def _world_of_port(self, request: web.Request) -> str:
        transport = request.transport
        if transport is None:
            # The client has gone: no world is to see what it wanted.
            raise ConnectionResetError
        address = transport.get_extra_info("sockname")
        return self._server.listeners.worlds[address[1]]

    def _note(self, call: Call, world: World | None, status: int, took_ms: float) -> None:
        request = call.request
        took_ms = round(took_ms, 3)
        LOGGER.info(
            "request",
            extra={
                "id": call.id,
                "world": call.world,
                "user": call.user,
                "method": request.method,
                "path": call.path,
                "status": status,
                "ms": took_ms,
            },
        )
        if world is not None:
            world.journal.append(
                Entry(call.id, world.clock.now_ms(), request.method, call.path, call.user, status, took_ms)
            )


Vendor = Callable[[Call, World], Awaitable[web.StreamResponse]]


def vendor_of(path: str) -> Vendor:
    """Whose path this is; what belongs to nobody is the Cortex's to refuse, as it would alone."""
    return to_sycope if under(path, SYCOPE_PREFIX) else to_cortex


async def to_sycope(call: Call, world: World) -> web.StreamResponse:
    """Hand a request to the world's Sycope."""
    return await sycope.handle(call, world.sycope)


async def to_cortex(call: Call, world: World) -> web.StreamResponse:
    """Hand a request to the world's Cortex."""
    return await cortex.handle(call, world.cortex)


async def in_world(call: Call, world: World, vendor: Vendor) -> web.StreamResponse:
    """Run a vendor's handler until it answers or its world is reset or dropped, whichever is first."""
    try:
        async with asyncio.timeout(None) as scope:
            world.scopes.add(scope)
            try:
                return await vendor(call, world)
            finally:
                world.scopes.discard(scope)
    except TimeoutError:
        if not world.retired:
            raise
    except Closed:
        # Of a world that was reset or dropped, or of all of them as the server stops.
        pass
    if call.stream is not None:
        return cut(call)
    if world.retired:
        return control_answer(
            ControlError(503, "WORLD_RESET", f"The world {world.name} was reset or dropped meanwhile.")
        )
    return control_answer(ControlError(503, "STOPPING", "The server is stopping."))


def raw_path(request: web.Request) -> str:
    """The path as it was sent, without the query; an absolute-form target is cut to its path."""
    target = request.raw_path
    if not target.startswith("/"):
        target = request.rel_url.raw_path or "/"
    return target.partition("?")[0]


def under(path: str, prefix: str) -> bool:
    """Whether a path is this prefix or lies below it."""
    return path == prefix or path.startswith(prefix + "/")
