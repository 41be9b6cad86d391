"""Health, ready, and what the control plane says to what it does not know."""

import io
from importlib.metadata import version

import pytest
from deadringer.server.control import bodies
from deadringer.server.running import RunningServer

from .asking import Client


async def test_health(client: Client) -> None:
    await client.make_world(name="other")
    answer = await client.get("/_deadringer/health")
    assert answer.status == 200
    uptime_s = answer.json.pop("uptime_s")
    assert answer.json | {"uptime_s": uptime_s} == answer.json
    assert isinstance(uptime_s, float)
    assert {key: value for key, value in answer.json.items() if key != "uptime_s"} == {
        "status": "ok",
        "version": version("deadringer"),
        "worlds": ["default", "other"],
        "storage_format": 1,
    }


async def test_ready_is_503_until_everything_is_loaded(client: Client, server: RunningServer) -> None:
    assert (await client.get("/_deadringer/ready")).json == {"status": "ready"}
    server.server.ready = False
    assert (await client.get("/_deadringer/ready")).refusal == (503, "NOT_READY")
    assert (await client.get("/_deadringer/health")).status == 200


async def test_head_is_answered_without_a_body(client: Client) -> None:
    for path in ("/_deadringer/health", "/_deadringer/ready"):
        answer = await client.ask("HEAD", path)
        assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("path", ["/_deadringer", "/_deadringer/", "/_deadringer/none", "/_deadringer/health/"])
async def test_an_unknown_path(client: Client, path: str) -> None:
    assert (await client.get(path)).refusal == (404, "NOT_FOUND")


async def test_a_method_that_a_path_does_not_take(client: Client) -> None:
    answer = await client.ask("PUT", "/_deadringer/worlds")
    assert answer.refusal == (405, "METHOD_NOT_ALLOWED")
    assert answer.json["message"] == "/_deadringer/worlds takes GET, POST."


@pytest.mark.parametrize("path", ["/", "/nothing", "/npmx", "/apis/v1", "/_deadringerx", "/%0a", "/_world", "/%2fapi"])
async def test_a_path_of_nobody_is_the_cortexs_to_refuse(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert answer.body == b"<html><title>404: Not Found</title><body>404: Not Found</body></html>"


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b"\xff", b'{"world":5}', b'{"wrold":"default"}', b"[" * 5000, b'{"world":"default","x":1}'],
    ids=lambda body: repr(body[:20]),
)
async def test_a_body_that_is_refused(client: Client, body: bytes) -> None:
    assert (await client.post("/_deadringer/reset", body)).refusal == (400, "BAD_REQUEST")


async def test_a_body_that_is_too_large(client: Client) -> None:
    for size, expected in ((bodies.BODY_BYTES, 200), (bodies.BODY_BYTES + 1, 413)):
        async with client.session.post(f"{client.url}/_deadringer/reset", data=io.BytesIO(b" " * size)) as answer:
            assert answer.status == expected
            assert expected == 200 or (await answer.json())["code"] == "PAYLOAD_TOO_LARGE"


async def test_no_software_is_named(client: Client) -> None:
    assert "Server" not in (await client.get("/_deadringer/health")).headers
