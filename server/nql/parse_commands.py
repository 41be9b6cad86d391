"""The commands that work on rows: text to tree (nql.md chapters 8 and 9). In the form of tomli, like `scan`.

Each function takes the source, the offset of the command's word, the offset behind it and the depth.
"""

from ..text import Source
from .choices import (
    FIELDS_DISTINCT,
    FIELDS_FIELDS,
    FIELDS_ROWS,
    FIELDS_TOP,
    SORT_LIMIT,
    SORT_OUT_LIMIT,
    TOP_LIMIT,
    TOP_VALUES,
)
from .errors import NqlError
from .parse_expression import expression
from .parse_options import Options, by, keys, option, options
from .scan import expected, integer, keyword, name, option_name, sign, skip, string, take
from .syntax import (
    Assign,
    Coll,
    Dst,
    Fields,
    Key,
    Limit,
    Literal,
    Project,
    ProjectItem,
    Records,
    Set,
    Sleep,
    Sort,
    SortKey,
    Src,
    Tail,
    Top,
    Unwind,
)
from .values import Row


def src(source: Source, start: int, pos: int, depth: int) -> tuple[int, Src]:
    """`src stream="name" [startTime="point"] [endTime="point"]`."""
    end, given = options(source, pos, ("stream", "startTime", "endTime"))
    stream = given.text("stream")
    if stream is None:
        raise expected(source, pos if end == pos else end, 'stream="name"')
    for point in ("starttime", "endtime"):
        given.text(point)
    return end, Src(stream, given.literal("starttime"), given.literal("endtime"), source.span(start, end))


def coll(source: Source, start: int, pos: int, depth: int) -> tuple[int, Coll]:
    """`coll "name" [bunchSize=n]`."""
    pos, text = string(source, pos, "the name of a collector in double quotes")
    pos, given = options(source, pos, ("bunchSize",))
    most = given.count("bunchsize", 0) if given.literal("bunchsize") is not None else None
    return pos, Coll(str(text.value), most, source.span(start, pos))


def records(source: Source, start: int, pos: int, depth: int) -> tuple[int, Records]:
    """`records {...} [, {...}]`; only constants."""
    rows: list[Row] = []
    comma: int | None = pos
    while comma is not None:
        pos = skip(source, comma)
        if not source.text.startswith("{", pos):
            raise expected(source, pos, "{")
        pos, found = expression(source, pos, depth)
        if not isinstance(found, Literal) or not isinstance(found.value, dict):
            raise NqlError("records holds constants only.", found.span)
        rows.append(found.value)
        comma = sign(source, pos, ",")
    return pos, Records(tuple(rows), source.span(start, pos))


def dst(source: Source, start: int, pos: int, depth: int) -> tuple[int, Dst]:
    """`dst "name"`."""
    pos, text = string(source, pos, "the name of a collector in double quotes")
    return pos, Dst(str(text.value), source.span(start, pos))


def sort(source: Source, start: int, pos: int, depth: int) -> tuple[int, Sort]:
    """`sort f [asc|desc] [, ...] [limit=n] [outLimit=n]`."""
    found: list[SortKey] = []
    comma: int | None = pos
    while comma is not None:
        pos, field = name(source, comma)
        ascending, descending = keyword(source, pos, "asc"), keyword(source, pos, "desc")
        pos = ascending or descending or pos
        found.append(SortKey(field, descending is not None))
        comma = sign(source, pos, ",")
    pos, given = options(source, pos, ("limit", "outLimit"))
    limit, out_limit = given.count("limit", SORT_LIMIT), given.count("outlimit", SORT_OUT_LIMIT)
    return pos, Sort(tuple(found), limit, out_limit, source.span(start, pos))


def project(source: Source, start: int, pos: int, depth: int) -> tuple[int, Project]:
    """`project [+|-] f [as g] [, ...]`."""
    items: list[ProjectItem] = []
    comma: int | None = pos
    while comma is not None:
        plus, minus = sign(source, comma, "+"), sign(source, comma, "-")
        pos, field = name(source, plus or minus or comma)
        alias = None
        end = keyword(source, pos, "as")
        if end is not None:
            if minus is not None:
                raise NqlError("A field that is dropped has no new name.", source.span(skip(source, pos), end))
            pos, alias = name(source, end)
        items.append(ProjectItem("+" if plus else "-" if minus else "", field, alias))
        comma = sign(source, pos, ",")
    return pos, Project(tuple(items), source.span(start, pos))


