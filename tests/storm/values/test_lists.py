"""Lists, as a real Cortex 2.250.0 answered."""

from typing import Any

import pytest
from deadringer.server.storm.surface import UNDEF
from deadringer.server.storm.values.containers import StormList, StormSet
from deadringer.server.storm.values.kinds import deref, iterate, method, set_item

from .calling import Run, call, items, no_int, num, pairs, refused, told

NO_INDEX = refused("list index out of range")
# me, method, arguments, named arguments, result, what the list is then
RESULTS: list[tuple[list[Any], str, tuple[Any, ...], dict[str, Any], Any, list[Any] | None]] = [
    ([1, 2], "size", (), {}, 2, None),
    ([1, 2, 3], "index", (1,), {}, 2, None),
    ([1, 2, 3], "index", (-1,), {}, 3, None),
    ([1, 2, 3], "index", ("1",), {}, 2, None),
    ([1, 2, 3], "index", (num("1.7"),), {}, 2, None),
    ([1, 2, 3], "index", (True,), {}, 2, None),
    ([1, 2, 3], "index", (9,), {}, NO_INDEX, None),
    ([1, 2, 3], "index", ("1.5",), {}, no_int("'1.5'"), None),
    ([1, 2, 3], "index", (None,), {}, no_int("None"), None),
    ([1], "index", (), {}, refused("http:api:perms.index() missing 1 required positional argument: 'valu'"), None),
    ([1], "append", (), {}, refused("list.append() missing 1 required positional argument: 'valu'"), None),
    ([1], "append", (4, 5), {}, refused("list.append() takes 2 positional arguments but 3 were given"), None),
    ([1], "append", (4,), {}, None, [1, 4]),
    ([1], "append", (), {"valu": 4}, None, [1, 4]),
    ([1], "extend", (["a", "b"],), {}, None, [1, "a", "b"]),
    ([1], "extend", ("abc",), {}, None, [1, "a", "b", "c"]),
    ([1], "extend", (pairs(a=1),), {}, None, [1, ("a", 1)]),
    ([1], "extend", (StormSet(["a"]),), {}, None, [1, "a"]),
    ([1], "extend", (b"a",), {}, None, [1, 97]),
    ([1], "extend", (None,), {}, None, [1]),
    ([1], "extend", (5,), {}, refused("Value is not iterable: 5"), [1]),
    ([1], "extend", (num("1.5"),), {}, refused("Object synapse.lib.stormtypes.Number is not iterable."), [1]),
    ([1, 2], "has", (1,), {}, True, None),
    ([1, 2], "has", ("1",), {}, False, None),
    ([1, 2], "has", (num("1.0"),), {}, True, None),
    ([1, 2], "has", (True,), {}, True, None),
    ([items(1)], "has", (items(1),), {}, True, None),
    ([items(1)], "has", (["1"],), {}, False, None),
    ([pairs(a=1)], "has", (pairs(a=1),), {}, True, None),
    ([0.1], "has", (num("0.1"),), {}, True, None),
    ([1, 2, 3], "pop", (), {}, 3, [1, 2]),
    ([1, 2, 3], "pop", ("0",), {}, 1, [2, 3]),
    ([1, 2, 3], "pop", (), {"index": 0}, 1, [2, 3]),
    ([1, 2, 3], "pop", (9,), {}, refused("pop index out of range"), [1, 2, 3]),
    ([], "pop", (), {}, refused("pop from empty list"), []),
    ([1], "pop", (None,), {}, no_int("None"), [1]),
    ([1, 2, 1], "rem", (1,), {}, True, [2, 1]),
    ([1, 2, 1], "rem", (1,), {"all": True}, True, [2]),
    ([1, 2, 1], "rem", (1,), {"all": "0"}, True, [2]),
    ([1, 2, 1], "rem", (1,), {"all": ""}, True, [2, 1]),
    ([1, 2, 1], "rem", (1,), {"all": None}, True, [2, 1]),
    ([1, 2, 1], "rem", (1,), {"all": num("0.0")}, True, [2, 1]),
    ([1, 2, 1], "rem", ("1",), {}, False, [1, 2, 1]),
    ([num("1.5")], "rem", (num("1.50"),), {}, True, []),
    ([items(1), 2], "rem", (items(1),), {}, False, [[1], 2]),
    ([1, 2, 3], "reverse", (), {}, None, [3, 2, 1]),
    ([1, 2, 3], "slice", (1,), {}, [2, 3], None),
    ([1, 2, 3], "slice", (0, -1), {}, [1, 2], None),
    ([1, 2, 3], "slice", ("1", "2"), {}, [2], None),
    ([1, 2, 3], "slice", (None,), {}, no_int("None"), None),
    ([1, 2, 3], "slice", (1, None), {}, [2, 3], None),
    ([3, 1, 2], "sort", (), {}, None, [1, 2, 3]),
    ([3, 1, 2], "sort", (), {"reverse": "1"}, None, [3, 2, 1]),
    ([3, num("1.5"), 2, 0.5], "sort", (), {}, None, [0.5, num("1.5"), 2, 3]),
    ([[3, 1], [1, 2]], "sort", (), {}, None, [[1, 2], [3, 1]]),
    ([items(2, num("1.5")), items(2, 1)], "sort", (), {}, None, [[2, 1], [2, num("1.5")]]),
    (["b", "a", "B", ""], "sort", (), {}, None, ["", "B", "a", "b"]),
    ([True, False, 1], "sort", (), {}, None, [False, True, 1]),
    ([1, 2, 1, "1", num("1.0"), True, 3], "unique", (), {}, [1, 2, "1", 3], None),
    ([items(1), items(1), pairs(a=1), pairs(a=1)], "unique", (), {}, [[1], {"a": 1}], None),
]
UNSORTABLE: list[tuple[list[Any], str]] = [
    ([3, "1", 2], "'<' not supported between instances of 'str' and 'int'"),
    ([3, None, 2], "'<' not supported between instances of 'NoneType' and 'int'"),
    ([pairs(a=1), pairs(b=1)], "'<' not supported between instances of 'dict' and 'dict'"),
    ([items(1, "a"), items(1, 2)], "'<' not supported between instances of 'int' and 'str'"),
    ([num("1.5"), "a"], "comparison not supported between instance of Number and str"),
    ([None, num("1.5")], "comparison not supported between instance of Number and NoneType"),
    ([items(1), num("1.5")], "comparison not supported between instance of Number and List"),
    ([num("1.5"), items(1)], "'<' not supported between instance of List and Number"),
    ([pairs(a=1), items(1)], "'<' not supported between instance of List and Dict"),
    ([items(1), 5], "'<' not supported between instance of List and int"),
    ([5, items(1)], "'<' not supported between instance of List and int"),
    ([StormSet("a"), 5], "'<' not supported between instance of Set and int"),
    ([items(items(1)), items(pairs())], "'<' not supported between instance of Dict and List"),
    ([[1], [{}]], "'<' not supported between instances of 'dict' and 'int'"),
    ([[1], [2], items(1)], "'<' not supported between instance of List and list"),
    ([b"\0", "a"], "'<' not supported between instances of 'str' and 'bytes'"),
    ([UNDEF, UNDEF], "'<' not supported between instances of 'Undef' and 'Undef'"),
]


