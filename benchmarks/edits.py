"""What edits cost: nodes made by queries and fed, in this process, in a Cortex of its own on disk.

    python benchmarks/edits.py [--nodes 20000] [--rounds 3] [--ephemeral] [--only WORD] [--profile]

Figures are processor time of the thread that runs the query, in microseconds a node, so that a machine which others use too
gives nearly the same ones; messages are made and dropped. Beside them: what a loop of a million additions takes, to compare
machines by.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from deadringer.server.clock import Clock
from deadringer.server.command import GC_THRESHOLDS
from deadringer.server.config import Config
from deadringer.server.cortex.state import Cortex
from deadringer.server.ids import Ids
from deadringer.server.model.source import ModelSource
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.storm.answers.query import Asked, messages_of, prepared
from deadringer.server.storm.edits.feeding import add_packed
from deadringer.server.storm.host import Host
from deadringer.server.workers import Workers
from deadringer.storage.blobs import Blobs

# Nodes in one request, as `versus_cortex.py` feeds them.
FED = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table. query: with {nodes}; None for feeding."""

    name: str
    query: str | None
    opts: dict[str, Any]


LOOP = "for $i in $lib.range({nodes}) {{ [ "
CASES = (
    Case("create fqdn in a loop", LOOP + "inet:fqdn=`n{{$i}}.turn.com` ] }} | spin", {}),
    Case("the same, editformat none", LOOP + "inet:fqdn=`m{{$i}}.turn.com` ] }} | spin", {"editformat": "none"}),
    Case("create asn in a loop", LOOP + "inet:asn=$i ] }} | spin", {}),
    Case("create ipv4 with two props and a tag", LOOP + "inet:ipv4=$i :asn=5 :loc=us +#made.tag ] }} | spin", {}),
    Case("set a prop of each", "inet:ipv4 [ :loc=de ] | spin", {}),
    Case("add a tag to each", "inet:ipv4 [ +#other.tag ] | spin", {}),
    Case("feed ipv4, two props, a tag", None, {}),
    Case("feed the same again", None, {}),
)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="What edits cost, in microseconds of processor time a node.")
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is shown")
    parser.add_argument("--ephemeral", action="store_true", help="a world that need not outlive the process")
    parser.add_argument("--only", default="", help="the cases whose names have this in them")
    parser.add_argument("--profile", action="store_true", help="where the time of each case goes, instead")
    given = parser.parse_args()
    cases = [case for case in CASES if given.only in case.name]
    if given.profile:
        with opened(given.ephemeral) as host:
            for case in cases:
                profiled(case.name, work_of(host, case, given.nodes))
        return
    rows: dict[str, list[float]] = {}
    for _ in range(given.rounds):
        with opened(given.ephemeral) as host:
            for case in cases:
                spent = cost(work_of(host, case, given.nodes)) / given.nodes * 1e6
                rows.setdefault(case.name, []).append(spent)
        rows.setdefault("(a million additions, ms)", []).append(cost(additions) * 1e3)
    for name, values in rows.items():
        print(f"{name:40} {median(values):9.1f} {min(values):9.1f}")


@contextmanager
def opened(ephemeral: bool) -> Iterator[Host]:
    """A fresh Cortex in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="edits-bench-") as name:
        folder, workers = Path(name), Workers(1, 1, 1)
        config = Config(ephemeral=ephemeral)
        blobs = Blobs(folder / "blobs", durable=not ephemeral)
        services = Services(config, workers, Passwords(workers), blobs, ModelSource(config.model))
        cortex = Cortex.open(folder, services, Clock(), Ids(1))
        try:
            host = cortex.host()
            # What is read and imported once.
            for case in CASES:
                work_of(host, case, 1)()
            # As the server does.
            gc.set_threshold(*GC_THRESHOLDS)
            gc.freeze()
            yield host
        finally:
            cortex.close()
            workers.close()


def work_of(host: Host, case: Case, nodes: int) -> Callable[[], object]:
    """What one case does."""
    user, view = host.accounts.user_named("root"), host.graph.view(host.view)
    assert user is not None
    assert view is not None
    if case.query is not None:
        asked = Asked(case.query.format(nodes=nodes), case.opts, user, view, "0" * 32)
        return lambda: messages_of(host, asked, dropped, lambda: None)
    items = [
        [
            ["inet:ipv4", f"10.0.{n >> 8 & 255}.{n & 255}"],
            {"props": {"asn": n % 50, "loc": "us.va"}, "tags": {"fed.tag": None}},
        ]
        for n in range(nodes)
    ]
    asked = Asked("", {}, user, view, "0" * 32)

    def feed() -> None:
        for start in range(0, nodes, FED):
            add_packed(prepared(host, asked, dropped, lambda: None)[0], items[start : start + FED])

    return feed


def dropped(kind: str, info: Any) -> None:
    """Takes the messages. Raises SystemExit for an error."""
    if kind == "err":
        raise SystemExit(f"{info}")


def cost(work: Callable[[], object]) -> float:
    """Seconds of processor time of this thread."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def additions() -> int:
    total = 0
    for number in range(1_000_000):
        total += number
    return total


def profiled(name: str, work: Callable[[], object]) -> None:
    """Print what the work spends its time in."""
    print(name)
    profiler = cProfile.Profile()
    profiler.runcall(work)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
