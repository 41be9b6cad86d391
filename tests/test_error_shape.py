"""Every error of a mount wears that mount's envelope: its status, type and keys, and nothing of our insides.

A crash is provoked by real damage: a table that is missing, a folder that is gone, a file on disk cut short.
"""

import io
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from deadringer.server.running import RunningServer
from yarl import URL

ROOT = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
ADMIN = {"Authorization": aiohttp.encode_basic_auth("admin", "qwerty")}
# What would give our insides away.
INSIDES = (b"Traceback", b'File "', b".py", b"sqlite", b"aiohttp", b"no such table", b"/tmp/", b"object at 0x")


@dataclass(frozen=True, slots=True)
class Case:
    """A request that is refused. `harm` breaks something of the server first."""

    name: str
    method: str
    path: str
    status: int
    code: str = ""
    body: bytes | None = None
    headers: dict[str, str] | None = None
    harm: Callable[[RunningServer], None] | None = None


def drop_users(server: RunningServer) -> None:
    """Take the Cortex the table it writes users to."""
    with server.server.worlds.get("default").cortex.database.write() as connection:
        connection.execute("DROP TABLE user")


def drop_elements(server: RunningServer) -> None:
    """Take Sycope the table of its config elements."""
    with server.server.worlds.get("default").sycope.database.write() as connection:
        connection.execute("DROP TABLE element")


def drop_devices(server: RunningServer) -> None:
    """Take Sycope the table that queries read devices from."""
    with server.server.worlds.get("default").sycope.database.write() as connection:
        connection.execute("DROP TABLE device")


def remove_worlds(server: RunningServer) -> None:
    """Take the server the folder that new worlds are made in."""
    shutil.rmtree(server.server.worlds.get("default").folder.parent)


