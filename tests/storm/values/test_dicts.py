"""Dictionaries, as a real Cortex 2.250.0 answered."""

from typing import Any

import pytest
from deadringer.server.storm.surface import UNDEF
from deadringer.server.storm.values import dicts
from deadringer.server.storm.values.containers import StormDict, StormSet
from deadringer.server.storm.values.convert import to_text
from deadringer.server.storm.values.kinds import deref, iterate, set_item

from .calling import Run, items, num, pairs, told

MUTABLE = ("BadArg", "Mutable values are not allowed as dictionary keys")
NO_PRIMITIVE = ("NoSuchType", "Unable to convert object to Storm primitive.")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("b", "{'a': 1, 'b': 7}"),
        ("a", "{'a': 7}"),
        (1, "{'a': 1, 1: 7}"),
        (None, "{'a': 1, $lib.null: 7}"),
        (True, "{'a': 1, true: 7}"),
        (num("1.50"), "{'a': 1, 1.5: 7}"),
        (b"a", "{'a': 1, b'a': 7}"),
        (items(), MUTABLE),
        (["1"], MUTABLE),
        (pairs(), MUTABLE),
        (StormSet("a"), MUTABLE),
        (UNDEF, NO_PRIMITIVE),
    ],
)
def test_setting_a_key(key: Any, shown: Any) -> None:
    me = pairs(a=1)
    error = told(set_item, Run(), me, key, 7)
    assert (error or to_text(None, me)) == shown


@pytest.mark.parametrize(
    ("key", "valu"),
    [
        ("a", 1),
        ("foo", None),
        ("size", None),
        (1, 2),
        (num("1.0"), 2),
        (True, 2),
        (None, None),
        (items(1), None),
        (pairs(), ("TypeError", "unhashable type: 'dict'")),
        (StormSet(), ("TypeError", "unhashable type: 'set'")),
    ],
)
def test_getting_a_key(key: Any, valu: Any) -> None:
    assert told(deref, Run(), StormDict({"a": 1, 1: 2}), key) == valu


def test_taking_keys_away() -> None:
    me = pairs(a=1, b=2)
    set_item(Run(), me, "a", UNDEF)
    set_item(Run(), me, "z", UNDEF)
    assert me == {"b": 2}


def test_making() -> None:
    made = dicts.make(None, [(num("1.50"), 1), (None, 2)])
    assert to_text(None, made) == "{1.5: 1, $lib.null: 2}"
    assert told(dicts.make, None, [(items(1), 1)]) == MUTABLE


def test_it_may_change_while_it_is_gone_over() -> None:
    me, seen = pairs(a=1), []
    for key, valu in iterate(Run(), me):
        seen.append((key, valu))
        me["b"] = 2
    assert seen == [("a", 1)]
