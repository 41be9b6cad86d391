"""The websocket behold as it is used: who ends it and when, what a reader that stops costs, what comes by itself.

What is said on it, and every event, is held against what a real Cortex answered in fixtures/exchanges/behold.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from deadringer.server import Config, events
from deadringer.server.events import End, Events, Listener, Sort
from deadringer.server.running import RunningServer, start

from ..conftest import Launch
from .asking import LONG_S, Client, until

INIT = '{"type": "call:init"}'
ROOT = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}


@dataclass(frozen=True, slots=True)
class Socket:
    """One socket of a test."""

    connection: aiohttp.ClientWebSocketResponse

    async def frame(self) -> Any:
        """The next message."""
        message = await self.connection.receive(timeout=LONG_S)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    async def event(self) -> dict[str, Any]:
        """The next event."""
        frame = await self.frame()
        assert frame["type"] == "iter", frame
        found: dict[str, Any] = frame["data"]
        return found

    async def until(self, event: str) -> dict[str, Any]:
        """The next event of that name."""
        while True:
            found = await self.event()
            if found["event"] == event:
                return found

    async def close_code(self) -> int | None:
        """How the server closes it; what comes before is passed over."""
        while (await self.connection.receive(timeout=LONG_S)).type is aiohttp.WSMsgType.TEXT:
            pass
        return self.connection.close_code

    async def begin(self) -> "Socket":
        """Begin a stream of events."""
        await self.connection.send_str(INIT)
        assert await self.frame() == {"type": "init", "data": {}}
        return self


Open = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """`await opened(server, **headers)`: a socket as root, closed when the test ends."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))

        async def connect(server: RunningServer, headers: dict[str, str] = ROOT, path: str = "") -> Socket:
            socket = await session.ws_connect(f"{server.url}{path}/api/v1/behold", headers=headers)
            stack.push_async_callback(socket.close)
            return Socket(socket)

        yield connect


def cortex_events(server: RunningServer, world: str = "default") -> Events:
    return server.server.worlds.get(world).cortex.events


async def test_changes_by_http_and_storm_come_with_rising_offsets(
    server: RunningServer, root: Client, opened: Open
) -> None:
    socket = await (await opened(server)).begin()
    await root.post("/auth/addrole", {"name": "ops"})
    await root.post("/storm/call", {"query": "$lib.macro.set(m, ${ inet:fqdn })"})
    found = [await socket.event(), await socket.event()]
    assert [each["event"] for each in found] == ["role:add", "storm:macro:add"]
    assert found[0]["offset"] < found[1]["offset"]


async def test_a_cookie_of_an_admin_is_enough_and_is_looked_at_with_the_first_message(
    server: RunningServer, nobody: Client, opened: Open
) -> None:
    cookie = (await nobody.login("root", "secret")).headers["Set-Cookie"].partition(";")[0]
    early, late = await opened(server, {"Cookie": cookie}), await opened(server, {"Cookie": cookie})
    await early.begin()
    await nobody.get("/logout", headers={"Cookie": cookie})
    await late.connection.send_str(INIT)
    refused = {"code": "AuthDeny", "mesg": "Beholder API requires admin privs"}
    assert await late.frame() == {"type": "errx", "data": refused}
    # Who has been found out stays.
    await early.begin()


async def test_a_cron_job_is_told_when_it_begins_and_when_it_has_ended(
    server: RunningServer, root: Client, opened: Open
) -> None:
    socket = await (await opened(server)).begin()
    query = "return($lib.cron.at(query=${ $lib.raise(Foo, bar) }, now=(true)).iden)"
    iden = (await root.post("/storm/call", {"query": query})).result
    for event in ("cron:start", "cron:stop"):
        assert (await socket.until(event))["info"] == {"iden": iden}


async def test_a_long_merge_by_vote_tells_how_far_it_is(server: RunningServer, root: Client, opened: Open) -> None:
    query = """
        $bob = $lib.auth.users.add(bob, passwd=pw) $bob.setAdmin((true)) $r = $lib.auth.roles.byname(all).iden
        $v = $lib.view.add(($lib.layer.add().iden,)) $v.set(quorum, ({"count": 1, "roles": [$r]}))
        $f = $v.fork() | view.exec $f.iden { for $i in $lib.range(1300) { [ it:dev:int=$i ] } } |
        $f.setMergeRequest() return($f.iden)
    """
    fork = (await root.post("/storm/call", {"query": query})).result
    socket = await (await opened(server)).begin()
    vote = {"query": "$lib.view.get($fork).setMergeVote()", "opts": {"vars": {"fork": fork}}}
    assert (await root.as_user("bob", "pw").post("/storm/call", vote)).status == 200
    found = [await socket.until("view:merge:prog") for _ in range(2)]
    assert [(each["info"]["count"], each["info"]["total"]) for each in found] == [(0, 1300), (1000, 1300)]
    await socket.until("view:merge:fini")


async def test_a_used_one_time_password_is_told(server: RunningServer, root: Client, opened: Open) -> None:
    user = await root.make_user("bob")
    onepass = (await root.post("/auth/onepass/issue", {"user": user["iden"]})).result
    socket = await (await opened(server)).begin()
    assert (await root.login("bob", onepass)).status == 200
    assert (await socket.event())["info"] == {"iden": user["iden"], "name": "onepass", "valu": None}


