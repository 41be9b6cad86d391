"""Passthrough: requests that go on to a backend, as far as rules let them; what either end sees of the other."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from deadringer.server.running import RunningServer
from deadringer.server.sycope import builtin
from yarl import URL

from ..conftest import Launch
from .conftest import Client, Others
from .test_pipeline import rows

CONFIG = "/config/passthrough"


async def backend(request: web.Request) -> web.StreamResponse:
    """Answers what it was asked, but for some paths."""
    if request.path == "/base/broken":
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x" * 10)
        assert request.transport is not None
        request.transport.abort()
        return response
    if request.path == "/base/redirect":
        return web.Response(status=302, headers={"Location": "/elsewhere", "Set-Cookie": "a=b", "X-Kept": "yes"})
    if request.path == "/base/empty":
        return web.Response(status=204)
    if request.path == "/base/long":
        return web.Response(body=b"0123456789" * 200_000, headers={"Content-Type": "application/x-long"})
    body = await request.read()
    seen = {"method": request.method, "path": request.raw_path, "headers": dict(request.headers), "body": body.decode()}
    return web.json_response(seen, status=418 if "teapot" in request.path else 200)


@pytest.fixture
async def target() -> AsyncIterator[str]:
    """A backend on this machine; its URL has a path."""
    runner = web.AppRunner(app := web.Application())
    app.router.add_route("*", "/{path:.*}", backend)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/base/"
    await runner.cleanup()


async def make(client: Client, target: str, **config: Any) -> str:
    made = {"name": "grafana", "target": target, "rules": [{"path": "/.*"}], **config}
    answer = await client.ask("POST", CONFIG, json={"config": made})
    assert answer.status == 200, answer.body
    iden: str = answer.body["id"]
    return iden


async def seen(client: Client, path: str = "/x", method: str = "GET", **options: Any) -> Any:
    """What the backend says that it was asked."""
    answer = await client.ask(method, f"/passthrough/grafana{path}", **options)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_method_path_query_and_body_go_on_as_they_came(client: Client, target: str, method: str) -> None:
    await make(client, target)
    path = URL(f"{client.url}/npm/api/v1/passthrough/grafana/a%20b/c;d//?q=%2Fx&r=a+b", encoded=True)
    async with client.session.request(method, path, data=b"hello", headers={"X-More": "1"}) as answer:
        found = await answer.json()
    assert (found["method"], found["path"], found["body"]) == (method, "/base/a%20b/c;d//?q=%2Fx&r=a+b", "hello")
    assert (found["headers"]["X-More"], found["headers"]["Content-Length"]) == ("1", "5")


async def test_status_headers_and_body_come_back_as_they_are(client: Client, target: str) -> None:
    await make(client, target)
    assert (await client.ask("GET", "/passthrough/grafana/teapot")).status == 418
    async with client.session.get(f"{client.url}/npm/api/v1/passthrough/grafana/long") as answer:
        assert await answer.read() == b"0123456789" * 200_000
        assert (answer.headers["Content-Type"], answer.content_length) == ("application/x-long", 2_000_000)
    async with client.session.get(
        f"{client.url}/npm/api/v1/passthrough/grafana/redirect", allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"], answer.headers["X-Kept"]) == (302, "/elsewhere", "yes")
        assert "Set-Cookie" not in answer.headers
    for method, path, status in (("GET", "empty", 204), ("HEAD", "long", 200)):
        async with client.session.request(method, f"{client.url}/npm/api/v1/passthrough/grafana/{path}") as answer:
            assert (answer.status, await answer.read()) == (status, b"")


async def test_a_body_in_pieces_goes_on_in_pieces(client: Client, target: str) -> None:
    await make(client, target)

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(5):
            yield str(number).encode()
            await asyncio.sleep(0)

    assert (await seen(client, method="POST", data=pieces()))["body"] == "01234"


async def test_neither_our_cookies_nor_our_credentials_reach_the_backend(client: Client, target: str) -> None:
    await make(client, target)
    basic = {"Authorization": aiohttp.encode_basic_auth("admin", "qwerty"), "X-XSRF-TOKEN": "x", "Connection": "X-Hop"}
    headers = (await seen(client, headers={**basic, "X-Hop": "1", "X-Far": "1"}))["headers"]
    assert {"Cookie", "Authorization", "X-XSRF-TOKEN", "X-Hop"}.isdisjoint(headers)
    assert (headers["X-Far"], headers["Host"]) == ("1", URL(target).authority)


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        ({"type": "basic", "username": "u", "password": "p:w"}, "Authorization", aiohttp.encode_basic_auth("u", "p:w")),
        ({"type": "bearer", "token": "abc"}, "Authorization", "Bearer abc"),
        ({"type": "header", "name": "X-Api-Key", "value": "abc"}, "X-Api-Key", "abc"),
    ],
)
async def test_the_backend_gets_a_key_that_nobody_is_shown(
    client: Client, target: str, auth: dict[str, str], name: str, value: str
) -> None:
    iden = await make(client, target, auth=auth)
    assert (await seen(client, headers={"X-Api-Key": "mine"}))["headers"][name] == value
    shown = (await client.ask("GET", f"{CONFIG}/{iden}")).body
    assert auth.items() > shown["config"]["auth"].items()
    for path in (CONFIG, "/config-elements", f"/config-element/{iden}"):
        text = json.dumps((await client.ask("GET", path)).body)
        assert "grafana" in text
        assert "abc" not in text
        assert "p:w" not in text
    # A client that edits what it was shown does not know the key, and keeps it.
    assert (await client.ask("PUT", f"{CONFIG}/{iden}", json=shown)).status == 200
    assert (await seen(client))["headers"][name] == value
    for key in ("password", "token", "value"):
        if key in auth:
            shown["config"]["auth"][key] = "new"
    assert (await client.ask("PUT", f"{CONFIG}/{iden}", json=shown)).status == 200
    assert (await seen(client))["headers"][name] != value
    del shown["config"]["auth"]
    assert (await client.ask("PUT", f"{CONFIG}/{iden}", json=shown)).status == 200
    assert value not in (await seen(client))["headers"].values()


async def test_a_key_of_one_kind_is_never_sent_as_another(client: Client, target: str) -> None:
    iden = await make(client, target, auth={"type": "bearer", "token": "abc"})
    config = {"name": "grafana", "target": target, "rules": [{"path": "/.*"}]}
    changed = {**config, "auth": {"type": "basic", "username": "u"}}
    assert (await client.ask("PUT", f"{CONFIG}/{iden}", json={"config": changed})).status == 200
    assert (await seen(client))["headers"]["Authorization"] == aiohttp.encode_basic_auth("u", "")


RULES: list[dict[str, Any]] = [
    {"path": "/public/.*"},
    {"path": "/read/[a-z]+", "methods": ["GET", "HEAD"]},
    {"path": "/soc", "methods": None, "roles": ["SOC", "ann"]},
]


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("bob", "DELETE", "/public/x/y", 200),
        ("bob", "GET", "/public", 403),
        ("bob", "GET", "/xpublic/x", 403),
        ("bob", "GET", "/read/abc", 200),
        ("bob", "POST", "/read/abc", 403),
        ("bob", "GET", "/read/abc/d", 403),
        ("bob", "GET", "/read/a%62c", 200),
        ("bob", "GET", "/read/ABC", 403),
        ("bob", "GET", "/soc", 403),
        ("eve", "GET", "/soc", 200),
        ("ann", "PUT", "/soc", 200),
        ("admin", "PUT", "/soc", 200),
        ("admin", "PUT", "/other", 403),
        ("bob", "GET", "/public/../soc", 400),
        ("bob", "GET", "/public/%2e%2E/soc", 400),
        ("bob", "GET", "/public/..;x/soc", 400),
        ("bob", "GET", "/public/..%2fsoc", 400),
        ("bob", "GET", "/public/..%5csoc", 400),
    ],
)
async def test_rules_say_who_may_ask_what(
    client: Client, others: Others, target: str, who: str, method: str, path: str, status: int
) -> None:
    await make(client, target, rules=RULES)
    asker = client if who == "admin" else await others(who, roles=["SOC"] if who == "eve" else [])
    url = URL(f"{client.url}/npm/api/v1/passthrough/grafana{path}", encoded=True)
    async with asker.session.request(method, url) as answer:
        assert answer.status == status


async def test_without_a_rule_nothing_passes(client: Client, target: str) -> None:
    await make(client, target, rules=[])
    assert (await client.ask("GET", "/passthrough/grafana/x")).status == 403


async def test_what_is_unknown_not_active_or_gone_is_404(client: Client, target: str) -> None:
    assert (await client.ask("GET", "/passthrough/grafana/x")).status == 404
    iden = await make(client, target, active=False)
    assert (await client.ask("GET", "/passthrough/grafana/x")).status == 404
    config = {"name": "other name", "target": target, "rules": [{"path": "/.*"}]}
    await client.ask("PUT", f"{CONFIG}/{iden}", json={"config": config})
    assert (await client.ask("GET", "/passthrough/other%20name/x")).status == 200
    await client.ask("DELETE", f"{CONFIG}/{iden}")
    assert (await client.ask("GET", "/passthrough/other%20name/x")).status == 404


async def test_a_session_is_needed(client: Client, stranger: Client, target: str) -> None:
    await make(client, target)
    client.session.cookie_jar.clear()
    assert (await stranger.ask("GET", "/passthrough/grafana/x")).status == 401


async def test_only_administrators_make_change_and_delete(client: Client, others: Others, target: str) -> None:
    iden, bob = await make(client, target), await others("bob")
    body = {"config": {"name": "mine", "target": target, "rules": []}}
    public = [{"sid": "ROLE_USER", "perms": ["VIEW", "EDIT", "DELETE"]}]
    await client.ask("PUT", f"/permissions/CONFIGURATION.passthrough.passthrough/{iden}", json=public)
    for method, path in (("POST", CONFIG), ("PUT", f"{CONFIG}/{iden}"), ("DELETE", f"{CONFIG}/{iden}")):
        assert (await bob.ask(method, path, json=body)).status == 403
    assert (await bob.ask("GET", CONFIG)).body["total"] == 1
    assert (await bob.ask("GET", f"{CONFIG}/{iden}")).status == 200


async def test_a_backend_that_is_not_there_is_502(client: Client, unused_tcp_port: int) -> None:
    await make(client, f"http://127.0.0.1:{unused_tcp_port}")
    answer = await client.ask("GET", "/passthrough/grafana/x")
    assert (answer.status, answer.body["code"]) == (502, "BAD_GATEWAY")


async def test_an_answer_that_breaks_off_is_never_taken_for_whole(client: Client, target: str) -> None:
    await make(client, target)
    with pytest.raises(aiohttp.ClientError):
        async with client.session.get(f"{client.url}/npm/api/v1/passthrough/grafana/broken") as answer:
            await answer.read()


async def test_names_are_taken_once(client: Client, target: str) -> None:
    await make(client, target)
    body = {"config": {"name": "grafana", "target": target, "rules": []}}
    assert (await client.ask("POST", CONFIG, json=body)).status == 409


async def test_other_hosts_must_be_on_the_list(launch: Launch) -> None:
    server = await launch(sycope_passthrough_targets=("backend.example", "10.0.0.1:8080"))
    basic = {"Authorization": aiohttp.encode_basic_auth("admin", "qwerty")}
    async with aiohttp.ClientSession(headers=basic) as session:
        client = Client(server.url, session)
        for number, (host, status) in enumerate(
            [
                ("http://backend.example", 200),
                ("https://backend.example:99/x", 200),
                ("http://10.0.0.1:8080", 200),
                ("http://10.0.0.1", 422),
                ("http://backend.example.org", 422),
                ("http://[::1]:1", 200),
                ("http://localhost", 200),
                ("http://127.9.9.9", 200),
                ("http://0.0.0.0", 422),
                ("http://127.0.0.1.example", 422),
            ]
        ):
            config = {"name": str(number), "target": host, "rules": []}
            assert (await client.ask("POST", CONFIG, json={"config": config})).status == status, host


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": None}, "config.name"),
        ({"name": "a/b"}, "config.name"),
        ({"active": 1}, "config.active"),
        ({"verifyTls": "no"}, "config.verifyTls"),
        ({"target": None}, "config.target"),
        ({"target": 5}, "config.target"),
        ({"target": "ftp://127.0.0.1"}, "config.target"),
        ({"target": "127.0.0.1:80"}, "config.target"),
        ({"target": "http://u:p@127.0.0.1"}, "config.target"),
        ({"target": "http://127.0.0.1/?a"}, "config.target"),
        ({"target": "http://127.0.0.1:99999"}, "config.target"),
        ({"target": "http://[::1"}, "config.target"),
        ({"target": "http://127.0.0.1\\@example.org"}, "config.target"),
        ({"target": "http://example.org"}, "config.target"),
        ({"auth": "x"}, "config.auth"),
        ({"auth": {"type": "magic"}}, "config.auth.type"),
        ({"auth": {"type": ["basic"]}}, "config.auth.type"),
        ({"auth": {"type": "basic", "password": "x"}}, "config.auth.username"),
        ({"auth": {"type": "bearer", "token": "a\nb"}}, "config.auth.token"),
        ({"auth": {"type": "header", "name": "a b", "value": "x"}}, "config.auth.name"),
        ({"rules": None}, "config.rules"),
        ({"rules": [5]}, "config.rules[0]"),
        ({"rules": [{"path": "/x"}, {}]}, "config.rules[1].path"),
        ({"rules": [{"path": "("}]}, "config.rules[0].path"),
        ({"rules": [{"path": "a)|(?:b"}]}, "config.rules[0].path"),
        ({"rules": [{"path": "/x", "methods": ["get"]}]}, "config.rules[0].methods"),
        ({"rules": [{"path": "/x", "methods": "GET"}]}, "config.rules[0].methods"),
        ({"rules": [{"path": "/x", "roles": [5]}]}, "config.rules[0].roles"),
    ],
)
async def test_what_is_wrong_is_listed_by_path(client: Client, changes: dict[str, Any], path: str) -> None:
    config = {"name": "x", "target": "http://127.0.0.1:1", "rules": [], **changes}
    answer = await client.ask("POST", CONFIG, json={"config": config})
    assert (answer.status, [problem["path"] for problem in answer.body["errors"]]) == (422, [path])


@pytest.mark.parametrize("body", [[], {}, {"config": []}])
async def test_a_body_without_a_config_is_refused(client: Client, body: Any) -> None:
    assert (await client.ask("POST", CONFIG, json=body)).status == 422


async def test_the_audit_tells_who_asked_for_what_and_what_came_of_it(
    client: Client, others: Others, target: str, unused_tcp_port: int
) -> None:
    await make(client, target, rules=[{"path": "/.*", "roles": ["OPS"]}])
    await make(client, f"http://127.0.0.1:{unused_tcp_port}/", name="gone")
    bob = await others("bob")
    asked = (
        (client, "GET", "/grafana/a%20b?key=hidden", 200),
        (client, "POST", "/grafana/teapot", 418),
        (bob, "DELETE", "/grafana/x", 403),
        (client, "GET", "/none/x", 404),
        (client, "GET", "/gone/x", 502),
        (client, "GET", "/grafana/a%2Fb", 400),
    )
    for who, method, path, status in asked:
        assert (await who.ask(method, f"/passthrough{path}")).status == status
    found = await rows(client, 'src stream="restAudit" | project -timestamp')
    prefix = "/npm/api/v1/passthrough"
    assert found == [
        {
            "user": "bob" if who is bob else "admin",
            "method": method,
            "path": prefix + path.partition("?")[0],
            "status": status,
        }
        for who, method, path, status in asked
    ]
    # Queries and logins are no passthrough.
    assert len(await rows(client, 'src stream="restAudit"')) == len(asked)


async def test_the_audit_keeps_the_last_rows(client: Client, target: str, server: RunningServer) -> None:
    await make(client, target)
    database = server.server.worlds.get("default").sycope.database
    for number in range(2 * builtin.AUDIT_SLACK):
        builtin.audit(database, number, "bob", "GET", f"/{number}", 200, keep=10)
    paths = [row["path"] for row in await rows(client, 'src stream="restAudit"')]
    assert paths == [f"/{number}" for number in range(2 * builtin.AUDIT_SLACK - 10, 2 * builtin.AUDIT_SLACK)]
