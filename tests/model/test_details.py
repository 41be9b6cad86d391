"""Single behaviours of types that the recorded answers do not hold: clocks, fresh guids, accounts, patterns, refusals."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from deadringer.server.model.contract import ModelError, Normed, Span
from deadringer.server.model.digest import read_data
from deadringer.server.model.model import Model
from deadringer.server.model.types.lifts import lift
from deadringer.server.model.types.patterns import compiled
from deadringer.server.model.types.timetext import parse_span

from .conftest import FRESH, NOW_MS, with_forms

DAY_MS = 86_400_000
ROOT = "e2c09015286c731191aa2b92a025aff5"


@pytest.mark.parametrize(
    ("text", "offset_ms"),
    [
        ("now", 0),
        (" NOW ", 0),
        ("now+1day", DAY_MS),
        ("now - 1 day", -DAY_MS),
        ("-1 DAY", -DAY_MS),
        ("+1 day", DAY_MS),
        ("now+1day-1hour", 23 * 3_600_000),
        ("-2 hours", -7_200_000),
        ("-5 mins", -300_000),
        ("-5 seconds", -5000),
        ("-0 day", 0),
    ],
)
def test_relative_times_are_told_from_the_clock_of_the_model(model: Model, text: str, offset_ms: int) -> None:
    assert model.norm(".created", text).valu == NOW_MS + offset_ms


@pytest.mark.parametrize(
    ("valu", "pair"),
    [
        ("now", (NOW_MS, NOW_MS + 1)),
        (["now", "+1 day"], (NOW_MS, NOW_MS + DAY_MS)),
        (["-1 day", "now"], (NOW_MS - DAY_MS, NOW_MS)),
        (["-2 days", "-1 day"], (NOW_MS - 3 * DAY_MS, NOW_MS - 2 * DAY_MS)),
        ("now,?", (NOW_MS, 2**63 - 1)),
    ],
)
def test_relative_intervals_are_told_from_the_clock_of_the_model(
    model: Model, valu: Any, pair: tuple[int, int]
) -> None:
    assert model.norm(".seen", valu).valu == pair


def test_a_star_is_a_fresh_guid_of_the_model(model: Model) -> None:
    assert model.norm("ou:org", "*") == Normed(FRESH)


def test_users_and_roles_are_found_by_name_and_shown_by_it() -> None:
    idens, names = {"root": ROOT}, {ROOT: "root"}
    model = Model(
        read_data(),
        now_ms=lambda: NOW_MS,
        guid=lambda: FRESH,
        user_iden=idens.get,
        user_name=names.get,
        role_iden={"all": FRESH}.get,
        role_name={FRESH: "all"}.get,
    )
    user, role = model.type("syn:user"), model.type("syn:role")
    assert (user.norm("root").valu, user.repr(ROOT), user.repr(FRESH)) == (ROOT, "root", FRESH)
    assert (role.norm("all").valu, role.repr(FRESH)) == (FRESH, "all")
    with pytest.raises(ModelError, match="No user named all and value is not a guid"):
        user.norm("all")


def test_an_error_carries_what_the_product_tells_with_it(model: Model) -> None:
    with pytest.raises(ModelError) as caught:
        model.norm("it:dev:int", 2**70)
    assert caught.value.info == {"valu": str(2**70), "name": "it:dev:int"}
    with pytest.raises(ModelError) as caught:
        model.type("int").compare("@=", 1)
    assert (caught.value.name, caught.value.mesg, caught.value.info) == (
        "NoSuchCmpr",
        "",
        {"cmpr": "@=", "name": "int"},
    )


def test_a_bad_definition_is_refused_when_the_type_is_made(model: Model) -> None:
    for base, opts, mesg in (
        ("int", {"size": 3}, "Invalid integer size (3)"),
        ("int", {"enums": [[1, "a"], [2, "A"]]}, "Number of enums does not match the number of string norms."),
        ("array", {"type": "newp"}, "Array type (array) based on unknown type: newp."),
        ("comp", {"fields": [["a", "newp"]]}, "type is not present in datamodel"),
    ):
        with pytest.raises(ModelError) as caught:
            model.make_type(base, opts)
        assert (caught.value.name, caught.value.mesg) == ("BadTypeDef", mesg)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^#[^\p{Z}#]+$", "#foo", True),
        (r"^#[^\p{Z}#]+$", "#a\u2003b", False),
        (r"\p{Lu}", "A", True),
        (r"\p{Lu}", "a", False),
        (r"\P{Lu}", "a", True),
        (r"\\p{Lu}", r"\p{Lu}", True),
        (r"(?<a>x)(?<!y)", "x", True),
        (r"(?<=x)y", "xy", False),
    ],
)
def test_patterns_may_be_written_as_the_product_writes_them(pattern: str, text: str, matches: bool) -> None:
    assert (compiled(pattern).match(text) is not None) is matches


@pytest.mark.parametrize(
    ("pattern", "mesg"),
    [
        ("(", "missing ) at position 1"),
        ("(a(b", "missing ) at position 4"),
        ("(?<a", "missing > at position 4"),
        ("[a", "unterminated character set at position 2"),
        ("a\\", "bad escape (end of pattern) at position 2"),
        (")", "unbalanced parenthesis at position 0"),
        ("a**", "multiple repeat at position 2"),
        ("*", "nothing to repeat at position 0"),
    ],
)
def test_a_pattern_that_is_none_is_refused_in_the_words_of_the_product(pattern: str, mesg: str) -> None:
    with pytest.raises(ModelError) as caught:
        compiled(pattern)
    assert (caught.value.name, caught.value.mesg) == ("error", mesg)


def test_a_pattern_takes_flags() -> None:
    assert compiled("a", re.IGNORECASE).match("A") is not None


@pytest.mark.parametrize(
    ("prefix", "last_day"),
    [("2020", "2021-01-01"), ("2020-12", "2021-01-01"), ("2020-02", "2020-03-01"), ("2020-02-28", "2020-02-29")],
)
def test_a_partial_time_ends_where_the_next_begins(model: Model, prefix: str, last_day: str) -> None:
    assert parse_span(prefix) == (model.norm(".created", prefix).valu, model.norm(".created", last_day).valu)


def test_a_schema_that_stands_elsewhere_is_never_fetched(model: Model) -> None:
    with pytest.raises(ModelError) as caught:
        model.make_type("data", {"schema": {"$ref": "http://example.com/x.json"}}).norm(5)
    assert (caught.value.name, caught.value.mesg) == (
        "NoSuchFile",
        "Local JSON schema not found for http://example.com/x.json.",
    )
    with pytest.raises(ModelError, match="data must be object"):
        model.norm("it:mitre:attack:flow:data", [1])


def test_a_type_may_have_lifts_of_its_own() -> None:
    class Odd:
        def __init__(self) -> None:
            self.name = "odd"
            self.opts: Mapping[str, Any] = {}

        def norm(self, valu: Any) -> Normed:
            return Normed(valu)

        def repr(self, norm: Any) -> Any:
            return norm

        def key(self, norm: Any) -> int:
            return int(norm)

        def compare(self, cmpr: str, valu: Any) -> Any:
            return lambda item: bool(item % 2)

        def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
            return (Span(1, 9),) if valu == "digits" else None

    assert lift(Odd(), 9, "=", "digits") == (Span(1, 9),)
    assert lift(Odd(), 9, "=", 5) == (Span(5, 5),)
    assert lift(Odd(), 9, "in=", ["digits", 5]) == (Span(1, 9), Span(5, 5))


def test_a_lift_by_many_values_reads_each_in_turn() -> None:
    model = with_forms([["_t:hex", "hex", {}]])
    type_ = model.type("_t:hex")
    assert lift(type_, 1, "in=", ["bb", "aa", "bb"]) == (Span("bb", "bb"), Span("aa", "aa"), Span("bb", "bb"))
    with pytest.raises(ModelError, match="not iterable"):
        lift(type_, 1, "in=", 5)
