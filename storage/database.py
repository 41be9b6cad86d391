"""One SQLite file, one connection, one lock.

Everything above asks through `read` and `write` and never sees a cursor that is still open. A write is committed when its
block ends, before any request is answered: with WAL and `synchronous=NORMAL` what was committed survives `kill -9` (the
log is in the kernel's hands), and a power cut can at worst lose the last commits, never the consistency of the file.

Migrations are the `.sql` files of the folders named in `schemas`, applied in order of their names and recorded by name.
A file that holds a migration we do not know was written by a newer version, and is refused.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from .errors import Closed, StorageError
from .reader import Reader

Row = tuple[Any, ...]

# "DRng": `file` and our own check tell a Dead Ringer database from any other SQLite file by it.
APPLICATION_ID = 0x44526E67

STATEMENT_CACHE = 512
PAGE_CACHE_KIB = 8 * 1024
# Pages of the log that are copied to the file together: a page that changed many times is written there once.
LOG_PAGES = 4000
# Changes that are counted ahead in the file, so that after a crash none of their numbers comes again.
COUNTED_AHEAD = 1 << 16
SCHEMA = Path(__file__).parent / "schema"


class NewerFormat(StorageError):
    """The file was written by a newer version of Dead Ringer."""


class Database:
    """A SQLite file with its migrations applied.

    path: the file; made with its schema when it does not exist.
    schemas: names of folders under `storage/schema`, in the order they are to be applied.
    durable: False for an ephemeral world, whose files need not outlive the process.
    alone: nobody else ever opens the file while it is open here, so that it is locked once and for all, and the index of the
        log is in memory. There is no `reader` then.
    changes: how many transactions have been committed since the file was made; after a crash it goes on from a higher number.

    Raises NewerFormat, StorageError when the file is none of ours.
    """

    def __init__(self, path: Path, schemas: tuple[str, ...], *, durable: bool = True, alone: bool = False) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._closed = False
        self._readers: set[Reader] = set()
        self._durable = durable
        self._alone = alone
        try:
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, cached_statements=STATEMENT_CACHE
            )
        except sqlite3.Error as error:
            raise StorageError(f"{path} cannot be opened as a database: {error}.") from error
        try:
            self._set_pragmas(durable)
            self._migrate(schemas)
            (self.changes,) = self._connection.execute("PRAGMA user_version").fetchone()
            self._count_ahead()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise StorageError(f"{path} cannot be opened as a database: {error}.") from error
        except StorageError:
            self._connection.close()
            raise

    def read(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query. Callers that expect many ask page by page, ordered by a key. Raises Closed."""
        with self._lock:
            if self._closed:
                self.check_open()
            return self._connection.execute(sql, values).fetchall()

    def write(self) -> "_Transaction":
        """One transaction: committed when the block ends, rolled back when it raises. Raises Closed."""
        return _Transaction(self, self._lock, self._connection)

    @contextmanager
    def reader(self, stop: Callable[[], bool]) -> Iterator[Reader]:
        """One moment of the database, for questions that take long: nobody else waits for them. Raises Closed.

        stop: asked now and then while a question runs, in its thread; True ends it.
        """
        assert not self._alone, "no other connection can be opened"
        with self._lock:
            self.check_open()
            reader = Reader(self.path, stop)
            self._readers.add(reader)
        try:
            yield reader
        finally:
            # Without the lock: whoever drops a generator that reads may hold it.
            self._readers.discard(reader)
            reader.close()

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the whole database to a new file (for a clone). Raises Closed."""
        with self._lock:
            self.check_open()
            target = sqlite3.connect(path, isolation_level=None)
            try:
                if not self._durable:
                    target.execute("PRAGMA synchronous=OFF")
                self._connection.backup(target)
            finally:
                target.close()

    def close(self) -> None:
        """Wait for the statement that runs, end the readers', close. Later calls raise Closed; closing twice is harmless."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for reader in list(self._readers):
                    reader.close()
                self._connection.execute(f"PRAGMA user_version={self.changes}")
                self._connection.close()

    def counted(self) -> None:
        """Take note of a transaction that was committed. Under the lock."""
        self.changes += 1
        if self.changes >= self._ahead:
            self._count_ahead()

    def check_open(self) -> None:
        """Raises Closed."""
        if self._closed:
            raise Closed("The database is closed: its world was reset or dropped, or the server is stopping.")

    def _count_ahead(self) -> None:
        self._ahead = self.changes + COUNTED_AHEAD
        self._connection.execute(f"PRAGMA user_version={self._ahead}")

    def _set_pragmas(self, durable: bool) -> None:
        run = self._connection.execute
        if self._alone:
            run("PRAGMA locking_mode=EXCLUSIVE")
        # First, as what follows writes: a world that need not last is made without waiting for the disk.
        run("PRAGMA synchronous=NORMAL" if durable else "PRAGMA synchronous=OFF")
        # Nothing in it: it did not exist, or whoever made it was killed at once.
        if run("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            # Writers append to a log, readers of other connections keep their snapshot, a commit is one append.
            # It comes first, as what is written before it waits for the disk three times.
            run("PRAGMA journal_mode=WAL")
            run(f"PRAGMA application_id={APPLICATION_ID}")
        elif run("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise StorageError(f"{self.path} is not a database of Dead Ringer.")
        run("PRAGMA foreign_keys=ON")
        run("PRAGMA temp_store=MEMORY")
        run(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
        run(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")

    def _migrate(self, schemas: tuple[str, ...]) -> None:
        run = self._connection.execute
        known = dict(migration for schema in schemas for migration in migrations(schema))
        applied: set[str] = set()
        if run("SELECT 1 FROM sqlite_master WHERE name = 'migration'").fetchone() is not None:
            applied = {name for (name,) in run("SELECT name FROM migration")}
        if unknown := sorted(applied - known.keys()):
            raise NewerFormat(
                f"{self.path} was written by a newer version of Dead Ringer (it holds {', '.join(unknown)}); "
                "run that version, or give another --data folder."
            )
        missing = [name for name in known if name not in applied]
        if not missing:
            return
        run("BEGIN IMMEDIATE")
        run("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) WITHOUT ROWID")
        for name in missing:
            for statement in known[name]:
                run(statement)
            run("INSERT INTO migration VALUES (?)", (name,))
        run("COMMIT")


class _Transaction:
    """What `write` gives. A class, as a generator would take twice as long, and edits are many."""

    __slots__ = ("_connection", "_database", "_lock")

    def __init__(self, database: Database, lock: threading.Lock, connection: sqlite3.Connection) -> None:
        self._database = database
        self._lock = lock
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        try:
            self._database.check_open()
            self._connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        return self._connection

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
                self._database.counted()
        finally:
            # What raised, in the block or here; a full disk and the like have rolled back already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._lock.release()


@cache
def migrations(schema: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The migrations of one schema folder in order: (name such as `cortex/0001_meta`, its statements)."""
    texts = sorted((item.name, item.read_text()) for item in (SCHEMA / schema).iterdir() if item.suffix == ".sql")
    return tuple((f"{schema}/{name.removesuffix('.sql')}", statements(text)) for name, text in texts)


def statements(text: str) -> tuple[str, ...]:
    """Split a script into its statements, at each point where SQLite itself sees a complete one."""
    found: list[str] = []
    pending = ""
    for line in text.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    if pending.strip():
        raise StorageError(f"A migration ends in the middle of a statement: {pending.strip()[:80]}")
    return tuple(found)
