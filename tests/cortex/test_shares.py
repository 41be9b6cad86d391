"""How many queries one user may have running: one more is refused before it begins, and others do not notice."""

import asyncio

import pytest
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import LONG_S, Client
from .conftest import ClientOf
from .streaming import Stream, streamed

ENDLESS = "$lib.print(begun) $lib.queue.gen(never).get()"
MOST = 3
TOLD = (
    429,
    "HitLimit",
    f"You have {MOST} queries running in Dead Ringer, as many as synapse_queries_per_user allows.",
)


async def allowed(client: Client, path: str) -> None:
    """Ask until it is served: that a client has gone is noticed a moment later."""
    async with asyncio.timeout(LONG_S):
        while (await client.post(path, {"query": "$lib.print(x)"})).status != 200:
            pass


@pytest.mark.parametrize("path", ["/storm", "/storm/call", "/storm/nodes", "/storm/export"])
async def test_one_more_is_refused_and_others_are_served(launch: Launch, client_of: ClientOf, path: str) -> None:
    server = await launch(synapse_queries_per_user=MOST)
    root = client_of(server).as_user("root", "secret")
    query = "$u=$lib.auth.users.add(other) $u.setPasswd(secret) return((1))"
    assert (await root.post("/storm/call", {"query": query})).result == 1
    streams: list[Stream] = [await streamed(server, ENDLESS) for _ in range(MOST)]
    for each in streams:
        while (await each.message())[0] != "print":
            pass
    assert (await root.post(path, {"query": ENDLESS})).refusal == TOLD
    other = client_of(server).as_user("other", "secret")
    assert (await other.post(path, {"query": "$lib.print(x)"})).status == 200
    assert (await root.get("/auth/users")).status == 200
    streams.pop().leave()
    await allowed(root, path)
    for each in streams:
        each.leave()


async def test_the_extended_api_counts_as_well(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(synapse_queries_per_user=MOST)
    root = client_of(server).as_user("root", "secret")
    query = "$a=$lib.cortex.httpapi.add(x) $a.methods.get=${ $request.reply((200), body=({})) } return($a.iden)"
    assert (await root.post("/storm/call", {"query": query})).result
    streams = [await streamed(server, ENDLESS) for _ in range(MOST)]
    assert (await root.get("/api/ext/x")).refusal == TOLD
    for each in streams:
        each.leave()
    async with asyncio.timeout(LONG_S):
        while (await root.get("/api/ext/x")).status != 200:
            pass


async def test_the_iden_of_a_query_that_runs_cannot_be_taken_again(root: Client, server: RunningServer) -> None:
    opts = {"task": "ab" * 16}
    stream = await streamed(server, ENDLESS, opts=opts)
    while (await stream.message())[0] != "print":
        pass
    for path in ("/storm", "/storm/call", "/storm/nodes", "/storm/export"):
        refused = await root.post(path, {"query": "$lib.print(x)", "opts": opts})
        assert refused.refusal == (400, "BadArg", "Specified task iden already exists!")
    assert (await root.post("/storm/call", {"query": f"return($lib.ps.kill({opts['task']}))"})).result is True
    stream.leave()
