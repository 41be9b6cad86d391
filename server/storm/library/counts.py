"""Counts by name as a value of Storm: a dictionary in all but how it is printed."""

from __future__ import annotations

from ..surface import Kind
from ..values import dicts
from ..views.counts import Counts

KIND = Kind(
    "dict",
    "Dict",
    Counts,
    "Counts by name.",
    deref=dicts.item,
    set_item=dicts.set_item,
    iterate=dicts.pairs,
    show=lambda run, me: f"defaultdict(<class 'int'>, {dict(me)!r})",
    prim=lambda run, me: dict(me),
)
