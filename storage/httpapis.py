"""The Extended HTTP API of one Cortex: definitions in the order of looking, held in memory and written through.

A definition is a dictionary with at least `iden` and `path`, a pattern that a whole path must match. What else is in it is
not known here, nor how patterns are written. Nobody may change one in place: lists in it are tuples.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from .database import Database
from .sodes import pack_value, unpack_value

Definition = dict[str, Any]


class Found(Protocol):
    """What a pattern found."""

    def groups(self) -> tuple[Any, ...]: ...


class Pattern(Protocol):
    """A pattern; may raise what its maker says."""

    @property
    def fullmatch(self) -> Callable[[str], Found | None]: ...


@dataclass(frozen=True, slots=True)
class _Held:
    definition: Definition
    pattern: Pattern


class HttpApis:
    """The definitions in one database; compiled: makes a pattern of its text.

    Raises Closed; what changes raises TypeError for a value msgpack has no form for, and what `compiled` raises.
    """

    def __init__(self, database: Database, compiled: Callable[[str], Pattern]) -> None:
        self._database = database
        self._compiled = compiled
        self._lock = threading.Lock()
        rows = database.read("SELECT value FROM http_api ORDER BY position")
        self._held = [self._hold(value) for (value,) in rows]

    def all(self) -> list[Definition]:
        """Every definition, in order."""
        return [each.definition for each in self._held]

    def get(self, iden: str) -> Definition | None:
        """One definition."""
        return next((each.definition for each in self._held if each.definition["iden"] == iden), None)

    def matching(self, path: str) -> tuple[Definition, tuple[str | None, ...]] | None:
        """The first definition whose pattern matches a whole path, and what its groups captured.

        Raises what a pattern does; may take as long as each of them may.
        """
        for each in self._held:
            if found := each.pattern.fullmatch(path):
                return each.definition, found.groups()
        return None

    def add(self, definition: Definition) -> bool:
        """Put one at the end; whether there was none with its iden."""
        iden = definition["iden"]
        with self._lock:
            if self.get(iden) is not None:
                return False
            value = pack_value(definition)
            new = self._hold(value)
            with self._database.write() as connection:
                connection.execute("INSERT INTO http_api VALUES (?, ?, ?)", (iden, len(self._held), value))
            self._held = [*self._held, new]
            return True

    def change(self, iden: str, changes: Definition) -> Definition | None:
        """Give one other values for some of its keys; the new definition, None where there is none of that iden."""
        with self._lock:
            at = self._place(iden)
            if at is None:
                return None
            value = pack_value({**self._held[at].definition, **changes})
            new = self._hold(value)
            with self._database.write() as connection:
                connection.execute("UPDATE http_api SET value = ? WHERE iden = ?", (value, iden))
            self._held = [*self._held[:at], new, *self._held[at + 1 :]]
            return new.definition

    def move(self, iden: str, position: int) -> int | None:
        """Move one to a position, or to the end; where it stands then, None where there is none of that iden."""
        with self._lock:
            at = self._place(iden)
            if at is None:
                return None
            others = [*self._held[:at], *self._held[at + 1 :]]
            self._order([*others[:position], self._held[at], *others[position:]])
            return self._place(iden)

    def drop(self, iden: str) -> bool:
        """Remove one; whether it was there."""
        with self._lock:
            at = self._place(iden)
            if at is None:
                return False
            with self._database.write() as connection:
                connection.execute("DELETE FROM http_api WHERE iden = ?", (iden,))
            self._order([*self._held[:at], *self._held[at + 1 :]])
            return True

    def _place(self, iden: str) -> int | None:
        return next((at for at, each in enumerate(self._held) if each.definition["iden"] == iden), None)

    def _order(self, held: list[_Held]) -> None:
        rows = [(at, each.definition["iden"]) for at, each in enumerate(held)]
        with self._database.write() as connection:
            connection.executemany("UPDATE http_api SET position = ? WHERE iden = ?", rows)
        self._held = held

    def _hold(self, value: bytes) -> _Held:
        definition: Definition = unpack_value(value)
        return _Held(definition, self._compiled(definition["path"]))
