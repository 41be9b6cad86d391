"""`$lib.trigger` and `trigger`: queries that changes to a view set off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..automation import trigger_jobs as trigger_ops
from ..programs.query_values import text_of
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import python_text, to_bool, to_str


@dataclass(frozen=True, slots=True)
class StormTrigger:
    """A trigger, by its iden."""

    iden: str


def add(run: Runtime, me: Any, tdef: Any) -> StormTrigger:
    return StormTrigger(trigger_ops.add(run, tdef)["iden"])


def del_(run: Runtime, me: Any, prefix: Any) -> str:
    iden = str(trigger_ops.find(run, prefix)["iden"])
    trigger_ops.drop(run, iden)
    return iden


def list_(run: Runtime, me: Any, all: Any = False) -> list[StormTrigger]:
    return of_view(run) if not to_bool(all) else [_value(told) for told in trigger_ops.every(run, everywhere=True)]


def of_view(run: Runtime) -> list[StormTrigger]:
    """The triggers of the view."""
    return [_value(told) for told in trigger_ops.every(run)]


def get(run: Runtime, me: Any, iden: Any) -> StormTrigger:
    return _value(trigger_ops.get(run, to_str(iden)))


def mod(run: Runtime, me: Any, prefix: Any, query: Any) -> str:
    return _changed(run, prefix, "storm", text_of(query))


def _changed(run: Runtime, prefix: Any, name: str, valu: Any) -> str:
    told = trigger_ops.find(run, prefix)
    trigger_ops.set_fact(run, told, name, valu)
    return str(told["iden"])


def set_(run: Runtime, me: StormTrigger, name: Any, valu: Any) -> None:
    trigger_ops.set_fact(run, trigger_ops.of(run, me.iden), to_str(name), valu)


def move(run: Runtime, me: StormTrigger, viewiden: Any) -> None:
    trigger_ops.move(run, trigger_ops.of(run, me.iden), to_str(viewiden))


def pack(run: Runtime, me: StormTrigger) -> dict[str, Any]:
    return trigger_ops.pack(run, trigger_ops.of(run, me.iden))


def _value(told: dict[str, Any]) -> StormTrigger:
    return StormTrigger(told["iden"])


KIND = Kind(
    "trigger",
    "Trigger",
    StormTrigger,
    "A query that changes to a view set off.",
    (
        local("iden: str", lambda run, me: me.iden, "Its iden."),
        local("move(viewiden: str) -> null", move, "Let it watch another view.", writes=True),
        local("pack() -> dict", pack, "All that is known of it."),
        local("set(name: str, valu: prim) -> null", set_, "Change a fact about it.", writes=True),
    ),
    # What it is not told of is null.
    deref=lambda run, me, name: pack(run, me).get(to_str(name)),
    show=lambda run, me: f"trigger: {python_text(pack(run, me))}",
    prim=pack,
)
LIBRARIES = (
    Library(
        "lib.trigger",
        "Queries that changes to a view set off.",
        (
            local("add(tdef: dict) -> trigger", add, "Make a trigger.", writes=True),
            local("del(prefix: str) -> str", del_, "Delete the trigger whose iden begins so.", writes=True),
            local(
                "disable(prefix: str) -> str",
                lambda run, me, prefix: _changed(run, prefix, "enabled", False),
                "Switch the trigger off whose iden begins so.",
                writes=True,
            ),
            local(
                "enable(prefix: str) -> str",
                lambda run, me, prefix: _changed(run, prefix, "enabled", True),
                "Switch the trigger on whose iden begins so.",
                writes=True,
            ),
            local("get(iden: str) -> trigger", get, "A trigger by its iden."),
            local("list(all: boolean = false) -> list", list_, "The triggers of the view, or of all views."),
            local("mod(prefix: str, query: str|storm:query) -> str", mod, "Give a trigger another query.", writes=True),
        ),
    ),
)
