"""Sets, as a real Cortex 2.250.0 answered; our order of texts is that of insertion, the product's is random."""

from typing import Any

import pytest
from deadringer.server.storm.surface import UNDEF
from deadringer.server.storm.values import sets
from deadringer.server.storm.values.containers import StormSet
from deadringer.server.storm.values.convert import to_text
from deadringer.server.storm.values.kinds import iterate

from .calling import MISFIT, Run, call, items, num, pairs, refused, told


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (("b", "a", "c", "a"), "{'b', 'a', 'c'}"),
        ((1, num("1.0"), True, "1"), "{1, 1.0, '1'}"),
        ((True, 1), "{true}"),
        ((5.0, num("5.0"), 5), "{5.0, 5.0}"),
        ((), "{}"),
        ((UNDEF, None), "{$lib.undef, $lib.null}"),
        ((b"a",), "{b'a'}"),
        ((3, 1, 2, 100, -1), "{1, 2, 3, 100, -1}"),
        ((8, 1, 16, 0), "{8, 1, 16, 0}"),
        (((1, 2),), "{(1, 2)}"),
    ],
)
def test_shown(values: tuple[Any, ...], shown: str) -> None:
    assert to_text(None, sets.make(None, values)) == shown


@pytest.mark.parametrize(
    ("start", "name", "args", "result", "after"),
    [
        ("", "add", ("a", "b"), None, "ab"),
        ("", "add", (), None, ""),
        ("", "adds", (["a", "b"], "xyz"), None, "abxyz"),
        ("", "adds", (1,), refused("Value is not iterable: 1"), ""),
        ("", "adds", (None,), refused("Value is not iterable: None"), ""),
        ("", "adds", (0.5,), refused("Value is not iterable: 0.5"), ""),
        ("", "add", (items(1),), refused("[1] is mutable and cannot be used in a set."), ""),
        ("", "add", (items(None),), refused("[$lib.null] is mutable and cannot be used in a set."), ""),
        ("", "add", (["1", True],), refused("['1', True] is mutable and cannot be used in a set."), ""),
        ("", "add", (pairs(a=1),), refused("{'a': 1} is mutable and cannot be used in a set."), ""),
        ("", "add", (StormSet(),), refused("{} is mutable and cannot be used in a set."), ""),
        ("ab", "has", ("a",), True, "ab"),
        ("ab", "has", (1,), False, "ab"),
        ("ab", "has", (items(),), MISFIT, "ab"),
        ("ab", "rem", ("a", "z"), None, "b"),
        ("ab", "rem", (items(),), MISFIT, "ab"),
        ("ab", "rems", (["a", "b"],), None, ""),
        ("ab", "rems", ("a",), None, "b"),
        ("ab", "rems", (1,), refused("Value is not iterable: 1"), "ab"),
        ("ab", "rems", ([[]],), MISFIT, "ab"),
        ("ab", "list", (), ["a", "b"], "ab"),
        ("ab", "list", (1,), refused("set.list() takes 1 positional argument but 2 were given"), "ab"),
        ("ab", "size", (), 2, "ab"),
        ("ab", "size", (1,), refused("spooled:set.size() takes 1 positional argument but 2 were given"), "ab"),
    ],
)
def test_method(start: str, name: str, args: tuple[Any, ...], result: Any, after: str) -> None:
    me = StormSet(start)
    assert call(me, name, *args) == result
    assert "".join(me) == after


def test_what_can_change_is_named_as_python_shows_it_when_a_set_is_made() -> None:
    assert told(sets.make, None, (["1"],)) == refused("['1'] is mutable and cannot be used in a set.")
    name, mesg = told(sets.make, None, (items(1),))
    assert name == "StormRuntimeError"
    assert mesg.startswith("<synapse.lib.stormtypes.List object at 0x")


def test_a_fraction_is_another_item_than_an_int() -> None:
    assert call(StormSet([1, "b"]), "has", num("1.0")) is False
    assert call(StormSet([num("1.5")]), "has", num("1.50")) is True


def test_it_must_not_change_while_it_is_gone_over() -> None:
    me = StormSet("ab")

    def grow() -> None:
        for _ in iterate(Run(), me):
            me.items["x"] = None

    assert told(grow) == ("RuntimeError", "Set changed size during iteration")
