"""What triggers, cron jobs and daemons have in common: a query that no client asked for, and what is kept of its errors.

Which of them there are is stored in storage/automation.py; what changes them checks rights in `trigger_jobs.py`,
`cron_jobs.py` and `dmons.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..values.convert import python_text
from . import dmons, triggers

if TYPE_CHECKING:
    from ....storage.accounts import User
    from ....storage.views import ViewRecord
    from ..host import Host

LEFT = ("StormReturn", "StormExit")


def begin(host: Host) -> None:
    """Take up what there was before the server last stopped: triggers, what they put off, daemons."""
    triggers.watch(host)
    if host.automation.waiting:
        triggers.work_off(host)
    dmons.begin(host)


def owner(host: Host, iden: str) -> User:
    """The user that something runs as. Raises StormError: NoSuchUser, AuthDeny for one that is locked."""
    user = host.accounts.user(iden)
    if user is None:
        raise StormError("NoSuchUser", f"No user with iden {iden}.", user=iden)
    if user.locked:
        raise StormError("AuthDeny", f"User {user.name!r} ({iden}) is locked.", user=iden, username=user.name)
    return user


def place(host: Host, iden: str) -> ViewRecord:
    """The view that something runs in. Raises StormError("NoSuchView")."""
    view = host.graph.view(iden)
    if view is None:
        raise StormError("NoSuchView", f"No such view iden={iden}", iden=iden)
    return view


def run_text(
    host: Host,
    text: str,
    user: str,
    view: str,
    vars: dict[str, Any],
    emit: Callable[[str, Any], None],
    check: Callable[[], None],
    counted: Callable[[int], None] = lambda count: None,
) -> int:
    """Run a query to its end, in its own task; how many nodes it yielded. user, view: idens.

    emit: takes its messages but nodes. counted: told how many nodes there were up to now. Raises StormError.
    """
    from ..answers.query import Asked, paths_of
    from ..programs.leaving import Exited

    asked = Asked(text, {"vars": vars}, owner(host, user), place(host, view), host.ids.guid())
    count = 0
    try:
        for count, _ in enumerate(paths_of(host, asked, emit, check), 1):
            counted(count)
    except Exited:
        return count
    return count


def drop(kind: str, info: Any) -> None:
    """Where nobody listens."""


def told(error: StormError) -> str:
    """An error in one line: its name and details, in the order of their names; of `return` and `exit` only what they say."""
    if error.name in LEFT:
        return error.mesg
    details = dict(error.info)
    if error.mesg:
        details["mesg"] = error.mesg
    shown = " ".join(f"{name}={python_text(_frozen(details[name]))}" for name in sorted(details))
    return f"{error.name}: {shown}" if shown else error.name


def _frozen(valu: Any) -> Any:
    if isinstance(valu, dict):
        return {name: _frozen(item) for name, item in valu.items()}
    return tuple(_frozen(item) for item in valu) if isinstance(valu, list | tuple) else valu
