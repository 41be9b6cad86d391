"""Messages to users: `$user.tell()`, `$user.notify()` and `$lib.notifications`, with which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....storage.notifications import Notification
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int


def notify_user(run: Runtime, user: str, kind: str, value: Any) -> int:
    """Send a message; its number."""
    return run.host.notifications.add(user, run.host.clock.now_ms(), kind, value)


def list_(run: Runtime, me: Any, size: Any = None) -> Iterator[tuple[int, Any]]:
    _warn(run, "list")
    most = None if size is None else to_int(size)
    for count, found in enumerate(run.host.notifications.of(run.user.iden), 1):
        yield found.number, packed(found)
        if most is not None and count >= most:
            return


def get(run: Runtime, me: Any, indx: Any) -> Any:
    _warn(run, "get")
    return packed(found_own(run, indx))


def del_(run: Runtime, me: Any, indx: Any) -> None:
    _warn(run, "del")
    run.host.notifications.drop(found_own(run, indx).number)


def _warn(run: Runtime, name: str) -> None:
    run.warn(f"$lib.notifications.{name}() is deprecated.")


def found_own(run: Runtime, indx: Any) -> Notification:
    """A message that is the user's, or any to an admin. Raises StormError."""
    found = run.host.notifications.get(to_int(indx))
    if found is None:
        # The product crashes on a message that is not there.
        raise StormError("IndexError", "list index out of range")
    if found.user != run.user.iden and not run.admin():
        raise StormError("AuthDeny", "You may only see your own notifications", **run.told())
    return found


def packed(found: Notification) -> tuple[str, int, str, Any]:
    return found.user, found.time_ms, found.kind, found.value


LIBRARIES = (
    Library(
        "lib.notifications",
        "Messages to users.",
        (
            local("del(indx: int) -> list", del_, "Delete a message.", deprecated=True, writes=True),
            local("get(indx: int) -> dict", get, "A message.", deprecated=True),
            local("list(size: int = null) -> list", list_, "One's own messages, the newest first.", deprecated=True),
        ),
        deprecated=True,
    ),
)
