"""Servers inside a program: in its event loop or in a thread, started, stopped, refused."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
from deadringer.server import Config, start, start_thread
from deadringer.server import running as module
from deadringer.server.clock import Clock
from deadringer.server.ids import Ids
from deadringer.server.running import CannotStart

from ..conftest import Launch

BASIC = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}


def free(**options: Any) -> Config:
    return Config(**{"ephemeral": True, "port": 0, "http_port": 0, "tls": False, **options})


def folder_of(running: module.RunningServer) -> Path:
    return running.server.services.blobs.folder.parent


async def status(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status


async def test_it_answers_when_start_returns_and_not_after_its_block() -> None:
    async with await start(free()) as server:
        folder = folder_of(server)
        assert server.urls == {"http": server.url}
        assert await status(f"{server.url}/_deadringer/ready") == 200
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(aiohttp.ClientConnectorError):
        await status(f"{server.url}/_deadringer/ready")


async def test_stopping_twice_is_harmless() -> None:
    server = await start(free())
    await server.stop()
    await server.stop()


async def test_two_servers_in_one_loop_share_nothing() -> None:
    async with await start(free()) as one, await start(free()) as other:
        assert one.url != other.url
        assert folder_of(one) != folder_of(other)
        await one.server.worlds.make("mine")
        assert [world.name for world in other.server.worlds.list()] == ["default"]


def test_in_a_thread() -> None:
    with start_thread(free(tls=True)) as server:
        assert server.urls.keys() == {"https", "http"}
        assert requests.get(f"{server.url}/_deadringer/ready", timeout=60).status_code == 200
    assert not server.thread.is_alive()
    server.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/_deadringer/ready", timeout=60)


async def test_a_thread_beside_a_running_loop() -> None:
    with start_thread(free()) as server:
        assert await status(f"{server.url}/_deadringer/ready") == 200


def test_a_thread_that_cannot_start_says_why_and_leaves_no_thread(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="cannot be written"):
        start_thread(free(ephemeral=False, data=tmp_path / "file" / "data"))
    assert "deadringer" not in {thread.name for thread in threading.enumerate()}


def test_a_server_that_is_stopped_gives_its_threads_back() -> None:
    with start_thread(free()) as server:
        requests.get(f"{server.url}/api/v1/auth/users", auth=("root", "wrong"), timeout=60)
        pools = server.running.server.services.workers
    for thread in threading.enumerate():
        if thread.name.startswith(("call", "hash", "stream")):
            thread.join(60)
    with pytest.raises(RuntimeError, match="after shutdown"):
        pools.pool.submit(print)


async def test_clock_and_ids_are_those_that_were_given() -> None:
    idens = []
    for _ in range(2):
        async with await module.start(free(), lambda: Clock(frozen_ms=5), lambda: Ids(seed=1)) as server:
            world = server.server.worlds.get("default")
            assert world.clock.now_ms() == 5
            idens.append(world.cortex.iden)
    assert idens[0] == idens[1]


async def test_data_is_kept_and_one_server_has_it_at_a_time(tmp_path: Path) -> None:
    config = free(ephemeral=False, data=tmp_path / "data")
    async with await start(config) as server:
        iden = server.server.worlds.get("default").cortex.iden
        with pytest.raises(CannotStart, match="Another server is using"):
            await start(config)
    async with await start(config) as server:
        assert server.server.worlds.get("default").cortex.iden == iden


async def test_after_a_start_that_failed_the_folder_is_free(tmp_path: Path) -> None:
    config = free(ephemeral=False, data=tmp_path / "data")
    async with await start(free()) as other:
        port = int(other.url.rpartition(":")[2])
        with pytest.raises(CannotStart, match="is in use"):
            await start(free(ephemeral=False, data=tmp_path / "data", http_port=port))
    async with await start(config) as server:
        assert await status(f"{server.url}/_deadringer/ready") == 200


async def test_after_a_model_that_cannot_be_used_the_folder_is_free(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("none")
    config = free(ephemeral=False, data=tmp_path / "data", model=tmp_path / "model.json")
    for _ in range(2):
        with pytest.raises(CannotStart, match="The data model in"):
            await start(config)


async def test_the_url_file_is_there_when_start_returns(tmp_path: Path, launch: Launch) -> None:
    server = await launch(url_file=tmp_path / "urls.json", tls=True)
    assert json.loads((tmp_path / "urls.json").read_text()) == server.urls
    assert not (tmp_path / "urls.json.new").exists()


async def test_a_request_that_does_not_end_is_cut_off_when_the_server_stops() -> None:
    server = await start(free(stop_timeout_s=0.2))
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    writer.write(
        b"PUT /api/v1/axon/files/put HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDpzZWNyZXQ=\r\n"
        b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\nhalf of it"
    )
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
    began = time.monotonic()
    await server.stop()
    assert time.monotonic() - began < 5
    assert b"200" not in await reader.read()
    writer.close()


async def test_a_request_that_ends_in_time_is_answered_although_the_server_stops() -> None:
    server = await start(free(stop_timeout_s=60))
    running = server.server.worlds.get("default").scopes
    async with aiohttp.ClientSession() as session:
        asking = asyncio.ensure_future(session.get(f"{server.url}/api/v1/auth/users", headers=BASIC))
        while not running:  # noqa: ASYNC110 - nothing tells when a request has begun
            await asyncio.sleep(0)
        await asyncio.wait_for(server.stop(), 30)
        async with await asking as answer:
            assert answer.status == 200
            assert (await answer.json())["status"] == "ok"


async def test_idle_connections_do_not_hold_up_a_stop() -> None:
    server = await start(free(stop_timeout_s=60))
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.get(f"{server.url}/_deadringer/health") as answer:
                assert answer.status == 200
        silent = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        await asyncio.wait_for(server.stop(), 10)
        silent[1].close()


# What most of the time at start went into before it was loaded when first needed.
LATE = ("nql", "storm", "model.model", "fastjsonschema", "cryptography", "rich")


def test_starting_loads_no_language_and_no_model() -> None:
    code = "import sys, deadringer.server.cli, deadringer.server.command; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("deadringer.server.") for name in done.stdout.split()}
    assert "cortex.routes" in loaded
    assert {name for name in loaded if name.startswith(LATE)} == set()


async def test_nobody_else_may_read_the_data(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with await start(Config(data=folder, port=0, http_port=0, tls=False)):
        assert folder.stat().st_mode & 0o777 == 0o700


async def test_a_world_keeps_the_port_of_a_scheme_that_is_not_served_meanwhile(tmp_path: Path) -> None:
    async def ports_of(http: bool = True) -> dict[str, str]:
        async with await start(Config(data=tmp_path / "data", port=0, http_port=0, http=http)) as running:
            server = running.server
            if "one" not in [world.name for world in server.worlds.list()]:
                async with (
                    aiohttp.ClientSession(running.url) as session,
                    session.post("/_deadringer/worlds", json={"name": "one", "port": True}) as answer,
                ):
                    assert answer.status == 201
            return dict(server.listeners.urls["one"])

    first = await ports_of()
    assert (await ports_of(http=False)) == {"https": first["https"]}
    assert (await ports_of()) == first
