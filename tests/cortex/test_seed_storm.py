"""The Synapse seed's examples of Storm, feed, export, model, variables and API keys, over HTTPS, with both of its libraries.

The texts are run, not retyped: each is what the document shows, with its indentation back (the document has lost it). A part
that the document leaves out is written as `...` there and as a value here. Certificates are checked: clients trust the
server's own authority, except where the document itself says `-k`.
"""

import ast
import asyncio
import contextlib
import io
import json
import ssl
import subprocess
import textwrap
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import msgpack
import pytest
import requests
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import Client

PRINTED_URL = "https://localhost:4443"
STORM_AIOHTTP = """
import json
import pprint

# Assumes sess is an aiohttp client session that has previously logged in

query = '.created $lib.print($node.repr(".created")) | limit 3'
data = {'query': query, 'opts': {'repr': True}}
url = 'https://localhost:4443/api/v1/storm'

async with sess.get(url, json=data) as resp:
    async for byts, x in resp.content.iter_chunks():

        if not byts:
            break

        mesg = json.loads(byts)
        pprint.pprint(mesg)
"""
STORM_REQUESTS = """
import json
import pprint

# Assumes sess is an requests client session that has previously logged in

query = '.created $lib.print($node.repr(".created")) | limit 3'
data = {'query': query, 'opts': {'repr': True}}
url = 'https://localhost:4443/api/v1/storm'

resp = sess.get(url, json=data, stream=True)
for chunk in resp.iter_content(chunk_size=None, decode_unicode=True):
    mesg = json.loads(chunk)
    pprint.pprint(mesg)
"""
# The document prints the buffer that it has just emptied; `mesg` is what it put together.
STORM_BEHIND_NGINX = """
import json
import pprint

# Assumes sess is an requests client session that has previously logged in

query = '.created $lib.print($node.repr(".created")) | limit 3'
data = {'query': query, 'opts': {'repr': True}}
url = 'https://localhost:4443/api/v1/storm'

async with sess.get(url, json=data) as resp:

    buf = b""

    async for byts, chunkend in resp.content.iter_chunks():

        if not byts:
            break

        buf += byts
        if not chunkend:
            continue

        mesg = json.loads(buf)
        buf = b""

        pprint.pprint(buf)
"""
CALL_AIOHTTP = """
import pprint

# Assumes sess is an aiohttp client session that has previously logged in

query = '$foo = $lib.str.format("hello {valu}", valu="world") return ($foo)'
data = {'query': query}
url = 'https://localhost:4443/api/v1/storm/call'

async with sess.get(url, json=data) as resp:
    info = await resp.json()
    pprint.pprint(info)
"""
CALL_REQUESTS = """
import pprint

# Assumes sess is an requests client session that has previously logged in

query = '$foo = $lib.str.format("hello {valu}", valu="world") return ($foo)'
data = {'query': query}
url = 'https://localhost:4443/api/v1/storm/call'

resp = sess.get(url, json=data)
info = resp.json()
pprint.pprint(info)
"""
MAKE_A_KEY = """
($key, $info)= $lib.auth.users.byname($lib.user.name()).genApiKey('Test Key') $lib.print($key)
"""
CALL_WITH_A_KEY = r"""
$ curl -k -s -H "X-API-KEY: XauBgBIUKgWJEm7VyvkmcuaGZbIl6M2nmueWjRtnYtA=" \
    --data '{"query": "return($lib.user.name())"}' \
    https://localhost:4443/api/v1/storm/call | jq
"""
PRINTED_KEY = "XauBgBIUKgWJEm7VyvkmcuaGZbIl6M2nmueWjRtnYtA="
TEXTS = (STORM_AIOHTTP, STORM_REQUESTS, STORM_BEHIND_NGINX, CALL_AIOHTTP, CALL_REQUESTS, MAKE_A_KEY, CALL_WITH_A_KEY)
NODES = [
    [["inet:ipv4", 0x01020304], {"props": {"asn": 5}, "tags": {"seen": [None, None]}}],
    [["inet:fqdn", "vertex.link"], {"tags": {"seen": [None, None]}, "edges": [["refs", ["inet:ipv4", 0x01020304]]]}],
    [["inet:dns:a", ["vertex.link", "1.2.3.4"]], {}],
    [["it:dev:str", "four"], {}],
]


