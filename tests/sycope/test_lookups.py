"""Lookups: what can be made, how it is shown, what is refused (reference: Lookups)."""

import asyncio
import io
import json
from typing import Any

import pytest

from .conftest import Answer, Client, Others

CSV, SUBNET = "/config-element-lookup/csvFile", "/config-element-lookup/subnet"
CONFIG: dict[str, Any] = {
    "name": "test-csv-file",
    "type": "csvFile",
    "active": True,
    "dataFile": "test-csv-file.csv",
    "delimiter": ",",
    "types": ["ip4", "string"],
}
FILE: dict[str, Any] = {
    "columns": ["ip", "description"],
    "rows": [["8.8.8.8", "Google DNS"], ["192.168.1.1", "Router"], ["192.168.1.100", None]],
}
NETWORKS: dict[str, Any] = {
    "columns": ["cidr", "name"],
    "rows": [["10.0.0.0/8", "private"], ["10.1.0.0/16", "lab"], ["2001:db8::/32", "doc"], ["10.1.2.3", "host"]],
}


def body(**config: Any) -> dict[str, Any]:
    return {"config": {**CONFIG, **config}, "file": FILE}


async def make(client: Client, path: str = CSV, **config: Any) -> str:
    sent = body(**config) if path == CSV else {"config": {"name": "nets", **config}, "file": NETWORKS}
    answer = await client.ask("POST", path, json=sent)
    assert answer.status == 200, answer.body
    iden: str = answer.body["id"]
    return iden


def paths(answer: Answer) -> list[str]:
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR"), answer.body
    return [problem["path"] for problem in answer.body["errors"]]


async def test_config_and_file_come_back_exactly_as_they_went(client: Client) -> None:
    config = {**CONFIG, "more": [1, 1.0, {"a": None}], "big": 2**70, "pair": "\U0001f600"}
    file = {**FILE, "rows": [["a", 1], ["b", 1.0], ["ü", True], ["", -(2**63)], ["x", 2**70]], "extra": "kept"}
    answer = await client.ask("POST", CSV, json={"config": config, "file": file})
    assert list(answer.body) == ["status", "code", "id"]
    found = (await client.ask("GET", f"{CSV}/{answer.body['id']}")).body
    assert (found["config"], found["file"]) == (config, file)
    assert list(found["config"].items()) == list(config.items())
    assert [list(map(type, row)) for row in found["file"]["rows"]] == [list(map(type, row)) for row in file["rows"]]


async def test_an_element_shows_its_file_where_lookups_are_shown_and_nowhere_else(client: Client) -> None:
    iden = await make(client)
    whole = (await client.ask("GET", f"{CSV}/{iden}")).body
    listed = (await client.ask("GET", "/config-elements", params={"filter": 'category = "lookup.lookup"'})).body
    assert listed == {"data": [{key: value for key, value in whole.items() if key != "file"}], "total": 1}
    assert (await client.ask("GET", f"/config-element/{iden}")).body == listed["data"][0]
    assert (whole["category"], whole["createdBy"], whole["file"]) == ("lookup.lookup", "admin", FILE)


async def test_nothing_is_added_to_a_bare_config(client: Client) -> None:
    answer = await client.ask("POST", CSV, json={"config": {"name": "bare"}, "file": {"columns": ["a"], "rows": []}})
    found = (await client.ask("GET", f"{CSV}/{answer.body['id']}")).body
    assert (found["config"], found["file"]) == ({"name": "bare"}, {"columns": ["a"], "rows": []})


