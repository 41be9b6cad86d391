"""Who is asking Sycope (reference: Session)."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from deadringer.server.clock import Clock
from deadringer.server.running import RunningServer
from deadringer.storage.accounts import User

from ..conftest import Launch
from .conftest import INDEX, Client

NOW_MS = 1_795_305_600_000
LISTING = "/config-elements"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections without cookies of their own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def cookies_of(headers: Any) -> list[str]:
    return [line.partition(";")[0] for line in headers.getall("Set-Cookie")]


async def add_user(server: RunningServer, name: str, **more: Any) -> None:
    services = server.server.services
    user = User(iden=name * 2, name=name, secret=await services.passwords.hash("pass"), **more)
    server.server.worlds.get("default").sycope.accounts.add_user(user)


async def test_login_sets_the_session_cookie_first_and_then_one_that_scripts_can_read(stranger: Client) -> None:
    answer = await stranger.login()
    assert (answer.status, answer.body) == (200, {"status": 200, "code": "OK"})
    first, second = answer.headers.getall("Set-Cookie")
    session = SimpleCookie(first)["JSESSIONID"]
    assert session["httponly"]
    assert session["path"] == "/"
    assert not session["secure"]
    token = SimpleCookie(second)["XSRF-TOKEN"]
    assert not token["httponly"]
    assert token["path"] == "/"
    assert token.value not in first


async def test_cookies_are_secure_over_tls(launch: Launch, session: aiohttp.ClientSession) -> None:
    server = await launch(tls=True, http=False)
    payload = {"username": "admin", "password": "qwerty"}
    async with session.post(server.urls["https"] + "/npm/api/v1/login", json=payload, ssl=False) as response:
        assert all("; Secure" in line for line in response.headers.getall("Set-Cookie"))


async def test_a_client_that_keeps_only_the_first_cookie_is_logged_in(
    server: RunningServer, session: aiohttp.ClientSession
) -> None:
    client = Client(server.url, session)
    answer = await client.login()
    joined = ", ".join(answer.headers.getall("Set-Cookie"))
    assert (await client.ask("GET", LISTING)).status == 401
    assert (await client.ask("GET", LISTING, headers={"Cookie": joined.partition(";")[0]})).status == 200


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["username", "password"]),
        ({"username": "admin"}, ["password"]),
        ({"username": 1, "password": None}, ["username", "password"]),
        ([], [""]),
    ],
)
async def test_login_with_an_incomplete_body_says_what_is_missing(
    stranger: Client, body: Any, paths: list[str]
) -> None:
    answer = await stranger.ask("POST", "/login", json=body)
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR")
    assert [problem["path"] for problem in answer.body["errors"]] == paths


@pytest.mark.parametrize(
    ("name", "password"), [("admin", "wrong"), ("nobody", "qwerty"), ("", ""), ("locked", "pass"), ("gone", "pass")]
)
async def test_a_wrong_login_is_one_and_the_same_401(
    server: RunningServer, stranger: Client, name: str, password: str
) -> None:
    await add_user(server, "locked", locked=True)
    await add_user(server, "gone", archived=True)
    answer = await stranger.login(name, password)
    assert answer.status == 401
    assert answer.body == {"status": 401, "code": "UNAUTHORIZED", "message": "The user name or the password is wrong."}
    assert "Set-Cookie" not in answer.headers
    assert (await stranger.ask("GET", LISTING, headers=basic(name, password))).status == 401


async def test_a_password_of_any_text_is_no_accident(stranger: Client) -> None:
    answer = await stranger.ask("POST", "/login", data=b'{"username":"admin","password":"\\u0000 \xc3\xa9"}')
    assert answer.status == 401


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_without_a_session_it_is_401(stranger: Client, method: str) -> None:
    for path in ("/config-element/x", "/config-element-index/user-index/x"):
        answer = await stranger.ask(method, path)
        assert (answer.status, answer.body["code"]) == (401, "UNAUTHORIZED")
    assert (await stranger.ask("POST", "/index/inject", data=b"not even JSON")).status == 401
    assert (await stranger.ask("GET", "/logout")).status == 401
    for cookie in ("JSESSIONID=made-up", 'JSESSIONID="é"', "JSESSIONID=", ";;=,"):
        assert (await stranger.ask("GET", LISTING, headers={"Cookie": cookie})).status == 401
    for header in ("Basic", "Basic !!", "Basic YWRtaW4=", "Bearer x", "Basic " + "/w==" * 2):
        assert (await stranger.ask("GET", LISTING, headers={"Authorization": header})).status == 401


async def test_logout_ends_this_session_and_no_other(server: RunningServer, session: aiohttp.ClientSession) -> None:
    client = Client(server.url, session)
    one, other = [{"Cookie": cookies_of((await client.login()).headers)[0]} for _ in range(2)]
    answer = await client.ask("GET", "/logout", headers=one)
    assert (answer.status, answer.body) == (200, {"status": 200, "code": "OK"})
    assert all("Max-Age=0" in line for line in answer.headers.getall("Set-Cookie"))
    assert (await client.ask("GET", LISTING, headers=one)).status == 401
    assert (await client.ask("GET", LISTING, headers=other)).status == 200


async def test_basic_authentication_needs_no_login(server: RunningServer, stranger: Client) -> None:
    assert (await stranger.ask("GET", LISTING, headers=basic("admin", "qwerty"))).status == 200
    assert (await stranger.ask("GET", "/logout", headers=basic("admin", "qwerty"))).status == 200
    await add_user(server, "müller")
    made = await stranger.ask("POST", "/config-element-index/user-index", json=INDEX, headers=basic("müller", "pass"))
    answer = await stranger.ask("GET", f"/config-element/{made.body['id']}", headers=basic("admin", "qwerty"))
    assert answer.body["createdBy"] == answer.body["modifiedBy"] == "müller"


async def test_a_session_ends_when_it_was_not_used_for_its_lifetime(
    launch: Launch, session: aiohttp.ClientSession
) -> None:
    clock = Clock(NOW_MS)
    client = Client((await launch(clock=clock, sycope_session_s=100)).url, session)
    cookie = {"Cookie": cookies_of((await client.login()).headers)[0]}
    for _ in range(5):
        clock.advance(99_999)
        assert (await client.ask("GET", LISTING, headers=cookie)).status == 200
    clock.advance(100_000)
    assert (await client.ask("GET", LISTING, headers=cookie)).status == 401
    clock.freeze(NOW_MS)
    assert (await client.ask("GET", LISTING, headers=cookie)).status == 401


async def test_sessions_that_ended_are_forgotten_at_the_next_login(
    launch: Launch, session: aiohttp.ClientSession
) -> None:
    clock = Clock(NOW_MS)
    server = await launch(clock=clock, sycope_session_s=100)
    client = Client(server.url, session)
    for _ in range(3):
        await client.login()
    clock.advance(200_000)
    await client.login()
    sycope = server.server.worlds.get("default").sycope
    assert sycope.database.read("SELECT COUNT(*) FROM session") == [(1,)]


async def test_a_session_survives_a_restart_and_no_cookie_is_on_disk(
    launch: Launch, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    clock = Clock(NOW_MS)
    options: dict[str, Any] = {"clock": clock, "ephemeral": False, "data": tmp_path / "data", "sycope_session_s": 100}
    server = await launch(**options)
    client = Client(server.url, session)
    cookie = cookies_of((await client.login()).headers)[0]
    for _ in range(3):
        clock.advance(60_000)
        assert (await client.ask("GET", LISTING, headers={"Cookie": cookie})).status == 200
    await server.stop()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("sycope.db*"))
    assert cookie.partition("=")[2].encode() not in stored
    again = Client((await launch(**options)).url, session)
    assert (await again.ask("GET", LISTING, headers={"Cookie": cookie})).status == 200


async def test_a_user_that_is_locked_or_deleted_meanwhile_is_out(server: RunningServer, stranger: Client) -> None:
    await add_user(server, "eve")
    accounts = server.server.worlds.get("default").sycope.accounts
    await stranger.login("eve", "pass")
    assert (await stranger.ask("GET", LISTING)).status == 200
    accounts.change_user("eveeve", lambda user: replace(user, locked=True))
    assert (await stranger.ask("GET", LISTING)).status == 401
    accounts.change_user("eveeve", lambda user: replace(user, locked=False))
    assert (await stranger.ask("GET", LISTING)).status == 200
    accounts.drop_user("eveeve")
    assert (await stranger.ask("GET", LISTING)).status == 401


async def test_the_configured_administrator_is_the_one_who_may(launch: Launch, session: aiohttp.ClientSession) -> None:
    client = Client((await launch(sycope_user="boss", sycope_password="s3cret")).url, session)
    assert (await client.login()).status == 401
    assert (await client.login("boss", "s3cret")).status == 200


async def test_xsrf_is_asked_of_changing_requests_where_it_is_set(
    launch: Launch, session: aiohttp.ClientSession
) -> None:
    client = Client((await launch(sycope_require_xsrf=True)).url, session)
    answer = await client.login()
    cookie, token = cookies_of(answer.headers)
    headers = {"Cookie": cookie}
    assert (await client.ask("GET", LISTING, headers=headers)).status == 200
    for sent in ({}, {"X-XSRF-TOKEN": "wrong"}, {"X-XSRF-TOKEN": "é"}):
        refused = await client.ask("POST", "/config-element-index/user-index", json=INDEX, headers={**headers, **sent})
        assert (refused.status, refused.body["code"]) == (403, "FORBIDDEN")
        assert "X-XSRF-TOKEN" in refused.body["message"]
    right = {**headers, "X-XSRF-TOKEN": token.partition("=")[2]}
    assert (await client.ask("POST", "/config-element-index/user-index", json=INDEX, headers=right)).status == 200
    other = {**headers, "X-XSRF-TOKEN": cookies_of((await client.login()).headers)[1].partition("=")[2]}
    assert (await client.ask("DELETE", "/config-element/x", headers=other)).status == 403
    assert (await client.ask("DELETE", "/config-element/x", headers=basic("admin", "qwerty"))).status == 404


async def test_many_log_in_at_once(server: RunningServer, session: aiohttp.ClientSession) -> None:
    client = Client(server.url, session)
    answers = await asyncio.gather(*(client.login() for _ in range(8)))
    cookies = [cookies_of(answer.headers)[0] for answer in answers]
    assert len(set(cookies)) == 8
    listings = await asyncio.gather(*(client.ask("GET", LISTING, headers={"Cookie": cookie}) for cookie in cookies))
    assert {answer.status for answer in listings} == {200}


async def test_a_session_of_one_world_opens_no_other(server: RunningServer, session: aiohttp.ClientSession) -> None:
    await server.server.worlds.make("other")
    client, other = Client(server.url, session), Client(server.url + "/_world/other", session)
    cookie = {"Cookie": cookies_of((await client.login()).headers)[0]}
    assert (await client.ask("GET", LISTING, headers=cookie)).status == 200
    assert (await other.ask("GET", LISTING, headers=cookie)).status == 401
