"""The entries under which the indexes of a layer find a node: by numbered names, and by the keys of values.

What there is to know of a property is worked out once, until the names or the model change.
"""

import sqlite3
from typing import Any

from .edits import ItemsOf, KeyOf, Typed
from .lifts import bound
from .names import FORM, ITEM, PROP, TAG, TAGPROP, Names
from .pending import Turn
from .sodes import Sode

# Of a property: the numbers of its indexes, its form's own and a universal one's of all forms; how keys are made; the same
# of its items where it is an array.
Plan = tuple[tuple[int, ...], KeyOf, tuple[int, ...], ItemsOf | None]


class Indexes:
    """The indexes of one layer. The layer's lock guards it."""

    def __init__(self, names: Names, typed: Typed) -> None:
        self._names = names
        self._typed = typed
        self._edition: object = None
        # By form and property; the numbers of tags and of forms.
        self._plans: dict[str, dict[str, Plan]] = {}
        self._tags: dict[str, int] = {}
        self._forms: dict[str, int] = {}

    def begin(self) -> None:
        """Before a transaction: look whether the model has changed."""
        edition = self._typed.edition
        if edition is not self._edition:
            self.clear()
            self._edition = edition

    def clear(self) -> None:
        """Numbers have gone."""
        self._plans, self._tags, self._forms = {}, {}, {}

    def differences(self, connection: sqlite3.Connection, old: Sode | None, new: Sode) -> tuple[Turn, Turn]:
        """What becomes of the entries in the index, and of those in the tags, when a sode becomes another."""
        if old is None:
            return ((), self._index(connection, new, _NOTHING)), ((), self._tagged(connection, new, _NOTHING))
        index = self._index(connection, old, new), self._index(connection, new, old)
        return index, (self._tagged(connection, old, new), self._tagged(connection, new, old))

    def _index(self, connection: sqlite3.Connection, sode: Sode, other: Sode) -> list[tuple[int, Any]]:
        """The entries of what one sode holds and the other does not."""
        form, others = sode.form, other.props
        values: list[tuple[str, Any]] = []
        if sode.valu is not None and sode.valu != other.valu:
            # The first node of a form gives the form its place among those of a tag.
            self._form(connection, form)
            values.append(("", sode.valu))
        if others:
            values += [item for item in sode.props.items() if item[0] not in others or others[item[0]] != item[1]]
        else:
            values += sode.props.items()
        plans = self._plans.get(form)
        if plans is None:
            plans = self._plans[form] = {}
        found: list[tuple[int, Any]] = []
        for prop, valu in values:
            plan = plans.get(prop)
            if plan is None:
                plan = plans[prop] = self._plan(connection, form, prop)
            numbers, key_of, item_numbers, items_of = plan
            key = bound(key_of(valu))
            for number in numbers:
                found.append((number, key))
            if items_of is not None:
                for item in dict.fromkeys(map(bound, items_of(valu))):
                    for number in item_numbers:
                        found.append((number, item))
        if sode.tagprops:
            found += self._tagprops(connection, sode, other)
        return found

    def _tagprops(self, connection: sqlite3.Connection, sode: Sode, other: Sode) -> list[tuple[int, Any]]:
        give = self._names.give
        found: list[tuple[int, Any]] = []
        for tag, props in sode.tagprops.items():
            others = other.tagprops.get(tag, {})
            for prop, valu in props.items():
                if prop not in others or others[prop] != valu:
                    key = bound(self._typed.tagprop_key(prop, valu))
                    found.append((give(connection, TAGPROP, "", tag, prop), key))
                    found.append((give(connection, TAGPROP, sode.form, tag, prop), key))
        return found

    def _tagged(self, connection: sqlite3.Connection, sode: Sode, other: Sode) -> list[tuple[int, Any]]:
        found: list[tuple[int, Any]] = []
        for tag in sode.tags:
            if tag not in other.tags:
                found.append((self._tag(connection, tag), self._form(connection, sode.form)))
        return found

    def _plan(self, connection: sqlite3.Connection, form: str, prop: str) -> Plan:
        key_of, items_of = self._typed.keyed(form, prop)
        forms = (form, "") if prop.startswith(".") else (form,)
        numbers = tuple(self._names.give(connection, PROP, each, prop) for each in forms)
        if items_of is None:
            return numbers, key_of, (), None
        items = tuple(self._names.give(connection, ITEM, each, prop) for each in forms)
        return numbers, key_of, items, items_of

    def _tag(self, connection: sqlite3.Connection, tag: str) -> int:
        number = self._tags.get(tag)
        if number is None:
            number = self._tags[tag] = self._names.give(connection, TAG, "", tag)
        return number

    def _form(self, connection: sqlite3.Connection, form: str) -> int:
        number = self._forms.get(form)
        if number is None:
            number = self._forms[form] = self._names.give(connection, FORM, form)
        return number


_NOTHING = Sode(b"", "")
