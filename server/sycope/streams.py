"""What surrounds a query in one world, for one user: streams, lookups, collectors, time and chance (`nql.Sources`).

Whatever the user may not see does not exist. This module is imported where a query runs, as it loads the language.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TypeVar

from ...storage import devices, elements, retention, rows
from ...storage.reader import Reader, Stopped
from ...storage.rows import Column, Index
from ..nql import Row, Scan, Table, Value
from ..workers import Cancelled, Run
from . import access, builtin, inventory
from .access import Viewer
from .choices import BUILT_IN, DEVICES
from .profiles import Profiles
from .state import Sycope
from .typed import TypedIndex, shown

# Rows read at once from an index, and fewer of such as have many columns.
PAGE_ROWS = 1000
PAGE_VALUES = 20_000
# A number of [0, 1) has as many bits as a double keeps.
CHANCE_BITS = 53
T = TypeVar("T")


class Surroundings:
    """The `Sources` of one run of a query.

    run: what the query runs in, None while it is only read; sleep_ms: how long it may sleep in all (open-41).
    """

    def __init__(self, sycope: Sycope, who: Viewer, sleep_ms: int) -> None:
        self._sycope = sycope
        self._who = who
        self._sleep_ms = sleep_ms
        self._profiles: Profiles | None = None
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
            return self._built_in(scan)
        index = self._index(scan.stream)
        if index is None:
            return None
        return self._rows(index, _needed(index, scan), scan.start_ms, scan.end_ms)

    def typed(self, scan: Scan) -> TypedIndex | None:
        """A custom index as it may be asked for less than all rows; None for what has no columns. Raises Closed."""
        index = None if scan.stream in BUILT_IN else self._index(scan.stream)
        if index is None:
            return None
        columns = _needed(index, scan)
        return TypedIndex(self._moment, index, scan, columns, _page_rows(columns))

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
        """The traffic profiles that the user sees and that match (open-74)."""
        if self._profiles is None:
            self._profiles = Profiles(self._sycope.database, self._who)
        return self._profiles.matching(flow, by_name, include_any)

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

    def _index(self, name: str) -> Index | None:
        """The custom index of this name, if the user sees it; what it keeps no longer is gone."""
        database = self._sycope.database
        retention.expire(database, self.now_ms())
        index = rows.index_named(database, name)
        found = None if index is None else elements.access(database, index.element)
        if found is None or not access.may(self._who, found.owner, found.sid_perms, access.VIEW):
            return None
        return index

    @contextmanager
    def _moment(self) -> Iterator[Reader]:
        """The database as it is now, until the query is cancelled."""
        with self._sycope.database.reader(self._unwanted) as reader:
            try:
                yield reader
            except Stopped:
                self.check()
                raise

    def _unwanted(self) -> bool:
        try:
            self.check()
        except Cancelled:
            return True
        return False

    def _built_in(self, scan: Scan) -> Iterator[Row]:
        database = self._sycope.database
        if scan.stream == DEVICES:
            return map(inventory.described, devices.listed(database))
        pages = builtin.read(database, scan.stream, scan.start_ms, scan.end_ms, scan.columns)
        return chain.from_iterable(self._checked(pages))

    def _rows(self, index: Index, columns: list[Column], start_ms: int | None, end_ms: int | None) -> Iterator[Row]:
        pages = rows.scan(self._sycope.database, index, columns, start_ms, end_ms, _page_rows(columns))
        return chain.from_iterable(map(partial(shown, columns), self._checked(pages)))

    def _checked(self, pages: Iterator[T]) -> Iterator[T]:
        for page in pages:
            self.check()
            yield page


def _needed(index: Index, scan: Scan) -> list[Column]:
    return [column for column in index.columns if scan.columns is None or column.name in scan.columns]


def _page_rows(columns: Sequence[Column]) -> int:
    return min(PAGE_ROWS, PAGE_VALUES // len(columns))
