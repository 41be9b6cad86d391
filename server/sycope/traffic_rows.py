"""What becomes of traffic in the product's streams: netflow, its aggregates, alerts, and events for a custom index. Pure.

The aggregates are computed from the sessions, the alerts from those of their windows, so that the streams agree with each
other. Fields are those that nql.md 15.2 to 15.4 name, in that order.
"""

import operator
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .traffic import MINUTE_MS, UDP, Incident, Session, Traffic

Row = dict[str, Any]
# A row as its time, the names of its fields, and their values.
Line = tuple[int, tuple[str, ...], list[Any]]
Lines = Iterator[Line]

NETFLOW = (
    "_stream timestamp sessionId clientIp serverIp protocol clientPort serverPort application exporterIps interfaces "
    "clientFunction serverFunction clientLocation serverLocation clientRole serverRole clientTcpFlags serverTcpFlags "
    "tosNumbers mpls asNumbers icmpType clientCountry serverCountry clientAsNumber serverAsNumber activeTime "
    "firstTimestamp lastTimestamp clientBytes serverBytes clientPackets serverPackets flows clientGroups serverGroups "
    "applicationNameNtop clientNetworkTime serverNetworkTime initialServerResponseTime retransmittedInBytes "
    "retransmittedOutBytes retransmittedInPackets retransmittedOutPackets clientMaxTtl ipv6OptionHeaders dnsQuery httpHost "
    "ja3cHash ja3sHash"
)
NETFLOW_NAMES = tuple(NETFLOW.split())
TOTALS = ("activeTime", "clientBytes", "serverBytes", "clientPackets", "serverPackets", "flows", "sessions")
TIMES = ("serverNetworkTime", "clientNetworkTime", "initialServerResponseTime")
QUALITY = (*TIMES, "retransmittedInPackets", "retransmittedOutPackets", "clientTcpFlags", "serverTcpFlags")
# Where the times of QUALITY end and where its flags begin.
FIRST_SUM, FIRST_FLAGS = len(TOTALS) + len(TIMES), len(TOTALS) + len(QUALITY) - 2
# How long one row of asset conversations stands for; the other aggregates are by minute.
CONVERSATION_MS = 10 * MINUTE_MS
DNS, HTTP, HTTPS = 53, 80, 443
CLIENT_SIDE, SERVER_SIDE = 0, 1
# One of so many usual sessions gives an event; sessions of an incident's window that give one each.
EVENTS_OF, ALERT_EVENTS = 4, 3
# Alerts older than this have been looked at; one of so many of them was a false one.
SEEN_AFTER_MS, FALSE_OF = 6 * 3_600_000, 9
ANALYST = "analyst"


# What a session counts for: TOTALS, then QUALITY.
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One of the product's aggregates of netflow. keys_of: of a session. quality: with QUALITY, whose times are means."""

    stream: str
    keys: tuple[str, ...]
    keys_of: Callable[[Session], tuple[tuple[Any, ...], ...]]
    quality: bool = True
    span_ms: int = MINUTE_MS


def _by_application(session: Session) -> tuple[tuple[Any, ...], ...]:
    return ((session.server_port,),)


def _by_ip(session: Session) -> tuple[tuple[Any, ...], ...]:
    return (session.client.ip, CLIENT_SIDE), (session.server.ip, SERVER_SIDE)


def _by_conversation(session: Session) -> tuple[tuple[Any, ...], ...]:
    return ((session.client.ip, session.server.ip, session.server_port, session.protocol),)


AGGREGATES = (
    Aggregate("netflowByAppsAggr", ("application",), _by_application),
    Aggregate("netflowByIpAggr", ("ipAddress", "direction"), _by_ip),
    Aggregate(
        "assetNetflowAggr",
        ("clientIp", "serverIp", "serverPort", "protocol"),
        _by_conversation,
        quality=False,
        span_ms=CONVERSATION_MS,
    ),
)


def streams_of(traffic: Traffic) -> dict[str, Lines]:
    """The rows of each built-in stream that the traffic fills, by time."""
    # Sessions and windows are by time, so what is made of them one by one is, too.
    counted = list(map(_counts, traffic.sessions))
    found = {aggregate.stream: _aggregated(traffic, counted, aggregate) for aggregate in AGGREGATES}
    return {"netflow": _netflow(traffic), **found, "alerts": _alerts(traffic)}


