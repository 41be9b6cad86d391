"""Queues against a plain list of items, and named values against a dictionary."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from deadringer.storage.database import Database
from deadringer.storage.documents import Documents
from deadringer.storage.errors import Conflict, NotFound
from deadringer.storage.gates import Gates
from deadringer.storage.notifications import Notifications
from deadringer.storage.queues import Queues
from hypothesis import given
from hypothesis import strategies as st

SCHEMAS = ("accounts", "cortex")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.integers(0, 9), max_size=3)),
        st.tuples(st.just("cull"), st.integers(0, 9)),
        st.tuples(st.just("pop"), st.none() | st.integers(0, 9)),
    ),
    max_size=12,
)


@given(STEPS)
def test_a_queue_is_a_list_that_loses_items_and_keeps_their_offsets(steps: list[tuple[str, object]]) -> None:
    held: dict[int, int] = {}
    offset = 0
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "a.db", SCHEMAS, durable=False)
        queues = Queues(database)
        queues.add("q", "u", 1)
        for name, argument in steps:
            if name == "put":
                assert isinstance(argument, list)
                assert queues.put("q", argument) == offset
                held.update(enumerate(argument, offset))
                offset += len(argument)
            elif name == "cull":
                assert isinstance(argument, int)
                queues.cull("q", argument)
                held = {at: item for at, item in held.items() if at > argument}
            else:
                assert argument is None or isinstance(argument, int)
                wanted = min(held, default=None) if argument is None else argument
                found = (wanted, held.pop(wanted)) if wanted is not None and wanted in held else None
                assert queues.pop("q", argument) == found
        assert queues.read("q", 0, 100) == sorted(held.items())
        record = queues.find("q")
        assert record is not None
        assert (record.size, record.next) == (len(held), offset)
        database.close()


def test_queues_are_listed_as_they_were_made(tmp_path: Path) -> None:
    queues = Queues(Database(tmp_path / "a.db", SCHEMAS, durable=False))
    for name in ("b", "a"):
        queues.add(name, "u", 1)
    with pytest.raises(Conflict):
        queues.add("a", "u", 1)
    assert [record.name for record in queues.all()] == ["b", "a"]
    queues.put("a", [b"\xff", {"x": (1,)}])
    assert queues.read("a", 0, 9) == [(0, b"\xff"), (1, {"x": (1,)})]
    queues.drop("a")
    for gone in (lambda: queues.put("a", [1]), lambda: queues.read("a", 0), lambda: queues.drop("a")):
        with pytest.raises(NotFound):
            gone()


def test_named_values_last_and_go_with_their_owner(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", SCHEMAS)
    documents = Documents(database)
    documents.put("k", "b", [1, None], "one")
    documents.put("k", "a", "x", "one")
    documents.put("k", "a", "y", "two")
    database.close()
    documents = Documents(Database(tmp_path / "a.db", SCHEMAS))
    assert documents.items("k", "one") == [("a", "x"), ("b", (1, None))]
    documents.rename("k", "a", "c", "z", "one")
    assert documents.get("k", "a", "one", "gone") == "gone"
    assert documents.pop("k", "c", "one") == "z"
    documents.forget("one")
    assert (documents.items("k", "one"), documents.items("k", "two")) == ([], [("a", "y")])


def test_gates_and_messages_last(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", SCHEMAS)
    Gates(database).add("g", "queue")
    first = Notifications(database).add("u", 5, "tell", {"text": "hi"})
    Notifications(database).add("u", 6, "tell", None)
    database.close()
    database = Database(tmp_path / "a.db", SCHEMAS)
    gates, messages = Gates(database), Notifications(database)
    assert (gates.kind("g"), gates.kind("newp")) == ("queue", None)
    gates.drop("g")
    assert gates.all() == {}
    assert [each.time_ms for each in messages.of("u")] == [6, 5]
    messages.drop(first)
    assert messages.get(first) is None
