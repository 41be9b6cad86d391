"""The light edges and the node data of one layer: rows of their own beside the sodes, found by a numbered name.

An edge is kept by the idens of its ends, as in a fork the layer may lack both nodes. Writing is part of the layer's
transaction; reading goes page by page.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from .database import Database
from .edits import DATA_DEL, DATA_SET, EDGE_ADD, EDGE_DEL, Edit
from .names import DATA, VERB, Names
from .sodes import nid_of, pack_value, tupled, unpack_value

PAGE = 256
# Beginnings of verbs that are kept with the verbs that begin so.
VERBS_KNOWN = 1000


class Edges:
    """The edges and node data of one layer."""

    def __init__(self, database: Database, layer: int, names: Names) -> None:
        self._database = database
        self._layer = layer
        self._names = names
        # Verbs by how they begin, as of a version of the names.
        self._begun: dict[str, list[tuple[str, int]]] = {}
        self._begun_at = -1

    def edges(self, iden: bytes, verb: str | None, inbound: bool) -> Iterator[tuple[str, bytes]]:
        """The edges at one node: (verb, iden of the other), ordered. verb: how theirs begins; so the product finds them."""
        verbs, last = self._verbs(None) if verb is None else self._beginning(verb), b""
        if not verbs:
            return
        if verb is None:
            # Nearly always this is all; else each verb is read to its end on its own.
            rows = self._database.read(_AT[inbound], self._layer, iden)
            yield from rows
            if len(rows) < PAGE:
                return
            verbs, last = [each for each in verbs if each[0] >= rows[-1][0]], rows[-1][1]
        here, other = _ENDS[inbound]
        sql = f"SELECT {other} FROM graph_edge WHERE verb = ? AND {here} = ? AND {other} > ? ORDER BY {other} LIMIT {PAGE}"
        for text, number in verbs:
            while rows := self._database.read(sql, number, iden, last):
                for (last,) in rows:
                    yield text, last
                if len(rows) < PAGE:
                    break
            last = b""

    def verbs(self, iden: bytes, inbound: bool) -> list[str]:
        """The verbs of the edges at one node, ordered."""
        return [text for (text,) in self._database.read(_VERBS_AT[inbound], self._layer, iden)]

    def has(self, n1: bytes, verb: str, n2: bytes) -> bool:
        """Whether there is such an edge."""
        number = self._names.find(VERB, "", verb)
        sql = "SELECT 1 FROM graph_edge WHERE verb = ? AND n1 = ? AND n2 = ?"
        return number is not None and bool(self._database.read(sql, number, n1, n2))

    def all(self, verb: str | None) -> Iterator[tuple[bytes, str, bytes]]:
        """Every edge: (n1, verb, n2), ordered by verb, n1, n2."""
        sql = f"SELECT n1, n2 FROM graph_edge WHERE verb = ? AND (n1, n2) > (?, ?) ORDER BY n1, n2 LIMIT {PAGE}"
        for text, number in self._verbs(verb):
            n1, n2 = b"", b""
            while rows := self._database.read(sql, number, n1, n2):
                for n1, n2 in rows:
                    yield n1, text, n2
                if len(rows) < PAGE:
                    break

    def lift(self, verb: str, inbound: bool) -> Iterator[bytes]:
        """The idens that have an edge of that verb at their end, once each, ordered."""
        here, _ = _ENDS[inbound]
        sql = f"SELECT DISTINCT {here} FROM graph_edge WHERE verb = ? AND {here} > ? ORDER BY {here} LIMIT {PAGE}"
        for _, number in self._verbs(verb):
            last = b""
            while rows := self._database.read(sql, number, last):
                for (last,) in rows:
                    yield last
                if len(rows) < PAGE:
                    break

    def data(self, nid: int, name: str, default: Any) -> Any:
        """A node's data of one name."""
        number = self._names.find(DATA, "", name)
        if number is None:
            return default
        rows = self._database.read("SELECT valu FROM graph_data WHERE name = ? AND nid = ?", number, nid)
        return unpack_value(rows[0][0]) if rows else default

    def all_data(self, nid: int) -> dict[str, Any]:
        """All data of a node by name, in the order in which this layer first knew the names."""
        return {name: unpack_value(valu) for name, valu in self._database.read(_DATA_AT, self._layer, nid)}

    def lift_data(self, name: str) -> Iterator[tuple[int, bytes]]:
        """(nid, iden) of the nodes that have data of that name, ordered."""
        number = self._names.find(DATA, "", name)
        last = -1
        sql = f"SELECT nid, iden FROM graph_data WHERE name = ? AND nid > ? ORDER BY nid LIMIT {PAGE}"
        while number is not None and (rows := self._database.read(sql, number, last)):
            yield from rows
            last = rows[-1][0]
            if len(rows) < PAGE:
                break

    def edit(self, connection: sqlite3.Connection, iden: bytes, kind: int, args: tuple[Any, ...]) -> Edit | None:
        """Do an edit of an edge or of node data inside a transaction; None when it changed nothing."""
        if kind == EDGE_ADD:
            number = self._names.give(connection, VERB, "", args[0])
            sql = "INSERT OR IGNORE INTO graph_edge VALUES (?, ?, ?)"
            return (kind, args) if connection.execute(sql, (number, iden, args[1])).rowcount else None
        if kind == EDGE_DEL:
            sql = "DELETE FROM graph_edge WHERE verb = ? AND n1 = ? AND n2 = ?"
            found = self._names.find(VERB, "", args[0])
            return (kind, args) if connection.execute(sql, (found, iden, args[1])).rowcount else None
        if kind == DATA_SET:
            return self._set_data(connection, iden, args[0], args[1])
        assert kind == DATA_DEL, f"there is no edit of type {kind}"
        sql = "DELETE FROM graph_data WHERE name = ? AND nid = ? RETURNING valu"
        row = connection.execute(sql, (self._names.find(DATA, "", args[0]), nid_of(iden))).fetchone()
        return None if row is None else (kind, (args[0], unpack_value(row[0])))

    def drop(self, connection: sqlite3.Connection, iden: bytes) -> None:
        """Delete what goes with a node: its data, and the edges that start at it."""
        connection.execute(
            f"DELETE FROM graph_data WHERE name IN {_OWN} AND nid = ?", (self._layer, DATA, nid_of(iden))
        )
        connection.execute(f"DELETE FROM graph_edge WHERE verb IN {_OWN} AND n1 = ?", (self._layer, VERB, iden))

    def holders(self) -> Iterator[bytes]:
        """The idens of what has data or an edge that starts at it, some of them more than once."""
        for (_, _, name, _), _ in self._names.of_kind(DATA):
            yield from (iden for _, iden in self.lift_data(name))
        for name, _ in self._verbs(None):
            yield from self.lift(name, False)

    def has_data(self, connection: sqlite3.Connection, iden: bytes) -> bool:
        """Whether the node has any data; inside a transaction."""
        if not self._names.has_kind(DATA):
            return False
        sql = f"SELECT 1 FROM graph_data WHERE name IN {_OWN} AND nid = ?"
        return connection.execute(sql, (self._layer, DATA, nid_of(iden))).fetchone() is not None

    def _set_data(self, connection: sqlite3.Connection, iden: bytes, name: str, valu: Any) -> Edit | None:
        number, nid, valu = self._names.give(connection, DATA, "", name), nid_of(iden), tupled(valu)
        row = connection.execute("SELECT valu FROM graph_data WHERE name = ? AND nid = ?", (number, nid)).fetchone()
        old = None if row is None else unpack_value(row[0])
        if row is not None and old == valu:
            return None
        sql = "INSERT OR REPLACE INTO graph_data VALUES (?, ?, ?, ?)"
        connection.execute(sql, (number, nid, iden, pack_value(valu)))
        return (DATA_SET, (name, valu, old))

    def _beginning(self, verb: str) -> list[tuple[str, int]]:
        if self._begun_at != self._names.version or len(self._begun) > VERBS_KNOWN:
            self._begun, self._begun_at = {}, self._names.version
        begun = self._begun
        found = begun.get(verb)
        if found is None:
            found = begun[verb] = [each for each in self._verbs(None) if each[0].startswith(verb)]
        return found

    def _verbs(self, verb: str | None) -> list[tuple[str, int]]:
        if verb is not None:
            number = self._names.find(VERB, "", verb)
            return [] if number is None else [(verb, number)]
        return sorted((name, number) for (_, _, name, _), number in self._names.of_kind(VERB))


