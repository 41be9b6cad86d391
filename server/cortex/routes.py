"""Every path of the Cortex, and the steps each request to it takes."""

from aiohttp import web

from ..call import Call
from .state import Cortex


async def handle(call: Call, cortex: Cortex) -> web.StreamResponse:
    """Answer one request to the Cortex."""
    return web.Response(status=404)
