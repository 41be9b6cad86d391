"""Who is calling: Basic, keys, one-time passwords, login's refusals, and what is open to everybody (reference 2, 4)."""

import base64

import pytest
from deadringer.server.clock import Clock

from ..conftest import Launch
from .asking import NOT_LOGGED_IN, Client
from .conftest import ClientOf

NOW_MS = 1_795_306_256_789
ROOT = "<iden of root>"


def basic(text: str | bytes, scheme: str = "Basic") -> dict[str, str]:
    raw = text.encode() if isinstance(text, str) else text
    return {"Authorization": f"{scheme} {base64.b64encode(raw).decode()}"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("root:secret", "basic"),
        basic("root:secret", "BASIC"),
        basic("root:secret", "Bearer"),
        basic("root"),
        basic("rootsecret"),
        basic("root:wrong"),
        basic("root:"),
        basic(":secret"),
        basic("newp:secret"),
        basic("Root:secret"),
        basic(b"root:\xff\xfe"),
        {"Authorization": "Basic"},
        {"Authorization": "Basic "},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic cm9vd"},
        {"Authorization": "newp"},
    ],
    ids=str,
)
async def test_what_is_no_identity(headers: dict[str, str], nobody: Client) -> None:
    answer = await nobody.get("/auth/users", headers=headers)
    assert answer.refusal == NOT_LOGGED_IN
    assert answer.headers["Www-Authenticate"] == "Basic realm=synapse"


@pytest.mark.parametrize("password", ["a:b", ":", "p w", "pässword ☃", '"quotes"', "x" * 5000])
async def test_passwords_of_every_kind(password: str, root: Client) -> None:
    await root.make_user("bob", password)
    assert (await root.get("/auth/users", headers=basic(f"bob:{password}"))).status == 200
    assert (await root.login("bob", password)).status == 200
    assert (await root.get("/auth/users", headers=basic(f"bob:{password}x"))).status == 401


async def test_a_user_without_a_password_cannot_come_in(root: Client) -> None:
    await root.post("/auth/adduser", {"name": "bob"})
    for password in ("", "None", "null", "bob", "configured", "secret"):
        assert (await root.login("bob", password)).refusal == (403, "AuthDeny", "Incorrect password.")
        assert (await root.get("/auth/users", headers=basic(f"bob:{password}"))).status == 401


async def test_what_is_stored_of_a_password_does_not_open_the_account(root: Client) -> None:
    assert (await root.login("root", "configured")).refusal == (403, "AuthDeny", "Incorrect password.")


async def test_a_right_password_stops_being_right_when_it_is_changed(root: Client) -> None:
    bob = await root.make_user("bob", "one")
    for old, new in (("one", "two"), ("two", "three")):
        assert (await root.as_user("bob", old).get("/auth/users")).status == 200
        await root.post(f"/auth/password/{bob['iden']}", {"passwd": new})
        assert (await root.as_user("bob", old).get("/auth/users")).status == 401
        assert (await root.as_user("bob", new).get("/auth/users")).status == 200


async def test_roots_password_is_the_configured_one_until_it_is_changed(launch: Launch, client_of: ClientOf) -> None:
    nobody = client_of(await launch(synapse_password="s3:cret"))
    root = nobody.as_user("root", "s3:cret")
    iden = (await root.user("root"))["iden"]
    assert (await nobody.login("root", "secret")).status == 403
    await root.post(f"/auth/password/{iden}", {"passwd": "new"})
    assert (await nobody.login("root", "s3:cret")).status == 403
    assert (await nobody.login("root", "new")).status == 200


async def test_login_shows_the_user_with_whole_roles(root: Client) -> None:
    await root.make_user("bob")
    found = (await root.login("bob", "pw")).result
    assert list(found) == [
        "type",
        "iden",
        "name",
        "rules",
        "roles",
        "admin",
        "email",
        "locked",
        "archived",
        "authgates",
    ]
    assert [role["name"] for role in found["roles"]] == ["all"]
    assert list(found["roles"][0]) == ["type", "iden", "name", "rules", "authgates"]


