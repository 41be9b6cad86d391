"""Database: migrations, transactions, closing, copies."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from deadringer.storage.database import APPLICATION_ID, Database, NewerFormat, migrations, statements
from deadringer.storage.errors import Closed, StorageError

SCHEMAS = ("accounts", "cortex")
PUT = "INSERT INTO meta VALUES (?, ?)"
GET = "SELECT name, value FROM meta ORDER BY name"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cortex.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path, SCHEMAS)
    yield database
    database.close()


def put(database: Database, name: str, value: str = "") -> None:
    with database.write() as connection:
        connection.execute(PUT, (name, value))


def test_migrations_are_recorded_by_name_in_the_order_of_the_schemas(database: Database) -> None:
    expected = [name for schema in SCHEMAS for name, _ in migrations(schema)]
    assert expected[0].startswith("accounts/0001_")
    assert [name for (name,) in database.read("SELECT name FROM migration ORDER BY name")] == sorted(expected)


def test_a_missing_migration_is_applied_when_the_file_is_opened_again(path: Path) -> None:
    Database(path, ("accounts",)).close()
    database = Database(path, SCHEMAS)
    put(database, "a")
    assert database.read("SELECT count(*) FROM user") == [(0,)]
    database.close()


def test_what_was_written_is_there_after_reopening(path: Path) -> None:
    database = Database(path, SCHEMAS)
    put(database, "a", "1")
    database.close()
    again = Database(path, SCHEMAS)
    assert again.read(GET) == [("a", "1")]
    again.close()


def test_what_was_committed_is_there_without_a_close(path: Path, tmp_path: Path, database: Database) -> None:
    put(database, "a", "1")
    # The files as a killed process leaves them.
    killed = tmp_path / "killed.db"
    for end in ("", "-wal"):
        Path(f"{killed}{end}").write_bytes(Path(f"{path}{end}").read_bytes())
    again = Database(killed, SCHEMAS)
    assert again.read(GET) == [("a", "1")]
    again.close()


def test_newer_data_is_refused_with_a_sentence(path: Path) -> None:
    database = Database(path, SCHEMAS)
    with database.write() as connection:
        connection.execute("INSERT INTO migration VALUES ('cortex/9999_from_tomorrow')")
    database.close()
    with pytest.raises(NewerFormat) as caught:
        Database(path, SCHEMAS)
    assert str(path) in str(caught.value)
    assert "newer version" in str(caught.value)
    assert "cortex/9999_from_tomorrow" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (a)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"is not a database of Dead Ringer\.$"):
        Database(path, SCHEMAS)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"dear diary, " * 100)
    with pytest.raises(StorageError, match="cannot be opened as a database"):
        Database(path, SCHEMAS)
    assert path.read_bytes() == b"dear diary, " * 100


def test_a_path_that_cannot_be_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "missing" / "cortex.db"):
        with pytest.raises(StorageError, match="cannot be opened as a database"):
            Database(bad, SCHEMAS)


@pytest.mark.parametrize("stage", ["no byte written", "stamped but without a table"])
def test_a_file_whose_maker_was_killed_at_once_is_made_anew(path: Path, stage: str) -> None:
    path.touch()
    if stage != "no byte written":
        half = sqlite3.connect(path, isolation_level=None)
        half.execute(f"PRAGMA application_id={APPLICATION_ID}")
        half.close()
    database = Database(path, SCHEMAS)
    put(database, "a", "1")
    assert database.read(GET) == [("a", "1")]
    database.close()


@pytest.mark.parametrize("durable", [True, False])
def test_pragmas(path: Path, durable: bool) -> None:
    database = Database(path, SCHEMAS, durable=durable)
    assert database.read("PRAGMA journal_mode") == [("wal",)]
    assert database.read("PRAGMA synchronous") == [(1 if durable else 0,)]
    assert database.read("PRAGMA foreign_keys") == [(1,)]
    assert database.read("PRAGMA application_id") == [(APPLICATION_ID,)]
    database.close()


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, sqlite3.OperationalError])
def test_an_error_rolls_all_of_the_block_back(database: Database, kind: type[BaseException]) -> None:
    put(database, "before")

    def fail() -> None:
        with database.write() as connection:
            connection.execute(PUT, ("a", ""))
            connection.execute("DELETE FROM meta WHERE name = 'before'")
            raise kind

    with pytest.raises(kind):
        fail()
    assert database.read(GET) == [("before", "")]
    put(database, "after")
    assert database.read(GET) == [("after", ""), ("before", "")]


def test_an_error_that_has_rolled_back_already_is_the_one_that_is_seen(database: Database) -> None:
    put(database, "a")

    def fail() -> None:
        with database.write() as connection:
            connection.execute(PUT, ("b", ""))
            connection.execute("INSERT OR ROLLBACK INTO meta VALUES ('a', '')")

    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        fail()
    assert database.read(GET) == [("a", "")]


def test_a_commit_that_fails_leaves_no_transaction_behind(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute("PRAGMA defer_foreign_keys=ON")
            connection.execute(
                "INSERT INTO api_key (iden, user, name, secret, created_ms, updated_ms) VALUES ('k', 'none', '', '', 0, 0)"
            )

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        fail()
    put(database, "a")
    assert database.read("SELECT count(*) FROM api_key") == [(0,)]


def test_after_close_everything_raises_closed(database: Database, tmp_path: Path) -> None:
    database.close()
    database.close()
    with pytest.raises(Closed):
        database.read(GET)
    with pytest.raises(Closed):
        put(database, "a")
    with pytest.raises(Closed):
        database.copy_to(tmp_path / "copy.db")


def test_close_waits_for_the_transaction_that_runs(path: Path) -> None:
    database = Database(path, SCHEMAS)
    inside, go_on, closing = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        with database.write() as connection:
            connection.execute(PUT, ("a", "1"))
            inside.set()
            assert go_on.wait(60)
            connection.execute(PUT, ("b", "2"))

    def close() -> None:
        closing.set()
        database.close()

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(write)
        assert inside.wait(60)
        closed = pool.submit(close)
        assert closing.wait(60)
        assert not closed.done()
        go_on.set()
        writing.result(60)
        closed.result(60)
    again = Database(path, SCHEMAS)
    assert again.read(GET) == [("a", "1"), ("b", "2")]
    again.close()


def test_writers_in_many_threads_lose_nothing(database: Database) -> None:
    def count() -> None:
        for _ in range(50):
            with database.write() as connection:
                ((value,),) = connection.execute("SELECT value FROM meta WHERE name = 'n'").fetchall()
                connection.execute("UPDATE meta SET value = ? WHERE name = 'n'", (str(int(value) + 1),))

    put(database, "n", "0")
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count) for _ in range(8)]:
            done.result(60)
    assert database.read(GET) == [("n", "400")]


def test_a_copy_holds_the_same_and_lives_its_own_life(database: Database, tmp_path: Path) -> None:
    put(database, "a", "1")
    database.copy_to(tmp_path / "copy.db")
    copy = Database(tmp_path / "copy.db", SCHEMAS)
    put(database, "b")
    put(copy, "c")
    assert database.read(GET) == [("a", "1"), ("b", "")]
    assert copy.read(GET) == [("a", "1"), ("c", "")]
    assert copy.read("PRAGMA journal_mode") == [("wal",)]
    copy.close()


def test_statements_are_split_where_sqlite_sees_their_end() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\n  DELETE FROM b;\nEND;"
    assert statements(f"-- first; of two\nCREATE TABLE a (x); -- why\n{trigger}\n") == (
        "-- first; of two\nCREATE TABLE a (x); -- why",
        trigger,
    )
    with pytest.raises(StorageError, match="ends in the middle"):
        statements("CREATE TABLE a (x);\nCREATE TABLE b (")


def test_changes_are_counted_and_the_count_outlives_the_process(path: Path) -> None:
    database = Database(path, SCHEMAS)
    begun = database.changes
    put(database, "a")
    put(database, "b")
    assert database.changes == begun + 2
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        connection.execute(PUT, ("a", ""))
    assert database.changes == begun + 2
    database.close()

    again = Database(path, SCHEMAS)
    assert again.changes == begun + 2
    again.close()


def test_after_a_crash_no_number_of_a_change_comes_again(path: Path, tmp_path: Path) -> None:
    database = Database(path, SCHEMAS)
    put(database, "a")
    copy = tmp_path / "copy.db"
    database.copy_to(copy)
    put(database, "b")
    last = database.changes
    database.close()

    # As a killed process leaves it: the count was not written down at the end.
    killed = Database(copy, SCHEMAS)
    assert killed.changes > last
    killed.close()
