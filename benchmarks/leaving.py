"""How long a query goes on when its client has gone: from the socket's closing until the server has no such task any more.

    python benchmarks/leaving.py [--rounds 20] [--oracle ../shared/oracle/cortex.sh]

A server of its own over HTTPS; with --oracle a real Cortex too. Each query is endless or very long. What is seen is the list
of tasks (`$lib.ps.list()`) through a second connection, so the figure is at most one small call too large. Limit: 50 ms.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from versus_cortex import LOGIN, Server, ours, real

LIMIT_MS = 50.0
# A query that has not ended after so long never will.
GIVE_UP_S = 10.0
NODES = 20_000
# By what the query is doing while its client goes: endpoint, query, whether messages come before.
CASES = {
    "counting, nothing to say": ("storm", "$i=(0) while (true) { $i=($i + 1) }", False),
    "printing, read slowly": ("storm", "while (true) { $lib.print(x) }", True),
    "asleep": ("storm", "$lib.time.sleep(600)", False),
    "lifting and filtering": ("storm", "for $i in $lib.range(1000000) { inet:fqdn +:host=newp }", False),
    "call: counting": ("storm/call", "$i=(0) while (true) { $i=($i + 1) }", False),
    "call: asleep": ("storm/call", "$lib.time.sleep(600)", False),
    "export: lifting": ("storm/export", "for $i in $lib.range(1000000) { inet:fqdn }", False),
}


def running(server: Server, query: str) -> bool:
    """Whether the server still has a task with this query."""
    tasks = "for $task in $lib.ps.list() { if ($task.info.query = $query) { return((true)) } } return((false))"
    answer = server.post("/api/v1/storm/call", {"query": tasks, "opts": {"vars": {"query": query}}})
    return bool(json.loads(answer.read())["result"])


def left_ms(watching: Server, case: tuple[str, str, bool], number: int) -> float:
    """Ask, wait until the query runs, close the socket; how long until it has ended."""
    endpoint, text, says = case
    query = f"{text} // {number}"
    client = Server(watching.port, watching.pid, 0)
    headers = {"Authorization": LOGIN, "Content-Type": "application/json"}
    client.connection.request("POST", f"/api/v1/{endpoint}", json.dumps({"query": query}), headers)
    while not running(watching, query):
        pass
    if says:
        client.connection.getresponse().read1(1000)
    assert client.connection.sock is not None
    client.connection.sock.close()
    client.connection.close()
    began = time.perf_counter()
    while running(watching, query):
        if time.perf_counter() - began > GIVE_UP_S:
            return math.inf
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure each case and print it beside the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--oracle", type=Path, help="the script that starts a real Cortex")
    options = parser.parse_args()
    with ExitStack() as stack:
        servers = {"ours": stack.enter_context(ours())}
        if options.oracle is not None:
            servers["real"] = stack.enter_context(real(options.oracle.resolve()))
        for server in servers.values():
            server.call(f"for $i in $lib.range({NODES}) {{ [inet:fqdn=`n{{$i}}.test`] }} return((1))")
        print(f"{'':30}" + "".join(f"{name + ' median, most':>26}" for name in servers) + f"   limit {LIMIT_MS:.0f} ms")
        for name, case in CASES.items():
            print(f"{name:30}", end="", flush=True)
            for server in servers.values():
                took = [left_ms(server, case, number) for number in range(options.rounds)]
                print(f"{median(took):17.1f} {max(took):8.1f}", end="", flush=True)
            print()


if __name__ == "__main__":
    main()
