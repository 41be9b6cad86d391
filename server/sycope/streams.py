"""What surrounds a query in one world, for one user: streams, lookups, collectors, time and chance (`nql.Sources`).

Whatever the user may not see does not exist. This module is imported where a query runs, as it loads the language.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

from ...storage import devices, elements, retention, rows
from ...storage.columns import TYPES, show_column
from ...storage.database import Row as StoredRow
from ...storage.rows import Column, Index
from ..nql import Row, Scan, Table, Value
from ..workers import Run
from . import access, inventory
from .access import Viewer
from .choices import BUILT_IN, DEVICES
from .state import Sycope

# Rows read at once from an index, and fewer of such as have many columns.
PAGE_ROWS = 1000
PAGE_VALUES = 20_000
# A number of [0, 1) has as many bits as a double keeps.
CHANCE_BITS = 53


class Surroundings:
    """The `Sources` of one run of a query.

    run: what the query runs in, None while it is only read; sleep_ms: how long it may sleep in all (open-41).
    """

    def __init__(self, sycope: Sycope, who: Viewer, sleep_ms: int) -> None:
        self._sycope = sycope
        self._who = who
        self._sleep_ms = sleep_ms
        self.run: Run | None = None

    def now_ms(self) -> int:
        """The world's time."""
        return self._sycope.clock.now_ms()

    def random(self) -> float:
        """By the world's chance."""
        return (int.from_bytes(self._sycope.ids.secret(7)) >> 56 - CHANCE_BITS) / (1 << CHANCE_BITS)

    def stream(self, scan: Scan) -> Iterator[Row] | None:
        """A custom index by its name, or one of the product's own streams. Raises Closed; NotFound while it is read."""
        if scan.stream in BUILT_IN:
            return self._built_in(scan.stream)
        database = self._sycope.database
        retention.expire(database, self.now_ms())
        index = rows.index_named(database, scan.stream)
        found = None if index is None else elements.access(database, index.element)
        if index is None or found is None or not access.may(self._who, found.owner, found.sid_perms, access.VIEW):
            return None
        columns = [column for column in index.columns if scan.columns is None or column.name in scan.columns]
        return self._rows(index, columns, scan.start_ms, scan.end_ms)

    def lookup(self, name: str) -> Table | None:
        """An active lookup that the user sees."""
        return self._sycope.lookups.find(name, self._who)

    def collector(self, name: str) -> Table | None:
        """A collector of the user's own."""
        return self._sycope.collectors.find(self._who.name, name, self.now_ms())

    def store(self, name: str, rows: Sequence[Row]) -> bool:
        """Make a collector of the user's own. Raises SycopeError 400 where there are too many."""
        return self._sycope.collectors.store(self._who.name, name, Table(rows), self.now_ms())

    def profiles(self, flow: Sequence[Value], by_name: bool, include_any: bool) -> list[str]:
        """None: the configuration holds no traffic profiles (open-74)."""
        return []

    def check(self) -> None:
        """Raises Cancelled."""
        if self.run is not None:
            self.run.check()

    def sleep(self, ms: int) -> None:
        """Wait, as long as the request's waitTime allows. Raises Cancelled."""
        allowed = min(ms, self._sleep_ms)
        self._sleep_ms -= allowed
        if self.run is not None:
            self.run.pause(allowed / 1000)

    def _built_in(self, name: str) -> Iterator[Row]:
        if name == DEVICES:
            return map(inventory.described, devices.listed(self._sycope.database))
        return iter(())

    def _rows(self, index: Index, columns: Sequence[Column], start_ms: int | None, end_ms: int | None) -> Iterator[Row]:
        page_rows = min(PAGE_ROWS, PAGE_VALUES // len(columns))
        pages = rows.scan(self._sycope.database, index, columns, start_ms, end_ms, page_rows)
        return chain.from_iterable(map(partial(_shown, columns), self._checked(pages)))

    def _checked(self, pages: Iterator[list[StoredRow]]) -> Iterator[list[StoredRow]]:
        for page in pages:
            self.check()
            yield page


def _shown(columns: Sequence[Column], page: list[StoredRow]) -> Iterator[Row]:
    """Rows of a page in the form that clients know."""
    names = [column.name for column in columns]
    values = zip(*page, strict=True)
    shown = [show_column(TYPES[column.type], each) for column, each in zip(columns, values, strict=True)]
    return (dict(zip(names, row, strict=True)) for row in zip(*shown, strict=True))
