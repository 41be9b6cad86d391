"""One transaction's edits to the sodes of a layer.

Rows are read once, edited as objects and compared with what they were. What comes of it is `Changes`, which the layer logs or
writes.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .edges import Edges
from .edits import NODE_DEL, PROP_SET, SODE_EDITS, Edit, NodeEdit, Typed
from .errors import StorageError
from .indexes import Indexes
from .pending import Changes, Pending
from .sodes import Sode, nid_of, pack, tupled, unpack


@dataclass(slots=True)
class _Held:
    """A node while it is edited: its row, None where it has none yet; what is stored of it, if anything; what shall be."""

    row: int | None
    old: Sode | None
    new: Sode
    touched: bool = False


class Batch:
    """The edits of one transaction of one layer: `read` first, then `make`, then `edit`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        layer: int,
        edges: Edges,
        indexes: Indexes,
        typed: Typed,
        pending: Pending,
    ) -> None:
        self._connection = connection
        self._layer = layer
        self._edges = edges
        self._indexes = indexes
        self._typed = typed
        self._pending = pending
        self._held: dict[int, _Held] = {}
        # Rows of which nothing is left, but which the table still has.
        self._gone: dict[int, int] = {}

    def read(self, idens: Iterable[bytes]) -> None:
        """Read what the layer holds of nodes that are to be edited."""
        nids = {nid_of(iden) for iden in idens}
        for nid in tuple(nids):
            stored = self._pending.stored(nid)
            if stored is not None:
                nids.remove(nid)
                self._hold(nid, *stored[:3])
        if len(nids) == 1:
            rows = self._connection.execute(_ONE, (self._layer, *nids)).fetchall()
        elif nids:
            rows = self._connection.execute(_MANY, (self._layer, json.dumps(list(nids)))).fetchall()
        else:
            return
        for nid, row, iden, data in rows:
            self._hold(nid, row, iden, data)

    def make(self, sode: Sode) -> None:
        """Take a node of which the layer holds nothing, as it is. Raises StorageError."""
        nid = nid_of(sode.iden)
        if nid in self._held:
            raise _taken(sode.iden, sode.form, self._held[nid].new)
        # What is gone from the layer may still have its row in the table.
        stored = self._pending.stored(nid)
        self._held[nid] = _Held(None if stored is None else stored[0], None, sode, True)

    def edit(self, iden: bytes, form: str, edits: list[Edit]) -> NodeEdit | None:
        """Do one node's edits; those that changed something, None when none did. Raises StorageError."""
        nid = nid_of(iden)
        held = self._held.get(nid)
        if held is None:
            held = self._held[nid] = _Held(self._gone.get(nid), None, Sode(iden, form))
        sode = held.new
        if sode.iden != iden or sode.form != form:
            raise _taken(iden, form, sode)
        done: list[Edit] = []
        typed, known, props = self._typed, len(SODE_EDITS), sode.props
        for kind, args in edits:
            if kind == PROP_SET and args[0] not in props:
                # By far the most edits; `prop_set` would do the same.
                name, valu = args[0], tupled(args[1])
                props[name] = valu
                done.append((kind, (name, valu, None)))
                continue
            if kind < known:
                change = SODE_EDITS[kind](sode, typed, *args)
            else:
                change = self._edges.edit(self._connection, iden, kind, args)
            if change is not None:
                done.append(change)
                if kind == NODE_DEL:
                    props = sode.props
                    self._edges.drop(self._connection, iden)
        if not done:
            return None
        held.touched = True
        return (iden, form, done)

    def changes(self) -> Changes:
        """What is to be stored."""
        changes: Changes = {}
        for nid, held in self._held.items():
            if held.touched:
                old, new = held.old, held.new
                data: bytes | None = None
                if not new.is_empty() or self._edges.has_data(self._connection, new.iden):
                    data = pack(new)
                elif old is None:
                    continue
                changes[nid] = (held.row, new.iden, data, *self._indexes.differences(self._connection, old, new))
        return changes

    def _hold(self, nid: int, row: int | None, iden: bytes, data: bytes | None) -> None:
        if data is not None:
            self._held[nid] = _Held(row, unpack(iden, data), unpack(iden, data))
        elif row is not None:
            self._gone[nid] = row


def _taken(iden: bytes, form: str, sode: Sode) -> StorageError:
    return StorageError(f"The node {iden.hex()} ({form}) is stored as {sode.iden.hex()} ({sode.form}).")


_ONE = "SELECT nid, row, iden, data FROM graph_node WHERE layer = ? AND nid = ?"
_MANY = "SELECT nid, row, iden, data FROM graph_node WHERE layer = ? AND nid IN (SELECT value FROM json_each(?))"
