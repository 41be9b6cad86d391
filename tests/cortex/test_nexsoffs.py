"""The options nexsoffs and nexstimeout: a query that waits for a change."""

import asyncio
from typing import Any

import pytest

from ..conftest import Launch
from .asking import LONG_S, Client
from .conftest import ClientOf

INDEX = "return($lib.cell.getCellInfo().cell.nexsindx)"


async def call(client: Client, query: str, **opts: Any) -> Any:
    return await client.post("/storm/call", {"query": query, "opts": opts})


async def test_a_query_runs_once_the_change_has_been_made(root: Client) -> None:
    now = (await call(root, INDEX)).result
    waiting = asyncio.ensure_future(call(root, "return($lib.globals.get(x))", nexsoffs=now))
    await call(root, "return($lib.globals.get(x))")
    assert not waiting.done()

    await call(root, "$lib.globals.set(x, made)")

    assert (await waiting).result == "made"


async def test_what_was_changed_has_a_number_of_its_own(root: Client) -> None:
    first = (await call(root, INDEX)).result
    assert (await call(root, INDEX)).result == first
    await call(root, "[ inet:asn=1 ]")
    assert (await call(root, INDEX)).result > first


async def test_patience_has_an_end(root: Client) -> None:
    now = (await call(root, INDEX)).result
    answer = await call(root, "return(x)", nexsoffs=now + 7, nexstimeout=0.01)
    assert answer.refusal == (400, "TimeOut", f"Timeout waiting for nexus offset {now + 7} in callStorm().")


async def test_the_past_is_not_waited_for(root: Client) -> None:
    now = (await call(root, INDEX)).result
    assert (await call(root, "return(x)", nexsoffs=now - 1, nexstimeout=0)).result == "x"


async def test_the_nodes_alone_wait_for_nothing(root: Client) -> None:
    body = {"query": "inet:asn", "opts": {"nexsoffs": 10**9, "nexstimeout": 0}}
    assert (await root.post("/storm/nodes", body)).status == 200


@pytest.mark.parametrize("seconds", [10**400, float("inf")])
async def test_patience_beyond_all_clocks_has_no_end(root: Client, seconds: float) -> None:
    now = (await call(root, INDEX)).result
    waiting = asyncio.ensure_future(call(root, "return(x)", nexsoffs=now, nexstimeout=seconds))
    await call(root, "$lib.globals.set(x, made)")
    assert (await waiting).result == "x"


async def test_who_waits_counts_among_the_queries_of_the_user(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(synapse_queries_per_user=1)
    root = client_of(server).as_user("root", "secret")
    waiting = asyncio.ensure_future(call(root, "return(x)", nexsoffs=10**9))
    running = server.server.worlds.get("default").cortex.shares.running
    async with asyncio.timeout(LONG_S):
        while not running:
            assert (await root.get("/active")).status == 200
    assert (await call(root, "return(y)")).refusal[:2] == (429, "HitLimit")
    waiting.cancel()
