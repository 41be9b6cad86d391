"""This server beside a real Cortex: the same client, the same requests over TLS, taking turns on the same machine.

    python benchmarks/versus_cortex.py --oracle ../shared/oracle/cortex.sh [--nodes 20000] [--rounds 3]

The oracle script starts a Cortex of the pinned version (`start PORT`, `stop PORT`); this server is started from the package
that is installed here, with a data folder on disk. The client reads raw bytes and counts lines, so that it is never what is
measured. For each measure the table shows the median of the rounds, the ratio, and what issue 4 asks for.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from boot import CONTEXT, as_installed, boot

OURS = [sys.executable, "-m", "deadringer.server", "serve", "--port", "0", "--http-port", "0"]
PORT = 14499
LOGIN = "Basic " + base64.b64encode(b"root:secret").decode()
READ = 1 << 20
CALLS = 500
LOOP = 100_000
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass
class Server:
    """A running server: where it listens, its process, and how long it took to its first answer, and to Storm's."""

    port: int
    pid: int
    boot_s: float
    storm_s: float = 0.0
    connection: http.client.HTTPSConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=CONTEXT)

    def post(self, path: str, body: Any) -> http.client.HTTPResponse:
        """Send one request on the kept-alive connection."""
        headers = {"Authorization": LOGIN, "Content-Type": "application/json"}
        self.connection.request("POST", path, body=json.dumps(body), headers=headers)
        return self.connection.getresponse()

    def begin(self, began: float) -> None:
        """Ask for the first time, and for the first time in Storm."""
        self.connection.request("GET", "/api/v1/active")
        self.connection.getresponse().read()
        self.boot_s = time.perf_counter() - began
        self.call("return((1))")
        self.storm_s = time.perf_counter() - began

    def call(self, query: str) -> Any:
        """The value of a query; raises SystemExit if it has none."""
        answer = json.loads(self.post("/api/v1/storm/call", {"query": query}).read())
        if answer["status"] != "ok":
            raise SystemExit(f"{query}: {answer}")
        return answer["result"]

    def lines(self, query: str, opts: dict[str, Any] | None = None, least: int = 0) -> int:
        """Run a query to its end; how many messages came. Raises SystemExit for one that says an error, or too little."""
        body = {"query": query, "stream": "jsonlines", "opts": opts or {}}
        response = self.post("/api/v1/storm", body)
        count, last = 0, b""
        while part := response.read1(READ):
            count += part.count(b"\n")
            last = (last + part)[-4096:]
        if b'["err",' in last or b'["fini",' not in last:
            raise SystemExit(f"{query}: {last[-400:]!r}")
        if count < least:
            raise SystemExit(f"{query}: {count} messages on {self.port}, at least {least} should come")
        return count

    def resident_mib(self) -> float:
        """Memory of its process that is in use."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE_KIB / 1024


@contextmanager
def ours() -> Iterator[Server]:
    """This server, with a data folder of its own on disk, and with bytecode, as the real one has it."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as bytecode:
        variables = as_installed(bytecode)
        boot(variables, ["--ephemeral"])
        began = time.perf_counter()
        process = subprocess.Popen(
            [*OURS, "--data", folder, "--log-level", "warning"], stdout=subprocess.PIPE, text=True, env=variables
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if "https://" in line:
                    port = int(line.split("https://")[1].split("/")[0].split()[0].rsplit(":", 1)[1])
                    break
            server = Server(port, process.pid, 0.0)
            server.begin(began)
            yield server
        finally:
            process.terminate()
            process.wait()


@contextmanager
def real(oracle: Path) -> Iterator[Server]:
    """A real Cortex, empty."""
    subprocess.run([oracle, "python"], check=True, stdout=subprocess.DEVNULL)
    began = time.perf_counter()
    subprocess.run([oracle, "start", str(PORT)], check=True, stdout=subprocess.DEVNULL)
    try:
        home = Path(os.environ.get("ORACLE_HOME", Path.home() / ".cache/deadringer-oracle"))
        server = Server(PORT, int((home / f"{PORT}.pid").read_text()), 0.0)
        server.begin(began)
        yield server
    finally:
        subprocess.run([oracle, "stop", str(PORT)], check=False)


def timed(work: Callable[[], Any]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def feed(server: Server, nodes: int, turn: int) -> None:
    """Nodes of ipv4 with two props and a tag, in requests of a thousand."""
    for start in range(0, nodes, 1000):
        items = []
        for number in range(start, min(start + 1000, nodes)):
            address = f"{10 + turn}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            info = {"props": {"asn": number % 50, "loc": "us.va"}, "tags": {f"bench.feed{turn}": [None, None]}}
            items.append([["inet:ipv4", address], info])
        answer = json.loads(server.post("/api/v1/feed", {"items": items}).read())
        assert answer["status"] == "ok", answer


@dataclass(frozen=True)
class Measure:
    """One line of the table. run: (server, nodes, turn) to seconds. per: how many of what in one run, for the rate."""

    name: str
    goal: str
    run: Callable[[Server, int, int], float]
    per: Callable[[int], int] = lambda nodes: 1


def streaming(
    query: str, opts: dict[str, Any] | None = None, least: Callable[[int], int] = lambda nodes: nodes
) -> Callable[[Server, int, int], float]:
    """Lift and stream. least: nodes that must come, so that no side is quick by doing nothing."""
    return lambda server, nodes, turn: timed(lambda: server.lines(query.format(turn=turn), opts, least(nodes)))


def calls(server: Server, nodes: int, turn: int) -> float:
    return timed(lambda: [server.call("return((1))") for _ in range(CALLS)])


def create(server: Server, nodes: int, turn: int) -> float:
    query = f"for $i in $lib.range({nodes}) {{ [ inet:fqdn=`n{{$i}}.turn{turn}.com` ] }} | spin"
    return timed(lambda: server.lines(query, {"editformat": "none"}))


def count(server: Server, nodes: int, turn: int) -> float:
    return timed(lambda: server.lines("inet:fqdn | count"))


def loop(server: Server, nodes: int, turn: int) -> float:
    return timed(lambda: server.call(f"$x=(0) for $i in $lib.range({LOOP}) {{ $x = ($x + $i) }} return($x)"))


def export(server: Server, nodes: int, turn: int) -> float:
    def work() -> None:
        response = server.post("/api/v1/storm/export", {"query": "inet:ipv4"})
        while response.read1(READ):
            pass

    return timed(work)


def by_nodes(nodes: int) -> int:
    return nodes


MEASURES = (
    Measure("call, kept alive", ">= 3", calls, lambda nodes: CALLS),
    Measure("feed ipv4, 2 props, 1 tag", ">= 8", lambda s, n, t: timed(lambda: feed(s, n, t)), by_nodes),
    Measure("create fqdn in a loop", ">= 10", create, by_nodes),
    Measure("lift and stream fqdn", ">= 5", streaming("inet:fqdn"), by_nodes),
    Measure("the same with repr", "", streaming("inet:fqdn", {"repr": True}), by_nodes),
    Measure("filter", "", streaming("inet:fqdn +:host~='^n1'", least=lambda nodes: nodes // 10), by_nodes),
    Measure("pivot", "", streaming("inet:ipv4 -> inet:asn | uniq", least=lambda nodes: 50), by_nodes),
    Measure("count", ">= 10", count, by_nodes),
    Measure(
        "lift by prop", "", streaming("inet:ipv4:asn=7", least=lambda nodes: nodes // 50), lambda nodes: nodes // 50
    ),
    Measure("lift by tag", "", streaming("#bench.feed{turn}"), by_nodes),
    Measure("loop, 100 k turns", ">= 10", loop, lambda nodes: LOOP),
    Measure("export", ">= 5", export, by_nodes),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=Path, required=True)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with ours() as mine, real(given.oracle) as theirs:
        print(f"load {os.getloadavg()[0]:.1f}, {given.nodes} nodes a round, {given.rounds} rounds")
        print(f"{'':28}{'ours':>14}{'real':>14}{'ratio':>9}  goal")
        boots = mine.boot_s * 1000, theirs.boot_s * 1000
        row("boot to first answer", *boots, "ms", boots[1] / boots[0], ">= 30")
        storms = mine.storm_s * 1000, theirs.storm_s * 1000
        row("boot to first Storm", *storms, "ms", storms[1] / storms[0], "")
        taken: dict[str, tuple[list[float], list[float]]] = {each.name: ([], []) for each in MEASURES}
        for turn in range(given.rounds):
            for measure in MEASURES:
                for side, server in enumerate((mine, theirs)):
                    taken[measure.name][side].append(measure.run(server, given.nodes, turn))
        for measure in MEASURES:
            mine_s, theirs_s = (median(times) for times in taken[measure.name])
            many = measure.per(given.nodes)
            row(measure.name, many / mine_s, many / theirs_s, "/s", theirs_s / mine_s, measure.goal)
        used = mine.resident_mib(), theirs.resident_mib()
        row("resident memory at the end", *used, "MiB", used[0] / used[1], "<= 0.33")


def row(name: str, mine: float, theirs: float, unit: str, ratio: float, goal: str) -> None:
    print(f"{name:28}{mine:>10.0f} {unit:3}{theirs:>10.0f} {unit:3}{ratio:>9.1f}  {goal}", flush=True)


if __name__ == "__main__":
    main()
