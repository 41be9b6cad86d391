"""What values become when they are shown or leave Storm, as a real Cortex 2.250.0 answered."""

import json
from typing import Any

import pytest
from deadringer.server.storm.surface import UNDEF
from deadringer.server.storm.values.containers import StormDict, StormSet
from deadringer.server.storm.values.convert import to_prim, to_text
from hypothesis import given
from hypothesis import strategies as st

from .calling import items, num, pairs, told

NO_PRIMITIVE = ("NoSuchType", "Unable to convert object to Storm primitive.")


@pytest.mark.parametrize(
    ("valu", "shown"),
    [
        ("it's", "it's"),
        (None, "$lib.null"),
        (True, "true"),
        (UNDEF, "$lib.undef"),
        (num("1.50"), "1.50"),
        (num("0.000000001"), "1E-9"),
        (1e30, "1e+30"),
        (b"\0\xff", "b'\\x00\\xff'"),
        (
            items("it's", "\n", 1, num("1.50"), None, False, b"ab", UNDEF),
            "[\"it's\", '\\n', 1, 1.50, $lib.null, false, b'ab', $lib.undef]",
        ),
        (pairs(a=1, b=items("x")), "{'a': 1, 'b': ['x']}"),
        (items(StormSet("a")), "[{'a'}]"),
        (["1", "two", None, True], "['1', 'two', None, True]"),
        (items(["a", None]), "[['a', None]]"),
        (("a", 1), "('a', 1)"),
        (("a",), "('a',)"),
        ({"a": [None, True, 1.5]}, "{'a': [None, True, 1.5]}"),
    ],
)
def test_shown(valu: Any, shown: Any) -> None:
    assert told(to_text, None, valu) == shown


def test_an_int_of_very_many_digits_is_not_shown() -> None:
    name, mesg = told(to_text, None, 10**5000)
    assert name == "ValueError"
    assert mesg.startswith("Exceeds the limit (4300 digits) for integer string conversion; use")


@pytest.mark.parametrize(
    ("valu", "start"),
    [
        ([items(1)], "[<synapse.lib.stormtypes.List object at 0x"),
        ({"a": num("1.5")}, "{'a': <synapse.lib.stormtypes.Number object at 0x"),
        ((StormDict(),), "(<synapse.lib.stormtypes.Dict object at 0x"),
    ],
)
def test_what_python_holds_shows_objects_as_python_does(valu: Any, start: str) -> None:
    assert to_text(None, valu).startswith(start)


@pytest.mark.parametrize(
    ("valu", "prim"),
    [
        (num("1.50"), 1.5),
        (items(num("1.5"), pairs(a=True)), [1.5, {"a": True}]),
        (("a", 1), ["a", 1]),
        (10**35, 10**35),
        ([1, UNDEF, 2], [1, 2]),
        ({"a": UNDEF, "b": None}, {"b": None}),
        (UNDEF, NO_PRIMITIVE),
        (items(UNDEF), NO_PRIMITIVE),
        (pairs(a=UNDEF), NO_PRIMITIVE),
        (StormSet("a"), {"a"}),
    ],
)
def test_leaving(valu: Any, prim: Any) -> None:
    assert told(to_prim, None, valu) == prim


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_what_comes_in_as_json_leaves_as_it_came_and_is_shown_as_python_shows_it(valu: Any) -> None:
    assert json.dumps(to_prim(None, valu)) == json.dumps(valu)
    if isinstance(valu, list | dict):
        assert to_text(None, valu) == repr(valu)
