"""Comparisons in filters: the predicate of an operator and a value, made once where the value is constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError, Type
from ...model.types.guids import Guid
from ...model.types.inet_fqdn import Fqdn
from ...model.types.inet_ip import Ipv4
from ...model.types.numbers import Bool, Int
from ...model.types.text import Hex, Loc, Str
from ..errors import StormError
from ..lifts.values import of_model
from ..nodes.node import Node
from ..nodes.path import Path
from ..runtime import Runtime
from ..syntax.filters import Compare
from ..syntax.values import Boolean, Number, Span, Text
from ..values.containers import StormList, StormSet
from ..values.convert import python_name, to_prim

if TYPE_CHECKING:
    from ..programs.compile import Compiler

Predicate = Callable[[Any], bool]
# Whether a value of a type, or None where there is none, meets a comparison, for the node in hand.
Comparing = Callable[[Runtime, Path, Type, Any], bool]

PLAIN = (str, int, bool, type(None), float, bytes)
CONSTANT = (Text, Boolean)


def comparing(compare: Compare, c: Compiler, marked: Span | None, *, nulls: bool = True) -> Comparing:
    """How to compare values of a type as it is written. marked: what an unknown operator marks, if anything.

    What is not set meets nothing, but the type must know the operator even so. nulls: whether null is compared with like any
    value, mostly to be refused; else nothing meets it.
    """
    value, operator = c.value(compare.value), compare.operator
    if not isinstance(compare.value, CONSTANT) and not _is_int(compare.value):

        def computed(run: Runtime, path: Path, type_: Type, valu: Any) -> bool:
            if valu is None:
                _check(c, type_, operator, marked)
                return False
            wanted = compared_with(run, type_, value(run, path))
            if wanted is None and not nulls:
                return False
            return predicate(c, type_, operator, wanted, marked)(valu)

        return computed
    known: tuple[Type, Predicate] | None = None

    def constant(run: Runtime, path: Path, type_: Type, valu: Any) -> bool:
        nonlocal known
        # One pair at a time, set as one: other threads may run the same text with another model.
        pair = known
        if pair is not None and pair[0] is type_:
            return valu is not None and pair[1](valu)
        if valu is None:
            _check(c, type_, operator, marked)
            return False
        made = predicate(c, type_, operator, value(run, path), marked)
        if not _moves(type_):
            known = (type_, made)
        return made(valu)

    return constant


def _check(c: Compiler, type_: Type, operator: str, marked: Span | None) -> None:
    """Raise StormError("NoSuchCmpr") if a type does not know an operator."""
    try:
        type_.compare(operator, None)
    except ModelError as error:
        if error.name == "NoSuchCmpr":
            raised = of_model(error)
            raise (c.located(raised, marked) if marked is not None else raised) from None


def _is_int(value: Any) -> bool:
    return isinstance(value, Number) and isinstance(value.value, int)


def _moves(type_: Type) -> bool:
    """Whether a constant means another thing each time: times may be relative to now (`-1 day`), and lie deep in types."""
    return type(type_) not in STILL


STILL = {Fqdn, Int, Ipv4, Str, Bool, Loc, Guid, Hex}


def predicate(c: Compiler, type_: Type, operator: str, valu: Any, marked: Span | None) -> Predicate:
    """The predicate over normed values. Raises StormError: NoSuchCmpr with the operator's place, others without any."""
    try:
        return type_.compare(operator, valu)
    except ModelError as error:
        raised = of_model(error)
        raise c.located(raised, marked) if marked is not None and error.name == "NoSuchCmpr" else raised from None


def compared_with(run: Runtime, type_: Type, valu: Any) -> Any:
    """A value as filters take it; other than lifts, they take no dictionary and no object but nodes."""
    if type(valu) in PLAIN:
        return valu
    if isinstance(valu, Node):
        return valu.valu
    if isinstance(valu, list | tuple | StormList):
        return [compared_with(run, type_, item) for item in valu]
    name = python_name(valu)
    if name == "Number" or isinstance(valu, StormSet):
        return to_prim(run, valu)
    shown = {"dict": "Dict", "StormQuery": "Query"}.get(name, name)
    mesg = f"no norm for type: <class 'synapse.lib.stormtypes.{shown}'>."
    raise StormError("BadTypeValu", mesg, name=type_.name)
