"""Config elements of any category, loaded as the product exports them."""

from typing import Any

import pytest
from deadringer.server.running import RunningServer
from deadringer.server.sycope.access import Viewer

from .conftest import INDEX, Client, Others
from .test_pipeline import rows

ELEMENTS = "/_deadringer/sycope/elements"
DASHBOARD: dict[str, Any] = {
    "id": "65adb33f-cb50dadf-8bf808d8",
    "category": "dashboard.dashboard",
    "module": "npm",
    "created": 1746823609965,
    "createdBy": "admin",
    "modified": 1746823609999,
    "modifiedBy": "bob",
    "annotations": {"a": [1]},
    "miscData": "x",
    "attributes": {"defaultColumns": []},
    "singleConfigurationInstance": True,
    "tags": ["t"],
    "config": {"name": "overview", "widgets": [{"nql": 'src stream="netflow"'}]},
}
MACRO: dict[str, Any] = {"category": "nql.macro", "config": {"name": "DNS", "query": "serverPort=53"}}
LOOKUP: dict[str, Any] = {
    "category": "lookup.lookup",
    "config": {"name": "groups-private", "type": "subnet"},
    "file": {"columns": ["cidr"], "rows": [["10.0.0.0/8"]]},
    "sidPerms": [{"sid": "ROLE_USER", "perms": ["VIEW"]}],
}


async def load(client: Client, *items: Any) -> list[str]:
    answer = await client.ask("POST", ELEMENTS, json={"data": items, "total": len(items)})
    assert answer.status == 201, answer.body
    ids: list[str] = answer.body["ids"]
    return ids


async def listed(client: Client, **query: str) -> Any:
    return (await client.ask("GET", "/config-elements", params=query)).body


async def test_an_element_of_any_category_is_shown_as_it_was_exported(client: Client) -> None:
    assert await load(client, DASHBOARD) == [DASHBOARD["id"]]
    assert await listed(client, filter='tags = ["t"] and widgets = null') == {"data": [], "total": 0}
    assert await listed(client, filter='name = "overview"') == {"data": [DASHBOARD], "total": 1}
    assert (await client.ask("GET", f"/config-element/{DASHBOARD['id']}")).body == DASHBOARD
    assert (await client.ask("DELETE", f"/config-element/{DASHBOARD['id']}")).status == 200
    assert (await listed(client))["total"] == 0


async def test_what_an_element_leaves_out_is_made(client: Client) -> None:
    (iden,) = await load(client, MACRO)
    (found,) = (await listed(client))["data"]
    assert (found["id"], found["createdBy"], found["config"]) == (iden, "admin", MACRO["config"])
    assert int(iden[:8], 16) == found["created"] // 1000
    assert (found["created"], found["createdBy"]) == (found["modified"], found["modifiedBy"])


async def test_an_index_gets_its_table(client: Client) -> None:
    (iden,) = await load(client, {"category": "userIndex.index", "config": INDEX})
    assert (await client.inject(["timestamp"], [[1]])).status == 200
    assert (await client.rows())["total"] == 1
    assert (await client.ask("DELETE", f"/config-element-index/user-index/{iden}")).status == 200


async def test_a_lookup_is_there_for_queries_and_for_its_path(client: Client, server: RunningServer) -> None:
    (iden,) = await load(client, LOOKUP)
    shown = (await client.ask("GET", f"/config-element-lookup/subnet/{iden}")).body
    assert (shown["config"], shown["file"]) == (LOOKUP["config"], LOOKUP["file"])
    bob = Viewer("bob", frozenset(("ROLE_USER",)), False)
    table = server.server.worlds.get("default").sycope.lookups.find("groups-private", bob)
    assert table is not None
    assert next(table.find({"cidr": "10.1.1.1"})) == {"cidr": "10.0.0.0/8"}


