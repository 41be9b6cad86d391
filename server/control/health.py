"""Is it up, is it ready, and whom must a client trust."""

import time

from aiohttp import web

from ..call import Call
from .bodies import reply
from .errors import ControlError
from .state import Server

# Raised whenever data that this version writes could not be read by the one before.
STORAGE_FORMAT = 1


async def health(call: Call, server: Server) -> web.Response:
    """200 from the first moment on: version, uptime, worlds, storage format."""
    # Here, as it loads more than it is worth before somebody asks.
    from importlib.metadata import version

    return reply(
        {
            "status": "ok",
            "version": version("deadringer"),
            "uptime_s": round(time.monotonic() - server.started, 3),
            "worlds": [world.name for world in server.worlds.list()],
            "storage_format": STORAGE_FORMAT,
        }
    )


async def ready(call: Call, server: Server) -> web.Response:
    """200 once everything that was to be loaded is loaded, 503 before and while the server stops."""
    if not server.ready:
        raise ControlError(503, "NOT_READY", "The server is starting or stopping.")
    return reply({"status": "ready"})


async def ca(call: Call, server: Server) -> web.Response:
    """The certificate of the authority that signed our leaf, as PEM."""
    if server.ca is None:
        raise ControlError(404, "NOT_FOUND", "The server serves no certificate of its own authority.")
    return web.Response(body=server.ca, content_type="application/x-pem-file")
