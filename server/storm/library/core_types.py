"""`$lib.cast`, `$lib.trycast`, `$lib.repr`: values by the types of the data model."""

from __future__ import annotations

from typing import Any

from ...model.contract import ModelError, Type
from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import python_text, to_prim, to_str


def type_of(run: Runtime, name: Any) -> Type:
    """The type of that name, or of the form or property of that name. Raises StormError("NoSuchType")."""
    text = to_str(name)
    found = run.model.find_type(text) or run.model.prop_type(text)
    if found is None:
        raise StormError("NoSuchType", f"No type or prop found for name {text}.")
    return found


def cast(run: Runtime, me: Any, name: Any, valu: Any) -> Any:
    type_ = type_of(run, name)
    try:
        normed = type_.norm(frozen(to_prim(run, valu))).valu
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None
    return list(normed) if isinstance(normed, tuple) else normed


def trycast(run: Runtime, me: Any, name: Any, valu: Any) -> tuple[bool, Any]:
    type_ = type_of(run, name)
    try:
        return True, type_.norm(frozen(to_prim(run, valu))).valu
    except ModelError:
        return False, None


def repr_(run: Runtime, me: Any, name: Any, valu: Any) -> Any:
    type_ = type_of(run, name)
    prim = to_prim(run, valu)
    try:
        return type_.repr(prim)
    except (ModelError, AttributeError, TypeError, ValueError) as error:
        shown = python_text(prim)
        raise StormError("BadArg", f"Failed to repr name='{to_str(name)}' valu={shown}; {error}") from error


def frozen(valu: Any) -> Any:
    """Lists as tuples, as the product's types see what comes out of Storm."""
    if isinstance(valu, list | tuple):
        return tuple(frozen(item) for item in valu)
    if isinstance(valu, dict):
        return {key: frozen(item) for key, item in valu.items()}
    return valu
