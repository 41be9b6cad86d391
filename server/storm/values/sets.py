"""Sets and their methods. Only what cannot change can be in a set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import StormError
from ..surface import local
from .containers import StormSet
from .convert import is_mutable, python_text, to_text
from .iterating import items_of


def make(run: Any, items: tuple[Any, ...]) -> StormSet:
    """`$lib.set(...)`; raises StormRuntimeError of what can change."""
    return StormSet([_checked(item, python_text) for item in items])


def add(run: Any, me: StormSet, *items: Any) -> None:
    for item in items:
        me.items.setdefault(_checked(item, lambda valu: to_text(run, valu)))


def adds(run: Any, me: StormSet, *items: Any) -> None:
    for each in items:
        add(run, me, *items_of(run, each))


def has(run: Any, me: StormSet, item: Any) -> bool:
    return _known(item) in me.items


def list_(run: Any, me: StormSet) -> list[Any]:
    return me.ordered()


def rem(run: Any, me: StormSet, *items: Any) -> None:
    for item in items:
        me.items.pop(_known(item), None)


def rems(run: Any, me: StormSet, *items: Any) -> None:
    for each in items:
        rem(run, me, *items_of(run, each))


def size(run: Any, me: StormSet) -> int:
    return len(me.items)


METHODS = (
    local("add(*items: any) -> null", add, "Adds values."),
    local("adds(*items: any) -> null", adds, "Adds all values of lists, or of what can be gone over."),
    local("has(item: any) -> boolean", has, "Whether a value is in the set."),
    local("list() -> list", list_, "A list of the values."),
    local("rem(*items: any) -> null", rem, "Takes values out, those that are there."),
    local("rems(*items: any) -> null", rems, "Takes all values of lists out, or of what can be gone over."),
    local("size() -> int", size, "How many values there are.", writes=True),
)


def _checked(item: Any, text: Callable[[Any], str]) -> Any:
    if is_mutable(item):
        raise StormError("StormRuntimeError", f"{text(item)} is mutable and cannot be used in a set.")
    return item


def _known(item: Any) -> Any:
    """A value to look for; of those that can be in no set the product says something else."""
    if is_mutable(item):
        raise StormError("IndexError", "list index out of range")
    return item