def limit(source: Source, start: int, pos: int, depth: int) -> tuple[int, Limit]:
    """`limit [offset,] n` or `limit [offset,] ALL`."""
    pos, first = _count_or_all(source, pos)
    comma = sign(source, pos, ",")
    if comma is None:
        return pos, Limit(0, first, source.span(start, pos))
    if first is None:
        raise expected(source, pos, 'nothing behind ALL but "|"')
    pos, count = _count_or_all(source, comma)
    return pos, Limit(first, count, source.span(start, pos))


def tail(source: Source, start: int, pos: int, depth: int) -> tuple[int, Tail]:
    """`tail n`."""
    pos, count, _ = integer(source, pos, "a number of rows")
    return pos, Tail(count, source.span(start, pos))


def set_(source: Source, start: int, pos: int, depth: int) -> tuple[int, Set]:
    """`set f=expr [, ...]`."""
    return _assignments(source, start, pos, depth, True)


def add(source: Source, start: int, pos: int, depth: int) -> tuple[int, Set]:
    """`add f=expr [, ...]`."""
    return _assignments(source, start, pos, depth, False)


def top(source: Source, start: int, pos: int, depth: int) -> tuple[int, Top]:
    """`top f [by g, ...] [limit=n] [others=bool] [maxBuckets=n]`; defaults are open-35 and open-37."""
    return _most_frequent(source, start, pos, depth, False)


def rare(source: Source, start: int, pos: int, depth: int) -> tuple[int, Top]:
    """`rare`, as `top`."""
    return _most_frequent(source, start, pos, depth, True)


def sleep(source: Source, start: int, pos: int, depth: int) -> tuple[int, Sleep]:
    """`sleep ms`."""
    pos, ms, _ = integer(source, pos, "a number of milliseconds")
    return pos, Sleep(ms, source.span(start, pos))


def unwind(source: Source, start: int, pos: int, depth: int) -> tuple[int, Unwind]:
    """`unwind f [includeEmpty=bool]`."""
    pos, field = name(source, pos)
    pos, given = options(source, pos, ("includeEmpty",))
    return pos, Unwind(field, given.flag("includeempty"), source.span(start, pos))


def fields(source: Source, start: int, pos: int, depth: int) -> tuple[int, Fields]:
    """`fields [maxFields=n] [maxTuples=n] [topCount=n] [maxDistinctValuesPerField=n]`."""
    pos, given = options(source, pos, ("maxFields", "maxTuples", "topCount", "maxDistinctValuesPerField"))
    return pos, Fields(
        given.count("maxfields", FIELDS_FIELDS),
        given.count("maxtuples", FIELDS_ROWS),
        given.count("topcount", FIELDS_TOP),
        given.count("maxdistinctvaluesperfield", FIELDS_DISTINCT),
        source.span(start, pos),
    )


def _count_or_all(source: Source, pos: int) -> tuple[int, int | None]:
    end = keyword(source, pos, "all")
    if end is not None:
        return end, None
    pos, count, _ = integer(source, pos, "a number of rows or ALL")
    return pos, count


def _assignments(source: Source, start: int, pos: int, depth: int, replace: bool) -> tuple[int, Set]:
    assigns: list[Assign] = []
    comma: int | None = pos
    while comma is not None:
        pos, field = name(source, comma)
        pos, value = expression(source, take(source, pos, "="), depth)
        assigns.append(Assign(field, value))
        comma = sign(source, pos, ",")
    return pos, Set(tuple(assigns), replace, source.span(start, pos))


def _most_frequent(source: Source, start: int, pos: int, depth: int, rare: bool) -> tuple[int, Top]:
    pos, field = name(source, pos)
    groups: tuple[Key, ...] = ()
    values: dict[str, Literal] = {}
    while True:
        end = by(source, pos)
        if end is not None:
            if groups:
                raise expected(source, pos, '"by" only once')
            pos, groups = keys(source, end, depth)
        elif option_name(source, pos) is not None:
            pos = option(source, pos, ("limit", "others", "maxBuckets"), values)
        else:
            break
    given = Options(values)
    return pos, Top(
        field,
        groups,
        given.count("limit", TOP_LIMIT),
        given.flag("others"),
        given.count("maxbuckets", TOP_VALUES),
        rare,
        source.span(start, pos),
    )
