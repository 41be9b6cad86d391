"""One moment of a database, for questions that take long: a connection of its own, so that nobody waits for them.

`Database.reader` makes it and closes it. With WAL it keeps its snapshot whatever others write, and holds up none of them.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from .errors import Closed, StorageError

Row = tuple[Any, ...]
T = TypeVar("T")

PAGE_CACHE_KIB = 8 * 1024
# Steps of SQLite's machine between two looks at whether the answer is still wanted: a few milliseconds.
LOOK_STEPS = 50_000


class Stopped(StorageError):
    """Nobody wants the answer any longer."""


class Reader:
    """The database as it was when the first question was asked. One thread asks; any may close.

    stop: asked every few milliseconds while a question runs, in the thread that asked; True ends it with Stopped.
    """

    def __init__(self, path: Path, stop: Callable[[], bool]) -> None:
        self._stop = stop
        # Held while SQLite works, so that `close` waits for that; by one thread twice where it drops what reads.
        self._lock = threading.RLock()
        self._closed = False
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        run = self._connection.execute
        run("PRAGMA query_only=ON")
        run("PRAGMA temp_store=MEMORY")
        run(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
        self._connection.set_progress_handler(self._unwanted, LOOK_STEPS)
        run("BEGIN")

    def read(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query. Raises Stopped, Closed."""
        with self._lock:
            return self._asked(lambda: self._connection.execute(sql, values).fetchall())

    def pages(self, page_rows: int, sql: str, *values: Any) -> Iterator[list[Row]]:
        """The rows of a query, `page_rows` at a time. Raises Stopped, Closed."""
        with self._lock:
            cursor = self._asked(lambda: self._connection.execute(sql, values))
        while True:
            with self._lock:
                page = self._asked(lambda: cursor.fetchmany(page_rows))
            if not page:
                return
            yield page

    def close(self) -> None:
        """End the question that runs; later ones raise Closed. Closing twice is harmless."""
        self._closed = True
        with self._lock:
            self._connection.close()

    def _asked(self, ask: Callable[[], T]) -> T:
        if self._closed:
            raise Closed("The database is closed: its world was reset or dropped, or the server is stopping.")
        try:
            return ask()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            if self._closed:
                raise Closed("The database was closed while it was asked.") from error
            raise Stopped("Nobody wants the answer any longer.") from error

    def _unwanted(self) -> bool:
        return self._closed or self._stop()