async def test_a_world_hears_only_its_own(server: RunningServer, root: Client, opened: Open) -> None:
    await root.post("/_deadringer/worlds", {"name": "other"})
    socket = await (await opened(server, path="/_world/other")).begin()
    await root.post("/auth/addrole", {"name": "here"})
    await root.in_world("other").post("/auth/addrole", {"name": "there"})
    assert (await socket.event())["info"]["name"] == "there"


@pytest.mark.parametrize("how", ["reset", "drop"])
async def test_a_world_that_goes_closes_its_sockets(
    server: RunningServer, root: Client, opened: Open, how: str
) -> None:
    await root.post("/_deadringer/worlds", {"name": "other"})
    path = "/_world/other"
    silent, listening = await opened(server, path=path), await (await opened(server, path=path)).begin()
    if how == "reset":
        assert (await root.ask("POST", "/_deadringer/reset", {"world": "other"})).status < 300
    else:
        assert (await root.ask("DELETE", "/_deadringer/worlds/other")).status < 300
    assert await silent.close_code() == aiohttp.WSCloseCode.GOING_AWAY
    assert await listening.close_code() == aiohttp.WSCloseCode.GOING_AWAY


async def test_a_server_that_stops_closes_its_sockets_at_once(opened: Open) -> None:
    config = Config(ephemeral=True, port=0, http_port=0, tls=False, stop_timeout_s=60)
    server = await start(config)
    socket = await (await opened(server)).begin()
    # A client that does not answer the close any more than anything else.
    mute = await (await opened(server)).begin()
    async with asyncio.timeout(LONG_S):
        await asyncio.gather(server.stop(), socket.close_code())
    assert socket.connection.close_code == aiohttp.WSCloseCode.GOING_AWAY
    assert not mute.connection.closed


@pytest.mark.parametrize("code", [1000, 1001, 3000])
async def test_a_close_is_answered_with_its_code(server: RunningServer, opened: Open, code: int) -> None:
    socket = await (await opened(server)).begin()
    await socket.connection.close(code=code, message=b"bye")
    assert socket.connection.close_code == code


async def test_a_ping_is_answered(server: RunningServer, opened: Open) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.url}/api/v1/behold", autoping=False) as socket,
    ):
        await socket.ping(b"hello")
        message = await socket.receive(timeout=LONG_S)
        assert (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"hello")


async def test_a_message_that_is_too_long_closes_the_socket(server: RunningServer) -> None:
    reader, writer = await handshaken(server)
    await reader.readuntil(b"\r\n\r\n")
    # The head of a masked text of so many bytes; nothing of it need come.
    writer.write(bytes([0x81, 0x80 | 127]) + (10 * 1024 * 1024 + 1).to_bytes(8) + b"\0\0\0\0")
    async with asyncio.timeout(LONG_S):
        assert (await reader.readexactly(1))[0] == 0x88
        length = (await reader.readexactly(1))[0]
        code = int.from_bytes((await reader.readexactly(length))[:2])
    assert code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    writer.close()


async def handshaken(server: RunningServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a websocket was asked for as root; it takes in little on its own."""
    port = int(server.urls["http"].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    head = f"GET /api/v1/behold HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}"
    writer.write(f"{head}Authorization: {ROOT['Authorization']}\r\n\r\n".encode())
    return reader, writer


async def test_a_reader_that_leaves_is_forgotten(server: RunningServer, root: Client, opened: Open) -> None:
    socket = await (await opened(server)).begin()
    assert cortex_events(server).heard
    await socket.connection.close()
    await until(lambda: not cortex_events(server).heard, root)


async def test_a_reader_that_stops_reading_is_dropped_and_nobody_waits_for_it(
    server: RunningServer, root: Client, opened: Open
) -> None:
    _, writer = await handshaken(server)
    # One masked frame with a mask of zeros.
    writer.write(bytes([0x81, 0x80 | len(INIT)]) + b"\0\0\0\0" + INIT.encode())
    await until(lambda: cortex_events(server).heard, root)
    other = await (await opened(server)).begin()
    package = {"name": "large", "version": "0.0.1", "desc": "x" * 1024 * 1024}
    loading = {"query": "$lib.pkg.add($pkg)", "opts": {"vars": {"pkg": package}}}
    sent = 0
    async with asyncio.timeout(LONG_S):
        while len(cortex_events(server)._hearing) == 2:
            assert (await root.post("/storm/call", loading)).status == 200
            assert (await other.event())["event"] == "pkg:add"
            sent += 1
    # The bound, about as much on its way out, and what the two sockets take in themselves.
    assert events.WAITING_BYTES / 2**20 <= sent < 40
    writer.transport.abort()


async def test_a_listener_that_overflows_is_over_and_takes_no_more() -> None:
    listener = Listener(limit=1000)
    for _ in range(5):
        listener.put(b"x" * 600, Sort.EVENT)
    assert listener.end is End.SLOW
    await listener.ended()
    assert [len(text) for text, _ in await listener.take()] == [600]


async def test_what_joins_too_late_is_over_at_once(server: RunningServer) -> None:
    told = cortex_events(server)
    told.close()
    listener = Listener()
    told.join(listener)
    await listener.ended()
    assert listener.end is End.CLOSED


async def test_a_restart_keeps_nothing_of_the_sockets(launch: Launch, tmp_path: Path, opened: Open) -> None:
    first = await launch(ephemeral=False, data=tmp_path)
    socket = await (await opened(first)).begin()
    await asyncio.gather(first.stop(), socket.close_code())
    again = await launch(ephemeral=False, data=tmp_path)
    assert not cortex_events(again).heard
    await (await opened(again)).begin()
