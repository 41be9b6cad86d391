"""Names on values, assignments to them and loops over them, as a real Cortex 2.250.0 answered."""

import re
from pathlib import Path
from typing import Any

import pytest
from deadringer.server.storm.errors import StormError
from deadringer.server.storm.surface import UNDEF, Bound
from deadringer.server.storm.values.containers import StormSet
from deadringer.server.storm.values.kinds import deref, iterate, kind_of, method, set_item
from deadringer.server.storm.values.names import type_name
from deadringer.server.storm.values.table import OWN

from .calling import Run, items, num, pairs, refused, told

BOUND = method(Run(), "abc", "upper")


def no_name(name: str, kind: str) -> tuple[str, str]:
    return "NoSuchName", f"Cannot find name [{name}] on type {kind}"


def no_kind(name: str) -> tuple[str, str]:
    return "NoSuchType", f"Unable to convert python primitive to StormType ( {name} )"


@pytest.mark.parametrize(
    ("valu", "name", "result"),
    [
        ("abc", "0", no_name("0", "str")),
        ("abc", None, no_name("None", "str")),
        ("abc", num("1.5"), no_name("1.5", "str")),
        (True, "foo", no_name("foo", "boolean")),
        (num("1.5"), "foo", no_name("foo", "number")),
        (1.5, "foo", no_name("foo", "number")),
        (StormSet(), "foo", no_name("foo", "set")),
        (b"", "0", no_name("0", "bytes")),
        (5, "foo", no_kind("int")),
        (BOUND, "foo", no_kind("method")),
        (None, "foo", None),
    ],
)
def test_a_name(valu: Any, name: Any, result: Any) -> None:
    assert told(deref, Run(), valu, name) == result


@pytest.mark.parametrize(
    ("valu", "error"),
    [
        (5, ("AttributeError", "'int' object has no attribute 'setitem'")),
        ("a", ("AttributeError", "'str' object has no attribute 'setitem'")),
        (None, ("AttributeError", "'NoneType' object has no attribute 'setitem'")),
        (BOUND, ("AttributeError", "'function' object has no attribute 'setitem'")),
        (True, refused("Bool does not support assignment.")),
        (1.5, refused("Number does not support assignment.")),
        (b"", refused("Bytes does not support assignment.")),
        (StormSet(), refused("Set does not support assignment.")),
    ],
)
def test_what_has_no_items(valu: Any, error: tuple[str, str]) -> None:
    assert told(set_item, Run(), valu, "foo", 1) == error


@pytest.mark.parametrize(
    ("valu", "result"),
    [
        ("abc", ["a", "b", "c"]),
        (pairs(a=1), [("a", 1)]),
        (None, []),
        (b"\0\1", [0, 1]),
        (StormSet("ab"), ["a", "b"]),
        (iter([1]), [1]),
        (5, refused("'int' object is not iterable: 5")),
        (True, refused("'boolean' object is not iterable: True")),
        (1e30, refused("'number' object is not iterable: 1e+30")),
        (num("1.5"), refused("Object synapse.lib.stormtypes.Number is not iterable.")),
    ],
)
def test_going_over(valu: Any, result: Any) -> None:
    found = told(iterate, Run(), valu)
    assert (found if isinstance(found, tuple) else list(found)) == result


@pytest.mark.parametrize(
    ("valu", "name"),
    [
        (1, "int"), (num("1.5"), "number"), (1.5, "number"), ("a", "str"), (True, "boolean"), (None, "null"),
        (UNDEF, "undef"), ([], "list"), (items(), "list"), ((), "list"), ({}, "dict"), (pairs(), "dict"),
        (StormSet(), "set"), (b"", "bytes"), (BOUND, "function"), (iter([]), "generator"),
    ],
)  # fmt: skip
def test_type_name(valu: Any, name: str) -> None:
    assert type_name(valu) == name


def test_a_method_is_a_value() -> None:
    upper = deref(Run(), "abc", "upper")
    assert isinstance(upper, Bound)
    assert upper(Run()) == "ABC"


def test_lists_and_dictionaries_are_shared() -> None:
    inner = items(1)
    outer = pairs(a=inner)
    run = Run()
    method(run, deref(run, outer, "a"), "append")(run, 2)
    assert outer == {"a": [1, 2]}


def test_each_type_has_its_kind() -> None:
    values: tuple[Any, ...] = ("a", b"", True, 1.5, [], {})
    assert [kind_of(valu).name for valu in values] == ["str", "bytes", "boolean", "number", "list", "dict"]


SURFACE = Path(__file__).parent / "surface.txt"


def test_the_methods_are_those_of_the_product() -> None:
    ours = sorted({f"{kind.name}.{each.text}" for kind in OWN for each in kind.locals})
    assert ours == SURFACE.read_text().splitlines()
    assert all(re.fullmatch(r"[A-Z].*\.", each.desc) for kind in OWN for each in kind.locals)


@pytest.mark.parametrize(
    ("valu", "name", "info"),
    [
        ("abc", "foo", {"name": "foo", "styp": "Str"}),
        (1.5, "foo", {"name": "foo", "styp": "Number"}),
        (5, "foo", {"python_type": "int"}),
        (items(1, 2), "9", {"valurepr": "[1, 2]", "len": 2, "indx": 9}),
    ],
)
def test_what_errors_carry(valu: Any, name: str, info: dict[str, Any]) -> None:
    with pytest.raises(StormError) as raised:
        deref(Run(), valu, name)
    assert raised.value.info == info


@pytest.mark.parametrize(
    ("valu", "info"),
    [(5, {"type": "int"}), (num("1.5"), {"name": "synapse.lib.stormtypes.Number"})],
)
def test_what_errors_of_loops_carry(valu: Any, info: dict[str, Any]) -> None:
    with pytest.raises(StormError) as raised:
        iterate(Run(), valu)
    assert raised.value.info == info
