"""The tree of a Storm query: values, that is, everything that can be assigned, compared with or given to a call.

Plain data without behaviour; a compiler dispatches on the types. Every node has the span of the text it was made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .steps import Query


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a query's text: offsets of its first character and of the one behind its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text: unquoted, or in single, double or triple quotes (then without them, escapes resolved)."""

    span: Span
    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of an expression: an int, or a decimal fraction, which Storm computes exactly."""

    span: Span
    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false` of an expression."""

    span: Span
    value: bool


@dataclass(frozen=True, slots=True)
class Null:
    """`null` of an expression."""

    span: Span


@dataclass(frozen=True, slots=True)
class FormatText:
    """Text in backticks: constant pieces and values, in turn as they stand."""

    span: Span
    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Deref:
    """`$x.name`, `$x.$name`, `$x.("na" + "me")`. `name` is a Text where it is written out."""

    span: Span
    target: Value
    name: Value


@dataclass(frozen=True, slots=True)
class Call:
    """`$x.name(one, two, three=3)`."""

    span: Span
    target: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class PropValue:
    """`:name` or `:$name`: the property of the node in hand; `:name::other` goes over the node it refers to.

    `name` is a Text without the first colon, or what stands for it.
    """

    span: Span
    name: Value


@dataclass(frozen=True, slots=True)
class UniversalValue:
    """`.seen` or `.$name`: the universal property of the node in hand. `name`: a Text with its dot, or what stands for it."""

    span: Span
    name: Value


@dataclass(frozen=True, slots=True)
class TagName:
    """`foo.bar`, `foo.$x`, `$x`, and with asterisks where a filter or pivot allows them: parts between the dots."""

    span: Span
    parts: tuple[Value, ...]

    @property
    def text(self) -> str | None:
        """The whole name, if no part must be computed."""
        texts = [part.value for part in self.parts if isinstance(part, Text)]
        return ".".join(texts) if len(texts) == len(self.parts) else None


@dataclass(frozen=True, slots=True)
class TagValue:
    """`#foo.bar`: the times of a tag of the node in hand."""

    span: Span
    tag: TagName


@dataclass(frozen=True, slots=True)
class TagPropValue:
    """`#foo.bar:name`: the property of a tag of the node in hand."""

    span: Span
    tag: TagName
    prop: Value


@dataclass(frozen=True, slots=True)
class ListOfValues:
    """`(one, two)`, whose unquoted pieces are texts."""

    span: Span
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class JsonList:
    """`[1, "two"]` of an expression."""

    span: Span
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class JsonDict:
    """`{"one": 1}` of an expression."""

    span: Span
    items: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True, slots=True)
class EmbeddedQuery:
    """`${ ... }`: a query as a value, run when it is asked to."""

    span: Span
    query: Query


@dataclass(frozen=True, slots=True)
class QueryValue:
    """`{ ... }` where a value stands: the query is run, and what it lifts or returns is the value."""

    span: Span
    query: Query


@dataclass(frozen=True, slots=True)
class Expression:
    """`$( ... )` or `( ... )`: a typed value, against the text that the same letters are without."""

    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Unary:
    """`-value` or `not value`: `operator` is `-` or `not`."""

    span: Span
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, for `** * / % + - = != < <= > >= ~= ^= and or`. All group from the left."""

    span: Span
    operator: str
    left: Value
    right: Value


Value = (
    Text
    | Number
    | Boolean
    | Null
    | FormatText
    | Variable
    | Deref
    | Call
    | PropValue
    | UniversalValue
    | TagName
    | TagValue
    | TagPropValue
    | ListOfValues
    | JsonList
    | JsonDict
    | EmbeddedQuery
    | QueryValue
    | Expression
    | Unary
    | Binary
)
