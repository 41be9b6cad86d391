"""What the storage of the graph must know of the data model: the keys of values, and what a value over an old one becomes."""

from __future__ import annotations

from typing import Any

from ....storage.edits import ItemsOf, Key, KeyOf
from ...model.elements import Prop
from ...model.model import Model
from ...model.types.lists import Array

# Storage types, as `/api/v1/model` numbers them.
IVAL, MIN_TIME, MAX_TIME = 12, 21, 24


class ModelTyped:
    """The model of one Cortex, as layers ask it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def edition(self) -> object:
        """Another object once the model has changed."""
        return self._model.worked_out

    def keyed(self, form: str, prop: str) -> tuple[KeyOf, ItemsOf | None]:
        """What gives the index key of a value, and the keys of its items where it is an array. prop "": the form's own."""
        type_ = self._model.type_of(form, prop)
        if not isinstance(type_, Array):
            return type_.key, None
        item_key = type_.item.key
        return type_.key, lambda valu: [item_key(item) for item in valu]

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        """The index key of the value of a tag prop."""
        return self._tagprop(prop).type.key(valu)

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        """What setting a value over an old one stores: an interval widens, a first or last time moves one way only."""
        return merged(self._model.stortype_of(form, prop), old, valu)

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        """The same for a tag prop."""
        return merged(self._tagprop(prop).stortype, old, valu)

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
