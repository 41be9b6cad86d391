"""What hypothesis makes for NQL: values of all types, rows, and texts that are nearly queries."""

from deadringer.server.nql import Row, Value
from hypothesis import strategies as st

from .casefiles import chunks

TEXTS = [
    "",
    "a",
    "b",
    "US",
    "80",
    "80.0",
    "-1",
    "1e3",
    "10.0.0.9",
    "10.0.0.10",
    "::1",
    "0:0::1",
    "2021-06-09",
    "*a?",
    "é😀",
    "/24",
]
NUMBERS = [0, 1, -1, 2, 80, 1000, 1623253047000, (1 << 63) - 1, -(1 << 63), 0.0, 0.5, 1.0, -2.5, 80.0, 1e300, 5e-324]
scalars: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(TEXTS),
    st.text(max_size=6),
)
values: st.SearchStrategy[Value] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc") | st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)
# Few names and values, so that rows have something in common.
rows: st.SearchStrategy[Row] = st.dictionaries(
    st.sampled_from(["a", "b", "c", "timestamp"]), st.one_of(st.sampled_from([*TEXTS, *NUMBERS, None, True]), values)
)
tables: st.SearchStrategy[list[Row]] = st.lists(rows, max_size=12)

QUERIES = [
    chunk.query
    for name in ("commands.cases", "filters.cases", "syntax.cases", "chapter18.cases")
    for chunk in chunks(name)
    if chunk.query
]
PIECES = [
    *'|()[]{}",=:+-*/$.\\ \n',
    "!=",
    "<=",
    "~=",
    "null",
    "true",
    "by",
    "on",
    "as",
    "and",
    "or",
    "not",
    "limit",
    "set",
]
PIECES += [
    "if(",
    "switch(",
    "aggr ",
    "fork (",
    "subPipe (",
    "splitAggr ",
    "a",
    "1",
    "-1.5d",
    '"x"',
    "count(1)",
    "$eq(",
    "/a+/",
]
nearly: st.SearchStrategy[str] = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=30).map("".join)


@st.composite
def misprinted(draw: st.DrawFn) -> str:
    """A query of the case files with a few places changed."""
    text = draw(st.sampled_from(QUERIES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        piece = draw(st.sampled_from(PIECES) | st.just(text[start:end] * 2) | st.text(max_size=3))
        text = text[:start] + piece + text[end:]
    return text
