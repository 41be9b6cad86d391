"""How fast a layer of the graph takes edits and gives nodes, beside bare sqlite3 in the same run.

    python benchmarks/graph.py [--nodes 100000] [--rounds 3] [--cpu] [--profile]

The database is a durable one on disk. A node has five properties and two tags. With --cpu: what the work costs this process,
for a machine that others use too. The limits:

rows        inserting the rows of as many nodes (one, seven index entries, two tags) with `executemany`, nothing else
join        one statement without an end that reads the same index and joins the same table
"""

import argparse
import cProfile
import hashlib
import pstats
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from deadringer.storage.database import Database
from deadringer.storage.edits import ItemsOf, KeyOf
from deadringer.storage.layers import Edit, Key, Layer, NodeEdit
from deadringer.storage.sodes import unpack
from deadringer.storage.views import Graph, LayerRecord

BATCH = 100
ALONE = 5000
SCHEMAS = ("accounts", "cortex")


class Plain:
    """A model that costs nothing: values are their own keys."""

    edition = None

    def keyed(self, form: str, prop: str) -> tuple[KeyOf, ItemsOf | None]:
        return lambda valu: valu, None

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        found: Key = valu
        return found

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        return valu

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        return valu


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Edits and lifts of a layer, beside bare sqlite3.")
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is shown")
    parser.add_argument("--cpu", action="store_true", help="processor time instead of time")
    parser.add_argument("--profile", action="store_true", help="where the time of the batches goes, instead")
    options = parser.parse_args()
    edits = [made(number) for number in range(options.nodes)]
    if options.profile:
        profile(edits)
        return
    rows: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="graph-bench-") as name:
            for title, value in measure(Path(name), edits, time.process_time if options.cpu else time.perf_counter):
                rows.setdefault(title, []).append(value)
    for title, values in rows.items():
        print(f"{title:58} {median(values):12,.1f}")


def made(number: int) -> NodeEdit:
    """The edits of one new node with five properties and two tags."""
    edits: list[Edit] = [
        (0, (number,)),
        (2, (".created", 1_700_000_000_000 + number)),
        (2, ("asn", random.randrange(1000))),
        (2, ("loc", "us.ca")),
        (2, ("type", "unicast")),
        (2, ("place", f"place {number}")),
        (4, ("rep", (None, None))),
        (4, ("rep.vendor", (1_600_000_000_000, 1_700_000_000_000))),
    ]
    return hashlib.sha256(number.to_bytes(8, "big")).digest(), "inet:ipv4", edits


def opened(path: Path) -> tuple[Database, Layer]:
    database = Database(path, SCHEMAS)
    graph = Graph(database, Plain())
    graph.put_layer(LayerRecord("aa", None, None, 0))
    layer = graph.layer("aa")
    assert layer is not None
    return database, layer


def measure(folder: Path, edits: list[NodeEdit], clock: Callable[[], float]) -> list[tuple[str, float]]:
    """(what and its unit, value) of one round."""
    found: list[tuple[str, float]] = []
    count = len(edits)
    database, layer = opened(folder / "cortex.db")

    def took(work: Callable[[], object]) -> float:
        start = clock()
        work()
        return clock() - start

    def cost(title: str, work: Callable[[], object], nodes: int) -> None:
        found.append((f"{title}, us a node", took(work) / nodes * 1e6))

    def rate(title: str, work: Callable[[], object], nodes: int) -> None:
        found.append((f"{title}, thousands a second", nodes / took(work) / 1e3))

    cost("apply: new nodes, batches of 100", lambda: batches(layer, edits), count)
    alone = [made(count + number) for number in range(ALONE)]
    cost("apply: new nodes, alone", lambda: one_by_one(layer, alone), ALONE)
    changes: list[NodeEdit] = [(iden, form, [(2, ("asn", 5000))]) for iden, form, _ in alone]
    cost("apply: one property of an old node, alone", lambda: one_by_one(layer, changes), ALONE)
    total = count + ALONE
    rate("lift by value of the form, packed", lambda: exhaust(layer.lift("inet:ipv4", "")), total)
    rate("lift by a property of 1000 values, packed", lambda: exhaust(layer.lift("inet:ipv4", "asn")), total)
    rate("the same in reverse", lambda: exhaust(layer.lift("inet:ipv4", "asn", reverse=True)), total)
    rate("the same, unpacked", lambda: unpacked(layer.lift("inet:ipv4", "asn")), total)
    rate("lift by tag, packed", lambda: exhaust(layer.lift_tag("rep")), total)
    nids = [nid for _, nid, _, _ in layer.lift("inet:ipv4", "asn")]
    rate("sodes by pages of 256 nids", lambda: layer.sodes(nids), total)
    one = nids[::50]
    cost("sode by nid", lambda: [layer.sode(nid) for nid in one], len(one))
    cost("lift by one value", lambda: [list(layer.lift("inet:ipv4", "", key, key)) for key in range(5000)], 5000)
    rate("count of a form", lambda: layer.count("inet:ipv4", ""), total)
    rate("count of a tag", lambda: layer.count_tag("rep"), total)
    database.close()
    found.append(("limit: rows, us a node", bare_rows(folder / "bare.db", edits, clock)))
    for title, sql in LIMITS:
        connection = sqlite3.connect(folder / "cortex.db")
        connection.execute("PRAGMA cache_size=-8192")
        rate(title, partial(join, connection, sql), total)
        connection.close()
    return found


