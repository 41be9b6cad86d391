"""Triggers: making, finding, packing, changing and deleting them, as the library and the commands do it.

Each function checks what the user may do and raises StormError with the product's words. How they fire is in `triggers.py`.
"""

from __future__ import annotations

from typing import Any

from ....storage.errors import Conflict
from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_bool, to_prim, to_str
from ..views import layers as layer_ops
from .triggers import CONDITIONS, KIND, count_of, watch

Told = dict[str, Any]
IDEN = "^[0-9a-f]{32}$"
FORM = r"^[a-z_][a-z0-9_]*(:[a-z0-9_]+)+$"
PROP = r"^(\.[a-z_][a-z0-9_]*([:.][a-z0-9_]+)*)|([a-z_][a-z0-9_]*(:[a-z0-9_]+)+([:.][a-z_ ][a-z0-9_]+)*)$"
TAG = r"^((\w+|\*|\*\*)\.)*(\w+|\*|\*\*)$"


def _needs(prefix: str, name: str) -> dict[str, Any]:
    """What conditions of a sort cannot do without."""
    some = [each for each in CONDITIONS if each.startswith(prefix)]
    return {"if": {"properties": {"cond": {"enum": some}}}, "then": {"required": [name]}}


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "iden": {"type": "string", "pattern": IDEN},
        "view": {"type": "string", "pattern": IDEN},
        "form": {"type": "string", "pattern": FORM},
        "n2form": {"type": "string", "pattern": FORM},
        "tag": {"type": "string", "pattern": TAG},
        "prop": {"type": "string", "pattern": PROP},
        "verb": {"type": "string"},
        "name": {"type": "string"},
        "doc": {"type": "string"},
        "cond": {"enum": list(CONDITIONS)},
        "storm": {"type": "string"},
        "async": {"type": "boolean"},
        "enabled": {"type": "boolean"},
    },
    "required": ["storm"],
    "allOf": [_needs("node:", "form"), _needs("prop:", "prop"), _needs("tag:", "tag"), _needs("edge:", "verb")],
}
# What one may change, and how its value is read.
SETTABLE = {"async": to_bool, "enabled": to_bool, "name": to_str, "doc": to_str, "storm": to_str}
ABOUT = ("form", "prop", "tag", "verb", "n2form")


def add(run: Runtime, given: Any) -> Told:
    """A trigger as it is told in a dictionary; nulls count as not given."""
    told = to_prim(run, given)
    if not isinstance(told, dict):
        # What the product comes to say of it.
        raise StormError("IndexError", "list index out of range")
    told = {name: valu for name, valu in told.items() if valu is not None}
    if "query" in told:
        run.warn("$lib.trigger.add() called with query argument, this is deprecated. Use storm instead.")
        told["storm"] = told.pop("query")
    view = told.pop("view", run.snap.view.iden)
    told |= {"user": run.user.iden, "view": view}
    if not isinstance(view, str) or run.host.graph.view(view) is None:
        raise StormError("NoSuchIden", f"No dynitem for iden={view}", iden=view)
    run.confirm(("trigger", "add"), view)
    if "condition" in told:
        told["cond"] = told.pop("condition")
    for name in ABOUT:
        if name in told:
            valu = told.pop(name)
            told[name] = valu.lstrip("#") if name == "tag" and isinstance(valu, str) else valu
    layer_ops.checked(SCHEMA, told)
    _check_about(told)
    check_query(told["storm"])
    iden = told.setdefault("iden", run.host.ids.guid())
    if run.host.automation.get(KIND, iden) is not None:
        raise StormError("DupIden", "A trigger with this iden already exists")
    if run.host.gates.kind(iden) is not None:
        mesg = f"An auth gate already exists with iden: ({iden})."
        raise StormError("DupIden", mesg, iden=iden, mesg=mesg)
    told = {**told, "created": run.host.clock.now_ms()}
    told = {**told, "async": told.get("async", False), "enabled": told.get("enabled", True)}
    try:
        run.host.automation.add(KIND, iden, told)
    except Conflict:
        raise StormError("DupIden", "A trigger with this iden already exists") from None
    watch(run.host)
    layer_ops.own(run, iden, KIND)
    _tell_added(run, told)
    return told


def _check_about(told: Told) -> None:
    """Raises StormError("BadOptValu") for what does not go with a condition."""
    condition = told["cond"]
    if condition != "prop:set" and "prop" in told:
        raise StormError("BadOptValu", "prop parameter invalid")
    if condition.startswith("node:") and "tag" in told:
        raise StormError("BadOptValu", "tag must not be present for node:add or node:del")
    if condition == "prop:set" and ("form" in told or "tag" in told):
        raise StormError("BadOptValu", "form and tag must not be present for prop:set")


def check_query(text: str) -> None:
    """Raises BadSyntax for a text that is no query."""
    from ..programs.compile import compiled

    compiled(text)


