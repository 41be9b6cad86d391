"""What runs as SQL gives the very rows that the operators give: on and off, over indexes with every type of column."""

import json
from collections.abc import Iterator
from itertools import count

import pytest
from deadringer.server.nql import Row, parse, plan
from deadringer.server.nql.context import Context
from deadringer.server.nql.pushdown import pushed
from deadringer.server.sycope.state import Sycope
from hypothesis import given, settings
from hypothesis import strategies as st

from . import typed_rows
from .typed_rows import FIELDS, GIVEN, HOUR_MS, NOW_MS, Given, bounds, filled, opened, stages, surroundings

NUMBERS = count()


@pytest.fixture(scope="module")
def sycope() -> Iterator[Sycope]:
    with opened() as made:
        yield made


def asked(sycope: Sycope, query: str, push: bool, start_ms: int | None = None, end_ms: int | None = None) -> list[Row]:
    return list(plan(parse(query), surroundings(sycope), start_ms, end_ms, push=push).run())


def made(sycope: Sycope, held: Given) -> str:
    name = f"index{next(NUMBERS)}"
    filled(sycope, name, held)
    return name


def reached(sycope: Sycope, query: str) -> int | None:
    """How many stages the stream does itself; None if it is asked for all rows."""
    planned = plan(parse(query), surroundings(sycope))
    found = pushed(Context(surroundings(sycope)), planned.scans[0], planned.pipeline.stages[1:])
    return None if found is None else found.stages


@settings(deadline=None, max_examples=120)
@given(GIVEN, st.lists(stages, min_size=1, max_size=6), st.tuples(bounds, bounds))
def test_on_and_off_give_the_same_rows(
    sycope: Sycope, held: Given, queries: list[str], span: tuple[int | None, int | None]
) -> None:
    name = made(sycope, held)
    for each in queries:
        query = f'src stream="{name}" | {each}'
        # As text: 1, 1.0 and true are equal, and the order of fields is not seen.
        off, on = (json.dumps(asked(sycope, query, push, *span)) for push in (False, True))
        assert on == off, query


@settings(deadline=None, max_examples=40)
@given(GIVEN, st.lists(typed_rows.filters, min_size=8, max_size=8))
def test_filters_hold_for_the_same_rows(sycope: Sycope, held: Given, filters: list[str]) -> None:
    name = made(sycope, held)
    for each in filters:
        query = f'src stream="{name}" | {each} | project +timestamp, +b, +t, +a, +l, +d'
        assert json.dumps(asked(sycope, query, True)) == json.dumps(asked(sycope, query, False)), each


@pytest.mark.parametrize("field", typed_rows.NAMES)
def test_every_comparison_with_every_constant(sycope: Sycope, field: str) -> None:
    """Values of a column's type, each in a row of its own, beside all constants."""
    kind = FIELDS.get(field, "int")
    held: list[Row] = [{"timestamp": NOW_MS}]
    if field == "timestamp":
        held += [{"timestamp": NOW_MS + each} for each in typed_rows.OFFSETS]
    elif field in FIELDS:
        held += [{"timestamp": NOW_MS, field: value} for value in typed_rows.POOLS[kind]]
    name = made(sycope, Given("daily", held, []))
    for sign in ("=", "!=", "<", "<=", ">", ">="):
        for constant in typed_rows.CONSTANTS:
            query = f'src stream="{name}" | {field} {sign} {constant}'
            assert json.dumps(asked(sycope, query, True)) == json.dumps(asked(sycope, query, False)), query


def test_sums_beyond_64_bits_are_exact_in_one_period_and_in_several(sycope: Sycope) -> None:
    for step_ms in (0, HOUR_MS):
        held: list[Row] = [{"timestamp": NOW_MS + number * step_ms, "l": 2**63 - 1} for number in range(3)]
        name = made(sycope, Given("hourly", [*held, {"timestamp": NOW_MS, "l": -1}], []))
        query = f'src stream="{name}" | aggr s=sum(l), v=avg(l), n=dc(l) by t unwind=true'
        (row,) = asked(sycope, query, True)
        assert row == {"s": float(3 * (2**63 - 1) - 1), "v": (3 * (2**63 - 1) - 1) / 4, "n": 2, "t": None}
        assert [row] == asked(sycope, query, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("aggr n=count(1)", 1),
        ('a = "10.0.0.9" | i > 3 | aggr n=count(1), s=sum(l), v=avg(i), lo=min(t), hi=max(d), d=dc(a) by a, t', 3),
        ('timeAggr n=count(1) by a interval="5m" dir="desc" | limit 3', 1),
        ('in(i, [1, 2]) or not (t < "b" and eq(yes, true)) | top a by t limit=3', 2),
        ("rare i", 1),
        ("sort i desc, a | limit 10", 1),
        ("sort timestamp desc outLimit=5", 1),
        ('a = "10.0.0.9"', 1),
        ("limit 10", 0),
        # SQL leaves rows out, the operators decide.
        ('i = 1 and t ~= "a*" | aggr n=count(1)', 0),
        # All rows go to the operators.
        ('t ~= "a*"', None),
        ("t = 80 | aggr n=count(1)", None),
        ("aggr s=sum(d)", None),
        ("aggr f=first(i)", None),
        ("aggr n=count(1) by s", None),
        ("aggr n=count(1) by add(i, 1)", None),
        ("aggr m=min(a)", None),
        ("sort t | limit 10", None),
        ("sort i", None),
        ('timeAggr n=count(1) on d interval="1m"', None),
        ("set z=1 | z = 1", None),
    ],
)
def test_how_far_a_query_runs_as_sql(sycope: Sycope, query: str, expected: int | None) -> None:
    name = made(sycope, Given("daily", [{"timestamp": NOW_MS}], []))
    assert reached(sycope, f'src stream="{name}" | {query}') == expected


def test_a_filter_with_more_parts_than_sqlite_takes_is_left_to_the_operators(sycope: Sycope) -> None:
    name = made(sycope, Given("daily", [{"timestamp": NOW_MS, "i": 5}], []))
    for text in (" or ".join(f"i = {number}" for number in range(3000)), f"in(i, {[*range(50_000)]})"):
        query = f'src stream="{name}" | {text} | aggr n=count(1) unwind=true'
        assert reached(sycope, query) is None
        assert asked(sycope, query, True) == [{"n": 1}]
