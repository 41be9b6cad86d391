"""Asking another server by HTTP, from a worker thread: only on this machine, or where the configuration allows it.

A request runs in a thread of its own, so that a client who leaves need not wait for a slow server.
"""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from yarl import URL

from ..runtime import Runtime
from ..values import bounds
from ..values.convert import to_str
from . import outside
from .http_bodies import Body

REDIRECTS = 10
LARGEST = 256 * 1024 * 1024
PORTS = {"http": 80, "https": 443}
NEVER = float(1 << 31)


@dataclass(frozen=True, slots=True)
class Request:
    """timeout: seconds for everything together, 0 for no end."""

    method: str
    url: str
    params: Any
    headers: list[tuple[str, str]]
    body: Body | None
    verify: bool
    timeout: int
    redirects: bool


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a server answered. code: -1 if it could not be asked; then err is (name, info)."""

    code: int
    reason: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    request_headers: tuple[tuple[str, str], ...] = ()
    history: tuple[Answer, ...] = ()
    err: tuple[Any, ...] = ()
    method: str = ""


class Failed(Exception):
    """A server could not be asked. name: as aiohttp, which the product asks with, calls it."""

    def __init__(self, name: str, mesg: str) -> None:
        super().__init__(mesg)
        self.name = name


def ask(run: Runtime, request: Request) -> Answer:
    """Ask, and go along redirects. Raises StormError("BadArg") for a server that must not be asked."""
    shown = request.url
    history: list[Answer] = []
    end = time.monotonic() + (request.timeout or NEVER)
    method, body = request.method, request.body
    try:
        url = _url(request)
        shown = str(url)
        while True:
            outside.check_allowed(run, url.host or "", url.port)
            answer = _asked(run, _Call(request, method, url, body, end))
            place = {name.lower(): valu for name, valu in answer.headers}.get("location")
            if not request.redirects or answer.code not in (301, 302, 303, 307, 308) or place is None:
                return _with_history(answer, history)
            history.append(answer)
            if len(history) > REDIRECTS:
                raise Failed("TooManyRedirects", f"0, message='', url={shown!r}")
            if answer.code == 303 or (answer.code in (301, 302) and method == "POST"):
                method, body = "GET", None
            url = _next(url, place)
    except Failed as error:
        return failed(error.name, str(error), shown)


def failed(name: str, mesg: str, url: str) -> Answer:
    """What stands for the answer of a server that could not be asked. name: the error's."""
    told = f"{name}: {mesg}" if mesg else name
    return Answer(-1, f"Exception occurred during request: {told}", url, err=(name, {"mesg": mesg}))


def headers_of(headers: Any) -> list[tuple[str, str]]:
    """Headers as pairs, given as a dictionary or a list of pairs. Raises Failed in the words of aiohttp."""
    pairs = headers.items() if isinstance(headers, dict) else headers or ()
    if not isinstance(pairs, Iterable):
        raise Failed("TypeError", f"'{type(pairs).__name__}' object is not iterable")
    found = []
    for place, pair in enumerate(pairs):
        if not isinstance(pair, list | tuple | str) or len(pair) != 2:
            size = len(pair) if isinstance(pair, list | tuple | str) else 0
            told = f"multidict update sequence element #{place} has length {size}; 2 is required"
            raise Failed("ValueError", told)
        found.append((to_str(pair[0]), to_str(pair[1])))
    return found


def _with_history(answer: Answer, history: list[Answer]) -> Answer:
    return replace(answer, history=tuple(history))


def _url(request: Request) -> URL:
    try:
        url = URL(request.url)
        if request.params is not None:
            url = url.extend_query(request.params)
    except (TypeError, ValueError) as error:
        raise Failed(type(error).__name__, str(error)) from error
    return _checked(url, request.url)


def _next(url: URL, place: str) -> URL:
    """Where a redirect leads."""
    try:
        return _checked(url.join(URL(place)), place, "Redirect")
    except ValueError as error:
        raise Failed("InvalidUrlRedirectClientError", place) from error


def _checked(url: URL, text: str, kind: str = "") -> URL:
    """An address that can be asked. kind: what the errors are called where it was not given but found."""
    if url.scheme not in PORTS and url.host:
        raise Failed(f"NonHttpUrl{kind}ClientError", text)
    if not url.host:
        raise Failed(f"InvalidUrl{kind}ClientError", text)
    return url


