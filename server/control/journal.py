"""What a world was asked: its last requests, oldest first."""

from dataclasses import asdict

from aiohttp import web

from ..call import Call
from .bodies import reply
from .state import Server


async def requests(call: Call, server: Server) -> web.Response:
    """`{"requests": [{"id", "at_ms", "method", "path", "user", "status", "took_ms"}, ...]}` of the request's world."""
    world = server.worlds.get(call.world)
    return reply({"requests": [asdict(entry) for entry in world.journal]})
