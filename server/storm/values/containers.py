"""The Python types of those values of Storm that plain Python has no type for: fractions, and what expressions build.

Storm shows a list of an expression (`([null])`) otherwise than one that a method gave (`$x.split(",")`, `$node.pack()`): the
first in Storm's words, the second in Python's. So the first has types of its own, which otherwise are lists and dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..errors import StormError
from ..surface import Undefined


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A decimal fraction of an expression, `(1.50)`, exact as written. Equal to other numbers, but no key for an int."""

    value: Decimal

    def __eq__(self, other: object) -> bool:
        value = as_decimal(other)
        return value is not None and self.value == value

    def __lt__(self, other: object) -> bool:
        return self.value < _ordered(other)

    def __gt__(self, other: object) -> bool:
        return self.value > _ordered(other)

    def __hash__(self) -> int:
        return hash((Number, self.value))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return str(self.value)


class StormList(list[Any]):
    """A list that an expression made: `([1, "two"])`."""

    __slots__ = ()


class StormDict(dict[Any, Any]):
    """A dictionary that an expression made: `({"one": 1})`."""

    __slots__ = ()


class StormSet:
    """A set of values that can be keys.

    The order is that of insertion; of ints alone, that of Python's set, as in the product, whose order of texts is random.
    """

    __slots__ = ("items",)
    __hash__ = None  # type: ignore[assignment]  # cannot be a key, as a list cannot

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self.items: dict[Any, None] = dict.fromkeys(items)

    def __iter__(self) -> Iterator[Any]:
        size = len(self.items)
        for item in self.ordered():
            yield item
            if len(self.items) != size:
                raise StormError("RuntimeError", "Set changed size during iteration")

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, item: object) -> bool:
        return item in self.items

    def ordered(self) -> list[Any]:
        """The items, as they are shown."""
        if all(type(item) is int for item in self.items):
            return list(set(self.items))
        return list(self.items)


# What the product calls these types in errors about objects.
STYPS: dict[type, str] = {Number: "Number", StormList: "List", StormDict: "Dict", StormSet: "Set", Undefined: "Undef"}


def as_decimal(valu: object) -> Decimal | None:
    """A number's value, None of what is no number. A float counts as it is written."""
    if type(valu) is Number:
        return valu.value
    if isinstance(valu, int):
        return Decimal(valu)
    if isinstance(valu, float):
        return Decimal(str(valu))
    return None


def _ordered(other: object) -> Decimal:
    value = as_decimal(other)
    if value is None:
        name = STYPS.get(type(other), type(other).__name__)
        raise TypeError(f"comparison not supported between instance of Number and {name}")
    return value
