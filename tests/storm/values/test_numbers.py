"""The methods of numbers with fractions, as a real Cortex 2.250.0 answered."""

from typing import Any

import pytest
from deadringer.server.storm.values.convert import to_text
from deadringer.server.storm.values.numbers import UNKNOWN_ROUNDING

from .calling import call, no_int, num, refused

N = num("1.50")


@pytest.mark.parametrize(
    ("me", "name", "args", "kwargs", "shown"),
    [
        (N, "scaleb", (2,), {}, "150"),
        (N, "scaleb", ("-2",), {}, "0.0150"),
        (num("1.5"), "scaleb", (num("1.5"),), {}, "15"),
        (N, "scaleb", (10000,), {}, "1.50E+10000"),
        (1e30, "scaleb", (1,), {}, "1E+31"),
        (N, "scaleb", ("a",), {}, no_int("'a'")),
        (N, "scaleb", (None,), {}, no_int("None")),
        (N, "tofloat", (), {}, "1.5"),
        (num("Infinity"), "tofloat", (), {}, "inf"),
        (1e30, "tofloat", (), {}, "1e+30"),
        (N, "tostr", (), {}, "1.50"),
        (1e30, "tostr", (), {}, "1E+30"),
        (N, "toint", (), {}, "1"),
        (num("-1.50"), "toint", (), {}, "-1"),
        (num("-1.50"), "toint", ("ROUND_HALF_EVEN",), {}, "-2"),
        (num("-1.50"), "toint", ("ROUND_CEILING",), {}, "-1"),
        (N, "toint", (), {"rounding": "ROUND_HALF_UP"}, "2"),
        (N, "toint", (None,), {}, "1"),
        (0.1, "toint", ("ROUND_UP",), {}, "1"),
        (1e30, "toint", (), {}, "1000000000000000000000000000000"),
        (N, "toint", ("foo",), {}, refused(UNKNOWN_ROUNDING)),
        (N, "toint", (1,), {}, refused(UNKNOWN_ROUNDING)),
        (N, "toint", (), {"round": 1}, refused("number.toint() got an unexpected keyword argument 'round'")),
        (num("Infinity"), "toint", (), {}, ("OverflowError", "cannot convert Infinity to integer")),
    ],
)
def test_method(me: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], shown: Any) -> None:
    found = call(me, name, *args, **kwargs)
    assert (found if isinstance(found, tuple) else to_text(None, found)) == shown