def events_of(traffic: Traffic) -> list[Row]:
    """What a sensor at the same place would tell: an event for some sessions, and one of alert for those of incidents."""
    rows: list[Row] = []
    for incident, sessions in traffic.windows:
        if incident.signature is not None:
            rows += [_event(session, "alert", incident) for session in sessions[:ALERT_EVENTS]]
    usual = [session for session in traffic.sessions if session.incident is None][::EVENTS_OF]
    kinds = {DNS: "dns", HTTP: "http", HTTPS: "tls"}
    rows += [_event(session, kinds.get(session.server_port, "flow"), None) for session in usual]
    return sorted(rows, key=lambda row: row["timestamp"])


def _netflow(traffic: Traffic) -> Lines:
    for number, session in enumerate(traffic.sessions, 1):
        yield session.at_ms, NETFLOW_NAMES, [*_ends(traffic, number, session), *_measures(session)]


def _ends(traffic: Traffic, number: int, session: Session) -> list[Any]:
    """Who talked to whom: the first of NETFLOW_NAMES."""
    client, server, port = session.client, session.server, session.server_port
    # Numbers of the exporter's interfaces: what is ours, and the rest of the world.
    client_side, server_side = (1 if host.country is None else 2 for host in (client, server))
    return [
        "netflow",
        session.at_ms,
        number,
        client.ip,
        server.ip,
        session.protocol,
        session.client_port,
        port,
        port,
        [traffic.exporter],
        [f"{traffic.exporter}[{client_side}]", f"{traffic.exporter}[{server_side}]"],
        client.functions,
        server.functions,
        client.locations,
        server.locations,
        [],
        [],
        session.client_flags,
        session.server_flags,
        [0],
        [],
        [host.as_number for host in (client, server) if host.as_number is not None],
        [],
        client.country,
        server.country,
        client.as_number,
        server.as_number,
    ]


def _measures(session: Session) -> list[Any]:
    """When, how much and how well: the rest of NETFLOW_NAMES."""
    client, server, port = session.client, session.server, session.server_port
    lost = session.retransmitted
    return [
        session.last_ms - session.first_ms,
        session.first_ms,
        session.last_ms,
        session.client_bytes,
        session.server_bytes,
        session.client_packets,
        session.server_packets,
        _flows(session),
        client.groups,
        server.groups,
        session.application,
        session.network_ms,
        _server_time(session),
        session.response_ms,
        lost * 1400,
        lost * 700,
        lost,
        lost // 2,
        64 if client.country is None else 51,
        [],
        session.name if port == DNS else None,
        session.name if port in (HTTP, HTTPS) else None,
        client.ja3 if port == HTTPS else None,
        server.ja3 if port == HTTPS else None,
    ]


