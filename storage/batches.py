"""One transaction's edits to the sodes of a layer, and the index rows that follow from them.

Rows are read once, edited as objects, compared with what they were, and written at the end with a few `executemany`:
first what goes from the indexes, then what comes. No two nodes of a layer share an index entry, so that order suffices.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .edges import Edges
from .edits import NODE_DEL, SODE_EDITS, Edit, NodeEdit, Typed
from .errors import StorageError
from .lifts import bound
from .names import FORM, ITEM, PROP, TAG, TAGPROP, Names
from .sodes import Sode, nid_of, pack, unpack


@dataclass(slots=True)
class _Held:
    """A node while it is edited: its row, None where it has none yet; what the row holds; what it shall hold."""

    row: int | None
    old: Sode
    new: Sode
    touched: bool = False


@dataclass(slots=True)
class _Rows:
    """What is to be written: rows that go, rows that come."""

    going: list[tuple[Any, ...]] = field(default_factory=list)
    untagged: list[tuple[Any, ...]] = field(default_factory=list)
    dropped: list[tuple[Any, ...]] = field(default_factory=list)
    made: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[tuple[Any, ...]] = field(default_factory=list)
    coming: list[tuple[Any, ...]] = field(default_factory=list)
    tagged: list[tuple[Any, ...]] = field(default_factory=list)


class Batch:
    """The edits of one transaction of one layer."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        layer: int,
        names: Names,
        edges: Edges,
        typed: Typed,
        idens: Iterable[bytes],
    ) -> None:
        self._connection = connection
        self._layer = layer
        self._names = names
        self._edges = edges
        self._typed = typed
        self._held = self._read({nid_of(iden): iden for iden in idens})

    def edit(self, iden: bytes, form: str, edits: list[Edit]) -> NodeEdit | None:
        """Do one node's edits; those that changed something, None when none did. Raises StorageError."""
        nid = nid_of(iden)
        held = self._held.get(nid)
        if held is None:
            held = self._held[nid] = _Held(None, Sode(iden, form), Sode(iden, form))
        sode = held.new
        if sode.iden != iden or sode.form != form:
            raise StorageError(f"The node {iden.hex()} ({form}) is stored as {sode.iden.hex()} ({sode.form}).")
        done: list[Edit] = []
        for kind, args in edits:
            if kind < len(SODE_EDITS):
                change = SODE_EDITS[kind](sode, self._typed, *args)
            else:
                change = self._edges.edit(self._connection, iden, kind, args)
            if change is not None:
                held.touched = True
                done.append(change)
                if kind == NODE_DEL:
                    self._edges.drop(self._connection, iden)
        return (iden, form, done) if done else None

    def write(self) -> None:
        """Write every row that changed, and its index entries."""
        rows = _Rows()
        last = None
        for nid, held in self._held.items():
            if not held.touched:
                continue
            row = held.row
            if held.new.is_empty() and not self._edges.has_data(self._connection, held.new.iden):
                if row is None:
                    continue
                rows.dropped.append((row,))
            elif row is None:
                if last is None:
                    last = self._connection.execute("SELECT max(row) FROM graph_node").fetchone()[0] or 0
                row = last = last + 1
                rows.made.append((row, self._layer, nid, held.new.iden, pack(held.new)))
            else:
                rows.changed.append((pack(held.new), row))
            if held.row is not None:
                rows.going.extend([(name, key, nid) for name, key in self._entries(held.old, held.new)])
                rows.untagged.extend([(tag, form, nid) for tag, form in self._tags(held.old, held.new)])
            rows.coming.extend([(name, key, nid, row) for name, key in self._entries(held.new, held.old)])
            rows.tagged.extend([(tag, form, nid, row) for tag, form in self._tags(held.new, held.old)])
        for sql, values in (
            ("DELETE FROM graph_index WHERE name = ? AND key = ? AND nid = ?", rows.going),
            ("DELETE FROM graph_tag WHERE tag = ? AND form = ? AND nid = ?", rows.untagged),
            ("DELETE FROM graph_node WHERE row = ?", rows.dropped),
            ("INSERT INTO graph_node VALUES (?, ?, ?, ?, ?)", rows.made),
            ("UPDATE graph_node SET data = ? WHERE row = ?", rows.changed),
            ("INSERT INTO graph_index VALUES (?, ?, ?, ?)", rows.coming),
            ("INSERT INTO graph_tag VALUES (?, ?, ?, ?)", rows.tagged),
        ):
            if values:
                self._connection.executemany(sql, values)

    def _read(self, idens: dict[int, bytes]) -> dict[int, _Held]:
        if len(idens) == 1:
            rows = self._connection.execute(_ONE, (self._layer, *idens)).fetchall()
        else:
            rows = self._connection.execute(_MANY, (self._layer, json.dumps(list(idens)))).fetchall()
        return {nid: _Held(row, unpack(iden, data), unpack(iden, data)) for nid, row, iden, data in rows}

    def _entries(self, sode: Sode, other: Sode) -> list[tuple[int, Any]]:
        """The index entries of what one sode holds and the other does not: (name, key)."""
        found: list[tuple[int, Any]] = []
        form = sode.form
        if sode.valu is not None and sode.valu != other.valu:
            # The first node of a form gives the form its place among those of a tag.
            self._give(FORM, form)
            self._add_prop(found, form, "", sode.valu)
        others = other.props
        for prop, valu in sode.props.items():
            if prop not in others or others[prop] != valu:
                self._add_prop(found, form, prop, valu)
        for tag, props in sode.tagprops.items():
            others = other.tagprops.get(tag, {})
            for prop, valu in props.items():
                if prop not in others or others[prop] != valu:
                    key = bound(self._typed.tagprop_key(prop, valu))
                    found.append((self._give(TAGPROP, "", tag, prop), key))
                    found.append((self._give(TAGPROP, form, tag, prop), key))
        return found

    def _add_prop(self, found: list[tuple[int, Any]], form: str, prop: str, valu: Any) -> None:
        key, items = self._typed.keys(form, prop, valu)
        key = bound(key)
        found.append((self._give(PROP, form, prop), key))
        if prop.startswith("."):
            found.append((self._give(PROP, "", prop), key))
        if items is not None:
            keys = dict.fromkeys(map(bound, items))
            for one in (form, "") if prop.startswith(".") else (form,):
                found.extend([(self._give(ITEM, one, prop), item) for item in keys])

    def _tags(self, sode: Sode, other: Sode) -> list[tuple[int, int]]:
        if not sode.tags:
            return []
        others = other.tags
        return [(self._give(TAG, "", tag), self._give(FORM, sode.form)) for tag in sode.tags if tag not in others]

    def _give(self, kind: int, form: str, name: str = "", sub: str = "") -> int:
        return self._names.give(self._connection, kind, form, name, sub)


_ONE = "SELECT nid, row, iden, data FROM graph_node WHERE layer = ? AND nid = ?"
_MANY = "SELECT nid, row, iden, data FROM graph_node WHERE layer = ? AND nid IN (SELECT value FROM json_each(?))"
