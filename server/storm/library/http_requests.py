"""Asking another server by HTTP, from a worker thread: only on this machine, or where the configuration allows it.

A request runs in a thread of its own, so that a client who leaves need not wait for a slow server.
"""

from __future__ import annotations

import gzip
import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from yarl import URL

from ..errors import StormError
from ..runtime import Runtime
from .http_bodies import Body

SLICE_S = 0.02
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
            _check_allowed(run, url)
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
        told = (error.name, {"mesg": str(error)})
        return Answer(-1, f"Exception occurred during request: {error.name}: {error}", shown, err=told)


def _with_history(answer: Answer, history: list[Answer]) -> Answer:
    parts = (answer.code, answer.reason, answer.url, answer.headers, answer.body, answer.request_headers)
    return Answer(*parts, history=tuple(history))


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
        return _checked(url.join(URL(place)), place)
    except ValueError as error:
        raise Failed("InvalidUrlRedirectClientError", place) from error


def _checked(url: URL, text: str) -> URL:
    if url.scheme not in PORTS and url.host:
        raise Failed("NonHttpUrlClientError", text)
    if not url.host:
        raise Failed("InvalidUrlClientError", text)
    return url


def _check_allowed(run: Runtime, url: URL) -> None:
    """Raises StormError("BadArg") unless the server is on this machine or on the list of those that may be asked."""
    host, allowed = url.host or "", run.host.http_targets
    if host == "localhost" or host in allowed or f"{host}:{url.port}" in allowed or _is_here(host):
        return
    mesg = f"Dead Ringer asks no other machines than its configuration allows, and not {host}:{url.port}."
    raise StormError("BadArg", mesg, host=host, port=url.port)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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

    def stop(self) -> None:
        """Let go of the server, whatever it does."""
        connection = self.connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):  # it may be closed already
                connection.sock.shutdown(socket.SHUT_RDWR)

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
        return Answer(response.status, response.reason, str(self.url), told, data, tuple(headers))

    def _connection(self) -> http.client.HTTPConnection:
        left = max(0.001, self.end - time.monotonic())
        timeout = left if left < NEVER / 2 else None
        host, port = self.url.raw_host or "", self.url.port
        if self.url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=timeout)
        context = ssl.create_default_context()
        if not self.request.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)

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
    behind = run.host.background.start(lambda _: call.go())
    try:
        while not behind.join(SLICE_S):
            run.check()
            if time.monotonic() > call.end:
                raise Failed("TimeoutError", "")
    finally:
        if not behind.done:
            call.stop()
            behind.cancel()
    if call.error is not None:
        raise call.error
    assert call.answer is not None
    return call.answer


def _plain(data: bytes, encoding: str) -> bytes:
    if encoding == "gzip" and data:
        return gzip.decompress(data)
    if encoding == "deflate" and data:
        return zlib.decompress(data)
    return data
