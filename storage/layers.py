"""One layer of the graph: nodes with their properties, tags, node data and light edges, found by value or by name.

A layer takes edits in one transaction and says what really changed; it reads page by page. It knows forms and
properties as strings and keys as opaque values that sort; the model speaks to it through `Typed`. Stacking layers is the
business of whoever reads several.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from . import lifts, pending
from .batches import Batch
from .database import Database
from .edges import Edges
from .edits import Edit, Key, NodeEdit, Typed
from .errors import NotFound, Outdated
from .indexes import Indexes
from .lifts import Lifted, Tagged, bound
from .names import FORM, ITEM, PROP, TAG, TAGPROP, Names
from .pending import Pending, Source
from .sodes import Sode, nid_of, unpack

__all__ = ["Edit", "Key", "Layer", "Lifted", "NodeEdit", "Tagged", "Typed"]

SODES = 256
# Nodes at once that are written at once; fewer are logged first.
LARGE = 4096


class Layer:
    """The contents of one layer; `Graph.layer` gives the one object that an iden has. Every method raises Closed."""

    def __init__(self, database: Database, number: int, iden: str, readonly: bool, typed: Typed) -> None:
        self.iden = iden
        self.readonly = readonly
        self._database = database
        self._number = number
        self._typed = typed
        self._names = Names(database, number)
        self._indexes = Indexes(self._names, typed)
        self._edges = Edges(database, number, self._names)
        self._pending = Pending(database, number)
        self._all = Source(database, self._pending, self._settle)
        # Changes with every edit.
        self.version = 0
        self._dropped = False
        # Changes go one at a time, so that the names in memory are those of the database.
        self._lock = threading.Lock()

    def sode(self, nid: int) -> Sode | None:
        """What this layer holds of a node."""
        stored = self._pending.stored(nid)
        if stored is not None:
            _, iden, data, *_ = stored
            return None if data is None else unpack(iden, data)
        sql = "SELECT iden, data FROM graph_node WHERE layer = ? AND nid = ?"
        rows = self._database.read(sql, self._number, nid)
        return unpack(*rows[0]) if rows else None

    def sodes(self, nids: Sequence[int]) -> dict[int, Sode]:
        """The same of many; those that the layer has nothing of are left out."""
        found: dict[int, Sode] = {}
        if self._pending.waits():
            waiting = {nid: stored for nid in nids if (stored := self._pending.stored(nid)) is not None}
            found = {nid: unpack(iden, data) for nid, (_, iden, data, *_) in waiting.items() if data is not None}
            nids = [nid for nid in nids if nid not in waiting]
        for start in range(0, len(nids), SODES):
            page = json.dumps(nids[start : start + SODES])
            found.update(
                (nid, unpack(iden, data)) for nid, iden, data in self._database.read(_SODES, self._number, page)
            )
        return found

    def lift(
        self, form: str, prop: str, low: Key | None = None, high: Key | None = None, reverse: bool = False
    ) -> Iterator[Lifted]:
        """(key, nid, iden, packed sode) of the nodes with a value between two keys, both included, ordered by (key, nid).

        prop: "" is the form's own value. form: "" with a universal property (`.created`): of all forms.
        Text keys come back as UTF-8 bytes.
        """
        return self._lift(PROP, form, prop, "", low, high, reverse)

    def lift_items(
        self, form: str, prop: str, low: Key | None = None, high: Key | None = None, reverse: bool = False
    ) -> Iterator[Lifted]:
        """The same by the items of arrays: a node comes once for each of its different items between the keys."""
        return self._lift(ITEM, form, prop, "", low, high, reverse)

    def lift_tagprop(
        self,
        form: str | None,
        tag: str,
        prop: str,
        low: Key | None = None,
        high: Key | None = None,
        reverse: bool = False,
    ) -> Iterator[Lifted]:
        """The same by a property of a tag, of one form or of all."""
        return self._lift(TAGPROP, form or "", tag, prop, low, high, reverse)

    def lift_tag(self, tag: str, form: str | None = None, reverse: bool = False) -> Iterator[Tagged]:
        """(nid, iden, form, packed sode) of the nodes with a tag, form by form as this layer first knew them, then by nid."""
        number, kind = self._names.find(TAG, "", tag), None if form is None else self._names.find(FORM, form)
        if number is None or (form is not None and kind is None):
            return iter(())
        return lifts.lift_tag(self._all, self._names, number, kind, reverse)

    def lift_data(self, name: str) -> Iterator[tuple[int, bytes]]:
        """(nid, iden) of the nodes with node data of that name, ordered."""
        return self._edges.lift_data(name)

    def lift_verb(self, verb: str, n2: bool = False) -> Iterator[bytes]:
        """The idens at the start of an edge of that verb (n2: at its end), once each, ordered."""
        return self._edges.lift(verb, n2)

    def edges(self, iden: bytes, verb: str | None = None, inbound: bool = False) -> Iterator[tuple[str, bytes]]:
        """The edges that start (inbound: end) at a node: (verb, iden of the other), ordered."""
        return self._edges.edges(iden, verb, inbound)

    def verbs(self, iden: bytes, inbound: bool = False) -> list[str]:
        """The verbs of the edges that start (inbound: end) at a node, ordered."""
        return self._edges.verbs(iden, inbound)

    def has_edge(self, n1: bytes, verb: str, n2: bytes) -> bool:
        """Whether there is such an edge."""
        return self._edges.has(n1, verb, n2)

    def all_edges(self, verb: str | None = None) -> Iterator[tuple[bytes, str, bytes]]:
        """Every edge: (n1, verb, n2), ordered by verb, n1, n2."""
        return self._edges.all(verb)

    def node_data(self, nid: int, name: str, default: Any = None) -> Any:
        """A node's data of one name; `default` where it has none."""
        return self._edges.data(nid, name, default)

    def all_node_data(self, nid: int) -> dict[str, Any]:
        """All data of a node by name, in the order in which this layer first knew the names."""
        return self._edges.all_data(nid)

    def has(self, form: str, prop: str, key: Key) -> bool:
        """Whether `lift` would give any node for one key."""
        number = self._names.find(PROP, form, prop)
        if number is None:
            return False
        kept = bound(key)
        if self._pending.waits() and self._pending.concerns(number, kept):
            self._settle()
        return bool(self._database.read("SELECT 1 FROM graph_index WHERE name = ? AND key = ? LIMIT 1", number, kept))

    def count(self, form: str, prop: str, low: Key | None = None, high: Key | None = None) -> int:
        """How many nodes `lift` would give."""
        return self._count(PROP, form, prop, "", low, high)

    def count_items(self, form: str, prop: str, low: Key | None = None, high: Key | None = None) -> int:
        """How many `lift_items` would give."""
        return self._count(ITEM, form, prop, "", low, high)

    def count_tagprop(
        self, form: str | None, tag: str, prop: str, low: Key | None = None, high: Key | None = None
    ) -> int:
        """How many nodes `lift_tagprop` would give."""
        return self._count(TAGPROP, form or "", tag, prop, low, high)

    def count_tag(self, tag: str, form: str | None = None) -> int:
        """How many nodes `lift_tag` would give."""
        number = self._names.find(TAG, "", tag)
        sql, values = "SELECT count(*) FROM graph_tag WHERE tag = ?", [number]
        if form is not None:
            sql, values = sql + " AND form = ?", [number, self._names.find(FORM, form)]
        found: int = self._all.read(sql, *values)[0][0]
        return found

    def tags_with(self, prop: str) -> list[str]:
        """The tags that have, or once had, a value of a tag property."""
        return [tag for (_, form, tag, sub), _ in self._names.of_kind(TAGPROP) if not form and sub == prop]

    def form_counts(self) -> dict[str, int]:
        """How many nodes each form has here, in the order of their first nodes; 0 where all were deleted."""
        forms = [(form, number) for (_, form, prop, _), number in self._names.of_kind(PROP) if form and not prop]
        return {form: lifts.count(self._all, number, None, None) for form, number in forms}

    def values(self, form: str, prop: str) -> Iterator[Any]:
        """The different values of a property (or of the form, ""), ordered by key."""
        number = self._names.find(PROP, form, prop)
        if number is None:
            return
        for _, _, iden, data in lifts.values(self._all, number):
            sode = unpack(iden, data)
            yield sode.props[prop] if prop else sode.valu

    def every(self) -> Iterator[Sode]:
        """All that this layer holds, ordered by nid."""
        return (unpack(iden, data) for _, iden, data in lifts.every(self._all, self._number))

    def idens(self) -> Iterator[bytes]:
        """The idens of all nodes that this layer holds anything of, once each, in no order to rely on."""
        for _, iden, _ in lifts.every(self._all, self._number):
            yield iden
        seen: set[bytes] = set()
        for iden in self._edges.holders():
            if iden not in seen and self.sode(nid_of(iden)) is None:
                seen.add(iden)
                yield iden

    def apply(self, edits: Sequence[NodeEdit], new: Sequence[Sode] = (), as_of: int | None = None) -> list[NodeEdit]:
        """Do edits in one transaction; what really changed, with the old values, in order of the input (reference 5.4).

        edits: (iden, form, [(type, args), ...]), each node edit on what those before it left. new: nodes that this layer had
        nothing of when `version` was as_of; they are stored first, just as they are, and not told. Raises NotFound when the
        layer was dropped, StorageError for two idens that begin with the same 63 bits, Outdated when there was another edit
        since as_of: then nothing is done.
        """
        with self._lock:
            if self._dropped:
                raise NotFound(f"There is no layer {self.iden}.")
            if new and as_of != self.version:
                raise Outdated(f"The layer {self.iden} has changed.")
            large = len(edits) + len(new) > LARGE
            if large or self._pending.full():
                self._write_pending()
            self._indexes.begin()
            try:
                with self._database.write() as connection:
                    batch = Batch(connection, self._number, self._edges, self._indexes, self._typed, self._pending)
                    batch.read([iden for iden, _, _ in edits])
                    for sode in new:
                        batch.make(sode)
                    done = [batch.edit(iden, form, changes) for iden, form, changes in edits]
                    changes = batch.changes()
                    if large:
                        pending.write(changes, connection, self._number)
                    elif changes:
                        pending.log(changes, connection, self._number)
            except BaseException:
                self._names.forget()
                self._indexes.clear()
                raise
            self._names.keep()
            if not large:
                self._pending.add(changes)
            self.version += 1
        return [edit for edit in done if edit is not None]

    def wipe(self) -> None:
        """Delete all that the layer holds."""
        self._wipe(dropping=False)

    def drop(self) -> None:
        """Delete all that the layer holds and its record; for `Graph.drop_layer`."""
        self._wipe(dropping=True)

    def _wipe(self, dropping: bool) -> None:
        with self._lock:
            with self._database.write() as connection:
                for sql in _WIPE:
                    connection.execute(sql, (self._number,))
                if dropping:
                    connection.execute("DELETE FROM graph_layer WHERE number = ?", (self._number,))
            self._dropped = self._dropped or dropping
            self._names.clear()
            self._indexes.clear()
            self._pending.clear()
            self.version += 1

    def _write_pending(self) -> None:
        if self._pending.waits():
            with self._database.write() as connection:
                self._pending.write(connection)
            self._pending.clear()

    def _settle(self) -> None:
        with self._lock:
            self._write_pending()

    def _source(self, name: int, low: Key | None, high: Key | None) -> Source:
        if low is None or low != high:
            return self._all
        return Source(self._database, self._pending, self._settle, (name, bound(low)))

    def _lift(
        self, kind: int, form: str, name: str, sub: str, low: Key | None, high: Key | None, reverse: bool
    ) -> Iterator[Lifted]:
        number = self._names.find(kind, form, name, sub)
        if number is None:
            return iter(())
        return lifts.lift(self._source(number, low, high), number, low, high, reverse)

    def _count(self, kind: int, form: str, name: str, sub: str, low: Key | None, high: Key | None) -> int:
        number = self._names.find(kind, form, name, sub)
        return 0 if number is None else lifts.count(self._source(number, low, high), number, low, high)


_SODES = "SELECT nid, iden, data FROM graph_node WHERE layer = ? AND nid IN (SELECT value FROM json_each(?))"
_OWN = "(SELECT number FROM graph_name WHERE layer = ?)"
_WIPE = (
    f"DELETE FROM graph_index WHERE name IN {_OWN}",
    f"DELETE FROM graph_tag WHERE tag IN {_OWN}",
    f"DELETE FROM graph_data WHERE name IN {_OWN}",
    f"DELETE FROM graph_edge WHERE verb IN {_OWN}",
    "DELETE FROM graph_node WHERE layer = ?",
    "DELETE FROM graph_name WHERE layer = ?",
    "DELETE FROM graph_log WHERE layer = ?",
)
