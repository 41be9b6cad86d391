"""What every answer of Sycope has in common: the envelope, and bodies that are no obstacle."""

import asyncio
import gzip
import json
import logging
from typing import Any

import pytest
from deadringer.server.running import RunningServer
from deadringer.server.sycope.errors import CODES
from deadringer.server.sycope.routes import ROUTES

from ..conftest import Launch
from .conftest import INDEX, Answer, Client


def is_error(answer: Answer, status: int) -> bool:
    """Whether an answer is the envelope of this error."""
    body = answer.body
    return (
        answer.status == body["status"] == status
        and body["code"] == CODES[status][0]
        and isinstance(body["message"], str)
        and answer.headers["Content-Type"].startswith("application/json")
    )


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/config-elements/", "/config-element/", "/config-element/a/b", "/Login"]
)
async def test_an_unknown_path_is_404_with_or_without_a_session(stranger: Client, path: str) -> None:
    answer = await stranger.ask("GET", path)
    assert is_error(answer, 404)
    await stranger.login()
    assert is_error(await stranger.ask("GET", path), 404)


async def test_the_whole_prefix_answers_in_the_products_form(server: RunningServer, stranger: Client) -> None:
    async with stranger.session.get(server.url + "/npm/other") as response:
        assert response.status == 404
        assert (await response.json())["code"] == "NOT_FOUND"


async def test_a_wrong_method_is_405_and_says_which_are_right(stranger: Client) -> None:
    answer = await stranger.ask("PUT", "/login")
    assert is_error(answer, 405)
    assert answer.headers["Allow"] == "POST"
    answer = await stranger.ask("PATCH", "/config-element-index/user-index/x")
    assert answer.headers["Allow"] == "GET, PUT, DELETE"


async def test_bodies_and_content_types_where_none_belong_are_harmless(client: Client) -> None:
    assert (await client.ask("GET", "/config-elements", json={"filter": "x"})).status == 200
    assert (await client.ask("GET", "/config-elements", data=b"{broken")).status == 200
    assert (await client.ask("GET", "/config-elements", headers={"Content-Type": "application/json"})).status == 200
    iden = await client.make_index()
    deleted = await client.ask("DELETE", f"/config-element/{iden}", headers={"Content-Type": "application/json"})
    assert deleted.status == 200
    assert (await client.ask("GET", "/logout", json={"a": 1})).status == 200


async def test_a_body_needs_no_content_type(client: Client) -> None:
    data = json.dumps(INDEX).encode()
    answer = await client.ask(
        "POST", "/config-element-index/user-index", data=data, headers={"Content-Type": "text/plain"}
    )
    assert answer.status == 200


HALF_A_PAIR = [b'"\\ud800"', b'{"a": 123456789012345678901234567890, "b": "\\uD83d"}']


@pytest.mark.parametrize("data", [b"", b"{", b"nope", b'{"a": NaN}', b"\xff", *HALF_A_PAIR, b"[" * 5000])
@pytest.mark.parametrize("path", ["/login", "/config-element-index/user-index", "/index/inject"])
async def test_a_body_that_is_not_json_is_400(client: Client, path: str, data: bytes) -> None:
    assert is_error(await client.ask("POST", path, data=data), 400)


@pytest.mark.parametrize("body", [[], "text", 1, None, True])
@pytest.mark.parametrize("path", ["/login", "/config-element-index/user-index", "/index/inject"])
async def test_a_body_that_is_no_object_is_422(client: Client, path: str, body: Any) -> None:
    assert is_error(await client.ask("POST", path, data=json.dumps(body).encode()), 422)


@pytest.mark.parametrize("depth", [101, 900, 1020, 5000])
async def test_a_body_is_nested_only_so_deep(client: Client, depth: int) -> None:
    nested = "[" * depth + "12345678901234567890" + "]" * depth
    definition = json.dumps(INDEX)[:-1] + f', "more": {nested}}}'
    answer = await client.ask("POST", "/config-element-index/user-index", data=definition.encode())
    assert is_error(answer, 400)
    await client.make_index(more=json.loads(nested.replace("[", "", depth - 90).replace("]", "", depth - 90)))
    assert (await client.ask("GET", "/config-elements")).body["total"] == 1
    rows = f'{{"indexName": "Custom_Test_Index", "columns": ["timestamp", "text"], "rows": [[1, {nested}]]}}'
    answer = await client.ask("POST", "/index/inject", data=rows.encode())
    assert answer.status in (400, 422)


