"""The session cookie: its form, what counts as one, and how long it and its session live (reference 2.1 to 2.4)."""

import base64
import hashlib
import hmac
import re
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.running import RunningServer, start

from ..conftest import Launch
from .asking import NOT_LOGGED_IN, Client, cookie_of
from .conftest import ClientOf

NOW_MS = 1_795_306_256_789
DAY_MS = 24 * 3600 * 1000
FORM = re.compile(
    r'sess="(2\|1:0\|10:(\d{10})\|4:sess\|44:([A-Za-z0-9+/=]{44})\|)([0-9a-f]{64})"; expires=([^;]+); HttpOnly; Path=/'
)


def secret_of(server: RunningServer) -> bytes:
    return server.server.worlds.get("default").cortex.cookie_secret


def signed(secret: bytes, seconds: int, text: str, name: str = "sess") -> str:
    """A cookie signed by ourselves, from the description of the format alone: each field with its length in front."""
    encoded = base64.b64encode(text.encode()).decode()
    fields = ["2", "1:0", f"{len(str(seconds))}:{seconds}", f"{len(name)}:{name}", f"{len(encoded)}:{encoded}", ""]
    signature = hmac.new(secret, "|".join(fields).encode("utf-8"), hashlib.sha256).hexdigest()
    return 'sess="' + "|".join(fields) + signature + '"'


async def frozen(launch: Launch, client_of: ClientOf) -> tuple[RunningServer, Clock, Client]:
    clock = Clock(NOW_MS)
    server = await launch(clock=clock)
    return server, clock, client_of(server)


async def test_the_cookie_has_the_products_form_and_signature(launch: Launch, client_of: ClientOf) -> None:
    server, _, nobody = await frozen(launch, client_of)
    header = (await nobody.login("root", "secret")).headers["Set-Cookie"]
    match = FORM.fullmatch(header)
    assert match is not None, header
    unsigned, seconds, encoded, signature, expires = match.groups()
    assert int(seconds) == NOW_MS // 1000
    assert re.fullmatch("[0-9a-f]{32}", base64.b64decode(encoded).decode())
    assert signature == hmac.new(secret_of(server), unsigned.encode(), hashlib.sha256).hexdigest()
    assert int(parsedate_to_datetime(expires).timestamp()) == NOW_MS // 1000 + 14 * 24 * 3600
    assert expires.endswith(" GMT")


