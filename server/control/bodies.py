"""JSON in and out of the control plane."""

from typing import Any

from aiohttp import web

from .. import jsontext
from ..call import Call
from .errors import ControlError

BODY_BYTES = 1024 * 1024


async def read_object(call: Call, *allowed: str) -> dict[str, Any]:
    """The body as an object, {} where there is none; only these keys. Raises ControlError."""
    data = await call.request.content.read(BODY_BYTES + 1)
    while len(data) <= BODY_BYTES and (more := await call.request.content.read(BODY_BYTES + 1)):
        data += more
    if len(data) > BODY_BYTES:
        raise ControlError(413, "PAYLOAD_TOO_LARGE", f"The body is larger than {BODY_BYTES} bytes.")
    if not data.strip():
        return {}
    try:
        body = jsontext.loads(data)
    except ValueError as error:
        raise ControlError(400, "BAD_REQUEST", f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise ControlError(400, "BAD_REQUEST", "The body is no JSON object.")
    if unknown := sorted(body.keys() - set(allowed)):
        raise ControlError(
            400, "BAD_REQUEST", f"{unknown[0]!r} is none of {', '.join(allowed) or 'the keys taken here'}."
        )
    return body


def text(body: dict[str, Any], name: str, default: str | None = None) -> str | None:
    """A key that holds a text, or null. Raises ControlError."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ControlError(400, "BAD_REQUEST", f"{name} is not a text.")
    return value


def reply(value: Any, status: int = 200) -> web.Response:
    """An answer in JSON."""
    return web.Response(status=status, body=jsontext.dumps(value), content_type="application/json")