def _aggregated(traffic: Traffic, counted: list[Counts], aggregate: Aggregate) -> Lines:
    """One row for each span of time and key."""
    sums: dict[tuple[Any, ...], Counts] = {}
    keys_of, span_ms = aggregate.keys_of, aggregate.span_ms
    for session, counts in zip(traffic.sessions, counted, strict=True):
        at_ms = session.at_ms // span_ms * span_ms
        for key in keys_of(session):
            group = (at_ms, *key)
            # Most are alone in their minute.
            before = sums.get(group)
            sums[group] = counts if before is None else _together(before, counts)
    names = ("_stream", "timestamp", *aggregate.keys, "tenantId", *TOTALS, *(QUALITY if aggregate.quality else ()))
    for group, counts in sums.items():
        values = [aggregate.stream, *group, traffic.tenant, *counts[: len(TOTALS)]]
        if aggregate.quality:
            sessions = counts[len(TOTALS) - 1]
            values += [total // sessions for total in counts[len(TOTALS) : FIRST_SUM]]
            values += counts[FIRST_SUM:]
        yield group[0], names, values


def _counts(session: Session) -> Counts:
    """What a session adds to TOTALS and QUALITY."""
    return (
        session.last_ms - session.first_ms,
        session.client_bytes,
        session.server_bytes,
        session.client_packets,
        session.server_packets,
        _flows(session),
        1,
        _server_time(session),
        session.network_ms,
        session.response_ms,
        session.retransmitted,
        session.retransmitted // 2,
        session.client_flags,
        session.server_flags,
    )


def _together(first: Counts, second: Counts) -> Counts:
    sums = map(operator.add, first[:FIRST_FLAGS], second)
    return (*sums, *map(operator.or_, first[FIRST_FLAGS:], second[FIRST_FLAGS:]))


def _flows(session: Session) -> int:
    return 2 if session.server_packets else 1


def _server_time(session: Session) -> int:
    return session.network_ms // 2 or 1


def _alerts(traffic: Traffic) -> Lines:
    # By itself, so that what the alerts need does not change the sessions.
    chance = random.Random(traffic.chance.random())
    definitions = {incident.name: _id(0, chance) for incident, _ in traffic.windows}
    latest_ms = max((sessions[-1].at_ms for _, sessions in traffic.windows), default=0)
    for number, (incident, sessions) in enumerate(traffic.windows):
        at_ms = sessions[-1].at_ms
        row = _alert(incident, sessions, (_id(at_ms, chance), definitions[incident.name]))
        if latest_ms - at_ms > SEEN_AFTER_MS:
            row.update(_looked_at(at_ms, number % FALSE_OF == FALSE_OF - 1))
        yield at_ms, tuple(row), list(row.values())


def _alert(incident: Incident, sessions: Sequence[Session], ids: tuple[str, str]) -> Row:
    first = sessions[0]
    client, server = first.client, first.server
    tactic, technique, technique_id, subtechnique = incident.mitre
    return {
        "id": ids[0],
        "timestamp": sessions[-1].at_ms,
        "alertName": incident.name,
        "alertSeverity": incident.severity,
        "alertRuleType": incident.rule_type,
        "alertTags": [],
        "alertRuleId": incident.rule,
        "alertFlagThresholdLevel": incident.level,
        "alertSeen": False,
        "alertFalsePositive": False,
        "alertComment": None,
        "alertMitreTactic": tactic,
        "alertMitreTechnique": technique,
        "alertMitreId": technique_id,
        "alertMitreSubtechnique": subtechnique,
        "alertDefId": ids[1],
        "alertAckUser": None,
        "alertAckLastUpdate": None,
        "alertFalsePositiveUser": None,
        "alertFalsePositiveLastUpdate": None,
        "alertCommentUser": None,
        "alertCommentLastUpdate": None,
        "clientIp": client.ip,
        "serverIp": server.ip,
        "serverPort": first.server_port,
        "_clientIp": client.ip,
        "_serverIp": server.ip,
        "_countSessions": len(sessions),
        "_firstClientIp": client.ip,
        "_firstServerIp": server.ip,
        "_firstServerPort": first.server_port,
        "_firstClientCountry": client.country,
        "_firstServerCountry": server.country,
        "_firstClientFunction": client.functions,
        "_firstServerFunction": server.functions,
        "_firstClientAsn": client.as_number,
        "_firstServerAsn": server.as_number,
        "_sumBytes": sum(session.client_bytes + session.server_bytes for session in sessions),
        "_countUniqueServerPorts": len({session.server_port for session in sessions}),
        "_joinServerIPs": ",".join(dict.fromkeys(session.server.ip for session in sessions)),
    }


def _looked_at(at_ms: int, false_one: bool) -> Row:
    later_ms = at_ms + 20 * MINUTE_MS
    row: Row = {"alertSeen": True, "alertAckUser": ANALYST, "alertAckLastUpdate": later_ms}
    if false_one:
        row |= {
            "alertFalsePositive": True,
            "alertFalsePositiveUser": ANALYST,
            "alertFalsePositiveLastUpdate": later_ms,
            "alertComment": "Known and agreed.",
            "alertCommentUser": ANALYST,
            "alertCommentLastUpdate": later_ms,
        }
    return row


def _event(session: Session, kind: str, incident: Incident | None) -> Row:
    return {
        "timestamp": session.last_ms,
        "event_type": kind,
        "src_ip": session.client.ip,
        "src_port": session.client_port,
        "dest_ip": session.server.ip,
        "dest_port": session.server_port,
        "proto": "UDP" if session.protocol == UDP else "TCP",
        "app_proto": session.application.lower(),
        "alert_signature": None if incident is None else incident.signature,
        "alert_severity": None if incident is None else incident.signature_severity,
        "bytes_toserver": session.client_bytes,
        "bytes_toclient": session.server_bytes,
    }


def _id(at_ms: int, chance: random.Random) -> str:
    return f"{at_ms // 1000 & 0xFFFFFFFF:08x}-{chance.getrandbits(32):08x}-{chance.getrandbits(32):08x}"
