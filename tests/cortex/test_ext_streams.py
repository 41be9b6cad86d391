"""Answers of the Extended HTTP API as their readers meet them: parts that come at once, readers that stop or go, framing."""

import asyncio
import json
import resource
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import LONG_S, Client, until
from .conftest import ClientOf
from .streaming import AUTH, Stream

MIB = 1024 * 1024
ABC = '$lib.hex.decode("616263")'
# Makes a definition for `GET /api/ext/x` and waits for nothing.
Define = Callable[[str], Awaitable[None]]


@pytest.fixture
def define(root: Client) -> Define:
    return defining(root)


def defining(root: Client) -> Define:
    async def made(query: str) -> None:
        opts = {"vars": {"query": query}}
        text = "$a=$lib.cortex.httpapi.add(x) $a.methods.get=$query $a.methods.head=$query return($a.iden)"
        assert (await root.post("/storm/call", {"query": text, "opts": opts})).result

    return made


async def call(client: Client, query: str, **vars: Any) -> Any:
    return (await client.post("/storm/call", {"query": query, "opts": {"vars": vars}})).result


async def asked(server: RunningServer, method: str = "GET", version: str = "1.1") -> Stream:
    """Ask and wait for the head."""
    port = int(server.urls["http"].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=16 * 1024)
    writer.write(f"{method} /api/ext/x HTTP/{version}\r\nHost: x\r\n{AUTH}\r\n".encode())
    async with asyncio.timeout(LONG_S):
        head = await reader.readuntil(b"\r\n\r\n")
    return Stream(head.decode(), reader, writer)


def idle(server: RunningServer) -> bool:
    return not server.server.worlds.get("default").cortex.host().tasks


async def test_each_part_of_a_body_comes_as_soon_as_it_is_sent(
    root: Client, server: RunningServer, define: Define
) -> None:
    await call(root, "$lib.queue.add(go)")
    await define(
        """
        $queue = $lib.queue.get(go)
        $request.sendcode(200)
        for $i in $lib.range(3) {
            $text = `part {$i}`
            $request.sendbody($text.encode())
            $queue.get($i, wait=(true))
        }
        """
    )
    stream = await asked(server)
    assert stream.status == 200
    assert "Transfer-Encoding: chunked\r\n" in stream.head
    assert "Content-Length" not in stream.head
    assert "Content-Type: text/html; charset=UTF-8\r\n" in stream.head
    assert "Date: " in stream.head
    for unwanted in ("X-Content-Type-Options", "Etag", "Server"):
        assert unwanted not in stream.head
    for number in range(3):
        # The query waits; what it sent is here.
        assert await stream.chunk() == f"part {number}".encode()
        await call(root, "$lib.queue.get(go).put(go)")
    assert await stream.chunk() == b""
    stream.leave()


async def test_each_part_is_a_chunk_of_its_own_and_empty_ones_are_none(server: RunningServer, define: Define) -> None:
    await define(
        """
        $request.sendcode(200)
        for $i in $lib.range(1000) {
            $text = `{$i}`
            $request.sendbody($text.encode())
            $request.sendbody($lib.hex.decode(""))
        }
        """
    )
    stream = await asked(server)
    assert await stream.rest() == [str(number).encode() for number in range(1000)]
    stream.leave()


