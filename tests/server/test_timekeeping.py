"""Jobs and daemons begin by themselves, by each world's clock, and end with their world."""

from pathlib import Path
from typing import Any

import aiohttp
from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.running import RunningServer, start
from deadringer.server.timekeeping import look

NOW_MS = 1_700_000_000_000
HEADERS = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}


async def call(server: RunningServer, query: str) -> Any:
    """What a query returns."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/api/v1/storm/call", json={"query": query}, headers=HEADERS) as answer,
    ):
        told = await answer.json()
        assert answer.status == 200, told
        return told["result"]


def config(folder: Path) -> Config:
    return Config(data=folder, port=0, http_port=0, tls=False)


async def test_a_job_begins_when_the_worlds_clock_has_come_to_its_moment(tmp_path: Path) -> None:
    async with await start(config(tmp_path / "data"), make_clock=lambda: Clock(NOW_MS)) as server:
        await call(server, "$lib.queue.add(q) $lib.cron.add(query=${ $lib.queue.get(q).put(ran) }, hourly=5)")
        assert await call(server, "return($lib.queue.get(q).size())") == 0
        server.server.worlds.get("default").clock.advance(3_600_000)
        # It waits for the item.
        assert await call(server, "return($lib.queue.get(q).get())") == [0, "ran"]


async def test_a_daemon_goes_on_without_being_asked_after_a_restart(tmp_path: Path) -> None:
    async with await start(config(tmp_path / "data")) as server:
        await call(server, "$lib.queue.add(q) $lib.dmon.add(${ $lib.queue.get(q).put(on) $lib.queue.gen(x).get() })")
        assert await call(server, "return($lib.queue.get(q).get())") == [0, "on"]
    async with await start(config(tmp_path / "data")) as server:
        cortex = server.server.worlds.get("default").cortex
        await look(server.server.worlds, server.server.services.workers)
        assert not cortex.due()
        assert await call(server, "return($lib.queue.get(q).get(1))") == [1, "on"]


async def test_a_reset_ends_what_went_on(tmp_path: Path) -> None:
    async with await start(config(tmp_path / "data")) as server:
        await call(server, "$lib.queue.add(q) $lib.dmon.add(${ $lib.queue.get(q).put(on) $lib.queue.gen(x).get() })")
        assert await call(server, "return($lib.queue.get(q).get())") == [0, "on"]
        host = server.server.worlds.get("default").cortex.host()
        (dmon,) = host.dmons.values()
        assert dmon.run is not None
        await server.server.worlds.reset("default")
        assert dmon.run.done
        assert await call(server, "return($lib.dmon.list())") == []
