"""Roles over HTTP, and who has them (reference 3.7, 3.8)."""

from typing import Any

import pytest

from .asking import Client


async def role_named(client: Client, name: str) -> dict[str, Any]:
    roles: list[dict[str, Any]] = (await client.get("/auth/roles")).result
    return next(role for role in roles if role["name"] == name)


async def test_a_new_cortex_has_root_and_all(root: Client) -> None:
    every = await role_named(root, "all")
    first = await root.user("root")
    gates = set(first["authgates"])
    assert len(gates) == 2
    assert all(gate == {"admin": True} for gate in first["authgates"].values())
    assert (first["admin"], first["roles"]) == (True, [])
    assert set(every["authgates"]) == gates
    granted = sorted(gate["rules"][0][1] for gate in every["authgates"].values())
    assert granted == [["layer", "read"], ["view", "read"]]
    assert list(every) == ["type", "iden", "name", "rules", "authgates"]


async def test_adding_a_role(root: Client) -> None:
    ignored = {"iden": "0" * 32, "authgates": {"x": {}}, "x": 1, "admin": True}
    made = (await root.post("/auth/addrole", {"name": "ninjas", "rules": [[True, ["a"]]], **ignored})).result
    assert made == {"type": "role", "iden": made["iden"], "name": "ninjas", "rules": [[True, ["a"]]], "authgates": {}}
    assert made["iden"] != "0" * 32
    assert (await root.get(f"/auth/role/{made['iden']}")).result == made
    names = [role["name"] for role in (await root.get("/auth/roles")).result]
    assert names == ["all", "ninjas"]


ADDROLE_REFUSALS: list[tuple[dict[str, Any], tuple[int, str, str | None]]] = [
    ({}, (400, "MissingField", 'The addrole API requires a "name" argument.')),
    ({"name": None}, (400, "MissingField", 'The addrole API requires a "name" argument.')),
    ({"name": "all"}, (400, "DupRole", "A role named all already exists.")),
    ({"name": "all", "rules": "bad"}, (400, "DupRole", "A role named all already exists.")),
    ({"name": 5}, (400, "BadArg", None)),
    ({"name": "x", "rules": "bad"}, (400, "BadArg", None)),
    ({"name": "x", "rules": [[True, []]]}, (400, "BadArg", None)),
]


@pytest.mark.parametrize(("body", "refusal"), ADDROLE_REFUSALS, ids=str)
async def test_addrole_refuses_and_stores_nothing(
    body: dict[str, Any], refusal: tuple[int, str, str | None], root: Client
) -> None:
    answer = (await root.post("/auth/addrole", body)).refusal
    assert answer[:2] == refusal[:2]
    assert refusal[2] in (None, answer[2])
    assert [role["name"] for role in (await root.get("/auth/roles")).result] == ["all"]


async def test_changing_a_role_takes_rules_and_ignores_the_name(root: Client) -> None:
    made = (await root.post("/auth/addrole", {"name": "ninjas"})).result
    path = f"/auth/role/{made['iden']}"
    rules = [[True, ["a", "b"]], [False, ["c"]]]
    assert (await root.post(path, {"name": "x", "rules": rules, "admin": True})).result == {**made, "rules": rules}
    for nothing in ({}, {"rules": None}, {"gate": "newp"}, {"name": "x"}):
        assert (await root.post(path, nothing)).result == {**made, "rules": rules}
    assert (await root.post(path, {"rules": []})).result == made


async def test_changing_a_role_on_a_gate(root: Client) -> None:
    gate = sorted((await root.user("root"))["authgates"])[0]
    made = (await root.post("/auth/addrole", {"name": "ninjas"})).result
    path = f"/auth/role/{made['iden']}"
    rules = [[False, ["x"]]]
    assert (await root.post(path, {"gate": gate, "rules": []})).result == made
    granted = {**made, "authgates": {gate: {"rules": rules}}}
    assert (await root.post(path, {"gate": gate, "rules": rules})).result == granted
    for body in ({"gate": "newp", "rules": []}, {"gate": 5, "rules": []}):
        assert (await root.post(path, body)).refusal[:2] == (404, "NoSuchAuthGate")
    assert (await root.post(path, {"gate": gate, "rules": [5]})).refusal[:2] == (400, "BadArg")
    assert (await root.get(path)).result == granted


