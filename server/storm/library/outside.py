"""Other servers: which of them a query may talk to, and waiting for them without keeping a client who leaves."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from ...workers import Share
from ..errors import StormError
from ..runtime import Runtime

# How long a server may take to take a connection that is only to see whether it does.
CONNECT_S = 10.0
SLICE_S = 0.02
# More than a socket can be told to wait: whoever gives more waits without end.
ENDLESS_S = 1e9

T = TypeVar("T")


def check_allowed(run: Runtime, host: str, port: int | None) -> None:
    """Raises StormError("BadArg") unless a server is on this machine or on the list of those that may be asked."""
    allowed = run.host.http_targets
    if host == "localhost" or host in allowed or f"{host}:{port}" in allowed or _is_here(host):
        return
    mesg = f"Dead Ringer asks no other machines than its configuration allows, and not {host}:{port}."
    raise StormError("BadArg", mesg, host=host, port=port)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reach(run: Runtime, host: str, port: int) -> None:
    """See whether a server takes connections. Raises StormError where it may not be asked, OSError where it does not."""
    check_allowed(run, host, port)

    def connect() -> None:
        socket.create_connection((host, port), CONNECT_S).close()

    waited(run, connect, lambda: None)


def waited(run: Runtime, work: Callable[[], T], stop: Callable[[], None], seconds: float | None = None) -> T:
    """What blocking work gives, done in a thread beside the query's; its errors are raised here.

    work: may raise OSError, ValueError, EOFError or StormError. stop: makes it end soon, called from this thread when the
    client has gone or its time is over. Raises TimeoutError after so many seconds.
    """
    outcome: list[T] = []
    errors: list[Exception] = []

    def beside() -> None:
        try:
            outcome.append(work())
        except (OSError, ValueError, EOFError, StormError) as error:
            errors.append(error)

    end = None if seconds is None else time.monotonic() + seconds
    behind = run.host.background.start(lambda _: beside(), Share.CALLS)
    try:
        while not behind.join(SLICE_S):
            run.check()
            if end is not None and time.monotonic() > end:
                raise TimeoutError
    finally:
        if not behind.done:
            stop()
            behind.cancel()
    if errors:
        raise errors[0]
    behind.check()
    if behind.error is not None:
        raise behind.error
    return outcome[0]


@dataclass(slots=True, eq=False)
class Line:
    """A connection of work that is done beside a query, which lets go of it whatever the server does, or does not do."""

    stream: socket.socket | None = None
    gone: bool = False

    def opened(self, host: str, port: int, timeout: float | None, context: ssl.SSLContext | None) -> socket.socket:
        """A connection to a server, by TLS if there is a context. Blocks; raises OSError, and ValueError."""
        stream = socket.create_connection((host, port), None if timeout is None or timeout > ENDLESS_S else timeout)
        if context is None:
            return self._held(stream)
        return self.secured(stream, host, context)

    def secured(self, stream: socket.socket, host: str, context: ssl.SSLContext) -> socket.socket:
        """The same connection in TLS. Blocks; raises OSError and ValueError, and then it is closed."""
        try:
            # Held before the handshake, to which a server may never answer.
            inner = context.wrap_socket(stream, server_hostname=host, do_handshake_on_connect=False)
        except BaseException:
            stream.close()
            raise
        self._held(inner)
        try:
            inner.do_handshake()
        except BaseException:
            inner.close()
            raise
        return inner

    def stop(self) -> None:
        """Nobody waits for the server any longer; any thread may."""
        # In this order: a connection that is made meanwhile looks whether anybody wants it.
        self.gone = True
        if self.stream is not None:
            cut(self.stream)

    def _held(self, stream: socket.socket) -> socket.socket:
        self.stream = stream
        if self.gone:
            cut(stream)
        return stream


def cut(stream: socket.socket) -> None:
    """Whoever reads or writes there finds the end of it; any thread may."""
    with suppress(OSError):  # it may be closed already
        # Not by TLS's own way, which takes the keys from the thread that is using them.
        socket.socket.shutdown(stream, socket.SHUT_RDWR)


def tls(verify: bool) -> ssl.SSLContext:
    """How TLS is spoken with other servers. verify: whether their certificates are looked at."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def reason(error: OSError, host: str, port: int) -> str:
    """Why there is no connection, as the product says it."""
    if isinstance(error, ConnectionRefusedError):
        return f"[Errno {error.errno}] Connect call failed {(host, port)}"
    return str(error)


def check_port(port: int) -> None:
    """Raises StormError("OverflowError") for a number that is no port."""
    if not 0 <= port <= 65535:
        raise StormError("OverflowError", "connect(): port must be 0-65535.")
