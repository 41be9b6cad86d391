"""Going over values: what a `for` gets, and what methods that take several values get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import StormError
from ..surface import UNDEF, Bound
from .containers import StormDict, StormList, StormSet
from .convert import python_text
from .names import type_name
from .registry import KINDS

# How much of a value an error shows.
LONGEST = 256


def iterate(run: Any, valu: Any) -> Iterator[Any]:
    """What `for $x in $valu` gets; nothing of null. A list may grow meanwhile, a dictionary is taken as it was at first."""
    cls = type(valu)
    if cls is list or cls is StormList or cls is tuple or cls is str or cls is bytes or cls is StormSet:
        return iter(valu)
    if cls is StormDict or cls is dict:
        return iter(list(valu.items()))
    if valu is None:
        return iter(())
    if isinstance(valu, Iterator):
        return valu
    kind = KINDS.get(cls)
    if kind is not None and kind.iterate is not None:
        return kind.iterate(run, valu)
    if kind is None or cls is bool or cls is float or kind.name == "lib":
        name = type_name(valu)
        raise StormError("StormRuntimeError", f"'{name}' object is not iterable: {python_text(valu)}", type=name)
    if kind.name == "node" and kind.show is not None:
        text = kind.show(run, valu)
        shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
        raise StormError("StormRuntimeError", f"'node' object is not iterable: {shown}", type="node")
    path = f"synapse.lib.stormtypes.{kind.styp}"
    raise StormError("StormRuntimeError", f"Object {path} is not iterable.", name=path)


def items_of(run: Any, valu: Any) -> Iterator[Any]:
    """What a method goes over: as `iterate`, but what is no such value, null too, has another error."""
    if valu is None or valu is UNDEF or isinstance(valu, int | float | Bound):
        raise StormError("StormRuntimeError", f"Value is not iterable: {python_text(valu)}")
    return iterate(run, valu)
