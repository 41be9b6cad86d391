"""Queries over HTTP: run, fetched page by page, cancelled, expired, refused (reference: Queries; nql.md 15.6, 15.7)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from deadringer.server.clock import Clock
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .conftest import INDEX, Answer, Client, Others
from .test_inventory import SERVER, load
from .test_lookups import CSV, FILE
from .test_permissions import PUBLIC, share

NAME = INDEX["name"]
SRC = f'src stream="{NAME}"'
COLUMNS = ["timestamp", "text", "number"]
NOW_MS = 1_746_823_336_771
BASIC = {"Authorization": aiohttp.encode_basic_auth("admin", "qwerty")}
# Twenty million rows: a query that takes far longer than any test waits, and never gives a row.
ITEMS = list(range(1000))
LONG = f'records {{"a": {ITEMS}, "b": {ITEMS}, "c": {ITEMS[:19]}}} | unwind a | unwind b | unwind c | a < 0'
GONE = (404, "NOT_FOUND")


async def run(client: Client, nql: str, **more: Any) -> Answer:
    return await client.ask("POST", "/pipeline/run", json={"nql": nql, "waitTime": 30_000, **more})


async def page(client: Client, job: str, **body: Any) -> Answer:
    return await client.ask("POST", f"/pipeline/{job}/data", json=body)


async def rows(client: Client, nql: str, **more: Any) -> Any:
    """All rows, fetched as the vendor's clients do it: by pages, as many as the total says."""
    answer = await run(client, nql, limit=7, **more)
    assert (answer.status, answer.body["status"]) == (200, {"state": "FINISHED"}), answer.body
    total = answer.body["data"]["total"]
    found: list[Any] = []
    for number in range(total // 7 + 1):
        got = (await page(client, answer.body["jobId"], limit=7, offset=number * 7)).body
        assert (got["status"], got["total"]) == ({"state": "FINISHED"}, total)
        found += got["data"]
    assert len(found) == total
    assert found[:7] == answer.body["data"]["data"]
    return found


async def running(client: Client, nql: str = LONG) -> str:
    """A query that goes on after its request."""
    answer = await run(client, nql, waitTime=0)
    assert (answer.status, answer.body["status"]["state"]) == (200, "RUNNING"), answer.body
    job: str = answer.body["jobId"]
    return job


def problem(answer: Answer) -> tuple[int, str]:
    assert answer.status == answer.body["status"]
    assert "jobId" not in answer.body
    return answer.status, answer.body["code"]


async def filled(client: Client, count: int = 20) -> list[dict[str, Any]]:
    """The index with so many rows, in no order of time."""
    await client.make_index()
    given: list[list[Any]] = [[NOW_MS + (number * 7) % count, f"t{number}", number] for number in range(count)]
    assert (await client.inject(COLUMNS, given)).status == 200
    return [dict(zip(COLUMNS, row, strict=True)) for row in sorted(given, key=lambda row: row[0])]


async def answered(client: Client) -> None:
    """The only thread for queries is free within seconds."""
    async with asyncio.timeout(20):
        assert await rows(client, 'records {"n": 1}') == [{"n": 1}]


@pytest.fixture
def clock() -> Clock:
    """The clock of the server, which stands still."""
    return Clock(NOW_MS)


@pytest.fixture
async def timed(launch: Launch, clock: Clock) -> AsyncIterator[Client]:
    """A client without a session of a server with that clock, and with one thread for queries."""
    server = await launch(clock=clock, query_threads=1, sycope_jobs=3, sycope_session_s=300)
    async with aiohttp.ClientSession(headers=BASIC) as session:
        yield Client(server.url, session)


async def test_what_was_injected_is_asked_page_by_page(client: Client) -> None:
    expected = await filled(client)
    assert await rows(client, SRC) == expected
    assert await rows(client, f"{SRC} | number >= 10 | sort number desc | limit 3 | project +text") == [
        {"text": "t19"},
        {"text": "t18"},
        {"text": "t17"},
    ]


async def test_the_answer_has_the_products_form(client: Client) -> None:
    expected = await filled(client)
    answer = await run(client, SRC, limit=2, fsActive=False, startTime="@2025-01-01T00:00:00+00:00", endTime="@now")
    job = answer.body["jobId"]
    assert [len(part) for part in job.split("-")] == [8, 8, 8]
    kinds = [
        {"name": "timestamp", "type": "long"},
        {"name": "text", "type": "string"},
        {"name": "number", "type": "int"},
    ]
    assert answer.body == {
        "jobId": job,
        "status": {"state": "FINISHED"},
        "data": {"total": 20, "columns": kinds, "data": expected[:2]},
    }
    got = await page(client, job, limit=2, offset=19)
    assert got.body == {"status": {"state": "FINISHED"}, "total": 20, "columns": kinds, "data": expected[19:]}
    for offset in (20, 2**63 - 1):
        assert (await page(client, job, limit=10, offset=offset)).body["data"] == []


async def test_columns_are_typed_by_their_first_value(client: Client) -> None:
    answer = await run(client, 'records {"a": null, "b": 1.5}, {"a": "10.0.0.1", "c": [1]}, {"b": 2, "d": null}')
    found = {column["name"]: column["type"] for column in answer.body["data"]["columns"]}
    assert list(found.items()) == [("a", "ip4"), ("b", "double"), ("c", "array"), ("d", "null")]
    assert answer.body["data"]["data"] == [
        {"a": None, "b": 1.5},
        {"a": "10.0.0.1", "c": [1]},
        {"b": 2, "d": None},
    ]


async def test_the_time_range_holds_both_its_ends_and_crosses_periods(client: Client) -> None:
    await client.make_index(rotation="hourly")
    times = [NOW_MS + number * 1_800_000 for number in range(8)]
    assert (await client.inject(["timestamp"], [[time] for time in reversed(times)])).status == 200
    for start, end in ((0, 7), (2, 5), (3, 3), (7, 0)):
        chosen = {"startTime": f"@{times[start]}", "endTime": times[end]}
        assert [row["timestamp"] for row in await rows(client, SRC, **chosen)] == times[start : end + 1]
    narrowed = f'src stream="{NAME}" startTime="@{times[6]}"'
    assert [row["timestamp"] for row in await rows(client, narrowed, startTime=f"@{times[1]}")] == times[6:]


async def test_pages_stay_as_they_are_whatever_is_injected_and_deleted_meanwhile(client: Client) -> None:
    expected = await filled(client)
    job = (await run(client, SRC)).body["jobId"]
    assert (await page(client, job, limit=10)).body["data"] == expected[:10]
    assert (await client.inject(COLUMNS, [[NOW_MS, "new", 1]] * 50)).status == 200
    assert (await page(client, job, limit=10, offset=10)).body["data"] == expected[10:]
    (element,) = (await client.ask("GET", "/config-elements")).body["data"]
    assert (await client.ask("DELETE", f"/config-element/{element['id']}")).status == 200
    assert (await page(client, job)).body["data"] == expected


@pytest.mark.parametrize("memory_bytes", [1, 10_000_000])
async def test_a_large_result_pages_right_from_disk_and_memory(
    launch: Launch, client: Client, memory_bytes: int
) -> None:
    server = await launch(sycope_job_memory_bytes=memory_bytes)
    client = Client(server.url, client.session)
    await client.login()
    text = "x" * 997
    query = f'records {{"a": {ITEMS}, "b": [1, 2, 3]}} | unwind a | unwind b | set text="{text}"'
    expected = [{"a": a, "b": b, "text": text} for a in ITEMS for b in (1, 2, 3)]
    answer = await run(client, query, limit=2**31)
    assert answer.body["data"]["data"] == expected
    job = answer.body["jobId"]
    for offset, limit in ((0, 3000), (1, 1), (255, 3), (256, 1), (2990, 100), (1500, 1400)):
        got = (await page(client, job, limit=limit, offset=offset)).body
        assert (got["total"], got["data"]) == (3000, expected[offset : offset + limit])


async def test_devices_are_a_stream_and_the_products_other_ones_are_empty(client: Client) -> None:
    await load(client, SERVER, {"ip": "192.168.1.38", "timestamp": NOW_MS + 1})
    assert (await rows(client, 'src stream="assetDevices" | ip = "172.16.10.11"'))[0] == SERVER
    assert len(await rows(client, 'src stream="assetDevices"', endTime=f"@{NOW_MS}")) == 1
    assert await rows(client, 'src stream="netflow" | where direction=0') == []


async def test_a_query_uses_lookups_and_the_macros_that_are_built_in(client: Client) -> None:
    made = {"config": {"name": "names", "active": True}, "file": FILE}
    assert (await client.ask("POST", CSV, json=made)).status == 200
    query = 'records {"ip": "8.8.8.8", "serverPort": 53}, {"ip": "9.9.9.9", "serverPort": 80} '
    query += '| set name=lookup("names", "description", {"ip": ip}) | set dns=if($DNS$: 1, 0) | project +name, +dns'
    assert await rows(client, query) == [{"name": "Google DNS", "dns": 1}, {"name": None, "dns": 0}]


async def test_a_collector_serves_later_queries_of_its_user(client: Client, others: Others) -> None:
    await filled(client)
    assert len(await rows(client, f'{SRC} | sort number desc | limit 5 | dst "top5"')) == 5
    assert len(await rows(client, f'{SRC} | valInColl(number, "top5", "number")')) == 5
    assert [row["number"] for row in await rows(client, 'coll "top5"')] == [19, 18, 17, 16, 15]
    again = await run(client, f'{SRC} | dst "top5"')
    assert "There is a collector top5 already." in again.body["message"]
    assert problem(await run(await others("bob"), 'coll "top5"')) == (400, "BAD_REQUEST")


async def test_collectors_are_bounded_and_expire(launch: Launch, clock: Clock) -> None:
    server = await launch(clock=clock, sycope_collectors=2, sycope_collector_rows=3)
    async with aiohttp.ClientSession(headers=BASIC) as session:
        client = Client(server.url, session)
        await rows(client, 'records {"n": 1}, {"n": 2} | dst "one"')
        too_many_rows = await run(client, 'records {"n": 1}, {"n": 2} | dst "two"')
        assert problem(too_many_rows) == (400, "BAD_REQUEST")
        await rows(client, 'records {"n": 1} | dst "two"')
        assert problem(await run(client, 'records {"n": 1} | limit 0 | dst "three"')) == (400, "BAD_REQUEST")
        clock.advance(599_999)
        assert len(await rows(client, 'coll "one"')) == 2
        clock.advance(1)
        assert problem(await run(client, 'coll "two"')) == (400, "BAD_REQUEST")
        assert len(await rows(client, 'coll "one"')) == 2


async def test_a_long_query_goes_on_and_is_polled(timed: Client) -> None:
    expected = await filled(timed, 5)
    first = await running(timed)
    waiting = await running(timed, SRC)
    for job in (first, waiting):
        got = (await page(timed, job)).body
        assert got == {"status": {"state": "RUNNING"}, "total": 0, "columns": [], "data": []}
    assert (await timed.ask("DELETE", f"/pipeline/{first}")).body == {"status": 200, "code": "OK"}
    async with asyncio.timeout(20):
        while (got := (await page(timed, waiting)).body)["status"]["state"] == "RUNNING":
            assert got["total"] in (0, 5)
    assert (got["total"], got["data"]) == (5, expected)


async def test_cancelling_stops_the_query_and_forgets_the_job(timed: Client) -> None:
    first, second = await running(timed), await running(timed)
    for job in (second, first):
        assert (await timed.ask("DELETE", f"/pipeline/{job}")).status == 200
        assert problem(await page(timed, job)) == GONE
        assert problem(await timed.ask("DELETE", f"/pipeline/{job}")) == GONE
    await answered(timed)


async def test_a_request_that_goes_cancels_the_query_it_waits_for(timed: Client) -> None:
    with pytest.raises(TimeoutError):
        await timed.ask(
            "POST", "/pipeline/run", json={"nql": LONG}, timeout=aiohttp.ClientTimeout(total=0.3, connect=None)
        )
    await answered(timed)


async def test_a_result_expires_when_nobody_asks_for_it(timed: Client, clock: Clock) -> None:
    job = (await run(timed, 'records {"n": 1}')).body["jobId"]
    for _ in range(3):
        clock.advance(599_999)
        assert (await page(timed, job)).body["data"] == [{"n": 1}]
    clock.advance(600_000)
    assert problem(await page(timed, job)) == GONE
    clock.freeze(NOW_MS)
    assert problem(await page(timed, job)) == GONE


async def test_a_query_that_nobody_polls_is_cancelled(timed: Client, clock: Clock) -> None:
    job = await running(timed)
    clock.advance(600_000)
    await answered(timed)
    assert problem(await page(timed, job)) == GONE


@pytest.mark.parametrize("end", ["logout", "expiry"])
async def test_jobs_end_with_the_session_that_began_them(
    timed: Client, stranger: Client, clock: Clock, end: str
) -> None:
    client = Client(timed.url, stranger.session)
    await client.login()
    done, long = (await run(client, 'records {"n": 1}')).body["jobId"], await running(client)
    own = (await run(timed, 'records {"n": 1}', waitTime=0)).body["jobId"]
    if end == "logout":
        assert (await client.ask("GET", "/logout")).status == 200
    else:
        clock.advance(300_000)
    await client.login()
    await answered(client)
    for job in (done, long):
        assert problem(await page(client, job)) == GONE
    assert (await page(client, own)).body["data"] == [{"n": 1}]


@pytest.mark.parametrize("way", ["reset", "drop"])
async def test_jobs_end_with_their_world(launch: Launch, client: Client, way: str) -> None:
    server = await launch(query_threads=1)
    client = Client(server.url, client.session)
    made = await client.ask("POST", "/_deadringer/worlds", json={"name": "w"})
    inside = Client(made.body["urls"]["http"], client.session)
    await inside.login()
    job = await running(inside)
    if way == "reset":
        assert (await client.ask("POST", "/_deadringer/reset", json={"world": "w"})).status == 200
        await inside.login()
        assert problem(await page(inside, job)) == GONE
    else:
        async with client.session.delete(f"{server.url}/_deadringer/worlds/w") as response:
            assert response.status < 300
    await client.login()
    await answered(client)


async def test_jobs_are_their_users_own(client: Client, others: Others) -> None:
    bob, eve = await others("bob"), await others("eve", roles=["ROLE_ADMIN"])
    job = (await run(bob, 'records {"n": 1}')).body["jobId"]
    for other in (client, eve):
        assert problem(await page(other, job)) == GONE
        assert problem(await other.ask("DELETE", f"/pipeline/{job}")) == GONE
    assert (await page(bob, job)).body["data"] == [{"n": 1}]


async def test_of_too_many_jobs_the_one_unused_longest_goes_and_none_that_runs(timed: Client, clock: Clock) -> None:
    jobs = []
    for number in range(4):
        clock.advance(1)
        jobs.append((await run(timed, f'records {{"n": {number}}}')).body["jobId"])
    assert problem(await page(timed, jobs[0])) == GONE
    clock.advance(1)
    assert (await page(timed, jobs[1])).status == 200
    long = await running(timed)
    assert problem(await page(timed, jobs[2])) == GONE
    more = [await running(timed) for _ in range(2)]
    assert problem(await page(timed, jobs[1])) == GONE
    assert problem(await run(timed, SRC)) == (429, "TOO_MANY_REQUESTS")
    for job in (*more, long):
        assert (await timed.ask("DELETE", f"/pipeline/{job}")).status == 200
    await answered(timed)


async def test_results_that_are_too_large_together_go_the_one_unused_longest_first(
    launch: Launch, clock: Clock
) -> None:
    server = await launch(clock=clock, sycope_results_bytes=2500)
    async with aiohttp.ClientSession(server.url, headers=BASIC) as session:
        client = Client(server.url, session)
        large = f'records {{"a": "{"x" * 1000}"}}'
        jobs = []
        for _ in range(3):
            clock.advance(1)
            jobs.append((await run(client, large)).body["jobId"])
        clock.advance(1)
        assert (await page(client, jobs[0])).status == 200
        clock.advance(1)
        # Three of them are too large: the second was unused longest.
        assert (await run(client, "records {}")).status == 200
        assert [(await page(client, job)).status for job in jobs] == [200, 404, 200]


async def test_what_is_private_does_not_exist_for_others(client: Client, others: Others) -> None:
    iden = await client.make_index()
    assert (await client.inject(COLUMNS, [[NOW_MS, "secret", 1]])).status == 200
    file = {"config": {"name": "names", "active": True}, "file": FILE}
    lookup = (await client.ask("POST", CSV, json=file)).body["id"]
    bob = await others("bob")
    refused = await run(bob, SRC)
    assert problem(refused) == (400, "BAD_REQUEST")
    assert f"There is no stream {NAME}." in refused.body["message"]
    query = 'records {"ip": "8.8.8.8"} | set name=lookup("names", "description", {"ip": ip}) | project +name'
    hidden = await run(bob, query)
    await share(client, iden, *PUBLIC)
    answer = await client.ask("PUT", f"/permissions/CONFIGURATION.lookup.lookup/{lookup}", json=PUBLIC)
    assert answer.status == 200
    assert (await rows(bob, SRC))[0]["text"] == "secret"
    assert await rows(bob, query) == [{"name": "Google DNS"}]
    assert "Google DNS" not in str(hidden.body)


async def test_a_query_that_fails_later_says_so_in_place_of_its_data(timed: Client) -> None:
    first = await running(timed)
    job = await running(timed, 'src stream="none"')
    assert (await timed.ask("DELETE", f"/pipeline/{first}")).status == 200
    async with asyncio.timeout(20):
        while (answer := await page(timed, job)).status == 200:
            assert answer.body["status"]["state"] == "RUNNING"
    for _ in range(2):
        answer = await page(timed, job)
        assert problem(answer) == (400, "BAD_REQUEST")
        assert "There is no stream none." in answer.body["message"]
        assert "data" not in answer.body


async def test_sleep_lasts_no_longer_than_the_request_waits(client: Client) -> None:
    async with asyncio.timeout(20):
        assert (await run(client, 'records {"a": 1} | sleep 3600000 | sleep 3600000', waitTime=50)).status == 200


async def test_a_server_stops_while_queries_run(server: RunningServer, client: Client) -> None:
    await running(client)
    async with asyncio.timeout(10):
        await server.stop()


@pytest.mark.parametrize("end", ["cancelled", "reset", "reader"])
async def test_a_page_that_cannot_go_on_is_cut_and_never_looks_whole(launch: Launch, end: str) -> None:
    server = await launch(write_timeout_s=0.3 if end == "reader" else 60.0)
    async with aiohttp.ClientSession(headers=BASIC) as session:
        client = Client(server.url, session)
        query = f'records {{"a": {ITEMS}, "b": {ITEMS[:30]}}} | unwind a | unwind b | set text="{"x" * 1000}"'
        job = (await run(client, query, limit=0)).body["jobId"]
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]), limit=4096)
        head = (
            f"POST /npm/api/v1/pipeline/{job}/data HTTP/1.1\r\nHost: x\r\nAuthorization: {BASIC['Authorization']}\r\n"
        )
        body = b'{"limit": 1000000}'
        writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        told = await reader.readuntil(b"\r\n\r\n")
        size = int(told.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if end == "cancelled":
            assert (await client.ask("DELETE", f"/pipeline/{job}")).status == 200
        elif end == "reset":
            assert (await client.ask("POST", "/_deadringer/reset", json={})).status == 200
        else:
            # It gives up while nothing is read, and remembers the request then.
            async with asyncio.timeout(20):
                while not await noted(client, f"{job}/data"):
                    pass
        received = 0
        async with asyncio.timeout(20):
            try:
                while piece := await reader.read(1 << 20):
                    received += len(piece)
            except ConnectionResetError:
                received += 0
        writer.transport.abort()
        assert size > 30_000_000
        assert received < size


async def noted(client: Client, path: str) -> bool:
    """Whether the server has done with a request."""
    requests = (await client.ask("GET", "/_deadringer/requests")).body["requests"]
    return any(request["path"].endswith(path) for request in requests)
