"""Seeds: how long a start with the demo pack takes until it is ready, and a reset and a new world after it.

`python benchmarks/seeds.py [--runs N]` prints a table of medians beside the targets of issue 5.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time

from deadringer.server import Config, running
from deadringer.server.command import READY_LINE

COMMAND = [sys.executable, "-m", "deadringer.server", "serve", "--ephemeral", "--port", "0", "--http-port", "0"]


def command_s(*options: str) -> float:
    """Seconds from the command to its ready line."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with subprocess.Popen(
            [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder
        ) as process:
            assert process.stdout is not None
            while process.stdout.readline().strip() != READY_LINE:
                pass
            took_s = time.perf_counter() - began
            process.terminate()
        return took_s


async def in_process() -> tuple[float, float, float, float, int]:
    """Seconds of a start, CPU seconds of it, seconds of a reset and of a new world; rows of built-in streams."""
    config = Config(ephemeral=True, port=0, http_port=0, tls=False, seed=("soc-demo",))
    began, cpu = time.perf_counter(), time.process_time()
    async with await running.start(config) as server:
        started, cpu = time.perf_counter() - began, time.process_time() - cpu
        worlds = server.server.worlds
        began = time.perf_counter()
        world = await worlds.reset("default")
        reset = time.perf_counter() - began
        ((rows,),) = world.sycope.database.read("SELECT count(*) FROM stream_row")
        began = time.perf_counter()
        await worlds.make("other")
        return started, cpu, reset, time.perf_counter() - began, rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    measured = [asyncio.run(in_process()) for _ in range(runs)]
    start, cpu, reset, made = (statistics.median(row[place] for row in measured) for place in range(4))
    rows = [
        (
            "command to ready, --seed soc-demo",
            statistics.median(command_s("--seed", "soc-demo") for _ in range(runs)),
            "1 s",
        ),
        (
            "command to ready, --seed intel-demo",
            statistics.median(command_s("--seed", "intel-demo") for _ in range(runs)),
            "",
        ),
        ("command to ready, no seeds", statistics.median(command_s() for _ in range(runs)), ""),
        ("in-process start with it", start, "1 s"),
        ("  CPU of that", cpu, ""),
        ("reset to it", reset, "milliseconds"),
        ("new world with it", made, "milliseconds"),
    ]
    for name, seconds, target in rows:
        print(f"{name:36} {seconds * 1000:8.1f} ms   {target}")
    print(f"rows of built-in streams: {measured[0][4]}")


if __name__ == "__main__":
    main()
