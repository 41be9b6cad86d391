"""What every answer of the Cortex has in common: headers, pages, methods, CORS, Etags, limits (reference 1)."""

import asyncio
import hashlib
import re

import pytest
from deadringer.server.cortex.routes import ROUTES
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import Client, raw
from .conftest import ClientOf

BARE = b"HTTP/1.1 400 Bad Request\r\n\r\n"
AUTH = b"Authorization: Basic cm9vdDpzZWNyZXQ=\r\n"
# What the product does not serve, or not in this spelling.
UNKNOWN = [
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/newp",
    "/api/v1/active/",
    "/api/v1//active",
    "/api/v1/Active",
    "/api/v1/activ%65",
    "/api/v1/auth/user",
    "/api/v1/auth/adduser/x",
    "/api/v1/axon/files/has/sha256/newp",
    "/api/ext",
    "/api/v1/watch",
    "/api/v2/active",
]


def pattern_example(pattern: str) -> str:
    """A path that a pattern of the table takes."""
    return pattern.replace("([0-9a-fA-F]{64})", "0" * 64).replace("(.*)", "x")


SERVED = sorted({route.pattern for route in ROUTES})
# The Extended HTTP API takes every method; uploads are let in before the method is looked at.
ORDINARY = [path for path in SERVED if not path.startswith("/api/ext/") and not path.endswith("/files/put")]


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
async def test_what_is_not_served(path: str, method: str, nobody: Client) -> None:
    answer = await nobody.ask(method, path, headers={"Origin": nobody.url})
    assert answer.status == (405 if method == "PROPFIND" else 404)
    assert answer.is_page or method == "HEAD"
    assert answer.headers["Server"] == "TornadoServer/6.6.1"
    assert "X-Content-Type-Options" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Date" in answer.headers


