"""The types of tag props, which only an extended model has."""

from __future__ import annotations

from ...model.contract import Type
from ...model.model import Model


def tagprop_type(model: Model, name: str) -> Type | None:
    """The type of a tag prop; None if there is none of that name."""
    found = model.tagprop(name)
    return None if found is None else found.type
