"""What rows of an index are asked for, as data: conditions on stored values, groups, an order. And the SQL of a condition.

This is what a language hands down: names of columns, stored values (`columns.py`), and no SQL. A condition is true or false
of each row; a null is equal to null alone, and neither below nor above anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from .columns import TYPES
from .rows import Column

# Text, integer, real, or the 4 or 16 bytes of an address, as its column stores it; None is null.
Stored: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Among:
    """The column holds one of these values."""

    column: str
    values: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The column's value is `sign` (< <= > >=) the other: numbers by value, text by code point, addresses 4 before 6."""

    column: str
    sign: str
    value: Stored


@dataclass(frozen=True, slots=True)
class Not:
    """What its operand is not."""

    operand: "Condition"


@dataclass(frozen=True, slots=True)
class Every:
    """All of them; of none it is true."""

    operands: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any of them; of none it is false."""

    operands: tuple["Condition", ...]


Condition: TypeAlias = Among | Beside | Not | Every | Some
ALWAYS, NEVER = Every(()), Some(())


@dataclass(frozen=True, slots=True)
class Bucket:
    """The start of the span of `width` that holds the column's integer; width is at most 2**62."""

    column: str
    width: int


@dataclass(frozen=True, slots=True)
class Total:
    """One number of a group: what is count, sum, min, max or distinct of a column's values; null is no value.

    column: None counts rows. sum is of integers, exact whatever its size. min and max are null of nothing.
    """

    what: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups of the rows that fit: what makes a row's group, and what is told of each."""

    condition: Condition
    keys: tuple[str | Bucket, ...]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """The first `most` by these columns (True: descending) of the first `among` rows that fit; ties by time."""

    condition: Condition
    columns: tuple[tuple[str, bool], ...]
    among: int
    most: int


# A text with its values.
Sql: TypeAlias = tuple[str, tuple[Any, ...]]


def sql_of(condition: Condition, columns: Mapping[str, Column], width: int) -> Sql:
    """A condition for `WHERE`: true exactly where it holds, else false or null.

    columns: of the index, by name. width: how many columns the table has; those that came later are null.
    """
    return RENDERED[type(condition)](condition, partial(named, columns, width))


def named(columns: Mapping[str, Column], width: int, name: str) -> tuple[str, bool]:
    """A column in SQL, and whether it holds addresses."""
    column = columns[name]
    return (
        f"c{column.position}" if column.position < width else "NULL",
        TYPES[column.type].sql == "BLOB",
    )


Named: TypeAlias = Callable[[str], tuple[str, bool]]


def _among(found: Among, name: Named) -> Sql:
    column, _ = name(found.column)
    values = tuple(value for value in found.values if value is not None)
    texts = [f"{column} IS NULL"] if len(values) < len(found.values) else []
    if values:
        texts.append(f"{column} IN ({', '.join('?' * len(values))})" if len(values) > 1 else f"{column} = ?")
    return f"({' OR '.join(texts)})" if texts else "0", values


def _beside(found: Beside, name: Named) -> Sql:
    column, is_address = name(found.column)
    if is_address:
        assert isinstance(found.value, bytes)
        # Bytes compare from the left, so those of equal length alone compare as addresses do.
        return f"(length({column}), {column}) {found.sign} (?, ?)", (len(found.value), found.value)
    return f"{column} {found.sign} ?", (found.value,)


def _not(found: Not, name: Named) -> Sql:
    # `NOT` would be null of a null.
    text, values = RENDERED[type(found.operand)](found.operand, name)
    return f"(({text}) IS NOT TRUE)", values


def _joined(word: str, of_none: str, found: Every | Some, name: Named) -> Sql:
    parts = [RENDERED[type(operand)](operand, name) for operand in found.operands]
    if not parts:
        return of_none, ()
    return f"({f' {word} '.join(text for text, _ in parts)})", tuple(value for _, values in parts for value in values)


RENDERED: Mapping[type, Callable[[Any, Named], Sql]] = {
    Among: _among,
    Beside: _beside,
    Not: _not,
    Every: partial(_joined, "AND", "1"),
    Some: partial(_joined, "OR", "0"),
}
