"""Which props of a model refer to nodes: by their type, as items of an array, or by naming form and value (`ndef`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .types.lists import Array
from .types.references import Ndef

if TYPE_CHECKING:
    from .elements import Prop

# A prop by its form and its relative name.
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class References:
    """Props by the form that they refer to, each group in the product's order; ndefs may refer to any, as arrays too."""

    props: dict[str, list[Named]] = field(default_factory=dict)
    arrays: dict[str, list[Named]] = field(default_factory=dict)
    ndefs: list[Named] = field(default_factory=list)
    _between: dict[tuple[str, str], tuple[Named, ...]] = field(default_factory=dict)

    def to_form(self, form: str) -> list[Named]:
        """The props and the arrays that refer to a form."""
        return self.props.get(form, []) + self.arrays.get(form, [])

    def between(self, source: str, target: str) -> tuple[Named, ...]:
        """The props of one form that may refer to another, group by group."""
        known = self._between.get((source, target))
        if known is None:
            found = self.to_form(target) + self.ndefs
            known = self._between[source, target] = tuple(named for named in found if named[0] == source)
        return known


def is_ndef(prop: Prop) -> bool:
    """Whether a prop, or each of its items, names a node by form and value."""
    type_ = prop.type
    return isinstance(type_.item if isinstance(type_, Array) else type_, Ndef)


def collect(told: Iterable[tuple[Named, str, str]]) -> References:
    """References of props: the names of each, the type that it or its items have, and its kind: "prop", "array", "ndef"."""
    found = References()
    for named, type_, kind in told:
        if kind == "ndef":
            found.ndefs.append(named)
        else:
            (found.arrays if kind == "array" else found.props).setdefault(type_, []).append(named)
    return found