async def test_a_cookie_made_by_the_description_alone_is_taken(launch: Launch, client_of: ClientOf) -> None:
    server, _, nobody = await frozen(launch, client_of)
    ours = signed(secret_of(server), NOW_MS // 1000, "0123456789abcdef" * 2)
    answer = await nobody.login("root", "secret", ours)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert (await nobody.get("/auth/users", headers={"Cookie": ours})).status == 200


async def test_secure_only_over_tls(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(tls=True)
    client = client_of(server)
    plain = await client.login("root", "secret")
    secure = await Client(client.session, server.urls["https"]).ask(
        "POST", "/login", {"user": "root", "passwd": "secret"}, ssl=False
    )
    assert plain.headers["Set-Cookie"].endswith("; HttpOnly; Path=/")
    assert secure.headers["Set-Cookie"].endswith("; HttpOnly; Path=/; Secure")


async def test_a_cookie_is_good_for_fourteen_days(launch: Launch, client_of: ClientOf) -> None:
    _, clock, nobody = await frozen(launch, client_of)
    cookie = cookie_of(await nobody.login("root", "secret"))
    clock.advance(14 * DAY_MS)
    assert (await nobody.get("/auth/users", headers={"Cookie": cookie})).status == 200
    clock.advance(1000)
    assert (await nobody.get("/auth/users", headers={"Cookie": cookie})).refusal == NOT_LOGGED_IN
    # An old cookie is no cookie: other credentials count, and a login gives a new one.
    both = await nobody.as_user("root", "secret").get("/auth/users", headers={"Cookie": cookie})
    assert both.status == 200
    again = await nobody.login("root", "secret", cookie)
    assert cookie_of(again) != cookie


def spoiled(kind: str, cookie: str, server: RunningServer) -> str:
    """A cookie that is none, made from a good one."""
    iden = base64.b64decode(cookie.split("|")[4].partition(":")[2]).decode()
    now_s = NOW_MS // 1000
    return {
        "garbage": 'sess="garbage"',
        "empty": 'sess=""',
        "no value": "sess=",
        "not quoted garbage": "sess=newp",
        "one digit of the signature": cookie[:-2] + ("0" if cookie[-2] != "0" else "1") + '"',
        "upper-case signature": cookie[: cookie.rindex("|")] + cookie[cookie.rindex("|") :].upper(),
        "another iden": cookie.replace("|44:", "|44:A", 1),
        "another time": cookie.replace(f"|10:{now_s}", f"|10:{now_s + 1}"),
        "signed by another": signed(b"another" * 5, now_s, iden),
        "for another name": signed(secret_of(server), now_s, iden, name="user"),
        "cut": cookie[: len(cookie) // 2] + '"',
        "from the far future": signed(secret_of(server), now_s + 60 * 24 * 3600, iden),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "garbage",
        "empty",
        "no value",
        "not quoted garbage",
        "one digit of the signature",
        "upper-case signature",
        "another iden",
        "another time",
        "signed by another",
        "for another name",
        "cut",
        "from the far future",
    ],
)
async def test_a_forged_cookie_is_no_cookie(kind: str, launch: Launch, client_of: ClientOf) -> None:
    server, _, nobody = await frozen(launch, client_of)
    good = cookie_of(await nobody.login("root", "secret"))
    bad = spoiled(kind, good, server)
    assert (await nobody.get("/auth/users", headers={"Cookie": good})).status == 200
    assert (await nobody.get("/auth/users", headers={"Cookie": bad})).refusal == NOT_LOGGED_IN
    # It stands in nobody's way.
    assert (await nobody.as_user("root", "secret").get("/auth/users", headers={"Cookie": bad})).status == 200
    assert "Set-Cookie" in (await nobody.login("root", "secret", bad)).headers


async def test_the_cookie_is_found_among_others(nobody: Client) -> None:
    cookie = cookie_of(await nobody.login("root", "secret"))
    for header in (
        f"a=b; {cookie}; c=d",
        f"nosess=x; {cookie}",
        cookie.replace('"', ""),
        f"{cookie};",
        f"a=b;{cookie}",
    ):
        assert (await nobody.get("/auth/users", headers={"Cookie": header})).status == 200, header


async def test_a_dead_but_signed_cookie_beats_basic_and_key(root: Client, server: RunningServer) -> None:
    key, _ = await root.make_key("root")
    cookie = cookie_of(await root.login("root", "secret"))
    out = await root.get("/logout", headers={"Cookie": cookie})
    assert out.result is True
    for client in (root, root.with_headers(X_API_KEY=key)):
        assert (await client.get("/auth/users", headers={"Cookie": cookie})).refusal == NOT_LOGGED_IN
        assert (await client.get("/auth/users")).status == 200
    # It can be logged in again, and stays the same cookie.
    again = await root.login("root", "secret", cookie)
    assert again.status == 200
    assert "Set-Cookie" not in again.headers
    assert (await root.get("/auth/users", headers={"Cookie": cookie})).status == 200


async def test_a_live_session_beats_wrong_basic(nobody: Client) -> None:
    cookie = cookie_of(await nobody.login("root", "secret"))
    wrong = nobody.as_user("root", "wrong")
    assert (await wrong.get("/auth/users", headers={"Cookie": cookie, "X-API-KEY": "newp"})).status == 200


async def test_logging_in_again_switches_the_user_of_the_session(root: Client) -> None:
    await root.make_user("bob")
    cookie = cookie_of(await root.login("root", "secret"))
    assert (await root.post("/auth/adduser", {"name": "x"}, headers={"Cookie": cookie})).status == 200
    second = await root.login("bob", "pw", cookie)
    assert second.result["name"] == "bob"
    assert "Set-Cookie" not in second.headers
    refused = await root.post("/auth/adduser", {"name": "y"}, headers={"Cookie": cookie})
    assert refused.refusal[:2] == (403, "AuthDeny")


async def test_a_failed_login_leaves_the_session_as_it_was(nobody: Client) -> None:
    cookie = cookie_of(await nobody.login("root", "secret"))
    assert (await nobody.login("root", "wrong", cookie)).status == 403
    assert (await nobody.login("newp", "wrong", cookie)).status == 404
    assert (await nobody.get("/auth/users", headers={"Cookie": cookie})).status == 200


async def test_logout_ends_this_session_and_no_other(nobody: Client) -> None:
    first = cookie_of(await nobody.login("root", "secret"))
    second = cookie_of(await nobody.login("root", "secret"))
    assert first != second
    await nobody.get("/logout", headers={"Cookie": first})
    assert (await nobody.get("/auth/users", headers={"Cookie": first})).status == 401
    assert (await nobody.get("/auth/users", headers={"Cookie": second})).status == 200


@pytest.mark.parametrize("cookie", [None, 'sess="newp"'])
async def test_logout_is_always_true(cookie: str | None, launch: Launch, client_of: ClientOf) -> None:
    _, _, nobody = await frozen(launch, client_of)
    answer = await nobody.get("/logout", headers={} if cookie is None else {"Cookie": cookie})
    assert answer.result is True
    match = re.fullmatch(r'sess=""; expires=([^;]+ GMT); Path=/', answer.headers["Set-Cookie"])
    assert match is not None
    assert NOW_MS // 1000 - int(parsedate_to_datetime(match[1]).timestamp()) == 365 * 24 * 3600


async def test_a_session_survives_a_restart(tmp_path: Path, launch: Launch, client_of: ClientOf) -> None:
    config = Config(data=tmp_path / "data", port=0, http_port=0, tls=False)
    async with await start(config) as first:
        cookie = cookie_of(await client_of(first).login("root", "secret"))
    nobody = client_of(await launch(ephemeral=False, data=config.data))
    assert (await nobody.get("/auth/users", headers={"Cookie": cookie})).status == 200


async def test_a_lock_kills_sessions_for_good(root: Client) -> None:
    bob = await root.make_user("bob")
    cookie = cookie_of(await root.login("bob", "pw"))
    sent = {"Cookie": cookie}
    await root.post(f"/auth/user/{bob['iden']}", {"locked": True})
    assert (await root.get("/auth/users", headers=sent)).refusal == NOT_LOGGED_IN
    await root.post(f"/auth/user/{bob['iden']}", {"locked": False})
    assert (await root.get("/auth/users", headers=sent)).refusal == NOT_LOGGED_IN
    assert (await root.as_user("bob", "pw").get("/auth/users")).status == 200
    assert (await root.login("bob", "pw", cookie)).status == 200
    assert (await root.get("/auth/users", headers=sent)).status == 200


async def test_archiving_ends_sessions_too(root: Client) -> None:
    bob = await root.make_user("bob")
    sent = {"Cookie": cookie_of(await root.login("bob", "pw"))}
    await root.post(f"/auth/user/{bob['iden']}", {"archived": True})
    assert (await root.get("/auth/users", headers=sent)).refusal == NOT_LOGGED_IN


async def test_a_password_change_or_rename_leaves_sessions_alive(root: Client) -> None:
    bob = await root.make_user("bob")
    sent = {"Cookie": cookie_of(await root.login("bob", "pw"))}
    await root.post(f"/auth/password/{bob['iden']}", {"passwd": "other"})
    assert (await root.get("/auth/users", headers=sent)).status == 200
    await root.post(f"/auth/user/{bob['iden']}", {"name": "robert"})
    # Refusals call the caller what it was called when it logged in.
    refused = await root.get("/healthcheck", headers=sent)
    assert refused.refusal == (403, "AuthDeny", "User (bob) must have permission health")
    refused = await root.as_user("robert", "other").get("/healthcheck")
    assert refused.refusal == (403, "AuthDeny", "User (robert) must have permission health")


async def test_worlds_do_not_know_each_others_cookies(root: Client) -> None:
    await root.post("/_deadringer/worlds", {"name": "other"})
    sent = {"Cookie": cookie_of(await root.login("root", "secret"))}
    assert (
        await root.in_world("other").get("/auth/users", headers=sent)
    ).status == 200  # by Basic: no cookie of theirs
    nobody = Client(root.session, root.url).in_world("other")
    assert (await nobody.get("/auth/users", headers=sent)).refusal == NOT_LOGGED_IN
