"""The rows of a custom index as they are stored, for tests and for the inspector."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from functools import partial
from urllib.parse import unquote

from aiohttp import web

from ...storage import retention
from ...storage import rows as stored
from ...storage.columns import TYPES, show_column
from ...storage.database import Database, Row
from ...storage.errors import NotFound, StorageError
from ...storage.rows import Index, Stored
from .. import jsontext
from ..call import Call, begin, cut
from ..sycope.state import Sycope
from ..workers import Channel
from .errors import ControlError
from .state import Server

DEFAULT_LIMIT = 1000
# Rows read at once and sent as one piece, and how many pieces may wait for a reader that is slow.
PAGE_ROWS = 100
WAITING_PAGES = 4


async def show(call: Call, server: Server) -> web.StreamResponse:
    """`GET /_deadringer/sycope/indexes/{name}/rows?offset&limit`: `{"columns": [...], "total": N, "rows": [[...], ...]}`.

    Rows of the earliest period first, in each as they were stored; values as clients write them. The answer is streamed and
    holds no more than some pages in memory; a reader that takes nothing for `write_timeout_s` is cut off.
    """
    name = unquote(call.args[0])
    offset, limit = _number(call, "offset", 0), _number(call, "limit", DEFAULT_LIMIT)
    sycope = server.worlds.get(call.world).sycope
    workers = server.services.workers
    index, parts = await workers.call(_find, sycope, name)
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    produce = partial(_produce, sycope.database, index, parts, offset, limit)
    try:
        await begin(call, response)
        async with aclosing(workers.stream(produce, WAITING_PAGES)) as stream:
            async for pieces in stream:
                async with asyncio.timeout(server.config.write_timeout_s):
                    await response.write(b"".join(pieces))
        async with asyncio.timeout(server.config.write_timeout_s):
            await response.write_eof()
    except (StorageError, TimeoutError):
        # The index or its world went meanwhile, or the reader does not read.
        return cut(call)
    return response


def _find(sycope: Sycope, name: str) -> tuple[Index, list[Stored]]:
    retention.expire(sycope.database, sycope.clock.now_ms())
    index = stored.index_named(sycope.database, name)
    if index is None:
        raise NotFound(f"There is no index named {name}.")
    return index, stored.stored(sycope.database, index)


def _produce(
    database: Database, index: Index, parts: list[Stored], offset: int, limit: int, channel: Channel[bytes]
) -> None:
    total = sum(part.row_count for part in parts)
    names = jsontext.dumps([column.name for column in index.columns])
    channel.put(b'{"columns":%b,"total":%d,"rows":[' % (names, total))
    separator = b""
    for page in stored.pages(database, index, parts, offset, limit, PAGE_ROWS):
        channel.put(separator + b",".join(map(jsontext.dumps, _shown(index, page))))
        separator = b","
    channel.put(b"]}")


def _shown(index: Index, page: list[Row]) -> Iterator[Row]:
    columns = zip(index.columns, zip(*page, strict=True), strict=True)
    return zip(*(show_column(TYPES[column.type], values) for column, values in columns), strict=True)


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ControlError(400, "BAD_REQUEST", f"{name}: {text[:40]} is no whole number from 0 on.")
    return int(text)
