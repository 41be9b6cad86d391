"""Rows of custom indexes: what goes in comes out, period by period, and columns that come later are null before."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deadringer.storage import elements, rows
from deadringer.storage.database import Database
from deadringer.storage.elements import Element
from deadringer.storage.errors import Closed, Conflict, NotFound
from deadringer.storage.periods import ROTATIONS, TooManyPeriods, period_at
from deadringer.storage.rows import Changed, Index, Rows
from hypothesis import given, settings
from hypothesis import strategies as st

DAY_MS = 86_400_000
NOW_MS = 1_795_305_600_000
FIELDS = [("timestamp", "long"), ("text", "string"), ("number", "int"), ("real", "double"), ("address", "ip")]
ROW = st.tuples(
    st.integers(NOW_MS, NOW_MS + 40 * DAY_MS),
    st.none() | st.text(st.characters(codec="utf-8")),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.binary(min_size=4, max_size=4),
)


def opened(folder: Path, rotation: str = "daily") -> tuple[Database, Index]:
    database = Database(folder / "rows.db", ("accounts", "sycope"), durable=False)
    with database.write() as connection:
        elements.put(connection, Element("e1", "userIndex.index", 1, "admin", 1, "admin", {}))
        rows.make(connection, "e1", "first", rotation, True, FIELDS)
    return database, found(database)


def found(database: Database) -> Index:
    index = rows.index_of(database, "e1")
    assert index is not None
    return index


def put(
    database: Database, index: Index, given: list[Any], sort: bool = False, columns: list[int] | None = None
) -> None:
    chosen = tuple(index.columns[place] for place in (columns or range(len(index.columns))))
    values = tuple(list(column) for column in zip(*given, strict=True))
    rows.insert(database, index, Rows(chosen, values), most_periods=100, sort=sort)


def read(database: Database, offset: int = 0, limit: int = 10**6, page: int = 7) -> list[Any]:
    index = found(database)
    parts = rows.stored(database, index)
    return [row for each in rows.pages(database, index, parts, offset, limit, page) for row in each]


@given(
    st.sampled_from(sorted(ROTATIONS)),
    st.lists(st.tuples(st.lists(ROW, min_size=1, max_size=80), st.booleans()), max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_rows_come_back_by_period_as_they_were_stored(rotation: str, requests: list[tuple[list[Any], bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, index = opened(Path(folder), rotation)
        sent: list[Any] = []
        for given_rows, sort in requests:
            put(database, index, given_rows, sort)
            sent += sorted(given_rows, key=lambda row: row[0]) if sort else given_rows
        sent.sort(key=lambda row: period_at(rotation, row[0]).start_ms)
        assert read(database) == sent
        assert sum(part.row_count for part in rows.stored(database, index)) == len(sent)
        assert read(database, offset=2, limit=5, page=3) == sent[2:7]
        database.close()


@given(
    st.sampled_from(["hourly", "daily", "yearly"]),
    # Few distinct times: most rows share theirs with others.
    st.lists(st.integers(0, 9), max_size=60),
    st.tuples(st.none() | st.integers(-1, 10), st.none() | st.integers(-1, 10)),
    st.integers(1, 7),
)
@settings(max_examples=60, deadline=None)
def test_a_scan_goes_by_time_and_holds_both_ends_of_its_range(
    rotation: str, times: list[int], bounds: tuple[int | None, int | None], page: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, index = opened(Path(folder), rotation)
        stamps = [NOW_MS + time * 1_200_000 for time in times]
        if stamps:
            put(database, index, [(number, stamp) for number, stamp in enumerate(stamps)], columns=[2, 0])
        start_ms, end_ms = (None if bound is None else NOW_MS + bound * 1_200_000 for bound in bounds)
        pages = list(rows.scan(database, index, (index.columns[2], index.columns[0]), start_ms, end_ms, page))
        low, high = (start_ms or 0), (2**62 if end_ms is None else end_ms)
        expected = [(number, stamp) for number, stamp in enumerate(stamps) if low <= stamp <= high]
        assert [row for each in pages for row in each] == sorted(expected, key=lambda row: row[1])
        assert all(0 < len(each) <= page for each in pages)
        database.close()


def test_a_scan_sees_the_rows_there_were_and_columns_that_came_later_as_null(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS, str(number), None, None, None) for number in range(5)])
    with database.write() as connection:
        rows.modify(connection, index, "first", "daily", True, [("extra", "int")])
    index = found(database)
    scan = rows.scan(database, index, index.columns[1::4], None, None, 2)
    read_so_far = next(scan)
    put(database, index, [(NOW_MS, "later", None, None, None, 7)])
    assert [*read_so_far, *(row for page in scan for row in page)] == [(text, None) for text in "01234"]


def test_a_scan_of_what_is_dropped_meanwhile_ends_in_an_error(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS, None, None, None, None)] * 3)
    scan = rows.scan(database, index, index.columns[:1], None, None, 1)
    next(scan)
    with database.write() as connection:
        rows.drop(connection, index)
        elements.remove(connection, "e1")
    with pytest.raises(NotFound, match="deleted meanwhile"):
        next(scan)


def test_a_subset_of_the_columns_in_any_order_leaves_the_others_null(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(7, NOW_MS), (8, NOW_MS + 1)], columns=[2, 0])
    assert read(database) == [(NOW_MS, None, 7, None, None), (NOW_MS + 1, None, 8, None, None)]


def test_a_column_added_later_is_null_in_rows_from_before(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS, "old", 1, None, None)])
    put(database, index, [(NOW_MS + DAY_MS, "other day", 1, None, None)])
    with database.write() as connection:
        rows.modify(connection, index, "first", "daily", True, [("extra", "set")])
    assert [row[-1] for row in read(database)] == [None, None]
    put(database, found(database), [(NOW_MS, "new", 2, 1.5, None, '["a"]')])
    assert read(database) == [
        (NOW_MS, "old", 1, None, None, None),
        (NOW_MS, "new", 2, 1.5, None, '["a"]'),
        (NOW_MS + DAY_MS, "other day", 1, None, None, None),
    ]


def test_a_definition_that_changed_meanwhile_is_noticed_and_nothing_stored(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    with database.write() as connection:
        rows.modify(connection, index, "first", "daily", False, [])
    with pytest.raises(Changed):
        put(database, index, [(NOW_MS, None, None, None, None)])
    assert read(database) == []
    with database.write() as connection:
        rows.drop(connection, index)
    with pytest.raises(NotFound):
        put(database, index, [(NOW_MS, None, None, None, None)])


def test_a_failure_in_the_middle_stores_nothing(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS, "kept", None, None, None)])
    bad = [(NOW_MS + day * DAY_MS, None, None, None, None) for day in range(3)] + [
        (NOW_MS + 3 * DAY_MS, None, "x", None, None)
    ]
    with pytest.raises(Exception, match="cannot store TEXT value in INTEGER column"):
        put(database, index, bad)
    assert read(database) == [(NOW_MS, "kept", None, None, None)]
    assert [part.row_count for part in rows.stored(database, index)] == [1]
    with pytest.raises(TooManyPeriods):
        put(database, index, [(NOW_MS + day * DAY_MS, None, None, None, None) for day in range(101)])
    assert len(read(database)) == 1


def test_dropping_an_index_drops_its_tables_and_its_number_is_not_used_again(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS + day * DAY_MS, None, None, None, None) for day in range(3)])
    assert len(database.read("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'rows%'")) == 3
    with database.write() as connection:
        rows.drop(connection, index)
        rows.make(connection, "e1", "first", "daily", True, FIELDS)
    assert database.read("SELECT name FROM sqlite_master WHERE name LIKE 'rows%'") == []
    assert found(database).number > index.number


def test_a_reader_whose_index_is_dropped_is_told(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS + number, None, None, None, None) for number in range(10)])
    reading = rows.pages(database, index, rows.stored(database, index), 0, 10, 4)
    assert len(next(reading)) == 4
    with database.write() as connection:
        rows.drop(connection, index)
    with pytest.raises(NotFound, match="deleted meanwhile"):
        next(reading)


def test_a_reader_does_not_see_rows_that_came_after_it_began(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS, str(number), None, None, None) for number in range(5)])
    reading = rows.pages(database, index, rows.stored(database, index), 0, 100, 2)
    first = next(reading)
    put(database, index, [(NOW_MS, "later", None, None, None)])
    assert [row[1] for row in [*first, *(row for page in reading for row in page)]] == list("01234")


def test_names_are_unique_and_the_rotation_is_the_indexs_own(tmp_path: Path) -> None:
    database, index = opened(tmp_path)

    def make_another() -> None:
        with database.write() as connection:
            elements.put(connection, Element("e2", "userIndex.index", 1, "admin", 1, "admin", {}))
            rows.make(connection, "e2", "first", "hourly", True, FIELDS)

    with pytest.raises(Conflict, match="an index named first already"):
        make_another()
    assert elements.get(database, "e2") is None
    assert rows.index_named(database, "first") == index == replace(index)
    assert rows.index_named(database, "second") is None


def test_timestamps_are_found_by_index(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    put(database, index, [(NOW_MS, None, None, None, None)])
    (table,) = [
        name
        for (name,) in database.read("SELECT name FROM sqlite_master WHERE name GLOB 'rows_1_*' AND type = 'table'")
    ]
    plan = database.read(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE c0 BETWEEN 1 AND 2")
    assert f"USING INDEX {table}_time" in plan[0][3]


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database, index = opened(tmp_path)
    database.close()
    with pytest.raises(Closed):
        put(database, index, [(NOW_MS, None, None, None, None)])
