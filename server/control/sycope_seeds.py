"""Sycope's config elements of any category and its devices, which its API cannot make: loaded as the product shows them."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ..call import Call
from ..sycope import bodies, loading
from ..sycope.errors import SycopeError
from ..sycope.state import Sycope
from .bodies import reply
from .errors import ControlError
from .state import Server


async def elements(call: Call, server: Server) -> web.Response:
    """An answer of `GET /config-elements`, `{"data": [element, ...]}`: 201 with `{"ids": [...]}`; all or nothing.

    Lookups may have their `file`, and any element its `sidPerms`.
    """
    return await _load(call, server, loading.load_elements)


async def devices(call: Call, server: Server) -> web.Response:
    """`{"data": [device, ...]}` in the form of the inventory: 201 with `{"ids": [...]}`; one that is there is replaced."""
    return await _load(call, server, loading.load_devices)


async def _load(call: Call, server: Server, load: Callable[[Sycope, list[Any]], list[str]]) -> web.Response:
    sycope = server.worlds.get(call.world).sycope
    try:
        body = await bodies.receive(call, server.config.sycope_body_bytes)
        ids = await server.services.workers.call(_loaded, sycope, body, load)
    except SycopeError as error:
        raise ControlError(error.status, error.code, error.message) from error
    return reply({"ids": ids}, status=201)


def _loaded(sycope: Sycope, body: bodies.Body, load: Callable[[Sycope, list[Any]], list[str]]) -> list[str]:
    found = bodies.parse(body)
    if not isinstance(found, dict) or not isinstance(found.get("data"), list):
        raise SycopeError(400, "The body is no object with a list under data.")
    return load(sycope, found["data"])
