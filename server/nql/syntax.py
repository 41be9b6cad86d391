"""The syntax tree of a query (nql.md chapters 6, 8 to 11): data only. Every part knows its span, for messages."""

from dataclasses import dataclass
from typing import TypeAlias

from ..text import Span
from .values import Row, Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: also a list or map whose parts all are constants."""

    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Field:
    """The value of a field of the row; null where it has none."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list with an item at least that is no constant."""

    items: tuple["Expr", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with a value at least that is no constant."""

    items: tuple[tuple[str, "Expr"], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Option:
    """`name=value` of a call; the name in lower case without `_`, the value a constant."""

    name: str
    value: Literal
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; the name as it was written."""

    name: str
    arguments: tuple["Expr", ...]
    options: tuple[Option, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`if(condition : yes, no)`."""

    condition: "Filter"
    yes: "Expr"
    no: "Expr"
    span: Span


@dataclass(frozen=True, slots=True)
class Switch:
    """`switch(value, case : result, ..., default)`."""

    value: "Expr"
    cases: tuple[tuple["Expr", "Expr"], ...]
    default: "Expr"
    span: Span


Expr: TypeAlias = Literal | Field | ListOf | MapOf | Call | Conditional | Switch


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator constant`; operator is one of = != < <= > >= ~=."""

    left: Expr
    operator: str
    right: Literal
    span: Span


@dataclass(frozen=True, slots=True)
class Matches:
    """`left = /pattern/`."""

    left: Expr
    pattern: str
    span: Span


@dataclass(frozen=True, slots=True)
class Holds:
    """A function, `if` or `switch` that stands alone as a filter."""

    call: Call | Conditional | Switch
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """What its operand is not."""

    operand: "Filter"
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more."""

    operands: tuple["Filter", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more."""

    operands: tuple["Filter", ...]
    span: Span


Filter: TypeAlias = Compare | Matches | Holds | Not | And | Or


@dataclass(frozen=True, slots=True)
class Src:
    """`src stream="name"`; start and end are texts of points in time."""

    stream: str
    start: Literal | None
    end: Literal | None
    span: Span


@dataclass(frozen=True, slots=True)
class Coll:
    """`coll "name"`; most: how many rows are read, None for all."""

    name: str
    most: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Records:
    """`records {...}, ...`."""

    rows: tuple[Row, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Dst:
    """`dst "name"`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field to sort by."""

    name: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """`sort key, ...`; limit: rows that take part; out_limit: rows that come out."""

    keys: tuple[SortKey, ...]
    limit: int
    out_limit: int
    span: Span


@dataclass(frozen=True, slots=True)
class ProjectItem:
    """sign: `+`, `-` or none; alias: the new name or none."""

    sign: str
    name: str
    alias: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """`project item, ...`."""

    items: tuple[ProjectItem, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Limit:
    """`limit [offset,] count`; None for ALL."""

    offset: int
    count: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Tail:
    """`tail count`."""

    count: int
    span: Span


@dataclass(frozen=True, slots=True)
class Assign:
    """`name = value`."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Set:
    """`set` (replace is true) or `add` (fields that exist stay)."""

    assigns: tuple[Assign, ...]
    replace: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Key:
    """What rows are grouped by; the name is the alias or the source text."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Top:
    """`top` or `rare` of a field's values, in each group of `by`; most: how many distinct values are counted."""

    field: str
    by: tuple[Key, ...]
    limit: int
    others: bool
    most: int
    rare: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Fork:
    """`fork (pipeline), ...`."""

    branches: tuple["Pipeline", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SubPipe:
    """`subPipe (pipeline), ...`, each with a source and a `dst`."""

    branches: tuple["Pipeline", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Sleep:
    """`sleep ms`."""

    ms: int
    span: Span


@dataclass(frozen=True, slots=True)
class Unwind:
    """`unwind field`."""

    field: str
    include_empty: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Fields:
    """`fields`: statistics; the bounds on fields, rows, shown values and counted values."""

    most_fields: int
    most_rows: int
    top: int
    most_distinct: int
    span: Span


@dataclass(frozen=True, slots=True)
class Where:
    """`where filter`, or the filter alone."""

    filter: Filter
    span: Span


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`name = function(value)`; the call's function is an aggregation."""

    name: str
    call: Call


@dataclass(frozen=True, slots=True)
class Aggr:
    """`aggr`; most: how many groups are kept."""

    aggregations: tuple[Aggregation, ...]
    by: tuple[Key, ...]
    unwind: bool
    most: int
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """From low to before high; the label as it was written."""

    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RangeAggr:
    """`rangeAggr`; bucket: the name of the field with the range's label."""

    aggregations: tuple[Aggregation, ...]
    on: str
    by: tuple[Key, ...]
    ranges: tuple[Range, ...]
    bucket: str
    unwind: bool
    most: int
    span: Span


@dataclass(frozen=True, slots=True)
class TimeAggr:
    """`timeAggr`; direction: asc, desc or none."""

    aggregations: tuple[Aggregation, ...]
    on: str
    by: tuple[Key, ...]
    interval_ms: int
    direction: str | None
    bucket: str
    unwind: bool
    most: int
    span: Span


Level: TypeAlias = Aggr | TimeAggr | RangeAggr


@dataclass(frozen=True, slots=True)
class SplitAggr:
    """`splitAggr`: the levels have no aggregations of their own."""

    aggregations: tuple[Aggregation, ...]
    levels: tuple[Level, ...]
    unwind: bool
    span: Span


Source: TypeAlias = Src | Coll | Records
Stage: TypeAlias = (
    Source
    | Dst
    | Sort
    | Project
    | Limit
    | Tail
    | Set
    | Top
    | Fork
    | SubPipe
    | Sleep
    | Unwind
    | Fields
    | Where
    | Aggr
    | RangeAggr
    | TimeAggr
    | SplitAggr
)
SOURCES = (Src, Coll, Records)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One stage at least; only the first may be a source."""

    stages: tuple[Stage, ...]
    span: Span
