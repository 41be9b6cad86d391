"""Storm over HTTP (reference 5): `/storm` streams messages, `/storm/call` answers a value, the other two stream nodes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ...storage.errors import Closed
from .. import jsontext
from ..call import begin
from ..logs import LOGGER
from ..workers import Cancelled, Channel
from .answers import allow_origin, ok
from .chunks import Chunks
from .errors import HTML, CortexError
from .extendedreply import BODY
from .stormasked import ENDLESS_S, asked_by
from .visit import Visit

if TYPE_CHECKING:
    from ..storm.errors import StormError

NODES = "application/x-synapse-nodes"
# Bytes of messages that may wait for a slow reader, whatever their size, and how long a fast one lets them gather: less
# than anybody notices. A message is counted with what it costs beside its text.
WAITING_BYTES = 512 * 1024
MESSAGE_BYTES = 256
PAUSE_S = 0.001
STATUSES = {"AuthDeny": 403, "NoSuchView": 404}


async def stream(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/storm: one message a chunk, as it is made."""
    body = await visit.json_object()
    host = await visit.host()
    asked = await asked_by(visit, body, streamed=True, caller="storm")
    line = b"\n" if body.get("stream") == "jsonlines" else b""

    def failed(error: Exception) -> StormError:
        from ..storm.errors import StormError

        if isinstance(error, Cancelled | Closed):
            # The client has gone, or the world.
            raise error
        LOGGER.error("request %s failed", visit.call.id, exc_info=error)
        return StormError("InternalError", f"Dead Ringer failed; its log says more under request {visit.call.id}.")

    def produce(channel: Channel[bytes]) -> None:
        from ..storm.answers.query import messages_of

        def send(kind: str, info: Any) -> None:
            # The product's stream breaks off at the bytes of a body that answers no request.
            if kind != BODY:
                channel.put(message(kind, info) + line)

        messages_of(host, asked, send, channel.check, failed)

    keepalive_s = asked.opts.get("keepalive")
    with share(visit):
        return await chunked(visit, produce, HTML, keepalive_s, message("ping", {}) + line)


async def call(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/storm/call: what the query returns."""
    body = await visit.json_object()
    host = await visit.host()
    asked = await asked_by(visit, body, streamed=False, caller="callStorm")

    def work(check: Callable[[], None]) -> Any:
        from ..storm.answers.query import value_of
        from ..storm.errors import StormError

        try:
            return value_of(host, asked, check)
        except StormError as error:
            raise refused(error) from error

    with share(visit):
        return ok(await visit.cortex.services.workers.answer(work))


async def nodes(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/storm/nodes: the packed nodes alone. What goes wrong behind the first just ends the stream."""
    body = await visit.json_object()
    host = await visit.host()
    asked = await asked_by(visit, body, streamed=False)
    line = b"\n" if body.get("stream") == "jsonlines" else b""

    def produce(channel: Channel[bytes]) -> None:
        from ..storm.answers.query import nodes_of
        from ..storm.errors import StormError

        sent = False
        try:
            for packed in nodes_of(host, asked, channel.check):
                channel.put(jsontext.dumps(packed) + line)
                sent = True
        except StormError as error:
            if not sent:
                raise refused(error) from error

    with share(visit):
        return await chunked(visit, produce, HTML)


async def export(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/storm/export: the query runs to its end, then each of its nodes is sent, in msgpack."""
    body = await visit.json_object()
    host = await visit.host()
    asked = await asked_by(visit, body, streamed=False, caller="exportStorm")

    def produce(channel: Channel[bytes]) -> None:
        from ..storm.answers.export import exported
        from ..storm.errors import StormError

        try:
            for packed in exported(host, asked, channel.check):
                channel.put(packed)
        except StormError as error:
            raise refused(error) from error

    with share(visit):
        return await chunked(visit, produce, NODES)


def share(visit: Visit) -> AbstractContextManager[None]:
    """One of the queries that the caller may have running. Raises CortexError."""
    return visit.cortex.shares.one(visit.caller.user.iden)


async def chunked(
    visit: Visit,
    produce: Callable[[Channel[bytes]], None],
    kind: str,
    keepalive_s: float | None = None,
    ping: bytes = b"",
) -> web.StreamResponse:
    """Send what a thread produces, each item as one HTTP chunk. No item at all is an empty body.

    keepalive_s: how often `ping` is sent while nothing else is.
    """
    response = web.StreamResponse(headers={"Content-Type": kind, "X-Content-Type-Options": "nosniff"})
    allow_origin(visit.request, response)
    stream = visit.cortex.services.workers.stream(produce, WAITING_BYTES, PAUSE_S, weight)
    async with contextlib.aclosing(stream) as batches:
        first = await anext(batches, None)
        if first is None:
            return web.Response(headers={"Content-Type": kind})
        chunks = Chunks(await begin(visit.call, response), visit.cortex.services.config.write_timeout_s)
        await chunks.write(first)
        async for batch in batches if keepalive_s is None else pinged(batches, keepalive_s, ping):
            await chunks.write(batch)
        await chunks.end()
    await response.write_eof()
    return response


async def pinged(batches: AsyncIterator[list[bytes]], keepalive_s: float, ping: bytes) -> AsyncIterator[list[bytes]]:
    """The same batches, and a ping for each time that none has come for so long."""
    waiting = asyncio.ensure_future(anext(batches, None))
    pause_s = keepalive_s if keepalive_s < ENDLESS_S else None
    try:
        while True:
            done, _ = await asyncio.wait((waiting,), timeout=pause_s)
            if not done:
                yield [ping]
                continue
            batch = waiting.result()
            if batch is None:
                return
            yield batch
            waiting = asyncio.ensure_future(anext(batches, None))
    finally:
        waiting.cancel()


def message(kind: str, info: Any) -> bytes:
    """A message as JSON. Text in the product's streams is not escaped as in its other answers."""
    return jsontext.dumps((kind, info))


def weight(item: bytes) -> int:
    """What a message that waits costs."""
    return len(item) + MESSAGE_BYTES


def refused(error: StormError) -> CortexError:
    """An error of Storm as an answer (reference 15)."""
    return CortexError(STATUSES.get(error.name, 400), error.name, error.mesg or without_mesg(error))


def without_mesg(error: StormError) -> str:
    """The text of an error that has no message: its name and details, as the product's language shows them."""
    from ..storm.values.convert import python_text

    if not error.info:
        return ""
    details = [f"{key}={python_text(frozen(valu))}" for key, valu in sorted(error.info.items())]
    return f"{error.name}: {' '.join(details)}"


def frozen(valu: Any) -> Any:
    """Lists within as tuples, as the product keeps them."""
    if isinstance(valu, dict):
        return {key: frozen(item) for key, item in valu.items()}
    return tuple(frozen(item) for item in valu) if isinstance(valu, list) else valu
