"""Queries over injected rows: as the server runs them, beside SQL written by hand on the same file, and beside the operators.

    python benchmarks/nql.py [--rows 1000000] [--days 1] [--times 5] [--pushed-only]

Columns: the query with pushdown; the hand-written SQL on a connection with the same settings (it gives stored values);
their ratio; the query without pushdown, so all rows go through the operators; and the operators alone, over rows in memory.
The first two take turns, and medians are shown. Seconds are processor time of the one thread that does all of it, so that
what else the machine does hardly counts. Nothing of HTTP is in any of them.
"""

import argparse
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from deadringer.server.clock import Clock
from deadringer.server.config import Config
from deadringer.server.ids import Ids
from deadringer.server.model.source import ModelSource
from deadringer.server.nql import Row, Scan, Value, parse, plan
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.sycope import access, indexes, inject
from deadringer.server.sycope.state import Sycope
from deadringer.server.sycope.streams import Surroundings
from deadringer.server.workers import Workers
from deadringer.storage import elements, rows
from deadringer.storage.blobs import Blobs
from deadringer.storage.elements import Element

START_MS = 1_699_920_000_000
DAY_MS = 86_400_000
BATCH = 10_000
# Rows in memory for the operators alone.
SAMPLE = 200_000
FIELDS = (
    ("timestamp", "long"),
    ("clientIp", "ip"),
    ("serverIp", "ip"),
    ("serverPort", "int"),
    ("protocol", "short"),
    ("country", "string"),
    ("clientBytes", "long"),
    ("load", "double"),
)
NAMES = [name for name, _ in FIELDS]
ADDRESS = "X'0a000107'"


@dataclass(frozen=True, slots=True)
class Case:
    """A query and the SQL that a person would write for it; {t} is the table. sql: None where there is no such."""

    title: str
    nql: str
    sql: str | None


CASES = [
    Case("count", "aggr n=count(1)", "SELECT count(*) FROM {t}"),
    Case(
        "count, half a day",
        f"aggr n=count(1) | where n > 0 and n != {START_MS}",
        f"SELECT count(*) FROM {{t}} WHERE c0 BETWEEN {START_MS} AND {START_MS + DAY_MS // 2}",
    ),
    Case("filter by IP", 'clientIp = "10.0.1.7"', f"SELECT * FROM {{t}} WHERE c1 = {ADDRESS} ORDER BY c0, number"),
    Case(
        "filter, two and or",
        'clientIp = "10.0.1.7" and (serverPort = 443 or country != "US")',
        f"SELECT * FROM {{t}} WHERE c1 = {ADDRESS} AND (c3 = 443 OR c5 IS NOT 'US') ORDER BY c0, number",
    ),
    Case(
        "filter that keeps half",
        "clientBytes > 5000",
        "SELECT * FROM {t} WHERE c6 > 5000 ORDER BY c0, number",
    ),
    Case(
        "group by IP, 3 aggregates",
        "aggr n=count(1), b=sum(clientBytes), m=max(clientBytes) by clientIp",
        "SELECT c1, count(*), sum(c6), max(c6) FROM {t} GROUP BY c1",
    ),
    Case(
        "group by port, 3 aggregates",
        "aggr n=count(1), b=sum(clientBytes), m=avg(clientBytes) by serverPort",
        "SELECT c3, count(*), sum(c6), avg(c6) FROM {t} GROUP BY c3",
    ),
    Case(
        "filter, group by IP, 3",
        "serverPort = 443 | aggr n=count(1), b=sum(clientBytes), d=dc(serverIp) by clientIp",
        "SELECT c1, count(*), sum(c6), count(DISTINCT c2) FROM {t} WHERE c3 = 443 GROUP BY c1",
    ),
    Case(
        "top 10",
        "top clientIp",
        "SELECT c1, count(*) AS n FROM {t} WHERE c1 IS NOT NULL GROUP BY c1 ORDER BY n DESC LIMIT 10",
    ),
    Case(
        "time buckets",
        'timeAggr b=sum(clientBytes), n=count(1) interval="5m"',
        "SELECT c0 / 300000 * 300000 AS b, sum(c6), count(*) FROM {t} GROUP BY b",
    ),
    Case(
        "time buckets by port",
        'timeAggr b=sum(clientBytes) by serverPort interval="1h"',
        "SELECT c0 / 3600000 * 3600000 AS b, c3, sum(c6) FROM {t} GROUP BY b, c3",
    ),
    Case(
        "sort of all rows, limit 10",
        "sort clientBytes desc limit=5000000 | limit 10",
        "SELECT * FROM {t} ORDER BY c6 DESC, c0, number LIMIT 10",
    ),
    Case(
        "sort of 100 000, limit 10",
        "sort clientBytes desc | limit 10",
        "SELECT * FROM (SELECT * FROM {t} ORDER BY c0, number LIMIT 100000) ORDER BY c6 DESC, c0, number LIMIT 10",
    ),
    # By the operators, of fewer rows or of all.
    Case("narrowed filter", 'clientIp = "10.0.1.7" and country ~= "U*"', None),
    Case(
        "wildcard, three aggregates",
        'country ~= "U*" | aggr n=count(1), b=sum(clientBytes), m=max(load) by clientIp',
        None,
    ),
    Case("mean of doubles by IP", "aggr n=count(1), b=sum(clientBytes), m=avg(load) by clientIp", None),
]
BOUNDED = "count, half a day"
# Goals of the operators alone, in rows/s.
GOALS = {"filter by IP": 300_000, "filter, two and or": 300_000, "filter that keeps half": 300_000}
GOALS |= {case.title: 150_000 for case in CASES if case.title.startswith("group")}


