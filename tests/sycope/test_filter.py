"""The filter language of config-elements."""

import json
from typing import Any

import pytest
from deadringer.server.sycope.choices import FILTER_DEPTH
from deadringer.server.sycope.filter import And, Filter, FilterError, Not, Or, Predicate, demanded, matches, parse
from hypothesis import given
from hypothesis import strategies as st

ELEMENT: dict[str, Any] = {
    "id": "65adb33f-cb50dadf-8bf808d8",
    "category": "userIndex.index",
    "module": None,
    "created": 1746823609965,
    "tags": ["a", "b"],
    "config": {"name": 'Custom "x" Index', "active": True, "rotation": "daily", "size": "12", "deep": {"er": 1.5}},
}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        'category="userIndex.index"',
        'category = "userIndex.index"',
        'category\t=\n"userIndex.index" ',
        "created > 1746823609964 and created <= 1746823609965",
        "created=1746823609965.0",
        'created < "1746823609966"',
        "config.size >= 12 and config.size < 12.5",
        'config.name="Custom \\"x\\" Index"',
        'name like "Custom*"',
        'config.name ~= "*x*"',
        'category like "userIndex.?ndex"',
        'category LIKE "*"',
        'created like "17468*"',
        "module = null and missing=NULL and config.name.deeper = null",
        "active=true AND active != FALSE",
        "deep.er = 1.5 and config.deep.er<2",
        'tags = ["a", "b"] and tags != [] and tags != ["a"]',
        'not category = "lookup.lookup"',
        "not(not (active = true))",
        'category="x" or category="y" or rotation="daily"',
        'rotation="daily" or category="x" and category="y"',
        'not active = false and rotation = "daily"',
        'category != "lookup.lookup"',
        "module != 1",
        "created = 1.746823609965e12",
    ],
)
def test_these_let_the_element_through(text: str) -> None:
    assert matches(parse(text), ELEMENT)


@pytest.mark.parametrize(
    "text",
    [
        'category="userIndex.inde"',
        'category="userIndex*"',
        "category > 5",
        "category < 5",
        'name like "custom*"',
        'name like "x"',
        "active = 1",
        'active = "true"',
        'tags = "a"',
        "module > 0",
        "module = false",
        "config = null",
        '(category="x" or rotation="daily") and category="y"',
        "config.deep = 1",
        'config.deep like "*"',
    ],
)
def test_these_do_not(text: str) -> None:
    assert not matches(parse(text), ELEMENT)


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("category", 9, "expected one of = != < <= > >= ~= like, found the end"),
        ('category="x', 10, "no closing quote"),
        ('category == "x"', 11, "found ="),
        ("category='x'", 10, '"\'" is not understood'),
        ("category=x", 10, "found x"),
        ('category="x" category="y"', 14, 'expected "and", "or" or the end'),
        ('(category="x"', 14, 'expected ")"'),
        ('category="x")', 13, "found )"),
        ('and category="x"', 1, "expected the name of a field, found and"),
        ("tags=[1 2]", 9, 'expected ","'),
        ("tags=[[1]]", 7, "found ["),
        ("tags=[1,]", 9, "found ]"),
        ("tags=[1", 8, "found the end"),
        ("category like 5", 15, "a string with the pattern"),
        ("not", 4, "the name of a field"),
        ("a = 12abc", 5, "'1' is not understood"),
        ("a = " + "9" * 500, 5, "too many digits"),
        ("(" * 200 + "a=1" + ")" * 200, FILTER_DEPTH + 2, "nested more than 100 deep"),
        ("not " * 200 + "a=1", 4 * (FILTER_DEPTH + 1) + 1, "nested more than 100 deep"),
    ],
)
def test_a_syntax_error_says_where(text: str, column: int, what: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert f"filter, column {column}: " in str(caught.value)
    assert what in str(caught.value)


WORDS_AND_SIGNS = """and or not like ( ) = != < <= ~= " \\ a a.b . 1 - 1.5e3 null [ ] , ' "x" é *"""
PIECES = st.sampled_from([*WORDS_AND_SIGNS.split(" "), " ", "\n"])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map(" ".join)))
def test_whatever_the_text_there_is_a_filter_or_its_own_error(text: str) -> None:
    try:
        found = parse(text)
    except FilterError:
        return
    assert matches(found, ELEMENT) in (True, False)


WORDS = st.sampled_from(["category", "config", "name", "active", "created", "deep", "er", "tags", "_x1"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
PREDICATES = st.builds(
    Predicate,
    path=st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    operator=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    value=SCALARS | st.lists(SCALARS, max_size=3),
)
FILTERS: st.SearchStrategy[Filter] = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def written(found: Filter) -> str:
    """The filter as text, every operand bracketed."""
    if isinstance(found, Predicate):
        return f"{'.'.join(found.path)}{found.operator}{value_text(found.value)}"
    if isinstance(found, Not):
        return f"not ({written(found.operand)})"
    word = " and " if isinstance(found, And) else " or "
    return word.join(f"({written(operand)})" for operand in found.operands)


def value_text(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    return json.dumps(value)


@given(FILTERS)
def test_a_filter_written_down_is_read_as_it_was(found: Filter) -> None:
    assert parse(written(found)) == found


@given(FILTERS, st.dictionaries(WORDS, JSON))
def test_any_filter_judges_any_object_and_not_is_its_opposite(found: Filter, item: dict[str, Any]) -> None:
    assert matches(found, item) is not matches(Not(found), item)
    text = demanded(found, ("category",))
    if text is not None and matches(found, item) and "category" in item:
        assert item["category"] == text


@given(st.text("ab*?.", max_size=12), st.text("ab", max_size=12))
def test_wildcards_match_as_their_meaning_says(pattern: str, text: str) -> None:
    def fits(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(fits(pattern[1:], text[start:]) for start in range(len(text) + 1))
        return bool(text) and (pattern[0] in "?." or pattern[0] == text[0]) and fits(pattern[1:], text[1:])

    assert matches(parse(f'x like "{pattern}"'), {"x": text}) is fits(pattern, text)


def test_many_wildcards_on_a_long_text_take_no_time() -> None:
    assert not matches(parse(f'x like "{"*a" * 30}b"'), {"x": "a" * 5000})
