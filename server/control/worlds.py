"""Worlds over HTTP: make, list, show, drop, reset."""

import json
from typing import Any

from aiohttp import web

from ..call import Call
from ..listen import PortInUse
from ..worlds import DEFAULT, World, to_the_end, write_atomically
from .bodies import read_object, reply, text
from .errors import ControlError
from .state import Server

# Beside a world's pointer: the ports it had, so that it gets them again after a restart.
PORTS = "ports.json"


async def listing(call: Call, server: Server) -> web.Response:
    """`{"worlds": [{"name", "urls"}, ...]}`, ordered by name."""
    return reply({"worlds": [described(world, server) for world in server.worlds.list()]})


async def show(call: Call, server: Server) -> web.Response:
    """One world: `{"name", "urls"}`."""
    return reply(described(server.worlds.get(call.args[0]), server))


async def make(call: Call, server: Server) -> web.Response:
    """`{"name"?, "port"?: true, "from"?: world}` makes a world: 201 with `{"name", "urls"}`.

    With `port` the world gets ports of its own, for clients that only know a base URL; else its URLs are path prefixes.
    """
    body = await read_object(call, "name", "port", "from")
    port = body.get("port", False)
    if not isinstance(port, bool):
        raise ControlError(400, "BAD_REQUEST", "port is neither true nor false.")
    world = await to_the_end(made(server, text(body, "name"), text(body, "from"), port))
    return reply(described(world, server), status=201)


async def made(server: Server, name: str | None, source: str | None, port: bool) -> World:
    """A new world, with ports of its own if it is to have them."""
    async with server.changing:
        world = await server.worlds.make(name, source)
        if port:
            try:
                urls = await server.listeners.open(world.name)
            except PortInUse as error:
                await server.worlds.drop(world.name)
                raise ControlError(503, "NO_PORT", str(error)) from error
            await server.services.workers.call(keep_ports, world, urls)
        return world


async def drop(call: Call, server: Server) -> web.Response:
    """Remove a world, its ports and all that it held."""
    await to_the_end(dropped(server, call.args[0]))
    return reply({"status": "ok"})


async def dropped(server: Server, name: str) -> None:
    """Remove a world, then stop listening for it."""
    async with server.changing:
        await server.worlds.drop(name)
        await server.listeners.close(name)


async def reset(call: Call, server: Server) -> web.Response:
    """`{"world"?: name}` puts a world back to its seeds, whatever was in it. Without a name: the world of the request."""
    body = await read_object(call, "world")
    name = text(body, "world", call.world)
    assert name is not None
    await server.worlds.reset(name)
    return reply({"status": "ok", "world": name})


def described(world: World, server: Server) -> dict[str, Any]:
    """A world as the control plane shows it."""
    return {"name": world.name, "urls": server.listeners.urls_of(world.name, DEFAULT)}


def keep_ports(world: World, urls: dict[str, str], before: dict[str, int] | None = None) -> None:
    """Note a world's ports, and of those it had before the ones of schemes that are not among them. Blocks."""
    ports = {scheme: int(url.rpartition(":")[2]) for scheme, url in urls.items()}
    write_atomically(world.folder / PORTS, json.dumps({**(before or {}), **ports}))


def kept_ports(world: World) -> dict[str, int] | None:
    """The ports that were noted, None for a world without any. Blocks."""
    try:
        ports: dict[str, int] = json.loads((world.folder / PORTS).read_text())
    except FileNotFoundError:
        return None
    return ports
