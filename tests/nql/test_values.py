"""Values: what is known once must agree with what is computed each time; tables, patterns and orders against plain models."""

import json
import re

import pytest
from deadringer.server.nql import Row, Table, Value, addresses, patterns, regexes, type_name
from deadringer.server.nql.comparisons import ORDERS, comparison
from deadringer.server.nql.functions import FUNCTIONS
from deadringer.server.nql.values import Members, coarse, comparable, converted, equal, identity, order, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from .strategies import rows, scalars, values
from .surroundings import Surroundings, planned

SIGNS = ["=", "!=", *ORDERS]
simple = st.recursive(
    st.sampled_from(
        ["a", "b", ".", "\\d", "\\w", "\\s", "[ab]", "[^a]", "[a-b1]", "^", "$", "\\b", "\\B", "1", " ", "\\."]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{1,}", "*?"])).map(
            lambda both: f"(?:{both[0]}){both[1]}"
        ),
    ),
    max_leaves=6,
)


@given(values, st.sampled_from(SIGNS), values)
def test_a_comparison_made_for_its_constant_is_the_same(value: Value, sign: str, constant: Value) -> None:
    pair = comparable(value, constant)
    expected = {"=": equal(value, constant), "!=": not equal(value, constant)}.get(sign)
    if expected is None:
        expected = pair is not None and ORDERS[sign](*pair)
    assert comparison(sign, constant)(value) is expected


@given(values, values)
def test_equal_is_symmetric_and_equal_values_have_the_same_coarse_key(one: Value, other: Value) -> None:
    assert equal(one, one)
    assert equal(one, other) is equal(other, one)
    if equal(one, other):
        assert coarse(one) == coarse(other)


@given(st.lists(values), values)
def test_members_are_those_that_are_equal(items: list[Value], value: Value) -> None:
    assert (value in Members(items)) is any(equal(value, item) for item in items)


@given(st.lists(values))
def test_values_have_an_order_and_an_identity(items: list[Value]) -> None:
    ranked = sorted(items, key=order)
    assert len({identity(item) for item in ranked}) <= len(ranked)
    assert [order(item) for item in ranked] == sorted(map(order, items))


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, "1"), (0, False), ([1], [True]), ({"a": 1}, {"a": "1"})])
def test_values_of_different_types_are_different_in_groups(one: Value, other: Value) -> None:
    assert identity(one) != identity(other)


@given(values)
def test_every_value_has_a_text_and_a_type(value: Value) -> None:
    assert (text_of(value) is None) is (value is None)
    assert type_name(value) in ("null", "boolean", "int", "long", "double", "string", "ip4", "ip6", "array", "map")


def test_a_float_has_the_shortest_decimals_that_mean_it() -> None:
    assert [converted(number, "float") for number in (0.1, 1 / 3, 16777217, 2.5)] == [0.1, 0.33333334, 16777216.0, 2.5]


@settings(deadline=None)
@given(st.lists(rows, max_size=8), st.dictionaries(st.sampled_from("abc"), scalars, max_size=2))
def test_a_table_finds_the_rows_that_are_equal(found: list[Row], wanted: dict[str, Value]) -> None:
    table = Table(found)
    expected = [row for row in found if all(equal(row.get(column), value) for column, value in wanted.items())]
    assert list(table.find(wanted)) == expected


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 32)), max_size=12), st.integers(0, 255))
def test_a_subnet_table_finds_the_networks_that_hold_an_address(networks: list[tuple[int, int]], last: int) -> None:
    found: list[Row] = [{"cidr": f"10.0.0.{number}/{prefix}"} for number, prefix in networks]
    address = (4, (10 << 24) + last)
    expected = [
        text
        for row in sorted(found, key=lambda row: -int(str(row["cidr"]).split("/")[1]))
        for text in [str(row["cidr"])]
        if (network := addresses.network(text)) is not None and addresses.inside(address, network)
    ]
    assert [row["cidr"] for row in Table(found, networks="cidr").find({"cidr": f"10.0.0.{last}"})] == expected


@settings(deadline=None)
@given(simple, st.text("ab1 _\n", min_size=1, max_size=10))  # in an empty text Python sees no \B, Java does
def test_a_regular_expression_finds_what_python_finds(pattern: str, text: str) -> None:
    assert regexes.compiled(pattern).search(text) is (re.search(pattern, text, re.ASCII) is not None)


def test_a_regular_expression_forgets_and_finds_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regexes, "REMEMBERED", 3)
    regex = regexes.Regex("(a|b)*c[0-9]{2}x")
    for number in range(300):
        text = f"{chr(1000 + number)}abba{'abc' * (number % 4)}{number:03}x"
        assert regex.search(text) is (re.search("(a|b)*c[0-9]{2}x", text) is not None)
    assert regex.search("abac42x")


@settings(deadline=None)
@given(st.text("ab*?.", max_size=8), st.text("ab\n", max_size=8))
def test_a_wildcard_pattern_fits_what_its_definition_says(pattern: str, text: str) -> None:
    plain = "".join({"*": ".*", "?": ".", ".": "."}.get(character, re.escape(character)) for character in pattern)
    assert patterns.fits(text, pattern) is (re.fullmatch(plain, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(?i)abC", "xAbc", True),
        ("(?s)a.b", "a\nb", True),
        ("a.b", "a\nb", False),
        ("\\x41\\u0042", "AB", True),
        ("[\\d-]+$", "1-2", True),
        ("[a-c&]", "&", True),
        ("\\Aab\\z", "ab", True),
        ("ab\\z", "ab\n", False),
        ("ab\\Z", "ab\n", True),
        ("\\t\\(", "\t(", True),
        ("(?i)[x-z]", "Y", True),
        ("[]a]", "]", True),
        ("\\D\\W\\S", "a b", True),
        ("\\D\\W\\S", "1 b", False),
        ("a{2,}{x", "aa{x", True),
        ("", "", True),
    ],
)
def test_regular_expressions_of_java(pattern: str, text: str, found: bool) -> None:
    assert regexes.compiled(pattern).search(text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "[a",
        "a**",
        "*",
        "a{2,1}",
        "\\",
        "\\1",
        "\\p{L}",
        "(?=a)",
        "(?<n>a)",
        "[b-a]",
        "[[a]]",
        "[a&&b]",
        "a{9999}",
    ],
)
def test_regular_expressions_that_are_refused(pattern: str) -> None:
    with pytest.raises(regexes.BadPattern):
        regexes.compiled(pattern)


@settings(deadline=None, max_examples=30)
@given(st.data())
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_any_values(name: str, data: st.DataObject) -> None:
    function = FUNCTIONS[name]
    count = data.draw(st.integers(max(1, len(function.parameters) - function.optional), len(function.parameters) + 1))
    if not function.many:
        count = min(count, len(function.parameters))
    fields = [f"f{number}" for number in range(count)] if function.parameters else []
    row: Row = {field: data.draw(values) for field in fields}
    plan = planned(f'src stream="x" | set r={name}({",".join(fields)})', Surroundings({"x": [row]}))
    (made,) = plan.run()
    json.dumps(made, allow_nan=False)
    if function.result == "boolean":
        assert made["r"] in (True, False, None)