@dataclass(frozen=True, slots=True)
class Seeded:
    """A server over HTTPS that holds some nodes, and how to reach and trust it."""

    url: str
    authority: str

    def api(self, path: str) -> str:
        return f"{self.url}/api/v1/{path}"

    def ours(self, text: str) -> str:
        """A printed text with our URL in it."""
        assert PRINTED_URL in text
        return text.replace(PRINTED_URL, self.url)


@pytest.fixture
async def seeded(launch: Launch, tmp_path: Path) -> Seeded:
    server: RunningServer = await launch(tls=True)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        root = Client(session, server.urls["http"], ("root", "secret"))
        assert (await root.post("/feed", {"items": NODES})).result is None
        authority = tmp_path / "ca.pem"
        authority.write_bytes((await root.get("/_deadringer/ca.pem")).body)
    return Seeded(server.urls["https"].replace("127.0.0.1", "localhost"), str(authority))


@pytest.fixture
async def sess(seeded: Seeded) -> AsyncIterator[aiohttp.ClientSession]:
    """An aiohttp client session that has previously logged in."""
    trust = ssl.create_default_context(cafile=seeded.authority)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session:
        login = {"user": "root", "passwd": "secret"}
        async with session.post(seeded.api("login"), json=login) as response:
            assert (await response.json())["status"] == "ok"
        yield session


@pytest.fixture
def blocking(seeded: Seeded) -> requests.Session:
    """A requests session that trusts the server; it logs in in the thread that uses it."""
    session = requests.Session()
    session.verify, session.trust_env = seeded.authority, False
    return session


def log_in(session: requests.Session, seeded: Seeded) -> None:
    login = {"user": "root", "passwd": "secret"}
    assert session.post(seeded.api("login"), json=login).json()["status"] == "ok"


async def printed_by_aiohttp(text: str, seeded: Seeded, sess: aiohttp.ClientSession) -> tuple[str, Any]:
    """What a printed example says, and the last message it read."""
    body = textwrap.indent(seeded.ours(text) + "\nreturn locals().get('mesg')", "    ")
    names: dict[str, Any] = {}
    exec(compile(f"async def example(sess):\n{body}", "<seed>", "exec"), names)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        mesg = await names["example"](sess)
    return said.getvalue(), mesg


async def printed_by_requests(text: str, seeded: Seeded, session: requests.Session) -> str:
    """What a printed example says; in a thread, as `requests` blocks."""

    def run() -> None:
        with session:
            log_in(session, seeded)
            exec(compile(seeded.ours(text), "<seed>", "exec"), {"sess": session})

    with contextlib.redirect_stdout(io.StringIO()) as said:
        await asyncio.to_thread(run)
    return said.getvalue()


def messages(said: str) -> list[Any]:
    """Messages that were pretty-printed one below the other: each begins at the margin."""
    texts: list[str] = []
    for line in said.splitlines():
        if line.startswith("["):
            texts.append("")
        texts[-1] += line + "\n"
    return [ast.literal_eval(text) for text in texts]


def check_messages(found: list[Any]) -> None:
    """Three nodes, of each the time that it was made at, printed before it."""
    kinds = [kind for kind, _ in found]
    # `limit` stops the lift when its third node has gone through.
    assert kinds == ["init", *["print", "node"] * 3, "fini"]
    for (_, said), (_, node) in zip(found[1:-1:2], found[2:-1:2], strict=True):
        assert said["mesg"] == node[1]["reprs"][".created"]
    assert found[-1][1]["count"] == 3


