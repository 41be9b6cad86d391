"""Comparators of filters: tables from comparator to a maker of predicates, and the errors of what is not in a table.

Written against a real Cortex's `node +prop<cmpr>value`. A type merges the tables that apply to it with its own entries and
hands them to `predicate`. It knows nothing of lifts, which accept other comparators (`lifts.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from ..contract import ModelError, Type
from .patterns import IGNORECASE, Pattern, compiled

Predicate = Callable[[Any], bool]
Maker = Callable[[Type, Any], Predicate]


def predicate(type_: Type, table: Mapping[str, Maker], cmpr: str, valu: Any) -> Predicate:
    """The predicate over normed values for `<cmpr> <raw value>`; ModelError("NoSuchCmpr") if the table has no such."""
    maker = table.get(cmpr)
    if maker is None:
        # The product gives no text here, only the two names.
        raise ModelError("NoSuchCmpr", "", cmpr=cmpr, name=type_.name)
    return maker(type_, valu)


def no_norm(name: str, valu: Any) -> ModelError:
    """The error for a value of a Python type that the type takes in no form."""
    return ModelError("BadTypeValu", f"no norm for type: {type(valu)}.", name=name)


def searching(pattern: Any) -> Pattern:
    """The compiled pattern of `~=`, which ignores case; what cannot be one is refused as the product refuses it."""
    if isinstance(pattern, list | dict):
        raise ModelError("TypeError", f"unhashable type: '{type(pattern).__name__}'")
    if not isinstance(pattern, str):
        raise ModelError("TypeError", "first argument must be a string or compiled pattern")
    return compiled(pattern, IGNORECASE)


def equal(type_: Type, valu: Any) -> Predicate:
    """`=`: the normed values are the same."""
    norm = type_.norm(valu).valu
    return lambda item: bool(item == norm)


def unequal(type_: Type, valu: Any) -> Predicate:
    """`!=`: the opposite of what `=` is for that type."""
    same = type_.compare("=", valu)
    return lambda item: not same(item)


def matches(type_: Type, valu: Any) -> Predicate:
    """`~=`: the pattern is found in what the product shows of a value; a value shown as a list cannot be searched."""
    pattern = searching(valu)

    def found(item: Any) -> bool:
        text = type_.repr(item)
        if not isinstance(text, str):
            raise ModelError("TypeError", f"a bytes-like object is required, not '{type(text).__name__}'")
        return pattern.search(text) is not None

    return found


def starts(type_: Type, valu: Any) -> Predicate:
    """`^=`: what the product shows of a value starts with the given text, taken as it is."""
    prefix = str(valu)

    def starting(item: Any) -> bool:
        text = type_.repr(item)
        if not isinstance(text, str):
            raise ModelError("AttributeError", f"'{type(text).__name__}' object has no attribute 'startswith'")
        return text.startswith(prefix)

    return starting


def among(type_: Type, valu: Any) -> Predicate:
    """`in=`: equal to one of a list (each character of a text is an item, as with the product)."""
    if not isinstance(valu, Iterable):
        raise ModelError("TypeError", f"'{type(valu).__name__}' object is not iterable")
    norms = [type_.norm(item).valu for item in valu]
    return lambda item: item in norms


def within(type_: Type, valu: Any) -> Predicate:
    """`range=`: between two values, both included."""
    if not isinstance(valu, list | tuple) or len(valu) != 2:
        raise ModelError("BadCmprValu", "", name=type_.name, valu=valu, cmpr="range=")
    low, high = (type_.norm(item).valu for item in valu)
    return lambda item: _ordered(low, item) and _ordered(item, high)


def ordering(compare: Callable[[Any, Any], bool]) -> Maker:
    """A maker for one of the four order comparators."""

    def maker(type_: Type, valu: Any) -> Predicate:
        norm = type_.norm(valu).valu
        return lambda item: compare(item, norm)

    return maker


COMMON: dict[str, Maker] = {
    "=": equal,
    "!=": unequal,
    "~=": matches,
    "^=": starts,
    "in=": among,
    "range=": within,
}
ORDERED: dict[str, Maker] = COMMON | {"<": ordering(lt), "<=": ordering(le), ">": ordering(gt), ">=": ordering(ge)}


def _ordered(low: Any, high: Any) -> bool:
    try:
        return bool(low <= high)
    except TypeError as error:
        raise ModelError("TypeError", str(error)) from error
