"""What `$lib.vars.type()` calls the kinds of values."""

from collections.abc import Iterator
from typing import Any

from ..surface import Bound, Undefined
from .registry import KINDS

# Types that have no kind, since they have no names.
NAMES: dict[type, str] = {int: "int", type(None): "null", Undefined: "undef", Bound: "function"}


def type_name(valu: Any) -> str:
    """`int`, `number`, `list`, `auth:user`; a Python type that no one registered by its own name."""
    cls = type(valu)
    if cls in NAMES:
        return NAMES[cls]
    kind = KINDS.get(cls)
    if kind is not None:
        return kind.name
    if isinstance(valu, Iterator):
        return "generator"
    return "function" if callable(valu) else cls.__name__
