"""Triggers as they fire: within the edit that sets them off, before its message, or behind it where they are asynchronous.

`watch` reads them from the store into one index a view; an edit looks there (`edits/storing.py`). What one may do to
triggers is in `trigger_jobs.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ....storage.errors import Closed
from ....storage.sodes import Sode, nid_of
from ...logs import LOGGER
from ...workers import Share
from ..errors import StormError
from ..host import Task
from ..nodes.node import Node
from ..nodes.path import Path
from ..nodes.snap import Snap
from ..programs.leaving import Exited, Leaving
from ..runtime import Runtime
from ..values.globs import Fits, fitting

if TYPE_CHECKING:
    from ...workers import Run
    from ..host import Host

KIND = "trigger"
CONDITIONS = ("node:add", "node:del", "tag:add", "tag:del", "prop:set", "edge:add", "edge:del")
# What each type of edit sets off (reference 5.4). Taking a prop away counts as setting it.
SETS_OFF = {
    0: "node:add",
    1: "node:del",
    2: "prop:set",
    3: "prop:set",
    4: "tag:add",
    5: "tag:del",
    10: "edge:add",
    11: "edge:del",
}
# How deep triggers may set each other off, and how many of their last errors are kept.
NESTED = 64
ERRORS = 5
PASSED_ON = ("node:edits", "node:edits:count")

# (iden, form, edits) as a layer answers them.
Change = tuple[bytes, str, list[tuple[int, tuple[Any, ...]]]]


@dataclass(slots=True)
class Count:
    """How a trigger has fared since the server began."""

    started: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that is on. user: iden of who it runs as. fits: whether a tag or a verb sets it off."""

    iden: str
    text: str
    user: str
    form: str | None
    n2form: str | None
    fits: Fits | None
    behind: bool
    count: Count


@dataclass(slots=True)
class Watch:
    """The triggers of one view: what is exact by (condition, form or full prop), the rest by condition; how each fared."""

    exact: dict[tuple[str, str], list[Trigger]] = field(default_factory=dict)
    others: dict[str, list[Trigger]] = field(default_factory=dict)
    counts: dict[str, Count] = field(default_factory=dict)


def watch(host: Host) -> None:
    """Read the triggers anew, as some have changed. What was counted of each stays, while it is in its view."""
    found: dict[str, Watch] = {}
    for iden, told in host.automation.all(KIND).items():
        view = found.setdefault(told["view"], Watch())
        old = host.watches.get(told["view"])
        count = view.counts[iden] = old.counts.get(iden, Count()) if old is not None else Count()
        if told["enabled"]:
            _index(view, told, count)
    host.watches = found


def count_of(host: Host, told: dict[str, Any]) -> Count:
    """How a trigger has fared."""
    view = host.watches.get(told["view"])
    return Count() if view is None else view.counts.get(told["iden"], Count())


def _index(view: Watch, told: dict[str, Any], count: Count) -> None:
    condition, form = told["cond"], told.get("form")
    by_name, fits = condition.startswith(("tag:", "edge:")), None
    if by_name:
        # One that is too large to be a pattern fits nothing.
        with suppress(StormError):
            fits = fitting(_tag_pattern(told["tag"]) if "tag" in told else _verb_pattern(told["verb"]))
    trigger = Trigger(told["iden"], told["storm"], told["user"], form, told.get("n2form"), fits, told["async"], count)
    if by_name:
        view.others.setdefault(condition, []).append(trigger)
    else:
        name = told["prop"] if condition == "prop:set" else told["form"]
        view.exact.setdefault((condition, name), []).append(trigger)


def _verb_pattern(glob: str) -> str:
    return ".*".join(map(re.escape, glob.split("*")))


def _tag_pattern(glob: str) -> str:
    """The tags that a pattern says: `*` is one part of a name, `**` any number of them."""
    parts = {"*": "[^.]+", "**": ".+"}
    return r"\.".join(parts.get(part, re.escape(part)) for part in glob.split("."))


# -- firing


def fire(run: Runtime, view: Watch, changes: Iterable[Change]) -> None:
    """Run what changes to the view set off. Raises StormError("RecursionLimitHit") where that sets off itself for ever."""
    for iden, form, edits in changes:
        for kind, args in edits:
            condition = SETS_OFF.get(kind)
            if condition is None:
                continue
            for trigger, about, plain in _set_off(run, view, condition, form, args):
                node = _node(run, iden, form, kind, args)
                if node is not None:
                    _start(run, trigger, node, about, plain)


def fire_after(run: Runtime, changes: Iterable[Change]) -> None:
    """The same, for what was stored without `snap_edits.apply`."""
    view = run.host.watches.get(run.snap.view.iden)
    if view is not None:
        fire(run, view, changes)


def _set_off(
    run: Runtime, view: Watch, condition: str, form: str, args: tuple[Any, ...]
) -> Iterator[tuple[Trigger, dict[str, Any], bool]]:
    """The triggers of one edit, what they are told of it, and whether as plain variables, too."""
    if condition.startswith("node:"):
        for trigger in view.exact.get((condition, form), ()):
            yield trigger, {}, False
    elif condition == "prop:set":
        name = args[0]
        full = f"{form}{name}" if name.startswith(".") else f"{form}:{name}"
        for prop in (full, name) if name.startswith(".") else (full,):
            for trigger in view.exact.get((condition, prop), ()):
                yield trigger, {"propname": name, "propfull": full}, True
    else:
        is_tag = condition.startswith("tag:")
        for trigger in view.others.get(condition, ()):
            if trigger.form not in (None, form) or not _named(trigger, args[0]):
                continue
            if is_tag:
                yield trigger, {"tag": args[0]}, True
            elif trigger.n2form is None or _form_of(run, args[1]) == trigger.n2form:
                yield trigger, {"verb": args[0], "n2iden": args[1].hex()}, False