_NAME = "(SELECT number FROM graph_name WHERE kind = 1 AND form = 'inet:ipv4' AND name = 'asn')"
LIMITS = (
    (
        "limit: join",
        "SELECT i.key, i.nid, n.iden, n.data FROM graph_index i CROSS JOIN graph_node n ON n.row = i.row "
        f"WHERE i.name = {_NAME} ORDER BY i.key, i.nid",
    ),
    ("limit: count", f"SELECT count(*) FROM graph_index WHERE name = {_NAME}"),
)


def batches(layer: Layer, edits: Sequence[NodeEdit]) -> None:
    for start in range(0, len(edits), BATCH):
        layer.apply(edits[start : start + BATCH])


def one_by_one(layer: Layer, edits: Sequence[NodeEdit]) -> None:
    for edit in edits:
        layer.apply([edit])


def join(connection: sqlite3.Connection, sql: str) -> None:
    exhaust(connection.execute(sql))


def exhaust(items: Any) -> None:
    for _ in items:
        pass


def unpacked(items: Any) -> None:
    for _, _, iden, data in items:
        unpack(iden, data)


def bare_rows(path: Path, edits: list[NodeEdit], clock: Callable[[], float]) -> float:
    """Microseconds a node for its rows alone, as many in a transaction as a batch has."""
    database = Database(path, SCHEMAS)
    place, start = 0, clock()
    for first in range(0, len(edits), BATCH):
        page = edits[first : first + BATCH]
        nids = [int.from_bytes(iden[:8], "big") >> 1 for iden, _, _ in page]
        rows = [(place + index, nid, iden) for index, ((iden, _, _), nid) in enumerate(zip(page, nids, strict=True), 1)]
        place += len(rows)
        with database.write() as connection:
            connection.executemany(
                "INSERT INTO graph_node VALUES (?, 1, ?, ?, ?)", [(row, nid, iden, iden * 5) for row, nid, iden in rows]
            )
            connection.executemany(
                "INSERT INTO graph_index VALUES (?, ?, ?, ?)",
                [(name, row * 7919 % 100003, nid, row) for row, nid, _ in rows for name in range(7)],
            )
            connection.executemany(
                "INSERT INTO graph_tag VALUES (?, 1, ?, ?)", [(tag, nid, row) for row, nid, _ in rows for tag in (1, 2)]
            )
    spent = clock() - start
    database.close()
    return spent / len(edits) * 1e6


def profile(edits: list[NodeEdit]) -> None:
    """Print what the batches spend their time in."""
    with tempfile.TemporaryDirectory(prefix="graph-bench-") as name:
        database, layer = opened(Path(name) / "cortex.db")
        profiler = cProfile.Profile()
        profiler.runcall(batches, layer, edits)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(20)
        database.close()


if __name__ == "__main__":
    main()
