"""The small numbers that one layer gives to what its indexes are by: forms, properties, tags, verbs, names of node data.

They are given in order of first use and kept when the last thing of the name goes: the order of a tag's nodes by their
forms depends on it. Held in memory as a whole; a number that is new in a transaction is forgotten when that is rolled
back. The layer's lock guards the changes; look-ups are free.
"""

import sqlite3
from collections.abc import Mapping

from .database import Database

# Kinds, and what they are of. FORM: form; PROP, ITEM: form or "" for all forms, prop; TAG: "", tag; TAGPROP: form or "", tag,
# prop; DATA, VERB: "", name.
FORM, PROP, ITEM, TAG, TAGPROP, DATA, VERB = range(7)

Name = tuple[int, str, str, str]  # kind, form, name, sub


class Names:
    """The names of one layer."""

    def __init__(self, database: Database, layer: int) -> None:
        self._layer = layer
        rows = database.read(
            "SELECT number, kind, form, name, sub FROM graph_name WHERE layer = ? ORDER BY number", layer
        )
        self._numbers: dict[Name, int] = {(kind, form, name, sub): number for number, kind, form, name, sub in rows}
        self._forms = {number: name[1] for name, number in self._numbers.items() if name[0] == FORM}
        self._fresh: list[Name] = []
        # Grows with each change of what names there are.
        self.version = 0

    def find(self, kind: int, form: str, name: str = "", sub: str = "") -> int | None:
        """The number of a name; None when it was never used."""
        return self._numbers.get((kind, form, name, sub))

    def forms(self) -> Mapping[int, str]:
        """The forms by their numbers, also those that come later; what was handed out outlives `clear`."""
        return self._forms

    def has_kind(self, kind: int) -> bool:
        """Whether any name of a kind was ever used."""
        return any(name[0] == kind for name in list(self._numbers))

    def of_kind(self, kind: int) -> list[tuple[Name, int]]:
        """Every name of a kind with its number, in order of first use."""
        # A copy at once, as another thread may add one meanwhile.
        return [(name, number) for name, number in list(self._numbers.items()) if name[0] == kind]

    def give(self, connection: sqlite3.Connection, kind: int, form: str, name: str = "", sub: str = "") -> int:
        """The number of a name, a new one where there is none; inside a transaction."""
        key = (kind, form, name, sub)
        number = self._numbers.get(key)
        if number is None:
            number = connection.execute(
                "INSERT INTO graph_name (layer, kind, form, name, sub) VALUES (?, ?, ?, ?, ?)", (self._layer, *key)
            ).lastrowid
            assert number is not None
            self._numbers[key] = number
            self.version += 1
            if kind == FORM:
                self._forms[number] = form
            self._fresh.append(key)
        return number

    def keep(self) -> None:
        """The transaction was committed."""
        self._fresh.clear()

    def forget(self) -> None:
        """The transaction was rolled back."""
        for key in self._fresh:
            number = self._numbers.pop(key)
            self._forms.pop(number, None)
        self._fresh.clear()
        self.version += 1

    def clear(self) -> None:
        """All rows were deleted."""
        self._numbers = {}
        self._forms = {}
        self._fresh.clear()
        self.version += 1
