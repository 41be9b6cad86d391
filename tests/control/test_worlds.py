"""Worlds over HTTP: made, listed, chosen, isolated, cloned, reset, dropped, kept over a restart."""

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import Client
from .conftest import ClientOf


async def test_there_is_always_the_default_world(client: Client, server: RunningServer) -> None:
    described = {"name": "default", "urls": server.urls}
    assert (await client.get("/_deadringer/worlds")).json == {"worlds": [described]}
    assert (await client.get("/_deadringer/worlds/default")).json == described


async def test_a_world_is_made_listed_shown_and_dropped(client: Client, server: RunningServer) -> None:
    made = await client.post("/_deadringer/worlds", {"name": "Other_1.x-y"})
    described = {"name": "Other_1.x-y", "urls": {"http": f"{server.url}/_world/Other_1.x-y"}}
    assert (made.status, made.json) == (201, described)
    assert (await client.get("/_deadringer/worlds/Other_1.x-y")).json == described
    assert await client.worlds() == ["Other_1.x-y", "default"]
    assert (await client.ask("DELETE", "/_deadringer/worlds/Other_1.x-y")).json == {"status": "ok"}
    assert await client.worlds() == ["default"]
    assert (await client.get("/_deadringer/worlds/Other_1.x-y")).refusal == (404, "NOT_FOUND")
    assert (await client.ask("DELETE", "/_deadringer/worlds/Other_1.x-y")).refusal == (404, "NOT_FOUND")


async def test_a_world_without_a_name_gets_one(client: Client) -> None:
    names = {(await client.make_world())["name"] for _ in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch(r"world-[0-9a-f]{8}", name) for name in names)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../up", "-x", "_x", "ü", "a b", "a" * 65, "a\n", "\0"])
async def test_a_name_that_cannot_be(client: Client, name: str) -> None:
    assert (await client.post("/_deadringer/worlds", {"name": name})).refusal == (400, "BAD_REQUEST")
    assert await client.worlds() == ["default"]


async def test_a_name_that_is_taken(client: Client) -> None:
    assert (await client.post("/_deadringer/worlds", {"name": "default"})).refusal == (409, "CONFLICT")


@pytest.mark.parametrize(
    "body", [{"port": "yes"}, {"port": 1}, {"port": None}, {"name": 1}, {"from": []}, {"clock": 1}]
)
async def test_a_world_that_is_badly_asked_for(client: Client, body: object) -> None:
    assert (await client.post("/_deadringer/worlds", body)).refusal == (400, "BAD_REQUEST")
    assert await client.worlds() == ["default"]


async def test_a_clone_of_what_is_not_there(client: Client) -> None:
    assert (await client.post("/_deadringer/worlds", {"from": "none"})).refusal == (404, "NOT_FOUND")
    assert await client.worlds() == ["default"]


async def test_the_default_world_cannot_be_dropped(client: Client) -> None:
    assert (await client.ask("DELETE", "/_deadringer/worlds/default")).refusal == (409, "CONFLICT")
    assert await client.worlds() == ["default"]


async def test_a_world_is_found_by_header_by_prefix_and_by_port(client: Client) -> None:
    made = await client.make_world(name="other", port=True)
    (url,) = made["urls"].values()
    assert "/_world/" not in url
    await client.in_world("other").add_user("visitor")
    ways = [client.in_world("other"), client.at(f"{client.url}/_world/other"), client.at(url)]
    for way in ways:
        assert await way.users() == {"root", "visitor"}
    assert await client.users() == {"root"}


async def test_the_header_comes_before_the_prefix_and_the_prefix_before_the_port(client: Client) -> None:
    urls = {name: (await client.make_world(name=name, port=True))["urls"]["http"] for name in ("one", "two", "three")}
    for name in urls:
        await client.in_world(name).add_user(name)
    everywhere = client.at(f"{urls['one']}/_world/two")
    assert await everywhere.in_world("three").users() == {"root", "three"}
    assert await everywhere.users() == {"root", "two"}
    assert await client.at(f"{urls['one']}/_world/default").users() == {"root"}
    assert await client.at(urls["one"]).users() == {"root", "one"}


@pytest.mark.parametrize("path", ["/npm/api/v1/login", "/api/v1/active", "/robots.txt", "/"])
async def test_an_unknown_world(client: Client, path: str) -> None:
    for way in (client.in_world("none"), client.at(f"{client.url}/_world/none"), client.at(f"{client.url}/_world/")):
        assert (await way.get(path)).refusal == (404, "NO_SUCH_WORLD")
    assert (await client.in_world("").get(path)).refusal == (404, "NO_SUCH_WORLD")


async def test_a_world_knows_nothing_of_another(client: Client) -> None:
    await client.make_world(name="other")
    other = client.in_world("other")
    await client.add_user("here")
    await client.upload(b"here")
    await other.upload(b"there")
    assert await other.users() == {"root"}
    assert (await client.has(b"here"), await client.has(b"there")) == (True, False)
    assert (await other.has(b"here"), await other.has(b"there")) == (False, True)
    session = await client.post("/api/v1/login", {"user": "root", "passwd": "secret"})
    cookie = session.headers["Set-Cookie"].partition(";")[0]
    assert (await client.get("/api/v1/auth/users", Cookie=cookie)).status == 200
    assert (await other.get("/api/v1/auth/users", Cookie=cookie)).status == 401


