"""Permissions: who may do what to a config element (reference: Permissions)."""

from typing import Any

import pytest

from .conftest import INDEX, Answer, Client, Others

INDEXES = "/config-element-index/user-index"
PUBLIC = [{"sid": "ROLE_USER", "perms": ["VIEW"]}]


def path(iden: str, category: str = "userIndex.index") -> str:
    return f"/permissions/CONFIGURATION.{category}/{iden}"


def grant(sid: str, *perms: str) -> dict[str, Any]:
    return {"sid": sid, "perms": list(perms)}


async def share(client: Client, iden: str, *grants: dict[str, Any]) -> None:
    answer = await client.ask("PUT", path(iden), json=list(grants))
    assert (answer.status, answer.body["sidPerms"]) == (200, list(grants))


async def seen(client: Client) -> list[str]:
    answer = await client.ask("GET", "/config-elements")
    assert len(answer.body["data"]) == answer.body["total"]
    return [element["config"]["name"] for element in answer.body["data"]]


async def tried(client: Client, iden: str) -> dict[str, int]:
    """What a client gets for each thing that can be done to an index, deleting last."""
    fields = [*INDEX["fields"], {"name": "more", "type": "int"}]
    answers: dict[str, Answer] = {
        "show": await client.ask("GET", f"/config-element/{iden}"),
        "show as index": await client.ask("GET", f"{INDEXES}/{iden}"),
        "permissions": await client.ask("GET", path(iden)),
        "inject": await client.inject(["timestamp"], [[1]]),
        "modify": await client.ask("PUT", f"{INDEXES}/{iden}", json={**INDEX, "fields": fields}),
        "share": await client.ask("PUT", path(iden), json=PUBLIC),
        "delete as index": await client.ask("DELETE", f"{INDEXES}/{iden}"),
    }
    if answers["delete as index"].status != 200:
        answers["delete"] = await client.ask("DELETE", f"/config-element/{iden}")
    return {name: answer.status for name, answer in answers.items()}


async def test_a_new_element_is_private_and_says_whose_it_is(client: Client) -> None:
    iden = await client.make_index()
    expected = {"objectId": iden, "objectType": "CONFIGURATION.userIndex.index", "owner": "admin", "sidPerms": []}
    assert (await client.ask("GET", path(iden))).body == expected


async def test_public_and_private_are_said_as_clients_say_them(client: Client) -> None:
    iden = await client.make_index()
    before = (await client.ask("GET", f"/config-element/{iden}")).body
    for wanted in (PUBLIC, [], PUBLIC):
        answer = await client.ask("PUT", path(iden), json=wanted)
        assert (answer.status, answer.body["objectId"], answer.body["sidPerms"]) == (200, iden, wanted)
        assert (await client.ask("GET", path(iden))).body == answer.body
    assert (await client.ask("GET", f"/config-element/{iden}")).body == before


async def test_what_is_private_does_not_exist_for_others(client: Client, others: Others) -> None:
    iden = await client.make_index()
    bob = await others("bob")
    assert await seen(bob) == []
    assert set((await tried(bob, iden)).values()) == {404}
    assert await seen(client) == [INDEX["name"]]


async def test_its_name_is_taken_all_the_same(client: Client, others: Others) -> None:
    await client.make_index()
    answer = await (await others("bob")).ask("POST", INDEXES, json=INDEX)
    assert (answer.status, answer.body["code"]) == (409, "CONFLICT")


async def test_the_owner_may_do_everything_and_so_may_administrators(client: Client, others: Others) -> None:
    bob, root = await others("bob"), await others("root", roles=["ROLE_ADMIN"])
    for who in (bob, client, root):
        iden = await bob.make_index()
        assert (await bob.ask("GET", path(iden))).body["owner"] == "bob"
        assert set((await tried(who, iden)).values()) == {200}