@pytest.mark.parametrize(("me", "name", "args", "kwargs", "result", "after"), RESULTS)
def test_method(
    me: list[Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, after: list[Any] | None
) -> None:
    for mine in (StormList(me), list(me)):
        assert call(mine, name, *args, **kwargs) == result
        assert after is None or mine == after


@pytest.mark.parametrize(("me", "mesg"), UNSORTABLE)
def test_sorting_what_has_no_order(me: list[Any], mesg: str) -> None:
    assert call(StormList(me), "sort") == refused(f"Error sorting list: {mesg}")


def test_sorting_by_null() -> None:
    mesg = "Error sorting list: 'NoneType' object cannot be interpreted as an integer"
    assert call(items(1), "sort", reverse=None) == refused(mesg)


def test_length_warns() -> None:
    run = Run()
    assert method(run, items(1), "length")(run) == 1
    assert run.warned == ["StormType List.length() is deprecated. Use the size() method."]


def test_a_list_can_be_added_to_itself() -> None:
    me = items(1, 2)
    assert call(me, "extend", me) is None
    assert me == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("name", "valu"),
    [
        ("0", 1),
        ("-1", 3),
        ("0x1", 2),
        (" 1 ", 2),
        (1, 2),
        ("9", NO_INDEX),
        ("foo", no_int("'foo'")),
        (True, no_int("'True'")),
        (num("1.5"), no_int("'1.5'")),
        (None, no_int("'None'")),
    ],
)
def test_item(name: Any, valu: Any) -> None:
    assert told(deref, Run(), items(1, 2, 3), name) == valu


@pytest.mark.parametrize(
    ("name", "new", "after"),
    [
        ("0", 9, [9, 2]),
        ("-1", 9, [1, 9]),
        (True, 9, [1, 9]),
        ("0", UNDEF, [2]),
        ("9", UNDEF, [1, 2]),
        ("9", 9, ("IndexError", "list assignment index out of range")),
        ("foo", 9, no_int("'foo'")),
        (None, 9, no_int("None")),
        ("append", 9, no_int("'append'")),
    ],
)
def test_setting_an_item(name: Any, new: Any, after: Any) -> None:
    me = items(1, 2)
    error = told(set_item, Run(), me, name, new)
    assert (error or me) == after


def test_a_pair_of_a_dictionary_stays_as_it_is() -> None:
    pair = ("a", 1)
    assert call(pair, "pop") == 1
    assert call(pair, "append", 2) is None
    assert told(set_item, Run(), pair, "0", 5) is None
    assert pair == ("a", 1)
    assert call(pair, "slice", 0) == ["a", 1]


def test_a_list_may_grow_while_it_is_gone_over() -> None:
    me, seen = items(1), []
    for each in iterate(Run(), me):
        seen.append(each)
        if len(me) < 3:
            me.append(len(me) + 1)
    assert seen == [1, 2, 3]
