"""How these tests read a stream of Storm: frame by frame on a connection of their own, as slowly as they like."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from deadringer.server.running import RunningServer

from .asking import LONG_S

AUTH = "Authorization: Basic cm9vdDpzZWNyZXQ=\r\n"


@dataclass(slots=True)
class Stream:
    """An answer whose head has come; the connection takes in no more than a little on its own."""

    head: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def status(self) -> int:
        return int(self.head.split()[1])

    async def chunk(self) -> bytes:
        """The next HTTP chunk; empty at the end."""
        async with asyncio.timeout(LONG_S):
            size = await self.reader.readuntil(b"\r\n")
            data = await self.reader.readexactly(int(size, 16) + 2)
        assert data.endswith(b"\r\n")
        return data[:-2]

    async def message(self) -> Any:
        """The next message."""
        return json.loads(await self.chunk())

    async def rest(self) -> list[bytes]:
        """All chunks that are still to come."""
        found = []
        while part := await self.chunk():
            found.append(part)
        return found

    def leave(self) -> None:
        """Go away without a word."""
        self.writer.transport.abort()


async def streamed(
    server: RunningServer, query: str, path: str = "storm", *, version: str = "1.1", headers: str = "", **more: Any
) -> Stream:
    """Ask a query and wait for the head of its answer. more: of the body (`opts`, `stream`)."""
    reader, writer = await sent(server, query, path, version=version, headers=headers, **more)
    async with asyncio.timeout(LONG_S):
        head = await reader.readuntil(b"\r\n\r\n")
    return Stream(head.decode(), reader, writer)


async def sent(
    server: RunningServer, query: str, path: str, *, version: str = "1.1", headers: str = "", **more: Any
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask a query and wait for nothing."""
    port = int(server.urls["http"].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=16 * 1024)
    body = json.dumps({"query": query, **more})
    head = f"GET /api/v1/{path} HTTP/{version}\r\nHost: x\r\n{AUTH}{headers}Content-Length: {len(body)}\r\n\r\n"
    writer.write((head + body).encode())
    return reader, writer
