"""How fast the Axon takes and gives a file, beside what this machine could do at best in the same run.

    python benchmarks/axon.py [--mib 512] [--rounds 5]

The server is a process of its own with a data folder on disk (so with its flushes); this process is the client and
measures, with bare sockets so that it costs little. Both share the machine's cores. The limits:

hashes      the four digests over the same bytes in memory, each in a thread of its own
disk        writing the same bytes to one file in the same folder, and flushing it
socket      `os.pread` and `send` of the same bytes from a process without HTTP
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

MIB = 1024 * 1024
MB = 1_000_000
PART = MIB
BARE = "bare"
DIGESTS = ("md5", "sha1", "sha256", "sha512")
AUTH = b"Authorization: Basic " + b64encode(b"root:secret") + b"\r\n"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Axon put and get, beside the limits of this machine.")
    parser.add_argument("--mib", type=int, default=512, help="size of the file in MiB")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many is shown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="axon-bench-") as name:
        folder = Path(name)
        server, urls = start(folder)
        try:
            measure(folder, urls, options.mib, options.rounds)
        finally:
            server.terminate()
            server.wait()


def start(folder: Path) -> tuple["subprocess.Popen[bytes]", dict[str, str]]:
    """A server in a process of its own, and its URLs."""
    file = folder / "urls.json"
    command = [sys.executable, "-m", "deadringer.server", "serve", "--port", "0", "--http-port", "0"]
    command += ["--data", str(folder / "data"), "--url-file", str(file), "--log-level", "error"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not file.exists():
        assert server.poll() is None, "the server did not start"
        time.sleep(0.02)
    urls: dict[str, str] = json.loads(file.read_text())
    return server, urls


def measure(folder: Path, urls: dict[str, str], mib: int, rounds: int) -> None:
    """One table: each row's median MB/s, and its share of its limit."""
    data = bytearray(os.urandom(MIB) * mib)
    rows: dict[str, list[float]] = {}
    for number in range(rounds):
        # Bytes of their own each round: a file that is there already would not be written.
        data[:8] = number.to_bytes(8, "big")
        sha256(data)
        runs: dict[str, Callable[[], None]] = {
            "hashes": lambda: hash_all(data),
            "disk": lambda: write(folder, data),
        }
        for scheme in ("http", "https"):
            runs[f"put {scheme}"] = lambda scheme=scheme: put(urls[scheme], data)  # type: ignore[misc]
            runs[f"get {scheme}"] = lambda scheme=scheme: get(urls[scheme], data)  # type: ignore[misc]
            runs[f"drop {scheme}"] = lambda scheme=scheme: drop(urls[scheme], data)  # type: ignore[misc]
        runs["socket"] = lambda: bare(folder, data)
        (folder / BARE).write_bytes(data)
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            took_s = time.perf_counter() - began
            rows.setdefault(name, []).append(len(data) / MB / took_s)
    limits = {"put": "hashes", "get": "socket"}
    print(f"{mib} MiB, median (best) of {rounds}, {os.cpu_count()} cores")
    for name, speeds in rows.items():
        if name.startswith("drop"):
            continue
        line = f"{name:12} {median(speeds):7.0f} ({max(speeds):5.0f}) MB/s"
        if (limit := limits.get(name.partition(" ")[0])) is not None:
            line += f"   {100 * median(speeds) / median(rows[limit]):4.0f} % of {limit}"
        print(line)


def hash_all(data: bytearray) -> None:
    """The four digests over all bytes, each in its own thread: hashlib lets go of the GIL, so all cores work."""

    def run(name: str) -> None:
        digest, view = hashlib.new(name), memoryview(data)
        for at in range(0, len(view), PART):
            digest.update(view[at : at + PART])

    threads = [threading.Thread(target=run, args=(name,)) for name in DIGESTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def write(folder: Path, data: bytearray) -> None:
    """The bytes to one file, flushed."""
    path = folder / "disk"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    view = memoryview(data)
    for at in range(0, len(view), PART):
        os.write(handle, view[at : at + PART])
    os.fsync(handle)
    os.close(handle)
    path.unlink()


def connect(url: str) -> socket.socket:
    """A socket to a server, with TLS where the URL says so."""
    parts = urlsplit(url)
    assert parts.port is not None
    plain = socket.create_connection((parts.hostname, parts.port))
    if parts.scheme == "http":
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)


def head(method: str, path: str, size: int = 0) -> bytes:
    """The head of a request."""
    line = f"{method} /api/v1/axon/files/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    return line.encode() + AUTH + f"Content-Length: {size}\r\n\r\n".encode()


def put(url: str, data: bytearray) -> None:
    """Upload the bytes, and wait for the answer."""
    with connect(url) as client:
        client.sendall(head("PUT", "put", len(data)))
        view = memoryview(data)
        for at in range(0, len(view), PART):
            client.sendall(view[at : at + PART])
        answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert f'"size":{len(data)}'.encode() in answer, answer


def get(url: str, data: bytearray) -> None:
    """Download the bytes, and throw them away."""
    with connect(url) as client:
        client.sendall(head("GET", f"by/sha256/{sha256(data)}"))
        assert receive(client) > len(data)


def drop(url: str, data: bytearray) -> None:
    """Delete the bytes, so that the next upload of them is written again."""
    with connect(url) as client:
        client.sendall(head("DELETE", f"by/sha256/{sha256(data)}"))
        assert read_all(client).startswith(b"HTTP/1.1 200")


_SHA256: dict[bytes, str] = {}


def sha256(data: bytearray) -> str:
    """The name of the bytes; computed once a round, before anything is measured."""
    key = bytes(data[:8])
    if key not in _SHA256:
        _SHA256[key] = hashlib.sha256(data).hexdigest()
    return _SHA256[key]


def receive(client: socket.socket) -> int:
    """How many bytes came until the other side closed."""
    buffer = bytearray(PART)
    total = 0
    while count := client.recv_into(buffer):
        total += count
    return total


def read_all(client: socket.socket) -> bytes:
    """What came until the other side closed."""
    parts = []
    while part := client.recv(PART):
        parts.append(part)
    return b"".join(parts)


def bare(folder: Path, data: bytearray) -> None:
    """What a download would reach without HTTP: a process that reads the file and sends it."""
    size = len(data)
    listener = socket.create_server(("127.0.0.1", 0))
    sender = multiprocessing.get_context("fork").Process(target=send, args=(listener, folder / BARE, size))
    sender.start()
    with socket.create_connection(listener.getsockname()) as client:
        assert receive(client) == size
    sender.join()
    listener.close()


def send(listener: socket.socket, file: Path, size: int) -> None:
    """The other side of `bare`."""
    client, _ = listener.accept()
    handle = os.open(file, os.O_RDONLY)
    at = 0
    while at < size:
        part = os.pread(handle, PART, at)
        client.sendall(part)
        at += len(part)
    client.close()


if __name__ == "__main__":
    main()
