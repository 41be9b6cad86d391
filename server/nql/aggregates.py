"""The aggregations (nql.md chapter 13): each gathers the values of a group and gives one."""

import math
import operator
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from .choices import PERCENTILE, TEXT_CHARACTERS
from .signature import Keyword, count, flag, percentage, text
from .values import Value, as_double, fitted, identity, is_number, order, text_of


class State(Protocol):
    """What a group gathers for one aggregation."""

    def add(self, value: Value) -> None:
        """The value of a further row."""

    def result(self) -> Value:
        """What they come to."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """make: a State, from the options, which are passed as keyword arguments in lower case."""

    make: Callable[..., State]
    keywords: tuple[Keyword, ...] = ()


class Count:
    """Values that are not null (open-78)."""

    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def add(self, value: Value) -> None:
        if value is not None:
            self._count += 1

    def result(self) -> Value:
        return self._count


class Sum:
    """The sum of the numbers; 0 of nothing (open-79)."""

    __slots__ = ("_total",)

    def __init__(self) -> None:
        self._total: int | float = 0

    def add(self, value: Value) -> None:
        if value.__class__ is int or value.__class__ is float:
            self._total += value

    def result(self) -> Value:
        return fitted(self._total)


class Average:
    """The mean of the numbers, a double; null of nothing (open-79)."""

    __slots__ = ("_count", "_total")

    def __init__(self) -> None:
        self._total: int | float = 0
        self._count = 0

    def add(self, value: Value) -> None:
        if value.__class__ is int or value.__class__ is float:
            self._total += value
            self._count += 1

    def result(self) -> Value:
        return as_double(self._total / self._count) if self._count else None


class Extreme:
    """The least or the greatest; numbers by value, text by code point, different types by their order (open-30)."""

    __slots__ = ("_beats", "_value")

    def __init__(self, beats: Callable[[Any, Any], bool]) -> None:
        self._beats = beats
        self._value: Value = None

    def add(self, value: Value) -> None:
        best = self._value
        if value is None:
            return
        if best is None:
            self._value = value
        elif (value.__class__ is str and best.__class__ is str) or (is_number(value) and is_number(best)):
            if self._beats(value, best):
                self._value = value
        elif self._beats(order(value), order(best)):
            self._value = value

    def result(self) -> Value:
        return self._value


class First:
    """The value of the first row, even null (open-80)."""

    __slots__ = ("_seen", "_value")

    def __init__(self) -> None:
        self._seen = False
        self._value: Value = None

    def add(self, value: Value) -> None:
        if not self._seen:
            self._seen = True
            self._value = value

    def result(self) -> Value:
        return self._value


class Last:
    """The value of the last row, even null (open-80)."""

    __slots__ = ("_value",)

    def __init__(self) -> None:
        self._value: Value = None

    def add(self, value: Value) -> None:
        self._value = value

    def result(self) -> Value:
        return self._value


class Distinct:
    """How many different values there are, null aside; exact, so that the precisions do not matter."""

    __slots__ = ("_seen",)

    def __init__(self, normalsetprecision: int, sparsesetprecision: int) -> None:
        self._seen: set[Hashable] = set()

    def add(self, value: Value) -> None:
        if value is not None:
            self._seen.add(identity(value))

    def result(self) -> Value:
        return len(self._seen)


class Join:
    """The values as one text; limit counts after distinct."""

    __slots__ = ("_delimiter", "_distinct", "_limit", "_size", "_texts")

    def __init__(self, delimiter: str, distinct: bool, limit: int | None) -> None:
        self._delimiter, self._distinct, self._limit = delimiter, distinct, limit
        # A dict keeps the order, and knows at once whether a text is there.
        self._texts: dict[Hashable, str] = {}
        self._size = 0

    def add(self, value: Value) -> None:
        if self._limit is not None and len(self._texts) >= self._limit:
            return
        found = text_of(value)
        if found is None or self._size > TEXT_CHARACTERS:
            return
        key: Hashable = found if self._distinct else len(self._texts)
        if key not in self._texts:
            self._texts[key] = found
            self._size += len(found) + len(self._delimiter)

    def result(self) -> Value:
        return self._delimiter.join(self._texts.values()) if self._size <= TEXT_CHARACTERS else None


class Percentile:
    """The number at a place of the sorted ones, without interpolation; null of nothing."""

    __slots__ = ("_numbers", "_percentile")

    def __init__(self, percentile: float) -> None:
        self._percentile = percentile
        self._numbers: list[int | float] = []

    def add(self, value: Value) -> None:
        if is_number(value):
            self._numbers.append(value)

    def result(self) -> Value:
        numbers = sorted(self._numbers)
        if not numbers:
            return None
        return numbers[min(len(numbers) - 1, math.floor(len(numbers) * self._percentile / 100))]


# By name in lower case; all take one argument.
AGGREGATIONS: Mapping[str, Aggregate] = {
    "count": Aggregate(Count),
    "sum": Aggregate(Sum),
    "avg": Aggregate(Average),
    "min": Aggregate(partial(Extreme, operator.lt)),
    "max": Aggregate(partial(Extreme, operator.gt)),
    "first": Aggregate(First),
    "last": Aggregate(Last),
    "dc": Aggregate(Distinct, (Keyword("normalSetPrecision", count, 14), Keyword("sparseSetPrecision", count, 25))),
    "join": Aggregate(
        Join, (Keyword("delimiter", text, ","), Keyword("distinct", flag, False), Keyword("limit", count, None))
    ),
    "prc": Aggregate(Percentile, (Keyword("percentile", percentage, PERCENTILE, others=("k",)),)),
    "prc95": Aggregate(partial(Percentile, PERCENTILE)),
}