async def test_put_replaces_and_takes_what_clients_send_besides(client: Client) -> None:
    iden = await make(client)
    more = {"attributes": {"defaultColumns": []}, "tags": ["a"], "id": iden, "category": "lookup.lookup"}
    file = {"columns": ["a"], "rows": [["1"]]}
    config = {"name": "other", "type": "csvFile", "active": False}
    answer = await client.ask("PUT", f"{CSV}/{iden}", json={"config": config, "file": file, **more})
    assert answer.body == {"status": 200, "code": "OK"}
    found = (await client.ask("GET", f"{CSV}/{iden}")).body
    assert {**found, **more, "config": config, "file": file} == found
    # A client that edits what it was shown sends all of it back.
    found["file"]["rows"].append(["2"])
    assert (await client.ask("PUT", f"{CSV}/{iden}", json=found)).status == 200
    again = (await client.ask("GET", f"{CSV}/{iden}")).body
    assert {**again, "modified": found["modified"]} == found


async def test_a_put_that_is_refused_changes_nothing(client: Client) -> None:
    iden = await make(client)
    before = (await client.ask("GET", f"{CSV}/{iden}")).body
    for wrong in ({**body(), "file": None}, body(types=["ip4"]), body(name=""), {**body(), "id": "x"}):
        assert (await client.ask("PUT", f"{CSV}/{iden}", json=wrong)).status == 422
    await make(client, name="taken")
    assert (await client.ask("PUT", f"{CSV}/{iden}", json=body(name="taken"))).status == 409
    assert (await client.ask("GET", f"{CSV}/{iden}")).body == before


@pytest.mark.parametrize("path", [CSV, SUBNET])
async def test_a_lookup_is_deleted_by_its_path_or_as_any_element(client: Client, path: str) -> None:
    for way in (path, "/config-element"):
        iden = await make(client, path)
        assert (await client.ask("DELETE", f"{way}/{iden}")).body == {"status": 200, "code": "OK"}
        for method in ("GET", "PUT", "DELETE"):
            sent = body() if path == CSV else {"config": {"name": "nets"}, "file": NETWORKS}
            assert (await client.ask(method, f"{path}/{iden}", json=sent)).status == 404


async def test_a_name_is_taken_once_whatever_the_kind_until_it_is_free(client: Client) -> None:
    iden = await make(client, name="hosts & subnets")
    for path, sent in ((CSV, FILE), (SUBNET, NETWORKS)):
        answer = await client.ask("POST", path, json={"config": {"name": "hosts & subnets"}, "file": sent})
        assert (answer.status, answer.body["code"]) == (409, "CONFLICT")
    assert (await client.ask("GET", "/config-elements")).body["total"] == 1
    assert (await client.ask("PUT", f"{CSV}/{iden}", json=body(name="Hosts & subnets"))).status == 200
    assert await make(client, SUBNET, name="hosts & subnets")


async def test_of_many_that_make_the_same_name_at_once_one_does(client: Client) -> None:
    answers = await asyncio.gather(*(client.ask("POST", CSV, json=body()) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 7]
    assert (await client.ask("GET", "/config-elements")).body["total"] == 1


async def test_each_kind_stays_under_its_own_path(client: Client) -> None:
    iden = await make(client)
    assert (await client.ask("GET", f"{SUBNET}/{iden}")).status == 404
    sent = {"config": {"name": "nets"}, "file": NETWORKS}
    assert (await client.ask("PUT", f"{SUBNET}/{iden}", json=sent)).status == 404
    assert (await client.ask("DELETE", f"{SUBNET}/{iden}")).status == 404
    index = await client.make_index()
    for path in (CSV, SUBNET):
        assert (await client.ask("GET", f"{path}/{index}")).status == 404
        assert (await client.ask("DELETE", f"{path}/{index}")).status == 404
    assert (await client.ask("GET", "/config-element-lookup/compound/x")).status == 404


def with_file(**changes: Any) -> dict[str, Any]:
    return {"config": {"name": "x"}, "file": {"columns": ["a", "b"], "rows": [], **changes}}


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ([], [""]),
        ({}, ["config", "file"]),
        ({"config": 5, "file": []}, ["config", "file"]),
        ({**body(), "category": "userIndex.index", "id": "x", "module": 5}, ["category", "id", "module"]),
        (body(name=None), ["config.name"]),
        (body(name="x" * 256), ["config.name"]),
        (body(type="subnet"), ["config.type"]),
        (body(type=["subnet"]), ["config.type"]),
        (body(active="yes", dataFile=1, delimiter=[]), ["config.active", "config.dataFile", "config.delimiter"]),
        (body(types="ip4"), ["config.types"]),
        (body(types=["ip4"]), ["config.types"]),
        (body(types=["ip4", 5]), ["config.types[1]"]),
        (with_file(columns=None), ["file.columns"]),
        (with_file(columns=[]), ["file.columns"]),
        (with_file(columns=["a"] * 1001), ["file.columns"]),
        (with_file(columns=["a", 5, "a", ""]), ["file.columns[1]", "file.columns[2]", "file.columns[3]"]),
        (with_file(rows=None), ["file.rows"]),
        (with_file(rows={}), ["file.rows"]),
        (with_file(rows=[["1", "2"], ["1"], 5, ["1", [2]]]), ["file.rows[1]", "file.rows[2]", "file.rows[3][1]"]),
        (with_file(rows=[[]] * 50), [f"file.rows[{number}]" for number in range(20)]),
    ],
)
async def test_what_is_wrong_is_listed_by_path(client: Client, sent: Any, wanted: list[str]) -> None:
    assert paths(await client.ask("POST", CSV, json=sent)) == wanted
    assert (await client.ask("GET", "/config-elements")).body["total"] == 0


