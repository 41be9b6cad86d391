"""JSON in and out of Sycope. Bodies are received on the event loop and read wherever the work is done.

`Content-Type` is never looked at: clients send `application/json` without a body, and bodies without it.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from .. import jsontext
from ..call import Call
from .choices import BODY_DEPTH
from .errors import SycopeError

GZIP = ("gzip", "x-gzip")
# Tells zlib to expect gzip's header, and nothing else.
GZIP_BITS = zlib.MAX_WBITS | 16


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it came. encoding: its Content-Encoding, "" for none. limit: bytes it may have once unpacked."""

    data: bytes | bytearray
    encoding: str
    limit: int


async def receive(call: Call, limit_bytes: int) -> Body:
    """Take the whole body. Raises SycopeError: 413 as soon as it is too large, 415."""
    request = call.request
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", *GZIP):
        raise SycopeError(415, f"A body with Content-Encoding {encoding} is not taken; gzip is.")
    if (request.content_length or 0) > limit_bytes:
        raise _too_large(limit_bytes)
    data = bytearray()
    while piece := await request.content.readany():
        data += piece
        if len(data) > limit_bytes:
            raise _too_large(limit_bytes)
    return Body(data, "" if encoding == "identity" else encoding, limit_bytes)


def parse(body: Body) -> Any:
    """The value of a JSON body. Raises SycopeError 400, 413."""
    try:
        value = jsontext.loads(bytes(_unpacked(body)))
    except ValueError as error:
        raise _not_json(error) from error
    except RecursionError as error:
        raise _too_deep() from error
    level = [value]
    for _ in range(BODY_DEPTH + 1):
        level = [inner for item in level if isinstance(item, (list, dict)) for inner in _inside(item)]
        if not level:
            return value
    raise _too_deep()


def parse_rows(body: Body) -> Any:
    """The same for bodies that hold many numbers: whole numbers beyond 64 bits become doubles."""
    data = _unpacked(body)
    try:
        return orjson.loads(data[len(jsontext.BOM) :] if data.startswith(jsontext.BOM) else data)
    except ValueError as error:
        raise _not_json(error) from error


def reply(value: Any) -> web.Response:
    """An answer in JSON."""
    return reply_text(jsontext.dumps(value))


def reply_text(data: bytes) -> web.Response:
    """An answer that is a JSON text already."""
    return web.Response(body=data, content_type="application/json")


def done(**more: Any) -> web.Response:
    """The envelope of success."""
    return reply({"status": 200, "code": "OK", **more})


def _unpacked(body: Body) -> bytes | bytearray:
    if not body.encoding:
        return body.data
    inflater = zlib.decompressobj(GZIP_BITS)
    try:
        data = inflater.decompress(body.data, body.limit + 1)
    except zlib.error as error:
        raise SycopeError(400, f"The body is no gzip: {error}.") from error
    if len(data) > body.limit:
        raise _too_large(body.limit)
    if not inflater.eof or inflater.unused_data:
        raise SycopeError(400, "The body is no gzip: it ends too early or goes on after its end.")
    return data


def _inside(item: list[Any] | dict[str, Any]) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def _too_deep() -> SycopeError:
    """What is stored must be readable again, by us and by whoever gets it, without meeting a limit on the way."""
    return SycopeError(400, f"The body is nested more than {BODY_DEPTH} deep.")


def _too_large(limit_bytes: int) -> SycopeError:
    return SycopeError(413, f"The body is larger than {limit_bytes} bytes.")


def _not_json(error: ValueError) -> SycopeError:
    return SycopeError(400, f"The body is not JSON: {error}.")
