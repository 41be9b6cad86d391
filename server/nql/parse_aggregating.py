"""The aggregating commands: text to tree (nql.md chapter 10). In the form of tomli, like `scan`."""

import re
from dataclasses import dataclass

from ..text import Source
from .choices import AGGR_GROUPS, TIME_GROUPS
from .errors import NqlError
from .parse_expression import call, deeper
from .parse_options import Options, by, keys, option, options
from .scan import expected, keyword, name, option_name, sign, skip, take, word
from .syntax import Aggr, Aggregation, Key, Level, Literal, Range, RangeAggr, SplitAggr, TimeAggr
from .timespans import length

NUMBER = r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?"
RANGE = re.compile(rf"\s*({NUMBER})\s*-\s*({NUMBER})\s*", re.ASCII)
BUCKET = "_bucket"


@dataclass(frozen=True, slots=True)
class Clauses:
    """What follows the aggregations, in any order."""

    on: str | None
    by: tuple[Key, ...]
    options: Options


def aggr(source: Source, start: int, pos: int, depth: int, inner: bool = False) -> tuple[int, Aggr]:
    """`aggr a=fn(x) [, ...] [by k [as n], ...] [unwind=bool] [maxBuckets=n]`; open-46. inner: in a `splitAggr`."""
    pos, found = _aggregations(source, pos, depth, inner)
    pos, rest = _clauses(source, pos, depth, ("unwind", "maxBuckets"), False)
    if inner and not rest.by:
        raise expected(source, pos, '"by" and what to group by')
    given = rest.options
    most = given.count("maxbuckets", AGGR_GROUPS)
    return pos, Aggr(found, rest.by, given.flag("unwind"), most, source.span(start, pos))


def time_aggr(source: Source, start: int, pos: int, depth: int, inner: bool = False) -> tuple[int, TimeAggr]:
    """`timeAggr ... [on f] [by k, ...] interval="1d" [dir="asc|desc"] [maxBuckets=n] [bucketAlias="name"] [unwind=bool]`."""
    pos, found = _aggregations(source, pos, depth, inner)
    names = ("interval", "dir", "maxBuckets", "bucketAlias", "unwind")
    pos, rest = _clauses(source, pos, depth, names, True)
    given = rest.options
    interval, span = given.text("interval"), source.span(start, pos)
    place = given.literal("interval")
    if interval is None or place is None:
        raise NqlError('timeAggr needs interval="...", such as interval="5m".', span)  # open-49
    direction = given.text("dir")
    if direction is not None and direction.lower() not in ("asc", "desc"):
        raise NqlError('dir is "asc" or "desc".', (given.literal("dir") or place).span)
    return pos, TimeAggr(
        found,
        rest.on or "timestamp",
        rest.by,
        length(interval, place.span),
        direction and direction.lower(),
        given.text("bucketalias") or BUCKET,
        given.flag("unwind"),
        given.count("maxbuckets", TIME_GROUPS),
        span,
    )


def range_aggr(source: Source, start: int, pos: int, depth: int, inner: bool = False) -> tuple[int, RangeAggr]:
    """`rangeAggr ... on f [by k, ...] ranges="lo-hi,lo-hi" [bucketAlias="name"] [unwind=bool]`."""
    pos, found = _aggregations(source, pos, depth, inner)
    pos, rest = _clauses(source, pos, depth, ("ranges", "bucketAlias", "unwind"), True)
    given, span = rest.options, source.span(start, pos)
    text, place = given.text("ranges"), given.literal("ranges")
    if rest.on is None:
        raise NqlError("rangeAggr needs on and a field.", span)  # open-47
    if text is None or place is None:
        raise NqlError('rangeAggr needs ranges="lo-hi,...", such as ranges="0-100,100-200".', span)
    ranges = tuple(_range(part, place) for part in text.split(","))
    alias = given.text("bucketalias") or BUCKET
    return pos, RangeAggr(found, rest.on, rest.by, ranges, alias, given.flag("unwind"), AGGR_GROUPS, span)


def split_aggr(source: Source, start: int, pos: int, depth: int) -> tuple[int, SplitAggr]:
    """`splitAggr a=fn(x) [, ...] (level) [, (level) ...] [unwind=bool]`; one level at least (open-50)."""
    pos, found = _aggregations(source, pos, depth, False)
    levels: list[Level] = []
    comma: int | None = pos
    while comma is not None:
        pos, level = _level(source, take(source, comma, "("), depth + 1)
        levels.append(level)
        comma = sign(source, pos, ",")
    pos, given = options(source, pos, ("unwind",))
    return pos, SplitAggr(found, tuple(levels), given.flag("unwind"), source.span(start, pos))


def _aggregations(source: Source, pos: int, depth: int, inner: bool) -> tuple[int, tuple[Aggregation, ...]]:
    found: list[Aggregation] = []
    if inner:
        named = option_name(source, pos)
        value = None if named is None else word(source, named[0])
        if value is not None and sign(source, value[0], "(") is not None:
            span = source.span(skip(source, pos), value[0])
            raise NqlError("The levels of splitAggr have no aggregations of their own.", span)
        return pos, ()
    comma: int | None = pos
    while comma is not None:
        pos, field = name(source, comma, "name=aggregation(...)")
        pos = take(source, pos, "=")
        pos, function = call(source, pos, depth, "an aggregation, such as count(1)")
        found.append(Aggregation(field, function))
        comma = sign(source, pos, ",")
    return pos, tuple(found)


def _clauses(source: Source, pos: int, depth: int, names: tuple[str, ...], has_on: bool) -> tuple[int, Clauses]:
    on: str | None = None
    groups: tuple[Key, ...] = ()
    values: dict[str, Literal] = {}
    while True:
        if option_name(source, pos) is not None:
            pos = option(source, pos, names, values)
            continue
        behind_by, behind_on = by(source, pos), keyword(source, pos, "on")
        if behind_by is not None and not groups:
            pos, groups = keys(source, behind_by, depth)
        elif behind_on is not None and has_on and on is None:
            pos, on = name(source, behind_on)
        else:
            return pos, Clauses(on, groups, Options(values))


def _level(source: Source, pos: int, depth: int) -> tuple[int, Level]:
    deeper(source, pos, depth)
    start = skip(source, pos)
    found = word(source, pos)
    command = None if found is None else found[1].lower()
    level: Level
    if found is not None and command == "aggr":
        pos, level = aggr(source, start, found[0], depth, True)
    elif found is not None and command == "timeaggr":
        pos, level = time_aggr(source, start, found[0], depth, True)
    elif found is not None and command == "rangeaggr":
        pos, level = range_aggr(source, start, found[0], depth, True)
    else:
        raise expected(source, pos, "aggr, timeAggr or rangeAggr")
    return take(source, pos, ")"), level


def _range(text: str, place: Literal) -> Range:
    match = RANGE.fullmatch(text)
    if match is None or float(match[1]) >= float(match[2]):
        raise NqlError('Ranges are written as "lo-hi,lo-hi", lo less than hi.', place.span)
    return Range(text.strip(), float(match[1]), float(match[2]))
