"""Dropping periods while somebody reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from deadringer.storage import elements, retention, rows
from deadringer.storage.database import Database
from deadringer.storage.elements import Element
from deadringer.storage.errors import NotFound
from deadringer.storage.periods import DAY_MS
from deadringer.storage.rows import Index, Rows


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of Sycope with an index that keeps each day for one more."""
    database = Database(tmp_path / "rows.db", ("accounts", "sycope"), durable=False)
    with database.write() as connection:
        elements.put(connection, Element("e1", "userIndex.index", 1, "admin", 1, "admin", {}))
        rows.make(connection, "e1", "first", "daily", True, [("timestamp", "long")], retention_days=1)
    yield database
    database.close()


def index_of(database: Database) -> Index:
    index = rows.index_of(database, "e1")
    assert index is not None
    return index


def put(database: Database, *timestamps: int) -> None:
    index = index_of(database)
    rows.insert(database, index, Rows(index.columns, (list(timestamps),)), most_periods=100)


def test_what_was_dropped_is_counted_and_gone(database: Database) -> None:
    put(database, 0, 1, DAY_MS, 5 * DAY_MS)
    assert [retention.expire(database, days * DAY_MS) for days in (1, 2, 2, 3, 7)] == [0, 1, 0, 1, 1]
    assert rows.stored(database, index_of(database)) == []
    assert database.read("SELECT name FROM sqlite_master WHERE name LIKE 'rows\\_%' ESCAPE '\\'") == []


def test_a_reader_is_told_that_its_period_went(database: Database) -> None:
    put(database, *range(10), DAY_MS)
    index = index_of(database)
    pages = rows.pages(database, index, rows.stored(database, index), 0, 100, 4)
    assert len(next(pages)) == 4
    retention.expire(database, 2 * DAY_MS)
    with pytest.raises(NotFound, match="period 19700101"):
        next(pages)


def test_a_reader_of_what_stays_goes_on(database: Database) -> None:
    put(database, 0, *(DAY_MS + number for number in range(10)))
    index = index_of(database)
    pages = rows.pages(database, index, rows.stored(database, index), 1, 100, 4)
    assert len(next(pages)) == 4
    retention.expire(database, 2 * DAY_MS)
    assert [len(page) for page in pages] == [4, 2]
