"""Custom indexes: what can be made, and what can be changed afterwards (the seed; reference: Custom indexes)."""

import asyncio
from typing import Any

import pytest
from deadringer.server.clock import Clock
from deadringer.storage.columns import NUMERIC, TYPES

from ..conftest import Launch
from .conftest import INDEX, Answer, Client

PATH = "/config-element-index/user-index"
TIMESTAMP, TEXT, NUMBER = INDEX["fields"]
EXTRA = {"name": "extra", "type": "ip4", "description": None, "displayName": None, "unknown": [1]}


def paths(answer: Answer) -> list[str]:
    """Where a 422 says that something is wrong."""
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR"), answer.body
    return [problem["path"] for problem in answer.body["errors"]]


async def config_of(client: Client, iden: str) -> Any:
    answer = await client.ask("GET", f"{PATH}/{iden}")
    assert answer.status == 200
    return answer.body["config"]


async def put(client: Client, iden: str, **changes: Any) -> Answer:
    return await client.ask(
        "PUT", f"{PATH}/{iden}", json={"category": "userIndex.index", "config": {**INDEX, **changes}}
    )


@pytest.mark.parametrize("wrapped", [True, False])
async def test_both_forms_of_the_body_make_the_same_index(client: Client, wrapped: bool) -> None:
    body = {"category": "userIndex.index", "config": INDEX} if wrapped else INDEX
    answer = await client.ask("POST", PATH, json=body)
    assert (answer.status, answer.body["code"]) == (200, "OK")
    element = (await client.ask("GET", f"{PATH}/{answer.body['id']}")).body
    assert (element["category"], element["config"]) == ("userIndex.index", INDEX)


async def test_every_field_type_is_known_and_only_numbers_are_sortable(client: Client) -> None:
    fields = [TIMESTAMP, *({"name": kind, "type": kind, "sortable": kind in NUMERIC} for kind in TYPES)]
    iden = await client.make_index(fields=fields)
    assert (await config_of(client, iden))["fields"] == fields
    for kind in TYPES.keys() - set(NUMERIC):
        bad = [TIMESTAMP, {"name": "x", "type": kind, "sortable": True}]
        answer = await client.ask("POST", PATH, json={**INDEX, "name": "other", "fields": bad})
        assert paths(answer) == ["fields[1].sortable"]


async def test_what_is_left_out_has_defaults(client: Client) -> None:
    answer = await client.ask("POST", PATH, json={"name": "bare", "fields": [{"name": "timestamp", "type": "long"}]})
    config = await config_of(client, answer.body["id"])
    assert (config["active"], config["rotation"], config["storeRaw"]) == (True, "daily", True)
    assert config["fields"] == [{"name": "timestamp", "type": "long"}]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"name": None}, ["config.name"]),
        ({"name": ""}, ["config.name"]),
        ({"name": "x" * 256}, ["config.name"]),
        ({"name": "a\nb"}, ["config.name"]),
        ({"name": 5}, ["config.name"]),
        ({"active": "yes", "storeRaw": None}, ["config.active", "config.storeRaw"]),
        ({"rotation": "sometimes"}, ["config.rotation"]),
        ({"rotation": []}, ["config.rotation"]),
        ({"fields": None}, ["config.fields"]),
        ({"fields": {}}, ["config.fields"]),
        ({"fields": []}, ["config.fields"]),
        ({"fields": [TEXT]}, ["config.fields"]),
        ({"fields": [{**TIMESTAMP, "type": "int"}]}, ["config.fields[0].type"]),
        ({"fields": [{**TIMESTAMP, "name": "Timestamp"}]}, ["config.fields"]),
        ({"fields": [TIMESTAMP, TIMESTAMP]}, ["config.fields[1].name"]),
        ({"fields": [TIMESTAMP, 7, "x"]}, ["config.fields[1]", "config.fields[2]"]),
        ({"fields": [TIMESTAMP, {}]}, ["config.fields[1].name", "config.fields[1].type"]),
        ({"fields": [TIMESTAMP, {"name": "x", "type": "date"}]}, ["config.fields[1].type"]),
        ({"fields": [TIMESTAMP, {"name": "x", "type": ["int"]}]}, ["config.fields[1].type"]),
        ({"fields": [TIMESTAMP, {"name": "x", "type": "int", "sortable": "yes"}]}, ["config.fields[1].sortable"]),
        ({"fields": [TIMESTAMP, {**TEXT, "description": 1}]}, ["config.fields[1].description"]),
        ({"fields": [TIMESTAMP, {**TEXT, "displayName": []}]}, ["config.fields[1].displayName"]),
        ({"fields": [TIMESTAMP, *({"name": str(n), "type": "int"} for n in range(1000))]}, ["config.fields"]),
    ],
)
async def test_what_is_wrong_with_a_definition_is_listed_by_path(
    client: Client, changes: Any, wanted: list[str]
) -> None:
    answer = await client.ask("POST", PATH, json={"config": {**INDEX, **changes}})
    assert paths(answer) == wanted
    assert answer.body["message"].startswith(wanted[0])
    assert (await client.ask("GET", "/config-elements")).body["total"] == 0


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"category": "lookup.lookup", "config": INDEX}, ["category"]),
        ({"id": "65adb33f-cb50dadf-8bf808d8", "config": INDEX}, ["id"]),
        ({"module": 5, "config": INDEX}, ["module"]),
        ({"config": [INDEX]}, ["config"]),
        ({}, ["name", "fields"]),
    ],
)
async def test_so_is_what_is_wrong_around_it(client: Client, body: Any, wanted: list[str]) -> None:
    assert paths(await client.ask("POST", PATH, json=body)) == wanted


