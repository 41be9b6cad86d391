"""Rows of built-in streams: kept in order of time, read in any range, with the fields that each was given."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from deadringer.storage import streams
from deadringer.storage.database import Database
from deadringer.storage.periods import FIRST_MS, LAST_MS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Given = list[tuple[int, str]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database of Sycope."""
    database = Database(tmp_path / "x.db", ("accounts", "sycope"), durable=False)
    yield database
    database.close()


def put(database: Database, stream: str, rows: Given) -> None:
    with database.write() as connection:
        streams.append(connection, stream, ((at_ms, ("t", name), b"%d" % at_ms) for at_ms, name in rows))


def read(database: Database, stream: str, low: int | None, high: int | None, page_rows: int = 3) -> Given:
    pages = list(streams.scan(database, stream, low, high, page_rows))
    assert all(0 < len(page) <= page_rows for page in pages)
    return [(int(values), names[1]) for page in pages for names, values in page]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc")), max_size=25),
    st.none() | st.integers(-1, 7),
    st.none() | st.integers(-1, 7),
    st.integers(1, 9),
)
def test_rows_come_in_order_of_time_and_ties_as_they_came(
    database: Database, rows: Given, low: int | None, high: int | None, page_rows: int
) -> None:
    with database.write() as connection:
        connection.execute("DELETE FROM stream_row")
    put(database, "other", [(3, "x")])
    half = len(rows) // 2
    put(database, "s", rows[:half])
    put(database, "s", rows[half:])
    expected = sorted(rows, key=lambda row: row[0])
    within = [row for row in expected if (low is None or row[0] >= low) and (high is None or row[0] <= high)]
    assert read(database, "s", low, high, page_rows) == within


def test_the_ends_of_time(database: Database) -> None:
    rows = [(FIRST_MS, "a"), (LAST_MS, "a")]
    put(database, "s", rows)
    assert read(database, "s", None, None) == rows
    assert read(database, "s", LAST_MS, LAST_MS) == rows[1:]


def test_a_reader_sees_what_there_was_when_it_began(database: Database) -> None:
    put(database, "s", [(1, "a"), (5, "a")])
    pages = streams.scan(database, "s", None, None, 1)
    assert next(pages) == [(("t", "a"), b"1")]
    put(database, "s", [(3, "new")])
    assert list(pages) == [[(("t", "a"), b"5")]]
    assert read(database, "s", None, None) == [(1, "a"), (3, "new"), (5, "a")]


def test_the_oldest_rows_are_trimmed_of_one_stream_alone(database: Database) -> None:
    put(database, "s", [(number % 5, f"n{number}") for number in range(10)])
    put(database, "other", [(0, "a")])
    with database.write() as connection:
        streams.trim(connection, "s", 3)
    assert read(database, "s", None, None) == [(3, "n8"), (4, "n4"), (4, "n9")]
    assert read(database, "other", None, None) == [(0, "a")]
    with database.write() as connection:
        streams.trim(connection, "s", 3)
    assert len(read(database, "s", None, None)) == 3
