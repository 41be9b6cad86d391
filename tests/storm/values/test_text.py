"""The methods of texts, as a real Cortex 2.250.0 answered."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .calling import MISFIT, call, items, no_int, num, pairs, refused

A = "a,b,c"
X = "aXbXcX"
RESULTS: list[tuple[str, str, tuple[Any, ...], dict[str, Any], Any]] = [
    (A, "split", (",",), {}, ["a", "b", "c"]),
    (A, "split", (), {}, refused("str.split() missing 1 required positional argument: 'text'")),
    ("a1b", "split", (1,), {}, MISFIT),
    ("a b  c", "split", (None,), {}, ["a", "b", "c"]),
    (A, "split", ("",), {}, ("ValueError", "empty separator")),
    (A, "split", (",",), {"maxsplit": 1}, ["a", "b,c"]),
    (A, "split", (",", "1"), {}, ["a", "b,c"]),
    (A, "split", (",",), {"maxsplit": "a"}, no_int("'a'")),
    (A, "split", (",",), {"maxsplit": None}, no_int("None")),
    (A, "split", (",",), {"maxsplit": num("1.7")}, ["a", "b,c"]),
    (A, "split", (",",), {"maxsplit": True}, ["a", "b,c"]),
    (A, "split", (",", 1, 2), {}, refused("str.split() takes from 2 to 3 positional arguments but 4 were given")),
    (A, "split", (",",), {"foo": 1}, refused("str.split() got an unexpected keyword argument 'foo'")),
    (A, "split", (True,), {}, MISFIT),
    (A, "rsplit", (",",), {"maxsplit": 1}, ["a,b", "c"]),
    (A, "rsplit", ("",), {}, ("ValueError", "empty separator")),
    (A, "startswith", ("a",), {}, True),
    (A, "startswith", (1,), {}, MISFIT),
    (A, "startswith", (None,), {}, MISFIT),
    (A, "startswith", (["a", "b"],), {}, MISFIT),
    (A, "endswith", ("",), {}, True),
    ("1bc", "find", ("b",), {}, 1),
    ("1bc", "find", ("z",), {}, None),
    ("1bc", "find", (1,), {}, 0),
    ("1bc", "find", (b"b",), {}, 1),
    ("1bc", "find", (None,), {}, None),
    ("--", "join", (["a", "b"],), {}, "a--b"),
    ("--", "join", (items(1, num("2.50"), True, None),), {}, "1--2.50--True--None"),
    ("--", "join", ("abc",), {}, "a--b--c"),
    ("--", "join", (pairs(a=1, b=2),), {}, "('a', 1)--('b', 2)"),
    ("--", "join", (5,), {}, refused("Value is not iterable: 5")),
    ("--", "join", (None,), {}, refused("Value is not iterable: None")),
    ("--", "join", (True,), {}, refused("Value is not iterable: True")),
    ("--", "join", (num("1.5"),), {}, refused("Object synapse.lib.stormtypes.Number is not iterable.")),
    ("--", "join", (b"ab",), {}, "97--98"),
    ("--", "join", (items(b"ab"),), {}, "ab"),
    ("--", "join", (items(b"\xffb"),), {}, ("BadCast", "Failed to make a string from b'\\xffb'.")),
    ('{"a":[1,true,null,"x"]}', "json", (), {}, {"a": [1, True, None, "x"]}),
    ("", "json", (), {}, ("BadJsonText", "Cannot deserialize empty value.")),
    ("[1 2]", "json", (), {}, ("BadJsonText", "Expecting ',' delimiter: line 1 column 4 (char 3)")),
    ("Infinity", "json", (), {}, float("inf")),
    ("abc", "ljust", (5,), {}, "abc  "),
    ("abc", "ljust", ("5",), {}, "abc  "),
    ("abc", "ljust", ("a",), {}, no_int("'a'")),
    ("abc", "ljust", (-5,), {}, "abc"),
    ("abc", "ljust", (5, "xx"), {}, MISFIT),
    ("abc", "ljust", (5, ""), {}, MISFIT),
    ("abc", "ljust", (5, 1), {}, "abc11"),
    ("abc", "rjust", (5,), {"fillchar": "-"}, "--abc"),
    ("abc", "rjust", (None,), {}, no_int("None")),
    ("abc", "rjust", (5, None), {}, MISFIT),
    ("  abc ", "strip", (), {}, "abc"),
    ("  abc ", "strip", (None,), {}, "abc"),
    ("  abc ", "strip", (" c",), {}, "ab"),
    ("  abc ", "lstrip", (), {}, "abc "),
    ("  abc ", "rstrip", (), {}, "  abc"),
    ("1abc1", "strip", (1,), {}, MISFIT),
    (X, "replace", ("X", "Y"), {}, "aYbYcY"),
    (X, "replace", ("X", 1), {}, refused("str.replace() argument 2 must be str, not int")),
    (X, "replace", (None, "X"), {}, refused("str.replace() argument 1 must be str, not None")),
    (X, "replace", ("X", "Y", 1), {}, "aYbXcX"),
    (X, "replace", ("X", "Y"), {"maxv": "2"}, "aYbYcX"),
    (X, "replace", ("X", "Y"), {"maxv": None}, "aYbYcY"),
    (X, "replace", ("X", "Y", "foo"), {}, ("ValueError", "invalid literal for int() with base 10: 'foo'")),
    (X, "replace", ("X", "Y", items()), {}, ("BadCast", "")),
    (X, "replace", ("", "-"), {}, "-a-X-b-X-c-X-"),
    (X, "replace", ("X",), {}, refused("str.replace() missing 1 required positional argument: 'newv'")),
    ("👍a", "reverse", (), {}, "a👍"),
    ("abc", "slice", (1,), {}, "bc"),
    ("abc", "slice", (-2,), {}, "bc"),
    ("abc", "slice", (0, -1), {}, "ab"),
    ("abc", "slice", ("1",), {}, "bc"),
    ("abc", "slice", (None,), {}, no_int("None")),
    ("abc", "slice", (1, None), {}, "bc"),
    ("abc", "slice", (1,), {"end": 0}, ""),
    ("abc", "slice", (True,), {}, "bc"),
    ("abc", "slice", (0, ""), {}, no_int("''")),
    ("AbC dEf-gHi's ﬁ", "title", (), {}, "Abc Def-Ghi'S Fi"),
    ("ǆ ß İ", "upper", (), {}, "Ǆ SS İ"),
    ("ǆ ß İ", "lower", (), {}, "ǆ ß i̇"),
    ("ǆ ß İ", "size", (), {}, 5),
    ("abcé", "encode", (), {}, b"abc\xc3\xa9"),
    ("abcé", "encode", ("latin-1",), {}, b"abc\xe9"),
    ("\ud800", "encode", (), {}, b"\xed\xa0\x80"),
    (
        "abcé",
        "encode",
        ("ascii",),
        {},
        refused("'ascii' codec can't encode character '\\xe9' in position 3: ordinal not in range(128): 'abcé'"),
    ),
    ("abcé", "encode", ("foo",), {}, ("LookupError", "unknown encoding: foo")),
    ("abcé", "encode", (1,), {}, refused("str.encode() argument 'encoding' must be str, not int")),
    ("a {b}", "format", (), {"b": num("1.50")}, "a 1.50"),
    ("a {b}", "format", (), {"b": True}, "a true"),
    ("a {b}", "format", (), {"b": None}, "a $lib.null"),
    ("a {b}", "format", (), {"b": items("x", 1)}, "a ['x', 1]"),
    ("a {b} {c} {{b}} {b.d} {b!r} { b } {}", "format", (), {"b": 1}, "a 1 {c} {1} {b.d} {b!r} { b } {}"),
    ("a {b} {c}", "format", (), {"b": "{c}", "c": "x"}, "a x x"),
    ("a {b}", "format", (1,), {}, refused("str.format() takes 1 positional argument but 2 were given")),
]


@pytest.mark.parametrize(("me", "name", "args", "kwargs", "result"), RESULTS)
def test_method(me: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    assert call(me, name, *args, **kwargs) == result


def test_an_object_in_a_joined_text_shows_as_python_shows_it() -> None:
    assert call("", "join", items(items(1))).startswith("<synapse.lib.stormtypes.List object at 0x")


@given(st.text(), st.text(min_size=1))
def test_split_and_join_are_inverse(text: str, separator: str) -> None:
    assert call(separator, "join", call(text, "split", separator)) == text


@given(st.text())
def test_any_text_survives_encoding(text: str) -> None:
    assert call(call(text, "encode"), "decode") == text
