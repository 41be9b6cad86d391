"""The tree of a Storm query: the conditions of filters, and comparisons. Plain data, see `values.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .values import PropValue, Span, TagName, Text, UniversalValue, Value

if TYPE_CHECKING:
    from .steps import Query


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison with a value. `operator`: `=`, `^=`, `~=`, `@=`, `?=` …, or by name with its sign, `in=`, `range=`.

    `array`: `*[ = x ]`, against the items of an array.
    """

    span: Span
    operator: str
    value: Value
    array: bool = False


@dataclass(frozen=True, slots=True)
class PropCondition:
    """`:name`, `:name=x`, `.seen@=x`, `:names*[=x]`; without `compare`, that it is set."""

    span: Span
    prop: PropValue | UniversalValue
    compare: Compare | None


@dataclass(frozen=True, slots=True)
class FormCondition:
    """`inet:fqdn`, `inet:fqdn=x`, `inet:dns:a:fqdn=x`, `inet:*`."""

    span: Span
    name: Text
    compare: Compare | None


@dataclass(frozen=True, slots=True)
class TagCondition:
    """`#foo`, `#foo.*`, `#foo@=x`."""

    span: Span
    tag: TagName
    compare: Compare | None


@dataclass(frozen=True, slots=True)
class TagPropCondition:
    """`#foo:name`, `#foo:name>x`."""

    span: Span
    tag: TagName
    prop: Value
    compare: Compare | None


@dataclass(frozen=True, slots=True)
class QueryCondition:
    """`{ -> * }`, `{ -> * } > 3`: that the query yields nodes, or how many."""

    span: Span
    query: Query
    compare: Compare | None


@dataclass(frozen=True, slots=True)
class ValueCondition:
    """`$x`, `$x.y()`, `$( ... )`: that the value is true."""

    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Not:
    """`not condition`."""

    span: Span
    condition: Condition


@dataclass(frozen=True, slots=True)
class And:
    """`left and right`; conditions group from the left, whichever word joins them."""

    span: Span
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Or:
    """`left or right`."""

    span: Span
    left: Condition
    right: Condition


Condition = (
    PropCondition | FormCondition | TagCondition | TagPropCondition | QueryCondition | ValueCondition | Not | And | Or
)