async def test_a_clone_has_what_the_original_had_then(client: Client) -> None:
    await client.add_user("before")
    await client.upload(b"before")
    await client.make_world(name="clone", **{"from": "default"})
    clone = client.in_world("clone")
    await client.add_user("after")
    await clone.upload(b"after")
    assert await clone.users() == {"root", "before"}
    assert await clone.has(b"before")
    assert not await client.has(b"after")
    await client.post("/_deadringer/reset")
    assert await clone.has(b"before")
    assert not await client.has(b"before")


async def test_a_dropped_world_may_be_made_again_and_is_empty(client: Client) -> None:
    for _ in range(2):
        await client.make_world(name="other")
        other = client.in_world("other")
        assert await other.users() == {"root"}
        assert not await other.has(b"x")
        await other.add_user("visitor")
        await other.upload(b"x")
        await client.ask("DELETE", "/_deadringer/worlds/other")


async def test_a_connection_that_outlives_its_world_reaches_no_other(client: Client, server: RunningServer) -> None:
    made = await client.make_world(name="other", port=True)
    port = int(made["urls"]["http"].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = b"GET /api/v1/active HTTP/1.1\r\nHost: x\r\n\r\n"
    writer.write(request)
    assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    await client.ask("DELETE", "/_deadringer/worlds/other")
    writer.write(request + request.replace(b"GET", b"GET", 1).replace(b"1.1\r\n", b"1.1\r\nConnection: close\r\n", 1))
    rest = await asyncio.wait_for(reader.read(), 60)
    assert rest.count(b"HTTP/1.1 404 ") == 2
    assert rest.count(b"NO_SUCH_WORLD") == 2
    writer.close()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.at(made["urls"]["http"]).get("/api/v1/active")


async def test_worlds_and_their_ports_are_kept_over_a_restart(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    options = {"ephemeral": False, "data": tmp_path / "data", "tls": True}
    server = await launch(**options)
    client = client_of(server)
    made = await client.make_world(name="ported", port=True)
    await client.make_world(name="plain")
    await client.in_world("ported").add_user("visitor")
    await client.in_world("plain").upload(b"x")
    await client.post("/_deadringer/reset", {"world": "ported"})
    await client.in_world("ported").add_user("second")
    await server.stop()
    server = await launch(**options)
    client = client_of(server)
    assert await client.worlds() == ["default", "plain", "ported"]
    assert (await client.get("/_deadringer/worlds/ported")).json == made
    assert made["urls"].keys() == {"https", "http"}
    assert await client.at(made["urls"]["http"]).users() == {"root", "second"}
    assert await client.in_world("plain").has(b"x")
    assert "/_world/plain" in (await client.get("/_deadringer/worlds/plain")).json["urls"]["http"]


async def test_a_port_that_was_taken_meanwhile_is_replaced(launch: Launch, client_of: ClientOf, tmp_path: Path) -> None:
    options = {"ephemeral": False, "data": tmp_path / "data"}
    server = await launch(**options)
    made = await client_of(server).make_world(name="ported", port=True)
    await server.stop()
    other = await launch(http_port=int(made["urls"]["http"].rpartition(":")[2]))
    server = await launch(**options)
    urls = (await client_of(server).get("/_deadringer/worlds/ported")).json["urls"]
    assert urls["http"] not in (made["urls"]["http"], other.url)
    assert await client_of(server).at(urls["http"]).users() == {"root"}


async def test_many_worlds_at_once(client: Client) -> None:
    names = [f"w{number}" for number in range(8)]
    await asyncio.gather(*(client.make_world(name=name) for name in names))
    await asyncio.gather(*(client.in_world(name).add_user(name) for name in names))
    assert [await client.in_world(name).users() for name in names] == [{"root", name} for name in names]
    drops = [client.ask("DELETE", f"/_deadringer/worlds/{name}") for name in names]
    assert {answer.status for answer in await asyncio.gather(*drops)} == {200}
    assert await client.worlds() == ["default"]


async def test_of_two_that_make_the_same_world_one_is_refused(client: Client) -> None:
    answers = await asyncio.gather(*(client.post("/_deadringer/worlds", {"name": "same"}) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


async def test_a_world_that_is_dropped_while_it_is_made_leaves_no_port_behind(
    launch: Launch, client_of: ClientOf
) -> None:
    # One thread: what was asked for first is done first, so that the drop comes into the middle of the making.
    server = await launch(call_threads=1)
    client = client_of(server)
    made, dropped = set(), set()
    for _ in range(5):
        making = asyncio.ensure_future(client.post("/_deadringer/worlds", {"name": "same", "port": True}))
        while not making.done():
            dropped.add((await client.ask("DELETE", "/_deadringer/worlds/same")).status)
        made.add((await making).status)
        dropped.add((await client.ask("DELETE", "/_deadringer/worlds/same")).status)
    assert made == {201}
    assert dropped <= {200, 404}
    assert list(server.server.listeners.sites) == ["default"]
