"""Seed packs over HTTP: which there are, and putting one into a world that runs."""

from typing import Any

from aiohttp import web

from ..call import Call
from ..cortex.state import Cortex
from ..packs import BadPack, Pack, bundled
from ..sycope.errors import SycopeError
from ..sycope.state import Sycope
from .bodies import read_object, reply, text
from .errors import ControlError
from .state import Server


async def listing(call: Call, server: Server) -> web.Response:
    """`{"seeds": [{"name", "description", "used"}, ...]}`; used: whether worlds start with it."""
    return reply({"seeds": await server.services.workers.call(_described, server)})


async def load(call: Call, server: Server) -> web.Response:
    """`{"seed": name, "world"?: name}` puts a pack into a world, beside what it holds.

    It is one of ours, or one that the server was started with. 409 where something of it is there already: then nothing of it
    is stored but its users. Scripts for the Cortex run after that; 400 where one fails: what they did until then
    stays.
    """
    body = await read_object(call, "seed", "world")
    name, world = text(body, "seed"), text(body, "world", call.world)
    assert world is not None
    pack = _known(server).get(name or "")
    if pack is None:
        raise ControlError(404, "NOT_FOUND", f"There is no seed pack {name}.")
    target = server.worlds.get(world)
    try:
        await server.services.workers.call(_put, target.sycope, target.cortex, pack)
    except BadPack as error:
        raise ControlError(400, "BAD_REQUEST", str(error)) from error
    except SycopeError as error:
        raise ControlError(error.status, error.code, error.message) from error
    return reply({"status": "ok", "seed": pack.name, "world": world})


def _known(server: Server) -> dict[str, Pack]:
    # A client of the control plane names packs, never folders: it may not read what lies on this machine.
    return {pack.name: pack for pack in (*bundled(), *server.worlds.packs)}


def _described(server: Server) -> list[dict[str, Any]]:
    used = {pack.name for pack in server.worlds.packs}
    return [
        {"name": name, "description": pack.settings().get("description"), "used": name in used}
        for name, pack in sorted(_known(server).items())
    ]


def _put(sycope: Sycope, cortex: Cortex, pack: Pack) -> None:
    # Here, as most servers have no seeds.
    from ..cortex import seeding as cortex_seeding
    from ..sycope import seeding as sycope_seeding

    sycope_seeding.seed(sycope, pack)
    cortex_seeding.seed(cortex, pack)
