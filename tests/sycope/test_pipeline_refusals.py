"""What is refused of queries over HTTP, and how (reference: Queries; nql.md 15.6, 15.7)."""

from typing import Any

import pytest

from ..conftest import Launch
from .conftest import Client
from .test_pipeline import GONE, ITEMS, SRC, page, problem, run


@pytest.mark.parametrize(
    ("nql", "message"),
    [
        (
            'src stream="a"\n| sort by of',
            None,
        ),
        ('src stream="none"', 'line 1, column 1: There is no stream none.\nsrc stream="none"\n^^^^^^^^^^^^^^^^^'),
        ('records {"a": 1} |\n where $X$ = 1', "line 2, column 8: Unknown macro $X$.\n where $X$ = 1\n       ^^^"),
        ("", None),
        ('coll "x"', "line 1, column 1: There is no collector x."),
    ],
)
async def test_a_bad_query_says_where(client: Client, nql: str, message: str | None) -> None:
    answer = await run(client, nql)
    assert problem(answer) == (400, "BAD_REQUEST")
    found = answer.body["message"]
    assert found.startswith("line ")
    assert found.splitlines()[-1].strip(" ^") == ""
    assert "^" in found
    if message is not None:
        assert found.startswith(message)


async def test_a_result_that_is_too_large_is_refused(launch: Launch, client: Client) -> None:
    server = await launch(sycope_job_bytes=1000)
    client = Client(server.url, client.session)
    await client.login()
    answer = await run(client, f'records {{"a": {ITEMS}}} | unwind a')
    assert problem(answer) == (400, "BAD_REQUEST")
    assert "1000 bytes" in answer.body["message"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "nql"),
        ({"nql": 1}, "nql"),
        ({"nql": "x", "startTime": {}}, "startTime"),
        ({"nql": "x", "endTime": True}, "endTime"),
        ({"nql": "x", "waitTime": "1"}, "waitTime"),
        ({"nql": "x", "waitTime": -1}, "waitTime"),
        ({"nql": "x", "limit": 1.5}, "limit"),
        ({"nql": "x", "limit": True}, "limit"),
        ({"nql": "x", "fsActive": 0}, "fsActive"),
        ([], ""),
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused(client: Client, body: Any, path: str) -> None:
    answer = await client.ask("POST", "/pipeline/run", json=body)
    assert problem(answer) == (422, "VALIDATION_ERROR")
    assert [each["path"] for each in answer.body["errors"]] == [path]


@pytest.mark.parametrize("time", ["yesterday", "@", "-1y@now", "@2024-13-01T00:00:00Z"])
async def test_a_time_that_is_none_is_refused_by_its_name(client: Client, time: str) -> None:
    answer = await run(client, 'records {"a": 1}', endTime=time)
    assert problem(answer) == (400, "BAD_REQUEST")
    assert answer.body["message"].startswith("endTime: line 1, column 1")


async def test_pages_that_cannot_be_are_refused(client: Client) -> None:
    job = (await run(client, 'records {"a": 1}')).body["jobId"]
    for body, path in (({"limit": -1}, "limit"), ({"offset": "0"}, "offset"), ([], "")):
        answer = await client.ask("POST", f"/pipeline/{job}/data", json=body)
        assert problem(answer) == (422, "VALIDATION_ERROR")
        assert [each["path"] for each in answer.body["errors"]] == [path]
    assert problem(await page(client, "65ac6a43-8173bfdf-d1815c2c")) == GONE


async def test_without_a_session_nothing_is_asked(stranger: Client) -> None:
    for method, path in (("POST", "/pipeline/run"), ("POST", "/pipeline/x/data"), ("DELETE", "/pipeline/x")):
        assert problem(await stranger.ask(method, path, json={"nql": SRC})) == (401, "UNAUTHORIZED")
