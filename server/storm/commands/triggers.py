"""Commands for triggers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..automation import trigger_jobs as trigger_ops
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Command, Given, Option
from .inner import calling

IDEN = Option("iden", "How the iden of the trigger begins.")
WIDTHS = (10, 32, 32, 6, 6, 9, 14, 10)
HEADER = ("user", "iden", "view", "en?", "async?", "cond", "object", "", "storm query")
MISSING = "<missing>"


def _add(run: Runtime, given: Given, paths: Paths) -> Paths:
    # As it was written: a trigger shows its facts in this order.
    tdef = {name: getattr(given, name) for name in given.told if name not in ("help", "disabled")}
    tdef |= {"storm": to_str(given.storm).strip(), "async": getattr(given, "async"), "enabled": not given.disabled}
    told = trigger_ops.add(run, tdef)
    run.print(f"Added trigger: {told['iden']}")
    yield from paths


def _list(run: Runtime, given: Given, paths: Paths) -> Paths:
    found = trigger_ops.every(run, everywhere=given.all)
    if not found:
        run.print("No triggers found")
    else:
        run.print(_row(HEADER))
        for told in found:
            run.print(_row(_cells(run, told)))
    yield from paths


def _cells(run: Runtime, told: dict[str, Any]) -> tuple[str, ...]:
    user = run.host.accounts.user(told["user"])
    condition, tag = told["cond"], told.get("tag", "")
    about = told.get("prop") if condition == "prop:set" else told.get("form", "" if tag else MISSING)
    flags = ["true" if told[name] else "false" for name in ("enabled", "async")]
    whose = told["user"] if user is None else user.name
    return whose, told["iden"], told["view"], *flags, condition, str(about), tag, told["storm"]


def _row(cells: tuple[str, ...]) -> str:
    return " ".join([*(cell.ljust(width) for cell, width in zip(cells[:-1], WIDTHS, strict=True)), cells[-1]])


def _changing(
    word: str, does: Callable[[Runtime, dict[str, Any], Given], None]
) -> Callable[[Runtime, Given, Paths], Paths]:
    """A command that does something to one trigger, and says so."""

    def run_it(run: Runtime, given: Given, paths: Paths) -> Paths:
        told = trigger_ops.find(run, given.iden)
        does(run, told, given)
        run.print(f"{word} trigger: {told['iden']}")
        yield from paths

    return run_it


def _del(run: Runtime, told: dict[str, Any], given: Given) -> None:
    trigger_ops.drop(run, told["iden"])


def _enable(run: Runtime, told: dict[str, Any], given: Given) -> None:
    trigger_ops.set_fact(run, told, "enabled", valu=True)


def _disable(run: Runtime, told: dict[str, Any], given: Given) -> None:
    trigger_ops.set_fact(run, told, "enabled", valu=False)


def _mod(run: Runtime, told: dict[str, Any], given: Given) -> None:
    trigger_ops.set_fact(run, told, "storm", to_str(given.query).strip())


COMMANDS = (
    Command(
        "trigger.add",
        "Make a trigger: a query that changes to a view set off.",
        calling("lib.trigger.add", _add),
        (
            Option("condition", "The change: node:add, node:del, tag:add, tag:del, prop:set, edge:add or edge:del."),
            Option("--form", "The form of the nodes."),
            Option("--tag", "The tag; * is one part of its name."),
            Option("--prop", "The prop, with its form."),
            Option("--verb", "The verb of the edge."),
            Option("--n2form", "The form of the node that the edge goes to."),
            Option("--query", "The query.", required=True, dest="storm"),
            Option("--async", "It runs behind the edit, not within it.", flag=True),
            Option("--disabled", "It is off until it is enabled.", flag=True),
            Option("--name", "A name."),
            Option("--view", "The view, where that is not this one."),
        ),
        readonly=True,
    ),
    Command(
        "trigger.del",
        "Delete a trigger.",
        calling("lib.trigger.del", _changing("Deleted", _del)),
        (IDEN,),
        readonly=True,
    ),
    Command(
        "trigger.disable",
        "Switch a trigger off.",
        calling("lib.trigger.disable", _changing("Disabled", _disable)),
        (IDEN,),
        readonly=True,
    ),
    Command(
        "trigger.enable",
        "Switch a trigger on.",
        calling("lib.trigger.enable", _changing("Enabled", _enable)),
        (IDEN,),
        readonly=True,
    ),
    Command(
        "trigger.list",
        "List the triggers.",
        _list,
        (Option("--all", "Those of all views.", flag=True),),
        readonly=True,
    ),
    Command(
        "trigger.mod",
        "Give a trigger another query.",
        calling("lib.trigger.mod", _changing("Modified", _mod)),
        (IDEN, Option("query", "The query.")),
        readonly=True,
    ),
)
