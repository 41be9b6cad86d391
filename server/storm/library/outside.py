"""Other servers: which of them a query may talk to, and waiting for them without keeping a client who leaves."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from typing import TypeVar

from ...workers import Share
from ..errors import StormError
from ..runtime import Runtime

SLICE_S = 0.02

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
    return outcome[0]


def opened(host: str, port: int, timeout: float | None, context: ssl.SSLContext | None) -> socket.socket:
    """A connection to a server, by TLS if there is a context. Blocks; raises OSError."""
    stream = socket.create_connection((host, port), timeout)
    if context is None:
        return stream
    try:
        return context.wrap_socket(stream, server_hostname=host)
    except BaseException:
        stream.close()
        raise


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
