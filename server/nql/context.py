"""What a run of a query shares between its commands and functions: time, tables once fetched, what was spent."""

from collections.abc import Iterable, Iterator

from ..text import Span
from .choices import HELD_ROWS, MADE_ROWS
from .errors import NqlError
from .sources import Sources
from .tables import Table
from .values import Row

# Rows that are made between two looks at whether the query is still wanted: a few ms.
CHECKED_ROWS = 4096


class Context:
    """One query's surroundings. Its time stands still (open-60); lookups stay as they were when they were first asked for."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.now_ms = sources.now_ms()
        self._lookups: dict[str, Table | None] = {}
        self._collectors: dict[str, Table] = {}
        self._made = 0

    def lookup(self, name: str) -> Table | None:
        """A lookup, None if there is none."""
        try:
            return self._lookups[name]
        except KeyError:
            self._lookups[name] = table = self.sources.lookup(name)
            return table

    def collector(self, name: str) -> Table | None:
        """A collector, None if there is none; one that is missing may be made while the query runs."""
        table = self._collectors.get(name)
        if table is None:
            table = self.sources.collector(name)
            if table is not None:
                self._collectors[name] = table
        return table

    def made(self, rows: Iterable[Row], span: Span) -> Iterator[Row]:
        """Rows that a command multiplies, counted: no short query makes rows without end."""
        for row in rows:
            self._made += 1
            if self._made % CHECKED_ROWS == 0:
                self.sources.check()
            if self._made > MADE_ROWS:
                raise NqlError(f"The query makes more than {MADE_ROWS} rows.", span)
            yield row


def held(rows: Iterable[Row], span: Span) -> list[Row]:
    """All rows, for a command that has to see them before it gives any."""
    found: list[Row] = []
    for row in rows:
        found.append(row)
        if len(found) > HELD_ROWS:
            raise NqlError(f"The command has to hold more than {HELD_ROWS} rows.", span)
    return found
