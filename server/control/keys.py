"""API keys for tests that need one before they can speak Storm."""

from aiohttp import web

from ...storage.accounts import ApiKey
from .. import apikeys
from ..call import Call
from ..passwords import hashed
from .bodies import read_object, reply, text
from .errors import ControlError
from .state import Server


async def make(call: Call, server: Server) -> web.Response:
    """`{"user", "name"?, "duration"?: ms}` makes an API key of a Cortex user: 201 with `{"key", "info"}` (reference 2.5)."""
    body = await read_object(call, "user", "name", "duration")
    cortex = server.worlds.get(call.world).cortex
    name = text(body, "user", "root")
    assert name is not None
    user = cortex.accounts.user_named(name)
    if user is None:
        raise ControlError(404, "NO_SUCH_USER", f"The Cortex has no user named {name}.")
    duration = body.get("duration")
    if duration is not None and (type(duration) is not int or duration < 1):
        raise ControlError(400, "BAD_REQUEST", "duration is no number of milliseconds above 0.")
    label = text(body, "name", "key") or ""

    def made() -> tuple[str, ApiKey]:
        shown, key = apikeys.make(cortex.ids, cortex.clock, user, label, duration, hashed)
        cortex.accounts.put_key(key)
        return shown, key

    shown, key = await cortex.services.workers.call(made)
    return reply({"key": shown, "info": apikeys.info(key)}, status=201)
