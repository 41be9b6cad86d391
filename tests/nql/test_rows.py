"""Commands over any rows: nulls, missing fields, mixed types. Held against plain models, and against each other."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from deadringer.server.nql import NqlError, Row, Scan, Value
from deadringer.server.nql.values import equal, identity, is_number, order
from hypothesis import given, settings
from hypothesis import strategies as st

from .strategies import scalars, tables
from .surroundings import NOW_MS, Surroundings, answer, planned

FILTERS = [
    "a = 1",
    'a != "80"',
    "a > b or b = null",
    "a >= 1",
    'b < "x"',
    "c = []",
    "isEmpty(a)",
    "any(a, [1])",
    'a ~= "*a*"',
]
FILTERS = [each.replace("a > b", "gt(a, b)") for each in FILTERS] + [
    "a = /\\d/",
    "in(a, [1, 80, null])",
    "isIp(b) and a = 1",
]
STAGES = [
    *FILTERS,
    "sort a, b desc",
    "project +a, b as x",
    "project -a, b as c",
    "limit 1, 3",
    "tail 2",
    "set d=add(a, b), a=concat(a, b)",
    'add a=1, d=[a, {"k": b}]',
    "top a by b others=true",
    "rare a limit=1",
    "fork (limit 1), (a = 1), (set z=1)",
    "unwind a",
    "unwind a includeEmpty=true",
    "fields",
    "aggr n=count(a), s=sum(a), v=avg(a), l=min(a), m=max(a), f=first(a), z=last(a), d=dc(a), j=join(a), p=prc(a) by b, c",
    'rangeAggr n=count(1) on a by b ranges="-10-1,0-100"',
    'timeAggr n=count(1) by a interval="1s" dir="asc"',
    'splitAggr n=count(1) (timeAggr on a interval="1s"), (rangeAggr on b ranges="0-9,1-99"), (aggr by c unwind=true)',
]


def ask(stages: str, rows: list[Row]) -> list[Row]:
    before = json.dumps(rows)
    found = answer(f'src stream="x" | {stages}', Surroundings({"x": rows}))
    assert json.dumps(rows) == before, "a row that came in was changed"
    json.dumps(found, allow_nan=False)
    return found


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(STAGES), min_size=1, max_size=5), tables)
def test_commands_take_any_rows(stages: list[str], rows: list[Row]) -> None:
    ask(" | ".join(stages), rows)


@settings(deadline=None)
@given(st.sampled_from(FILTERS), tables)
def test_a_filter_and_its_negation_part_the_rows(text: str, rows: list[Row]) -> None:
    # Field "n" tells the rows apart.
    numbered: list[Row] = [{**row, "n": number} for number, row in enumerate(rows)]
    yes, no = ask(text, numbered), ask(f"where not ({text})", numbered)
    assert sorted([row["n"] for row in yes + no], key=str) == sorted([row["n"] for row in numbered], key=str)
    assert ask(f"set r=if({text}: 1, 0) | r = 1 | project -r", numbered) == yes


@settings(deadline=None)
@given(tables)
def test_sorting_is_stable_and_by_the_order_of_values(rows: list[Row]) -> None:
    numbered: list[Row] = [{**row, "n": number} for number, row in enumerate(rows)]
    assert ask("sort a", numbered) == sorted(numbered, key=lambda row: order(row.get("a")))
    expected = sorted(
        sorted(numbered, key=lambda row: order(row.get("b"))), key=lambda row: order(row.get("a")), reverse=True
    )
    assert ask("sort a desc, b", numbered) == expected


@settings(deadline=None)
@given(tables)
def test_groups_are_those_of_a_plain_model(rows: list[Row]) -> None:
    model: dict[object, list[Row]] = {}
    for row in rows:
        model.setdefault((identity(row.get("b")), identity(row.get("c"))), []).append(row)
    found = ask("aggr n=count(1), k=count(a), s=sum(a) by b, c unwind=true", rows)
    assert [row["n"] for row in found] == [len(group) for group in model.values()]
    assert [row["k"] for row in found] == [sum(row.get("a") is not None for row in group) for group in model.values()]
    assert [row["b"] for row in found] == [group[0].get("b") for group in model.values()]
    totals = [sum(value for row in group if is_number(value := row.get("a"))) for group in model.values()]
    assert [row["s"] for row in found] == [pytest.approx(total) for total in totals]


@settings(deadline=None)
@given(tables)
def test_splitting_by_two_is_grouping_by_both(rows: list[Row]) -> None:
    split = ask("splitAggr n=count(1), m=max(c) (aggr by a unwind=true), (aggr by b unwind=true) unwind=true", rows)
    grouped = ask("aggr n=count(1), m=max(c) by a, b unwind=true", rows)
    # 1 and 1.0 are one; which of them is shown depends on where it was seen first.
    assert Counter(map(identity, split)) == Counter(map(identity, grouped))


@settings(deadline=None)
@given(tables, scalars)
def test_a_lookup_of_a_collector_is_a_filter(rows: list[Row], value: Value) -> None:
    surroundings = Surroundings({"x": rows})
    assert answer('src stream="x" | dst "rows"', surroundings) == rows
    assert answer('coll "rows"', surroundings) == rows
    surroundings.streams = {"one": [{"v": value}]}
    (found,) = answer('src stream="one" | set r=valInColl(v, "rows", "a")', surroundings)
    has_field = any("a" in row for row in rows)
    assert found["r"] is (has_field and any(equal(row.get("a"), value) for row in rows))


def test_a_plan_says_what_its_sources_are_asked_for() -> None:
    surroundings = Surroundings()
    query = """src stream="letters" startTime="-1h@now" | n > 1 | where letter = "a" or letter = "b"
        | subPipe (src stream="people" | name = "Jake" | top dep by age | dst "deps")
        | set x=if(m = 1: lookup("app", "name", {"ip": ip}), y) | aggr s=sum(x) by letter, left(word, 1)"""
    main, inner = planned(query, surroundings).scans
    assert (main.stream, main.start_ms, main.end_ms) == ("letters", NOW_MS - 3_600_000, None)
    assert [found.span.text for found in main.filters] == ["n > 1", 'letter = "a" or letter = "b"']
    assert main.columns is not None
    assert set(main.columns) == {"n", "letter", "m", "ip", "y", "x", "word", "timestamp"}
    assert (inner.stream, [found.span.text for found in inner.filters]) == ("people", ['name = "Jake"'])
    assert inner.columns is not None
    assert set(inner.columns) == {"name", "dep", "age", "timestamp"}


@pytest.mark.parametrize(
    ("stages", "columns"),
    [
        ("limit 1", None),
        ("sort a | tail 1", None),
        ("project -a", None),
        ("fields | project +field", None),
        ('dst "x" | aggr n=count(1)', None),
        ("project +a, b as c", {"a", "b"}),
        ("project a | sort z", {"a"}),
        ("sort b | project +a", {"a", "b"}),
        ("fork (limit 1), (aggr n=count(a))", None),
        ("fork (project +b), (c = 1 | aggr n=count(a))", {"a", "b", "c"}),
        ("unwind l | rare r by switch(s, t: u)", {"l", "r", "s", "t", "u"}),
        ('a = /x/ | not isNull(b) | timeAggr n=dc([c, d]) on e interval="1m"', {"a", "b", "c", "d", "e"}),
        ('splitAggr n=count(1) (aggr by a), (rangeAggr on b by c ranges="0-1")', {"a", "b", "c"}),
    ],
)
def test_columns_are_those_that_the_query_reads(stages: str, columns: set[str] | None) -> None:
    (scan,) = planned(f'src stream="letters" | {stages}').scans
    assert scan.columns == (None if columns is None else columns | {"timestamp"})


def test_a_stream_is_read_no_further_than_needed() -> None:
    taken: list[int] = []

    class Endless(Surroundings):
        """A stream without end."""

        def stream(self, scan: Scan) -> Iterator[Row]:
            for number in count():
                taken.append(number)
                yield {"n": number}

    found = answer('src stream="x" | n >= 10 | set m=n | limit 2', Endless())
    assert [row["m"] for row in found] == [10, 11]
    assert len(taken) == 12


def test_a_query_that_makes_rows_without_reading_can_be_cancelled() -> None:
    class Cancelled(Exception):
        pass

    class Unwanted(Surroundings):
        """Nobody waits for the query any more."""

        def check(self) -> None:
            raise Cancelled

    doubled = " | ".join(["fork (limit ALL), (limit ALL)"] * 16)
    with pytest.raises(Cancelled):
        answer(f'records {{"a":1}} | {doubled} | aggr n=count(1)', Unwanted())


def test_errors_of_a_run_come_from_the_first_row_on() -> None:
    run = planned('src stream="nothing" | limit 1').run()
    with pytest.raises(NqlError, match="There is no stream nothing"):
        next(run)


def test_sleep_asks_the_surroundings_to_wait() -> None:
    surroundings = Surroundings()
    answer('src stream="letters" | sleep 250 | sleep 5', surroundings)
    assert sorted(surroundings.slept) == [5, 250]


def test_a_value_that_is_nested_too_deep_is_an_error_of_nql() -> None:
    deep: Value = 1
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(NqlError, match="nested too deep"):
        answer('src stream="x" | aggr n=count(1) by a', Surroundings({"x": [{"a": deep}]}))
