"""Expressions and filters as closures over a row: what is known before the first row is done once, not once a row."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from ..text import Span
from . import regexes
from .aggregates import AGGREGATIONS
from .choices import DEPTH, PARTS
from .comparisons import comparison
from .context import Context
from .errors import NqlError
from .functions import function_of
from .signature import check_count, keyword_values
from .syntax import (
    And,
    Call,
    Compare,
    Conditional,
    Expr,
    Field,
    Filter,
    Holds,
    ListOf,
    Literal,
    MapOf,
    Matches,
    Not,
    Or,
    Switch,
)
from .values import Row, Value, equal, text_of

Evaluate: TypeAlias = Callable[[Row], Value]
Test: TypeAlias = Callable[[Row], bool]
# Results of functions that may stand alone as a filter.
BOOLEAN = ("boolean", "object")
SCALARS = frozenset((str, int, float, bool, type(None)))


class Constant:
    """What needs no row. Compiling looks for it, to compute more before the first row."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, row: Row) -> Value:
        """The value, whatever the row."""
        return self.value


def expression(context: Context, expr: Expr) -> Evaluate:
    """An expression as a function of the row. Raises NqlError for unknown functions and wrong arguments."""
    return EXPRESSIONS[type(expr)](context, expr)


def filter_(context: Context, found: Filter) -> Test:
    """A filter as a function of the row."""
    return FILTERS[type(found)](context, found)


def _literal(context: Context, expr: Literal) -> Evaluate:
    return Constant(expr.value)


def _field(context: Context, expr: Field) -> Evaluate:
    name = expr.name
    return lambda row: row.get(name)  # open-83


def _list(context: Context, expr: ListOf) -> Evaluate:
    parts = [expression(context, item) for item in expr.items]

    def evaluate(row: Row) -> Value:
        made = [part(row) for part in parts]
        _check_size(made, made, expr.span)
        return made

    return evaluate


def _map(context: Context, expr: MapOf) -> Evaluate:
    parts = [(key, expression(context, item)) for key, item in expr.items]

    def evaluate(row: Row) -> Value:
        made = {key: part(row) for key, part in parts}
        _check_size(made, made.values(), expr.span)
        return made

    return evaluate


def _call(context: Context, expr: Call) -> Evaluate:
    function = function_of(expr, AGGREGATIONS)
    check_count(expr, function.parameters, function.optional, function.many)
    keywords = keyword_values(expr, function.keywords)
    parts = [expression(context, argument) for argument in expr.arguments]
    call = function.call
    if function.prepare is not None:
        constants = [argument if isinstance(argument, Literal) else None for argument in expr.arguments]
        try:
            call = function.prepare(constants) or call
        except ValueError as error:
            raise NqlError(f"In {expr.name}: {error}.", expr.span) from None
    if function.context:
        call = partial(call, context, **keywords)
    elif keywords:
        call = partial(call, **keywords)
    constant = [part.value for part in parts if isinstance(part, Constant)]
    if function.pure and len(constant) == len(parts):
        return Constant(call(*constant))
    return _applied(call, parts, expr.arguments)


def _applied(call: Callable[..., Value], parts: list[Evaluate], arguments: tuple[Expr, ...]) -> Evaluate:
    """The function of the arguments' values; the common shapes without a detour."""
    if len(parts) == 1:
        only = parts[0]
        if isinstance(arguments[0], Field):
            name = arguments[0].name
            return lambda row: call(row.get(name))
        return lambda row: call(only(row))
    if len(parts) == 2:
        first, second = parts
        if isinstance(second, Constant):
            value = second.value
            return lambda row: call(first(row), value)
        return lambda row: call(first(row), second(row))
    return lambda row: call(*[part(row) for part in parts])


def _conditional(context: Context, expr: Conditional) -> Evaluate:
    test = filter_(context, expr.condition)
    yes, no = expression(context, expr.yes), expression(context, expr.no)
    return lambda row: yes(row) if test(row) else no(row)


def _switch(context: Context, expr: Switch) -> Evaluate:
    value, default = expression(context, expr.value), expression(context, expr.default)
    cases = [(expression(context, case), expression(context, result)) for case, result in expr.cases]

    def evaluate(row: Row) -> Value:
        found = value(row)
        for case, result in cases:
            if equal(found, case(row)):
                return result(row)
        return default(row)

    return evaluate


def _compare(context: Context, found: Compare) -> Test:
    try:
        test = comparison(found.operator, found.right.value)
    except ValueError as error:
        raise NqlError(f"Behind {found.operator}: {error}.", found.right.span) from None
    if isinstance(found.left, Field):
        name = found.left.name
        return lambda row: test(row.get(name))
    left = expression(context, found.left)
    return lambda row: test(left(row))


def _matches(context: Context, found: Matches) -> Test:
    left = expression(context, found.left)
    try:
        search = regexes.compiled(found.pattern).search
    except regexes.BadPattern as error:
        raise NqlError(f"Behind =: {error}.", found.span) from None

    def matches(row: Row) -> bool:
        text = text_of(left(row))
        return text is not None and search(text)

    return matches


def _holds(context: Context, found: Holds) -> Test:
    call = found.call
    if isinstance(call, Call) and function_of(call, AGGREGATIONS).result not in BOOLEAN:
        raise NqlError(
            f"{call.name} does not say yes or no; compare what it gives, as in {call.name}(...) = 1.", call.span
        )
    holds = expression(context, call)
    return lambda row: holds(row) is True


def _not(context: Context, found: Not) -> Test:
    test = filter_(context, found.operand)
    return lambda row: not test(row)


def _and(context: Context, found: And) -> Test:
    tests = [filter_(context, operand) for operand in found.operands]
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)

    def every(row: Row) -> bool:
        for test in tests:  # noqa: SIM110  # a generator expression would cost a third more a row
            if not test(row):
                return False
        return True

    return every


def _or(context: Context, found: Or) -> Test:
    tests = [filter_(context, operand) for operand in found.operands]
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) or second(row)

    def some(row: Row) -> bool:
        for test in tests:  # noqa: SIM110  # as above
            if test(row):
                return True
        return False

    return some


def _check_size(made: Value, items: Any, span: Span) -> None:
    """Raises NqlError if a list or map that holds others is too large or too deep: `set a=[a,a]` can double each time."""
    if all(item.__class__ in SCALARS for item in items):
        return
    parts = 0
    waiting: list[tuple[Value, int]] = [(made, 1)]
    while waiting:
        value, depth = waiting.pop()
        parts += 1
        if parts > PARTS or depth > DEPTH:
            raise NqlError(f"A list or map has more than {PARTS} parts, or is more than {DEPTH} deep.", span)
        if isinstance(value, list):
            waiting.extend((item, depth + 1) for item in value)
        elif isinstance(value, dict):
            waiting.extend((item, depth + 1) for item in value.values())


EXPRESSIONS: Mapping[type, Callable[[Context, Any], Evaluate]] = {
    Literal: _literal,
    Field: _field,
    ListOf: _list,
    MapOf: _map,
    Call: _call,
    Conditional: _conditional,
    Switch: _switch,
}
FILTERS: Mapping[type, Callable[[Context, Any], Test]] = {
    Compare: _compare,
    Matches: _matches,
    Holds: _holds,
    Not: _not,
    And: _and,
    Or: _or,
}
