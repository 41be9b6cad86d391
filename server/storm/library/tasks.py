"""`$lib.task` and `$lib.ps`: the queries that run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..host import Task
from ..runtime import Runtime
from ..surface import Library, local


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


LIBRARIES = (
    Library("lib.task", "Running queries.", (local("list() -> dict", list_tasks, "All running queries."),)),
    Library(
        "lib.ps",
        "Running queries.",
        (local("list() -> list", list_ps, "All running queries.", deprecated=True),),
        deprecated=True,
    ),
)
