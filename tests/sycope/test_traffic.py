"""Generated rows: what a pack may say of a network and of measurements, and what is made of it."""

import math
from pathlib import Path
from typing import Any

import pytest
from deadringer.server.packs import BadPack, Pack, find
from deadringer.server.sycope.series import series_of
from deadringer.server.sycope.traffic import Traffic, traffic_of
from deadringer.server.sycope.traffic_rows import events_of, streams_of

# A Wednesday, at ten o'clock (UTC).
NOW_MS = 1_747_216_800_000
HOUR_MS = 3_600_000
SETTINGS = {"sessions": 200, "exporter": "10.0.0.1"}
HOSTS = "ip,groups,country,weight\n10.0.0.5,Servers,,1\n10.0.0.9,Staff;People,,3\n192.0.2.1,Public,US,0\n"
SERVICES = "server,port,protocol,application,clients\n10.0.0.5,443,6,TLS,People\n10.0.0.5,53,17,DNS,Public\n"
INCIDENT = """
[[data]]
name = "Scan"
severity = "Low"
level = "Minor"
rule = "D_1"
clients = ["192.0.2.1"]
servers = ["10.0.0.5", "10.0.0.9"]
ports = [21, 22, 23]
application = "Unknown"
begins = "2h"
ends = "1h"
every = "20m"
sessions = 7
client_bytes = 60
server_bytes = 0
signature = "A scan"
"""


def pack(folder: Path, hosts: str = HOSTS, services: str = SERVICES, incidents: str = INCIDENT) -> Pack:
    (folder / "files").mkdir()
    for name, text in (("hosts.csv", hosts), ("services.csv", services), ("incidents.toml", incidents)):
        (folder / "files" / name).write_text(text)
    return find(str(folder))


def told(folder: Path, **changes: Any) -> Traffic:
    return traffic_of(pack(folder), {**SETTINGS, **changes}, NOW_MS)


def test_usual_sessions_lie_in_the_time_before_now(tmp_path: Path) -> None:
    traffic = told(tmp_path, lasts="6h")
    usual = [session for session in traffic.sessions if session.incident is None]
    assert len(usual) == 200
    for session in usual:
        assert NOW_MS - 7 * HOUR_MS < session.first_ms <= session.last_ms < session.at_ms <= NOW_MS
        assert session.at_ms % 60_000 == 0
        group = "People" if session.protocol == 6 else "Public"
        assert group in session.client.groups
        assert session.server.ip == "10.0.0.5"
        assert session.client_flags == (0 if session.protocol == 17 else session.client_flags)


def test_an_incident_has_an_alert_and_sessions_in_each_window(tmp_path: Path) -> None:
    traffic = told(tmp_path, sessions=0)
    assert [len(sessions) for _, sessions in traffic.windows] == [7, 7, 7]
    alerts = [dict(zip(names, values, strict=True)) for _, names, values in streams_of(traffic)["alerts"]]
    for number, alert in enumerate(alerts):
        begins_ms = NOW_MS - 2 * HOUR_MS + number * 20 * 60_000
        assert begins_ms < alert["timestamp"] <= begins_ms + 20 * 60_000
        assert (alert["_countSessions"], alert["_countUniqueServerPorts"]) == (7, 3)
        assert alert["_sumBytes"] == sum(session.client_bytes for session in traffic.windows[number][1])
        assert set(alert["_joinServerIPs"].split(",")) == {"10.0.0.5", "10.0.0.9"}
        assert alert["_firstClientCountry"] == "US"
    # Never opened: the client asks, nobody answers.
    assert {(session.client_flags, session.server_packets) for session in traffic.sessions} == {(2, 0)}
    events = events_of(traffic)
    assert [(event["event_type"], event["alert_signature"]) for event in events] == [("alert", "A scan")] * 9


