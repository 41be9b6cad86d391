"""The pack `soc-demo`: the queries that clients send find something in it, and its streams agree with each other."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from deadringer.server.packs import find
from deadringer.server.sycope.traffic import traffic_of
from deadringer.server.sycope.traffic_rows import events_of, streams_of

from ..conftest import Launch
from ..nql.casefiles import chunks
from .conftest import Client
from .test_pipeline import rows, run

HOUR_MS = 3_600_000
QUERIES = [chunk.query for chunk in chunks("chapter18.cases")]
COLLECT = 'dst "top5"'
# How many rows each has at least.
STREAMS = {
    "netflow": 5000,
    "alerts": 50,
    "assetDevices": 20,
    "assetNetflowAggr": 1000,
    "netflowByAppsAggr": 1000,
    "netflowByIpAggr": 1000,
    "restAudit": 5,
    "ZabbixStats": 5000,
    "suricata": 1000,
}
MACROS = ("INT_EXT", "EXT_INT", "INT_INT", "INT_", "_INT", "EXT_", "_EXT", "LDAP", "DHCP", "DNS", "RDP", "Workstations")
BASE = {"timestamp", "tenantId", "activeTime", "clientBytes", "serverBytes", "clientPackets", "serverPackets", "flows"}


@pytest.fixture
async def client(launch: Launch) -> AsyncIterator[Client]:
    """A client of a server with the pack, logged in."""
    server = await launch(seed=("soc-demo",))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        client = Client(server.url, session)
        assert (await client.login()).status == 200
        yield client


async def whole(client: Client, nql: str) -> list[dict[str, Any]]:
    """All rows of a query in one page."""
    job = (await run(client, nql)).body
    found = await client.ask("POST", f"/pipeline/{job['jobId']}/data", json={"limit": 100_000, "offset": 0})
    data: list[dict[str, Any]] = found.body["data"]
    assert len(data) == job["data"]["total"]
    return data


async def test_every_query_of_chapter_18_finds_something(client: Client) -> None:
    assert len(QUERIES) == 18
    # The one that stores what another one reads goes first, as dashboards do it.
    for query in sorted(QUERIES, key=lambda query: COLLECT not in query):
        found = await whole(client, query)
        assert found, query
        names = {name for row in found for name in row}
        # A column that is empty in every row would be no sensible answer to a question for it.
        if "unwind=true" in query or "project" in query:
            assert {name for name in names if all(row[name] is None for row in found)} == set(), query


async def test_one_metric_alone_is_one_key(client: Client) -> None:
    single = [query for query in QUERIES if "aggr " in query and " by " not in query and query.count("=count") < 2]
    for query in single:
        (row,) = await whole(client, query)
        assert all(value not in (None, 0) for value in row.values()), query


async def test_the_streams_are_filled_up_to_now(client: Client) -> None:
    now_ms = time.time_ns() // 1_000_000
    span = "aggr n=count(1), first=min(timestamp), last=max(timestamp)"
    for stream, least in STREAMS.items():
        (row,) = await rows(client, f'src stream="{stream}" | {span}')
        assert row["n"] >= least, stream
        assert now_ms - HOUR_MS < row["last"] <= now_ms, stream
        assert now_ms - 9 * 24 * HOUR_MS < row["first"], stream
        (recent,) = await rows(client, f'src stream="{stream}" startTime="-1h@now" | {span}')
        assert 0 < recent["n"] <= row["n"], stream


async def test_rows_have_the_fields_that_the_reference_names(client: Client) -> None:
    (netflow,) = await rows(client, 'src stream="netflow" | limit 1')
    assert list(netflow)[:8] == [
        "_stream",
        "timestamp",
        "sessionId",
        "clientIp",
        "serverIp",
        "protocol",
        "clientPort",
        "serverPort",
    ]
    assert netflow["_stream"] == "netflow"
    for stream, keys in (
        ("netflowByAppsAggr", {"application"}),
        ("netflowByIpAggr", {"ipAddress", "direction"}),
        ("assetNetflowAggr", {"clientIp", "serverIp", "serverPort", "protocol"}),
    ):
        (row,) = await rows(client, f'src stream="{stream}" | limit 1')
        assert row.keys() >= BASE | keys | {"_stream", "sessions"}
    (alert,) = await rows(client, 'src stream="alerts" | limit 1')
    assert "_stream" not in alert
    assert alert["alertSeverity"] in ("Critical", "High", "Medium", "Low", "Info")
    assert alert["alertFlagThresholdLevel"] in ("Critical", "Major", "Minor")


async def test_aggregates_add_up_to_the_sessions(client: Client) -> None:
    sums = "aggr a=sum(clientBytes), b=sum(serverBytes), c=sum(flows)"
    (total,) = await rows(client, f'src stream="netflow" | {sums}')
    for stream in ("netflowByAppsAggr", "netflowByAppAggr", "assetNetflowAggr"):
        assert await rows(client, f'src stream="{stream}" | {sums}') == [total]
    for direction in (0, 1):
        assert await rows(client, f'src stream="netflowByIpAggr" | direction = {direction} | {sums}') == [total]


async def test_alerts_tell_of_sessions_that_are_there(client: Client) -> None:
    sessions = Counter((row["clientIp"], row["serverIp"]) for row in await whole(client, 'src stream="netflow"'))
    alerts = await whole(client, 'src stream="alerts"')
    for alert in alerts:
        servers = alert["_joinServerIPs"].split(",")
        assert alert["serverIp"] in servers
        assert sum(sessions[(alert["clientIp"], server)] for server in servers) >= alert["_countSessions"]
    assert {alert["alertSeverity"] for alert in alerts} == {"Critical", "High", "Medium", "Low", "Info"}
    assert len({alert["id"] for alert in alerts}) == len(alerts)
    assert {alert["alertSeen"] for alert in alerts} == {True, False}
    assert any(alert["alertFalsePositive"] for alert in alerts)


async def test_who_talks_inside_is_an_asset_and_what_is_served_has_a_name(client: Client) -> None:
    devices = {row["ip"] for row in await whole(client, 'src stream="assetDevices"')}
    flows = await whole(
        client,
        'src stream="netflow" | set c=lookup("hosts & subnets", "privacy", {"cidr": clientIp}), '
        's=lookup("hosts & subnets", "privacy", {"cidr": serverIp}) | project +clientIp, +serverIp, +c, +s',
    )
    for flow in flows:
        for ip, privacy in ((flow["clientIp"], flow["c"]), (flow["serverIp"], flow["s"])):
            assert (ip in devices) == (privacy == "Private")
    services = {(row["server"], row["port"]) for row in find("soc-demo").file("services.csv")}
    named = {(row["ip"], row["port"]) for row in find("soc-demo").file("app.csv")}
    assert named <= services


async def test_macros_of_the_product_find_something(client: Client) -> None:
    for macro in MACROS:
        (row,) = await rows(client, f'src stream="netflow" | ${macro}$ | aggr n=count(1)')
        assert row["n"] > 0, macro


async def test_stored_macros_and_profiles_are_there_for_its_users(client: Client) -> None:
    assert (await client.ask("GET", "/logout")).status == 200
    assert (await client.login("analyst", "analyst")).status == 200
    assert await rows(client, "$OPEN_ALERTS$ | $SCANS$ | aggr n=count(1)") != []
    found = await rows(
        client,
        'src stream="assetNetflowAggr" | set p=matchingTrafficProfiles(clientIp, serverIp, serverPort, protocol, '
        "name=true) | unwind p | aggr n=count(1) by p unwind=true",
    )
    assert {row["p"] for row in found} == {"Office work", "Name service"}
    # Others may look at what the pack shares, and at nothing else.
    listed = (await client.ask("GET", "/config-elements")).body["data"]
    assert len(listed) == len(find("soc-demo").table("elements"))


async def test_nothing_can_be_injected_into_a_built_in_stream(client: Client) -> None:
    for stream in STREAMS.keys() - {"ZabbixStats", "suricata"}:
        answer = await client.inject(["timestamp"], [[1]], name=stream)
        assert (answer.status, answer.body["code"]) == (403, "FORBIDDEN")


async def test_its_indexes_take_more_rows(client: Client) -> None:
    now_ms = time.time_ns() // 1_000_000
    columns = ["timestamp", "ip", "cpu_load"]
    assert (await client.inject(columns, [[now_ms, "10.9.9.9", 99.5]], name="ZabbixStats")).status == 200
    assert await rows(client, 'src stream="ZabbixStats" | ip = "10.9.9.9" | project +cpu_load') == [{"cpu_load": 99.5}]


def test_the_same_now_makes_the_same_rows() -> None:
    pack = find("soc-demo")
    first, second = (traffic_of(pack, pack.settings()["traffic"], 1_747_216_800_000) for _ in range(2))
    for lines, others in zip(streams_of(first).values(), streams_of(second).values(), strict=True):
        found = list(lines)
        assert found == list(others)
        assert [line[0] for line in found] == sorted(line[0] for line in found)
    assert events_of(first) == events_of(second)
