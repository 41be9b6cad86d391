"""Values of Storm: each piece of an expression to a function of the runtime and the path in hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..runtime import Runtime
from ..surface import UNDEF
from ..syntax.values import (
    Binary,
    Boolean,
    Call,
    Deref,
    EmbeddedQuery,
    Expression,
    FormatText,
    JsonDict,
    JsonList,
    ListOfValues,
    Null,
    Number,
    PropValue,
    QueryValue,
    Span,
    TagName,
    TagPropValue,
    TagValue,
    Text,
    Unary,
    UniversalValue,
    Variable,
)
from ..values.bounds import joined
from ..values.containers import Number as StormNumber
from ..values.containers import StormDict, StormList
from ..values.convert import python_text, to_key, to_text
from ..values.kinds import deref
from ..values.operators import BINARY, UNARY
from .calls import call_value
from .node_values import prop_value, tag_prop_value, tag_value, universal_value
from .query_values import embedded_query, query_value
from .shape import Value

if TYPE_CHECKING:
    from .compile import Compiler

# How much of a value the product shows that it cannot pack.
SHOWN = 20


def text(value: Text, c: Compiler) -> Value:
    return constant(value.value)


def number(value: Number, c: Compiler) -> Value:
    return constant(StormNumber(value.value) if isinstance(value.value, Decimal) else value.value)


def boolean(value: Boolean, c: Compiler) -> Value:
    return constant(value.value)


def null(value: Null, c: Compiler) -> Value:
    return constant(None)


def constant(valu: Any) -> Value:
    def get(run: Runtime, path: Path | None) -> Any:
        return valu

    return get


def format_text(value: FormatText, c: Compiler) -> Value:
    parts = tuple(c.value(part) for part in value.parts)

    def get(run: Runtime, path: Path | None) -> str:
        return joined("", [to_text(run, part(run, path)) for part in parts])

    return get


def variable(value: Variable, c: Compiler) -> Value:
    """`$name`: of the path if it was set on its way, else of the runtime."""
    name = value.name
    if name == "node" and name not in c.safe:
        return _node(value, c)
    if name == "path" and name not in c.safe:
        return _path(value, c)
    if name == "lib":
        return _lib
    place = Span(value.span.start + 1, value.span.end)
    known = c.safe.get(name)

    def get(run: Runtime, path: Path | None) -> Any:
        if path is not None:
            valu = path.vars.get(name, UNDEF)
            if valu is not UNDEF:
                return valu
        valu = run.vars.get(name, UNDEF)
        if valu is UNDEF:
            valu = run.get(name)
            if valu is UNDEF:
                raise c.located(missing(name, known), place)
        return valu

    return get


def missing(name: str, known: bool | None) -> StormError:
    """The error of a variable that has no value. known: whether the text sets it, and if so without a node."""
    if known is None:
        return StormError("NoSuchVar", f"Missing variable: {name}", name=name)
    kind = "Runtsafe" if known else "Non-runtsafe"
    return StormError("NoSuchVar", f"{kind} variable used before assignment: {name}", name=name, runtsafe=known)


def _node(value: Variable, c: Compiler) -> Value:
    place = Span(value.span.start + 1, value.span.end)

    def get(run: Runtime, path: Path | None) -> Any:
        if path is None:
            raise c.located(missing("node", None), place)
        return path.node

    return get


def _path(value: Variable, c: Compiler) -> Value:
    place = Span(value.span.start + 1, value.span.end)

    def get(run: Runtime, path: Path | None) -> Any:
        if path is None:
            raise c.located(missing("path", None), place)
        return path

    return get


def _lib(run: Runtime, path: Path | None) -> Any:
    from ..library.table import ROOT

    valu = run.get("lib")
    return ROOT if valu is UNDEF else valu


def deref_value(value: Deref, c: Compiler) -> Value:
    target, name = c.value(value.target), c.value(value.name)
    place = Span(value.name.span.start, value.name.span.end)

    def get(run: Runtime, path: Path | None) -> Any:
        try:
            return deref(run, target(run, path), name(run, path))
        except StormError as error:
            if error.name in ("NoSuchName", "StormRuntimeError"):
                raise c.located(error, place) from None
            raise

    return get


def list_of_values(value: ListOfValues, c: Compiler) -> Value:
    items = tuple(c.value(item) for item in value.items)

    def get(run: Runtime, path: Path | None) -> list[Any]:
        return [item(run, path) for item in items]

    return get


def json_list(value: JsonList, c: Compiler) -> Value:
    items = tuple(c.value(item) for item in value.items)

    def get(run: Runtime, path: Path | None) -> StormList:
        return StormList([item(run, path) for item in items])

    return get


def json_dict(value: JsonDict, c: Compiler) -> Value:
    items = tuple((c.value(key), c.value(item)) for key, item in value.items)
    refused = _is_refused(value)

    def get(run: Runtime, path: Path | None) -> StormDict:
        if refused:
            shown = python_text({key(run, path): item(run, path) for key, item in items})[:SHOWN]
            raise StormError("NotMsgpackSafe", f"can not serialize 'Number' object: {shown}")
        return StormDict([(to_key(run, key(run, path)), item(run, path)) for key, item in items])

    return get


def _is_refused(value: JsonDict) -> bool:
    """Whether a dictionary is one that the product fails at: written out wholly, with a fraction in it."""
    plain = all(isinstance(part, Text | Number | Boolean | Null) for pair in value.items for part in pair)
    return plain and any(isinstance(item, Number) and isinstance(item.value, Decimal) for _, item in value.items)


def expression(value: Expression, c: Compiler) -> Value:
    return c.value(value.value)


def unary(value: Unary, c: Compiler) -> Value:
    operator, operand = UNARY[value.operator], c.value(value.value)

    def get(run: Runtime, path: Path | None) -> Any:
        return operator(operand(run, path))

    return get


def binary(value: Binary, c: Compiler) -> Value:
    left, right = c.value(value.left), c.value(value.right)
    if value.operator in SHORT:
        return SHORT[value.operator](left, right)
    operator = BINARY[value.operator]
    place = value.right.span

    def get(run: Runtime, path: Path | None) -> Any:
        try:
            return operator(left(run, path), right(run, path))
        except StormError as error:
            if error.name == "StormRuntimeError":
                raise c.located(error, place) from None
            raise

    return get


def _and(left: Value, right: Value) -> Value:
    from ..values.convert import to_bool

    def get(run: Runtime, path: Path | None) -> bool:
        return to_bool(left(run, path)) and to_bool(right(run, path))

    return get


def _or(left: Value, right: Value) -> Value:
    from ..values.convert import to_bool

    def get(run: Runtime, path: Path | None) -> bool:
        return to_bool(left(run, path)) or to_bool(right(run, path))

    return get


SHORT: dict[str, Callable[[Value, Value], Value]] = {"and": _and, "or": _or}


def tag_name(value: TagName, c: Compiler) -> Value:
    """`foo.$bar`: its parts joined by dots; a single part stays what it is, as it may be a list of tags."""
    if value.text is not None:
        return constant(value.text)
    parts = tuple(c.value(part) for part in value.parts)
    if len(parts) == 1:
        return parts[0]

    def get(run: Runtime, path: Path | None) -> str:
        return ".".join([to_text(run, part(run, path)) for part in parts])

    return get


VALUES: dict[type, Callable[[Any, Any], Value]] = {
    Text: text,
    Number: number,
    Boolean: boolean,
    Null: null,
    FormatText: format_text,
    Variable: variable,
    Deref: deref_value,
    Call: call_value,
    PropValue: prop_value,
    UniversalValue: universal_value,
    TagName: tag_name,
    TagValue: tag_value,
    TagPropValue: tag_prop_value,
    ListOfValues: list_of_values,
    JsonList: json_list,
    JsonDict: json_dict,
    EmbeddedQuery: embedded_query,
    QueryValue: query_value,
    Expression: expression,
    Unary: unary,
    Binary: binary,
}
