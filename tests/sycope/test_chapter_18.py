"""Queries of the vendor's scripts and dashboards (nql.md chapter 18) over rows that were injected."""

from typing import Any

import pytest

from .conftest import Client
from .test_inventory import load
from .test_lookups import CSV
from .test_pipeline import rows

T = 1_747_216_800_000
ZABBIX = [
    {"name": "timestamp", "type": "long", "sortable": True},
    {"name": "ip", "type": "ip4"},
    {"name": "cpu_load", "type": "double", "sortable": True},
]
SURICATA = [
    {"name": "timestamp", "type": "long", "sortable": True},
    {"name": "event_type", "type": "string"},
    {"name": "alert_severity", "type": "int", "sortable": True},
]
LOADS = [("10.0.0.1", 1.0), ("10.0.0.2", 3.5), (None, 9.0), ("10.0.0.1", 2.0), ("10.0.0.2", None), ("10.0.0.3", 0.5)]


@pytest.fixture
async def asked(client: Client) -> Client:
    """A client whose server holds the two indexes, a device and a lookup."""
    await client.make_index(name="ZabbixStats", fields=ZABBIX)
    await client.make_index(name="suricata", fields=SURICATA)
    given: list[Any] = [[T + number * 60_000, ip, load] for number, (ip, load) in enumerate(LOADS)]
    answer = await client.inject(["timestamp", "ip", "cpu_load"], given, name="ZabbixStats")
    assert answer.status == 200
    given = [[T, "alert", 5], [T, "alert", 3], [T, "dns", 9], [T, "alert", 4], [T, "alert", None]]
    answer = await client.inject(["timestamp", "event_type", "alert_severity"], given, name="suricata")
    assert answer.status == 200
    await load(
        client,
        {"ip": "192.168.1.38", "timestamp": T, "additional": {"Hostname": "box"}},
        {"ip": "192.168.1.39", "timestamp": T},
    )
    file = {"columns": ["ip", "icmp_url"], "rows": [["192.168.1.38", "https://zabbix/38"]]}
    made = {"config": {"name": "integration-zabbix", "active": True}, "file": file}
    assert (await client.ask("POST", CSV, json=made)).status == 200
    return client


async def test_the_top_is_collected_and_then_drawn_over_time(asked: Client) -> None:
    top = 'src stream="ZabbixStats" | neq(null, ip) | aggr avgCpu_load=avg(cpu_load) by ip as ip unwind=true '
    top += '| sort avgCpu_load desc | limit 5 | dst "top5"'
    assert await rows(asked, top) == [
        {"ip": "10.0.0.2", "avgCpu_load": 3.5},
        {"ip": "10.0.0.1", "avgCpu_load": 1.5},
        {"ip": "10.0.0.3", "avgCpu_load": 0.5},
    ]
    drawn = 'src stream="ZabbixStats" | (valInColl(ip, "top5", "ip") OR ip = null) '
    drawn += "| timeAggr avgCpu_load=avg(cpu_load) on timestamp by ip as ip "
    drawn += 'interval="5m" dir="desc" unwind=true bucketAlias="srcEventTimestamp" | limit 1000'
    found = await rows(asked, drawn)
    assert {(row["srcEventTimestamp"], row["ip"], row["avgCpu_load"]) for row in found} == {
        (T, "10.0.0.1", 1.5),
        (T, "10.0.0.2", 3.5),
        (T, None, 9.0),
        (T + 300_000, "10.0.0.3", 0.5),
    }
    assert found[0]["srcEventTimestamp"] == T + 300_000


async def test_one_metric_without_groups_is_one_row_with_one_key(asked: Client) -> None:
    highest = 'src stream="ZabbixStats" | cpu_load != null | aggr maxCpu_load=max(cpu_load) unwind=true | limit 1000'
    assert await rows(asked, highest) == [{"maxCpu_load": 9.0}]
    low = 'src stream="suricata" | event_type = "alert" | alert_severity >= 4 '
    low += "| aggr countLow=count(alert_severity) unwind=true | limit 1000"
    assert await rows(asked, low) == [{"countLow": 2}]


async def test_days_are_laid_over_each_other(asked: Client) -> None:
    query = (
        f'src stream="ZabbixStats" | gte(mod(sub(timestamp, {T}), 86400000), -3600000) '
        f"AND lte(mod(sub(timestamp, {T}), 86400000), mul(3600000, 0.3)) "
        f"| eq(isWorkingDay(timestamp), isWorkingDay({T})) "
        '| timeAggr a=avg(cpu_load) on timestamp interval="5m" dir="desc" unwind=true bucketAlias="t" '
        f"| set t = add(mod(sub(t, {T}), 86400000), {T}), up = mul(1.3, a), down = mul(0.7, a)"
    )
    found = await rows(asked, query)
    assert [row["t"] for row in found] == [T + 300_000, T]
    assert found[0]["up"] == pytest.approx(0.65)
    assert found[1]["a"] == pytest.approx(15.5 / 4)


async def test_devices_are_enriched_from_a_lookup(asked: Client) -> None:
    query = 'src stream="assetDevices" | set url=lookup("integration-zabbix", "icmp_url", {"ip": ip}) | url != null '
    query += '| set hostname=getValue("Hostname", additional) | project +ip, +hostname, +url | sort ip asc | limit 1000'
    assert await rows(asked, query) == [{"ip": "192.168.1.38", "hostname": "box", "url": "https://zabbix/38"}]


@pytest.mark.parametrize(
    "query",
    [
        'src stream="alerts"',
        'src stream="netflowByAppsAggr" | limit 1000',
        'src stream="alerts" | clientIp = "10.0.0.5" or serverIp = "10.0.0.5" | alertName = "DNS Tunneling"',
        'src stream="netflowByIpAggr" | where direction=0 | aggr clientBytes=sum(clientBytes) by ipAddress unwind=true '
        "| sort clientBytes desc | limit 10",
    ],
)
async def test_the_products_own_streams_can_be_asked(asked: Client, query: str) -> None:
    assert await rows(asked, query) == []
