"""What edits have changed in a layer that its tables do not hold yet.

A commit costs by the pages it touches, and the entries of one node lie on as many pages as it has properties. So a small
transaction appends one row to a log, and what it changed is kept here; the tables get it together with that of many others,
at the latest before an index is next read. Whoever opens the layer again reads the log first.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from .database import Database, Row
from .sodes import pack_value, unpack_value

# Index entries that wait at most; the more, the fewer pages are written for each.
MOST = 32768

# Entries of one node: (name, key) of the index, or (tag, form) of the tags.
Entries = Sequence[tuple[int, Any]]
# What goes, and what comes then.
Turn = tuple[Entries, Entries]
# A node's row, None where it has none yet; its iden; its packed sode, None where nothing is left of it; what becomes of its
# entries in the index and in the tags.
Stored = tuple[int | None, bytes, bytes | None, Turn, Turn]
# The nodes that changed, by nid.
Changes = dict[int, Stored]


def log(changes: Changes, connection: sqlite3.Connection, layer: int) -> None:
    """Append changes to the log; inside a transaction."""
    connection.execute(_LOG, (layer, pack_value(changes)))


def write(changes: Changes, connection: sqlite3.Connection, layer: int) -> None:
    """Write changes to the tables; inside a transaction."""
    placed: list[tuple[int, int | None, Turn, Turn]] = []
    dropped: list[tuple[int]] = []
    made: list[tuple[Any, ...]] = []
    changed: list[tuple[bytes, int]] = []
    last = None
    for nid, (row, iden, data, index, tags) in changes.items():
        if data is None:
            if row is not None:
                dropped.append((row,))
        elif row is None:
            if last is None:
                last = connection.execute("SELECT max(row) FROM graph_node").fetchone()[0] or 0
            row = last = last + 1
            made.append((row, layer, nid, iden, data))
        else:
            changed.append((data, row))
        placed.append((nid, row, index, tags))
    indexed = [(name, key, nid, row) for nid, row, index, _ in placed for name, key in index[1]]
    tagged = [(tag, form, nid, row) for nid, row, _, tags in placed for tag, form in tags[1]]
    # Index by index, so that the pages of each are at hand.
    indexed.sort(key=itemgetter(0))
    tagged.sort(key=itemgetter(0))
    for sql, values in (
        (_UNINDEX, [(name, key, nid) for nid, _, index, _ in placed for name, key in index[0]]),
        (_UNTAG, [(tag, form, nid) for nid, _, _, tags in placed for tag, form in tags[0]]),
        (_DROP, dropped),
        (_MAKE, made),
        (_CHANGE, changed),
        (_INDEX, indexed),
        (_TAG, tagged),
    ):
        if values:
            connection.executemany(sql, values)


class Pending:
    """The changes of one layer that are in its log alone. The layer's lock guards all but `stored` and `waits`."""

    def __init__(self, database: Database, layer: int) -> None:
        self._layer = layer
        # For those who ask while the layer's lock is another's.
        self._lock = threading.Lock()
        self._changes: Changes = {}
        # How many entries wait.
        self._count = 0
        # The keys of the entries that wait, by those names that were asked for: few are.
        self._keys: dict[int, set[Any]] = {}
        for (data,) in database.read("SELECT changes FROM graph_log WHERE layer = ? ORDER BY number", layer):
            self.add(logged(unpack_value(data)))

    def stored(self, nid: int) -> Stored | None:
        """What waits of a node; None where its row in the table, if there is one, is what holds."""
        return self._changes.get(nid)

    def waits(self) -> bool:
        """Whether anything waits."""
        return bool(self._changes)

    def concerns(self, name: int, key: Any) -> bool:
        """Whether an entry of that name and key waits to come or to go."""
        keys = self._keys.get(name)
        if keys is None:
            with self._lock:
                entries = (pair for node in self._changes.values() for each in node[3] for pair in each)
                keys = self._keys[name] = {key for number, key in entries if number == name}
        return key in keys

    def full(self) -> bool:
        """Whether so much waits that it should be written."""
        return self._count >= MOST or len(self._changes) >= MOST

    def add(self, changes: Changes) -> None:
        """What was logged; after the transaction."""
        with self._lock:
            keys, waiting = self._keys, self._changes
            for nid, node in changes.items():
                _, _, _, (goes, comes), tags = node
                self._count += len(goes) + len(comes) + len(tags[0]) + len(tags[1])
                if keys:
                    for name, key in (*goes, *comes):
                        if name in keys:
                            keys[name].add(key)
                before = waiting.get(nid)
                # Its entries come with the node: whoever sees that it waits finds them, too.
                waiting[nid] = node if before is None else _joined(before, node)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all to the tables and empty the log; inside a transaction, behind which `clear` comes."""
        if self.waits():
            write(self._changes, connection, self._layer)
            connection.execute(_EMPTY, (self._layer,))

    def clear(self) -> None:
        """Forget what was written."""
        # New ones at once, as others may be reading.
        with self._lock:
            self._changes, self._keys, self._count = {}, {}, 0


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


def logged(told: Any) -> Changes:
    """Changes as they were read from the log."""
    if isinstance(told, dict):
        return told
    # As it was written once: whether entries (name, key, nid) and (tag, form, nid) come, beside the nodes.
    nodes, index, tags = told
    found: dict[int, tuple[list[Any], ...]] = {nid: ([], [], [], []) for nid in nodes}
    for at, entries in ((0, index), (2, tags)):
        for (name, key, nid), comes in entries.items():
            found[nid][at + comes].append((name, key))
    return {nid: (*node, found[nid][:2], found[nid][2:]) for nid, node in nodes.items()}


def _joined(before: Stored, after: Stored) -> Stored:
    """A node that changed twice."""
    row, iden, data, index, tags = after
    return row, iden, data, _turn(before[3], index), _turn(before[4], tags)


def _turn(before: Turn, after: Turn) -> Turn:
    last: dict[tuple[int, Any], bool] = {}
    for goes, comes in (before, after):
        last.update((pair, False) for pair in goes)
        last.update((pair, True) for pair in comes)
    turn: tuple[list[Any], list[Any]] = ([], [])
    for pair, there in last.items():
        turn[there].append(pair)
    return turn


_LOG = "INSERT INTO graph_log (layer, changes) VALUES (?, ?)"
_EMPTY = "DELETE FROM graph_log WHERE layer = ?"
_UNINDEX = "DELETE FROM graph_index WHERE name = ? AND key = ? AND nid = ?"
_UNTAG = "DELETE FROM graph_tag WHERE tag = ? AND form = ? AND nid = ?"
_DROP = "DELETE FROM graph_node WHERE row = ?"
_MAKE = "INSERT INTO graph_node VALUES (?, ?, ?, ?, ?)"
_CHANGE = "UPDATE graph_node SET data = ? WHERE row = ?"
_INDEX = "INSERT OR REPLACE INTO graph_index VALUES (?, ?, ?, ?)"
_TAG = "INSERT OR REPLACE INTO graph_tag VALUES (?, ?, ?, ?)"
