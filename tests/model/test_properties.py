"""What holds of every type for any value: norming twice is norming once, what is shown norms to the same, keys keep order."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from deadringer.server.model.contract import ModelError, Type
from deadringer.server.model.model import Model
from deadringer.server.model.types.numbers import Hugenum
from deadringer.server.model.types.timetext import FUTURE, TIME_MAX
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import FRESH, NOW_MS

MODEL = Model.load(now_ms=lambda: NOW_MS, guid=lambda: FRESH)
YEAR_1000 = -30_610_224_000_000  # what is earlier is shown with fewer than four digits of the year

TEXTS = st.text(max_size=20)
SMALL = st.integers(-(10**6), 10**6)
LONG = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
HEXES = st.text("0123456789abcdefABCDEF", min_size=1, max_size=12)
GUIDS = st.text("0123456789abcdef", min_size=32, max_size=32)
TICKS = st.integers(YEAR_1000, TIME_MAX) | st.just(FUTURE)
SPANS = st.integers(YEAR_1000, TIME_MAX - 1)
HUGE = st.decimals(-(10**23), 10**23, allow_nan=False, allow_infinity=False, places=20).map(
    lambda number: f"{number:f}"
)
WORDS = st.text("abcXYZ019_ -äß語", min_size=1, max_size=8)
PATHS = st.lists(WORDS, min_size=1, max_size=4).map(".".join)
SCALARS = st.none() | st.booleans() | SMALL | FLOATS | TEXTS
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=5
)
ENUMS = [[1, "one"], [2, "Two"], [-3, "minus three"]]
NDEFS = st.tuples(st.just("it:dev:str"), TEXTS) | st.tuples(st.just("it:dev:int"), LONG)


@dataclass(frozen=True, slots=True)
class Case:
    """A type with options, values of which some are good, and what holds of it."""

    name: str
    opts: dict[str, Any]
    raws: st.SearchStrategy[Any]
    ordered: bool = True
    shown: bool = True  # what is shown can be given again

    def type(self) -> Type:
        return MODEL.make_type(self.name, self.opts)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{key}={valu}" for key, valu in self.opts.items())])


CASES = [
    Case("int", {}, LONG),
    Case("int", {"size": 1, "signed": False}, st.integers(-5, 300)),
    Case("int", {"size": 16}, st.integers(-(2**127), 2**127 - 1)),
    Case("int", {"enums": ENUMS}, st.sampled_from(["ONE", "two", -3, "minus three", "1", 5])),
    Case("float", {}, st.floats(0, allow_infinity=False).filter(lambda number: str(number) != "-0.0")),
    Case("float", {}, FLOATS, ordered=False),
    Case("hugenum", {}, HUGE | LONG.map(str) | FLOATS.filter(lambda number: abs(number) < 1e23)),
    Case("hugenum", {"modulo": 360}, HUGE | SMALL),
    Case(
        "mass", {}, st.tuples(SMALL, st.sampled_from(["kg", " g", "stone", ""])).map(lambda pair: f"{pair[0]}{pair[1]}")
    ),
    Case("bool", {}, st.booleans() | SMALL | st.sampled_from(["yes", "OFF", " t "])),
    Case("str", {}, TEXTS | SMALL | FLOATS | st.booleans()),
    Case("str", {"lower": True, "strip": True, "onespace": True}, TEXTS),
    Case("str", {"regex": "(?<a>[a-z])(?P<b>.)?"}, TEXTS | st.text("ab", max_size=3)),
    Case("str", {"enums": "a,b,c"}, st.sampled_from("abcd")),
    Case("hex", {}, HEXES | HEXES.map(lambda text: f"0x{text}") | LONG.filter(bool)),  # 0 gives a text that is none
    Case("hex", {"zeropad": 20}, HEXES | SMALL),
    Case("hex", {"size": 8}, st.text("0123456789abcdef", min_size=6, max_size=10)),
    Case("loc", {}, PATHS | TEXTS, ordered=False),
    Case("taxon", {}, WORDS | TEXTS),
    Case("taxonomy", {}, PATHS | st.lists(WORDS, max_size=3)),
    Case("syn:tag:part", {}, WORDS | TEXTS),
    Case("syn:tag", {}, PATHS | st.lists(WORDS, max_size=3) | TEXTS),
    Case("time", {}, TICKS),
    Case("time", {"ismin": True}, st.sampled_from(["2020", "2020-12-31T23:59:58.123Z", "now", "-1 day", "?", "newp"])),
    Case("ival", {}, st.tuples(SPANS, SPANS | st.just(FUTURE)) | SPANS),
    Case("duration", {}, st.integers(0, 2**63), shown=False),  # 00:00:01.001 is read as 1000, here as there
    Case("duration", {}, st.integers(0, 10**9).map(lambda seconds: seconds * 1000)),
    Case("duration", {"signed": True}, st.integers(-(10**9), 10**9).map(lambda seconds: seconds * 1000)),
    Case("guid", {}, GUIDS | st.lists(SCALARS, min_size=1, max_size=3) | st.just("*")),
    Case("syn:user", {}, GUIDS),
    Case("syn:role", {}, GUIDS),
    Case("array", {"type": "int"}, st.lists(LONG, max_size=5), ordered=False),
    Case(
        "array", {"type": "int", "uniq": True, "sorted": True, "split": ","}, st.lists(SMALL, min_size=1), ordered=False
    ),
    Case(
        "array", {"type": "str", "typeopts": {"lower": True}, "uniq": True}, st.lists(TEXTS, max_size=5), ordered=False
    ),
    Case("comp", {"fields": [["a", "int"], ["b", ["str", {"lower": True}]]]}, st.tuples(LONG, TEXTS), ordered=False),
    Case("comp", {"fields": [["a", "int"], ["b", "int"]], "sepr": "/"}, st.tuples(SMALL, SMALL), ordered=False),
    Case("range", {"type": ["int", {}]}, st.tuples(LONG, LONG), ordered=False),
    Case("range", {"type": ["float", {}]}, st.tuples(FLOATS, FLOATS), ordered=False),
    Case("ndef", {}, NDEFS, ordered=False),
    Case("nodeprop", {}, NDEFS, ordered=False, shown=False),
    Case("edge", {}, st.tuples(NDEFS, NDEFS), ordered=False),
    Case("timeedge", {}, st.tuples(NDEFS, NDEFS, TICKS), ordered=False),
    Case("data", {}, ANY, ordered=False, shown=False),
]
EVERY = pytest.mark.parametrize("case", CASES, ids=str)


def normed(type_: Type, raw: Any) -> Any:
    """The normed value, or None for a value that the type refuses (no type norms to None but data)."""
    try:
        return type_.norm(raw).valu
    except ModelError:
        return None


@EVERY
@settings(max_examples=25)
@given(data=st.data())
def test_norming_a_normed_value_changes_nothing(case: Case, data: st.DataObject) -> None:
    type_ = case.type()
    raw = data.draw(case.raws)
    norm = normed(type_, raw)
    if norm is not None:
        again = type_.norm(norm)
        assert again.valu == norm
        assert again.info() == type_.norm(raw).info()


@pytest.mark.parametrize("case", [case for case in CASES if case.shown], ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_shown_norms_to_the_same(case: Case, data: st.DataObject) -> None:
    type_ = case.type()
    norm = normed(type_, data.draw(case.raws))
    if norm is not None:
        assert type_.norm(type_.repr(norm)).valu == norm


@EVERY
@settings(max_examples=25)
@given(data=st.data())
def test_keys_are_equal_only_for_equal_values_and_keep_their_order(case: Case, data: st.DataObject) -> None:
    type_ = case.type()
    pair = [normed(type_, raw) for raw in data.draw(st.tuples(case.raws, case.raws))]
    if None in pair:
        return
    first, second = pair
    # As text: to Python 1, 1.0 and True are equal, but not to msgpack.
    assert (type_.key(first) == type_.key(second)) == (repr(first) == repr(second))
    if case.ordered:
        as_value: Any = Decimal if isinstance(type_, Hugenum) else lambda norm: norm
        if as_value(first) < as_value(second):
            assert type_.key(first) < type_.key(second)  # type: ignore[operator]


@EVERY
@settings(max_examples=25)
@given(data=st.data())
def test_equality_filters_agree_with_norming(case: Case, data: st.DataObject) -> None:
    type_ = case.type()
    raw, other = data.draw(st.tuples(case.raws, case.raws))
    norm, second = normed(type_, raw), normed(type_, other)
    if norm is None or second is None:
        return
    if isinstance(type_, Hugenum):  # filters of such numbers take the plain number, without unit and unrounded
        raw, other = norm, second
    assert type_.compare("=", raw)(norm)
    assert not type_.compare("!=", raw)(norm)
    assert type_.compare("in=", [other, raw])(norm)
    same = Decimal(norm) == Decimal(second) if isinstance(type_, Hugenum) else norm == second
    assert type_.compare("=", raw)(second) == same


@EVERY
@settings(max_examples=25)
@given(raw=ANY)
def test_any_value_is_normed_or_refused_in_the_form_of_the_product(case: Case, raw: Any) -> None:
    try:
        answer = case.type().norm(raw)
    except ModelError as error:
        told = error.name, error.mesg
    else:
        told = "ok", json.dumps([answer.valu, answer.info()])
    assert all(told)


@given(number=FLOATS, other=FLOATS)
def test_negative_floats_are_ordered_behind_the_others_and_backwards(number: float, other: float) -> None:
    key = MODEL.type("float").key
    if number < other < 0 or number < 0 < other:
        assert key(number) > key(other)  # type: ignore[operator]


@given(parent=PATHS, child=WORDS)
def test_a_place_is_followed_by_what_lies_in_it(parent: str, child: str) -> None:
    type_ = MODEL.type("loc")
    outer, inner = type_.norm(parent).valu, type_.norm(f"{parent}.{child}").valu
    assert str(type_.key(inner)).startswith(str(type_.key(outer)))
    assert type_.compare("^=", parent)(inner)


@given(text=TEXTS)
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        told = type(MODEL.type("time").norm(text).valu).__name__
    except ModelError as error:
        told = error.name
    assert told in ("int", "BadTypeValu", "ValueError")


@given(digits=st.text("0123456789", min_size=4, max_size=23) | st.datetimes().map(lambda at: f"{at:%Y%m%d%H%M%S%f}"))
def test_digits_are_the_date_that_strptime_makes_of_them(digits: str) -> None:
    form = "%Y%m%d%H%M%S%f" if len(digits) > 14 else "%Y%m%d%H%M%S"[: len(digits) - 2] if len(digits) % 2 == 0 else ""
    try:
        moment = datetime.strptime(digits[:20], form)
    except ValueError:
        expected = None
    else:
        expected = (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1)
    assert normed(MODEL.type("time"), digits) == expected


@given(tick=st.integers(YEAR_1000, TIME_MAX - 5 * 3_600_000))
def test_a_time_is_read_back_from_every_way_to_write_it(tick: int) -> None:
    type_ = MODEL.type("time")
    shown = type_.repr(tick)
    digits = "".join(char for char in shown if char.isdigit())
    for text in (digits, shown.replace("/", "-").replace(" ", "T") + "Z", f" {shown} gmt", f"{shown}+00:00"):
        assert type_.norm(text).valu == tick
    assert type_.norm(f"{shown} +01:00").valu == tick - 3_600_000
    assert type_.norm(f"{shown}est").valu == tick + 5 * 3_600_000
