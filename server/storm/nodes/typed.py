"""What the storage of the graph must know of the data model: the keys of values, and what a value over an old one becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....storage.edits import Key
from ...model.elements import Prop
from ...model.model import Model
from ...model.types.lists import Array

# Storage types, as `/api/v1/model` numbers them.
IVAL, MIN_TIME, MAX_TIME = 12, 21, 24

KeyOf = Callable[[Any], Key]
KEY = "storm.typed"


class ModelTyped:
    """The model of one Cortex, as layers ask it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def keys(self, form: str, prop: str, valu: Any) -> tuple[Key, tuple[Key, ...] | None]:
        """The index key of a value, and those of its items where it is an array. prop "" is the form's own value."""
        key, item_key = self._keyed(form, prop)
        return key(valu), None if item_key is None else tuple(item_key(item) for item in valu)

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        """The index key of the value of a tag prop."""
        return self._tagprop(prop).type.key(valu)

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        """What setting a value over an old one stores: an interval widens, a first or last time moves one way only."""
        return merged(self._model.stortype_of(form, prop), old, valu)

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        """The same for a tag prop."""
        return merged(self._tagprop(prop).stortype, old, valu)

    def _keyed(self, form: str, prop: str) -> tuple[KeyOf, KeyOf | None]:
        """How keys are made of the values of a prop, and of their items where they are arrays."""
        worked_out = self._model.worked_out
        known: dict[tuple[str, str], tuple[KeyOf, KeyOf | None]] = worked_out.get(KEY) or worked_out.setdefault(KEY, {})
        found = known.get((form, prop))
        if found is None:
            type_ = self._model.type_of(form, prop)
            found = known[form, prop] = (type_.key, type_.item.key if isinstance(type_, Array) else None)
        return found

    def _tagprop(self, name: str) -> Prop:
        found = self._model.tagprop(name)
        assert found is not None, name
        return found


def merged(stortype: int, old: Any, valu: Any) -> Any:
    """A value over an old one, by its storage type."""
    if stortype == IVAL:
        return (min(old[0], valu[0]), max(old[1], valu[1]))
    if stortype == MIN_TIME:
        return min(old, valu)
    if stortype == MAX_TIME:
        return max(old, valu)
    return valu
