"""A body whose every item is one HTTP chunk, many of them in one write.

aiohttp makes a chunk of each write, and each write is a record of TLS and a call of the system: for a stream of small
messages that is most of the work. So the chunks are framed here, and aiohttp is told that nothing is left to frame. Chunks
are put together into records of TLS that end where a chunk does: a client then reads whole chunks, as of the product, and
one that takes each part that it reads for a message (the seed's own example does) is right.
"""

import asyncio
from typing import cast

from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter

LAST = b"0\r\n\r\n"
# What a record of TLS holds.
RECORD_BYTES = 16 * 1024
# About as much as one write should hold: enough for thousands of messages, little beside the buffers of the sockets.
WRITE_BYTES = 256 * 1024


class Chunks:
    """What writes the items of one answer, whose head has been sent. A client of HTTP/1.0 gets them without frames.

    timeout_s: how long a client may take nothing.
    """

    def __init__(self, writer: AbstractStreamWriter, timeout_s: float) -> None:
        self._writer = cast(StreamWriter, writer)
        self._framed = self._writer.chunked
        self._writer.chunked = False
        self._timeout_s = timeout_s

    async def write(self, items: list[bytes]) -> None:
        """Send each item as a chunk of its own. Raises TimeoutError where the client takes nothing for too long."""
        record: list[bytes] = []
        records: list[bytes] = []
        room, size = RECORD_BYTES, 0
        for item in items:
            chunk = b"%x\r\n%b\r\n" % (len(item), item) if self._framed else item
            if len(chunk) > room and record:
                records.append(b"".join(record))
                record, room = [], RECORD_BYTES
                if size >= WRITE_BYTES:
                    await self._send(records)
                    records, size = [], 0
            record.append(chunk)
            room -= len(chunk)
            size += len(chunk)
        if record:
            records.append(b"".join(record))
        await self._send(records)

    async def end(self) -> None:
        """Send what says that no more chunks come."""
        if self._framed:
            await self._send([LAST])

    async def _send(self, records: list[bytes]) -> None:
        transport = self._writer.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client has gone")
        self._writer.send_headers()
        async with asyncio.timeout(self._timeout_s):
            transport.writelines(records)
            await self._writer.drain()
