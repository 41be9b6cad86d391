"""Definitions of the Extended HTTP API in a database: order, changes, and the same after opening it again."""

import re
from pathlib import Path
from typing import Any

import pytest
from deadringer.storage.database import Database
from deadringer.storage.httpapis import HttpApis
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = [f"{number:032x}" for number in range(4)]
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(NAMES)),
        st.tuples(st.just("drop"), st.sampled_from(NAMES)),
        st.tuples(st.just("move"), st.sampled_from(NAMES), st.integers(0, 6)),
    ),
    max_size=20,
)


def opened(folder: Path) -> tuple[Database, HttpApis]:
    database = Database(folder / "cortex.db", ("accounts", "cortex"), durable=False)
    return database, HttpApis(database, re.compile)


def definition(iden: str, path: str = "x", **more: Any) -> dict[str, Any]:
    return {"iden": iden, "path": path, **more}


def test_the_first_that_matches_a_whole_path_is_found(tmp_path: Path) -> None:
    database, apis = opened(tmp_path)
    assert apis.matching("a") is None
    apis.add(definition(NAMES[0], "a(b)?"))
    apis.add(definition(NAMES[1], "(a.*)"))
    assert apis.matching("a") == (definition(NAMES[0], "a(b)?"), (None,))
    assert apis.matching("ab") == (definition(NAMES[0], "a(b)?"), ("b",))
    assert apis.matching("abc") == (definition(NAMES[1], "(a.*)"), ("abc",))
    assert apis.matching("xabc") is None
    apis.move(NAMES[1], 0)
    assert apis.matching("a") == (definition(NAMES[1], "(a.*)"), ("a",))
    database.close()


def test_a_change_keeps_the_rest_and_the_place(tmp_path: Path) -> None:
    database, apis = opened(tmp_path)
    for name in NAMES[:3]:
        assert apis.add(definition(name, vars={"x": [1]}))
    assert not apis.add(definition(NAMES[0]))
    changed = definition(NAMES[1], "y", vars={"x": (1,)})
    assert apis.change(NAMES[1], {"path": "y"}) == changed
    assert apis.change(NAMES[3], {"path": "y"}) is None
    assert [each["path"] for each in apis.all()] == ["x", "y", "x"]
    database.close()


def test_what_is_refused_changes_nothing(tmp_path: Path) -> None:
    database, apis = opened(tmp_path)
    apis.add(definition(NAMES[0]))
    with pytest.raises(TypeError):
        apis.change(NAMES[0], {"vars": {"x": {1, 2}}})
    with pytest.raises(re.error):
        apis.change(NAMES[0], {"path": "("})
    with pytest.raises(re.error):
        apis.add(definition(NAMES[1], "("))
    assert apis.all() == [definition(NAMES[0])]
    assert HttpApis(database, re.compile).all() == apis.all()
    database.close()


@settings(max_examples=50, deadline=None)
@given(actions=ACTIONS)
def test_the_order_is_the_same_after_opening_again(
    actions: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("apis")
    database, apis = opened(folder)
    model: list[str] = []
    for kind, iden, *more in actions:
        if kind == "add":
            assert apis.add(definition(iden)) == (iden not in model)
            model += [] if iden in model else [iden]
        elif kind == "drop":
            assert apis.drop(iden) == (iden in model)
            model = [each for each in model if each != iden]
        else:
            position = apis.move(iden, more[0])
            if iden not in model:
                assert position is None
                continue
            model.remove(iden)
            model.insert(more[0], iden)
            assert position == model.index(iden)
    assert [each["iden"] for each in apis.all()] == model
    database.close()
    database, again = opened(folder)
    assert [each["iden"] for each in again.all()] == model
    database.close()
