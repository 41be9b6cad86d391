"""Commands that run a query as somebody else, in another view, or later: runas, view.exec, background, sleep."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ....storage.errors import StorageError
from ...workers import Run
from ..errors import StormError
from ..host import Task
from ..nodes.snap import Snap
from ..programs.leaving import Leaving
from ..programs.shape import Paths, nothing
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Command, Given, Option
from .inner import apart, block_of, drained, sharing

# How long a pause is slept at a time, in seconds: then we look whether anybody still waits.
NAP = 0.05


def _each(run: Runtime, paths: Paths, does: Any) -> Paths:
    """Do something for every node, or once where none comes in."""
    none = True
    for path in paths:
        none = False
        does()
        yield path
    if none:
        does()


def _runas(run: Runtime, given: Given, paths: Paths) -> Paths:
    if not (run.asroot or run.user.admin):
        mesg = "The runas command requires admin privileges."
        raise StormError("AuthDeny", mesg, user=run.user.iden, username=run.user.name)

    def does() -> None:
        name = to_str(given.user)
        user = run.host.accounts.user(name) or run.host.accounts.user_named(name)
        if user is None:
            raise StormError("NoSuchUser", f"No user with name or iden {name}.")
        inner = sharing(run)
        inner.user, inner.asroot = user, False
        inner.task = _told_little(run)
        inner.in_view(Snap(run.host, inner.task, run.snap.view))
        drained(block_of(given.storm).run(inner, nothing()))

    yield from _each(run, paths, does)


RUNAS = Command(
    "runas",
    "Run a query as another user; its nodes do not go on.",
    _runas,
    (
        Option("--asroot", "Let the query do more than the user may, where a package allows it.", flag=True),
        Option("user", "Name or iden of the user."),
        Option("storm", "The query."),
    ),
)


def _view_exec(run: Runtime, given: Given, paths: Paths) -> Paths:
    def does() -> None:
        iden = to_str(given.view)
        view = run.host.graph.view(iden)
        if view is None:
            raise StormError("NoSuchView", f"No such view iden={iden}", iden=iden)
        run.confirm(("view", "read"), view.iden)
        inner = sharing(run)
        inner.task = _told_little(run)
        inner.in_view(Snap(run.host, inner.task, view))
        drained(block_of(given.storm).run(inner, nothing()))

    yield from _each(run, paths, does)


def _told_little(run: Runtime) -> Task:
    """The task in hand, whose client is told no more than what the query within prints and warns of."""
    task = run.task

    def emit(kind: str, info: Any) -> None:
        if kind in ("print", "warn"):
            task.emit(kind, info)

    # Whoever ends the query ends what runs within it.
    return replace(task, emit=emit, check=lambda: task.check())


VIEW_EXEC = Command(
    "view.exec",
    "Run a query in another view; variables are shared with it, nodes are not.",
    _view_exec,
    (Option("view", "Iden of the view."), Option("storm", "The query.")),
    readonly=True,
)


def _background(run: Runtime, given: Given, paths: Paths) -> Paths:
    yield from paths
    start(run, given.query)


def start(run: Runtime, query: Any) -> None:
    """Run a query beside this one, with a copy of its variables. Raises BadSyntax, and NoSuchVar for what it lacks."""
    block = block_of(query)
    inner = apart(run)
    block.check(inner)
    inner.task = _unheard(run, block.text)
    inner.in_view(Snap(run.host, inner.task, run.snap.view))

    def work(behind: Run) -> None:
        # A task that was killed before it began stays so.
        if inner.task.check is _waiting:
            inner.task.check = behind.check
        try:
            with suppress(StormError, Leaving, RecursionError, StorageError):
                # Nobody is there to be told; the world may be gone, too.
                drained(block.run(inner, nothing()))
        finally:
            inner.task.close()

    run.host.background.start(work)


def _waiting() -> None:
    """The check of a query that has not begun."""


def _unheard(run: Runtime, text: str) -> Task:
    """A task of its own whose messages nobody gets; it is listed with the others, and can be killed."""
    task = replace(
        run.task,
        iden=run.host.ids.guid(),
        text=text,
        emit=lambda kind, info: None,
        check=_waiting,
        started_ms=run.host.clock.now_ms(),
        closing=[],
    )
    run.host.tasks[task.iden] = task
    return task


BACKGROUND = Command(
    "background",
    "Run a query beside this one: its nodes and messages are not seen.",
    _background,
    (Option("query", "The query."),),
)


def _sleep(run: Runtime, given: Given, paths: Paths) -> Paths:
    none = True
    for path in paths:
        none = False
        _pause(run, given.delay)
        yield path
    if none:
        _pause(run, given.delay)


def _pause(run: Runtime, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        run.check()
        time.sleep(min(left, NAP))


SLEEP = Command(
    "sleep",
    "Wait before each node goes on.",
    _sleep,
    (Option("delay", "How many seconds.", "float"),),
    readonly=True,
)
COMMANDS = (RUNAS, VIEW_EXEC, BACKGROUND, SLEEP)