def test_rows_of_one_stream_have_one_shape_and_are_by_time(tmp_path: Path) -> None:
    for name, lines in streams_of(told(tmp_path)).items():
        found = list(lines)
        assert found, name
        assert len({names for _, names, _ in found}) == 1, name
        assert all(len(names) == len(values) for _, names, values in found), name
        assert [at_ms for at_ms, _, _ in found] == sorted(at_ms for at_ms, _, _ in found), name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sessions": "many"}, "sessions is no whole number."),
        ({"sessions": 10**9}, "sessions is not between 0 and"),
        ({"exporter": ""}, "exporter is no text."),
        ({"lasts": "0s"}, "no length of time"),
        ({"seed": 1.5}, "seed is no whole number."),
        ({"colour": "red"}, "colour is not known here."),
        ({"hosts": "other.csv"}, "has no file files/other.csv."),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadPack) as caught:
        told(tmp_path, **changes)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"hosts": "name\nx\n"}, "hosts: ip is missing."),
        ({"hosts": "ip,weight\n10.0.0.5,-1\n"}, "hosts: weight is not between 0 and"),
        ({"hosts": "ip,colour\n10.0.0.5,red\n"}, "hosts: colour is not known here."),
        ({"services": SERVICES.replace("People", "Nobody")}, "services: no host is in the group Nobody."),
        ({"services": SERVICES.replace("10.0.0.5", "10.0.0.77")}, "10.0.0.77 is none of the hosts."),
        ({"services": SERVICES.replace("443", "https")}, "services: port is no whole number."),
        ({"incidents": INCIDENT.replace('["192.0.2.1"]', "[]")}, "clients is no list with a str or more in it."),
        ({"incidents": INCIDENT.replace("[21, 22, 23]", '["ssh"]')}, "ports is no list with a int or more in it."),
        ({"incidents": INCIDENT.replace("sessions = 7", "sessions = 0")}, "Scan has no sessions"),
        ({"incidents": INCIDENT.replace('"20m"', '"1s"')}, "a window of less than a minute."),
        ({"incidents": INCIDENT.replace("= 60", "= inf")}, "client_bytes is no finite number."),
        ({"incidents": INCIDENT.replace('"2h"', "2")}, "begins is no text."),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(BadPack) as caught:
        traffic_of(pack(tmp_path, **files), SETTINGS, NOW_MS)
    assert message in str(caught.value)


def test_measurements_come_at_whole_steps_and_go_round_with_the_day() -> None:
    wave = {"mean": 10.0, "swing": 50.0, "noise": 0.0}
    settings = {"index": "x", "every": "1h", "lasts": "7d", "each": [{"host": "a"}, {}], "values": {"v": wave}}
    index, rows = series_of("here", settings, NOW_MS + 1234)
    assert (index, len(rows)) == ("x", 7 * 24 * 2)
    assert {row["timestamp"] % HOUR_MS for row in rows} == {0}
    assert max(row["timestamp"] for row in rows) == NOW_MS
    by_time = {row["timestamp"]: row["v"] for row in rows if row.get("host") == "a"}
    # Tuesday at two in the afternoon is the highest, at two in the night the lowest; a Sunday is calm.
    tuesday = NOW_MS - 20 * HOUR_MS
    assert by_time[tuesday] == max(by_time.values())
    assert math.isclose(by_time[tuesday] - by_time[tuesday - 12 * HOUR_MS], 50, abs_tol=0.1)
    assert math.isclose(by_time[tuesday - 48 * HOUR_MS] - by_time[tuesday - 60 * HOUR_MS], 15, abs_tol=0.1)


def test_measurements_stay_between_their_bounds() -> None:
    wave = {"mean": 50.0, "noise": 100.0, "low": 20.0, "high": 60.0}
    settings = {"index": "x", "every": "1m", "lasts": "1d", "each": [{}], "values": {"v": wave}}
    values = {row["v"] for row in series_of("here", settings, NOW_MS)[1]}
    assert (min(values), max(values)) == (20.0, 60.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"each": []}, "here: each is no list with a dict or more in it."),
        ({"every": "1s", "lasts": "99w"}, "here: makes more than 2000000 rows."),
        ({"values": {"v": 5}}, "here: values.v is no table."),
        ({"values": {"v": {}}}, "here: values.v: mean is missing."),
        ({"values": {"v": {"mean": 1, "colour": 2}}}, "here: values.v: colour is not known here."),
    ],
)
def test_measurements_that_cannot_be_made(changes: dict[str, Any], message: str) -> None:
    settings = {"index": "x", "every": "1m", "lasts": "1d", "each": [{}], "values": {}, **changes}
    with pytest.raises(BadPack) as caught:
        series_of("here", settings, NOW_MS)
    assert str(caught.value) == message
