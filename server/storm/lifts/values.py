"""Values and comparisons of lifts: what of an index they read, and the errors of the model as Storm has them."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError, Span
from ...model.types.lifts import lift
from ..errors import StormError
from ..nodes.node import Node
from ..values.containers import Number
from ..values.convert import to_prim

if TYPE_CHECKING:
    from ..programs.compile import Compiler
    from ..runtime import Runtime
    from ..syntax.values import Span as Place
    from .indexes import Index

# The flag of the storage type of an array.
ARRAY = 0x8000
# Errors of Python's that the product lets through: they have no place in the text.
PYTHONS = {"error", "AddressValueError", "InvalidOperation", "JsonSchemaDefinitionException"} | set(dir(builtins))
PLAIN = (str, int, bool, type(None), float, bytes)
EVERYTHING = (Span(),)


def lifted_by(run: Runtime, valu: Any) -> Any:
    """A value as lifts take it: a node is its value, lists are tuples. Raises StormError("NoSuchType") for what is none."""
    if type(valu) in PLAIN:
        return valu
    if isinstance(valu, Node):
        return valu.valu
    if isinstance(valu, Number):
        # As it is written: `(1.50)` finds the text 1.50.
        return str(valu.value)
    if type(valu) in (list, tuple):
        return tuple([lifted_by(run, item) for item in valu])
    return _tupled(to_prim(run, valu))


def spans_of(index: Index, operator: str, valu: Any, *, array: bool = False) -> tuple[Span, ...]:
    """What of an index a comparison reads; nothing where `?=` has a value that cannot be normed. Raises ModelError.

    array: of the index of items (`*[ = x ]`).
    """
    type_, stortype = index.type, index.stortype
    if array:
        if not stortype & ARRAY:
            raise ModelError("BadTypeValu", f"Array syntax is invalid on non array type: {type_.name}.")
        type_, stortype = type_.item, stortype & ~ARRAY  # type: ignore[attr-defined]  # of an array's type
    if operator != "?=":
        return tuple(map(_told, lift(type_, stortype, operator, valu)))
    try:
        return lift(type_, stortype, "=", valu)
    except ModelError as error:
        if error.name != "BadTypeValu":
            raise
        return ()


def _told(span: Span) -> Span:
    """The same, of which it is an error of Storm when the model can only refuse to look at what it finds."""
    looks = span.keep
    if looks is None:
        return span

    def keep(norm: Any) -> bool:
        try:
            return looks(norm)
        except ModelError as error:
            raise of_model(error) from None

    return replace(span, keep=keep)


def of_model(error: ModelError) -> StormError:
    """The same error as one of Storm."""
    return StormError(error.name, error.mesg, **error.info)


def located(c: Compiler, error: ModelError, whole: Place, value: Place) -> StormError:
    """The error of a lift with its place: a bad value marks the value, what else the model refuses the whole step."""
    raised = of_model(error)
    if error.name in PYTHONS:
        return raised
    return c.located(raised, value if error.name == "BadTypeValu" else whole)


def _tupled(valu: Any) -> Any:
    if isinstance(valu, list | tuple):
        return tuple(_tupled(item) for item in valu)
    if isinstance(valu, dict):
        return {key: _tupled(item) for key, item in valu.items()}
    return valu
