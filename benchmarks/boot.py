"""Booting: from the command to the first answer over TLS, and to the first answer of Storm, in wall and processor time.

    python benchmarks/boot.py [--runs 15]

The server is started again and again: with an empty data folder (it makes its authority, its databases and all), with the
folder of an earlier run, and ephemeral. Beside it stands the floor: a bare Python that imports the web framework, the command
line's library, SQLite and, as an empty folder needs it, the library that makes certificates.

Users have the bytecode that pip made of the package; a checkout whose Python may write none would be compiled at each start.
Here it is made by a first start that does not count, in a temporary folder.

Processor time is of the server alone, all its threads, up to that answer. It is what a busy machine leaves of a measurement;
where the least of the wall times is near it, the machine was quiet. "First Storm" is measured right behind the first answer,
and again after a pause, when what the server does behind is done.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COMMAND = [
    sys.executable,
    "-m",
    "deadringer.server",
    "serve",
    "--port",
    "0",
    "--http-port",
    "0",
    "--log-level",
    "warning",
]
LOGIN = "Basic " + base64.b64encode(b"root:secret").decode()
# By then a server that has nothing to do has done what it does behind.
WARM_S = 2.0
FLOORS = {
    "python": "pass",
    "python, aiohttp, click, sqlite3": "import aiohttp.web, click, sqlite3",
    "the same, cryptography": (
        "import aiohttp.web, click, sqlite3\n"
        "from cryptography import x509\n"
        "from cryptography.hazmat.primitives import hashes, serialization\n"
        "from cryptography.hazmat.primitives.asymmetric import ec"
    ),
}


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds since the command, by the wall and of processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Boot:
    """What one start took, until each of three moments, and its memory in use before the last."""

    listening: Spent
    answer: Spent
    storm: Spent
    resident_mib: float


def trusting() -> ssl.SSLContext:
    """TLS of a client that looks at no certificate. Made before anything is measured, as it takes a while."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


CONTEXT = trusting()


def as_installed(folder: str) -> dict[str, str]:
    """The variables of a process that finds bytecode in a folder, and puts there what is missing."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**variables, "PYTHONPYCACHEPREFIX": folder}


def boot(variables: dict[str, str], options: list[str], pause_s: float = 0) -> Boot:
    """Start the server, ask it, ask its Storm, stop it. pause_s: between the two, not counted."""
    began = time.perf_counter()
    process = subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True, env=variables)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "https://" in line:
                port = int(line.split("https://")[1].split("/")[0].rpartition(":")[2])
                break
        listening = spent(began, process.pid)
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=CONTEXT)
        connection.request("GET", "/api/v1/active")
        assert json.loads(connection.getresponse().read()) == {"status": "ok", "result": {"active": True}}
        answer = spent(began, process.pid)
        time.sleep(pause_s)
        paused = spent(began, process.pid)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        headers = {"Authorization": LOGIN, "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/storm/call", body=json.dumps({"query": "return((1))"}), headers=headers)
        assert json.loads(connection.getresponse().read()) == {"status": "ok", "result": 1}
        storm = spent(began, process.pid)
        if pause_s:
            storm = Spent(storm.wall - paused.wall, storm.cpu - paused.cpu)
        connection.close()
        process.terminate()
        assert process.wait() == 0
        return Boot(listening, answer, storm, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def spent(began: float, pid: int) -> Spent:
    """What has gone by now; processor time of the threads that there are."""
    wall = (time.perf_counter() - began) * 1000
    taken_ns = sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())
    return Spent(wall, taken_ns / 1e6)


def floor(variables: dict[str, str], code: str) -> Spent:
    """A bare Python that imports something and ends."""
    before_s = cpu_of_children_s()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=variables)
    return Spent((time.perf_counter() - began) * 1000, (cpu_of_children_s() - before_s) * 1000)


def cpu_of_children_s() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(name: str, taken: list[Spent]) -> None:
    """One line of the table."""
    walls, cpus = [each.wall for each in taken], [each.cpu for each in taken]
    print(
        f"{name:52}{min(walls):9.0f}{statistics.median(walls):9.0f}{min(cpus):10.0f}{statistics.median(cpus):9.0f}",
        flush=True,
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as temporary:
        names = iter(range(10**6))
        kept = Path(temporary, "kept")
        variables = as_installed(str(Path(temporary, "bytecode")))
        boot(variables, ["--data", str(kept)], pause_s=WARM_S)
        for code in FLOORS.values():
            floor(variables, code)
        ways: dict[str, Callable[[], list[str]]] = {
            "empty folder": lambda: ["--data", str(Path(temporary, str(next(names))))],
            "folder of an earlier run": lambda: ["--data", str(kept)],
            "ephemeral": lambda: ["--ephemeral"],
        }
        floors: dict[str, list[Spent]] = {name: [] for name in FLOORS}
        boots: dict[str, list[Boot]] = {name: [] for name in ways}
        paused: list[Boot] = []
        # Taking turns, so that what else the machine does falls on all alike.
        for _ in range(runs):
            for name, code in FLOORS.items():
                floors[name].append(floor(variables, code))
            for name, options in ways.items():
                boots[name].append(boot(variables, options()))
            paused.append(boot(variables, ["--data", str(kept)], pause_s=WARM_S))
    print(f"{runs} runs on {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; milliseconds\n")
    print(f"{'':52}{'wall':>9}{'':9}{'processor':>12}")
    print(f"{'':52}{'least':>9}{'median':>9}{'least':>10}{'median':>9}")
    for name, taken in floors.items():
        row(f"{name} alone", taken)
    for name, each in boots.items():
        row(f"{name}: ready is printed", [one.listening for one in each])
        row(f"{name}: first answer", [one.answer for one in each])
        row(f"{name}: first Storm, at once", [one.storm for one in each])
    row("first Storm after a pause, alone", [one.storm for one in paused])
    first, idle = (
        statistics.median(one.resident_mib for one in each) for each in (boots["folder of an earlier run"], paused)
    )
    print(f"resident memory: {first:.0f} MiB at the first answer, {idle:.0f} MiB idle")


if __name__ == "__main__":
    main()
