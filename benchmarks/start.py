"""Starting, stopping and idling: command to first answer, in-process start, idle stop, resident memory.

`python benchmarks/start.py [--runs N]` prints a table of medians beside the targets of issue 2.
"""

import argparse
import http.client
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from boot import as_installed

COMMAND = [sys.executable, "-m", "deadringer.server", "serve", "--port", "0", "--http-port", "0"]
IN_PROCESS = """
import sys, time
from deadringer.server import Config, running
import asyncio

async def main():
    config = Config(ephemeral=True, port=0, http_port=0, tls=sys.argv[1] == "tls", log_level="error")
    for _ in range(2):
        began = time.perf_counter()
        server = await running.start(config)
        started = time.perf_counter()
        await server.stop()
        # The second: the first still imports what is imported lazily.
        took = (started - began, time.perf_counter() - started)
    print(*took)

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Served:
    """What one run of the command measured, in seconds and bytes."""

    first_answer_s: float
    stop_s: float
    resident_bytes: int
    cpu_s: float


def served(folder: Path, *options: str) -> Served:
    """Start the command, ask it once, look at its memory, stop it."""
    before_s = cpu_of_children()
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "--data", str(folder / "data"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = 0
        for line in process.stdout:
            if line.lstrip().startswith("Synapse  http:"):
                port = int(line.split()[1].removesuffix("/api/v1").rpartition(":")[2])
            if line.startswith("deadringer: ready"):
                break
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/_deadringer/health")
        assert connection.getresponse().read()
        first_answer_s = time.perf_counter() - began
        connection.close()
        resident_bytes = resident(process.pid)
        began = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        return Served(first_answer_s, time.perf_counter() - began, resident_bytes, cpu_of_children() - before_s)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def cpu_of_children() -> float:
    """Seconds of processor time that the processes took that have ended: what a busy machine leaves of a measurement."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(process: int) -> int:
    """Resident memory of a process in bytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def in_process(form: str) -> tuple[float, float]:
    """Seconds to start and to stop in a program that has imported everything."""
    done = subprocess.run([sys.executable, "-c", IN_PROCESS, form], capture_output=True, text=True, check=True)
    start_s, stop_s = map(float, done.stdout.split())
    return start_s, stop_s


def bare() -> float:
    """Seconds that Python alone and the web framework take, for comparison."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import aiohttp.web, click, sqlite3"], check=True)
    return time.perf_counter() - began


def bare_cpu() -> float:
    """The same in seconds of processor time."""
    before_s = cpu_of_children()
    bare()
    return cpu_of_children() - before_s


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs: int = parser.parse_args().runs

    def median(values: list[float]) -> float:
        return statistics.median(values)

    with tempfile.TemporaryDirectory() as temporary:
        kept, plain = Path(temporary, "kept"), Path(temporary, "plain")
        kept.mkdir()
        plain.mkdir()
        os.environ.update(as_installed(str(Path(temporary, "bytecode"))))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        # Makes the bytecode, which users have from pip.
        served(plain, "--ephemeral")
        first = served(kept)
        again = [served(kept) for _ in range(runs)]
        ephemeral = [served(plain, "--ephemeral", "--no-tls") for _ in range(runs)]
    inside = {form: [in_process(form) for _ in range(runs)] for form in ("plain", "tls")}
    rows = [
        ("python, aiohttp, click, sqlite3 alone", median([bare() for _ in range(runs)]) * 1000, "ms", ""),
        ("command to first answer, first start (makes CA and data; one run)", first.first_answer_s * 1000, "ms", "500"),
        (
            "command to first answer, data and TLS there",
            median([run.first_answer_s for run in again]) * 1000,
            "ms",
            "500",
        ),
        (
            "command to first answer, --ephemeral --no-tls",
            median([run.first_answer_s for run in ephemeral]) * 1000,
            "ms",
            "500",
        ),
        (
            "CPU time of python, aiohttp, click, sqlite3 alone",
            median([bare_cpu() for _ in range(runs)]) * 1000,
            "ms",
            "",
        ),
        ("CPU time of command, one answer, stop", median([run.cpu_s for run in ephemeral]) * 1000, "ms", ""),
        ("in-process start, no TLS", median([start for start, _ in inside["plain"]]) * 1000, "ms", "20"),
        ("in-process start, TLS (makes CA and leaf)", median([start for start, _ in inside["tls"]]) * 1000, "ms", ""),
        ("in-process idle stop", median([stop for _, stop in inside["plain"]]) * 1000, "ms", "50"),
        ("SIGTERM to exit, idle", median([run.stop_s for run in again]) * 1000, "ms", "1000"),
        (
            "resident at the first answer, data and TLS there",
            median([run.resident_bytes / 2**20 for run in again]),
            "MiB",
            "60",
        ),
        (
            "resident at the first answer, --ephemeral --no-tls",
            median([run.resident_bytes / 2**20 for run in ephemeral]),
            "MiB",
            "60",
        ),
    ]
    load: Callable[[], tuple[float, float, float]] = os.getloadavg
    print(f"medians of {runs} runs on {os.cpu_count()} cores, load average {load()[0]:.1f}\n")
    print(f"{'':66} {'measured':>9} {'target':>7}")
    for name, value, unit, target in rows:
        print(f"{name:66} {value:9.1f} {target:>7} {unit}")


if __name__ == "__main__":
    main()
