"""What a source's rows are needed for: the filters right behind it, the fields that the query reads. For pushdown."""

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

from .syntax import (
    Aggr,
    And,
    Call,
    Compare,
    Conditional,
    Dst,
    Expr,
    Field,
    Fields,
    Filter,
    Fork,
    Holds,
    ListOf,
    Literal,
    MapOf,
    Matches,
    Not,
    Or,
    Project,
    RangeAggr,
    Set,
    Sort,
    SplitAggr,
    Stage,
    Switch,
    TimeAggr,
    Top,
    Unwind,
    Where,
)

TIMESTAMP = "timestamp"


def leading_filters(stages: tuple[Stage, ...]) -> tuple[Filter, ...]:
    """The filters that stand before any other command."""
    return tuple(
        stage.filter for stage in takewhile(lambda stage: isinstance(stage, Where), stages) if isinstance(stage, Where)
    )


def columns(stages: tuple[Stage, ...]) -> frozenset[str] | None:
    """The fields that these stages read of their input; None if their output may hold any. The time of rows is read too."""
    found = _columns(stages)
    return None if found is None else frozenset((*found, TIMESTAMP))


def _columns(stages: tuple[Stage, ...]) -> set[str] | None:
    needed: set[str] = set()
    for stage in stages:
        needed.update(_read(stage))
        if isinstance(stage, (Dst, Fields)):
            return None
        if isinstance(stage, (Aggr, TimeAggr, RangeAggr, SplitAggr, Top)):
            return needed
        if isinstance(stage, Project) and any(
            item.sign == "+" or not (item.sign or item.alias) for item in stage.items
        ):
            return needed
        if isinstance(stage, Fork):
            branches = [_columns(branch.stages) for branch in stage.branches]
            if any(branch is None for branch in branches):
                return None
            return needed.union(*(branch for branch in branches if branch is not None))
    return None


def _read(stage: Stage) -> Iterator[str]:
    if isinstance(stage, Where):
        yield from _of_filter(stage.filter)
    elif isinstance(stage, Set):
        for assign in stage.assigns:
            # `add` has to see whether the field is there.
            yield assign.name
            yield from _of(assign.value)
    elif isinstance(stage, Sort):
        yield from (key.name for key in stage.keys)
    elif isinstance(stage, Project):
        yield from (item.name for item in stage.items)
    elif isinstance(stage, Unwind):
        yield stage.field
    elif isinstance(stage, Top):
        yield stage.field
        yield from _of_all(key.value for key in stage.by)
    elif isinstance(stage, (Aggr, TimeAggr, RangeAggr, SplitAggr)):
        yield from _of_all(aggregation.call for aggregation in stage.aggregations)
        for level in stage.levels if isinstance(stage, SplitAggr) else (stage,):
            yield from _of_all(key.value for key in level.by)
            if isinstance(level, (TimeAggr, RangeAggr)):
                yield level.on


def _of_all(exprs: Iterable[Expr]) -> Iterator[str]:
    for expr in exprs:
        yield from _of(expr)


def _of(expr: Expr) -> Iterator[str]:
    if isinstance(expr, Field):
        yield expr.name
    elif isinstance(expr, Conditional):
        yield from _of_filter(expr.condition)
        yield from _of_all((expr.yes, expr.no))
    elif not isinstance(expr, Literal):
        yield from _of_all(_parts(expr))


def _of_filter(found: Filter) -> Iterator[str]:
    if isinstance(found, (Compare, Matches)):
        yield from _of(found.left)
    elif isinstance(found, Holds):
        yield from _of(found.call)
    elif isinstance(found, Not):
        yield from _of_filter(found.operand)
    elif isinstance(found, (And, Or)):
        for operand in found.operands:
            yield from _of_filter(operand)


def _parts(expr: ListOf | MapOf | Call | Switch) -> Iterable[Any]:
    if isinstance(expr, ListOf):
        return expr.items
    if isinstance(expr, MapOf):
        return (item for _, item in expr.items)
    if isinstance(expr, Call):
        return expr.arguments
    return (expr.value, expr.default, *(part for case in expr.cases for part in case))