def _named(trigger: Trigger, name: str) -> bool:
    """Whether a tag or a verb sets a trigger off; that its pattern takes too long is its own failure, not the edit's."""
    try:
        return trigger.fits is not None and trigger.fits(name) is not None
    except StormError as error:
        _failed(trigger, error)
        return False


def _form_of(run: Runtime, iden: bytes) -> str | None:
    node = run.snap.by_iden(iden)
    return None if node is None else node.form


def _node(run: Runtime, iden: bytes, form: str, kind: int, args: tuple[Any, ...]) -> Node | None:
    """The node that changed; of one that was deleted what is left, its value."""
    if kind == 1:
        return Node(run.snap, nid_of(iden), iden, [Sode(iden, form, args[0])])
    return run.snap.by_iden(iden)


def _start(run: Runtime, trigger: Trigger, node: Node, about: dict[str, Any], plain: bool) -> None:
    opts = {**about, "user": run.user.iden, "form": node.form, "valu": node.valu}
    vars = {**(about if plain else {}), "auto": {"opts": opts, "iden": trigger.iden, "type": "trigger"}}
    if trigger.behind:
        run.host.automation.defer({"trigger": trigger.iden, "node": node.iden, "vars": vars})
        work_off(run.host)
        return
    if run.task.nested > NESTED:
        raise StormError("RecursionLimitHit", "Hit trigger limit")
    _run(run, trigger, node, vars)


def _run(run: Runtime, trigger: Trigger, node: Node, vars: dict[str, Any]) -> None:
    """Run a trigger's query with a node, in the view and with the reader of the query that set it off."""
    from ..programs.compile import compiled

    host, outer = run.host, run.task
    user = host.accounts.user(trigger.user)
    if user is None or user.locked:
        return

    def emit(kind: str, info: Any) -> None:
        # What it prints is for nobody; what it changes is part of what the edit did.
        if kind in PASSED_ON:
            outer.emit(kind, info)

    opts = {"editformat": outer.opts["editformat"]} if "editformat" in outer.opts else {}
    task = Task(
        outer.iden,
        trigger.text,
        emit,
        outer.check,
        opts,
        False,
        user.iden,
        outer.view,
        host.clock.now_ms(),
        outer.nested + 1,
    )
    inner = Runtime(host, task, run.snap, user, vars)
    trigger.count.started += 1
    try:
        block = compiled(trigger.text)
        block.check(inner)
        _drain(inner, block.run(inner, iter((Path(node),))))
    except StormError as error:
        if error.name == "RecursionLimitHit":
            raise
        _failed(trigger, error)
    finally:
        task.close()


def _drain(run: Runtime, paths: Iterable[Path]) -> None:
    """Run a query to its end. Raises StormError; to the product, leaving it by `return` or `exit` is one, too."""
    from ..programs.control import uncaught

    try:
        for _ in paths:
            pass
    except Exited as exited:
        raise StormError(
            "StormExit", "StormExit: " if exited.mesg is None else f"StormExit: mesg={exited.mesg!r}"
        ) from None
    except Leaving as leaving:
        error = uncaught(run, leaving)
        raise error or leaving from None
    except RecursionError:
        raise StormError("RecursionLimitHit", "Hit trigger limit") from None


def _failed(trigger: Trigger, error: StormError) -> None:
    from .automatic import told

    text = told(error)
    trigger.count.failed += 1
    trigger.count.errors = [*trigger.count.errors, text][-ERRORS:]
    LOGGER.warning("The trigger %s failed: %s", trigger.iden, text)


# -- behind


def work_off(host: Host) -> None:
    """Begin what was put off, unless that is being done."""
    if not host.automation.working.locked():
        host.background.start(partial(_work_off, host), Share.TRIGGERS)


def _work_off(host: Host, work: Run) -> None:
    automation = host.automation
    # Whoever puts something off while we hold the lock relies on this second look.
    while automation.waiting and automation.working.acquire(blocking=False):
        try:
            while (found := automation.deferred()) is not None:
                work.check()
                number, told = found
                _run_behind(host, told, work)
                automation.done(number)
        except Closed:
            return
        finally:
            automation.working.release()


def _run_behind(host: Host, told: dict[str, Any], work: Run) -> None:
    from .automatic import drop

    value = host.automation.get(KIND, told["trigger"])
    record = None if value is None else host.graph.view(value["view"])
    if value is None or record is None or not value["enabled"]:
        return
    user = host.accounts.user(value["user"])
    if user is None:
        return
    task = Task(
        host.ids.guid(), value["storm"], drop, work.check, {}, False, user.iden, record.iden, host.clock.now_ms()
    )
    snap = Snap(host, task, record)
    node = snap.by_iden(told["node"])
    if node is None:
        opts = told["vars"]["auto"]["opts"]
        node = Node(snap, nid_of(told["node"]), told["node"], [Sode(told["node"], opts["form"], opts["valu"])])
    trigger = Trigger(value["iden"], value["storm"], user.iden, None, None, None, True, count_of(host, value))
    try:
        _run(Runtime(host, task, snap, user, {}), trigger, node, told["vars"])
    except StormError as error:
        _failed(trigger, error)
