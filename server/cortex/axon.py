"""The Axon's files over HTTP (reference 10): put, has, get, delete; streamed, never whole in memory."""

import asyncio
import hashlib
import os
import re

from aiohttp import web

from ...storage.blobs import Blob, BlobWriter
from ...storage.errors import NotFound
from ..byterange import Span, Unsatisfiable, span_of
from ..call import begin, cut
from ..logs import LOGGER
from . import schemas
from .answers import finish, ok
from .errors import HTML, BadRequest, CortexError
from .session import LOGIN, check, require
from .visit import Visit

SHA256 = re.compile(r"[0-9a-fA-F]{64}")
BYTES = "application/octet-stream"
ETAG_OF_NOTHING = f'"{hashlib.sha1(b"", usedforsecurity=False).hexdigest()}"'
# Of what is read and sent at a time, and of what is hashed and written: large enough that a hop to a thread costs little
# beside the work, small enough for many streams at once. An upload holds up to four parts, a download one.
READ_BYTES = 1024 * 1024
WRITE_BYTES = 2 * 1024 * 1024
# A client that sends drop by drop is not waited for until it has sent a whole part.
PIECES = 64


async def put(visit: Visit) -> web.StreamResponse:
    """PUT or POST /api/v1/axon/files/put: the body's digests and size, once it is safe on disk.

    While one part is hashed and written the next is read from the socket. A body that breaks off leaves nothing.
    """
    workers, axon = visit.cortex.services.workers, visit.cortex.axon
    limit = visit.cortex.services.config.synapse_upload_bytes
    if (visit.request.content_length or 0) > limit:
        raise BadRequest
    writer = axon.writer()
    writing: asyncio.Future[None] | None = None
    try:
        size = 0
        while part := await read_part(visit.request, limit - size):
            size += sum(map(len, part))
            if writing is not None:
                await writing
            writing = asyncio.ensure_future(workers.call(writer.write, part, workers.hashers))
        if writing is not None:
            await writing
            writing = None
        blob = await workers.call(axon.keep, writer)
    finally:
        await asyncio.shield(asyncio.ensure_future(close(visit, writer, writing)))
    return ok(shown(blob))


async def close(visit: Visit, writer: BlobWriter, writing: asyncio.Future[None] | None) -> None:
    """Let go of the file; of an upload that was cancelled the writer itself waits for the part that a thread still writes."""
    if writing is not None:
        await asyncio.wait([writing])
    await visit.cortex.services.workers.call(writer.close)


async def read_part(request: web.Request, left: int) -> list[bytes]:
    """The next WRITE_BYTES of the body or a little more, in the pieces that the socket gave; empty at the body's end.

    left: how many bytes may still come. Raises BadRequest when more do, ConnectionError when the body breaks off.
    """
    pieces: list[bytes] = []
    size = 0
    while size < WRITE_BYTES and len(pieces) < PIECES and (piece := await request.content.readany()):
        pieces.append(piece)
        size += len(piece)
        if size > left:
            raise BadRequest
    return pieces


def shown(blob: Blob) -> dict[str, str | int]:
    """A blob as the product shows it."""
    return {"md5": blob.md5, "sha1": blob.sha1, "sha256": blob.sha256, "sha512": blob.sha512, "size": blob.size}


async def has(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/axon/files/has/sha256/<sha>: true or false."""
    return ok(await visit.cortex.services.workers.call(visit.cortex.axon.has, visit.args[0].lower()))


async def get(visit: Visit) -> web.StreamResponse:
    """GET or HEAD /api/v1/axon/files/by/sha256/<sha>: the bytes, or the part of them that `Range` asks for."""
    await check(visit, LOGIN)
    head = visit.request.method == "HEAD"
    if head and not SHA256.fullmatch(visit.args[0]):
        return empty(404)
    sha256 = hash_in_path(visit)
    require(visit, ("axon", "get"))
    size = await visit.cortex.services.workers.call(visit.cortex.axon.size, sha256)
    if size is None:
        raise CortexError(404, "NoSuchFile", f"SHA-256 not found: {sha256}")
    try:
        span = span_of(visit.request.headers.get("Range"), size)
    except Unsatisfiable:
        unsatisfiable = empty(416)
        unsatisfiable.headers["Accept-Ranges"] = "bytes"
        return unsatisfiable
    response = head_of(span, size, head=head)
    if head:
        return response
    await send(visit, response, sha256, span or Span(0, size))
    return response


def head_of(span: Span | None, size: int, *, head: bool) -> web.StreamResponse:
    """Status and headers of a blob or of a part of it."""
    response = web.StreamResponse(status=200 if span is None else 206)
    response.headers["Content-Type"] = BYTES
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Accept-Ranges"] = "bytes"
    if span is not None:
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    elif head or size == 0:
        # Of what the product has sent so far when it computes it: nothing.
        response.headers["Etag"] = ETAG_OF_NOTHING
    response.content_length = size if span is None else span.length
    return response


def empty(status: int) -> web.Response:
    """An answer without a body, of the product's default type."""
    return web.Response(status=status, headers={"Content-Type": HTML, "Content-Length": "0"})


async def send(visit: Visit, response: web.StreamResponse, sha256: str, span: Span) -> None:
    """Send the bytes as fast as the client takes them; one that takes none for too long is cut off.

    Raises CortexError for a file that went since its size was asked for, EOFError for one that is shorter than it was.
    """
    try:
        with visit.cortex.axon.open(sha256) as handle:
            finish(visit.request, response)
            await begin(visit.call, response)
            await copy(visit, response, handle, span)
            await response.write_eof()
    except NotFound as error:
        LOGGER.warning("request %s: the file of %s is gone", visit.call.id, sha256)
        raise CortexError(404, "NoSuchFile", f"SHA-256 not found: {sha256}") from error
    except TimeoutError:
        LOGGER.warning("request %s: its reader took nothing for too long and is cut off", visit.call.id)
        cut(visit.call)


async def copy(visit: Visit, response: web.StreamResponse, handle: int, span: Span) -> None:
    """Send a part of a file. Raises TimeoutError, EOFError."""
    workers = visit.cortex.services.workers
    timeout_s = visit.cortex.services.config.write_timeout_s
    at = span.start
    while at < span.end:
        part = await workers.call(os.pread, handle, min(READ_BYTES, span.end - at), at)
        if not part:
            raise EOFError(f"The file ends at byte {at} of {span.end}.")
        at += len(part)
        async with asyncio.timeout(timeout_s):
            await response.write(part)


async def delete(visit: Visit) -> web.StreamResponse:
    """DELETE /api/v1/axon/files/by/sha256/<sha>: true."""
    sha256 = hash_in_path(visit)
    require(visit, ("axon", "del"))
    if not await visit.cortex.services.workers.call(visit.cortex.axon.remove, sha256):
        raise CortexError(404, "NoSuchFile", f"SHA-256 not found: {visit.args[0]}")
    return ok(True)


async def delete_several(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/axon/files/del `{"sha256s": [...]}`: each as sent, with whether it was there."""
    body = await visit.json()
    schemas.check("axon_del", body)
    names: list[str] = body["sha256s"]
    remove = visit.cortex.axon.remove
    gone = await visit.cortex.services.workers.call(lambda: [[name, remove(name.lower())] for name in names])
    return ok(gone)


def hash_in_path(visit: Visit) -> str:
    """The SHA-256 in the path, in lower case. Raises CortexError."""
    text = visit.args[0]
    if not SHA256.fullmatch(text):
        raise CortexError(404, "BadArg", f"Hash is not a SHA-256: {text}")
    return text.lower()
