"""The body of a Storm request, and what is refused before the query begins (reference 5.1)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from ...storage.accounts import User
from ...storage.database import Database
from ..perms import allowed
from .errors import CortexError, Page, denied
from .visit import Visit

if TYPE_CHECKING:
    from ...storage.views import ViewRecord
    from ..storm.answers.query import Asked

TASK = re.compile("^[a-f0-9]{32}$")
TASK_EXISTS = "Specified task iden already exists!"
# Hardly anybody waits for a change: not worth telling each of them.
LOOKED_EVERY_S = 0.02
# Longer than anybody waits; numbers beyond it, and NaN, the clock of the event loop cannot be told.
ENDLESS_S = 1e9
EDIT_FORMATS = ("nodeedits", "count", "none")


async def asked_by(visit: Visit, body: dict[str, Any], *, streamed: bool, caller: str | None = None) -> Asked:
    """The query of a body with its user and view. Raises CortexError.

    streamed: of `/storm`, which looks at more options. caller: by what name the product tells of a wait that took too long;
    None is an endpoint that does not wait for `nexsoffs`.
    """
    from ..storm.answers.query import Asked

    opts = body.get("opts")
    if opts is None:
        opts = {}
    if not isinstance(opts, dict):
        # The product crashes on them.
        raise Page(500, served=True)
    if caller is not None and opts.get("nexsoffs") is not None:
        with visit.cortex.shares.one(visit.caller.user.iden):
            await changed(visit.cortex.database, opts["nexsoffs"], opts.get("nexstimeout"), caller)
    text = query_text(body.get("query"), streamed=streamed)
    user = acting_user(visit, opts)
    if opts.get("sudo") and not allowed(visit.cortex.accounts, user, ("storm", "sudo")):
        raise denied(f"User {user.name!r} ({user.iden}) must have permission storm.sudo")
    view = readable_view(visit, user, opts)
    check_task(visit, opts)
    if streamed:
        check_streamed(opts)
    task = opts.get("task") or visit.cortex.ids.guid()
    return Asked(text, opts, user, view, task)


async def changed(database: Database, offset: Any, longest_s: Any, caller: str) -> None:
    """Wait until the change of a number has been made: `nexsoffs`, `nexstimeout`. Raises CortexError.

    Ours counts transactions, the product the entries of its log of changes; neither goes back.
    """
    try:
        done = offset < database.changes
    except TypeError as error:
        raise CortexError(400, "TypeError", str(error)) from None
    if done:
        return
    if longest_s is not None and not isinstance(longest_s, int | float):
        kind = type(longest_s).__name__
        raise CortexError(400, "TypeError", f"'<=' not supported between instances of '{kind}' and 'int'")
    loop = asyncio.get_running_loop()
    until = None if longest_s is None or not longest_s < ENDLESS_S else loop.time() + longest_s
    while not offset < database.changes:
        if until is not None and loop.time() >= until:
            raise CortexError(400, "TimeOut", f"Timeout waiting for nexus offset {offset} in {caller}().")
        await asyncio.sleep(LOOKED_EVERY_S if until is None else max(0, min(LOOKED_EVERY_S, until - loop.time())))


def query_text(query: Any, *, streamed: bool) -> str:
    """The query, which must be a text; the product's words differ by endpoint."""
    if isinstance(query, str):
        return query
    if streamed:
        raise CortexError(400, "BadArg", "Storm query text must be a string")
    if query is None:
        raise CortexError(400, "AssertionError", "")
    raise CortexError(400, "TypeError", f"object of type '{type(query).__name__}' has no len()")


def acting_user(visit: Visit, opts: dict[str, Any]) -> User:
    """The user that the query runs as: another than the caller only with the right to impersonate."""
    caller = visit.caller
    wanted = opts.get("user")
    if wanted is None or wanted == caller.user.iden:
        return caller.user
    if not allowed(visit.cortex.accounts, caller.user, ("impersonate",)):
        raise denied(f"User ({caller.name}) must have permission impersonate")
    if not isinstance(wanted, str):
        raise CortexError(400, "AttributeError", f"'{type(wanted).__name__}' object has no attribute 'encode'")
    user = visit.cortex.accounts.user(wanted)
    if user is None:
        raise CortexError(400, "NoSuchUser", f"No user found with iden: {wanted}")
    return user


def readable_view(visit: Visit, user: User, opts: dict[str, Any]) -> ViewRecord:
    """The view of a query: the one that is named, else the default one. The user must be allowed to read it."""
    graph = visit.cortex.graph()
    iden = opts.get("view")
    if iden is None:
        iden = visit.cortex.view
    view = graph.view(iden) if isinstance(iden, str) else None
    if view is None:
        raise CortexError(404, "NoSuchView", f"No such view iden={iden}")
    if not allowed(visit.cortex.accounts, user, ("view", "read"), view.iden):
        mesg = f"User {user.name!r} ({user.iden}) must have permission view.read on object {view.iden} (view)."
        raise denied(mesg)
    return view


def check_task(visit: Visit, opts: dict[str, Any]) -> None:
    """Refuse the iden of a task that is no text, or that another query runs under."""
    task = opts.get("task")
    if task is None:
        return
    if not isinstance(task, str):
        raise CortexError(400, "BadArg", "The task iden specified must be a string.")
    if not TASK.fullmatch(task):
        mesg = f"The task iden specified must match the regular expression: {TASK.pattern}"
        raise CortexError(400, "BadArg", mesg)
    if task in visit.cortex.host().tasks:
        raise CortexError(400, "BadArg", TASK_EXISTS)


def check_streamed(opts: dict[str, Any]) -> None:
    """Refuse what only a stream of messages has: the format of edits, the time between pings."""
    edits = opts.get("editformat", "nodeedits")
    if edits not in EDIT_FORMATS:
        raise CortexError(400, "BadConfValu", f"invalid edit format, got {edits}")
    keepalive = opts.get("keepalive")
    if keepalive is None:
        return
    if not isinstance(keepalive, int | float):
        kind = type(keepalive).__name__
        raise CortexError(400, "TypeError", f"'<=' not supported between instances of '{kind}' and 'int'")
    if keepalive <= 0:
        raise CortexError(400, "BadArg", f"keepalive must be > 0; got {keepalive}")
