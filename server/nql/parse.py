"""A query's text to its tree (nql.md chapter 6): pipelines and their stages. Macros are replaced before (`macros`).

pipeline = first , { "|" , stage } ;
fork     = "fork" , "(" , pipeline , ")" , { "," , "(" , pipeline , ")" } ;
"""

import difflib
from collections.abc import Callable
from typing import TypeAlias

from ..text import Source
from . import parse_aggregating, parse_commands
from .choices import QUERY_CHARACTERS, STAGES
from .errors import NqlError
from .parse_expression import deeper, filter_
from .scan import comparison, expected, sign, skip, take, word
from .syntax import SOURCES, Dst, Filter, Fork, Pipeline, Src, Stage, SubPipe, Where

# Source, offset of the command's word, offset behind it, depth.
Command: TypeAlias = Callable[[Source, int, int, int], tuple[int, Stage]]


def parse(text: str) -> Pipeline:
    """The tree of a query. Raises NqlError, and nothing else, whatever the text."""
    source = Source(text)
    if len(text) > QUERY_CHARACTERS:
        raise NqlError(f"The query has more than {QUERY_CHARACTERS} characters.", source.span(0))
    pos, found = _pipeline(source, 0, 0)
    if skip(source, pos) < len(text):
        raise expected(source, pos, '"|" or the end of the query')
    if _stages(found) > STAGES:
        raise NqlError(f"The query has more than {STAGES} stages.", source.span(0))
    return found


def parse_filter(text: str) -> Filter:
    """The tree of a filter alone. Raises NqlError, and nothing else, whatever the text."""
    source = Source(text)
    if len(text) > QUERY_CHARACTERS:
        raise NqlError(f"The filter has more than {QUERY_CHARACTERS} characters.", source.span(0))
    pos, found = filter_(source, 0, 0)
    if skip(source, pos) < len(text):
        raise expected(source, pos, '"and", "or" or the end')
    return found


def _pipeline(source: Source, pos: int, depth: int) -> tuple[int, Pipeline]:
    deeper(source, pos, depth)
    start = skip(source, pos)
    stages: list[Stage] = []
    bar: int | None = pos
    while bar is not None:
        pos, stage = _stage(source, bar, depth)
        if stages and isinstance(stage, SOURCES):
            raise NqlError(f"{stage.span.text.split()[0]} is the first stage only.", stage.span)
        stages.append(stage)
        bar = sign(source, pos, "|")
    return pos, Pipeline(tuple(stages), source.span(start, pos))


def _stage(source: Source, pos: int, depth: int) -> tuple[int, Stage]:
    """A command if a command's word stands here and no operator behind it; else a filter."""
    start = skip(source, pos)
    found = word(source, pos)
    if source.text[start : start + 1] in ("", "|", ")"):
        raise expected(source, start, "a command or a filter")
    if found is None or comparison(source, found[0]) is not None:
        return _filter(source, start, start, depth)
    command = COMMANDS.get(found[1].lower())
    opens = sign(source, found[0], "(") is not None
    if command is not None and not (opens and found[1].lower() in ("add", "set")):
        return command(source, start, found[0], depth)
    if not opens and found[1].lower() != "not" and not source.text.startswith(".", found[0]):
        close = difflib.get_close_matches(found[1].lower(), COMMANDS, 1)
        hint = f"did you mean {WRITTEN.get(close[0], close[0])}?" if close else "a filter compares, as in a = 1."
        raise NqlError(f"Unknown command {found[1]}; {hint}", source.span(start, found[0]))
    return _filter(source, start, start, depth)


def _filter(source: Source, start: int, pos: int, depth: int) -> tuple[int, Stage]:
    pos, found = filter_(source, pos, depth)
    return pos, Where(found, source.span(start, pos))


def _fork(source: Source, start: int, pos: int, depth: int) -> tuple[int, Stage]:
    pos, branches = _branches(source, pos, depth)
    for branch in branches:
        if isinstance(branch.stages[0], SOURCES):
            raise NqlError("A branch of fork has no source of its own.", branch.stages[0].span)
    return pos, Fork(branches, source.span(start, pos))


def _sub_pipe(source: Source, start: int, pos: int, depth: int) -> tuple[int, Stage]:
    pos, branches = _branches(source, pos, depth)
    for branch in branches:
        if not isinstance(branch.stages[0], Src):
            raise NqlError("A pipeline of subPipe starts with src.", branch.stages[0].span)
        if not any(isinstance(stage, Dst) for stage in branch.stages):
            raise NqlError("A pipeline of subPipe has a dst.", branch.span)
    return pos, SubPipe(branches, source.span(start, pos))


def _branches(source: Source, pos: int, depth: int) -> tuple[int, tuple[Pipeline, ...]]:
    branches: list[Pipeline] = []
    comma: int | None = pos
    while comma is not None:
        pos, found = _pipeline(source, take(source, comma, "("), depth + 1)
        pos = take(source, pos, ")", '"|" or ")"')
        branches.append(found)
        comma = sign(source, pos, ",")
    return pos, tuple(branches)


def _stages(pipeline: Pipeline) -> int:
    inner = (branch for stage in pipeline.stages if isinstance(stage, (Fork, SubPipe)) for branch in stage.branches)
    return len(pipeline.stages) + sum(map(_stages, inner))


COMMANDS: dict[str, Command] = {
    "src": parse_commands.src,
    "source": parse_commands.src,
    "coll": parse_commands.coll,
    "collector": parse_commands.coll,
    "records": parse_commands.records,
    "dst": parse_commands.dst,
    "sort": parse_commands.sort,
    "project": parse_commands.project,
    "limit": parse_commands.limit,
    "tail": parse_commands.tail,
    "set": parse_commands.set_,
    "add": parse_commands.add,
    "top": parse_commands.top,
    "rare": parse_commands.rare,
    "fork": _fork,
    "subpipe": _sub_pipe,
    "sleep": parse_commands.sleep,
    "unwind": parse_commands.unwind,
    "fields": parse_commands.fields,
    "where": _filter,
    "aggr": parse_aggregating.aggr,
    "rangeaggr": parse_aggregating.range_aggr,
    "timeaggr": parse_aggregating.time_aggr,
    "splitaggr": parse_aggregating.split_aggr,
}
# As they are written, where not in lower case.
WRITTEN = {"subpipe": "subPipe", "rangeaggr": "rangeAggr", "timeaggr": "timeAggr", "splitaggr": "splitAggr"}
