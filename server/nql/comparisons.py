"""Comparisons with a constant, made for it once: the same results as `values.equal` and `values.comparable`, faster."""

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from . import addresses
from .patterns import compiled
from .values import Value, comparable, equal, is_number, numeric, text_of

Test: TypeAlias = Callable[[Value], bool]
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str, constant: Value) -> Test:
    """`value sign constant` (nql.md 5.4 and 11.2) as a function of the value. Raises ValueError for a bad pattern."""
    if sign == "=":
        return _equals(constant)
    if sign == "!=":
        equals = _equals(constant)
        return lambda value: not equals(value)  # open-18
    if sign == "~=":
        return _like(constant)
    return _ordered(ORDERS[sign], constant)


def _equals(constant: Value) -> Test:
    if constant is None or isinstance(constant, bool):
        return lambda value: value is constant
    if is_number(constant):

        def equals_number(value: Value) -> bool:
            if value.__class__ is str:
                return numeric(value) == constant
            return value == constant and value.__class__ is not bool

        return equals_number
    if not isinstance(constant, str) or ":" in constant:
        return lambda value: equal(value, constant)
    number = numeric(constant)
    if number is None:
        return lambda value: value == constant
    return lambda value: value == constant or (is_number(value) and value == number)


def _like(constant: Value) -> Test:
    fits = compiled(str(constant)).fullmatch

    def like(value: Value) -> bool:
        text = text_of(value)
        return text is not None and fits(text) is not None

    return like


def _ordered(test: Callable[[Any, Any], bool], constant: Value) -> Test:
    if is_number(constant):

        def ordered_number(value: Value) -> bool:
            if value.__class__ is int or value.__class__ is float:
                return test(value, constant)
            found = numeric(value) if isinstance(value, str) else None
            return found is not None and test(found, constant)

        return ordered_number
    if isinstance(constant, str) and addresses.parsed(constant) is None and numeric(constant) is None:
        return lambda value: value.__class__ is str and test(value, constant)

    def ordered(value: Value) -> bool:
        pair = comparable(value, constant)
        return pair is not None and test(*pair)

    return ordered