# -- finding and telling


def every(run: Runtime, *, everywhere: bool = False) -> list[Told]:
    """The triggers of the view that one may see, in order of making; everywhere: of all views that one may read."""
    views = [view.iden for view in run.host.graph.views()] if everywhere else [run.snap.view.iden]
    readable = [view for view in views if not everywhere or run.may(("view", "read"), view)]
    found = list(run.host.automation.all(KIND).values())
    return [
        told
        for view in readable
        for told in found
        if told["view"] == view and run.may(("trigger", "get"), told["iden"])
    ]


def of_view(run: Runtime, view: str) -> list[Told]:
    """The triggers of a view, in order of making, without a look at rights."""
    return [told for told in run.host.automation.all(KIND).values() if told["view"] == view]


def find(run: Runtime, prefix: Any) -> Told:
    """The only trigger of all that one may see whose iden begins so."""
    wanted = to_str(prefix)
    found = [told for told in every(run, everywhere=True) if told["iden"].startswith(wanted)]
    if len(found) > 1:
        raise StormError("StormRuntimeError", "Provided iden matches more than one trigger.", iden=wanted)
    if not found:
        mesg = "Provided iden does not match any valid authorized triggers."
        raise StormError("StormRuntimeError", mesg, iden=wanted)
    return found[0]


def get(run: Runtime, iden: str) -> Told:
    """The trigger of an iden."""
    told = run.host.automation.get(KIND, iden)
    if told is None:
        raise StormError("NoSuchIden", "Trigger not found")
    run.confirm(("trigger", "get"), iden)
    return told


def of(run: Runtime, iden: str) -> Told:
    """The trigger of a value."""
    told = run.host.automation.get(KIND, iden)
    if told is None:
        raise StormError("NoSuchIden", "Trigger not found")
    return told


def pack(run: Runtime, told: Told) -> dict[str, Any]:
    """A trigger as the product shows it."""
    count = count_of(run.host, told)
    counted = {"startcount": count.started, "errcount": count.failed, "lasterrs": list(count.errors)}
    user = run.host.accounts.user(told["user"])
    return {**told, **counted, **({} if user is None else {"username": user.name})}


# -- changing


def drop(run: Runtime, iden: str) -> None:
    """Delete a trigger."""
    run.confirm(("trigger", "del"), iden)
    events, told = run.host.events, run.host.automation.get(KIND, iden)
    gates = events.gates(iden)
    run.host.automation.drop(KIND, iden)
    watch(run.host)
    layer_ops.disown(run, iden)
    if told is not None:
        events.tell("trigger:del", {"iden": iden, "view": told["view"]}, gates)


def drop_all(run: Runtime, view: str) -> None:
    """Delete the triggers of a view that has gone."""
    for iden, told in run.host.automation.all(KIND).items():
        if told["view"] == view:
            run.host.automation.drop(KIND, iden)
            layer_ops.disown(run, iden)
    watch(run.host)


def set_fact(run: Runtime, told: Told, name: str, valu: Any) -> None:
    """Change a fact about a trigger: see SETTABLE, or `user`, who it runs as."""
    if name == "user":
        run.confirm(("trigger", "set", "user"))
        changed: Any = to_str(valu)
        if run.host.accounts.user(changed) is None:
            raise StormError("NoSuchUser", f"No user with iden {changed}.", user=changed)
    else:
        run.confirm(("trigger", "set", name), told["iden"])
        if name not in SETTABLE:
            raise StormError("BadArg", f"Invalid key name provided: {name}")
        changed = SETTABLE[name](valu)
        if name == "storm":
            check_query(changed)
    _change(run, told["iden"], {name: changed})
    events, facts = run.host.events, {"iden": told["iden"], "view": told["view"], "name": name, "valu": changed}
    events.tell("trigger:set", facts, events.gates(told["iden"]))


def move(run: Runtime, told: Told, view: str) -> None:
    """Let a trigger watch another view; it runs as who moved it from then on."""
    if run.host.graph.view(view) is None:
        raise StormError("NoSuchView", f"No view with iden={view}", iden=view)
    run.confirm(("view", "read"), view)
    run.confirm(("trigger", "add"), view)
    run.confirm(("trigger", "del"), told["iden"])
    _change(run, told["iden"], {"view": view, "user": run.user.iden})
    events = run.host.events
    events.tell("trigger:del", {"iden": told["iden"], "view": told["view"]}, events.gates(told["iden"]))
    _tell_added(run, of(run, told["iden"]))


def _tell_added(run: Runtime, told: Told) -> None:
    events = run.host.events
    if events.heard:
        events.tell("trigger:add", pack(run, told), events.gates(told["iden"]))


def _change(run: Runtime, iden: str, facts: Told) -> None:
    run.host.automation.change(KIND, iden, lambda old: ({**old, **facts}, None))
    watch(run.host)