async def test_a_name_is_taken_once_and_never_a_built_in_streams(client: Client) -> None:
    first = await client.make_index()
    for name, what in ((INDEX["name"], "already"), ("netflow", "built-in"), ("alerts", "built-in")):
        answer = await client.ask("POST", PATH, json={**INDEX, "name": name})
        assert (answer.status, answer.body["code"]) == (409, "CONFLICT")
        assert name in answer.body["message"]
        assert what in answer.body["message"]
    await client.make_index(name="custom_test_index")
    await client.ask("DELETE", f"{PATH}/{first}")
    await client.make_index()


async def test_of_many_who_want_one_name_one_gets_it(client: Client) -> None:
    answers = await asyncio.gather(*(client.ask("POST", PATH, json=INDEX) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert (await client.ask("GET", "/config-elements")).body["total"] == 1


async def test_fields_can_be_added_described_anew_and_put_in_another_order(launch: Launch, client: Client) -> None:
    clock = Clock(1_795_305_600_000)
    client = Client((await launch(clock=clock)).url, client.session)
    await client.login()
    iden = await client.make_index()
    await client.inject(["timestamp", "text"], [[5, "old"]])
    clock.advance(1000)
    fields = [EXTRA, {**NUMBER, "sortable": True, "description": "new"}, TIMESTAMP, {**TEXT, "displayName": "Other"}]
    assert (await put(client, iden, fields=fields)).body == {"status": 200, "code": "OK"}
    element = (await client.ask("GET", f"{PATH}/{iden}")).body
    assert element["config"]["fields"] == fields
    assert (element["created"], element["modified"]) == (1_795_305_600_000, 1_795_305_601_000)
    await client.inject(["extra", "timestamp", "number"], [["10.0.0.1", 6, 7]])
    assert await client.rows() == {
        "columns": ["timestamp", "text", "number", "extra"],
        "total": 2,
        "rows": [[5, "old", None, None], [6, None, 7, "10.0.0.1"]],
    }


@pytest.mark.parametrize(
    ("fields", "path", "name"),
    [
        ([TIMESTAMP, TEXT], "config.fields", "number"),
        ([TIMESTAMP, TEXT, {**NUMBER, "name": "count"}], "config.fields", "number"),
        ([TIMESTAMP, {**TEXT, "type": "ip"}, NUMBER], "config.fields[1].type", "text"),
        ([TIMESTAMP, TEXT, {**NUMBER, "type": "long"}], "config.fields[2].type", "number"),
        ([TIMESTAMP, TEXT, {**NUMBER, "sortable": False}], "config.fields[2].sortable", "number"),
        ([{"name": "timestamp", "type": "long"}, TEXT, NUMBER], "config.fields[0].sortable", "timestamp"),
        ([EXTRA, TIMESTAMP, {**TEXT, "type": "ip"}, NUMBER], "config.fields[2].type", "text"),
    ],
)
async def test_what_cannot_change_is_named_and_nothing_changes(
    client: Client, fields: Any, path: str, name: str
) -> None:
    iden = await client.make_index()
    before = (await client.ask("GET", f"{PATH}/{iden}")).body
    answer = await put(client, iden, fields=fields, name="other", active=False)
    assert paths(answer) == [path]
    assert name in answer.body["errors"][0]["message"]
    assert (await client.ask("GET", f"{PATH}/{iden}")).body == before
    assert (await client.inject(["timestamp", "number"], [[1, 1]])).status == 200


async def test_sortable_left_out_is_false_so_saying_so_changes_nothing(client: Client) -> None:
    iden = await client.make_index(fields=[TIMESTAMP, {"name": "n", "type": "int"}])
    assert (await put(client, iden, fields=[TIMESTAMP, {"name": "n", "type": "int", "sortable": False}])).status == 200


async def test_another_name_is_taken_with_the_rows_if_it_is_free(client: Client) -> None:
    iden = await client.make_index()
    await client.make_index(name="taken")
    await client.inject(["timestamp"], [[1]])
    for name in ("taken", "netflow"):
        answer = await put(client, iden, name=name)
        assert (answer.status, answer.body["code"]) == (409, "CONFLICT")
    assert (await put(client, iden, name="renamed")).status == 200
    assert (await client.inject(["timestamp"], [[2]])).status == 404
    assert (await client.inject(["timestamp"], [[2]], name="renamed")).status == 200
    assert (await client.rows("renamed"))["total"] == 2


async def test_the_rotation_changes_only_while_there_are_no_rows(client: Client) -> None:
    iden = await client.make_index()
    assert (await put(client, iden, rotation="monthly")).status == 200
    await client.inject(["timestamp"], [[1]])
    answer = await put(client, iden, rotation="daily")
    assert paths(answer) == ["config.rotation"]
    assert (await config_of(client, iden))["rotation"] == "monthly"
    assert (await put(client, iden, rotation="monthly")).status == 200


async def test_further_keys_of_the_element_are_stored_where_sent_and_kept_where_not(client: Client) -> None:
    more = {"attributes": {"a": 1}, "tags": ["x"], "annotations": "n", "miscData": [1], "module": "m"}
    iden = (await client.ask("POST", PATH, json={"config": INDEX, **more})).body["id"]
    await put(client, iden, active=False)
    element = (await client.ask("GET", f"{PATH}/{iden}")).body
    assert {key: element[key] for key in more} == more
    body = {"id": iden, "category": "userIndex.index", "config": INDEX, "tags": None, "attributes": {}}
    assert (await client.ask("PUT", f"{PATH}/{iden}", json=body)).status == 200
    element = (await client.ask("GET", f"{PATH}/{iden}")).body
    assert (element["tags"], element["attributes"], element["module"]) == (None, {}, "m")


async def test_an_index_can_be_modified_with_the_bare_body_too(client: Client) -> None:
    iden = await client.make_index()
    answer = await client.ask("PUT", f"{PATH}/{iden}", json={**INDEX, "fields": [TIMESTAMP]})
    assert paths(answer) == ["fields", "fields"]
    assert (await client.ask("PUT", f"{PATH}/{iden}", json={**INDEX, "active": False})).status == 200


async def test_an_unknown_index_is_404_whatever_is_asked_of_it(client: Client) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = await client.ask(method, f"{PATH}/65adb33f-cb50dadf-8bf808d8", json=INDEX)
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


async def test_a_deleted_index_is_gone_with_its_rows_and_its_successor_begins_empty(client: Client) -> None:
    iden = await client.make_index()
    await client.inject(["timestamp"], [[1], [90_000_000]])
    assert (await client.ask("DELETE", f"{PATH}/{iden}")).body == {"status": 200, "code": "OK"}
    assert (await client.ask("DELETE", f"{PATH}/{iden}")).status == 404
    assert (await client.inject(["timestamp"], [[1]])).status == 404
    await client.make_index()
    assert (await client.rows())["total"] == 0
