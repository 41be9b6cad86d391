"""How fast values are looked up in lookups, and how long their tables take to make.

    python benchmarks/lookups.py [--rows 100000] [--asked 200000]

All in this process: lookups of the given number of rows are stored as the API stores them, their tables are made as a query's
first look-up makes them, and then asked for keys drawn at random, half of which are there. Beside them stands a plain Python
dictionary with the same keys, which is the limit for an exact match.
"""

import argparse
import ipaddress
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from deadringer.server import jsontext
from deadringer.server.nql.tables import Table
from deadringer.server.sycope.access import Viewer
from deadringer.server.sycope.lookup_tables import LookupTables
from deadringer.storage import elements, lookups
from deadringer.storage.database import Database
from deadringer.storage.elements import Element

WHO = Viewer("admin", frozenset(), True)
ROUNDS = 5
WANTED = 100_000
# Prefix lengths as in a table of routes, the longer ones more often.
PREFIXES = {4: (8, 12, 16, 16, 20, 22, 23, 24, 24, 24, 28, 32), 6: (32, 32, 40, 44, 48, 48, 48, 56, 64, 64, 128)}
BITS = {4: 32, 6: 128}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Look-ups a second.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=200_000)
    options = parser.parse_args()
    source = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="lookup-bench-") as name:
        database = Database(Path(name) / "bench.db", ("accounts", "sycope"))
        tables = LookupTables(database)
        print(f"{options.rows} rows a lookup, {options.asked} look-ups, half of which find a row; best of {ROUNDS}")
        exact(database, tables, source, options.rows, options.asked)
        for version in (4, 6):
            subnets(database, tables, source, version, options.rows, options.asked)
        database.close()


def exact(database: Database, tables: LookupTables, source: random.Random, count: int, asked: int) -> None:
    """One key column, two key columns, and a plain dictionary."""
    rows: list[list[Any]] = [[address(source, 4), source.randrange(65536), f"host-{place}"] for place in range(count)]
    store(database, "csv", "csvFile", ["ip", "port", "name"], rows)
    table = loaded(tables, "csv", {"ip": "x"}, {"ip": "x", "port": 1})
    keys: list[list[Any]] = [
        source.choice(rows)[:2] if place % 2 else [address(source, 4), 80] for place in range(asked)
    ]
    plain = {row[0]: row for row in rows}
    report("plain dict, for scale", asked, lambda: spend(plain.get(ip) for ip, _ in keys))
    report("csvFile, one key column", asked, lambda: spend(next(table.find({"ip": ip}), None) for ip, _ in keys))
    report(
        "csvFile, two key columns",
        asked,
        lambda: spend(next(table.find({"ip": ip, "port": port}), None) for ip, port in keys),
    )


def subnets(
    database: Database, tables: LookupTables, source: random.Random, version: int, count: int, asked: int
) -> None:
    """Longest prefix, in a table of one version."""
    rows = [[network(source, version), f"net-{place}"] for place in range(count)]
    store(database, f"subnet{version}", "subnet", ["cidr", "name"], rows)
    table = loaded(tables, f"subnet{version}", {"cidr": "10.0.0.1"})
    known = [str(row[0]).partition("/")[0] for row in rows]
    keys = [source.choice(known) if place % 2 else address(source, version) for place in range(asked)]
    report(
        f"subnet, IPv{version}, longest prefix",
        asked,
        lambda: spend(next(table.find({"cidr": ip}), None) for ip in keys),
    )


def store(database: Database, name: str, kind: str, columns: list[str], rows: list[list[Any]]) -> None:
    """A lookup as the API stores it."""
    with database.write() as connection:
        elements.put(connection, Element(name, "lookup.lookup", 1, "admin", 1, "admin", {"name": name}))
        lookups.put(connection, name, name, kind, True, jsontext.dumps({"columns": columns, "rows": rows}))


def loaded(tables: LookupTables, name: str, *first: dict[str, Any]) -> Table:
    """The table of a lookup, made and indexed for the key columns of these first look-ups."""
    began = time.perf_counter()
    table = tables.find(name, WHO)
    assert table is not None
    made = time.perf_counter()
    for wanted in first:
        next(table.find(wanted), None)
    indexed = time.perf_counter()
    print(f"{name}: table made in {(made - began) * 1000:.0f} ms, indexes in {(indexed - made) * 1000:.0f} ms")
    return table


def report(what: str, count: int, work: Callable[[], None]) -> None:
    """Print how many a second."""
    best = min(timed(work) for _ in range(ROUNDS))
    print(f"  {what:32} {count / best:12,.0f}/s   ({count / best / WANTED:.1f} times the wanted {WANTED:,})")


def timed(work: Callable[[], None]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spend(items: Iterable[Any]) -> None:
    """Go through all of them."""
    for _ in items:
        pass


def address(source: random.Random, version: int) -> str:
    """An address at random; of version 6 one below 2001:db8::/32's neighbours, so that tables hold some."""
    if version == 4:
        return str(ipaddress.IPv4Address(source.getrandbits(32)))
    return str(ipaddress.IPv6Address((0x2001 << 112) | source.getrandbits(112)))


def network(source: random.Random, version: int) -> str:
    """A network at random."""
    prefix = source.choice(PREFIXES[version])
    return str(ipaddress.ip_network((address(source, version), prefix), strict=False))


if __name__ == "__main__":
    main()
