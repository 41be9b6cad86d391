"""What works by itself lasts, in order of making, and says what is due."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from deadringer.storage.automation import Automation
from deadringer.storage.database import Database
from deadringer.storage.errors import Conflict


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "cortex.db", ("accounts", "cortex"), durable=False)
    yield found
    found.close()


def test_it_lasts_in_order_of_making(database: Database) -> None:
    first = Automation(database)
    for number, iden in enumerate("cab"):
        first.add("job", iden, {"number": number, "list": [number]}, due_ms=10 - number)
    first.add("other", "c", {})
    first.drop("job", "a")
    first.change("job", "b", lambda old: ({**old, "more": True}, 1))
    for found in (first, Automation(database)):
        assert list(found.all("job")) == ["c", "b"]
        assert found.get("job", "b") is not None
        assert (found.number("job", "b"), found.number("job", "a")) == (3, 0)
        assert found.due("job", 9) == ["b"]
        assert found.due("job", 10) == ["b", "c"]
        assert found.due("none", 10) == []
        assert (found.any("other"), found.any("none")) == (True, False)


def test_an_iden_is_taken_once_within_a_kind(database: Database) -> None:
    found = Automation(database)
    found.add("job", "a", {})
    with pytest.raises(Conflict):
        found.add("job", "a", {})
    assert found.drop("job", "a") is True
    assert found.drop("job", "a") is False
    found.add("job", "a", {})


def test_a_change_may_leave_it_as_it_is(database: Database) -> None:
    found = Automation(database)
    found.add("job", "a", {"x": 1}, due_ms=5)
    assert found.change("job", "a", lambda old: None) is None
    assert found.change("job", "b", lambda old: ({}, None)) is None
    assert found.get("job", "a") == {"x": 1}
    assert found.due("job", 5) == ["a"]


def test_work_that_is_put_off_comes_oldest_first_and_lasts(database: Database) -> None:
    found = Automation(database)
    for number in range(3):
        found.defer({"number": number, "node": b"\x01"})
    assert Automation(database).waiting == 3
    for number in range(3):
        item = found.deferred()
        assert item is not None
        assert item[1] == {"number": number, "node": b"\x01"}
        found.done(item[0])
        found.done(item[0])
    assert (found.waiting, found.deferred()) == (0, None)
