"""What a query reads and writes, as the caller gives it: streams, lookups, collectors, time, chance. Contracts only.

This is the seam for pushdown: a stream gets a `Scan`, which says what its rows are needed for; a `Typed` one can do more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...storage.conditions import Condition, Grouping, Ordering
from .syntax import Filter, Src
from .tables import Table
from .values import Row, Value


@dataclass(frozen=True, slots=True)
class Scan:
    """One `src` of a query.

    start_ms, end_ms: both ends belong to the range, None is open; they hold for rows whose `timestamp` is a number.
    filters: those that stand right behind the source; a row must pass them all to matter.
    columns: the fields that the query reads, None if it needs all; others may be left out of the rows.
    """

    stream: str
    start_ms: int | None
    end_ms: int | None
    filters: tuple[Filter, ...]
    columns: frozenset[str] | None
    src: Src


class Typed(Protocol):
    """A stream whose rows lie in typed columns, within the range of a scan: it can be asked for less than all rows.

    Each answer is of one moment, rows and groups in the order of `Sources.stream`, values as its rows have them.
    """

    @property
    def types(self) -> Mapping[str, str]:
        """The type of each column by name, as `storage.columns` names them; a row has a value of that type in it, or null."""

    def rows(self, condition: Condition, most: int | None) -> Iterator[Row]:
        """The rows that fit; most: no more are needed."""

    def groups(self, wanted: Grouping, most: int) -> list[tuple[tuple[Value, ...], list[Any]]] | None:
        """Keys and totals of the first `most` groups that fitting rows make, by the row that began each; None if it cannot.

        Without keys all rows are one group; of no rows there is none.
        """

    def firsts(self, wanted: Ordering) -> Iterator[Row]:
        """Rows in which those that `wanted` names are, in the order that a stable sort leaves them in."""


class Sources(Protocol):
    """What surrounds a query. What these raise passes through `Plan.run`: `stream` and `check` can so cancel a query."""

    def now_ms(self) -> int:
        """The time now, by the world's clock; asked once a query (open-60)."""

    def random(self) -> float:
        """A number of [0, 1), by the world's chance."""

    def stream(self, scan: Scan) -> Iterator[Row] | None:
        """The rows of a stream, ascending by timestamp, ties as they arrived (open-25); None if there is no such stream.

        It may leave out rows that the scan's range or filters refuse and fields that it does not name, and nothing else:
        the query applies range and filters again. Rows are maps of JSON values, which the query never changes.
        """

    def typed(self, scan: Scan) -> Typed | None:
        """The same stream for pushdown; None if there is no such stream, or its rows have no types."""

    def lookup(self, name: str) -> Table | None:
        """An active lookup; None if there is none."""

    def collector(self, name: str) -> Table | None:
        """A collector; None if there is none."""

    def store(self, name: str, rows: Sequence[Row]) -> bool:
        """Make a collector; False if the name is taken."""

    def profiles(self, flow: Sequence[Value], by_name: bool, include_any: bool) -> list[str]:
        """The traffic profiles that match client, server, port and protocol (open-74)."""

    def check(self) -> None:
        """Called now and then while a command makes rows without reading any; raises to cancel the query."""

    def sleep(self, ms: int) -> None:
        """Wait, at most as long as the request allows (open-41)."""
