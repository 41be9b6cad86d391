"""Users of Sycope made over the control plane."""

from typing import Any

import aiohttp
import pytest

from .asking import Client

USERS = "/_deadringer/sycope/users"
LISTING = "/npm/api/v1/config-elements"


async def opens(client: Client, name: str, password: str) -> bool:
    answer = await client.get(LISTING, Authorization=aiohttp.encode_basic_auth(name, password))
    assert answer.status in (200, 401)
    return answer.status == 200


async def test_a_user_is_made_with_what_is_said_and_the_rest_by_default(client: Client) -> None:
    answer = await client.post(USERS, {"name": "bob", "password": "pw"})
    assert (answer.status, answer.json) == (201, {"name": "bob", "roles": ["ROLE_USER"], "locked": False})
    answer = await client.post(USERS, {"name": "ann", "roles": ["SOC", "ROLE_USER", "SOC"], "locked": True})
    assert (answer.status, answer.json) == (201, {"name": "ann", "roles": ["SOC", "ROLE_USER"], "locked": True})
    assert [user["name"] for user in (await client.get(USERS)).json["users"]] == ["admin", "ann", "bob"]
    assert await opens(client, "bob", "pw")
    assert not await opens(client, "ann", "")


async def test_a_user_is_changed_key_by_key(client: Client) -> None:
    await client.post(USERS, {"name": "bob", "password": "one", "roles": ["SOC"]})
    answer = await client.post(USERS, {"name": "bob", "password": "two"})
    assert (answer.status, answer.json) == (200, {"name": "bob", "roles": ["SOC"], "locked": False})
    assert [await opens(client, "bob", password) for password in ("one", "two")] == [False, True]
    await client.post(USERS, {"name": "bob", "locked": True})
    assert not await opens(client, "bob", "two")
    await client.post(USERS, {"name": "bob", "locked": False})
    assert await opens(client, "bob", "two")


async def test_a_lock_ends_the_sessions_that_are_open(client: Client) -> None:
    await client.post(USERS, {"name": "bob", "password": "pw"})
    login = await client.post("/npm/api/v1/login", {"username": "bob", "password": "pw"})
    cookie = login.headers["Set-Cookie"].partition(";")[0]
    assert (await client.get(LISTING, Cookie=cookie)).status == 200
    await client.post(USERS, {"name": "bob", "locked": True})
    assert (await client.get(LISTING, Cookie=cookie)).status == 401
    refused = await client.post("/npm/api/v1/login", {"username": "bob", "password": "pw"})
    assert (refused.status, refused.json["code"]) == (401, "UNAUTHORIZED")


async def test_the_role_of_administrators_makes_one_until_it_is_taken(client: Client) -> None:
    index = {"name": "private", "fields": [{"name": "timestamp", "type": "long"}]}
    admin = aiohttp.encode_basic_auth("admin", "qwerty")
    assert (await client.post("/npm/api/v1/config-element-index/user-index", index, Authorization=admin)).status == 200
    for roles, total in ((["ROLE_ADMIN"], 1), (["ROLE_USER"], 0)):
        await client.post(USERS, {"name": "bob", "password": "pw", "roles": roles})
        answer = await client.get(LISTING, Authorization=aiohttp.encode_basic_auth("bob", "pw"))
        assert answer.json["total"] == total


async def test_each_world_has_its_own(client: Client) -> None:
    await client.make_world(name="other")
    await client.in_world("other").post(USERS, {"name": "bob"})
    assert len((await client.get(USERS)).json["users"]) == 1
    assert len((await client.in_world("other").get(USERS)).json["users"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": 5},
        {"name": ""},
        {"name": "x" * 256},
        {"name": "a\nb"},
        {"name": "bob", "password": 5},
        {"name": "bob", "roles": "SOC"},
        {"name": "bob", "roles": [5]},
        {"name": "bob", "roles": [""]},
        {"name": "bob", "locked": 1},
        {"name": "bob", "admin": True},
    ],
)
async def test_what_is_refused(client: Client, body: Any) -> None:
    assert (await client.post(USERS, body)).refusal == (400, "BAD_REQUEST")
    assert len((await client.get(USERS)).json["users"]) == 1


@pytest.mark.parametrize(
    "body",
    [{"name": "ROLE_USER"}, {"name": "bob", "roles": ["admin"]}, {"name": "bob", "roles": ["bob"]}],
)
async def test_no_name_is_a_users_and_a_roles(client: Client, body: Any) -> None:
    assert (await client.post(USERS, body)).refusal == (409, "CONFLICT")