_ENDS = {False: ("n1", "n2"), True: ("n2", "n1")}  # inbound or not: the end that is known, the other one
# The unique index of graph_name gives the names of a kind in order.
_NAMED = "v.layer = ? AND v.kind = {kind} AND v.form = ''"
_AT = {
    inbound: f"SELECT v.name, e.{other} FROM graph_name v CROSS JOIN graph_edge e ON e.verb = v.number "
    f"WHERE {_NAMED.format(kind=VERB)} AND e.{here} = ? ORDER BY v.name, e.{other} LIMIT {PAGE}"
    for inbound, (here, other) in _ENDS.items()
}
_VERBS_AT = {
    inbound: f"SELECT v.name FROM graph_name v WHERE {_NAMED.format(kind=VERB)} "
    f"AND EXISTS (SELECT 1 FROM graph_edge e WHERE e.verb = v.number AND e.{here} = ?) ORDER BY v.name"
    for inbound, (here, _) in _ENDS.items()
}
_DATA_AT = (
    "SELECT v.name, d.valu FROM graph_name v CROSS JOIN graph_data d ON d.name = v.number "
    f"WHERE {_NAMED.format(kind=DATA)} AND d.nid = ? ORDER BY v.number"
)
_OWN = "(SELECT number FROM graph_name WHERE layer = ? AND kind = ?)"