LOGIN_REFUSALS = [
    ({"user": "newp", "passwd": "x"}, (404, "AuthDeny", "No such user.")),
    ({"user": "", "passwd": ""}, (404, "AuthDeny", "No such user.")),
    ({"user": "root", "passwd": "x"}, (403, "AuthDeny", "Incorrect password.")),
    ({"user": "root", "passwd": ""}, (403, "AuthDeny", "Incorrect password.")),
    ({"user": "locked", "passwd": "pw"}, (403, "AuthDeny", "User is locked.")),
    ({"user": "locked", "passwd": "wrong"}, (403, "AuthDeny", "User is locked.")),
]
SCHEMA_REFUSALS = [
    ({}, "\"data must contain ['passwd', 'user'] properties\" name='data'"),
    ({"user": "root"}, "\"data must contain ['passwd'] properties\" name='data'"),
    ({"passwd": "secret"}, "\"data must contain ['user'] properties\" name='data'"),
    ({"user": "root", "passwd": "secret", "x": 1}, "\"data must not contain {'x'} properties\" name='data'"),
    ({"user": 5, "passwd": "secret"}, "'data.user must be string' name='data.user'"),
    ({"user": "root", "passwd": None}, "'data.passwd must be string' name='data.passwd'"),
    ([], "'data must be object' name='data'"),
    (5, "'data must be object' name='data'"),
    ("x", "'data must be object' name='data'"),
]


@pytest.mark.parametrize(("body", "refusal"), LOGIN_REFUSALS, ids=str)
async def test_login_refuses(body: dict[str, str], refusal: tuple[int, str, str], root: Client) -> None:
    locked = await root.make_user("locked")
    await root.post(f"/auth/user/{locked['iden']}", {"locked": True})
    answer = await Client(root.session, root.url).post("/login", body)
    assert answer.refusal == refusal
    assert "Www-Authenticate" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("body", "mesg"), SCHEMA_REFUSALS, ids=str)
async def test_login_checks_its_body(body: object, mesg: str, nobody: Client) -> None:
    assert (await nobody.post("/login", body)).refusal == (400, "SchemaViolation", f"SchemaViolation: mesg={mesg}")


async def test_login_refuses_null(nobody: Client) -> None:
    answer = await nobody.post("/login", b"null")
    assert answer.refusal == (400, "SchemaViolation", "SchemaViolation: mesg='data must be object' name='data'")


async def test_a_key_acts_as_its_user(root: Client) -> None:
    bob = await root.make_user("bob")
    key, _ = await root.make_key("bob")
    assert len(key) == 44
    for name in ("X-API-KEY", "x-api-key", "X-Api-Key"):
        keyed = Client(root.session, root.url, None, {name: key})
        assert (await keyed.get("/auth/users")).status == 200
        mesg = f"User {bob['iden']} (bob) is not an admin."
        assert (await keyed.post("/auth/adduser", {"name": "x"})).refusal == (403, "AuthDeny", mesg)


async def test_a_key_beats_basic_even_when_it_is_wrong(root: Client) -> None:
    await root.make_user("bob")
    key, _ = await root.make_key("bob")
    assert (await root.post("/auth/adduser", {"name": "x"}, headers={"X-API-KEY": key})).status == 403
    flipped = base64.urlsafe_b64decode(key)
    wrong = base64.urlsafe_b64encode(flipped[:-1] + bytes([flipped[-1] ^ 1])).decode()
    unknown = base64.urlsafe_b64encode(bytes([flipped[0] ^ 1]) + flipped[1:]).decode()
    for bad in ("", "newp", wrong, unknown, key[:-4], key + "AAAA", "é", "=" * 44):
        answer = await root.get("/auth/users", headers={"X-API-KEY": bad})
        assert answer.refusal == NOT_LOGGED_IN, bad
        assert answer.headers["Www-Authenticate"] == "Basic realm=synapse"


async def test_a_key_expires(launch: Launch, client_of: ClientOf) -> None:
    clock = Clock(NOW_MS)
    nobody = client_of(await launch(clock=clock))
    key, info = await nobody.as_user("root", "secret").make_key("root", name="short", duration=1000)
    assert list(info) == ["iden", "name", "user", "created", "updated", "expires"]
    assert (info["name"], info["created"], info["updated"], info["expires"]) == ("short", NOW_MS, NOW_MS, NOW_MS + 1000)
    keyed = nobody.with_headers(X_API_KEY=key)
    clock.advance(999)
    assert (await keyed.get("/auth/users")).status == 200
    clock.advance(1)
    assert (await keyed.get("/auth/users")).refusal == NOT_LOGGED_IN


async def test_a_key_of_a_locked_user_sleeps(root: Client) -> None:
    bob = await root.make_user("bob")
    key, _ = await root.make_key("bob")
    keyed = root.with_headers(X_API_KEY=key)
    await root.post(f"/auth/user/{bob['iden']}", {"locked": True})
    assert (await keyed.get("/auth/users")).refusal == NOT_LOGGED_IN
    assert (await root.as_user("bob", "pw").get("/auth/users")).refusal == NOT_LOGGED_IN
    await root.post(f"/auth/user/{bob['iden']}", {"locked": False})
    assert (await keyed.get("/auth/users")).status == 200


