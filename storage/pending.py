"""What edits have changed in a layer that its tables do not hold yet.

A commit costs by the pages it touches, and the entries of one node lie on as many pages as it has properties. So a small
transaction appends one row to a log, and what it changed is kept here; the tables get it together with that of many others,
at the latest before an index is next read. Whoever opens the layer again reads the log first.
"""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .database import Database, Row
from .sodes import pack_value, unpack_value

# Index entries that wait at most; the more, the fewer pages are written for each.
MOST = 16384

# A node's row, None where it has none yet; its iden; its packed sode, None where nothing is left of it.
Stored = tuple[int | None, bytes, bytes | None]


@dataclass(slots=True)
class Changes:
    """The state of nodes by nid, and the entries that come (True) or go (False): (name, key, nid), (tag, form, nid)."""

    nodes: dict[int, Stored] = field(default_factory=dict)
    index: dict[tuple[int, Any, int], bool] = field(default_factory=dict)
    tags: dict[tuple[int, int, int], bool] = field(default_factory=dict)

    def log(self, connection: sqlite3.Connection, layer: int) -> None:
        """Append them to the log; inside a transaction."""
        connection.execute(_LOG, (layer, pack_value((self.nodes, self.index, self.tags))))

    def write(self, connection: sqlite3.Connection, layer: int) -> None:
        """Write them to the tables; inside a transaction."""
        rows: dict[int, int | None] = {}
        dropped: list[tuple[Any, ...]] = []
        made: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []
        last = None
        for nid, (row, iden, data) in self.nodes.items():
            if data is None:
                if row is not None:
                    dropped.append((row,))
                continue
            if row is None:
                if last is None:
                    last = connection.execute("SELECT max(row) FROM graph_node").fetchone()[0] or 0
                row = last = last + 1
                made.append((row, layer, nid, iden, data))
            else:
                changed.append((data, row))
            rows[nid] = row
        for sql, values in (
            (_UNINDEX, [entry for entry, comes in self.index.items() if not comes]),
            (_UNTAG, [entry for entry, comes in self.tags.items() if not comes]),
            (_DROP, dropped),
            (_MAKE, made),
            (_CHANGE, changed),
            (_INDEX, [(*entry, rows[entry[2]]) for entry, comes in self.index.items() if comes]),
            (_TAG, [(*entry, rows[entry[2]]) for entry, comes in self.tags.items() if comes]),
        ):
            if values:
                connection.executemany(sql, values)

    def update(self, later: "Changes") -> None:
        """Take in what came later."""
        # The nodes last: whoever sees that some wait finds their entries, too.
        self.index.update(later.index)
        self.tags.update(later.tags)
        self.nodes.update(later.nodes)


class Pending:
    """The changes of one layer that are in its log alone. The layer's lock guards all but `stored` and `waits`."""

    def __init__(self, database: Database, layer: int) -> None:
        self._layer = layer
        # For those who ask while the layer's lock is another's.
        self._lock = threading.Lock()
        self._changes = Changes()
        for (data,) in database.read("SELECT changes FROM graph_log WHERE layer = ? ORDER BY number", layer):
            self._changes.update(Changes(*unpack_value(data)))
        # The keys of the entries that wait, by those names that were asked for: few are.
        self._keys: dict[int, set[Any]] = {}

    def stored(self, nid: int) -> Stored | None:
        """What waits of a node; None where its row in the table, if there is one, is what holds."""
        return self._changes.nodes.get(nid)

    def waits(self) -> bool:
        """Whether anything waits."""
        return bool(self._changes.nodes)

    def concerns(self, name: int, key: Any) -> bool:
        """Whether an entry of that name and key waits to come or to go."""
        keys = self._keys.get(name)
        if keys is None:
            with self._lock:
                keys = self._keys[name] = {entry[1] for entry in self._changes.index if entry[0] == name}
        return key in keys

    def full(self) -> bool:
        """Whether so much waits that it should be written."""
        return len(self._changes.index) >= MOST or len(self._changes.nodes) >= MOST

    def add(self, changes: Changes) -> None:
        """What was logged; after the transaction."""
        with self._lock:
            for name, keys in self._keys.items():
                keys.update([entry[1] for entry in changes.index if entry[0] == name])
            self._changes.update(changes)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all to the tables and empty the log; inside a transaction, behind which `clear` comes."""
        if self.waits():
            self._changes.write(connection, self._layer)
            connection.execute(_EMPTY, (self._layer,))

    def clear(self) -> None:
        """Forget what was written."""
        # New ones at once, as others may be reading.
        with self._lock:
            self._changes, self._keys = Changes(), {}


class Source:
    """The tables of a layer, with what waits for them written first.

    entry: the name and key of the only entries that are read, if so; then only what concerns them is written first.
    """

    def __init__(
        self, database: Database, pending: Pending, settle: Callable[[], None], entry: tuple[int, Any] | None = None
    ) -> None:
        self._database = database
        self._pending = pending
        self._settle = settle
        self._entry = entry

    def read(self, sql: str, *values: Any) -> list[Row]:
        """As `Database.read`; with an entry, rows are those of `lifts.lift` or a count."""
        pending, entry = self._pending, self._entry
        if pending.waits() and (entry is None or pending.concerns(*entry)):
            self._settle()
        rows = self._database.read(sql, *values)
        # What else is known of a node that was found may have changed.
        if entry is not None and pending.waits() and any(len(row) > 1 and pending.stored(row[1]) for row in rows):
            self._settle()
            rows = self._database.read(sql, *values)
        return rows


_LOG = "INSERT INTO graph_log (layer, changes) VALUES (?, ?)"
_EMPTY = "DELETE FROM graph_log WHERE layer = ?"
_UNINDEX = "DELETE FROM graph_index WHERE name = ? AND key = ? AND nid = ?"
_UNTAG = "DELETE FROM graph_tag WHERE tag = ? AND form = ? AND nid = ?"
_DROP = "DELETE FROM graph_node WHERE row = ?"
_MAKE = "INSERT INTO graph_node VALUES (?, ?, ?, ?, ?)"
_CHANGE = "UPDATE graph_node SET data = ? WHERE row = ?"
_INDEX = "INSERT OR REPLACE INTO graph_index VALUES (?, ?, ?, ?)"
_TAG = "INSERT OR REPLACE INTO graph_tag VALUES (?, ?, ?, ?)"
