"""Every path of Sycope, and the steps each request to it takes."""

from aiohttp import web

from ..call import Call
from .state import Sycope


async def handle(call: Call, sycope: Sycope) -> web.StreamResponse:
    """Answer one request to Sycope."""
    return web.Response(status=404)
