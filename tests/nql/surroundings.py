"""Small surroundings for queries: streams, lookups, collectors in memory, a time that stands still, chance that is known."""

from collections.abc import Iterator, Sequence

from deadringer.server.nql import Plan, Row, Scan, Table, Value, expand, parse, plan

NOW_MS = 1623253047000
STREAMS: dict[str, list[Row]] = {
    "letters": [
        {"letter": "a", "n": 1, "timestamp": 1000},
        {"letter": "b", "n": 2, "timestamp": 2000},
        {"letter": "c", "n": None, "timestamp": 3000},
    ],
    "people": [
        {"name": "Jake", "dep": "ADM", "age": 59},
        {"name": "Ann", "dep": "ADM", "age": 23},
        {"name": "Harry", "dep": "HR", "age": 31},
        {"name": "Jake", "dep": "IT", "age": None},
    ],
    "balances": [
        {"name": "Ann", "balance": 10},
        {"name": "Bob", "balance": 1},
        {"name": "Ann", "balance": 49.5},
        {"name": "Ann", "balance": 80},
        {"name": "Bob", "balance": 60},
        {"name": "Bob", "balance": None},
    ],
}
LOOKUPS = {
    "books": Table(
        [
            {"author": "Brian Goetz", "title": "Java Concurrency", "year": 2006, "ISBN": 321349606},
            {"author": "Joshua Bloch", "title": "Effective Java", "year": 2018, "ISBN": 134685991},
            {"author": "Scott Oaks", "title": "Java Performance", "year": 2014, "ISBN": 1449358457},
            {"author": "Scott Oaks", "title": "Java Performance", "year": 2020, "ISBN": 1492056119},
        ]
    ),
    "geoIp1": Table([{"ip": "212.77.96.0/19", "country": "PL"}], networks="ip"),
    "groups": Table(
        [
            {"ip": "172.16.0.0/12", "name": "private-group"},
            {"ip": "127.0.0.0/8", "name": "loopback"},
            {"ip": "127.0.0.0/8", "name": "private"},
            {"ip": "127.0.0.0/8", "name": "forbidden"},
        ],
        networks="ip",
    ),
    "groups-private": Table(
        [{"cidr": cidr} for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")], networks="cidr"
    ),
    "hosts & subnets": Table(
        [
            {"cidr": "10.0.0.0/8", "name": "ten", "privacy": "Private"},
            {"cidr": "10.1.0.0/16", "name": "lab", "privacy": "Private"},
            {"cidr": "10.1.2.4", "name": "host", "privacy": "Private"},
            {"cidr": "2001:db8::/32", "name": "six", "privacy": "Public"},
            {"cidr": "nonsense", "name": "never", "privacy": "Public"},
            {"cidr": None, "name": "never", "privacy": "Public"},
        ],
        networks="cidr",
    ),
    "app": Table([{"ip": "10.0.0.5", "port": 443, "name": "portal"}]),
    "integration-zabbix": Table([{"ip": "192.168.1.38", "icmp_url": "https://zabbix/38"}]),
    "TrueID_Enrichment": Table([{"ip": "10.50.0.100", "user": "user1"}]),
}


class Surroundings:
    """Implements Sources. scans: what the streams were asked for; slept: what was waited for, without waiting."""

    def __init__(self, streams: dict[str, list[Row]] | None = None) -> None:
        self.streams = STREAMS if streams is None else streams
        self.collectors: dict[str, Table] = {
            "numbers": Table([{"field": 1}, {"field": 2}, {"field": 3.0}, {"field": None}]),
            "points": Table([{"x": 1, "y": 10, "z": "a"}, {"x": 1, "y": 20, "z": "b"}]),
        }
        self.scans: list[Scan] = []
        self.slept: list[int] = []

    def now_ms(self) -> int:
        return NOW_MS

    def random(self) -> float:
        return 0.5

    def stream(self, scan: Scan) -> Iterator[Row] | None:
        self.scans.append(scan)
        rows = self.streams.get(scan.stream)
        return None if rows is None else iter(rows)

    def typed(self, scan: Scan) -> None:
        return None

    def lookup(self, name: str) -> Table | None:
        return LOOKUPS.get(name)

    def collector(self, name: str) -> Table | None:
        return self.collectors.get(name)

    def store(self, name: str, rows: Sequence[Row]) -> bool:
        if name in self.collectors:
            return False
        self.collectors[name] = Table(rows)
        return True

    def profiles(self, flow: Sequence[Value], by_name: bool, include_any: bool) -> list[str]:
        return ["web"] if flow[2] == 443 else []

    def check(self) -> None:
        pass

    def sleep(self, ms: int) -> None:
        self.slept.append(ms)


def planned(query: str, surroundings: Surroundings | None = None) -> Plan:
    """The plan of a query, macros replaced."""
    return plan(parse(expand(query)), surroundings or Surroundings())


def answer(query: str, surroundings: Surroundings | None = None) -> list[Row]:
    """All rows of a query."""
    return list(planned(query, surroundings).run())
