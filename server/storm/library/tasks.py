"""`$lib.task` and `$lib.ps`: the queries that run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...workers import Cancelled
from ..errors import StormError
from ..host import Task
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_str


def running(run: Runtime) -> list[Task]:
    """The queries that one may see: one's own, and others' with a permission; the oldest first."""
    tasks = sorted(run.host.tasks.values(), key=lambda task: task.started_ms)
    return [task for task in tasks if task.user == run.user.iden or run.may(("task", "get"))]


def packed(task: Task) -> dict[str, Any]:
    info = {"query": task.text, "view": task.view}
    return {"iden": task.iden, "name": "storm", "info": info, "tick": task.started_ms}


def name_of(run: Runtime, task: Task) -> str | None:
    user = run.host.accounts.user(task.user)
    return None if user is None else user.name


def list_tasks(run: Runtime, me: Any) -> Iterator[dict[str, Any]]:
    for task in running(run):
        whose = {"user": task.user, "username": name_of(run, task)}
        yield {**packed(task), **whose, "protected": False, "background": False, "kids": {}, "service": None}


def list_ps(run: Runtime, me: Any) -> list[dict[str, Any]]:
    return [{**packed(task), "user": name_of(run, task), "kids": {}} for task in running(run)]


def kill(run: Runtime, prefix: Any, told: str) -> bool:
    """Stop the only query whose iden begins so. told: what errors call queries. Raises StormError."""
    wanted = to_str(prefix)
    found = [task for task in running(run) if task.iden.startswith(wanted)]
    if not found:
        raise StormError("StormRuntimeError", f"Provided iden does not match any {told}.", iden=wanted)
    if len(found) > 1:
        raise StormError("StormRuntimeError", f"Provided iden matches multiple {told}.", iden=wanted)
    (task,) = found
    if task.user != run.user.iden:
        run.confirm(("task", "del"))
    # What it asks or sends next ends it, as if its reader had gone: its stream just ends.
    task.check = task.emit = stopped
    return True


def stopped(*told: Any) -> None:
    raise Cancelled


LIBRARIES = (
    Library(
        "lib.task",
        "Running queries.",
        (
            local(
                "kill(prefix: str) -> boolean",
                lambda run, me, prefix: kill(run, prefix, "tasks"),
                "Stop one.",
                writes=True,
            ),
            local("list() -> dict", list_tasks, "All running queries."),
        ),
    ),
    Library(
        "lib.ps",
        "Running queries.",
        (
            local(
                "kill(prefix: str) -> boolean",
                lambda run, me, prefix: kill(run, prefix, "processes"),
                "Stop one.",
                deprecated=True,
                writes=True,
            ),
            local("list() -> list", list_ps, "All running queries.", deprecated=True),
        ),
        deprecated=True,
    ),
)
