"""What can be done with any value: find a name on it, set an item, go over it. The kinds themselves stand in `table.py`.

Knows the rules that hold for all kinds and the product's errors; what is particular to a kind is in the kind.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from ..errors import StormError
from ..surface import UNDEF, Bound, Kind
from . import dicts
from .containers import StormDict
from .convert import python_name, to_str
from .iterating import iterate
from .table import KINDS

__all__ = ["KINDS", "deref", "iterate", "kind_of", "known_method", "method", "set_item", "told_as"]

# Methods whose errors the product words with the name of another type that has the same function.
TOLD_AS = {
    ("list", "index"): "http:api:perms",
    ("list", "length"): "http:api:perms",
    ("list", "size"): "http:api:perms",
    ("list", "slice"): "http:api:perms",
    ("set", "has"): "spooled:set",
    ("set", "rem"): "spooled:set",
    ("set", "rems"): "spooled:set",
    ("set", "size"): "spooled:set",
}


def kind_of(valu: Any) -> Kind:
    """The kind of a value; raises NoSuchType of values that have no names at all, as whole numbers and functions."""
    kind = KINDS.get(type(valu))
    if kind is None:
        name = python_name(valu)
        raise StormError("NoSuchType", f"Unable to convert python primitive to StormType ( {name} )", python_type=name)
    return kind


def deref(run: Any, valu: Any, name: Any) -> Any:
    """The value of `$valu.name`. Null has every name, which is null again.

    Raises NoSuchName, NoSuchType, and what a list says of names that are no index.
    """
    cls = type(valu)
    if cls is StormDict or cls is dict:
        return dicts.item(run, valu, name)
    if valu is None:
        return None
    kind = kind_of(valu)
    local = kind.by_name.get(name) if type(name) is str else None
    if cls is tuple:
        valu = list(valu)  # a tuple stays as it is, whatever is done with it
    if local is not None:
        return Bound(local, valu, told_as(kind, name)) if local.is_function else local.does(run, valu)
    if kind.deref is not None:
        found = kind.deref(run, valu, name)
        if found is not UNDEF or kind.name == "lib":
            return found
    text = to_str(name)
    if f"{kind.name} {text}" in known():
        raise StormError("NotImplemented", f"Dead Ringer does not implement {kind.name}.{text} yet.", name=text)
    raise StormError("NoSuchName", f"Cannot find name [{text}] on type {kind.name}", name=text, styp=kind.styp)


@cache
def known() -> frozenset[str]:
    """Every name that a kind of the product has: `list append`."""
    return frozenset(files(__package__).joinpath("known.txt").read_text(encoding="utf-8").splitlines())


def method(run: Any, valu: Any, name: str) -> Any:
    """The function `$valu.name(...)`: as `deref`, but quick where a kind has a function of that name."""
    found = known_method(valu, name)
    return deref(run, valu, name) if found is UNDEF else found


def known_method(valu: Any, name: str) -> Any:
    """The function of that name that all values of this kind have, or UNDEF."""
    kind = KINDS.get(type(valu))
    local = kind.by_name.get(name) if kind is not None else None
    if kind is None or local is None or not local.is_function:
        return UNDEF
    return Bound(local, list(valu) if type(valu) is tuple else valu, told_as(kind, name))


def told_as(kind: Kind, name: str) -> str:
    """How errors about its arguments name a function."""
    return f"{TOLD_AS.get((kind.name, name), kind.name)}.{name}"


def set_item(run: Any, valu: Any, name: Any, new: Any) -> None:
    """`$valu.name = new`; UNDEF takes the item away. Raises StormRuntimeError or AttributeError where there are no items."""
    kind = KINDS.get(type(valu))
    if kind is None or kind.name == "str":
        # Words that the product did not mean for users, but shows.
        raise StormError("AttributeError", f"'{_class_name(valu)}' object has no attribute 'setitem'")
    local = kind.by_name.get(name) if type(name) is str else None
    if local is not None and local.sets is not None:
        if run.readonly:
            raise StormError("IsReadOnly", f"Setting {name} on {kind.name} is not marked readonly safe.")
        local.sets(run, valu, new)
    elif kind.set_item is not None:
        kind.set_item(run, list(valu) if type(valu) is tuple else valu, name, new)
    else:
        raise StormError("StormRuntimeError", f"{kind.styp} does not support assignment.")


def _class_name(valu: Any) -> str:
    return "function" if type(valu) is Bound else type(valu).__name__
