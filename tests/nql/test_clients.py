"""The queries that clients of the product send (nql.md chapter 18), and the product's macros (chapter 14)."""

import json

import pytest
from deadringer.server.nql import BUILT_IN, NqlError, Row, expand, parse_filter

from .casefiles import Chunk, chunks
from .surroundings import Surroundings, answer

MONDAY_MS = 1747216800000
STREAMS: dict[str, list[Row]] = {
    "alerts": [
        {
            "id": str(number),
            "timestamp": number * 1000,
            "alertName": name,
            "alertSeverity": severity,
            "clientIp": client,
            "serverIp": server,
        }
        for number, name, severity, client, server in (
            (1, "DNS Tunneling", "High", "10.0.0.5", "8.8.8.8"),
            (2, "Horizontal Scan", "Low", "10.0.0.9", "10.0.0.5"),
            (3, "DNS Tunneling", "High", "10.0.0.7", "10.0.0.5"),
        )
    ],
    "netflowByAppsAggr": [{"timestamp": 1, "application": 443, "clientBytes": 5}],
    "assetDevices": [
        {"id": "d2", "ip": "192.168.1.39", "additional": {}},
        {"id": "d1", "ip": "192.168.1.38", "additional": {"Hostname": "printer"}},
    ],
    "assetNetflowAggr": [
        {"clientIp": "10.0.0.9", "serverIp": "10.0.0.5", "serverPort": 443, "protocol": 6},
        {"clientIp": "9.9.9.9", "serverIp": "10.0.0.5", "serverPort": 443, "protocol": 6},
        {"clientIp": "10.0.0.9", "serverIp": "10.0.0.5", "serverPort": 80, "protocol": 6},
        {"clientIp": "10.0.0.5", "serverIp": "1.1.1.1", "serverPort": 53, "protocol": 17},
    ],
    "netflow": [
        {"timestamp": 1000, "clientIp": "10.50.0.100"},
        {"timestamp": 1500, "clientIp": "10.50.0.101"},
        {"timestamp": 2000, "clientIp": "10.50.0.100"},
    ],
    "ZabbixStats": [
        {"timestamp": MONDAY_MS, "ip": "10.0.0.1", "cpu_load": 3.0},
        {"timestamp": MONDAY_MS + 1000, "ip": "10.0.0.2", "cpu_load": 4.0},
        {"timestamp": MONDAY_MS + 2000, "ip": None, "cpu_load": 3.5},
        {"timestamp": MONDAY_MS + 3000, "ip": None, "cpu_load": None},
        {"timestamp": MONDAY_MS + 4000, "ip": "10.0.0.1", "cpu_load": None},
        {"timestamp": MONDAY_MS + 86_400_000 // 2, "ip": "10.0.0.2", "cpu_load": 8.0},
    ],
    "suricata": [
        {"event_type": "alert", "alert_severity": 4},
        {"event_type": "alert", "alert_severity": 3},
        {"event_type": "dns", "alert_severity": 5},
        {"event_type": "alert", "alert_severity": 5},
    ],
    "netflowByIpAggr": [
        {"timestamp": 1, "ipAddress": "10.0.0.1", "direction": 0, "clientBytes": 3},
        {"timestamp": 2, "ipAddress": "10.0.0.2", "direction": 0, "clientBytes": 4},
        {"timestamp": 3, "ipAddress": "10.0.0.2", "direction": 0, "clientBytes": 5},
        {"timestamp": 4, "ipAddress": "10.0.0.3", "direction": 1, "clientBytes": 99},
    ],
}
SURROUNDED: list[Row] = [
    {"clientIp": "10.1.1.1", "serverIp": "8.8.8.8", "serverPort": 53},
    {"clientIp": "8.8.8.8", "serverIp": "10.1.1.1", "serverPort": 3389},
    {"clientIp": "10.1.1.1", "serverIp": "192.168.0.1", "serverPort": 67},
    {"clientIp": "1.1.1.1", "serverIp": "8.8.8.8", "serverPort": 636, "protocol": 6, "serverGroups": ["Public"]},
    {"clientIp": "1.1.1.1", "serverIp": "8.8.8.8", "applicationNameNtop": "DNS", "serverGroups": ["Workstations"]},
]
CHOSEN = {
    "INT_EXT": [0],
    "EXT_INT": [1],
    "INT_INT": [2],
    "EXT_EXT": [3, 4],
    "INT_": [0, 2],
    "_INT": [1, 2],
    "EXT_": [1, 3, 4],
    "_EXT": [0, 3, 4],
    "LDAP": [3],
    "DHCP": [2],
    "RDP": [1],
    "DNS": [0, 4],
    "Workstations": [4],
    "Public": [3],
}


@pytest.mark.parametrize("chunk", chunks("chapter18.cases"), ids=lambda chunk: chunk.title)
def test_query_of_a_client(chunk: Chunk) -> None:
    rows = answer(chunk.query, Surroundings(STREAMS))
    assert [json.dumps(row) for row in rows] == [json.dumps(json.loads(row)) for row in chunk.rows]


def test_there_are_eighteen() -> None:
    assert len(chunks("chapter18.cases")) == 18


@pytest.mark.parametrize("name", BUILT_IN)
def test_macro_of_the_product(name: str) -> None:
    rows: list[Row] = [{"number": number, **row} for number, row in enumerate(SURROUNDED)]
    found = answer(f'src stream="x" | ${name}$', Surroundings({"x": rows}))
    assert [row["number"] for row in found] == CHOSEN[name]


def test_macros_are_replaced_in_strings_and_as_whole_pipelines() -> None:
    macros = {"MACRO1": "sometext", "MACRO2": 'src stream="alerts"', "_M3": "aggr n=count(1)"}
    text = expand('$MACRO2$ | set f=concat("$MACRO1$", "$5") | fork ($_M3$)', macros)
    assert text == 'src stream="alerts" | set f=concat("sometext", "$5") | fork (aggr n=count(1))'


def test_macros_in_macros_are_replaced() -> None:
    assert expand("$a$", {"a": "$b$ or $b$", "b": "x = 1"}) == "x = 1 or x = 1"


@pytest.mark.parametrize(
    ("macros", "message"),
    [
        ({}, "line 1, column 10: Unknown macro $a$."),
        ({"a": "$a$"}, "Macros stand in macros more than 10 deep."),
        ({"a": "$b$" * 10, "b": "$c$" * 100, "c": "$d$" * 100, "d": "x" * 1000}, "has more than 1000000 characters"),
    ],
)
def test_macros_that_cannot_be_replaced(macros: dict[str, str], message: str) -> None:
    with pytest.raises(NqlError) as caught:
        expand("not true $a$", macros)
    assert message in str(caught.value)


def test_a_filter_alone_is_parsed_for_config_elements() -> None:
    assert parse_filter('category = "lookup.lookup"') == parse_filter('category = "lookup.lookup"')
    with pytest.raises(NqlError, match='Expected "and", "or" or the end, found limit'):
        parse_filter("a = 1 limit 5")
