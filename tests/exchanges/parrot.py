"""A server that says what was recorded, step after step: the real Cortex as the recorder heard it, without the Cortex.

With it the whole way from socket to explanation is tested: a mutant changes one answer on the wire, and the replay must
say so. Placeholders get texts of their form; what was recomputed is computed.
"""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from deadringer.fixtures.evidence import answers
from deadringer.fixtures.evidence.scenario import Scenario

NAME = re.compile(r"<(iden|hash):([a-z0-9]+)>")
TIME = re.compile(r"<time:ms([+-]\d+)?>")
DAYS = re.compile(r"<([+-]\d+) days>")
SESSION = '"2|1:0|10:1795306256|4:sess|44:' + "A" * 43 + "=|" + "0" * 64 + '"'


@dataclass(frozen=True, slots=True)
class Wire:
    """One answer as it goes out. With `chunks` it is sent chunked, else with its length."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    chunks: tuple[bytes, ...] | None = None


Mutation = Callable[[Wire], Wire]


@asynccontextmanager
async def parrot(scenario: Scenario, mutations: dict[str, Mutation] | None = None) -> AsyncIterator[str]:
    """The URL of a server that answers the steps of a scenario in order, some of them changed."""
    wires = []
    for step, record in answers.load(scenario).items():
        wire = to_wire(record)
        change = (mutations or {}).get(step)
        wires.append(change(wire) if change else wire)
    left = iter(wires)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await _read_request(reader)
        if line:
            method, path = line.split()[:2]
            wire = _control(method, path) if path.startswith("/_deadringer/") else next(left)
            _write(writer, method, wire)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def to_wire(record: dict[str, Any]) -> Wire:
    """The recorded answer as bytes."""
    headers = {name: _text(valu) for name, valu in record["headers"].items()}
    if record["framing"] == "chunked":
        return Wire(record["status"], headers, chunks=tuple(_body(chunk) for chunk in record["chunks"]))
    body = _body(record)
    if headers.get("Etag") == "<sha1 of the body>":
        headers["Etag"] = f'"{hashlib.sha1(body).hexdigest()}"'
    if record["framing"] == "length":
        headers["Content-Length"] = str(len(body))
    return Wire(record["status"], headers, body)


def edited(wire: Wire, edit: Callable[[Any], Any]) -> Wire:
    """The answer with another JSON body, its Etag and length put right."""
    body = _dump(edit(json.loads(wire.body))).replace("</", "<\\/").encode()
    headers = wire.headers | {"Content-Length": str(len(body))}
    if "Etag" in headers:
        headers["Etag"] = f'"{hashlib.sha1(body).hexdigest()}"'
    return replace(wire, body=body, headers=headers)


def _control(method: str, path: str) -> Wire:
    """As much of the control plane as a replay needs: it is asked for its health and for a world."""
    made = method == "POST" and path == "/_deadringer/worlds"
    body = b'{"name":"parrot"}'
    return Wire(201 if made else 200, {"Content-Type": "application/json", "Content-Length": str(len(body))}, body)


async def _read_request(reader: asyncio.StreamReader) -> str:
    """The request line; what follows is read and forgotten."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return ""
    length = re.search(r"(?im)^content-length: *(\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    elif "chunked" in head.lower():
        await reader.readuntil(b"0\r\n\r\n")
    return head.partition("\r\n")[0]


def _write(writer: asyncio.StreamWriter, method: str, wire: Wire) -> None:
    headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Connection": "close"} | wire.headers
    if wire.chunks is not None:
        headers["Transfer-Encoding"] = "chunked"
    head = "".join(f"{name}: {valu}\r\n" for name, valu in headers.items() if valu is not None)
    writer.write(f"HTTP/1.1 {wire.status} x\r\n{head}\r\n".encode())
    if wire.chunks is not None:
        for chunk in wire.chunks:
            writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        writer.write(b"0\r\n\r\n")
    elif method != "HEAD":
        writer.write(wire.body)


def _body(record: dict[str, Any]) -> bytes:
    if "json" in record:
        return _dump(_concrete(record["json"])).replace("</", "<\\/").encode()
    if "json-plain" in record:
        return _dump(_concrete(record["json-plain"])).encode()
    if "json-line" in record:
        return _dump(_concrete(record["json-line"])).encode() + b"\n"
    if "empty" in record:
        return b""
    return str(record.get("json-loose", record.get("text"))).encode()


def _dump(valu: Any) -> str:
    return json.dumps(valu, ensure_ascii=False, separators=(",", ":"))


def _concrete(valu: Any) -> Any:
    if isinstance(valu, dict):
        return {_text(key): _concrete(item) for key, item in valu.items()}
    if isinstance(valu, list):
        return [_concrete(item) for item in valu]
    if valu == "<ms>":
        return 5
    if isinstance(valu, str) and (match := TIME.fullmatch(valu)):
        return time.time_ns() // 1_000_000 + int(match[1] or 0)
    return _text(valu) if isinstance(valu, str) else valu


def _text(text: str) -> str:
    def random(match: re.Match[str]) -> str:
        digest = hashlib.sha256(match[2].encode()).hexdigest()
        return digest[:32] if match[1] == "iden" else digest

    def date(match: re.Match[str]) -> str:
        return format_datetime(datetime.now(UTC) + timedelta(days=int(match[1])), usegmt=True)

    return DAYS.sub(date, NAME.sub(random, text)).replace("<signed session>", SESSION)
