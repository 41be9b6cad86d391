"""The traffic of a made-up network: who talks to whom, when and how much, told by a pack (docs/packs.md). Pure.

The same pack and the same now give the same traffic. What becomes of it in the product's streams is `traffic_rows.py`'s.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..packs import BadPack, Pack
from .generate import MOST_ROWS, Reader, Weighed

MINUTE_MS = 60_000
TCP, UDP = 6, 17
# How busy a network of people is in each hour of the day (UTC), the busiest being 1.
BUSY = (
    0.2,
    0.2,
    0.15,
    0.15,
    0.2,
    0.25,
    0.4,
    0.65,
    0.9,
    1,
    1,
    0.95,
    0.85,
    0.95,
    1,
    0.95,
    0.9,
    0.75,
    *[0.45] * 3,
    *[0.3] * 3,
)
# Bytes of a packet that is full; TCP flags (FIN 1, SYN 2, RST 4, PSH 8, ACK 16) of a whole session, and of one never opened.
FULL_PACKET = 1400
WHOLE, UNOPENED, REFUSED = 27, 2, 20
FIRST_CLIENT_PORT, CLIENT_PORTS = 49_152, 16_384


@dataclass(frozen=True, slots=True)
class Host:
    """Who takes part. functions, groups, locations: as the product's rows name them. ja3: of what it says hello with."""

    ip: str
    functions: tuple[str, ...]
    groups: tuple[str, ...]
    locations: tuple[str, ...]
    country: str | None
    as_number: int | None
    weight: float
    ja3: str