SYCOPE = "/npm/api/v1"
DEVICES = b'{"nql": "src stream=\\"assetDevices\\""}'
CONTROL_CASES = [
    Case("unknown path", "GET", "/_deadringer/newp", 404, "NOT_FOUND"),
    Case("the prefix alone", "GET", "/_deadringer", 404, "NOT_FOUND"),
    Case("wrong method", "DELETE", "/_deadringer/health", 405, "METHOD_NOT_ALLOWED"),
    Case("no JSON", "POST", "/_deadringer/worlds", 400, "BAD_REQUEST", b"newp"),
    Case("no object", "POST", "/_deadringer/worlds", 400, "BAD_REQUEST", b"[]"),
    Case("unknown key", "POST", "/_deadringer/reset", 400, "BAD_REQUEST", b'{"x": 1}'),
    Case("too large", "POST", "/_deadringer/reset", 413, "PAYLOAD_TOO_LARGE", b" " * (1024 * 1024 + 1)),
    Case("taken name", "POST", "/_deadringer/worlds", 409, "CONFLICT", b'{"name": "default"}'),
    Case("unknown world", "GET", "/_deadringer/worlds/newp", 404, "NOT_FOUND"),
    Case("Synapse in an unknown world", "GET", "/_world/newp/api/v1/active", 404, "NO_SUCH_WORLD"),
    Case("Sycope in an unknown world", "GET", f"/_world/newp{SYCOPE}/logout", 404, "NO_SUCH_WORLD"),
    Case("a crash", "POST", "/_deadringer/worlds", 500, "INTERNAL_ERROR", b"{}", harm=remove_worlds),
]
SYCOPE_CASES = [
    Case("unknown path", "GET", f"{SYCOPE}/newp", 404, "NOT_FOUND"),
    Case("the prefix alone", "GET", "/npm", 404, "NOT_FOUND"),
    Case("wrong method", "DELETE", f"{SYCOPE}/login", 405, "METHOD_NOT_ALLOWED"),
    Case("no login", "GET", f"{SYCOPE}/config-elements", 401, "UNAUTHORIZED"),
    Case("no JSON", "POST", f"{SYCOPE}/config-element-index/user-index", 400, "BAD_REQUEST", b"newp", ADMIN),
    Case("unknown element", "GET", f"{SYCOPE}/config-element-index/user-index/newp", 404, "NOT_FOUND", None, ADMIN),
    Case("not valid", "POST", f"{SYCOPE}/config-element-lookup/csvFile", 422, "VALIDATION_ERROR", b"{}", ADMIN),
    Case("unknown device", "PUT", f"{SYCOPE}/inventory/device/1/additional", 404, "NOT_FOUND", b"{}", ADMIN),
    Case("a bad query", "POST", f"{SYCOPE}/pipeline/run", 400, "BAD_REQUEST", b'{"nql": "|"}', ADMIN),
    Case("unknown job", "POST", f"{SYCOPE}/pipeline/newp/data", 404, "NOT_FOUND", b"{}", ADMIN),
    Case("a crash", "GET", f"{SYCOPE}/config-elements", 500, "INTERNAL_ERROR", None, ADMIN, drop_elements),
    Case("a crash of a query", "POST", f"{SYCOPE}/pipeline/run", 500, "INTERNAL_ERROR", DEVICES, ADMIN, drop_devices),
]
CORTEX_CASES = [
    Case("no login", "GET", "/api/v1/auth/users", 401, "NotAuthenticated"),
    Case("not allowed", "GET", "/api/v1/healthcheck", 403, "AuthDeny", None, {"Authorization": "<bob>"}),
    Case("not an admin", "POST", "/api/v1/auth/adduser", 403, "AuthDeny", b"{}", {"Authorization": "<bob>"}),
    Case("no JSON", "POST", "/api/v1/login", 400, "SchemaViolation", b"newp"),
    Case("no object", "POST", "/api/v1/login", 400, "SchemaViolation", b"[]"),
    Case("unknown user", "POST", "/api/v1/login", 404, "AuthDeny", b'{"user": "newp", "passwd": ""}'),
    Case("unknown iden", "GET", "/api/v1/auth/user/newp", 404, "NoSuchUser", None, ROOT),
    Case("no hash", "GET", "/api/v1/axon/files/by/sha256/newp", 404, "BadArg", None, ROOT),
    Case("no file", "DELETE", f"/api/v1/axon/files/by/sha256/{'f' * 64}", 404, "NoSuchFile", None, ROOT),
    Case("not implemented", "GET", "/api/v1/aha/services", 501, "NotImplemented", None, ROOT),
]
PAGE_CASES = [
    # What lies under no mount is the Cortex's too: its framework answers every path.
    Case("under no mount", "GET", "/newp", 404),
    Case("the root", "GET", "/", 404),
    Case("nearly a mount", "GET", "/apis", 404),
    Case("unknown path", "GET", "/api/v1/newp", 404),
    Case("the prefix alone", "GET", "/api", 404),
    Case("wrong method", "DELETE", "/api/v1/login", 405),
    Case("a crash", "POST", "/api/v1/auth/adduser", 500, "", b'{"name": "x"}', ROOT, drop_users),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: Any
    body: bytes


Ask = Callable[[Case], Any]


@pytest.fixture
async def ask(server: RunningServer) -> AsyncIterator[Ask]:
    """Sends the request of a case, and checks what no error may show."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def asked(case: Case) -> Answer:
            headers = dict(case.headers or {})
            if headers.get("Authorization") == "<bob>":
                body = {"name": "bob", "passwd": "pw"}
                async with session.post(f"{server.url}/api/v1/auth/adduser", json=body, headers=ROOT) as made:
                    assert made.status == 200
                headers["Authorization"] = aiohttp.encode_basic_auth("bob", "pw")
            if case.harm is not None:
                case.harm(server)
            url = URL(server.url + case.path, encoded=True)
            data = None if case.body is None else io.BytesIO(case.body)
            async with session.request(case.method, url, data=data, headers=headers) as response:
                answer = Answer(response.status, response.headers, await response.read())
            assert answer.status == case.status, answer.body
            assert not [inside for inside in INSIDES if inside in answer.body]
            assert "aiohttp" not in answer.headers.get("Server", "")
            return answer

        yield asked


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 65536):
        yield body[at : at + 65536]


def named(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", CONTROL_CASES, ids=named)
async def test_the_control_plane(case: Case, ask: Ask) -> None:
    answer = await ask(case)
    assert answer.headers["Content-Type"] == "application/json"
    found = json.loads(answer.body)
    assert list(found) == ["status", "code", "message"]
    assert (found["status"], found["code"]) == (case.status, case.code)
    assert found["message"].endswith(".")


@pytest.mark.parametrize("case", SYCOPE_CASES, ids=named)
async def test_sycope(case: Case, ask: Ask) -> None:
    answer = await ask(case)
    assert answer.headers["Content-Type"] == "application/json"
    found = json.loads(answer.body)
    assert list(found)[:3] == ["status", "code", "message"]
    assert found.keys() <= {"status", "code", "message", "errors"}
    assert (found["status"], found["code"]) == (case.status, case.code)
    assert isinstance(found["message"], str)


@pytest.mark.parametrize("case", CORTEX_CASES, ids=named)
async def test_the_cortex(case: Case, ask: Ask) -> None:
    answer = await ask(case)
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    found = json.loads(answer.body)
    assert list(found) == ["status", "code", "mesg"]
    assert (found["status"], found["code"]) == ("err", case.code)
    assert isinstance(found["mesg"], str)
    assert ("Www-Authenticate" in answer.headers) is (case.status == 401)


@pytest.mark.parametrize("case", PAGE_CASES, ids=named)
async def test_the_cortex_where_its_framework_answers(case: Case, ask: Ask) -> None:
    answer = await ask(case)
    reason = {404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"}[case.status]
    title = f"{case.status}: {reason}"
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert answer.body == f"<html><title>{title}</title><body>{title}</body></html>".encode()


async def test_a_crash_is_logged_under_the_id_that_the_client_is_told(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(CONTROL_CASES[-1])
    iden = json.loads(answer.body)["message"].removesuffix(".").rpartition(" ")[2]
    logged = [record for record in caplog.records if iden in record.getMessage()]
    assert [record.exc_info is not None for record in logged] == [True]


async def test_a_crash_after_the_first_byte_cuts_the_answer_off(server: RunningServer) -> None:
    """Nobody can take what came for the whole: the connection ends before the promised length."""
    put, data = f"{server.url}/api/v1/axon/files/put", b"x" * 4_000_000
    async with aiohttp.ClientSession(headers=ROOT) as session:
        async with session.put(put, data=_in_pieces(data)) as response:
            sha256 = (await response.json())["result"]["sha256"]
        os.truncate(server.server.services.blobs.path(sha256), 2_000_000)
        async with session.get(f"{server.url}/api/v1/axon/files/by/sha256/{sha256}") as response:
            assert (response.status, response.content_length) == (200, len(data))
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