async def test_a_declared_length_goes_without_chunks(server: RunningServer, define: Define) -> None:
    await define(
        f"$request.sendcode(200) $request.sendheaders(({{'content-length': 6}})) "
        f"$request.sendbody({ABC}) $request.sendbody({ABC})".replace("'", '"')
    )
    stream = await asked(server)
    assert "Content-Length: 6\r\n" in stream.head
    assert "chunked" not in stream.head
    assert await stream.reader.readexactly(6) == b"abcabc"
    # The connection serves on.
    stream.writer.write(f"GET /api/ext/newp HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n".encode())
    assert (await stream.reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 404 ")
    stream.leave()


async def test_less_than_the_declared_length_is_cut_off(server: RunningServer, define: Define) -> None:
    await define(f'$request.reply(200, headers=({{"content-length": 6}}), body={ABC})')
    stream = await asked(server)
    assert "Content-Length: 6\r\n" in stream.head
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await stream.reader.readexactly(6)
    stream.leave()


async def test_http_1_0_gets_the_parts_without_chunks(server: RunningServer, define: Define) -> None:
    await define(f"$request.sendcode(200) $request.sendbody({ABC}) $request.sendbody({ABC})")
    stream = await asked(server, version="1.0")
    assert "chunked" not in stream.head
    async with asyncio.timeout(LONG_S):
        assert await stream.reader.read() == b"abcabc"
    stream.leave()


@pytest.mark.parametrize("status", [204, 304])
async def test_a_status_without_a_body_has_none(status: int, server: RunningServer, define: Define) -> None:
    await define(f"$request.reply({status}, body={ABC})")
    stream = await asked(server)
    assert stream.status == status
    assert "chunked" not in stream.head
    stream.writer.write(f"GET /api/ext/newp HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n".encode())
    assert (await stream.reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 404 ")
    stream.leave()


async def test_head_has_the_headers_and_no_body(server: RunningServer, define: Define) -> None:
    await define('$request.reply(200, body=({"a": 1}))')
    stream = await asked(server, "HEAD")
    assert "Content-Length: 7\r\n" in stream.head
    stream.writer.write(f"HEAD /api/ext/newp HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n".encode())
    assert (await stream.reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 404 ")
    stream.leave()


async def test_an_error_behind_the_first_part_is_told_to_nobody(root: Client, define: Define) -> None:
    await define(f"$request.sendcode(200) $request.sendbody({ABC}) $request.sendcode(404) $lib.raise(Foo, bar)")
    answer = await root.get("/api/ext/x")
    assert (answer.status, answer.body) == (200, b"abc")


async def test_a_large_value_comes_whole(root: Client, define: Define) -> None:
    await define('$l=([]) for $i in $lib.range(50000) { $l.append("a text") } $request.reply(200, body=$l)')
    answer = await root.get("/api/ext/x")
    assert answer.json == ["a text"] * 50000
    assert answer.headers["Content-Length"] == str(len(answer.body))


async def test_a_large_body_can_be_read(root: Client, define: Define) -> None:
    await define("$request.reply(200, body=($lib.len($request.body)))")
    await call(root, '$a=$lib.cortex.httpapi.getByPath(x) $a.methods.put="$request.reply(200, body=$request.body)"')
    body = bytes(range(256)) * 20_000
    answer = await root.ask("PUT", "/api/ext/x", body)
    assert answer.body == body


async def test_a_client_that_goes_ends_the_query(root: Client, server: RunningServer, define: Define) -> None:
    await define(f"$request.sendcode(200) while (true) {{ $request.sendbody({ABC}) }}")
    stream = await asked(server)
    assert await stream.chunk() == b"abc"
    assert not idle(server)
    stream.leave()
    await until(lambda: idle(server), root)


async def test_a_client_that_goes_before_anything_is_sent_ends_the_query(
    root: Client, server: RunningServer, define: Define
) -> None:
    await define("while (true) { }")
    port = int(server.urls["http"].rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/ext/x HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n".encode())
    await call(root, "return()")
    await until(lambda: not idle(server), root)
    writer.transport.abort()
    await until(lambda: idle(server), root)


async def test_readers_that_stop_make_their_queries_wait(root: Client, server: RunningServer, define: Define) -> None:
    await define(
        """
        $big = $lib.str.join("", ("x",)).encode()
        for $i in $lib.range(17) { $big = $lib.hex.decode(`{$lib.hex.encode($big)}{$lib.hex.encode($big)}`) }
        $request.sendcode(200)
        while (true) { $request.sendbody($big) }
        """
    )
    first = await asked(server)
    assert len(await first.chunk()) == 2**17
    before = resident()
    stalled = [await asked(server) for _ in range(10)]
    for stream in stalled:
        assert len(await stream.chunk()) == 2**17
    for _ in range(30):
        assert await call(root, "return(x)") == "x"
    # Sixteen parts of each may wait, and what is on its way: a few megabytes of as many gigabytes as one likes.
    assert resident() - before < len(stalled) * 12 * MIB
    for stream in (first, *stalled):
        stream.leave()
    await until(lambda: idle(server), root)


async def test_a_reader_that_stops_for_good_is_cut_off(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(write_timeout_s=0.2)
    root = client_of(server).as_user("root", "secret")
    await defining(root)(f"$request.sendcode(200) while (true) {{ $request.sendbody({ABC}) }}")
    stream = await asked(server)
    assert await stream.chunk() == b"abc"
    await until(lambda: idle(server), root)
    stream.leave()


async def test_a_body_that_answers_no_request_is_left_out_of_a_stream(root: Client) -> None:
    query = f"$lib.cortex.httpapi.response(({{}})).reply(200, body={ABC}) $lib.print(after)"
    answer = await root.post("/storm", {"query": query, "stream": "jsonlines"})
    kinds = [json.loads(line)[0] for line in answer.body.splitlines()]
    assert kinds == ["init", "http:resp:code", "print", "fini"]


def resident() -> int:
    """Bytes of memory that this process has, which is client and server."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
