"""How fast NQL's operators are over rows in memory: rows/s of each command, look-ups/s, and queries parsed a second.

    python benchmarks/nql_operators.py [rows]

The time is of the operators alone: reading rows from storage and writing JSON are not in it. Best of three.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from deadringer.server.nql import Row, Scan, Table, Value, parse, plan

ROWS = 200_000
TIMES = 3
LOOKUP_ROWS = 100_000
# What each shows, its pipeline and, where there is one, the goal in rows/s.
QUERIES: list[tuple[str, str, int | None]] = [
    ("no command", "limit ALL", None),
    ("filter, address", 'clientIp = "10.0.1.7"', 300_000),
    ("filter, number", "clientBytes > 5000", 300_000),
    ("filter, three and or", 'clientBytes > 5000 and (serverPort = 443 or protocol != 6) and country != "US"', 300_000),
    ("filter, in", "in(serverPort, [22, 80, 443])", 300_000),
    ("filter, wildcard", 'clientIp ~= "10.0.1*"', 300_000),
    ("filter, regular expression", "clientIp = /10\\.0\\..*7$/", None),
    ("group-by, one key, count", "aggr n=count(1) by clientIp", 150_000),
    ("group-by, three aggregates", "aggr n=count(1), b=sum(clientBytes), m=max(clientBytes) by clientIp", 150_000),
    (
        "group-by, two keys, three aggregates",
        "aggr n=count(1), b=sum(clientBytes), a=avg(flows) by clientIp, serverPort",
        150_000,
    ),
    ("time buckets", 'timeAggr b=sum(clientBytes) by serverPort interval="5m"', 150_000),
    ("split", 'splitAggr n=count(1) (timeAggr interval="1h"), (aggr by protocol)', None),
    ("top 10", "top clientIp", None),
    ("distinct", "aggr d=dc(clientIp)", None),
    ("set, arithmetic", "set b=add(clientBytes, serverBytes), r=div(clientBytes, serverBytes)", None),
    ("set, text", 'set t=concat(clientIp, ":", serverPort)', None),
    ("project", "project +clientIp, +clientBytes", None),
    ("sort, limit", "sort clientBytes desc limit=1000000 | limit 10", None),
    ("lookup of 100 000 rows", 'set h=lookup("hosts", "name", {"ip": clientIp})', 100_000),
    ("lookup by subnet", 'set h=lookup("nets", "name", {"cidr": clientIp})', 100_000),
]
CLIENT = (
    'src stream="netflow" | clientIp = "10.0.0.5" or serverIp = "10.0.0.5" | aggr total=count(1) by serverPort as p, '
    'lookup("app", "name", {"ip": serverIp, "port": serverPort}) as appName unwind=true | sort p asc | limit 1000'
)


class Memory:
    """Sources over rows in memory."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        hosts: list[Row] = [
            {"ip": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"} for number in range(LOOKUP_ROWS)
        ]
        nets: list[Row] = [{"cidr": f"10.0.{number}.0/24", "name": f"net {number}"} for number in range(256)]
        self._lookups = {
            "hosts": Table([{**host, "name": f"host {number}"} for number, host in enumerate(hosts)]),
            "nets": Table([*nets, {"cidr": "10.0.0.0/8", "name": "ten"}], networks="cidr"),
        }

    def now_ms(self) -> int:
        return 1_700_000_000_000

    def random(self) -> float:
        return 0.5

    def stream(self, scan: Scan) -> Iterator[Row]:
        return iter(self._rows)

    def typed(self, scan: Scan) -> None:
        return None

    def lookup(self, name: str) -> Table | None:
        return self._lookups.get(name)

    def collector(self, name: str) -> Table | None:
        return None

    def store(self, name: str, rows: Sequence[Row]) -> bool:
        return True

    def profiles(self, flow: Sequence[Value], by_name: bool, include_any: bool) -> list[str]:
        return []

    def check(self) -> None:
        pass

    def sleep(self, ms: int) -> None:
        pass


def made(count: int) -> list[Row]:
    """Flows of a thousand clients within a day."""
    chance = random.Random(1)
    return [
        {
            "timestamp": 1_700_000_000_000 + number * 86_400_000 // count,
            "clientIp": f"10.0.{chance.randrange(4)}.{chance.randrange(250)}",
            "serverIp": f"10.1.0.{chance.randrange(250)}",
            "serverPort": chance.choice((22, 53, 80, 443, 8080)),
            "protocol": chance.choice((6, 17)),
            "country": chance.choice(("US", "PL", None)),
            "clientBytes": chance.randrange(10_000),
            "serverBytes": chance.randrange(1, 10_000),
            "flows": chance.randrange(1, 5),
        }
        for number in range(count)
    ]


def best(work: Callable[[], None]) -> float:
    """Seconds of the fastest of some times."""
    seconds = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    memory = Memory(made(count))

    def run(stages: str) -> None:
        for _ in plan(parse(f'src stream="netflow" | {stages}'), memory).run():
            pass

    print(f"{count} rows, Python {sys.version.split()[0]}, best of {TIMES}\n")
    for title, stages, goal in QUERIES:
        speed = count / best(lambda stages=stages: run(stages))  # type: ignore[misc]  # mypy does not see the default
        print(
            f"{title:40} {speed:12,.0f} rows/s" + ("" if goal is None else f"  goal {goal:,}: {speed / goal:.1f} times")
        )
    queries = 1000

    def read() -> None:
        for _ in range(queries):
            parse(CLIENT)

    speed = queries / best(read)
    print(f"{'parse a query of ' + str(len(CLIENT)) + ' characters':40} {speed:12,.0f} queries/s")


if __name__ == "__main__":
    main()