async def test_deleting_a_role_takes_it_from_its_users(root: Client) -> None:
    bob = await root.make_user("bob")
    made = (await root.post("/auth/addrole", {"name": "ninjas"})).result
    granted = (await root.post("/auth/grant", {"user": bob["iden"], "role": made["iden"]})).result
    assert granted["roles"] == [*bob["roles"], made["iden"]]
    assert (await root.post("/auth/delrole", {"name": "ninjas"})).result is None
    assert (await root.get(f"/auth/user/{bob['iden']}")).result == bob
    assert (await root.get(f"/auth/role/{made['iden']}")).status == 404
    assert (await root.post("/auth/delrole", {"name": "ninjas"})).refusal == (
        404,
        "NoSuchRole",
        "The role ninjas does not exist!",
    )


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "MissingField", 'The delrole API requires a "name" argument.')),
        ({"name": None}, (400, "MissingField", 'The delrole API requires a "name" argument.')),
        ({"name": "newp"}, (404, "NoSuchRole", "The role newp does not exist!")),
        ({"name": 5}, (404, "NoSuchRole", "The role 5 does not exist!")),
        ({"name": "all"}, (400, "BadArg", "The role all cannot be deleted.")),
    ],
    ids=str,
)
async def test_delrole_refuses(body: dict[str, Any], refusal: tuple[int, str, str], root: Client) -> None:
    assert (await root.post("/auth/delrole", body)).refusal == refusal
    assert [role["name"] for role in (await root.get("/auth/roles")).result] == ["all"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_granting_and_revoking_twice_changes_nothing_more(method: str, root: Client) -> None:
    bob = await root.make_user("bob")
    made = (await root.post("/auth/addrole", {"name": "ninjas"})).result
    pair = {"user": bob["iden"], "role": made["iden"]}
    for _ in range(2):
        granted = (await root.ask(method, "/auth/grant", pair)).result
        assert granted == {**bob, "roles": [*bob["roles"], made["iden"]]}
    for _ in range(2):
        assert (await root.ask(method, "/auth/revoke", pair)).result == bob


@pytest.mark.parametrize("path", ["/auth/grant", "/auth/revoke"])
async def test_grant_and_revoke_refuse_the_user_first(path: str, root: Client) -> None:
    bob = await root.make_user("bob")
    made = (await root.post("/auth/addrole", {"name": "ninjas"})).result
    cases: list[tuple[dict[str, Any], tuple[int, str, str]]] = [
        ({"user": "newp", "role": "newp"}, (404, "NoSuchUser", "User iden newp not found.")),
        ({"user": "bob", "role": made["iden"]}, (404, "NoSuchUser", "User iden bob not found.")),
        ({"user": bob["iden"], "role": "ninjas"}, (404, "NoSuchRole", "Role iden ninjas not found.")),
        ({"user": bob["iden"]}, (404, "NoSuchRole", "Role iden None not found.")),
        ({"role": made["iden"]}, (404, "NoSuchUser", "User iden None not found.")),
        ({"user": [], "role": {}}, (404, "NoSuchUser", "User iden [] not found.")),
    ]
    for body, refusal in cases:
        assert (await root.post(path, body)).refusal == refusal
    assert (await root.get(f"/auth/user/{bob['iden']}")).result == bob


async def test_all_cannot_be_revoked(root: Client) -> None:
    bob = await root.make_user("bob")
    pair = {"user": bob["iden"], "role": bob["roles"][0]}
    assert (await root.post("/auth/revoke", pair)).refusal == (400, "BadArg", "The role all cannot be revoked.")
    assert (await root.get(f"/auth/user/{bob['iden']}")).result == bob


async def test_a_role_gives_its_permissions_until_it_is_revoked(root: Client) -> None:
    bob = await root.make_user("bob")
    made = (await root.post("/auth/addrole", {"name": "health", "rules": [[True, ["health"]]]})).result
    pair = {"user": bob["iden"], "role": made["iden"]}
    as_bob = root.as_user("bob", "pw")
    assert (await as_bob.get("/healthcheck")).status == 403
    await root.post("/auth/grant", pair)
    assert (await as_bob.get("/healthcheck")).status == 200
    await root.post(f"/auth/user/{bob['iden']}", {"rules": [[False, ["health"]]]})
    assert (await as_bob.get("/healthcheck")).status == 403
    await root.post(f"/auth/user/{bob['iden']}", {"rules": []})
    await root.post("/auth/revoke", pair)
    assert (await as_bob.get("/healthcheck")).status == 403
