"""The inventory: additional fields of devices, which only seeds make (reference: Inventory)."""

from typing import Any

import pytest

from .conftest import Client

DEVICES = "/_deadringer/sycope/devices"
SERVER: dict[str, Any] = {
    "id": "65adb33f-cb50dadf-8bf808d8",
    "name": "server-1",
    "domainName": "server-1.example.com",
    "ip": "172.16.10.11",
    "description": "a server",
    "timestamp": 1746823336771,
    "tags": ["a"],
    "additional": {"rack": 3},
    "dnsRecords": [{"type": "A"}],
}


async def load(client: Client, *devices: dict[str, Any]) -> list[str]:
    answer = await client.ask("POST", DEVICES, json={"data": devices})
    assert answer.status == 201, answer.body
    ids: list[str] = answer.body["ids"]
    return ids


async def put(client: Client, iden: str, fields: Any) -> Any:
    return await client.ask("PUT", f"/inventory/device/{iden}/additional", json=fields)


async def test_additional_fields_are_replaced_and_the_device_is_answered(client: Client) -> None:
    assert await load(client, SERVER) == [SERVER["id"]]
    for fields in ({"Hostname": "x", "cpu": 4, "up": True, "note": None, "load": 1.5}, {"a": "ü"}, {}):
        answer = await put(client, SERVER["id"], fields)
        assert (answer.status, answer.body) == (200, {**SERVER, "additional": fields})
        assert list(answer.body) == list(SERVER)


async def test_what_a_seed_leaves_out_is_unset(client: Client) -> None:
    (iden,) = await load(client, {"ip": "10.0.0.1", "name": None})
    body = (await put(client, iden, {"a": 1})).body
    seen_ms = body.pop("timestamp")
    assert int(iden[:8], 16) == seen_ms // 1000
    unset: dict[str, Any] = {"name": None, "domainName": None, "description": None, "tags": [], "dnsRecords": []}
    assert body == {**unset, "id": iden, "ip": "10.0.0.1", "additional": {"a": 1}}


async def test_a_device_that_is_loaded_again_is_replaced(client: Client) -> None:
    await load(client, SERVER, {"id": "other"})
    await load(client, {**SERVER, "name": "renamed"})
    assert (await put(client, SERVER["id"], {})).body["name"] == "renamed"
    assert (await put(client, "other", {})).status == 200


async def test_an_unknown_device_is_404(client: Client) -> None:
    answer = await put(client, "nothing", {"a": 1})
    assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
    assert "nothing" in answer.body["message"]


@pytest.mark.parametrize(("body", "paths"), [([], [""]), ("x", [""]), ({"a": {}, "b": 1, "c": [1]}, ["a", "c"])])
async def test_only_a_flat_object_is_taken(client: Client, body: Any, paths: list[str]) -> None:
    await load(client, SERVER)
    answer = await put(client, SERVER["id"], body)
    assert (answer.status, [problem["path"] for problem in answer.body["errors"]]) == (422, paths)
    assert (await put(client, SERVER["id"], SERVER["additional"])).body == SERVER


@pytest.mark.parametrize(
    ("device", "path"),
    [
        (5, "data[1]"),
        ({"more": 1}, "data[1].more"),
        ({"id": 5}, "data[1].id"),
        ({"id": ""}, "data[1].id"),
        ({"timestamp": "now"}, "data[1].timestamp"),
        ({"timestamp": 2**70}, "data[1].timestamp"),
        ({"tags": "a"}, "data[1].tags"),
        ({"additional": []}, "data[1].additional"),
    ],
)
async def test_devices_are_loaded_all_or_none(client: Client, device: Any, path: str) -> None:
    answer = await client.ask("POST", DEVICES, json={"data": [SERVER, device]})
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR")
    assert answer.body["message"].startswith(f"{path}: ")
    assert (await put(client, SERVER["id"], {})).status == 404


@pytest.mark.parametrize("body", [[], {}, {"data": {}}, "x"])
async def test_a_body_without_a_list_is_refused(client: Client, body: Any) -> None:
    for path in (DEVICES, "/_deadringer/sycope/elements"):
        assert (await client.ask("POST", path, json=body)).status == 400


async def test_devices_stay_in_their_world(client: Client) -> None:
    await load(client, SERVER)
    await client.ask("POST", "/_deadringer/worlds", json={"name": "copy", "from": "default"})
    await client.ask("POST", "/_deadringer/reset", json={})
    path = f"/inventory/device/{SERVER['id']}/additional"
    await client.login()
    assert (await client.ask("PUT", path, json={})).status == 404
    basic = {"X-Deadringer-World": "copy", "Authorization": "Basic YWRtaW46cXdlcnR5"}
    assert (await client.ask("PUT", path, json={}, headers=basic)).status == 200