@dataclass(slots=True)
class _Call:
    """One request to one server, in its thread. end: when it must be over, by the monotonic clock."""

    request: Request
    method: str
    url: URL
    body: Body | None
    end: float
    connection: http.client.HTTPConnection | None = None
    answer: Answer | None = None
    error: Failed | None = None
    line: outside.Line = field(default_factory=outside.Line)

    def go(self) -> None:
        try:
            self.answer = self._asked()
        except ssl.SSLCertVerificationError as error:
            told = f"{self._place()} ssl:True [SSLCertVerificationError: {error.args}]"
            self.error = Failed("ClientConnectorCertificateError", told)
        except ssl.SSLError as error:
            self.error = Failed("ClientConnectorSSLError", f"{self._place()} ssl:default [{error.args[-1]}]")
        except socket.gaierror as error:
            self.error = Failed("ClientConnectorDNSError", f"{self._place()} ssl:default [{error.strerror}]")
        except TimeoutError:
            self.error = Failed("TimeoutError", "")
        except ConnectionRefusedError:
            called = (self.url.host, self.url.port)
            self.error = Failed("ClientConnectorError", f"{self._place()} ssl:default [Connect call failed {called}]")
        except (OSError, http.client.HTTPException, ValueError, EOFError, zlib.error) as error:
            self.error = Failed(type(error).__name__, str(error))
        finally:
            if self.connection is not None:
                self.connection.close()

    def _place(self) -> str:
        return f"Cannot connect to host {self.url.host}:{self.url.port}"

    def _asked(self) -> Answer:
        self.connection = self._connection()
        headers = self._headers()
        self.connection.putrequest(self.method, self.url.raw_path_qs, skip_host=True, skip_accept_encoding=True)
        for name, valu in headers:
            self.connection.putheader(name, valu.encode("utf8", "surrogatepass"))
        self.connection.endheaders(self.body.data if self.body is not None else None)
        response = self.connection.getresponse()
        data = response.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise http.client.HTTPException(f"the answer has more than {LARGEST} bytes")
        data = _plain(data, response.headers.get("Content-Encoding", ""))
        told = tuple(response.headers.items())
        sent = tuple(headers)
        return Answer(response.status, response.reason, str(self.url), told, data, sent, method=self.method)

    def _connection(self) -> http.client.HTTPConnection:
        left = max(0.001, self.end - time.monotonic())
        timeout = left if left < NEVER / 2 else None
        host, port = self.url.raw_host or "", self.url.port
        context = None if self.url.scheme == "http" else outside.tls(self.request.verify)
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        connection.sock = self.line.opened(host, port or PORTS[self.url.scheme], timeout, context)
        return connection

    def _headers(self) -> list[tuple[str, str]]:
        host = self.url.raw_authority.rpartition("@")[2]
        given = {name.lower() for name, _ in self.request.headers}
        own = [("Host", host), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"), ("User-Agent", "deadringer")]
        if self.body is not None:
            own += [("Content-Length", str(len(self.body.data))), ("Content-Type", self.body.type)]
        elif self.method in ("POST", "PUT", "PATCH"):
            own += [("Content-Length", "0"), ("Content-Type", "application/octet-stream")]
        first = [pair for pair in own[:1] if pair[0].lower() not in given]
        return first + self.request.headers + [pair for pair in own[1:] if pair[0].lower() not in given]


def _asked(run: Runtime, call: _Call) -> Answer:
    """Wait for a call's end, the client's leaving, or the end of its time."""
    try:
        outside.waited(run, call.go, call.line.stop, call.end - time.monotonic())
    except TimeoutError:
        raise Failed("TimeoutError", "") from None
    if call.error is not None:
        raise call.error
    assert call.answer is not None
    return call.answer


def _plain(data: bytes, encoding: str) -> bytes:
    """Raises StormError("HitLimit") for what is larger than any text or bytes."""
    if encoding == "gzip" and data:
        return bounds.expanded(data, lambda: zlib.decompressobj(bounds.GZIP), gzip.decompress)
    if encoding == "deflate" and data:
        return bounds.expanded(data, zlib.decompressobj, zlib.decompress)
    return data