@pytest.mark.parametrize(
    "cell",
    ["", "x", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "1.2.3.4/", "/8", "10.0.0.0/8/8", 5, None, "1.2.3.256"],
)
async def test_the_first_column_of_a_subnet_lookup_holds_networks(client: Client, cell: Any) -> None:
    file = {"columns": ["cidr", "name"], "rows": [["10.0.0.0/8", "a"], [cell, "b"]]}
    assert paths(await client.ask("POST", SUBNET, json={"config": {"name": "x"}, "file": file})) == ["file.rows[1][0]"]
    assert (await client.ask("POST", CSV, json={"config": {"name": "x"}, "file": file})).status == 200


async def test_permissions_hold_for_lookups(client: Client, others: Others) -> None:
    iden, bob = await make(client), await others("bob")
    path = f"/permissions/CONFIGURATION.lookup.lookup/{iden}"
    ways = [("GET", None), ("PUT", body()), ("DELETE", None)]
    assert [(await bob.ask(method, f"{CSV}/{iden}", json=sent)).status for method, sent in ways] == [404] * 3
    await client.ask("PUT", path, json=[{"sid": "ROLE_USER", "perms": ["VIEW"]}])
    assert [(await bob.ask(method, f"{CSV}/{iden}", json=sent)).status for method, sent in ways] == [200, 403, 403]
    await client.ask("PUT", path, json=[{"sid": "bob", "perms": ["EDIT", "DELETE"]}])
    assert [(await bob.ask(method, f"{CSV}/{iden}", json=sent)).status for method, sent in ways] == [200] * 3


async def test_a_hundred_thousand_rows_go_in_and_out(client: Client) -> None:
    rows = [[f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", f"host {n}", n] for n in range(100_000)]
    file = {"columns": ["ip", "name", "number"], "rows": rows}
    sent = io.BytesIO(json.dumps({"config": {"name": "big"}, "file": file}).encode())
    answer = await client.ask("POST", CSV, data=sent)
    assert answer.status == 200, answer.body
    assert (await client.ask("GET", f"{CSV}/{answer.body['id']}")).body["file"] == file
    assert len(str((await client.ask("GET", "/config-elements")).body)) < 1000


async def test_lookups_go_with_a_copy_of_the_world(client: Client) -> None:
    iden = await make(client)
    await client.ask("POST", "/_deadringer/worlds", json={"name": "copy", "from": "default"})
    answer = await client.ask("GET", f"{CSV}/{iden}", headers={"X-Deadringer-World": "copy"})
    assert (answer.status, answer.body["file"]) == (200, FILE)
