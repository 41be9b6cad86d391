"""A million nodes through one stream whose reader stops for a while: how much memory the server takes, and how fast it is.

    python benchmarks/million.py [--nodes 1000000] [--stop 10] [--batch 5000]

A server of its own, durable, in a temporary folder, over HTTPS. The nodes are fed, then all lifted by one `/storm`; in the
middle the reader takes nothing for `--stop` seconds. Limits: the stream grows the server by less than 200 MB, whatever the
number of nodes, a stopped reader by nothing more, other calls go on meanwhile, and every node comes, each once.
"""

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

MIB = 1024 * 1024
LIMIT_MIB = 200.0


@dataclass(slots=True)
class Memory:
    """The server's resident memory, in MiB, by when it was looked at."""

    pid: int
    seen: dict[str, float] = field(default_factory=dict)

    def now(self) -> float:
        """What it has at this moment."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / MIB

    def note(self, when: str) -> float:
        """Look, and say so."""
        self.seen[when] = max(self.now(), self.seen.get(when, 0))
        return self.seen[when]


async def feed(session: aiohttp.ClientSession, nodes: int, batch: int) -> float:
    """Make so many nodes, each with a tag; gives seconds."""
    began = time.monotonic()
    for start in range(0, nodes, batch):
        items = [
            [["it:dev:int", number], {"tags": {"big": [None, None]}}]
            for number in range(start, min(start + batch, nodes))
        ]
        async with session.post("/api/v1/feed", json={"items": items}) as response:
            assert (await response.json())["status"] == "ok"
    return time.monotonic() - began


async def lift(session: aiohttp.ClientSession, memory: Memory, nodes: int, stop_s: float) -> tuple[float, int]:
    """Lift them all, with the stop in the middle; gives seconds without the stop, and bytes."""
    seen = bytearray(nodes)
    count = size = 0
    stopped = False
    began = time.monotonic()
    body = {"query": "it:dev:int#big", "stream": "jsonlines"}
    async with session.post("/api/v1/storm", json=body) as response:
        async for line in response.content:
            size += len(line)
            kind, info = json.loads(line)
            if kind == "node":
                seen[info[0][1]] += 1
                count += 1
            assert kind != "err", info
            if count % 10_000 == 1:
                memory.note("most while it is read")
            if count == nodes // 2 and not stopped:
                stopped = True
                await stop(session, memory, stop_s)
    assert kind == "fini"
    assert info["count"] == count == nodes
    assert seen == bytearray(b"\1") * nodes
    return time.monotonic() - began - stop_s, size


async def stop(session: aiohttp.ClientSession, memory: Memory, stop_s: float) -> None:
    """Read nothing for a while, and look at the memory and at how other calls do meanwhile."""
    memory.note("as the reader stops")
    slowest, calls = 0.0, 0
    until = time.monotonic() + stop_s
    while time.monotonic() < until:
        began = time.monotonic()
        async with session.post("/api/v1/storm/call", json={"query": "return($lib.user.name())"}) as response:
            assert (await response.json())["result"] == "root"
        slowest, calls = max(slowest, time.monotonic() - began), calls + 1
        memory.note("most while it stands still")
        await asyncio.sleep(0.1)
    print(f"{calls} calls while it stood still, the slowest {slowest * 1000:.0f} ms")


async def measure(urls: dict[str, str], pid: int, options: argparse.Namespace) -> bool:
    """Print the figures; whether the limit held."""
    memory = Memory(pid)
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    headers = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
    connector = aiohttp.TCPConnector(ssl=trust)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(urls["https"], headers=headers, connector=connector, timeout=timeout) as session:
        memory.note("at the start")
        fed_s = await feed(session, options.nodes, options.batch)
        print(f"fed {options.nodes} nodes in {fed_s:.1f} s, {options.nodes / fed_s:.0f} a second")
        before = memory.note("before the lift")
        took_s, size = await lift(session, memory, options.nodes, options.stop)
        memory.note("after it")
    print(
        f"lifted them in {took_s:.1f} s, {options.nodes / took_s:.0f} a second, {size / MIB:.0f} MiB; all came, each once"
    )
    for when, mib in memory.seen.items():
        print(f"{when:28} {mib:8.1f} MiB")
    grown = max(memory.seen.values()) - before
    print(f"grown by {grown:.1f} MiB, limit {LIMIT_MIB:.0f}")
    return grown < LIMIT_MIB


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--stop", type=float, default=10.0, help="seconds that the reader stands still")
    parser.add_argument("--batch", type=int, default=5000, help="nodes in one feed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "deadringer.server", "serve", "--port", "0", "--no-http"]
        command += ["--data", f"{folder}/data", "--url-file", f"{folder}/urls.json", "--log-level", "error"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("deadringer: ready"):
                    break
            urls: dict[str, Any] = json.loads(Path(folder, "urls.json").read_text())
            held = asyncio.run(measure(urls, process.pid, options))
        finally:
            process.kill()
            process.wait()
    sys.exit(not held)


if __name__ == "__main__":
    main()
