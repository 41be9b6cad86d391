"""Lists and their methods. Tuples (pairs of a dictionary, what the storage gives) are lists that can not change."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from ..errors import StormError
from ..surface import UNDEF, local
from .containers import Number, StormDict, StormList, StormSet
from .convert import comparable, equal, is_mutable, python_name, to_bool, to_int, to_str, to_text
from .iterating import items_of


def item(run: Any, me: list[Any], name: Any) -> Any:
    """`$list.0`; a name that is no index is an error, since a list has no other names than its methods."""
    return at(run, me, to_int(to_str(name)))


def at(run: Any, me: list[Any], index: int) -> Any:
    """The item at an index, from the end if that is negative."""
    try:
        return me[index]
    except IndexError as exc:
        text = to_text(run, me)
        raise StormError(
            "StormRuntimeError", "list index out of range", valurepr=text, len=len(me), indx=index
        ) from exc


def set_item(run: Any, me: list[Any], name: Any, new: Any) -> None:
    """Set the item at an index that exists; UNDEF takes it out, if it is there."""
    index = to_int(name)
    try:
        if new is UNDEF:
            del me[index]
        else:
            me[index] = new
    except IndexError:
        if new is not UNDEF:
            raise StormError("IndexError", "list assignment index out of range") from None


def append(run: Any, me: list[Any], valu: Any) -> None:
    me.append(valu)


def extend(run: Any, me: list[Any], valu: Any) -> None:
    if valu is not None:
        # The product would go on for ever where a list is added to itself.
        me.extend(list(items_of(run, valu)))


def has(run: Any, me: list[Any], valu: Any) -> bool:
    wanted = comparable(valu)
    return any(comparable(item) == wanted for item in me)


def index(run: Any, me: list[Any], valu: Any) -> Any:
    return at(run, me, to_int(valu))


def length(run: Any, me: list[Any]) -> int:
    run.warn("StormType List.length() is deprecated. Use the size() method.")
    return len(me)


def pop(run: Any, me: list[Any], index: Any = -1) -> Any:
    where = to_int(index)
    try:
        return me.pop(where)
    except IndexError as exc:
        raise StormError("StormRuntimeError", str(exc)) from None


def rem(run: Any, me: list[Any], item: Any, all: Any = False) -> bool:
    """Whether something was taken out; what can change is never found."""
    every = to_bool(all)
    if is_mutable(item):
        return False
    found = [at for at, each in enumerate(me) if not is_mutable(each) and equal(each, item)]
    for at in reversed(found if every else found[:1]):
        del me[at]
    return bool(found)


def reverse(run: Any, me: list[Any]) -> None:
    me.reverse()


def size(run: Any, me: list[Any]) -> int:
    return len(me)


def slice_(run: Any, me: list[Any], start: Any, end: Any = None) -> list[Any]:
    return list(me[to_int(start) : None if end is None else to_int(end)])


def sort(run: Any, me: list[Any], reverse: Any = False) -> None:
    try:
        if reverse is None:
            raise TypeError("'NoneType' object cannot be interpreted as an integer")
        me.sort(key=cmp_to_key(_order), reverse=to_bool(reverse))
    except TypeError as exc:
        raise StormError("StormRuntimeError", f"Error sorting list: {exc}", valurepr=to_text(run, me)) from None


def unique(run: Any, me: list[Any]) -> list[Any]:
    seen: list[Any] = []
    kept = []
    for item in me:
        key = comparable(item)
        if key not in seen:
            seen.append(key)
            kept.append(item)
    return kept


def _order(left: Any, right: Any) -> int:
    """How two values stand for sorting; raises TypeError, as Python does, in the product's words."""
    if type(left) is type(right) and type(left) in (StormList, StormDict, StormSet):
        left, right = _inner(left), _inner(right)
    elif type(left) in OBJECTS or (type(right) in OBJECTS and type(left) is not Number):
        mine, other = (left, right) if type(left) in OBJECTS else (right, left)
        said = f"{python_name(mine)} and {python_name(other)}"
        raise TypeError(f"'<' not supported between instance of {said}")
    if isinstance(left, list) and isinstance(right, list):
        return next(
            (_order(a, b) for a, b in zip(left, right, strict=False) if not equal(a, b)), len(left) - len(right)
        )
    try:
        return -1 if left < right else 1
    except TypeError:
        if isinstance(left, Number) or isinstance(right, Number):
            raise
        said = f"'{python_name(left)}' and '{python_name(right)}'"
        raise TypeError(f"'<' not supported between instances of {said}") from None


OBJECTS = (StormList, StormDict, StormSet)


def _inner(valu: Any) -> Any:
    if type(valu) is StormList:
        return list(valu)
    return dict(valu) if type(valu) is StormDict else frozenset(valu)


METHODS = (
    local("append(valu: any) -> null", append, "Adds a value at the end."),
    local(
        "extend(valu: list) -> null",
        extend,
        "Adds all values of another list, or of what can be gone over.",
        writes=True,
    ),
    local("has(valu: any) -> boolean", has, "Whether a value equal to this one is in the list."),
    local("index(valu: int) -> any", index, "The value at a position; negative ones count from the end."),
    local("length() -> int", length, "How many values there are.", deprecated=True),
    local("pop(index: int = -1) -> any", pop, "Takes the value at a position out, the last one if none is given."),
    local(
        "rem(item: any, all: boolean = false) -> boolean",
        rem,
        "Takes out the first value equal to this one, or all.",
        writes=True,
    ),
    local("reverse() -> null", reverse, "Turns the order of the values round."),
    local("size() -> int", size, "How many values there are."),
    local(
        "slice(start: int, end: int = null) -> list",
        slice_,
        "A new list of the values between two positions.",
        writes=True,
    ),
    local("sort(reverse: boolean = false) -> null", sort, "Puts the values in order."),
    local("unique() -> list", unique, "A new list in which equal values stand once, in the same order."),
)
