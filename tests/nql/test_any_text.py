"""Whatever the text: a tree or an NqlError, soon, and a run that gives JSON values or an NqlError."""

import json
import time
from collections.abc import Callable, Iterable
from itertools import islice

import pytest
from deadringer.server.nql import NqlError, context, expand, grouping, parse, parse_filter, plan
from hypothesis import given, settings
from hypothesis import strategies as st

from .strategies import misprinted, nearly
from .surroundings import Surroundings
from .test_clients import STREAMS

# Texts and the message that they get; each is large or deep in its own way.
HOSTILE: list[tuple[Callable[[], str], str]] = [
    (lambda: "(" * 100_000, "nested more than 50 deep"),
    (lambda: "not " * 100_000 + "a = 1", "nested more than 50 deep"),
    (lambda: "set a=" + "[" * 100_000, "nested more than 50 deep"),
    (lambda: "set a=" + '{"a":' * 100_000, "nested more than 50 deep"),
    (lambda: "set a=" + "abs(" * 100_000, "nested more than 50 deep"),
    (lambda: "set a=" + "if(a = 1:" * 100_000, "nested more than 50 deep"),
    (lambda: "set a=" + "if(" * 100_000, "nested more than 50 deep"),
    (lambda: "set a=" + "switch(" * 100_000, "nested more than 50 deep"),
    (lambda: "fork (" * 100_000, "nested more than 50 deep"),
    (lambda: "aggr a=" + "sum(" * 100_000, "nested more than 50 deep"),
    (lambda: "records {}" + " | a = 1" * 50_000, "more than 200 stages"),
    (lambda: "records {}" + " | fork (limit 1)" * 150, "more than 200 stages"),
    (lambda: "records {} | a = /" + "(a|b)" * 300 + "/", "too large"),
    (lambda: 'records {} | a ~= "' + "*a" * 10_000 + '"', "more than 10000 characters"),
    (lambda: 'records {} | set a=tsParse("1", format="' + "Md" * 200 + '")', "at most 200 characters"),
    (lambda: "a = " + "9" * 900_000, "more than 400 characters"),
    (lambda: 'a = "' + "\\" * 900_000, "no closing quote"),
    (lambda: "a = /" + "\\" * 900_000, "no closing slash"),
    (lambda: "records {} | set a=" + "x" * 900_000 + "()", "Unknown function xxx"),
    (lambda: "x" * 900_000, "Unknown command xxx"),
    (lambda: " " * 1_000_001, "more than 1000000 characters"),
    (lambda: "records {} | a = /" + "(" * 10_000 + "/", "nested more than 50 deep"),
    (lambda: "records {} | a = /((((a{1000}){1000}){1000}){1000}){1000}/", "too large"),
    (lambda: "records {} | a = /((((){1000}){1000}){1000}){1000}/", "too large"),
]


def refused(make: Callable[[], Iterable[object]]) -> NqlError | None:
    """The NqlError that making all of these ends with; None if it ends well. Any other exception passes."""
    try:
        for _ in make():
            pass
    except NqlError as error:
        return error
    return None


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.text(), nearly, misprinted()))
def test_a_text_is_a_query_or_an_error_of_nql(text: str) -> None:
    error = refused(lambda: [parse(text)])
    if error is not None:
        line, caret = str(error).split("\n")[-2:]
        assert caret.strip("^ ") == ""
        assert caret.index("^") <= len(line)
        assert 0 <= error.span.start <= len(text)


@settings(deadline=None, max_examples=400)
@given(misprinted())
def test_a_query_runs_or_is_an_error_of_nql(text: str) -> None:
    surroundings = Surroundings({**Surroundings().streams, **STREAMS})
    rows = (row for _ in (0,) for row in islice(plan(parse(expand(text)), surroundings).run(), 1000))
    error = refused(lambda: (json.dumps(row, allow_nan=False) for row in rows))
    assert error is None or error.mesg


@pytest.mark.parametrize(("make", "message"), HOSTILE)
def test_a_hostile_text_is_refused_soon(make: Callable[[], str], message: str) -> None:
    text = make()
    started = time.monotonic()
    with pytest.raises(NqlError) as caught:
        list(plan(parse(text), Surroundings()).run())
    assert message in caught.value.mesg
    assert len(str(caught.value)) < 1000
    # Milliseconds when nothing else runs; the bound is only against minutes.
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ("set a=[a,a]" + ", a=[a,a]" * 30, "more than 100000 parts"),
        ("set a=[a]" + ", a=[a]" * 100, "is more than 60 deep"),
        ('set a={"x":a}' + ', a={"x":a}' * 100, "is more than 60 deep"),
    ],
)
def test_a_short_query_cannot_make_large_values(stages: str, message: str) -> None:
    with pytest.raises(NqlError) as caught:
        list(plan(parse(f'records {{"a":1}} | {stages}'), Surroundings()).run())
    assert message in caught.value.mesg


def test_a_short_query_cannot_make_rows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    # The bound itself takes a minute to reach.
    monkeypatch.setattr(context, "MADE_ROWS", 1000)
    monkeypatch.setattr(context, "HELD_ROWS", 1000)
    doubled = "fork (a = 1), (a = 1)"
    for stages in (" | ".join([doubled] * 12), "set l=[1,2,3,4] | " + " | ".join(["unwind l | set l=[1,2,3,4]"] * 6)):
        with pytest.raises(NqlError, match=r"(makes|hold) more than 1000 rows"):
            list(plan(parse(f'records {{"a":1}} | {stages}'), Surroundings()).run())


def test_a_filter_alone_has_a_bound() -> None:
    with pytest.raises(NqlError, match="more than 1000000 characters"):
        parse_filter(" " * 1_000_001)


def test_splitting_cannot_make_groups_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "AGGR_GROUPS", 10)
    rows = ", ".join(f'{{"a":{number}}}' for number in range(8))
    with pytest.raises(NqlError, match="splitAggr makes more than 10 groups"):
        list(plan(parse(f"records {rows} | splitAggr n=count(1) (aggr by a), (aggr by a)"), Surroundings()).run())


@pytest.mark.parametrize(
    ("stages", "result"),
    [
        ("a=concat(a,a)" + ", a=concat(a,a)" * 40, None),
        ('a=concat(a,"xxxx")' + ', a=replace(a,"x","xxxxxxxxxxxxxxxx",strat="all")' * 10, None),
        ("a=mul(123456789,123456789)" + ", a=mul(a,a)" * 40, None),
        ("a=2.5" + ", a=mul(a,a)" * 40, None),
    ],
)
def test_values_do_not_grow_without_end(stages: str, result: None) -> None:
    (row,) = plan(parse(f'records {{"a":1}} | set {stages}'), Surroundings()).run()
    assert row["a"] in (result, "")


def test_no_pattern_takes_much_longer_than_its_text() -> None:
    text = "a" * 5000
    started = time.monotonic()
    for pattern in ("(a+)+$b", "(a|aa)+b", "(a*)*b", "a*a*a*a*a*b", "(.*)(.*)(.*)b"):
        assert not list(plan(parse(f'records {{"a":"{text}"}} | a = /{pattern}/'), Surroundings()).run())
    stages = f'set r=tsParse("{"1" * 300}x", format="{"Md" * 100}")'
    assert list(plan(parse(f"records {{}} | {stages}"), Surroundings()).run()) == [{"r": None}]
    assert not list(plan(parse(f'records {{"a":"{text}"}} | a ~= "*a*a*a*a*a*a*b"'), Surroundings()).run())
    assert time.monotonic() - started < 20
