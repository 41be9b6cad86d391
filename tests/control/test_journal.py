"""What a world was asked: its last requests, and nobody else's."""

import pytest
from deadringer.server.clock import Clock

from ..conftest import Launch
from .asking import ROOT, Client
from .conftest import ClientOf


async def test_a_request_is_remembered_with_what_it_was(launch: Launch, client_of: ClientOf) -> None:
    client = client_of(await launch(clock=Clock(frozen_ms=5)))
    await client.get("/api/v1/auth/users?archived=1", **ROOT)
    await client.get("/nothing")
    first, second = (await client.get("/_deadringer/requests")).json["requests"]
    assert len({first.pop("id"), second.pop("id")}) == 2
    assert first.pop("took_ms") > 0
    assert second.pop("took_ms") > 0
    path = "/api/v1/auth/users"
    assert first == {"at_ms": 5, "method": "GET", "path": path, "user": "root", "status": 200}
    assert second == {"at_ms": 5, "method": "GET", "path": "/nothing", "user": "-", "status": 404}


async def test_the_oldest_goes_first(launch: Launch, client_of: ClientOf) -> None:
    client = client_of(await launch(journal_entries=3))
    for number in range(5):
        await client.get(f"/api/v1/{number}")
    found = (await client.get("/_deadringer/requests")).json["requests"]
    assert [entry["path"] for entry in found] == ["/api/v1/2", "/api/v1/3", "/api/v1/4"]


async def test_each_world_remembers_its_own(client: Client) -> None:
    await client.make_world(name="other")
    await client.get("/api/v1/here")
    await client.at(f"{client.url}/_world/other").get("/api/v1/there")
    await client.in_world("none").get("/api/v1/nowhere")
    for way, path in ((client, "/api/v1/here"), (client.in_world("other"), "/api/v1/there")):
        (entry,) = (await way.get("/_deadringer/requests")).json["requests"]
        assert entry["path"] == path
    assert (await client.in_world("none").get("/_deadringer/requests")).refusal == (404, "NOT_FOUND")


async def test_a_reset_world_remembers_nothing(client: Client) -> None:
    await client.get("/api/v1/active")
    await client.post("/_deadringer/reset")
    assert (await client.get("/_deadringer/requests")).json == {"requests": []}


@pytest.mark.parametrize("path", ["/api/v1/\\udcff", "/api/v1/%ff", "/api/v1/%00"])
async def test_a_path_of_any_bytes_can_be_shown(client: Client, path: str) -> None:
    await client.get(path)
    assert len((await client.get("/_deadringer/requests")).json["requests"]) == 1