@pytest.mark.parametrize(
    ("perms", "allowed"),
    [
        (["VIEW"], set()),
        (["EDIT"], {"inject", "modify"}),
        (["VIEW", "EDIT"], {"inject", "modify"}),
        (["DELETE"], {"delete as index"}),
    ],
)
async def test_each_permission_allows_what_it_says_and_to_view(
    client: Client, others: Others, perms: list[str], allowed: set[str]
) -> None:
    iden = await client.make_index()
    await share(client, iden, grant("ROLE_USER", *perms))
    bob = await others("bob")
    assert await seen(bob) == [INDEX["name"]]
    found = await tried(bob, iden)
    viewing = {"show", "show as index", "permissions"}
    assert {name for name, status in found.items() if status == 200} == allowed | viewing
    # Once it is deleted, nothing is left to be refused.
    assert {status for name, status in found.items() if name not in allowed | viewing} <= {403}


async def test_grants_name_users_and_roles_of_our_own(client: Client, others: Others) -> None:
    soc, bob, eve = await others("ann", roles=["SOC"]), await others("bob"), await others("eve", roles=["OTHER"])
    for name, sid in (("a", "SOC"), ("b", "bob"), ("c", "ROLE_USER")):
        await share(client, await client.make_index(name=name), grant(sid, "VIEW"))
    await share(client, await client.make_index(name="d"), grant("SOC", "VIEW"), grant("bob", "EDIT"))
    assert [await seen(who) for who in (soc, bob, eve)] == [["a", "c", "d"], ["b", "c", "d"], ["c"]]


async def test_a_listing_counts_and_pages_only_what_is_visible(client: Client, others: Others) -> None:
    for number in range(4):
        iden = await client.make_index(name=str(number))
        if number % 2:
            await share(client, iden, *PUBLIC)
    answer = await (await others("bob")).ask("GET", "/config-elements", params={"offset": 1, "limit": 5})
    assert ([each["config"]["name"] for each in answer.body["data"]], answer.body["total"]) == (["3"], 2)


async def test_who_loses_a_permission_loses_the_sight(client: Client, others: Others) -> None:
    iden, bob = await client.make_index(), await others("bob")
    await share(client, iden, *PUBLIC)
    assert await seen(bob) == [INDEX["name"]]
    await share(client, iden)
    assert await seen(bob) == []


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, [""]),
        ("VIEW", [""]),
        ([5], ["[0]"]),
        ([{}], ["[0].sid", "[0].perms"]),
        ([grant("ROLE_USER", "VIEW"), grant("nobody", "VIEW")], ["[1].sid"]),
        ([{"sid": 5, "perms": ["VIEW"]}], ["[0].sid"]),
        ([grant("ROLE_USER")], ["[0].perms"]),
        ([{"sid": "ROLE_USER", "perms": "VIEW"}], ["[0].perms"]),
        ([grant("ROLE_USER", "VIEW", "FLY", "VIEW")], ["[0].perms[1]", "[0].perms[2]"]),
        ([{"sid": "ROLE_USER", "perms": [["VIEW"]]}], ["[0].perms[0]"]),
        ([*PUBLIC, *PUBLIC], ["[1].sid"]),
        ([{**PUBLIC[0], "more": 1}], ["[0].more"]),
    ],
)
async def test_what_is_wrong_with_permissions_is_listed_by_path(client: Client, body: Any, paths: list[str]) -> None:
    iden = await client.make_index()
    await share(client, iden, *PUBLIC)
    answer = await client.ask("PUT", path(iden), json=body)
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR")
    assert [problem["path"] for problem in answer.body["errors"]] == paths
    assert (await client.ask("GET", path(iden))).body["sidPerms"] == PUBLIC


async def test_an_element_has_permissions_under_its_own_category_only(client: Client) -> None:
    iden = await client.make_index()
    wrong = [
        path(iden, "lookup.lookup"),
        path("nothing"),
        f"/permissions/userIndex.index/{iden}",
        f"/permissions/x/{iden}",
    ]
    for each in wrong:
        for method in ("GET", "PUT"):
            assert (await client.ask(method, each, json=[])).status == 404


async def test_permissions_go_with_a_copy_of_the_world(client: Client, others: Others) -> None:
    iden = await client.make_index()
    await share(client, iden, *PUBLIC)
    await client.ask("POST", "/_deadringer/worlds", json={"name": "copy", "from": "default"})
    answer = await client.ask("GET", path(iden), headers={"X-Deadringer-World": "copy"})
    assert answer.body["sidPerms"] == PUBLIC