@pytest.mark.parametrize("pattern", ORDINARY)
async def test_methods_that_a_path_does_not_take(pattern: str, nobody: Client) -> None:
    taken = {method for route in ROUTES if route.pattern == pattern for method in route.methods}
    for method in sorted({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"} - taken):
        answer = await nobody.ask(method, pattern_example(pattern))
        assert answer.status == 405, method
        assert answer.is_page or method == "HEAD"
        assert "Allow" not in answer.headers
        assert "Server" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("pattern", ORDINARY)
async def test_options_needs_nobody(pattern: str, nobody: Client) -> None:
    # On a path with a captured part the product crashes; we answer as on the others.
    answer = await nobody.ask("OPTIONS", pattern_example(pattern), headers={"Origin": nobody.url})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == nobody.url
    assert "Content-Type" not in answer.headers


CORS = [
    ("http://127.0.0.1", True),
    ("http://127.0.0.1:1", True),
    ("https://127.0.0.1:9999", True),
    ("http://localhost", False),
    ("http://127.0.0.2", False),
    ("http://evil.test", False),
    ("null", False),
    ("", False),
    ("http://[", False),
]


@pytest.mark.parametrize(("origin", "same"), CORS)
async def test_cors_is_for_the_same_host_name(origin: str, same: bool, nobody: Client) -> None:
    for path, status in (("/active", 200), ("/auth/users", 401), ("/login", 405)):
        answer = await nobody.get(path, headers={"Origin": origin})
        assert answer.status == status
        if same:
            assert answer.headers["Access-Control-Allow-Origin"] == origin
            assert answer.headers["Access-Control-Allow-Credentials"] == "true"
            assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
        else:
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_ordinary_headers(root: Client) -> None:
    for answer in (await root.get("/active"), await root.get("/auth/users"), await root.get("/auth/user/newp")):
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert "Date" in answer.headers
        assert "Server" not in answer.headers


async def test_etags(root: Client) -> None:
    for path in ("/active", "/auth/users", "/robots.txt", "/auth/roles"):
        answer = await root.get(path)
        etag = f'"{hashlib.sha1(answer.body).hexdigest()}"'
        assert answer.headers["Etag"] == etag
        for wanted in (etag, f"W/{etag}", "*", f'"x", {etag}', f'"x",W/{etag}'):
            again = await root.get(path, headers={"If-None-Match": wanted})
            assert (again.status, again.body) == (304, b"")
            assert again.headers["Etag"] == etag
            assert again.headers["X-Content-Type-Options"] == "nosniff"
            assert "Content-Type" not in again.headers
        for other in ('"x"', etag.strip('"'), "newp", ""):
            assert (await root.get(path, headers={"If-None-Match": other})).status == 200


async def test_no_etag_but_on_a_good_get(root: Client) -> None:
    answers = [
        await root.get("/auth/user/newp"),
        await root.post("/login", {"user": "root", "passwd": "secret"}),
        await root.get("/newp"),
        await root.get("/login"),
    ]
    assert [answer.status for answer in answers] == [404, 200, 404, 405]
    assert not any("Etag" in answer.headers for answer in answers)


async def test_a_body_that_is_too_large_is_refused_bare(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(synapse_body_bytes=1000)
    root = client_of(server).as_user("root", "secret")
    fits = b'{"name": "fits"%b}' % (b" " * 984)
    assert len(fits) == 1000
    assert (await root.post("/auth/addrole", fits)).status == 200
    head = b"POST /api/v1/auth/addrole HTTP/1.1\r\nHost: x\r\n" + AUTH
    assert await raw(server, head + b"Content-Length: 1001\r\n\r\n") == BARE
    grown = b"%x\r\n%b\r\n" % (600, b'{"name": "grown"%b}' % (b" " * 583))
    # Before its end: nobody waits for the rest of it.
    assert await raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n" + grown * 2) == BARE
    names = [role["name"] for role in (await root.get("/auth/roles")).result]
    assert names == ["all", "fits"]


async def test_a_chunked_json_body_is_read(root: Client, server: RunningServer) -> None:
    sent = (
        b"POST /api/v1/auth/addrole HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + AUTH
        + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"nam\r\n8\r\ne": "x"}\r\n0\r\n\r\n'
    )  # fmt: skip
    assert (await raw(server, sent)).startswith(b"HTTP/1.1 200 OK\r\n")
    assert [role["name"] for role in (await root.get("/auth/roles")).result] == ["all", "x"]


async def test_a_get_reads_its_body_too(root: Client) -> None:
    assert (await root.get("/auth/grant", b"newp")).refusal == (400, "SchemaViolation", "Invalid JSON content.")


@pytest.mark.parametrize("sent", [b"GET /api/v1/active HTTP/1.1", b"newp", b"GET /api/v1/active HTTP/9.9\r\nHost: x"])
async def test_what_is_no_request_is_refused_and_the_connection_closed(sent: bytes, server: RunningServer) -> None:
    # The product sends the status line alone; aiohttp's parser answers by itself, with a head and a body.
    assert re.match(rb"HTTP/1\.[01] 400 Bad Request\r\n", await raw(server, sent + b"\r\n\r\n"))


async def test_http_1_0_needs_no_host_and_is_closed(server: RunningServer) -> None:
    answer = await raw(server, b"GET /api/v1/active HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] 200 OK\r\n", head)
    assert body == b'{"status":"ok","result":{"active":true}}'
    assert b"chunked" not in head.lower()


async def test_connections_stay_open_after_errors(server: RunningServer) -> None:
    paths = [b"/api/v1/newp", b"/api/v1/login", b"/api/v1/auth/users", b"/api/v1/active"]
    sent = b"".join(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in paths)
    answer = await raw(server, sent + b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"404", b"405", b"401", b"200", b"200"]


async def test_expect_100_continue(server: RunningServer) -> None:
    body = b'{"user": "root", "passwd": "secret"}'
    head = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
    answer = await raw(server, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    first, _, rest = answer.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 100 ")
    assert rest.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_queries_are_ignored_where_they_mean_nothing(root: Client) -> None:
    assert (await root.get("/active?x=1&archived=7")).result == {"active": True}


async def test_captured_parts_are_decoded_after_matching(root: Client) -> None:
    refusal = (404, "NoSuchUser", "User a/b ☃ does not exist.")
    assert (await root.get("/auth/user/a%2Fb%20%E2%98%83")).refusal == refusal
    assert (await root.get("/auth/user/a/b%20%E2%98%83")).refusal == refusal


async def test_many_logins_at_once_do_not_hold_up_others(root: Client) -> None:
    """Hashing runs in threads: what needs none is answered meanwhile."""
    order: list[str] = []

    async def login(number: int) -> None:
        await root.login("root", f"wrong {number}")
        order.append("login")

    async def look() -> None:
        for _ in range(5):
            await root.get("/active")
        order.append("look")

    await asyncio.gather(*(login(number) for number in range(40)), look())
    assert order.index("look") < len(order) - 1
