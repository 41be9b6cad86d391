"""Kill -9 under load, again and again: nothing that was acknowledged may be lost, and nothing may be there by halves.

By hand: `python tests/durability/kill_nine.py --cycles 200`. Each cycle starts `deadringer serve` on the same folder, lets
threads inject rows, put and delete blobs, make nodes by Storm and by feed, and make, clone, reset and drop a second world,
kills the server at a random moment (now and then before it is ready), and looks at what is left on the disk and at what the
next server answers.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

LONG_S = 120.0
INDEX = "durability"
COLUMNS = {"timestamp": "long", "worker": "string", "batch": "long", "place": "int"}
# All rows lie in one rotation period, so that they are read back in the order they were stored in.
TIMESTAMP_MS = 1_738_677_059_000
ROOT = ("root", "secret")
ADMIN = ("admin", "qwerty")
SYCOPE, AXON, CORTEX = "/npm/api/v1", "/api/v1/axon/files", "/api/v1"
# What every node of the load carries once it is whole.
TAG = "kill.nine"
MAKE = f"for $name in $names {{ [ it:dev:str=$name +#{TAG} ] $node.data.set(name, $name) }}"
KEPT_BLOBS = 8
PAGE = 20_000
# Worker and number of a batch.
Batch = tuple[str, int]


class Lost(AssertionError):
    """Something acknowledged is gone, something is there by halves, or a request was answered with an error."""


@dataclass(slots=True)
class Books:
    """What the clients know: what was acknowledged, and what was on its way when the server was killed."""

    # Rows in each batch.
    acknowledged: dict[Batch, int] = field(default_factory=dict)
    sent: dict[Batch, int] = field(default_factory=dict)
    # SHA-256 of blobs that must be there, that must not be, and that may be either.
    blobs: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    # Values of nodes that were acknowledged whole, and of those that may be there.
    nodes: set[str] = field(default_factory=set)
    unsure_nodes: set[str] = field(default_factory=set)
    # Rows that have been read back and compared.
    verified_rows: int = 0
    seen: dict[Batch, int] = field(default_factory=dict)
    # What a server answered that it should not have.
    wrong: list[str] = field(default_factory=list)
    # Set once rows and blobs have been acknowledged: the first kill waits for it, so that there is something to lose.
    worked: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Counts:
    """What one run did."""

    kills: int = 0
    early_kills: int = 0
    rows: int = 0
    batches_cut: int = 0
    nodes: int = 0
    nodes_fed: int = 0
    blobs: int = 0
    blobs_cut: int = 0
    deletes: int = 0
    world_changes: int = 0


class Process:
    """One `deadringer serve` on the folder."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        command = [sys.executable, "-m", "deadringer.server", "serve", "--no-tls", "--http-port", "0"]
        command += ["--data", str(self.data), "--url-file", str(folder / "urls.json"), "--log-level", "error"]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("DEADRINGER_")}
        self.process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)
        self.url = ""

    def wait_until_ready(self) -> None:
        """Read the URL from what it says. Raises Lost when it ends before that."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.lstrip().startswith("Synapse "):
                self.url = line.split()[1].removesuffix("/api/v1")
            if line.startswith("deadringer: ready"):
                return
        raise Lost(f"It does not start any more: exit code {self.process.wait()}.")

    def kill(self) -> None:
        """Kill it, at whatever it is."""
        self.process.kill()
        self.process.wait(LONG_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


def run(folder: Path, cycles: int, seed: int, say: Callable[[str], None] = lambda _: None) -> Counts:
    """So many kills in this folder. Raises Lost."""
    choose = random.Random(seed)
    books, counts = Books(), Counts()
    for cycle in range(cycles + 1):
        if choose.random() < 0.15:
            early = Process(folder)
            time.sleep(choose.uniform(0.0, 0.6))
            early.kill()
            counts.early_kills += 1
        server = Process(folder)
        try:
            server.wait_until_ready()
            if cycle == 0:
                make_index(server.url)
            check_answers(server, books, whole=cycle == cycles)
            if cycle < cycles:
                thin_out(server.url, books, counts, choose)
                load(server, books, counts, choose.randrange(2**32), choose.uniform(0.05, 1.0))
        finally:
            server.kill()
        counts.kills += 1
        check_files(server.data, books)
        say(f"cycle {cycle}: {counts}")
    return counts


def make_index(url: str) -> None:
    """The index that all rows go to."""
    fields = [{"name": name, "type": kind, "sortable": kind != "string"} for name, kind in COLUMNS.items()]
    config = {"name": INDEX, "active": True, "rotation": "daily", "storeRaw": True, "fields": fields}
    body: dict[str, Any] = {"category": "userIndex.index", "config": config}
    answer = requests.post(f"{url}{SYCOPE}/config-element-index/user-index", json=body, auth=ADMIN, timeout=LONG_S)
    assert answer.ok, answer.text


def load(server: Process, books: Books, counts: Counts, seed: int, kill_after_s: float) -> None:
    """Put load on the server until it is killed."""
    works: list[Callable[[requests.Session, str, Books, Counts, random.Random], None]] = [
        inject,
        inject,
        put,
        put,
        edit,
        feed,
        change_worlds,
    ]
    threads = [
        threading.Thread(target=until_killed, args=(work, server.url, books, counts, random.Random(seed + number)))
        for number, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    books.worked.wait(LONG_S)
    time.sleep(kill_after_s)
    server.process.kill()
    for thread in threads:
        thread.join()
    if books.wrong:
        raise Lost(f"A request was answered with: {books.wrong[0]}")
    counts.batches_cut = len(books.sent) - len(books.acknowledged)
    counts.blobs_cut += len(books.unsure)


def until_killed(
    work: Callable[[requests.Session, str, Books, Counts, random.Random], None],
    url: str,
    books: Books,
    counts: Counts,
    choose: random.Random,
) -> None:
    """Do it over and over, until the server answers no more."""
    with requests.Session() as session:
        while True:
            try:
                work(session, url, books, counts, choose)
            except requests.RequestException:
                return
            except AssertionError as error:
                books.wrong.append(str(error))
                return


def inject(session: requests.Session, url: str, books: Books, counts: Counts, choose: random.Random) -> None:
    """One batch of rows."""
    batch = (f"worker {choose.getrandbits(64):016x}", choose.randrange(1000))
    size = choose.choice((1, 10, 500))
    rows = [[TIMESTAMP_MS, *batch, place] for place in range(size)]
    body: dict[str, Any] = {"indexName": INDEX, "columns": list(COLUMNS), "sortTimestamp": False, "rows": rows}
    with books.lock:
        books.sent[batch] = size
    answer = session.post(f"{url}{SYCOPE}/index/inject", json=body, auth=ADMIN, timeout=LONG_S)
    assert answer.ok, answer.text
    with books.lock:
        books.acknowledged[batch] = size
        counts.rows += size
        note_work(books, counts)


def edit(session: requests.Session, url: str, books: Books, counts: Counts, choose: random.Random) -> None:
    """Some nodes by Storm: each is acknowledged by its own message, which comes when its edits have been made."""
    names = new_names(books, choose)
    body: dict[str, Any] = {"query": MAKE, "opts": {"vars": {"names": names}, "show": ["node"]}, "stream": "jsonlines"}
    kinds = []
    with session.post(f"{url}{CORTEX}/storm", json=body, auth=ROOT, stream=True, timeout=LONG_S) as answer:
        assert answer.ok, answer.text
        for line in answer.iter_lines():
            kind, info = json.loads(line)
            kinds.append(kind)
            assert kind != "err", info
            if kind == "node":
                with books.lock:
                    books.nodes.add(info[0][1])
                    counts.nodes += 1
    assert kinds == ["init", *["node"] * len(names), "fini"]
    with books.lock:
        note_work(books, counts)


def feed(session: requests.Session, url: str, books: Books, counts: Counts, choose: random.Random) -> None:
    """Some nodes by feed: all are acknowledged by the answer."""
    names = new_names(books, choose)
    items: Any = [[["it:dev:str", name], {"tags": {TAG: [None, None]}, "nodedata": {"name": name}}] for name in names]
    answer = session.post(f"{url}{CORTEX}/feed", json={"items": items}, auth=ROOT, timeout=LONG_S)
    assert answer.json() == {"status": "ok", "result": None}, answer.text
    with books.lock:
        books.nodes.update(names)
        counts.nodes_fed += len(names)
        note_work(books, counts)


def new_names(books: Books, choose: random.Random) -> list[str]:
    """Values of nodes that nobody has made yet."""
    names = [f"node {choose.getrandbits(64):016x} {place}" for place in range(choose.choice((1, 10, 100)))]
    with books.lock:
        books.unsure_nodes.update(names)
    return names


def put(session: requests.Session, url: str, books: Books, counts: Counts, choose: random.Random) -> None:
    """One blob, and now and then the end of one."""
    data = choose.randbytes(choose.choice((0, 100, 100_000, 3_000_000)) + choose.randrange(100))
    sha256 = hashlib.sha256(data).hexdigest()
    with books.lock:
        books.unsure.add(sha256)
    answer = session.put(f"{url}{AXON}/put", data=data, auth=ROOT, timeout=LONG_S)
    assert answer.json()["result"]["sha256"] == sha256, answer.text
    with books.lock:
        settle(books, sha256, there=True)
        counts.blobs += 1
        note_work(books, counts)
    if choose.random() < 0.3:
        delete(session, url, books, counts, sha256)


def delete(session: requests.Session, url: str, books: Books, counts: Counts, sha256: str) -> None:
    """Delete a blob that is there."""
    with books.lock:
        books.unsure.add(sha256)
        books.blobs.discard(sha256)
    answer = session.delete(f"{url}{AXON}/by/sha256/{sha256}", auth=ROOT, timeout=LONG_S)
    assert answer.json() == {"status": "ok", "result": True}, answer.text
    with books.lock:
        settle(books, sha256, there=False)
        counts.deletes += 1


def change_worlds(session: requests.Session, url: str, books: Books, counts: Counts, choose: random.Random) -> None:
    """One change of a second world; it may be there or not, and may hold a copy of the first."""
    control = f"{url}/_deadringer"
    source = choose.choice(({}, {"from": "default"}))
    answers = [
        session.post(f"{control}/worlds", json={"name": "second", **source}, timeout=LONG_S),
        session.post(f"{control}/reset", json={"world": "second"}, timeout=LONG_S),
        session.delete(f"{control}/worlds/second", timeout=LONG_S),
    ]
    assert [answer.status_code for answer in answers][1:] == [200, 200], [answer.text for answer in answers]
    with books.lock:
        counts.world_changes += len(answers)


def thin_out(url: str, books: Books, counts: Counts, choose: random.Random) -> None:
    """Delete most blobs, so that the folder stays small over many cycles."""
    for sha256 in choose.sample(sorted(books.blobs), max(0, len(books.blobs) - KEPT_BLOBS)):
        delete(requests.Session(), url, books, counts, sha256)


def note_work(books: Books, counts: Counts) -> None:
    """Say so once there is something to lose."""
    if counts.rows and counts.blobs and counts.nodes and counts.nodes_fed:
        books.worked.set()


def settle(books: Books, sha256: str, *, there: bool) -> None:
    """Note that a blob is there, or is not, for certain."""
    books.unsure.discard(sha256)
    (books.blobs if there else books.gone).add(sha256)
    (books.gone if there else books.blobs).discard(sha256)


def check_files(data: Path, books: Books) -> None:
    """What a kill leaves on the disk: whole blobs under their own names, and among them all that were acknowledged."""
    named = {path.name: path for path in (data / "blobs").glob("??/*")}
    for name, path in named.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != name:
            raise Lost(f"Half a blob: {path}.")
    if missing := books.blobs - named.keys():
        raise Lost(f"{len(missing)} acknowledged blobs have no file, {min(missing)} among them.")


def check_answers(server: Process, books: Books, *, whole: bool) -> None:
    """What the next server answers: all that was acknowledged, and nothing by halves. `whole` reads all rows once more."""
    check_rows(server.url, books, whole=whole)
    check_nodes(server.url, books)
    check_blobs(server, books)


def check_rows(url: str, books: Books, *, whole: bool) -> None:
    if whole:
        books.verified_rows = 0
        books.seen.clear()
    while True:
        answer = get(url, f"/_deadringer/sycope/indexes/{INDEX}/rows?offset={books.verified_rows}&limit={PAGE}")
        if answer["total"] < books.verified_rows:
            raise Lost(f"{books.verified_rows} rows were there, now there are {answer['total']}.")
        for timestamp, worker, number, place in answer["rows"]:
            batch = (worker, int(number))
            if int(timestamp) != TIMESTAMP_MS or int(place) != books.seen.get(batch, 0):
                raise Lost(f"Row {place} of {batch} is twice there, or was never sent.")
            books.seen[batch] = int(place) + 1
        books.verified_rows += len(answer["rows"])
        if books.verified_rows >= answer["total"]:
            break
    for batch, size in books.acknowledged.items():
        if books.seen.get(batch) != size:
            raise Lost(f"{batch} was acknowledged with {size} rows, of which {books.seen.get(batch, 0)} are there.")
    for batch, size in books.seen.items():
        if books.sent.get(batch) != size:
            raise Lost(f"{size} rows of {batch} are there, but {books.sent.get(batch)} were sent.")


def check_nodes(url: str, books: Books) -> None:
    """Every acknowledged node with its tag and its data, found by value, by tag and by its data alike; no unknown one."""
    found = {}
    for query in ("it:dev:str^=node", f"it:dev:str#{TAG}"):
        lines = f"{query} $lib.fire(found, at=($node.value(), $node.data.get(name), $node.tags()))"
        body: Any = {"query": lines, "opts": {"show": ["storm:fire"]}, "stream": "jsonlines"}
        answer = requests.post(f"{url}{CORTEX}/storm", json=body, auth=ROOT, timeout=LONG_S)
        messages = [json.loads(line) for line in answer.text.splitlines()]
        if [kind for kind, _ in messages if kind != "storm:fire"] != ["init", "fini"]:
            raise Lost(f"{query} is answered with {messages[-2:]}.")
        found[query] = {
            info["data"]["at"][0]: info["data"]["at"][1:] for kind, info in messages if kind == "storm:fire"
        }
    for query, nodes in found.items():
        if missing := books.nodes - nodes.keys():
            raise Lost(f"{len(missing)} acknowledged nodes are not found by {query}, {min(missing)!r} among them.")
        if unknown := nodes.keys() - books.unsure_nodes:
            raise Lost(f"{query} finds {min(unknown)!r}, which nobody made.")
        for name in books.nodes:
            data, tags = nodes[name]
            if data != name or TAG not in tags:
                raise Lost(f"The acknowledged node {name!r} is there by halves: {data!r}, {tags}.")


def check_blobs(server: Process, books: Books) -> None:
    worlds = [world["name"] for world in get(server.url, "/_deadringer/worlds")["worlds"]]
    if not {"default"} <= set(worlds) <= {"default", "second"}:
        raise Lost(f"There are other worlds than there should be: {worlds}.")
    if left := list((server.data / "blobs" / "incoming").iterdir()):
        raise Lost(f"Uploads that were cut off are still there: {left}.")
    for sha256 in books.blobs:
        content = requests.get(f"{server.url}{AXON}/by/sha256/{sha256}", auth=ROOT, timeout=LONG_S)
        if content.status_code != 200 or hashlib.sha256(content.content).hexdigest() != sha256:
            raise Lost(f"The acknowledged blob {sha256} is not there: {content.status_code}.")
    for sha256 in books.gone:
        if has(server.url, sha256, "default"):
            raise Lost(f"The blob {sha256} was deleted, and is there.")
    for sha256 in sorted(books.unsure):
        settle(books, sha256, there=has(server.url, sha256, "default"))
    # Only the latest are of interest; the list would grow for ever.
    books.gone.clear()
    for path in (server.data / "blobs").glob("??/*"):
        if not any(has(server.url, path.name, world) for world in worlds):
            raise Lost(f"The blob {path.name} belongs to nobody.")


def has(url: str, sha256: str, world: str) -> bool:
    """Whether a world owns a blob."""
    found: bool = get(url, f"{AXON}/has/sha256/{sha256}", **{"X-Deadringer-World": world})["result"]
    return found


def get(url: str, path: str, **headers: str) -> Any:
    """What a GET answers, as JSON."""
    answer = requests.get(url + path, auth=ROOT, headers=headers, timeout=LONG_S)
    if not answer.ok:
        raise Lost(f"{path} answers {answer.status_code}: {answer.text[:200]}")
    return answer.json()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--data", type=Path, help="keep the data here, for a look at what went wrong")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        counts = run(folder, options.cycles, options.seed, lambda text: print(text, flush=True))
    print(f"nothing lost in {counts}, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
