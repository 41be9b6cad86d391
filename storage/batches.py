"""One transaction's edits to the sodes of a layer, and the index entries that follow from them.

Rows are read once, edited as objects and compared with what they were. What comes of it is `Changes`, which the layer logs or
writes.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .edges import Edges
from .edits import NODE_DEL, PROP_SET, SODE_EDITS, Edit, NodeEdit, Typed
from .errors import StorageError
from .lifts import bound
from .names import FORM, ITEM, TAG, TAGPROP, Names
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
    """The edits of one transaction of one layer.

    absent: idens that are known to be nowhere in the layer.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        layer: int,
        names: Names,
        edges: Edges,
        typed: Typed,
        pending: Pending,
        idens: Iterable[bytes],
        absent: Collection[bytes] = (),
    ) -> None:
        self._connection = connection
        self._layer = layer
        self._names = names
        self._edges = edges
        self._typed = typed
        self._held: dict[int, _Held] = {}
        # Rows of which nothing is left, but which the table still has.
        self._gone: dict[int, int] = {}
        self._read({nid_of(iden) for iden in idens if iden not in absent}, pending)
        for iden in absent:
            # What is gone from the layer may still have its row in the table.
            stored = pending.stored(nid_of(iden))
            if stored is not None:
                self._hold(nid_of(iden), *stored)

    def edit(self, iden: bytes, form: str, edits: list[Edit]) -> NodeEdit | None:
        """Do one node's edits; those that changed something, None when none did. Raises StorageError."""
        nid = nid_of(iden)
        held = self._held.get(nid)
        if held is None:
            held = self._held[nid] = _Held(self._gone.get(nid), None, Sode(iden, form))
        sode = held.new
        if sode.iden != iden or sode.form != form:
            raise StorageError(f"The node {iden.hex()} ({form}) is stored as {sode.iden.hex()} ({sode.form}).")
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
        changes = Changes()
        for nid, held in self._held.items():
            if held.touched:
                self._add(changes, nid, held)
        return changes

    def made(self) -> dict[bytes, Sode]:
        """The sodes of the nodes that the layer had nothing of, as they are now."""
        return {held.new.iden: held.new for held in self._held.values() if held.touched and held.old is None}

    def _add(self, changes: Changes, nid: int, held: _Held) -> None:
        old, new = held.old, held.new
        data: bytes | None = None
        if not new.is_empty() or self._edges.has_data(self._connection, new.iden):
            data = pack(new)
        elif old is None:
            return
        changes.nodes[nid] = (held.row, new.iden, data)
        if old is None:
            old = _NOTHING
        else:
            self._enter(changes, nid, old, new, False)
        self._enter(changes, nid, new, old, True)

    def _read(self, nids: set[int], pending: Pending) -> None:
        for nid in tuple(nids):
            stored = pending.stored(nid)
            if stored is not None:
                nids.remove(nid)
                self._hold(nid, *stored)
        if len(nids) == 1:
            rows = self._connection.execute(_ONE, (self._layer, *nids)).fetchall()
        elif nids:
            rows = self._connection.execute(_MANY, (self._layer, json.dumps(list(nids)))).fetchall()
        else:
            return
        for nid, row, iden, data in rows:
            self._hold(nid, row, iden, data)

    def _hold(self, nid: int, row: int | None, iden: bytes, data: bytes | None) -> None:
        if data is not None:
            self._held[nid] = _Held(row, unpack(iden, data), unpack(iden, data))
        elif row is not None:
            self._gone[nid] = row

    def _enter(self, changes: Changes, nid: int, sode: Sode, other: Sode, comes: bool) -> None:
        """Note the entries of what one sode holds and the other does not."""
        form, index = sode.form, changes.index
        if sode.valu is not None and sode.valu != other.valu:
            # The first node of a form gives the form its place among those of a tag.
            self._give(FORM, form)
            self._enter_prop(index, nid, form, "", sode.valu, comes)
        others = other.props
        for prop, valu in sode.props.items():
            if prop not in others or others[prop] != valu:
                self._enter_prop(index, nid, form, prop, valu, comes)
        for tag, props in sode.tagprops.items():
            others = other.tagprops.get(tag, {})
            for prop, valu in props.items():
                if prop not in others or others[prop] != valu:
                    key = bound(self._typed.tagprop_key(prop, valu))
                    index[self._give(TAGPROP, "", tag, prop), key, nid] = comes
                    index[self._give(TAGPROP, form, tag, prop), key, nid] = comes
        for tag in sode.tags:
            if tag not in other.tags:
                changes.tags[self._give(TAG, "", tag), self._give(FORM, form), nid] = comes

    def _enter_prop(
        self, index: dict[tuple[int, Any, int], bool], nid: int, form: str, prop: str, valu: Any, comes: bool
    ) -> None:
        key, items = self._typed.keys(form, prop, valu)
        kept = bound(key)
        for number in self._names.of_prop(self._connection, form, prop):
            index[number, kept, nid] = comes
        if items is not None:
            keys = dict.fromkeys(map(bound, items))
            for one in (form, "") if prop.startswith(".") else (form,):
                number = self._give(ITEM, one, prop)
                for item in keys:
                    index[number, item, nid] = comes

    def _give(self, kind: int, form: str, name: str = "", sub: str = "") -> int:
        return self._names.give(self._connection, kind, form, name, sub)


_NOTHING = Sode(b"", "")
_ONE = "SELECT nid, row, iden, data FROM graph_node WHERE layer = ? AND nid = ?"
_MANY = "SELECT nid, row, iden, data FROM graph_node WHERE layer = ? AND nid IN (SELECT value FROM json_each(?))"
