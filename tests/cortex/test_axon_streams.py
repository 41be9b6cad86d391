"""Uploads and downloads as streams: in flat memory, broken off, held up, and in nobody's way."""

import asyncio
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator

import aiohttp
import pytest
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import LONG_S, Client, until
from .conftest import ClientOf
from .test_axon import PUT, by, facts, files_of, has, incoming_of

MIB = 1024 * 1024
BLOCK = bytes(range(256)) * 256
AUTH = "Authorization: Basic cm9vdDpzZWNyZXQ=\r\n"
STALLED = 64


async def blocks(size: int, begin: bytes = b"") -> AsyncIterator[bytes]:
    """So many bytes, in small pieces; `begin` makes them differ from others."""
    yield begin
    for at in range(len(begin), size, len(BLOCK)):
        yield BLOCK[: size - at]


async def store(client: Client, size: int, begin: bytes = b"") -> str:
    """Put so many bytes; gives their SHA-256."""
    auth = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
    async with client.session.put(f"{client.url}/api/v1{PUT}", data=blocks(size, begin), headers=auth) as response:
        assert response.status == 200
        sha256: str = (await response.json())["result"]["sha256"]
        return sha256


async def digest_of(size: int, begin: bytes = b"") -> str:
    digest = hashlib.sha256()
    async for block in blocks(size, begin):
        digest.update(block)
    return digest.hexdigest()


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connected(server: RunningServer, sent: str) -> Streams:
    """A connection that has sent this, and takes in no more than a little on its own."""
    port = int(server.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=16 * 1024)
    writer.write(sent.encode())
    return reader, writer


async def downloading(server: RunningServer, sha256: str) -> Streams:
    """A download of which the head has come."""
    reader, writer = await connected(server, f"GET /api/v1{by(sha256)} HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
    return reader, writer


async def test_a_large_file_passes_in_flat_memory(root: Client) -> None:
    size = 64 * MIB
    expected = await digest_of(size)
    tracemalloc.start()
    try:
        assert await store(root, size) == expected
        digest = hashlib.sha256()
        auth = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
        async with root.session.get(f"{root.url}/api/v1{by(expected)}", headers=auth) as response:
            assert response.content_length == size
            async for part in response.content.iter_any():
                digest.update(part)
        assert digest.hexdigest() == expected
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Client and server are in this process: a few parts on their way in each.
    assert peak < 16 * MIB


@pytest.mark.parametrize(
    "framing", ["Content-Length: 10000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n989680\r\n"]
)
async def test_a_broken_upload_leaves_nothing(framing: str, root: Client, server: RunningServer) -> None:
    head = f"PUT /api/v1{PUT} HTTP/1.1\r\nHost: x\r\n{AUTH}{framing}"
    _, writer = await connected(server, head)
    writer.write(b"x" * 5_000_000)
    await writer.drain()
    await until(lambda: any(path.stat().st_size for path in incoming_of(server)), root)
    writer.close()
    await until(lambda: incoming_of(server) == [], root)
    assert files_of(server) == []
    assert (await root.get(has(hashlib.sha256(b"x" * 5_000_000).hexdigest()))).result is False


async def test_a_malformed_chunk_leaves_nothing(root: Client, server: RunningServer) -> None:
    head = f"PUT /api/v1{PUT} HTTP/1.1\r\nHost: x\r\n{AUTH}Transfer-Encoding: chunked\r\n\r\n"
    _, writer = await connected(server, head)
    # Enough that the server begins to write.
    writer.write(b"300000\r\n" + b"x" * (3 * MIB) + b"\r\n")
    await writer.drain()
    await until(lambda: len(incoming_of(server)) == 1, root)
    writer.write(b"newp\r\n")
    writer.close()
    await until(lambda: incoming_of(server) == [], root)
    assert files_of(server) == []


async def test_many_uploads_at_once(root: Client, server: RunningServer) -> None:
    begins = [number.to_bytes(4, "big") for number in range(12)]
    stored = await asyncio.gather(*(store(root, 3 * MIB, begin) for begin in begins))
    assert stored == [await digest_of(3 * MIB, begin) for begin in begins]
    assert len(files_of(server)) == 12
    assert incoming_of(server) == []


async def test_the_same_bytes_from_many_at_once(root: Client, server: RunningServer) -> None:
    stored = await asyncio.gather(*(store(root, 2 * MIB) for _ in range(8)))
    assert set(stored) == {await digest_of(2 * MIB)}
    assert [path.name for path in files_of(server)] == stored[:1]
    assert incoming_of(server) == []


async def test_a_download_goes_on_while_its_file_is_deleted(root: Client, server: RunningServer) -> None:
    size = 32 * MIB
    sha256 = await store(root, size)
    reader, writer = await downloading(server, sha256)
    assert (await root.ask("DELETE", by(sha256))).result is True
    assert files_of(server) == []
    digest, left = hashlib.sha256(), size
    while left:
        part = await asyncio.wait_for(reader.read(MIB), LONG_S)
        assert part
        digest.update(part)
        left -= len(part)
    assert digest.hexdigest() == sha256
    writer.close()


async def test_readers_that_stop_do_not_slow_other_calls(root: Client, server: RunningServer) -> None:
    size = 32 * MIB
    sha256 = await store(root, size)
    stalled = await asyncio.gather(*(downloading(server, sha256) for _ in range(STALLED)))
    entries = [entry.path for entry in server.server.worlds.get("default").journal]
    async with asyncio.timeout(LONG_S):
        for number in range(20):
            data = b"%d" % number * 50_000
            assert (await root.post(PUT, data)).result == facts(data)
            assert (await root.get(by(facts(data)["sha256"]))).body == data
            assert (await root.login("root", "secret")).status == 200
            assert (await root.post("/auth/addrole", {"name": f"role {number}"})).status == 200
    # None of them was given up meanwhile: they are noted when they end.
    noted = [entry.path for entry in server.server.worlds.get("default").journal]
    assert noted.count(f"/api/v1{by(sha256)}") == entries.count(f"/api/v1{by(sha256)}") == 0
    reader, _ = stalled[0]
    assert len(await asyncio.wait_for(reader.readexactly(size), LONG_S)) == size
    for _, writer in stalled:
        writer.transport.abort()


async def test_a_reader_that_stops_is_cut_off_in_time(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(write_timeout_s=0.2)
    root = client_of(server).as_user("root", "secret")
    size = 32 * MIB
    sha256 = await store(root, size)
    reader, writer = await downloading(server, sha256)
    journal = server.server.worlds.get("default").journal
    await until(lambda: any(entry.path == f"/api/v1{by(sha256)}" for entry in journal), root)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(size), LONG_S)
    writer.close()
    # Whoever reads gets it all.
    assert hashlib.sha256((await root.get(by(sha256))).body).hexdigest() == sha256


async def test_a_file_that_was_cut_short_on_disk_is_never_taken_for_whole(root: Client, server: RunningServer) -> None:
    sha256 = await store(root, 5 * MIB)
    os.truncate(files_of(server)[0], 2 * MIB)
    with pytest.raises(aiohttp.ClientPayloadError):
        await root.get(by(sha256))
