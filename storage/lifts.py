"""Lifts: reading an index of a layer in order, page by page.

Between two pages nothing is open and no lock is held, so edits and other threads go on; the next page starts after the
last (key, nid) of the one before. What is lifted comes with its packed sode, joined in the same statement.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

from .database import Row
from .edits import Key
from .names import Names

PAGE = 256
# The first integer that SQLite lacks, and the bytes that hold any of the data model's.
LARGEST = 2**63
WIDE_BYTES = 16

Lifted = tuple[Key, int, bytes, bytes]  # key, nid, iden, data
Tagged = tuple[int, bytes, str, bytes]  # nid, iden, form, data


class Source(Protocol):
    """Where rows are read from."""

    def read(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        ...


def bound(key: Key) -> Any:
    """A key as it is bound and stored: text as UTF-8 that any Python text has, so that it sorts by its bytes."""
    if isinstance(key, str):
        # Without the name of how, where there is nothing to pass: three times as fast.
        return key.encode() if key.isascii() else key.encode("utf-8", "surrogatepass")
    if isinstance(key, int) and not -LARGEST <= key < LARGEST:
        # SQLite has no such integer. Bytes sort behind all numbers; below them floats are all there is.
        return key.to_bytes(WIDE_BYTES, "big") if key > 0 else float(key)
    return key


def lift(source: Source, name: int, low: Key | None, high: Key | None, reverse: bool) -> Iterator[Lifted]:
    """What an index holds between two keys, both included, ordered by (key, nid); text keys come as their UTF-8."""
    head: list[Any] = [name]
    first = [] if low is None else [bound(low)]
    last = [] if high is None else [bound(high)]
    rows = source.read(_lift(low is not None, high is not None, False, reverse), *head, *first, *last)
    following = _lift(low is not None, high is not None, True, reverse)
    kept = first if reverse else last
    while True:
        yield from rows
        if len(rows) < PAGE:
            return
        rows = source.read(following, *head, *rows[-1][:2], *kept)


def values(source: Source, name: int) -> Iterator[Row]:
    """(key, nid, iden, data) of the first node of each key, ordered."""
    rows = source.read(_VALUES, name, *_BEFORE_ALL)
    while True:
        yield from rows
        if len(rows) < PAGE:
            return
        # After every nid of that key.
        rows = source.read(_VALUES, name, rows[-1][0], _LAST_NID)


def count(source: Source, name: int, low: Key | None, high: Key | None) -> int:
    """How many entries an index has between two keys, both included."""
    bounds = [bound(key) for key in (low, high) if key is not None]
    found: int = source.read(_count(low is not None, high is not None), name, *bounds)[0][0]
    return found


def lift_tag(source: Source, names: Names, tag: int, form: int | None, reverse: bool) -> Iterator[Tagged]:
    """The nodes with a tag, ordered by (number of the form, nid)."""
    head = [tag] if form is None else [tag, form]
    rows = source.read(_tag(form is not None, False, reverse), *head)
    following = _tag(form is not None, True, reverse)
    # With the form given, only the node says where the next page begins.
    kept = slice(1, 2) if form is not None else slice(0, 2)
    forms = names.forms()
    while True:
        for number, nid, iden, data in rows:
            yield nid, iden, forms[number], data
        if len(rows) < PAGE:
            return
        rows = source.read(following, *head, *rows[-1][kept])


def every(source: Source, layer: int) -> Iterator[tuple[int, bytes, bytes]]:
    """(nid, iden, data) of every row of a layer, ordered by nid."""
    last = -1
    while rows := source.read(_EVERY, layer, last):
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


_LAST_NID = 2**63 - 1
_BEFORE_ALL = (None, None)
_JOINED = "CROSS JOIN graph_node n ON n.row = i.row"
_VALUES = (
    "SELECT i.key, i.nid, n.iden, n.data FROM ("
    "SELECT key, min(nid) AS nid, row FROM graph_index WHERE name = ?1 AND (?2 IS NULL OR (key, nid) > (?2, ?3)) "
    f"GROUP BY key ORDER BY key LIMIT {PAGE}) i {_JOINED} ORDER BY i.key"
)
_EVERY = f"SELECT nid, iden, data FROM graph_node WHERE layer = ? AND nid > ? ORDER BY nid LIMIT {PAGE}"


@cache
def _lift(low: bool, high: bool, after: bool, reverse: bool) -> str:
    where = ["i.name = ?"]
    if after:
        where.append(f"(i.key, i.nid) {'<' if reverse else '>'} (?, ?)")
    if low and (reverse or not after):
        where.append("i.key >= ?")
    if high and not (reverse and after):
        where.append("i.key <= ?")
    order = "i.key DESC, i.nid DESC" if reverse else "i.key, i.nid"
    columns = "i.key, i.nid, n.iden, n.data"
    return f"SELECT {columns} FROM graph_index i {_JOINED} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {PAGE}"


@cache
def _count(low: bool, high: bool) -> str:
    where = ["name = ?", *(["key >= ?"] if low else []), *(["key <= ?"] if high else [])]
    return f"SELECT count(*) FROM graph_index WHERE {' AND '.join(where)}"


@cache
def _tag(form: bool, after: bool, reverse: bool) -> str:
    where = ["i.tag = ?", *(["i.form = ?"] if form else [])]
    if after:
        sign = "<" if reverse else ">"
        where.append(f"i.nid {sign} ?" if form else f"(i.form, i.nid) {sign} (?, ?)")
    order = "i.form DESC, i.nid DESC" if reverse else "i.form, i.nid"
    columns = "i.form, i.nid, n.iden, n.data"
    return f"SELECT {columns} FROM graph_tag i {_JOINED} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {PAGE}"
