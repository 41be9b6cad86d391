"""The rows' door under load: many rows, readers that stall, worlds and indexes that go meanwhile."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .conftest import Client

ROWS = "/_deadringer/sycope/indexes/Custom_Test_Index/rows"
COLUMNS = ["timestamp", "text", "number"]


async def fill(client: Client, count: int, width: int) -> list[list[Any]]:
    """An index with so many rows, each with a text of so many characters."""
    await client.make_index()
    rows: list[list[Any]] = [[number, "x" * width, number] for number in range(count)]
    # aiohttp's client warns of bodies above a MiB.
    step = 500_000 // (width + 30)
    for start in range(0, count, step):
        assert (await client.inject(COLUMNS, rows[start : start + step])).status == 200
    return rows


async def stalled(server: RunningServer, world: str = "default") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client that asks for all rows, reads the head of the answer, and then nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]), limit=4096)
    writer.write(f"GET {ROWS}?limit=1000000 HTTP/1.1\r\nHost: x\r\nX-Deadringer-World: {world}\r\n\r\n".encode())
    assert b" 200 OK" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


@pytest.fixture
async def noted(caplog: pytest.LogCaptureFixture) -> AsyncIterator[asyncio.Event]:
    """Set once the log says that an answer with rows has ended."""
    noted = asyncio.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if getattr(record, "path", "").endswith("/rows"):
                noted.set()

    caplog.set_level(logging.INFO, "deadringer")
    logger = logging.getLogger("deadringer")
    logger.addHandler(listener := Listener())
    yield noted
    logger.removeHandler(listener)


async def test_many_rows_are_streamed_whole(client: Client) -> None:
    rows = await fill(client, 20_000, 10)
    async with client.session.get(client.url + ROWS, params={"limit": 10**9}) as response:
        assert response.headers["Transfer-Encoding"] == "chunked"
        found = json.loads(await response.read())
    assert (found["total"], found["rows"]) == (20_000, rows)


async def test_without_a_limit_it_is_a_thousand(client: Client) -> None:
    await fill(client, 1200, 1)
    found = await client.rows()
    assert (found["total"], len(found["rows"])) == (1200, 1000)


async def test_a_reader_that_stalls_keeps_nobody_from_writing(server: RunningServer, client: Client) -> None:
    await fill(client, 8000, 2000)
    connections = [await stalled(server) for _ in range(64)]
    async with asyncio.timeout(20):
        assert (await client.inject(COLUMNS, [[1, "after", 1]])).status == 200
        assert (await client.rows(limit=1))["total"] == 8001
        assert (await client.ask("GET", "/config-elements")).body["total"] == 1
    for _, writer in connections:
        writer.transport.abort()


@pytest.mark.parametrize("what", ["the reader's time is up", "the index is deleted", "the world is reset"])
async def test_an_answer_that_cannot_go_on_is_cut_and_never_looks_whole(
    launch: Launch, client: Client, noted: asyncio.Event, what: str
) -> None:
    patience = 0.3 if what == "the reader's time is up" else 60.0
    server = await launch(write_timeout_s=patience)
    client = Client(server.url, client.session)
    await client.login()
    await fill(client, 8000, 2000)
    reader, writer = await stalled(server)
    if what == "the index is deleted":
        (element,) = (await client.ask("GET", "/config-elements")).body["data"]
        assert (await client.ask("DELETE", f"/config-element/{element['id']}")).status == 200
    elif what == "the world is reset":
        assert (await client.ask("POST", "/_deadringer/reset", json={})).status == 200
    else:
        # The server gives up while nothing is read: what it had sent by then is all there is.
        async with asyncio.timeout(30):
            await noted.wait()
    received = b""
    async with asyncio.timeout(30):
        try:
            while piece := await reader.read(65536):
                received += piece
        except ConnectionResetError:
            received += b"..."
    writer.transport.abort()
    assert b'"rows":[' in received
    assert not received.endswith(b"0\r\n\r\n")
