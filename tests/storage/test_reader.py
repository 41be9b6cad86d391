"""Readers: a moment of the database that no writer disturbs or waits for, and questions that end when nobody wants them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from deadringer.storage.database import Database
from deadringer.storage.errors import Closed
from deadringer.storage.reader import Stopped

# Counts for longer than any test may take.
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
COUNT = "SELECT count(*) FROM vendor_note"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "x.db", ("accounts", "sycope"))
    with database.write() as connection:
        connection.execute("CREATE TABLE vendor_note (text TEXT)")
    yield database
    database.close()


def note(database: Database) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO vendor_note VALUES ('x')")


def test_a_reader_keeps_its_moment_and_writers_go_on(database: Database) -> None:
    note(database)
    with database.reader(lambda: False) as reader:
        assert reader.read(COUNT) == [(1,)]
        note(database)
        assert reader.read(COUNT) == [(1,)]
        assert database.read(COUNT) == [(2,)]
    with database.reader(lambda: False) as reader:
        assert reader.read(COUNT) == [(2,)]


def test_pages_hold_all_rows_in_order(database: Database) -> None:
    with database.reader(lambda: False) as reader:
        pages = list(reader.pages(3, "SELECT column1 FROM (VALUES (1), (2), (3), (4), (5), (6), (7))"))
        assert [[number for (number,) in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]
        assert list(reader.pages(3, "SELECT 1 WHERE 0")) == []


def test_a_reader_cannot_write(database: Database) -> None:
    with database.reader(lambda: False) as reader, pytest.raises(Exception, match="readonly"):
        reader.read("DELETE FROM vendor_note")


def test_a_question_that_nobody_wants_ends(database: Database) -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with database.reader(stop) as reader:
        with pytest.raises(Stopped):
            reader.read(ENDLESS)
        with pytest.raises(Stopped):
            list(reader.pages(10, ENDLESS))


def test_closing_the_database_ends_what_is_asked(database: Database) -> None:
    begun = threading.Event()
    outcome: list[BaseException] = []

    def running() -> bool:
        begun.set()
        return False

    def ask() -> None:
        try:
            with database.reader(running) as reader:
                reader.read(ENDLESS)
        except Closed as error:
            outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(30)
    database.close()
    thread.join(30)
    assert len(outcome) == 1


def test_a_reader_of_a_database_that_was_closed_says_so(database: Database) -> None:
    with database.reader(lambda: False) as reader:
        pages = reader.pages(1, "VALUES (1), (2)")
        assert next(pages) == [(1,)]
        database.close()
        with pytest.raises(Closed):
            next(pages)
        with pytest.raises(Closed):
            reader.read(COUNT)
    with pytest.raises(Closed), database.reader(lambda: False):
        pass