@pytest.mark.parametrize("kind", ["csvFile", "subnet"])
async def test_a_lookup_that_came_without_its_file_is_empty_until_it_gets_one(client: Client, kind: str) -> None:
    config = {"name": "x", "type": kind, "types": ["string", "int"]}
    (iden,) = await load(client, {"category": "lookup.lookup", "config": config})
    path = f"/config-element-lookup/{kind}/{iden}"
    shown = (await client.ask("GET", path)).body
    assert (shown["config"], shown["file"]) == (config, {"columns": [], "rows": []})
    asked = 'records {"a": "10.0.0.0/8"} | set v=lookup("x", "n", {"k": a}), k=lookupKeyExists("x", {"k": a})'
    assert await rows(client, asked) == [{"a": "10.0.0.0/8", "v": None, "k": False}]
    file = {"columns": ["k", "n"], "rows": [["10.0.0.0/8", "7"]]}
    assert (await client.ask("PUT", path, json={"config": config, "file": file})).status == 200
    assert await rows(client, asked) == [{"a": "10.0.0.0/8", "v": 7, "k": True}]


async def test_a_lookup_that_does_not_say_its_kind_is_a_csv_file(client: Client) -> None:
    (iden,) = await load(client, {"category": "lookup.lookup", "config": {"name": "x"}})
    assert (await client.ask("GET", f"/config-element-lookup/csvFile/{iden}")).status == 200


async def test_a_lookup_of_another_kind_is_an_element_only(client: Client) -> None:
    compound = {**LOOKUP, "config": {"name": "y", "type": "compound"}}
    (iden,) = await load(client, compound)
    assert (await client.ask("GET", f"/config-element/{iden}")).status == 200
    assert (await client.ask("GET", f"/config-element-lookup/csvFile/{iden}")).status == 404


async def test_an_export_of_one_server_can_be_loaded_into_another(client: Client) -> None:
    await load(client, DASHBOARD, MACRO)
    await client.make_index()
    export = await listed(client)
    await client.ask("POST", "/_deadringer/worlds", json={"name": "other"})
    other = {"X-Deadringer-World": "other", "Authorization": "Basic YWRtaW46cXdlcnR5"}
    assert (await client.ask("POST", ELEMENTS, json=export, headers=other)).status == 201
    assert (await client.ask("GET", "/config-elements", headers=other)).body == export


async def test_owner_and_permissions_hold(client: Client, others: Others) -> None:
    bob = await others("bob")
    public = {**MACRO, "sidPerms": [{"sid": "ROLE_USER", "perms": ["VIEW"]}]}
    await load(client, DASHBOARD, public, {**MACRO, "createdBy": "bob", "config": {"name": "mine"}})
    assert [element["config"]["name"] for element in (await listed(bob))["data"]] == ["DNS", "mine"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (5, "data[1]"),
        ({"config": {}}, "data[1].category"),
        ({**MACRO, "config": []}, "data[1].config"),
        ({**MACRO, "id": 5}, "data[1].id"),
        ({**MACRO, "created": "now"}, "data[1].created"),
        ({**MACRO, "modified": 2**70}, "data[1].modified"),
        ({**MACRO, "module": 5}, "data[1].module"),
        ({**MACRO, "createdBy": ""}, "data[1].createdBy"),
        ({**MACRO, "sidPerms": [{"sid": "nobody", "perms": ["VIEW"]}]}, "data[1].sidPerms[0].sid"),
        ({"category": "userIndex.index", "config": {"name": "x"}}, "data[1].config.fields"),
        ({**LOOKUP, "file": {"columns": ["a"], "rows": [["x"]]}}, "data[1].file.rows[0][0]"),
    ],
)
async def test_all_are_loaded_or_none(client: Client, item: Any, path: str) -> None:
    answer = await client.ask("POST", ELEMENTS, json={"data": [MACRO, item]})
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR")
    assert answer.body["message"].startswith(f"{path}: ")
    assert (await listed(client))["total"] == 0


@pytest.mark.parametrize("items", [[DASHBOARD, DASHBOARD], [LOOKUP, LOOKUP]], ids=["id", "name"])
async def test_an_id_or_name_that_is_taken_is_a_conflict(client: Client, items: list[Any]) -> None:
    answer = await client.ask("POST", ELEMENTS, json={"data": items})
    assert (answer.status, answer.body["code"]) == (409, "CONFLICT")
    assert (await listed(client))["total"] == 0
