"""JSON: exact numbers of any size, byte order marks, what is refused."""

import json
import math
from typing import Any

import pytest
from deadringer.server import jsontext
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types throughout: 1, 1.0 and True are three values."""
    return repr(one) == repr(other)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert same(jsontext.loads(jsontext.dumps(value)), value)


@given(VALUES)
def test_it_reads_what_the_standard_library_reads(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        assert same(jsontext.loads(text.encode()), value)


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**18, 10**19, 10**1000])
def test_whole_numbers_of_any_size_are_exact(number: int) -> None:
    for value in (number, [number], {"a": [0, {"b": number}]}):
        assert same(jsontext.loads(json.dumps(value).encode()), value)
        assert jsontext.dumps(value) == json.dumps(value, separators=(",", ":")).encode()


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert jsontext.loads(b'\xef\xbb\xbf{"a":1}') == {"a": 1}
    assert jsontext.loads(b"\xef\xbb\xbf" + str(2**80).encode()) == 2**80


def test_the_last_of_equal_keys_wins() -> None:
    for number in (1, 2**80):
        assert jsontext.loads(b'{"a":0,"a":%d}' % number) == {"a": number}


# Beside a number that takes the long way, as every refusal is the same on both ways.
@pytest.mark.parametrize("beside", [b"0", str(2**80).encode()], ids=["short", "long"])
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"nothing",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"1e999",
        b"-1e999",
        b"[1,]",
        b"{'a':1}",
        b'"\x01"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        rb'"\ud800"',
        rb'{"\uDFFF":0}',
        b"[" * 100_000,
        b"01",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_not_json_is_a_value_error(text: bytes, beside: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is the parser's own
        jsontext.loads(b"[" + beside + b"," + text + b"]")


def test_a_whole_surrogate_pair_is_a_character() -> None:
    for number in (0, 2**80):
        assert jsontext.loads(rb'["\ud83d\ude00",%d]' % number) == ["\U0001f600", number]


def test_a_number_with_more_digits_than_python_takes_is_a_value_error() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is Python's own
        jsontext.loads(b"1" * 5000)


def test_texts_are_compact_and_unescaped() -> None:
    assert jsontext.dumps({"ü": ["é", 1.5, None, True]}) == '{"ü":["é",1.5,null,true]}'.encode()
    assert jsontext.dumps({"ü": 2**80}) == f'{{"ü":{2**80}}}'.encode()


def test_half_a_surrogate_pair_is_written_escaped() -> None:
    assert jsontext.dumps({"path": "/ü\udcff"}) == rb'{"path": "/\u00fc\udcff"}'


def test_nan_is_null() -> None:
    assert jsontext.dumps([math.nan, math.inf]) == b"[null,null]"


@pytest.mark.parametrize(
    "value", [print, {1, 2}, b"bytes", [2**80, math.nan]], ids=["function", "set", "bytes", "NaN beside a long number"]
)
def test_what_json_cannot_hold_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        jsontext.dumps(value)


def test_python_reads_more_than_json() -> None:
    read = jsontext.loads_loosely
    assert math.isnan(read(b"NaN"))
    assert read(b"[-Infinity, 1e999]") == [-math.inf, math.inf]
    assert read(b'"a\\ud800b"') == "a\ud800b"
    assert read('{"a": 1}'.encode("utf-16")) == {"a": 1}
    assert read(b'{"a": 1}') == {"a": 1}
    for text in (b"nan", b"{", b"", b"\xff", b"1 2", b"[" * 200_000):
        with pytest.raises(ValueError, match=r"Expecting|decode|Extra|depth"):
            read(text)


@given(
    st.recursive(
        st.none() | st.floats() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=6
    )
)
def test_what_is_written_loosely_is_read_loosely(value: Any) -> None:
    assert same(jsontext.loads_loosely(jsontext.dumps_loosely(value)), value)


@pytest.mark.parametrize("value", [math.nan, [1, {"a": -math.inf}], (None, math.inf)])
def test_numbers_that_json_lacks_are_seen(value: Any) -> None:
    assert not jsontext.is_finite(value, jsontext.dumps(value))
    assert jsontext.is_finite([None, 1.5, "null"], b'[null,1.5,"null"]')


@pytest.mark.parametrize("value", [{1: 2}, [{"a": {None: 1}}]])
def test_keys_that_are_no_texts_are_refused_if_so_asked(value: Any) -> None:
    with pytest.raises(TypeError):
        jsontext.dumps(value, texts_as_keys=True)
    assert jsontext.dumps({"a": 2**70}, texts_as_keys=True) == b'{"a":%d}' % 2**70
