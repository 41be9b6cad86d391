"""A query ready to run: its stages as operators, its sources with what they are needed for.

`plan` finds every error that the text and the time range can have; running finds missing streams and collectors.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from . import grouping, operators, operators_count, pushdown
from .context import Context, held
from .errors import NqlError
from .grouping import Operator
from .needs import columns, leading_filters
from .sources import Scan, Sources
from .syntax import (
    SOURCES,
    Aggr,
    Coll,
    Dst,
    Fields,
    Fork,
    Limit,
    Literal,
    Pipeline,
    Project,
    RangeAggr,
    Records,
    Set,
    Sleep,
    Sort,
    SplitAggr,
    Src,
    Stage,
    SubPipe,
    Tail,
    TimeAggr,
    Top,
    Unwind,
    Where,
)
from .timespans import point
from .values import Row


@dataclass(frozen=True, slots=True)
class Plan:
    """One evaluation of a query: its time, lookups and budgets are its own, so run it once.

    scans: every `src`, the main one first, then those of `subPipe` in the order of the text.
    """

    pipeline: Pipeline
    scans: tuple[Scan, ...]
    start: Callable[[], Iterator[Row]]

    def run(self) -> Iterator[Row]:
        """The rows of the result, computed as they are taken. Raises NqlError, and what the sources raise.

        Rows hold nothing but JSON values, and must not be changed: they may be rows of a source.
        """
        try:
            yield from self.start()
        except RecursionError:
            raise NqlError("A value of a row is nested too deep.", self.pipeline.span) from None


@dataclass(frozen=True, slots=True)
class Range:
    """The time range of the request; None is open. push: whether sources are asked for less than all their rows."""

    start_ms: int | None
    end_ms: int | None
    zone: tzinfo
    push: bool


def plan(
    pipeline: Pipeline,
    sources: Sources,
    start_ms: int | None = None,
    end_ms: int | None = None,
    zone: tzinfo = UTC,
    push: bool = True,
) -> Plan:
    """A tree with its surroundings. Raises NqlError.

    start_ms, end_ms: the request's time range, both ends included; None is open. zone: of points in time without an
    offset (open-9). push: hand down to the sources what they can do with the same results; False only for comparison.
    """
    context = Context(sources)
    scans: list[Scan] = []
    if not isinstance(pipeline.stages[0], SOURCES):
        raise NqlError("A query starts with src, coll or records.", pipeline.stages[0].span)
    start = _source(context, pipeline, Range(start_ms, end_ms, zone, push), scans)
    return Plan(pipeline, tuple(scans), start)


def _source(context: Context, pipeline: Pipeline, bounds: Range, scans: list[Scan]) -> Callable[[], Iterator[Row]]:
    """A pipeline that starts with a source."""
    first, *rest = pipeline.stages
    start: Callable[[], Iterator[Row]]
    if isinstance(first, Src):
        scan = _scan(context, first, tuple(rest), bounds)
        scans.append(scan)
        made = _operators(context, tuple(rest), bounds, scans)
        return partial(_streamed, context, scan, tuple(rest), made, bounds.push)
    if isinstance(first, Coll):
        start = partial(operators.coll, context, first)
    else:
        assert isinstance(first, Records)
        start = partial(operators.records, first)
    operator = _chain(context, tuple(rest), bounds, scans)
    return lambda: operator(start())


def _streamed(
    context: Context, scan: Scan, stages: tuple[Stage, ...], made: list[Operator], push: bool
) -> Iterator[Row]:
    """The stages over a stream, of which the stream may do the first itself."""
    pushed = pushdown.pushed(context, scan, stages) if push else None
    rows, done = (_stream(context, scan), 0) if pushed is None else (pushed.rows, pushed.stages)
    return _through(made[done:], rows)


def _scan(context: Context, src: Src, rest: tuple[Stage, ...], bounds: Range) -> Scan:
    start_ms = _point(context, src.start, bounds, bounds.start_ms)
    end_ms = _point(context, src.end, bounds, bounds.end_ms)
    return Scan(src.stream, start_ms, end_ms, leading_filters(rest), columns(rest), src)


def _point(context: Context, written: Literal | None, bounds: Range, otherwise: int | None) -> int | None:
    """The times of `src` replace the request's, each end for itself (open-24)."""
    if written is None:
        return otherwise
    return point(str(written.value), written.span, context.now_ms, bounds.zone)


def _stream(context: Context, scan: Scan) -> Iterator[Row]:
    rows = context.sources.stream(scan)
    if rows is None:
        raise NqlError(f"There is no stream {scan.stream}.", scan.src.span)  # open-23
    return operators.in_range(rows, scan.start_ms, scan.end_ms)


def _chain(context: Context, stages: tuple[Stage, ...], bounds: Range, scans: list[Scan]) -> Operator:
    return partial(_through, _operators(context, stages, bounds, scans))


def _operators(context: Context, stages: tuple[Stage, ...], bounds: Range, scans: list[Scan]) -> list[Operator]:
    return [_operator(context, stage, bounds, scans) for stage in stages]


def _through(made: list[Operator], rows: Iterator[Row]) -> Iterator[Row]:
    for operator in made:
        rows = operator(rows)
    return rows


def _operator(context: Context, stage: Stage, bounds: Range, scans: list[Scan]) -> Operator:
    if isinstance(stage, Fork):
        return _fork(context, stage, bounds, scans)
    if isinstance(stage, SubPipe):
        return _sub_pipe(context, stage, bounds, scans)
    return OPERATORS[type(stage)](context, stage)


def _fork(context: Context, stage: Fork, bounds: Range, scans: list[Scan]) -> Operator:
    """Each branch gets the same rows; their results one after the other. One that ends in dst gives none (open-40)."""
    branches = [
        (_chain(context, branch.stages, bounds, scans), isinstance(branch.stages[-1], Dst)) for branch in stage.branches
    ]

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        found = held(rows, stage.span)
        for branch, ends_in_dst in branches:
            made = branch(iter(found))
            if ends_in_dst:
                next(made, None)
            else:
                yield from context.made(made, stage.span)

    return run


def _sub_pipe(context: Context, stage: SubPipe, bounds: Range, scans: list[Scan]) -> Operator:
    """Runs its pipelines to their ends, then passes its rows on."""
    branches = [_source(context, branch, bounds, scans) for branch in stage.branches]

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        for branch in branches:
            for _ in branch():
                pass
        yield from rows

    return run


OPERATORS: Mapping[type, Callable[[Context, Any], Operator]] = {
    Dst: operators.dst,
    Sort: operators.sort,
    Project: operators.project,
    Limit: operators.limit,
    Tail: operators.tail,
    Set: operators.set_,
    Top: operators_count.top,
    Sleep: operators.sleep,
    Unwind: operators.unwind,
    Fields: operators_count.fields,
    Where: operators.where,
    Aggr: grouping.aggr,
    RangeAggr: grouping.aggr,
    TimeAggr: grouping.aggr,
    SplitAggr: grouping.split_aggr,
}