@dataclass(frozen=True, slots=True)
class Service:
    """What is asked for at one server. clients: the group whose hosts ask. bytes and times are those of a usual session."""

    server: Host
    port: int
    protocol: int
    application: str
    clients: str
    weight: float
    client_bytes: float
    server_bytes: float
    response_ms: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that is not as it should be: in each window of time one client opens sessions, and an alert is raised."""

    name: str
    severity: str
    level: str
    rule_type: str
    rule: str
    mitre: tuple[str | None, str | None, str | None, str | None]
    clients: tuple[Host, ...]
    servers: tuple[Host, ...]
    ports: tuple[int, ...]
    protocol: int
    application: str
    begins_ms: int
    ends_ms: int
    every_ms: int
    sessions: int
    client_bytes: float
    server_bytes: float
    names: tuple[str, ...]
    signature: str | None
    signature_severity: int


@dataclass(slots=True)
class Session:
    """One conversation. at_ms: the whole minute in which the product hears of it, after its end."""

    at_ms: int
    first_ms: int
    last_ms: int
    client: Host
    server: Host
    client_port: int
    server_port: int
    protocol: int
    application: str
    client_bytes: int
    server_bytes: int
    client_packets: int
    server_packets: int
    client_flags: int
    server_flags: int
    response_ms: int
    network_ms: int
    retransmitted: int
    name: str | None
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """All that happens. sessions: by time. windows: of each incident, the sessions of each window, by time."""

    exporter: str
    tenant: int
    events: str | None
    sessions: list[Session]
    windows: list[tuple[Incident, list[Session]]]
    chance: random.Random


def traffic_of(pack: Pack, settings: Any, now_ms: int) -> Traffic:
    """The traffic that the table `[traffic]` of a pack speaks of. Raises BadPack."""
    told = Reader(settings, f"{pack.name}: traffic")
    chance = random.Random(told.whole("seed", 0))
    count, lasts_ms = told.count("sessions"), told.length("lasts", "24h")
    exporter, tenant, events = told.text("exporter"), told.whole("tenant", 0), told.maybe("events")
    tables = [pack.file(told.text(key, f"{key}.{suffix}")) for key, suffix in TABLES]
    told.end()
    hosts = {host.ip: host for host in _hosts(pack.name, tables[0], chance)}
    services = [_service(pack.name, hosts, row) for row in tables[1]]
    incidents = [_incident(pack.name, hosts, row, now_ms) for row in tables[2]]
    windows = [window for incident in incidents for window in _windows(incident, chance)]
    windows.sort(key=lambda window: window[1][-1].at_ms)
    sessions = [session for _, found in windows for session in found]
    if len(sessions) > MOST_ROWS:
        raise BadPack(f"{pack.name}: the incidents have more than {MOST_ROWS} sessions.")
    if services:
        sessions += _usual(hosts.values(), services, (count, lasts_ms, now_ms), chance)
    sessions.sort(key=lambda session: session.at_ms)
    return Traffic(exporter, tenant, events, sessions, windows, chance)


TABLES = (("hosts", "csv"), ("services", "csv"), ("incidents", "toml"))


def _hosts(pack: str, rows: list[dict[str, Any]], chance: random.Random) -> Iterator[Host]:
    for row in rows:
        told = Reader(row, f"{pack}: hosts")
        ip = told.text("ip")
        told.maybe("name")
        functions, groups, locations = (_split(told.maybe(key)) for key in ("functions", "groups", "locations"))
        country, number = told.maybe("country"), told.whole("as_number", -1)
        yield Host(
            ip=ip,
            functions=functions,
            groups=groups,
            locations=locations,
            country=country,
            as_number=None if number < 0 else number,
            weight=told.size("weight", 1),
            ja3=f"{chance.getrandbits(128):032x}",
        )
        told.end()


def _service(pack: str, hosts: Mapping[str, Host], row: dict[str, Any]) -> Service:
    told = Reader(row, f"{pack}: services")
    service = Service(
        server=_host(pack, hosts, told.text("server")),
        port=told.whole("port"),
        protocol=told.whole("protocol", TCP),
        application=told.text("application"),
        clients=told.text("clients"),
        weight=told.size("weight", 1),
        client_bytes=told.size("client_bytes", 1500),
        server_bytes=told.size("server_bytes", 10_000),
        response_ms=told.size("response_ms", 5),
        names=_split(told.maybe("names")),
    )
    told.end()
    if not any(service.clients in host.groups for host in hosts.values()):
        raise BadPack(f"{pack}: services: no host is in the group {service.clients}.")
    return service


def _incident(pack: str, hosts: Mapping[str, Host], row: dict[str, Any], now_ms: int) -> Incident:
    told = Reader(row, f"{pack}: incidents")
    begins_ms, ends_ms = now_ms - told.length("begins"), now_ms - told.length("ends", "5m")
    incident = Incident(
        name=told.text("name"),
        severity=told.text("severity"),
        level=told.text("level"),
        rule_type=told.text("rule_type", "Security"),
        rule=told.text("rule"),
        mitre=(told.maybe("tactic"), told.maybe("technique"), told.maybe("technique_id"), told.maybe("subtechnique")),
        clients=tuple(_host(pack, hosts, ip) for ip in told.several("clients", str)),
        servers=tuple(_host(pack, hosts, ip) for ip in told.several("servers", str)),
        ports=tuple(told.several("ports", int)),
        protocol=told.whole("protocol", TCP),
        application=told.text("application"),
        begins_ms=begins_ms,
        ends_ms=ends_ms,
        every_ms=told.length("every"),
        sessions=told.count("sessions"),
        client_bytes=told.size("client_bytes"),
        server_bytes=told.size("server_bytes"),
        names=tuple(told.several("names", str, [])),
        signature=told.maybe("signature"),
        signature_severity=told.whole("signature_severity", 3),
    )
    told.end()
    if incident.sessions == 0 or incident.every_ms < MINUTE_MS:
        raise BadPack(f"{pack}: incidents: {incident.name} has no sessions, or a window of less than a minute.")
    return incident


def _host(pack: str, hosts: Mapping[str, Host], ip: str) -> Host:
    if ip not in hosts:
        raise BadPack(f"{pack}: {ip} is none of the hosts.")
    return hosts[ip]


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";")) if text else ()


def _usual(
    hosts: Any, services: Sequence[Service], what: tuple[int, int, int], chance: random.Random
) -> Iterator[Session]:
    """Sessions as they are on any day."""
    count, lasts_ms, now_ms = what
    groups = {
        name: Weighed(members, [host.weight for host in members])
        for name in {service.clients for service in services}
        for members in [[host for host in hosts if name in host.groups]]
    }
    chosen = Weighed(services, [service.weight for service in services])
    rand = chance.random
    for _ in range(count):
        # A minute before now at the latest: then the product knows of it.
        last_ms = now_ms - MINUTE_MS - int(rand() * lasts_ms)
        while rand() > BUSY[last_ms // 3_600_000 % 24]:
            last_ms = now_ms - MINUTE_MS - int(rand() * lasts_ms)
        service = chosen.choose(chance)
        yield _session(
            last_ms,
            (groups[service.clients].choose(chance), service.server),
            (service.port, service.protocol, service.application),
            (service.client_bytes, service.server_bytes, service.response_ms),
            (service.names[int(rand() * len(service.names))] if service.names else None, None),
            chance,
        )


def _windows(incident: Incident, chance: random.Random) -> Iterator[tuple[Incident, list[Session]]]:
    starts = range(incident.begins_ms, incident.ends_ms - incident.every_ms + 1, incident.every_ms)
    for number, start_ms in enumerate(starts):
        client = incident.clients[number % len(incident.clients)]
        step_ms = (incident.every_ms - MINUTE_MS // 2) / incident.sessions
        sessions = [
            _session(
                int(start_ms + (each + chance.random()) * step_ms),
                (client, incident.servers[(number + each) % len(incident.servers)]),
                (incident.ports[each % len(incident.ports)], incident.protocol, incident.application),
                (incident.client_bytes, incident.server_bytes, 20),
                (incident.names[each % len(incident.names)] if incident.names else None, incident),
                chance,
            )
            for each in range(incident.sessions)
        ]
        yield incident, sessions


def _session(
    last_ms: int,
    ends: tuple[Host, Host],
    asked: tuple[int, int, str],
    usual: tuple[float, float, float],
    told: tuple[str | None, Incident | None],
    chance: random.Random,
) -> Session:
    rand = chance.random
    # Few are much larger than usual, many somewhat smaller.
    size = 0.2 + 1.6 * rand() ** 3 + rand() * 0.6
    client_bytes, server_bytes = int(usual[0] * size) + 40, int(usual[1] * size * (0.8 + 0.4 * rand()))
    tcp = asked[1] == TCP
    active_ms = int(usual[2] * (1 + 4 * rand()) + (client_bytes + server_bytes) / 5000)
    flags = (WHOLE, WHOLE) if server_bytes > FULL_PACKET // 10 else (UNOPENED, REFUSED if server_bytes else 0)
    return Session(
        at_ms=last_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS,
        first_ms=last_ms - active_ms,
        last_ms=last_ms,
        client=ends[0],
        server=ends[1],
        client_port=FIRST_CLIENT_PORT + int(rand() * CLIENT_PORTS),
        server_port=asked[0],
        protocol=asked[1],
        application=asked[2],
        client_bytes=client_bytes,
        server_bytes=server_bytes,
        client_packets=1 + client_bytes // FULL_PACKET + (2 if tcp else 0),
        server_packets=(1 if server_bytes else 0) + server_bytes // FULL_PACKET,
        client_flags=flags[0] if tcp else 0,
        server_flags=flags[1] if tcp else 0,
        response_ms=int(usual[2] * (0.5 + rand())) if server_bytes else 0,
        network_ms=1 + int(rand() * (3 if ends[1].country is None else 40)),
        retransmitted=int(rand() * 3) if tcp and rand() < 0.08 else 0,
        name=told[0],
        incident=told[1],
    )
