"""Definitions of the Extended HTTP API last as long as their world does, and a path without one costs next to nothing."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from deadringer.server import Config, start
from deadringer.server.running import RunningServer

from .asking import Client
from .conftest import ClientOf

MISSING = (404, "NoSuchPath", "No Extended HTTP API endpoint matches two/x")
MAKE = """
$one = $lib.cortex.httpapi.add("one", name=first)
$one.methods.get = "$request.reply(200, body=$text)"
$one.vars.text = hello
$two = $lib.cortex.httpapi.add("(.*)/x")
$two.methods.get = "$request.reply(200, body=$request.args)"
$three = $lib.cortex.httpapi.add("two/(.*)", authenticated=(false))
$three.methods.get = "$request.reply(200, body=three)"
$three.perms = (a.b, c)
$lib.cortex.httpapi.index($three.iden, 0)
"""
PACKED = "$l=([]) for $a in $lib.cortex.httpapi.list() { $l.append($a.pack()) } return($l)"
# Starts a server, asks for a path, and tells what of Storm was imported for it.
COLD = """
import asyncio, sys, urllib.request, urllib.error
from deadringer.server import Config, start

async def main():
    async with await start(Config(port=0, http_port=0, tls=False, ephemeral=True)) as server:
        def ask():
            try:
                urllib.request.urlopen(server.urls["http"] + "/api/ext/newp")
            except urllib.error.HTTPError as error:
                print(error.code)
        await asyncio.to_thread(ask)
    print([name for name in sys.modules if name.startswith(("deadringer.server.storm", "deadringer.server.model.types"))])

asyncio.run(main())
"""


async def call(client: Client, query: str) -> Any:
    return (await client.post("/storm/call", {"query": query})).result


async def test_definitions_and_their_order_outlive_a_restart(tmp_path: Path, client_of: ClientOf) -> None:
    config = Config(port=0, http_port=0, tls=False, data=tmp_path / "data")
    async with await start(config) as server:
        root = client_of(server).as_user("root", "secret")
        await call(root, MAKE)
        before = await call(root, PACKED)
    assert [each["path"] for each in before] == ["two/(.*)", "one", "(.*)/x"]
    async with await start(config) as server:
        root = client_of(server).as_user("root", "secret")
        assert (await root.get("/api/ext/one")).json == "hello"
        assert (await client_of(server).get("/api/ext/two/x")).json == "three"
        assert (await root.get("/api/ext/three/x")).json == ["three"]
        assert await call(root, PACKED) == before
        await call(root, f"$lib.cortex.httpapi.del({before[0]['iden']})")
        assert (await root.get("/api/ext/two/x")).json == ["two"]


async def test_a_reset_takes_them_away(server: RunningServer, root: Client) -> None:
    await call(root, MAKE)
    assert (await root.get("/api/ext/two/x")).json == "three"
    assert (await root.post("/_deadringer/reset")).status == 200
    assert (await root.get("/api/ext/two/x")).refusal == MISSING
    assert await call(root, PACKED) == []


async def test_worlds_have_their_own(root: Client) -> None:
    assert (await root.post("/_deadringer/worlds", {"name": "other"})).status == 201
    await call(root, MAKE)
    assert (await root.get("/api/ext/one")).json == "hello"
    assert (await root.in_world("other").get("/api/ext/two/x")).refusal == MISSING


async def test_a_request_is_told_its_path_without_the_prefix_of_its_world(root: Client) -> None:
    await call(root, '$a=$lib.cortex.httpapi.add("u/(.*)") $a.methods.get="$request.reply(200, body=$request.uri)"')
    uri = "/api/ext/u/a%20b?x=%20&y"
    assert (await root.get(uri)).json == uri
    assert (await root.get(f"/_world/default{uri}")).json == uri


def test_a_path_that_nothing_answers_needs_no_storm(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COLD], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["404", "[]"], done.stdout
