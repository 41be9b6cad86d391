"""Storm's operators, as a real Cortex 2.250.0 answered."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from deadringer.server.storm.surface import UNDEF
from deadringer.server.storm.values.containers import Number, StormSet
from deadringer.server.storm.values.convert import to_text
from deadringer.server.storm.values.operators import binary, unary
from hypothesis import given
from hypothesis import strategies as st

from .calling import items, no_int, num, pairs, refused, told

ZERO = refused("Cannot divide by zero")
INVALID = refused("Invalid operation on a Number")
LONG = num("123456789012345678901234567890.123456789012345678901234567890")

# The texts are what print shows; an error is (name, message).
SUMS: list[tuple[Any, str, Any, Any]] = [
    (1, "/", 3, "0"),
    (7, "/", -2, "-4"),
    (1, "/", 0, ZERO),
    (1, "%", 0, ZERO),
    (num("1.5"), "%", 0, INVALID),
    (num("1.5"), "/", 0, ZERO),
    (num("0.0"), "/", 0, INVALID),
    (num("0.0"), "**", 0, INVALID),
    (num("0.0"), "**", -1, "Infinity"),
    (0, "**", num("-1.5"), "Infinity"),
    (0, "**", -1, ZERO),
    (0, "**", 0, "1"),
    (2, "**", 1000, str(2**1000)),
    (2, "**", -1, "0.5"),
    (3, "**", -1, "0.3333333333333333"),
    (2, "**", num("0.5"), "1.414213562373095048801688724209698078569671875377"),
    (-8, "**", num("0.5"), INVALID),
    (2, "**", num("2.0"), "4"),
    (num("2.5"), "**", -2, "0.16"),
    (num("1.5"), "**", 100000000, ("Overflow", "[<class 'decimal.Overflow'>]")),
    (10, "**", -400, "0.0"),
    (10**400, "+", num("1.0"), "1.000000000000000000000000000000000000000000000000E+400"),
    (7, "%", -3, "-2"),
    (num("-7.5"), "%", 2, "-1.5"),
    (num("7.5"), "%", -2, "1.5"),
    (num("1.50"), "+", num("1.5"), "3.00"),
    (num("1.5"), "*", 2, "3.0"),
    (num("0.1"), "+", num("0.2"), "0.3"),
    (num("0.0"), "*", -1, "-0.0"),
    (num("1.0"), "/", 3, "0.3333333333333333333333333333333333333333333333333"),
    (LONG, "+", 1, "123456789012345678901234567891.1234567890123456789"),
    (LONG, "*", 1, "123456789012345678901234567890.1234567890123456789"),
    (num("1." + "0" * 48 + "5"), "+", 0, "1." + "0" * 48),
    (num("1." + "0" * 47 + "15"), "+", 0, "1." + "0" * 47 + "2"),
    (num("1.0"), "/", 10000000, "1E-7"),
    (num("1.5"), "+", "2", "3.5"),
    (1, "+", "2.5", "3.5"),
    ("1", "+", "2", "3"),
    ("3", "*", 3, "9"),
    ("5", "**", "2", "25"),
    ("4", "/", "2.0", "2"),
    ("1.5", "*", "2", "3.0"),
    ("0x10", "+", 1, "17"),
    ("0b11", "+", 1, "4"),
    (" 5 ", "+", 1, "6"),
    (" 1.5 ", "+", 1, "2.5"),
    ("1_000", "+", 1, "1001"),
    ("١", "+", 1, "2"),
    ("-0x5", "+", 1, "-4"),
    ("5.", "+", 1, "6"),
    (".5", "+", 1, "1.5"),
    ("1.5e3", "+", 1, "1501"),
    (1, "+", b"1", "2"),
    (True, "+", True, "2"),
    (num("1.5"), "+", True, "2.5"),
    (0.1, "+", num("0.1"), "0.2"),
    (0.1, "*", 3, "0.3"),
    (1e30, "/", 3, "333333333333333333333333333333.3333333333333333333"),
    ("a", "+", "b", no_int("'a'")),
    (1, "+", "a", no_int("'a'")),
    ("1e3", "+", 1, no_int("'1e3'")),
    ("017", "+", 1, no_int("'017'")),
    ("", "+", 1, no_int("''")),
    ("inf", "+", num("1.5"), no_int("'inf'")),
    ("1.5.5", "+", 1, ("BadCast", "Failed to make number from '1.5.5'")),
    ("a.b", "+", 1, ("BadCast", "Failed to make number from 'a.b'")),
    (None, "+", 1, no_int("None")),
    (b"\0", "+", 1, no_int("b'\\x00'")),
]
COMPARED: list[tuple[Any, str, Any, Any]] = [
    ("1", "<", 2, True),
    ("10", "<", "9", False),
    (num("1.5"), "<", "2", True),
    ("1.5", "<", "1.50", False),
    ("1.5", "<=", "1.50", True),
    (True, "<", 2, True),
    (1, "<=", 1, True),
    (1, ">=", 2, False),
    (3, ">", 2, True),
    ("a", "<", 1, no_int("'a'")),
    (1, ">", "a", no_int("'a'")),
    (None, "<", 1, no_int("None")),
    (1, "=", "1", False),
    ("a", "=", "A", False),
    (1, "=", num("1.0"), True),
    (num("1.50"), "=", num("1.5"), True),
    (num("1.50"), "=", "1.5", False),
    (True, "=", 1, True),
    (True, "=", "true", False),
    (None, "=", None, True),
    (None, "=", 0, False),
    (items(1), "=", [1], True),
    (items(1), "=", ["1"], False),
    (["a", 1], "=", ("a", 1), True),
    (items(1), "=", items(True), True),
    (pairs(a=num("1.50")), "=", pairs(a=num("1.5")), True),
    (items(0.1), "=", items(num("0.1")), True),
    (0.1, "=", num("0.1"), True),
    (num("0.1"), "=", 0.1, True),
    (StormSet("a"), "=", StormSet("a"), True),
    (StormSet("a"), "=", ["a"], False),
    (UNDEF, "=", UNDEF, True),
    (UNDEF, "=", None, False),
    (b"a", "=", "a", False),
    (1, "!=", "1", True),
    (items(1), "!=", items(1), False),
    (num("1." + "0" * 52 + "15"), "=", 1, False),
    ("abc", "~=", "B", True),
    (123, "~=", "2", True),
    (None, "~=", "n", True),
    ("true", "~=", True, True),
    ("abc", "~=", "^b", False),
    ("a\nb", "~=", "a.b", False),
    (items(1), "~=", "synapse", True),
    (b"\xc3\xa9", "~=", "é", True),
    (b"\xff", "~=", "b", ("BadCast", "Failed to make a string from b'\\xff'.")),
    ("abc", "~=", "[", ("error", "unterminated character set at position 1")),
    ("abc", "^=", "ab", True),
    ("abc", "^=", "AB", False),
    (123, "^=", "12", True),
    (True, "^=", "T", True),
    (None, "^=", "N", True),
    (num("1.50"), "^=", "1.50", True),
    (items(1), "^=", "[", False),
    ("a", "and", "b", True),
    ("", "or", items(), False),
    (1, "and", num("0.0"), False),
    (UNDEF, "and", 1, True),
    (StormSet(), "or", b"", False),
    ("0", "and", "false", True),
]


@pytest.mark.parametrize(("left", "sign", "right", "result"), SUMS)
def test_sum(left: Any, sign: str, right: Any, result: Any) -> None:
    found = told(binary, sign, left, right)
    assert (found if isinstance(found, tuple) else to_text(None, found)) == result


@pytest.mark.parametrize(("left", "sign", "right", "result"), COMPARED)
def test_comparison(left: Any, sign: str, right: Any, result: Any) -> None:
    assert told(binary, sign, left, right) == result


@pytest.mark.parametrize(
    ("sign", "valu", "result"),
    [
        ("-", 5, "-5"),
        ("-", "5", "-5"),
        ("-", "1.5", "-1.5"),
        ("-", True, "-1"),
        ("-", num("0.0"), "-0.0"),
        ("-", 1e30, "-1E+30"),
        ("-", num("1." + "0" * 52 + "15"), "-1." + "0" * 48),
        ("-", "abc", no_int("'abc'")),
        ("-", None, no_int("None")),
        ("not", "", "true"),
        ("not", "0", "false"),
        ("not", num("0.0"), "true"),
        ("not", UNDEF, "false"),
        ("not", None, "true"),
        ("not", pairs(), "true"),
    ],
)
def test_of_one_value(sign: str, valu: Any, result: Any) -> None:
    found = told(unary, sign, valu)
    assert (found if isinstance(found, tuple) else to_text(None, found)) == result


def test_a_list_in_a_sum_shows_as_python_shows_it() -> None:
    name, mesg = told(binary, "+", items(1), 1)
    assert name == "BadCast"
    assert mesg.startswith("Failed to make an integer from <synapse.lib.stormtypes.List object at 0x")


PYTHON: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("+", operator.add),
    ("-", operator.sub),
    ("*", operator.mul),
    ("<", operator.lt),
    (">=", operator.ge),
    ("=", operator.eq),
]


@pytest.mark.parametrize(("sign", "python"), PYTHON)
@given(left=st.integers(), right=st.integers())
def test_ints_compute_as_in_python_however_they_are_written(
    sign: str, python: Callable[[Any, Any], Any], left: int, right: int
) -> None:
    assert binary(sign, left, right) == python(left, right)
    if sign != "=":
        assert binary(sign, str(left), hex(right)) == python(left, right)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(-(10**9), 10**9))
def test_what_is_added_can_be_taken_away(left: Decimal, right: int) -> None:
    assert binary("-", binary("+", Number(left), right), right) == Number(left)
