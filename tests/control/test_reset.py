"""Reset: back to the seeds, and nothing of the requests that were running reaches the new state."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from deadringer.server import Config, start
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import PUT, ROOT, Client
from .conftest import ClientOf


class Upload:
    """An upload to the Axon that has begun and is never finished by its client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def begin(cls, server: RunningServer, world: str = "default") -> "Upload":
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        head = f"PUT {PUT} HTTP/1.1\r\nHost: x\r\nX-Deadringer-World: {world}\r\nContent-Length: 10\r\n"
        head += f"Authorization: {ROOT['Authorization']}\r\nExpect: 100-continue\r\n\r\n"
        writer.write(head.encode() + b"half ")
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        running = server.server.worlds.get(world).scopes
        while not running:  # noqa: ASYNC110 - nothing tells when a request has begun
            await asyncio.sleep(0)
        return cls(reader, writer)

    async def answer(self) -> tuple[int, dict[str, str]]:
        await self.reader.readline()
        status = int((await asyncio.wait_for(self.reader.readline(), 60)).split()[1])
        length = 0
        while (line := await self.reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split()[1])
        body: dict[str, str] = json.loads(await self.reader.readexactly(length))
        self.writer.close()
        return status, body


def blob_files(server: RunningServer) -> list[Path]:
    return [path for path in server.server.services.blobs.folder.glob("*/*") if path.is_file()]


async def test_a_reset_puts_a_world_back(client: Client, server: RunningServer) -> None:
    await client.add_user("visitor")
    await client.upload(b"x")
    iden = server.server.worlds.get("default").cortex.iden
    answer = await client.post("/_deadringer/reset")
    assert (answer.status, answer.json) == (200, {"status": "ok", "world": "default"})
    assert await client.users() == {"root"}
    assert not await client.has(b"x")
    assert blob_files(server) == []
    assert server.server.worlds.get("default").cortex.iden != iden


async def test_which_world_is_reset(client: Client) -> None:
    async def refill() -> None:
        for name in ("default", "one", "two"):
            if "visitor" not in await client.in_world(name).users():
                await client.in_world(name).add_user("visitor")

    async def emptied() -> set[str]:
        return {name for name in ("default", "one", "two") if await client.in_world(name).users() == {"root"}}

    await client.make_world(name="one")
    two = client.at((await client.make_world(name="two", port=True))["urls"]["http"])
    asked: list[tuple[Client, object, str]] = [
        (client, None, "default"),
        (client, {}, "default"),
        (client, {"world": None}, "default"),
        (client, {"world": "one"}, "one"),
        (client.in_world("one"), None, "one"),
        (client.at(f"{client.url}/_world/one"), {}, "one"),
        (two, None, "two"),
        (two, {"world": "one"}, "one"),
        (client.in_world("one"), {"world": "default"}, "default"),
    ]
    for way, body, world in asked:
        await refill()
        assert (await way.post("/_deadringer/reset", body)).json == {"status": "ok", "world": world}
        assert await emptied() == {world}


async def test_a_world_that_is_not_there_cannot_be_reset(client: Client) -> None:
    for name in ("none", ""):
        assert (await client.post("/_deadringer/reset", {"world": name})).refusal == (404, "NOT_FOUND")
    assert (await client.in_world("none").post("/_deadringer/reset")).refusal == (404, "NOT_FOUND")


async def drop(client: Client) -> None:
    assert (await client.ask("DELETE", "/_deadringer/worlds/other")).status == 200


async def reset(client: Client) -> None:
    assert (await client.post("/_deadringer/reset", {"world": "other"})).status == 200


@pytest.mark.parametrize("end", [reset, drop])
async def test_requests_in_the_old_world_end_with_503_and_reach_nothing(
    client: Client, server: RunningServer, end: Callable[[Client], object]
) -> None:
    await client.make_world(name="other")
    uploads = [await Upload.begin(server, "other") for _ in range(3)]
    elsewhere = await Upload.begin(server)
    await (reset if end is reset else drop)(client)
    for upload in uploads:
        status, body = await upload.answer()
        assert (status, body["code"]) == (503, "WORLD_RESET")
    # Whoever runs in another world is not disturbed.
    elsewhere.writer.write(b"of it")
    status, body = await elsewhere.answer()
    assert (status, body["status"]) == (200, "ok")
    assert await client.has(b"half of it")
    assert len(blob_files(server)) == 1
    if end is drop:
        await client.make_world(name="other")
    other = client.in_world("other")
    assert not await other.has(b"half of it")
    assert (await other.get("/_deadringer/requests")).json["requests"][:-1] == []


async def test_resets_among_many_requests(client: Client) -> None:
    """Every answer is a whole one, from before or from after."""

    async def visit(number: int) -> int:
        return (await client.post("/api/v1/auth/adduser", {"name": f"user {number}"}, **ROOT)).status

    async def resets() -> set[int]:
        return {(await client.post("/_deadringer/reset")).status for _ in range(5)}

    statuses, *rest = await asyncio.gather(resets(), *(visit(number) for number in range(40)))
    assert statuses == {200}
    assert set(rest) <= {200, 503}
    await client.post("/_deadringer/reset")
    assert await client.users() == {"root"}


async def test_a_reset_whose_client_goes_is_finished_all_the_same(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    """What is acknowledged after it is there after a restart: memory and pointer name the same generation."""
    options = {"ephemeral": False, "data": tmp_path / "data"}
    server = await launch(**options)
    for _ in range(5):
        resetting = asyncio.ensure_future(server.server.worlds.reset("default"))
        await asyncio.sleep(0)
        resetting.cancel()
    client = client_of(server)
    await client.post("/_deadringer/reset")
    await client.add_user("visitor")
    await server.stop()
    assert await client_of(await launch(**options)).users() == {"root", "visitor"}


async def test_a_stop_waits_for_the_change_that_runs(tmp_path: Path) -> None:
    config = Config(port=0, http_port=0, tls=False, data=tmp_path / "data")
    server = await start(config)
    generation = server.server.worlds.get("default").generation
    resetting = asyncio.ensure_future(server.server.worlds.reset("default"))
    await asyncio.sleep(0)
    await server.stop()
    assert (await resetting).generation == generation + 1
    async with await start(config) as server:
        assert server.server.worlds.get("default").generation == generation + 1


async def test_what_a_killed_process_left_is_removed(launch: Launch, tmp_path: Path) -> None:
    options = {"ephemeral": False, "data": tmp_path / "data"}
    server = await launch(**options)
    await server.stop()
    worlds = tmp_path / "data" / "worlds"
    for left in (worlds / "default" / "2", worlds / "half" / "1"):
        left.mkdir(parents=True)
        (left / "cortex.db").write_bytes(b"half")
    server = await launch(**options)
    assert [world.name for world in server.server.worlds.list()] == ["default"]
    assert sorted(path.name for path in worlds.rglob("*") if path.is_dir()) == ["1", "default"]