async def test_a_onepass_opens_once_beside_the_password(root: Client) -> None:
    bob = await root.make_user("bob")
    for door in ("login", "basic"):
        onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"]})).result
        assert len(onepass) == 32
        assert int(onepass, 16) >= 0
        assert (await root.as_user("bob", "pw").get("/auth/users")).status == 200
        opened = [await root.login("bob", onepass), await root.login("bob", onepass)]
        if door == "basic":
            onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"]})).result
            opened = [await root.as_user("bob", onepass).get("/auth/users") for _ in range(2)]
        assert [each.status == 200 for each in opened] == [True, False]
        assert (await root.login("bob", "pw")).status == 200


async def test_a_onepass_ends_with_its_time(launch: Launch, client_of: ClientOf) -> None:
    clock = Clock(NOW_MS)
    root = client_of(await launch(clock=clock)).as_user("root", "secret")
    bob = await root.make_user("bob")
    for body, lifetime_ms in (({}, 600_000), ({"duration": 5000}, 5000)):
        onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"], **body})).result
        clock.advance(lifetime_ms)
        assert (await root.login("bob", onepass)).refusal == (403, "AuthDeny", "Incorrect password.")
        onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"], **body})).result
        clock.advance(lifetime_ms - 1)
        assert (await root.login("bob", onepass)).status == 200


@pytest.mark.parametrize("duration", [10**30, 1e300])
async def test_a_time_beyond_all_times_is_the_last_one(duration: float, root: Client) -> None:
    bob = await root.make_user("bob")
    onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"], "duration": duration})).result
    assert (await root.login("bob", onepass)).status == 200
    onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"], "duration": -duration})).result
    assert (await root.login("bob", onepass)).refusal == (403, "AuthDeny", "Incorrect password.")


async def test_a_key_for_longer_than_all_times_is_good(root: Client) -> None:
    key, _ = await root.make_key("root", duration=10**30)
    keyed = root.with_headers(X_API_KEY=key)
    assert (await keyed.get("/auth/users")).status == 200


async def test_a_onepass_does_not_open_a_locked_account(root: Client) -> None:
    bob = await root.make_user("bob")
    onepass = (await root.post("/auth/onepass/issue", {"user": bob["iden"]})).result
    await root.post(f"/auth/user/{bob['iden']}", {"locked": True})
    assert (await root.login("bob", onepass)).refusal == (403, "AuthDeny", "User is locked.")
    assert (await root.as_user("bob", onepass).get("/auth/users")).status == 401


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"user": "newp"}, (404, "NoSuchUser", "The user iden does not exist.")),
        ({}, (404, "NoSuchUser", "The user iden does not exist.")),
        ({"user": 5}, (404, "NoSuchUser", "The user iden does not exist.")),
        ({"user": ROOT, "duration": "x"}, (400, "BadArg", "The duration must be a number of milliseconds.")),
        ({"user": ROOT, "duration": True}, (400, "BadArg", "The duration must be a number of milliseconds.")),
    ],
    ids=str,
)
async def test_onepass_refuses(body: dict[str, object], refusal: tuple[int, str, str], root: Client) -> None:
    if body.get("user") == ROOT:
        body = {**body, "user": (await root.user("root"))["iden"]}
    assert (await root.post("/auth/onepass/issue", body)).refusal == refusal


async def test_what_is_open_to_everybody(nobody: Client) -> None:
    wrong = nobody.as_user("root", "wrong")
    assert (await wrong.get("/active")).result == {"active": True}
    robots = await wrong.get("/robots.txt")
    assert robots.body == b"User-agent: *\nDisallow: /\n"
    assert robots.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert (await wrong.get("/logout")).result is True


async def test_the_healthcheck_needs_a_permission(root: Client) -> None:
    bob = await root.make_user("bob")
    as_bob = root.as_user("bob", "pw")
    assert (await Client(root.session, root.url).get("/healthcheck")).refusal == NOT_LOGGED_IN
    assert (await as_bob.get("/healthcheck")).refusal == (
        403,
        "AuthDeny",
        "User (bob) must have permission health",
    )
    await root.post(f"/auth/user/{bob['iden']}", {"rules": [[True, ["health"]]]})
    found = (await as_bob.get("/healthcheck")).result
    component = {"status": "nominal", "name": "cortex", "mesg": "", "data": {}}
    assert found == {"iden": found["iden"], "components": [component], "status": "nominal"}
    assert len(found["iden"]) == 32
