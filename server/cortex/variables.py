"""Storm's global variables over HTTP (reference 7). The body is looked at before the login, as in the product."""

from typing import Any

from aiohttp import web

from .. import jsontext
from .answers import ok
from .errors import CortexError
from .session import LOGIN, check, require
from .visit import Visit


async def get(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/storm/vars/get `{"name", "default"}`: the value, else the default, else null."""
    body = await visit.json_object()
    name = await named(visit, body, "get")
    found = await visit.cortex.services.workers.call(visit.cortex.globals.get, name)
    return ok(value_or_default(found, body))


async def set_(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/storm/vars/set `{"name", "value"}`: true."""
    body = await visit.json_object()
    if "value" not in body:
        raise CortexError(400, "BadArg", 'The "value" field is required.')
    name = await named(visit, body, "set")
    await visit.cortex.services.workers.call(visit.cortex.globals.put, name, jsontext.dumps_loosely(body["value"]))
    return ok(True)


async def pop(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/storm/vars/pop `{"name", "default"}`: the value it had, else the default, else null."""
    body = await visit.json_object()
    name = await named(visit, body, "pop")
    found = await visit.cortex.services.workers.call(visit.cortex.globals.pop, name)
    return ok(value_or_default(found, body))


async def named(visit: Visit, body: dict[str, Any], action: str) -> str:
    """The variable a body names, made text as the product does, once its caller may. Raises CortexError."""
    name = str(body.get("name"))
    await check(visit, LOGIN)
    require(visit, ("globals", action, name))
    return name


def value_or_default(found: bytes | None, body: dict[str, Any]) -> Any:
    """What was found, else what the body wants instead."""
    return body.get("default") if found is None else jsontext.loads_loosely(found)
