"""Dictionaries: every name is a key of theirs, and they have no methods (`$lib.dict` has functions for them)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import StormError
from ..surface import UNDEF
from .containers import StormDict, StormSet
from .convert import to_key, to_prim


def item(run: Any, me: dict[Any, Any], name: Any) -> Any:
    """The value of a key, null if there is none."""
    if type(name) is str:
        return me.get(name)
    if isinstance(name, list | tuple):
        return None  # no list is a key
    if isinstance(name, dict | StormSet):
        raise StormError("TypeError", f"unhashable type: '{'dict' if isinstance(name, dict) else 'set'}'")
    return me.get(to_prim(run, name))


def set_item(run: Any, me: dict[Any, Any], name: Any, new: Any) -> None:
    """Set a key, or take it away with UNDEF; raises BadArg of a key that can change."""
    key = to_key(run, name)
    if new is UNDEF:
        me.pop(key, None)
    else:
        me[key] = new


def pairs(run: Any, me: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Keys with their values, as they were at first."""
    return iter(list(me.items()))


def make(run: Any, items: list[tuple[Any, Any]]) -> StormDict:
    """The dictionary of an expression: `({"one": 1})`; raises BadArg of a key that can change."""
    return StormDict([(to_key(run, key), valu) for key, valu in items])
