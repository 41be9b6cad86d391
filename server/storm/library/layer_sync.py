"""Pulls and pushes of a layer: what would bring the edits of another server's layer, or send them there.

They speak telepath, which Dead Ringer does not: a server that cannot be reached is refused in the product's words, and
one that can be with NotImplemented. So no layer ever has a pull or a push.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from yarl import URL

from ..errors import StormError
from ..runtime import Runtime
from ..surface import local
from ..values.convert import to_int, to_str
from ..views.views import is_admin
from . import outside

if TYPE_CHECKING:
    from .layer import StormLayer

PORT = 27492
REACHED = ("tcp", "ssl")


def add_pull(
    run: Runtime, me: StormLayer, url: Any, offs: Any = 0, queue_size: Any = 10000, chunk_size: Any = 1000
) -> Any:
    _admin(run, me, "$layr.addPull() requires admin privs on the layer.")
    return _refuse(run, url, offs)


def add_push(
    run: Runtime, me: StormLayer, url: Any, offs: Any = 0, queue_size: Any = 10000, chunk_size: Any = 1000
) -> Any:
    _admin(run, me, "$layer.addPush() requires admin privs on the layer.")
    return _refuse(run, url, offs)


def del_pull(run: Runtime, me: StormLayer, iden: Any) -> None:
    _admin(run, me, "$layr.delPull() requires admin privs on the top layer.")


def del_push(run: Runtime, me: StormLayer, iden: Any) -> None:
    _admin(run, me, "$layer.delPush() requires admin privs on the layer.")


def _admin(run: Runtime, me: StormLayer, mesg: str) -> None:
    if not is_admin(run, me.iden):
        raise StormError("AuthDeny", mesg, **run.told())


def _refuse(run: Runtime, url: Any, offs: Any) -> Any:
    """Look whether a server can be reached. Raises StormError always, as none can be spoken with."""
    text = to_str(url)
    to_int(offs)
    if "://" not in text:
        raise StormError("BadUrl", f":// not found in [{text}] and no alias found!", url=text)
    scheme, _, rest = text.partition("://")
    if scheme == "aha":
        host = rest.rpartition("@")[2].partition("/")[0]
        raise StormError("NotReady", f"No aha servers registered to lookup {host}")
    if scheme in ("unix", "cell"):
        path = rest.partition(":")[0] if scheme == "unix" else f"{rest}/sock"
        raise StormError("NoSuchPath", f"Cell path does not exist: {path}")
    if scheme not in REACHED:
        raise StormError("BadUrl", f"Invalid URL scheme: {scheme}")
    try:
        place = URL(text)
    except ValueError as error:
        raise StormError("ValueError", str(error)) from error
    _reach(run, place)
    raise StormError("NotImplemented", "Dead Ringer does not speak telepath.", url=text)


def _reach(run: Runtime, url: URL) -> None:
    place = (url.host or "", url.port or PORT)
    try:
        outside.reach(run, *place)
    except ConnectionRefusedError as error:
        found = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)[0][4]
        mesg = f"[Errno {error.errno}] Connect call failed {found!r}"
        raise StormError("ConnectionRefusedError", mesg) from error
    except OSError as error:
        raise StormError(type(error).__name__, str(error)) from error


ARGUMENTS = "(url: str, offs: int = 0, queue_size: int = 10000, chunk_size: int = 1000) -> dict"
METHODS = (
    local(f"addPull{ARGUMENTS}", add_pull, "Have edits come from another server's layer.", writes=True),
    local(f"addPush{ARGUMENTS}", add_push, "Send edits to another server's layer.", writes=True),
    local("delPull(iden: str) -> null", del_pull, "Have no more edits come.", writes=True),
    local("delPush(iden: str) -> null", del_push, "Send no more edits.", writes=True),
)
