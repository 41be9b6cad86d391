"""How fast rows of a custom index are taken, beside raw `executemany` of the same rows into the same table in the same run.

    python benchmarks/inject.py [--rows 1000000] [--batch 10000]

The server is a process of its own with a data folder on disk; this process is the client. Requests and raw batches take
turns, so that both meet the same machine; what is shown is made of the medians. The raw side has the same pragmas, table,
index and transactions, and gets its rows ready made: no JSON, no checks, addresses already in their stored form. Then the
stages of one request are timed one by one in this process, and the server's memory is shown.
"""

import argparse
import http.client
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import orjson
from deadringer.server.sycope import inject
from deadringer.storage import elements, rows
from deadringer.storage.columns import TYPES
from deadringer.storage.database import Database
from deadringer.storage.elements import Element

# The seed's own example.
FIELDS = (
    ("timestamp", "long"),
    ("test_string", "string"),
    ("test_ip4", "ip4"),
    ("test_ip6", "ip6"),
    ("test_float", "float"),
    ("test_double", "double"),
    ("test_boolean", "boolean"),
)
START_MS = 1_746_823_336_771
STEP_MS = 10
MIB = 1024
# How often the server's memory is looked at.
PARTS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Injected rows a second, beside raw executemany.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=10_000, help="rows a request")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inject-bench-") as name:
        folder = Path(name)
        server, url = start(folder)
        try:
            compare(folder, server.pid, url, options.rows // options.batch, options.batch)
        finally:
            server.terminate()
            server.wait()
        stages(folder, options.batch)


def start(folder: Path) -> tuple["subprocess.Popen[bytes]", str]:
    """A server in a process of its own, and its plain URL."""
    file = folder / "urls.json"
    command = [sys.executable, "-m", "deadringer.server", "serve", "--port", "0", "--http-port", "0"]
    command += ["--data", str(folder / "data"), "--url-file", str(file), "--log-level", "error"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not file.exists():
        assert server.poll() is None, "The server did not start."
        time.sleep(0.01)
    url: str = json.loads(file.read_text())["http"]
    return server, url


def compare(folder: Path, pid: int, url: str, batches: int, size: int) -> None:
    """Requests and raw batches in turns."""
    post = client(url)
    fields = [{"name": name, "type": kind} for name, kind in FIELDS]
    post("/npm/api/v1/config-element-index/user-index", orjson.dumps({"name": "bench", "fields": fields}))
    raw = table(folder / "raw.db")
    post("/npm/api/v1/index/inject", body(made(0, size)))
    used = [memory(pid)]
    through: list[float] = []
    bare: list[float] = []
    for number in range(1, batches):
        batch = made(number, size)
        payload, ready = body(batch), stored(batch)
        through.append(timed(lambda payload=payload: post("/npm/api/v1/index/inject", payload)))  # type: ignore[misc]
        bare.append(timed(lambda ready=ready: raw(ready)))  # type: ignore[misc]
        if (number + 1) * PARTS % batches < PARTS:
            used.append(memory(pid))
    http_s, raw_s = median(through), median(bare)
    print(f"{batches} requests of {size} rows, {len(payload) // size} bytes a row")
    print(f"inject over HTTP   {size / http_s:12,.0f} rows/s   {http_s * 1000:7.1f} ms a request")
    print(f"raw executemany    {size / raw_s:12,.0f} rows/s   {raw_s * 1000:7.1f} ms a batch")
    print(f"ratio              {raw_s / http_s:12.0%}")
    first, *later = (f"{kib / MIB:.1f}" for kib in used)
    print(f"server's memory    {first} MiB after the first request; later, at equal distances: {', '.join(later)} MiB")


def stages(folder: Path, size: int) -> None:
    """The parts of one request, timed one by one in this process."""
    database = Database(folder / "stages.db", ("accounts", "sycope"))
    with database.write() as connection:
        elements.put(connection, Element("e", "userIndex.index", 1, "admin", 1, "admin", {}))
        rows.make(connection, "e", "bench", "daily", True, FIELDS)
    index = rows.index_of(database, "e")
    assert index is not None
    took: dict[str, list[float]] = {"JSON": [], "check": [], "write": []}
    for number in range(20):
        payload = body(made(number, size))
        began = time.perf_counter()
        request = inject.shaped(orjson.loads(payload))
        parsed = time.perf_counter()
        checked = inject.check(inject.columns_of(index, request.columns), request.rows)
        assert checked is not None
        told = time.perf_counter()
        rows.insert(database, index, checked, most_periods=100, sort=True)
        for name, seconds in zip(took, (parsed - began, told - parsed, time.perf_counter() - told), strict=True):
            took[name].append(seconds)
    database.close()
    print(
        "stages of one request without HTTP: "
        + ", ".join(f"{name} {median(times) * 1000:.1f} ms" for name, times in took.items())
    )


def client(url: str) -> Callable[[str, bytes], Any]:
    """Posts over one connection with a session."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"Content-Type": "application/json"}

    def post(path: str, data: bytes) -> Any:
        connection.request("POST", path, data, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert response.status == 200, answer
        if cookie := response.headers.get("Set-Cookie"):
            headers["Cookie"] = cookie.partition(";")[0]
        return answer

    post("/npm/api/v1/login", b'{"username":"admin","password":"qwerty"}')
    return post


def table(path: Path) -> Callable[[list[tuple[Any, ...]]], None]:
    """A table like that of an index's period, with the same pragmas, index and transactions."""
    Database(path, ("accounts", "sycope")).close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-8192"):
        connection.execute(f"PRAGMA {pragma}")
    columns = ", ".join(
        f"c{place} {TYPES[kind].sql}{'' if place else ' NOT NULL'}" for place, (_, kind) in enumerate(FIELDS)
    )
    connection.execute(f"CREATE TABLE raw (number INTEGER PRIMARY KEY, {columns}) STRICT")
    connection.execute("CREATE INDEX raw_time ON raw (c0)")
    names = ", ".join(f"c{place}" for place in range(len(FIELDS)))
    sql = f"INSERT INTO raw ({names}) VALUES ({', '.join('?' * len(FIELDS))})"

    def insert(batch: list[tuple[Any, ...]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, batch)
        connection.execute("COMMIT")

    return insert


def made(number: int, size: int) -> list[list[Any]]:
    """Rows of one request, each a few milliseconds after the one before."""
    source = random.Random(number)
    return list(_rows(source, START_MS + number * size * STEP_MS, size))


def _rows(source: random.Random, start_ms: int, size: int) -> Iterator[list[Any]]:
    for place in range(size):
        ip4 = f"172.16.{source.randrange(256)}.{source.randrange(256)}"
        ip6 = f"2001:db8:3333:4444:5555:6666:{source.randrange(65536):x}:{source.randrange(65536):x}"
        text = f"eventType{place % 7}"
        yield [start_ms + place * STEP_MS, text, ip4, ip6, source.random() * 100, source.random(), place % 2 == 0]


def body(batch: list[list[Any]]) -> bytes:
    """The request that injects these rows."""
    columns = [name for name, _ in FIELDS]
    return orjson.dumps({"columns": columns, "indexName": "bench", "sortTimestamp": True, "rows": batch})


def stored(batch: list[list[Any]]) -> list[tuple[Any, ...]]:
    """The same rows as they are stored."""
    kinds = [TYPES[kind] for _, kind in FIELDS]
    return [tuple(kind.store(value) for kind, value in zip(kinds, row, strict=True)) for row in batch]


def timed(work: Callable[[], Any]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory(pid: int) -> int:
    """Resident KiB of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
