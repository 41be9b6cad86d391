"""The values of NQL: what types there are, how they convert, compare, order and show (nql.md chapter 5).

A value is a JSON value: null, boolean, integer (64 bits), double, text, list or map. Addresses, networks and times are
texts and integers; a missing field is null. A whole double stays a double and is written with `.0`. Texts that are
addresses compare as such. Nothing here raises for a value of the wrong type.
"""

import json
import math
import re
import struct
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any, TypeAlias, TypeGuard

from .addresses import parsed as address

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Row: TypeAlias = dict[str, Value]

NUMBER_STARTS = frozenset("-0123456789")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Longer runs of digits are no number that anybody compares, and Python refuses to read them.
NUMBER_CHARACTERS = 400
LONG_MIN, LONG_MAX = -(1 << 63), (1 << 63) - 1
# Values whose identity in a group is the value itself: 1 and 1.0 are one, true is not 1.
PLAIN = frozenset((str, int, float, type(None)))
TYPES = ("int", "long", "float", "double")


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is an integer or a double; a boolean is neither."""
    return value.__class__ is int or value.__class__ is float


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is an integer."""
    return value.__class__ is int


def numeric(text: str) -> int | float | None:
    """The number that a text is, None if it is none (open-16)."""
    # Most texts start with a letter.
    return _numeric(text) if text[:1] in NUMBER_STARTS else None


def finite(number: float) -> float | None:
    """The number, or null for an infinity and for what is no number."""
    return number if math.isfinite(number) else None


def fitted(number: int | float) -> int | float | None:
    """A result: integers beyond 64 bits become doubles (open-13); null for what no double holds."""
    if number.__class__ is int:
        return number if LONG_MIN <= number <= LONG_MAX else as_double(number)
    return finite(number)


def as_double(number: int | float) -> float | None:
    """The number as a double; null if none holds it."""
    try:
        return finite(float(number))
    except OverflowError:
        return None


def rounded(number: int | float) -> int | float | None:
    """The nearest integer, halves upwards (open-11)."""
    if is_whole(number):
        return fitted(number)
    if not math.isfinite(number):
        return None
    below = math.floor(number)
    # Not floor(number + 0.5): that sum may round up by itself.
    return fitted(below + 1 if number - below >= 0.5 else below)


def converted(number: int | float, kind: str) -> int | float | None:
    """A number as one of TYPES; an int that is too large becomes a long (open-13)."""
    if kind in ("int", "long"):
        return rounded(number)
    double = as_double(number)
    if double is None or kind == "double":
        return double
    return _single(double)


def text_of(value: Value) -> str | None:
    """A value as text (nql.md 5.3); lists and maps as JSON; null stays null."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def equal(left: Value, right: Value) -> bool:
    """`left = right` (nql.md 5.4): text sees case (open-15), a list equals no scalar (open-19), open-20 of addresses."""
    if left.__class__ is right.__class__:
        if isinstance(left, str) and isinstance(right, str):
            return left == right or (":" in left and ":" in right and _same_address(left, right))
        if isinstance(left, list) and isinstance(right, list):
            return len(left) == len(right) and all(map(equal, left, right))
        if isinstance(left, dict) and isinstance(right, dict):
            return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
        return left == right
    if is_number(left):
        return left == (numeric(right) if isinstance(right, str) else right) and not isinstance(right, bool)
    if isinstance(left, str) and is_number(right):
        return numeric(left) == right
    return False


def comparable(left: Value, right: Value) -> tuple[Any, Any] | None:
    """The pair that `<` and its like compare; None where the comparison is false, as of booleans (nql.md 5.4, open-17)."""
    if isinstance(left, str):
        if isinstance(right, str):
            ours, theirs = address(left), address(right)
            return (left, right) if ours is None or theirs is None else (ours, theirs)
        found = numeric(left)
        return (found, right) if found is not None and is_number(right) else None
    if not is_number(left):
        return None
    other = numeric(right) if isinstance(right, str) else right
    return (left, other) if is_number(other) else None


def coarse(value: Value) -> Hashable:
    """A key for tables: equal values have equal keys, and few others do; `equal` decides between those."""
    if isinstance(value, str):
        found = numeric(value)
        if found is not None:
            return found
        return (address(value) or value) if ":" in value else value
    if value is None or is_number(value):
        return value
    if isinstance(value, list):
        return ("list", *map(coarse, value))
    if isinstance(value, dict):
        return "map", frozenset(value)
    return "boolean", value


def identity(value: Value) -> Hashable:
    """What makes values one in groups and among distinct ones: 1 and 1.0 are one; 1, "1" and true are three."""
    if value.__class__ in PLAIN:
        return value  # type: ignore[return-value]  # mypy does not see what PLAIN leaves
    if isinstance(value, list):
        return ("list", *map(identity, value))
    if isinstance(value, dict):
        return "map", frozenset((key, identity(item)) for key, item in value.items())
    return "boolean", value


def order(value: Value) -> tuple[Any, ...]:
    """A key to sort by: null, booleans, numbers, texts, lists, maps (open-30); addresses before other texts, by number."""
    if isinstance(value, str):
        found = address(value)
        return (3, 1, value) if found is None else (3, 0, found)
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, (int, float)):
        return 2, value
    if isinstance(value, list):
        return 4, [order(item) for item in value]
    return 5, [(key, order(item)) for key, item in sorted(value.items())]


def is_empty(value: Value) -> bool:
    """Whether it is null, or a text, list or map without anything in it (open-54)."""
    return value is None or value == "" or value == [] or value == {}


def type_name(value: Value) -> str:
    """The type of a value as results name it (nql.md 5.1); a text that is an address is ip4 or ip6."""
    if isinstance(value, str):
        found = address(value)
        return "string" if found is None else f"ip{found[0]}"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -(1 << 31) <= value < 1 << 31 else "long"
    names = {type(None): "null", float: "double", list: "array", dict: "map"}
    return names[type(value)]


class Members:
    """The values of a list, for `in`: one look-up instead of a comparison with each."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._values: dict[Hashable, list[Value]] = {}
        for value in values:
            self._values.setdefault(coarse(value), []).append(value)

    def __contains__(self, value: Value) -> bool:
        key = value if value.__class__ is int else coarse(value)
        for other in self._values.get(key, ()):  # noqa: SIM110  # a generator expression costs more
            if equal(value, other):
                return True
        return False


@lru_cache(maxsize=8192)
def _numeric(text: str) -> int | float | None:
    match = NUMBER.fullmatch(text) if len(text) <= NUMBER_CHARACTERS else None
    if match is None:
        return None
    if match[1] is None and match[2] is None:
        return int(text)
    return finite(float(text))


def _same_address(left: str, right: str) -> bool:
    ours = address(left)
    return ours is not None and ours == address(right)


def _single(number: float) -> float | None:
    """The nearest 32-bit number, as the shortest decimal that means it."""
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", number))
    except OverflowError:
        return None
    for digits in range(6, 9):
        short = float(f"{single:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", short)) == (single,):
            return short
    return float(f"{single:.9g}")
