"""`$lib.aha`, `$lib.backup`, `$lib.telepath`: other cells and copies of this one, of which there are none.

Each function checks rights and arguments; then AHA is not configured, there is no backup to delete, and Telepath is not
spoken. Making a backup is not built.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_str
from . import outside
from .services import check_url

SCHEMES = {"aha", "cell", "ssl", "tcp", "unix"}
PORT = 27492


def confirm_aha(run: Runtime) -> None:
    """Raises StormError: AuthDeny for users, NeedConfValu for admins."""
    if not run.admin():
        raise StormError("AuthDeny", "This action requires global admin permissions.", **run.told())
    raise StormError("NeedConfValu", "AHA is not configured on this service.")


def refused(run: Runtime, me: Any, *args: Any, **kwargs: Any) -> None:
    confirm_aha(run)


def refused_later(run: Runtime, me: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
    """The same of what yields: once somebody asks for the first item."""
    confirm_aha(run)
    yield from ()


def backups(run: Runtime, me: Any) -> list[str]:
    run.confirm(("backup", "list"))
    return []


def del_backup(run: Runtime, me: Any, name: Any) -> None:
    run.confirm(("backup", "del"))
    raise StormError("BadArg", "Specified backup path has no cell.guid file.")


def run_backup(run: Runtime, me: Any, name: Any = None, wait: Any = True) -> str:
    run.confirm(("backup", "run"))
    raise StormError("NotImplemented", "$lib.backup.run() is not in this version of Dead Ringer: it makes no backups.")


def open_(run: Runtime, me: Any, url: Any) -> None:
    """Raises StormError: what the product says of a server that is not there, NotImplemented of one that is."""
    text = to_str(url)
    scheme = text.partition("://")[0]
    run.confirm(("storm", "lib", "telepath", "open", scheme))
    check_url(text)
    if scheme not in SCHEMES:
        raise StormError("BadUrl", f"Invalid URL scheme: {scheme}")
    if scheme in ("tcp", "ssl"):
        _reach(run, text)
    raise StormError("NotImplemented", "Dead Ringer speaks no Telepath.")


def _reach(run: Runtime, url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError as error:
        raise StormError("BadUrl", str(error)) from error
    try:
        outside.reach(run, host, port)
    except OSError as error:
        mesg = f'Failed to connect to Telepath service: "{url}" error: {outside.reason(error, host, port)}'
        raise StormError("StormRuntimeError", mesg) from error


CALL = "(svcname: str, todo: list, timeout: int = null, skiprun: str = null) -> list"
LIBRARIES = (
    Library(
        "lib.aha",
        "Services that AHA knows.",
        (
            local(f"callPeerApi{CALL}", refused_later, "Call a function of all copies of a service.", writes=True),
            local(f"callPeerGenr{CALL}", refused_later, "Call a generator of all copies of a service.", writes=True),
            local("del(svcname: str) -> null", refused, "Forget a service.", writes=True),
            local("get(svcname: str, filters: dict = null) -> null|dict", refused, "A service."),
            local("list() -> list", refused_later, "All services."),
        ),
    ),
    Library(
        "lib.aha.pool",
        "Pools of services that AHA knows.",
        (
            local("add(name: str) -> aha:pool", refused, "Make a pool.", writes=True),
            local("del(name: str) -> dict", refused, "Delete a pool.", writes=True),
            local("get(name: str) -> null|aha:pool", refused, "A pool."),
            local("list() -> aha:pool", refused_later, "All pools."),
        ),
    ),
    Library(
        "lib.backup",
        "Copies of the server's data.",
        (
            local("del(name: str) -> null", del_backup, "Delete a backup.", writes=True),
            local("list() -> list", backups, "The names of all backups."),
            local("run(name: str = null, wait: boolean = true) -> str", run_backup, "Make a backup.", writes=True),
        ),
    ),
    Library(
        "lib.telepath",
        "Other servers, by Telepath.",
        (local("open(url: str) -> telepath:proxy", open_, "Connect to a server.", writes=True),),
    ),
)