async def test_a_byte_order_mark_is_no_obstacle(client: Client) -> None:
    for data in (json.dumps(INDEX).encode(), b'{"indexName":"Custom_Test_Index","columns":["timestamp"],"rows":[[1]]}'):
        path = "/index/inject" if b"indexName" in data else "/config-element-index/user-index"
        assert (await client.ask("POST", path, data=b"\xef\xbb\xbf" + data)).status == 200


async def test_a_body_over_the_limit_is_413_whether_it_says_its_length_or_not(launch: Launch, client: Client) -> None:
    small = Client((await launch(sycope_body_bytes=1000)).url, client.session)
    await small.login()
    assert is_error(await small.ask("POST", "/index/inject", data=b" " * 1001), 413)

    async def pieces() -> Any:
        for _ in range(11):
            yield b" " * 100

    assert is_error(await small.ask("POST", "/index/inject", data=pieces()), 413)
    assert is_error(await small.ask("POST", "/index/inject", data=b" " * 1000), 400)
    assert is_error(await small.ask("POST", "/login", data=b" " * 70_000), 413)
    packed = gzip.compress(b" " * 100_000)
    assert len(packed) < 1000
    assert is_error(await small.ask("POST", "/index/inject", data=packed, headers={"Content-Encoding": "gzip"}), 413)


async def test_gzip_is_taken_and_nothing_else(client: Client) -> None:
    packed = gzip.compress(json.dumps(INDEX).encode())
    path = "/config-element-index/user-index"
    assert (await client.ask("POST", path, data=packed, headers={"Content-Encoding": "gzip"})).status == 200
    rows = gzip.compress(b'{"indexName":"Custom_Test_Index","columns":["timestamp"],"rows":[[1],[2]]}')
    assert (await client.ask("POST", "/index/inject", data=rows, headers={"Content-Encoding": "GZIP"})).status == 200
    assert (await client.rows())["total"] == 2
    for bad in (packed[:-1], packed + b"x", b"no gzip", b""):
        assert is_error(await client.ask("POST", path, data=bad, headers={"Content-Encoding": "gzip"}), 400)
    for encoding in ("deflate", "br", "gzip, gzip"):
        assert is_error(await client.ask("POST", path, data=packed, headers={"Content-Encoding": encoding}), 415)
    data = json.dumps({**INDEX, "name": "plain"}).encode()
    assert (await client.ask("POST", path, data=data, headers={"Content-Encoding": "identity"})).status == 200


async def test_what_nobody_foresaw_is_500_without_detail(
    server: RunningServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    database = server.server.worlds.get("default").sycope.database
    with database.write() as connection:
        connection.execute("DROP TABLE row_column")
    with caplog.at_level(logging.ERROR, "deadringer"):
        answer = await client.ask("POST", "/config-element-index/user-index", json=INDEX)
    assert is_error(answer, 500)
    assert "row_column" not in json.dumps(answer.body)
    assert "errors" not in answer.body
    record = next(record for record in caplog.records if record.exc_info)
    assert record.getMessage().split()[1] in answer.body["message"]


async def test_raw_quotes_and_blanks_in_the_query_are_understood(server: RunningServer, client: Client) -> None:
    await client.make_index()
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in client.session.cookie_jar)
    port = int(server.url.rpartition(":")[2])
    for query in ('filter=category="userIndex.index"', "filter=category%20=%20%22userIndex.index%22&limit=2147483647"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /npm/api/v1/config-elements?{query} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert b" 200 OK" in answer.partition(b"\r\n")[0]
        assert b'"total":1' in answer


async def test_a_client_that_goes_in_the_middle_of_a_body_is_no_accident(
    server: RunningServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in client.session.cookie_jar)
    port = int(server.url.rpartition(":")[2])
    with caplog.at_level(logging.INFO, "deadringer"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST /npm/api/v1/index/inject HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nContent-Length: 1000\r\n\r\n[1"
        )
        writer.write(head.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await client.ask("GET", "/config-elements")).status == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_every_path_is_below_the_products_prefix_and_only_login_is_open() -> None:
    assert all(route.pattern.startswith("/npm/api/v1/") for route in ROUTES)
    assert [route.pattern for route in ROUTES if route.needs != "session"] == ["/npm/api/v1/login"]
