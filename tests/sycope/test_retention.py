"""Rotation: old periods are dropped by the world's clock, and what indexes hold can be asked (reference: Custom indexes)."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from deadringer.server.clock import Clock

from ..conftest import Launch
from .conftest import INDEX, Client

DAY_MS = 86_400_000
# Noon, UTC.
NOW_MS = 20_000 * DAY_MS + DAY_MS // 2
BASIC = {"Authorization": aiohttp.encode_basic_auth("admin", "qwerty")}
PATH = "/config-element-index/user-index"


@pytest.fixture
def clock() -> Clock:
    """The clock of the server, which stands still."""
    return Clock(NOW_MS)


@pytest.fixture
async def timed(launch: Launch, clock: Clock) -> AsyncIterator[Client]:
    """A client of a server with that clock, without a session that could end."""
    server = await launch(clock=clock)
    async with aiohttp.ClientSession(headers=BASIC) as session:
        yield Client(server.url, session)


async def inject(client: Client, *timestamps: int, name: str = INDEX["name"]) -> None:
    answer = await client.inject(["timestamp"], [[each] for each in timestamps], name=name)
    assert answer.status == 200, answer.body


async def stamps(client: Client) -> list[int]:
    return [row[0] for row in (await client.rows())["rows"]]


async def indexes(client: Client) -> Any:
    return (await client.ask("GET", "/_deadringer/sycope/indexes")).body["indexes"]


async def test_a_period_goes_when_it_ended_so_many_days_ago(timed: Client, clock: Clock) -> None:
    await timed.make_index(retentionDays=2)
    await inject(timed, NOW_MS, NOW_MS + DAY_MS)
    end_ms = NOW_MS + DAY_MS // 2
    clock.freeze(end_ms + 2 * DAY_MS - 1)
    assert await stamps(timed) == [NOW_MS, NOW_MS + DAY_MS]
    clock.advance(1)
    assert await stamps(timed) == [NOW_MS + DAY_MS]
    clock.advance(DAY_MS)
    assert await stamps(timed) == []
    clock.freeze(NOW_MS)
    assert await stamps(timed) == []


@pytest.mark.parametrize("rotation", ["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"])
async def test_it_holds_for_every_rotation(timed: Client, clock: Clock, rotation: str) -> None:
    await timed.make_index(retentionDays=1, rotation=rotation)
    await inject(timed, NOW_MS)
    ((period,),) = [index["periods"] for index in await indexes(timed)]
    clock.freeze(period["end_ms"] + DAY_MS - 1)
    assert await stamps(timed) == [NOW_MS]
    clock.advance(1)
    assert await stamps(timed) == []


async def test_without_retention_rows_stay_for_ever(timed: Client, clock: Clock) -> None:
    await timed.make_index()
    await timed.make_index(name="other", retentionDays=None)
    for name in (INDEX["name"], "other"):
        await inject(timed, 0, NOW_MS, name=name)
    clock.advance(5000 * DAY_MS)
    assert [index["rows"] for index in await indexes(timed)] == [2, 2]


async def test_what_is_too_old_when_it_comes_goes_at_once(timed: Client) -> None:
    await timed.make_index(retentionDays=1)
    await inject(timed, NOW_MS - 3 * DAY_MS, NOW_MS)
    assert await stamps(timed) == [NOW_MS]


async def test_an_index_lives_on_after_all_of_its_periods(timed: Client, clock: Clock) -> None:
    iden = await timed.make_index(retentionDays=1)
    await inject(timed, NOW_MS)
    clock.advance(10 * DAY_MS)
    assert await stamps(timed) == []
    await inject(timed, clock.now_ms())
    assert await stamps(timed) == [clock.now_ms()]
    clock.advance(10 * DAY_MS)
    assert (await timed.ask("DELETE", f"{PATH}/{iden}")).status == 200
    assert await indexes(timed) == []


async def test_retention_is_shown_and_may_change(timed: Client, clock: Clock) -> None:
    iden = await timed.make_index(retentionDays=100)
    await inject(timed, NOW_MS)
    assert (await timed.ask("GET", f"{PATH}/{iden}")).body["config"]["retentionDays"] == 100
    clock.advance(50 * DAY_MS)
    assert await stamps(timed) == [NOW_MS]
    for days, left in ((None, 1), (49, 0)):
        body = {"category": "userIndex.index", "config": {**INDEX, "retentionDays": days}}
        assert (await timed.ask("PUT", f"{PATH}/{iden}", json=body)).status == 200
        assert [index["retention_days"] for index in await indexes(timed)] == [days]
        assert len(await stamps(timed)) == left


@pytest.mark.parametrize("days", [0, -1, 1_000_001, 1.5, "1", True, []])
async def test_retention_is_a_number_of_days(client: Client, days: Any) -> None:
    answer = await client.ask("POST", PATH, json={**INDEX, "retentionDays": days})
    assert (answer.status, [problem["path"] for problem in answer.body["errors"]]) == (422, ["retentionDays"])


async def test_an_index_says_what_it_holds(timed: Client) -> None:
    assert await indexes(timed) == []
    iden = await timed.make_index(rotation="daily")
    empty = {"name": INDEX["name"], "id": iden, "rotation": "daily", "retention_days": None, "active": True}
    assert await indexes(timed) == [{**empty, "rows": 0, "first_ms": None, "last_ms": None, "periods": []}]
    await inject(timed, NOW_MS + DAY_MS, NOW_MS + 5, NOW_MS - 7)
    await timed.make_index(name="second", rotation="monthly", active=False)
    first, second = await indexes(timed)
    start_ms = NOW_MS - DAY_MS // 2
    spans = [(start_ms, 2, NOW_MS - 7, NOW_MS + 5), (start_ms + DAY_MS, 1, NOW_MS + DAY_MS, NOW_MS + DAY_MS)]
    assert (first["rows"], first["first_ms"], first["last_ms"]) == (3, NOW_MS - 7, NOW_MS + DAY_MS)
    assert first["periods"] == [
        {"period": period, "start_ms": start, "end_ms": start + DAY_MS, "rows": count, "first_ms": low, "last_ms": high}
        for period, (start, count, low, high) in zip(("20241004", "20241005"), spans, strict=True)
    ]
    assert (second["name"], second["rotation"], second["active"], second["rows"]) == ("second", "monthly", False, 0)


async def test_each_world_drops_by_its_own_clock(timed: Client, launch: Launch) -> None:
    later = await launch(clock=Clock(NOW_MS + 100 * DAY_MS))
    async with aiohttp.ClientSession(headers=BASIC) as session:
        for client, left in ((timed, [NOW_MS]), (Client(later.url, session), [])):
            await client.make_index(retentionDays=10)
            await inject(client, NOW_MS)
            assert await stamps(client) == left