async def test_storm_with_aiohttp(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    said, _ = await printed_by_aiohttp(STORM_AIOHTTP, seeded, sess)
    check_messages(messages(said))


async def test_storm_with_requests(seeded: Seeded, blocking: requests.Session) -> None:
    check_messages(messages(await printed_by_requests(STORM_REQUESTS, seeded, blocking)))


async def test_storm_with_messages_put_together(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    said, last = await printed_by_aiohttp(STORM_BEHIND_NGINX, seeded, sess)
    assert said == "b''\n" * 8
    assert last[0] == "fini"
    # With what the document meant to print.
    said, _ = await printed_by_aiohttp(STORM_BEHIND_NGINX.replace("pprint(buf)", "pprint(mesg)"), seeded, sess)
    check_messages(messages(said))


async def test_storm_call_with_aiohttp(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    said, _ = await printed_by_aiohttp(CALL_AIOHTTP, seeded, sess)
    assert ast.literal_eval(said) == {"status": "ok", "result": "hello world"}


async def test_storm_call_with_requests(seeded: Seeded, blocking: requests.Session) -> None:
    said = await printed_by_requests(CALL_REQUESTS, seeded, blocking)
    assert ast.literal_eval(said) == {"status": "ok", "result": "hello world"}


async def test_a_key_is_made_in_storm_and_used_with_curl(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    async with sess.post(seeded.api("storm"), json={"query": MAKE_A_KEY.strip()}) as resp:
        found = [json.loads(part) async for part, _ in resp.content.iter_chunks() if part]
    assert [kind for kind, _ in found] == ["init", "print", "fini"]
    key = found[1][1]["mesg"]
    assert len(key) == len(PRINTED_KEY)
    command = seeded.ours(CALL_WITH_A_KEY).replace(PRINTED_KEY, key).strip().removeprefix("$ ")
    # `jq` only makes it pretty.
    done = await asyncio.to_thread(
        subprocess.run, ["bash", "-c", command.removesuffix("| jq")], capture_output=True, check=True
    )
    assert json.loads(done.stdout) == {"status": "ok", "result": "root"}


async def test_feed_with_aiohttp(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    async with sess.get(seeded.api("storm/call"), json={"query": "return($lib.view.get().iden)"}) as resp:
        iden = (await resp.json())["result"]
    for more in ({}, {"view": iden}):
        name = f"fed{len(more)}.test"
        body = {"items": [[["inet:fqdn", name], {"tags": {"fed": [None, None]}}]], **more}
        async with sess.post(seeded.api("feed"), json=body) as resp:
            assert await resp.json() == {"status": "ok", "result": None}
        query = {"query": f"inet:fqdn={name} +#fed return($node.value())"}
        async with sess.get(seeded.api("storm/call"), json=query) as resp:
            assert (await resp.json())["result"] == name


async def test_feed_with_requests(seeded: Seeded, blocking: requests.Session) -> None:
    def run() -> None:
        with blocking as sess:
            log_in(sess, seeded)
            item: Any = [["inet:ipv4", "10.0.0.1"], {"props": {"loc": "us"}}]
            assert sess.post(seeded.api("feed"), json={"items": [item]}).json() == {"status": "ok", "result": None}
            query = {"query": "inet:ipv4=10.0.0.1 return(:loc)"}
            assert sess.get(seeded.api("storm/call"), json=query).json() == {"status": "ok", "result": "us"}
            refused = sess.post(seeded.api("feed"), json={"items": [], "view": "newp"})
            assert refused.json() == {
                "status": "err",
                "code": "NoSuchView",
                "mesg": "The specified view does not exist.",
            }

    await asyncio.to_thread(run)


def check_node(node: Any, *, reprs: bool) -> None:
    """The structure of a node as the document shows it."""
    (form, valu), info = node
    assert form == "inet:ipv4"
    assert valu == 0x01020304
    assert len(info["iden"]) == 64
    assert info["tags"] == {"seen": [None, None]}
    assert info["props"]["asn"] == 5
    assert info.get("reprs", {}).get(".created", "").startswith("20") is reprs


async def test_nodes_with_aiohttp(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    body = {"query": "inet:ipv4", "opts": {"repr": True}}
    async with sess.get(seeded.api("storm/nodes"), json=body) as resp:
        found = [json.loads(part) async for part, _ in resp.content.iter_chunks() if part]
    assert len(found) == 1
    check_node(found[0], reprs=True)


async def test_nodes_with_requests(seeded: Seeded, blocking: requests.Session) -> None:
    def run() -> None:
        with blocking as sess:
            log_in(sess, seeded)
            body = {"query": "inet:ipv4", "stream": "jsonlines"}
            with sess.get(seeded.api("storm/nodes"), json=body, stream=True) as resp:
                found = [json.loads(line) for line in resp.iter_lines()]
            assert len(found) == 1
            check_node(found[0], reprs=False)

    await asyncio.to_thread(run)


def check_export(data: bytes) -> list[Any]:
    """Packed nodes in msgpack, one behind the other, with the edges that stay inside."""
    found = list(msgpack.Unpacker(io.BytesIO(data)))
    assert [node[0] for node in found] == [["inet:fqdn", "vertex.link"], ["inet:ipv4", 0x01020304]]
    assert found[0][1]["edges"] == [["refs", found[1][1]["iden"]]]
    assert "edges" not in found[1][1]
    return found


EXPORT = {"query": "inet:fqdn=vertex.link inet:ipv4"}


async def test_what_is_exported_can_be_fed_with_aiohttp(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    async with sess.get(seeded.api("storm/export"), json=EXPORT) as resp:
        assert "Content-Length" not in resp.headers
        nodes = check_export(await resp.read())
    for query in ({"query": "#seen | delnode --force"}, {"query": "[ inet:ipv4=9.9.9.9 ]"}):
        async with sess.post(seeded.api("storm/nodes"), json=query) as resp:
            await resp.read()
    async with sess.post(seeded.api("feed"), json={"items": nodes}) as resp:
        assert await resp.json() == {"status": "ok", "result": None}
    again = {"query": "inet:fqdn#seen -(refs)> * return($node.repr())"}
    async with sess.get(seeded.api("storm/call"), json=again) as resp:
        assert (await resp.json())["result"] == "1.2.3.4"


async def test_export_with_requests(seeded: Seeded, blocking: requests.Session) -> None:
    def run() -> None:
        with blocking as sess:
            log_in(sess, seeded)
            with sess.get(seeded.api("storm/export"), json=EXPORT, stream=True) as resp:
                assert resp.headers["Content-Type"] == "application/x-synapse-nodes"
                check_export(b"".join(resp.iter_content(chunk_size=None)))

    await asyncio.to_thread(run)


MODEL_STEPS: list[tuple[str, str, Any, Any]] = [
    ("GET", "model/norm", {"prop": "inet:ipv4", "value": "1.2.3.4"}, 0x01020304),
    ("POST", "model/norm", {"prop": "inet:fqdn", "value": "WWW.Vertex.Link"}, "www.vertex.link"),
    ("GET", "storm/vars/get", {"name": "varnamehere", "default": None}, None),
    ("POST", "storm/vars/set", {"name": "varnamehere", "value": {"a": [1]}}, True),
    ("GET", "storm/vars/get", {"name": "varnamehere", "default": None}, {"a": [1]}),
    ("GET", "storm/call", {"query": "return($lib.globals.get(varnamehere))"}, {"a": [1]}),
    ("POST", "storm/vars/pop", {"name": "varnamehere", "default": 5}, {"a": [1]}),
    ("POST", "storm/vars/pop", {"name": "varnamehere", "default": 5}, 5),
]


def check_step(item: Any, expected: Any) -> None:
    assert item["status"] == "ok", item
    result = item["result"]
    assert (result["norm"] if isinstance(result, dict) and "norm" in result else result) == expected


def check_model(model: Any, info: Any) -> None:
    """Both as the document describes them."""
    assert {"types", "forms", "tagprops"} <= model.keys()
    assert "asn" in model["forms"]["inet:ipv4"]["props"]
    assert len(info["version"]) == 3
    assert info["modeldict"].keys() == model.keys()
    assert info["stormdocs"].keys() >= {"libraries", "types"}


async def test_the_model_and_variables_with_aiohttp(seeded: Seeded, sess: aiohttp.ClientSession) -> None:
    for method, path, body, expected in MODEL_STEPS:
        async with sess.request(method, seeded.api(path), json=body) as resp:
            check_step(await resp.json(), expected)
    found = []
    for path in ("model", "core/info"):
        async with sess.get(seeded.api(path)) as resp:
            found.append((await resp.json())["result"])
    check_model(*found)


async def test_the_model_and_variables_with_requests(seeded: Seeded, blocking: requests.Session) -> None:
    def run() -> None:
        with blocking as sess:
            log_in(sess, seeded)
            for method, path, body, expected in MODEL_STEPS:
                check_step(sess.request(method, seeded.api(path), json=body).json(), expected)
            check_model(*(sess.get(seeded.api(path)).json()["result"] for path in ("model", "core/info")))

    await asyncio.to_thread(run)