class Memory(Surroundings):
    """The same, with the stream in memory."""

    held: list[Row]

    def stream(self, scan: Scan) -> Iterator[Row]:
        return iter(self.held)


def main() -> None:
    """Inject, measure and print."""
    parser = argparse.ArgumentParser(
        description="NQL over injected rows, beside hand-written SQL and the operators alone."
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=1, help="days, and so rotation periods, that the rows lie in")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--pushed-only", action="store_true", help="leave out the queries without pushdown")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="nql-bench-") as name:
        folder, workers = Path(name), Workers(1, 1, 1)
        config = Config(data=folder)
        services = Services(config, workers, Passwords(workers), Blobs(folder / "blobs"), ModelSource(config.model))
        sycope = Sycope.open(folder, services, Clock(), Ids(1))
        began = time.perf_counter()
        sample = filled(sycope, options.rows, options.days)
        print(
            f"{options.rows} rows in {options.days} period(s), injected in {time.perf_counter() - began:.0f} s; Python "
            f"{sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f}"
        )
        try:
            compare(sycope, sample, options.rows, options.times, not options.pushed_only)
        finally:
            sycope.close()
            workers.close()


def compare(sycope: Sycope, sample: list[Row], count: int, times: int, operators: bool) -> None:
    """Each case in turns, one line each."""
    who = access.viewer(sycope.accounts, "admin")
    around, memory = Surroundings(sycope, who, 0), Memory(sycope, who, 0)
    memory.held = sample
    bare = sqlite3.connect(sycope.database.path, isolation_level=None)
    for pragma in ("temp_store=MEMORY", "cache_size=-8192"):
        bare.execute(f"PRAGMA {pragma}")
    table = tables(sycope)
    print(f"{'':28} {'pushed':>9} {'SQL':>9} {'ratio':>6} {'off':>9} {'off, rows/s':>12} {'operators, rows/s':>18}")
    for case in CASES:
        end_ms = START_MS + DAY_MS // 2 if case.title == BOUNDED else None
        pushed: list[float] = []
        by_hand: list[float] = []
        for _ in range(times):
            pushed.append(timed(lambda end_ms=end_ms, case=case: asked(around, case, end_ms, True)))  # type: ignore[misc]
            if case.sql is not None:
                sql = case.sql.format(t=table)
                by_hand.append(timed(lambda sql=sql: len(bare.execute(sql).fetchall())))  # type: ignore[misc]
        print(
            f"{case.title:28} {median(pushed) * 1000:6.0f} ms "
            + (f"{median(by_hand) * 1000:6.0f} ms {median(pushed) / median(by_hand):6.2f}" if by_hand else " " * 16),
            end=" " if operators else "\n",
            flush=True,
        )
        if operators:
            off = timed(lambda end_ms=end_ms, case=case: asked(around, case, end_ms, False))  # type: ignore[misc]
            alone = min(timed(lambda case=case: asked(memory, case, None, False)) for _ in range(3))  # type: ignore[misc]
            speed, goal = len(sample) / alone, GOALS.get(case.title)
            print(
                f"{off * 1000:6.0f} ms {count / off:12,.0f} {speed:18,.0f}"
                + ("" if goal is None else f"  goal {goal:,}"),
                flush=True,
            )
    bare.close()


def asked(around: Surroundings, case: Case, end_ms: int | None, push: bool) -> None:
    """Run a query to its end."""
    for _ in plan(parse(f'src stream="flows" | {case.nql}'), around, None, end_ms, push=push).run():
        pass


def tables(sycope: Sycope) -> str:
    """What SQL reads the rows from."""
    index = rows.index_named(sycope.database, "flows")
    assert index is not None
    found = [rows.table_of(index.number, part.period) for part in rows.stored(sycope.database, index)]
    return found[0] if len(found) == 1 else f"({' UNION ALL '.join(f'SELECT * FROM {table}' for table in found)})"


def filled(sycope: Sycope, count: int, days: int) -> list[Row]:
    """Inject the rows as a request does after its JSON is read; gives the first of them as queries see them."""
    fields = [{"name": name, "type": kind} for name, kind in FIELDS]
    wanted = indexes.defined({"name": "flows", "rotation": "daily", "fields": fields})
    with sycope.database.write() as connection:
        elements.put(connection, Element("e", "userIndex.index", 1, "admin", 1, "admin", {}))
        indexes.make_rows(connection, "e", wanted)
    index = rows.index_named(sycope.database, "flows")
    assert index is not None
    chance = random.Random(1)
    sample: list[Row] = []
    for start in range(0, count, BATCH):
        batch = [
            made(chance, START_MS + place * days * DAY_MS // count) for place in range(start, min(count, start + BATCH))
        ]
        checked = inject.check(inject.columns_of(index, NAMES), batch)
        assert checked is not None
        rows.insert(sycope.database, index, checked, most_periods=100, sort=True)
        if len(sample) < SAMPLE:
            sample += [dict(zip(NAMES, row, strict=True)) for row in batch]
    return sample


def made(chance: random.Random, at_ms: int) -> list[Value]:
    """One flow of a thousand clients."""
    return [
        at_ms,
        f"10.0.{chance.randrange(4)}.{chance.randrange(250)}",
        f"10.1.0.{chance.randrange(250)}",
        chance.choice((22, 53, 80, 443, 8080)),
        chance.choice((6, 17)),
        chance.choice(("US", "PL", None)),
        chance.randrange(10_000),
        chance.random() * 100,
    ]


def timed(work: Callable[[], object]) -> float:
    """Seconds of this thread's processor time that something takes."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


if __name__ == "__main__":
    main()
