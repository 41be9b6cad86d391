"""Comparisons as functions (nql.md 12.9): the same rules as the operators of filters."""

import operator
from collections.abc import Callable
from typing import Any

from .signature import Function
from .values import Value, comparable, equal, is_empty

AB, A = ("a", "b"), ("a",)


def eq(a: Value, b: Value) -> Value:
    """Whether they are equal."""
    return equal(a, b)


def neq(a: Value, b: Value) -> Value:
    """Whether they are not."""
    return not equal(a, b)


def ordered(test: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """One of < <= > >=; false where they do not compare."""

    def call(a: Value, b: Value) -> bool:
        pair = comparable(a, b)
        return pair is not None and test(*pair)

    return call


def is_empty_(a: Value) -> Value:
    """Null, or nothing in it."""
    return is_empty(a)


def is_not_empty(a: Value) -> Value:
    """What `isEmpty` is not."""
    return not is_empty(a)


def is_null(a: Value) -> Value:
    """Null or missing."""
    return a is None


def is_not_null(a: Value) -> Value:
    """There, and not null."""
    return a is not None


FUNCTIONS = {
    "eq": Function(AB, "boolean", eq),
    "neq": Function(AB, "boolean", neq),
    "gt": Function(AB, "boolean", ordered(operator.gt)),
    "gte": Function(AB, "boolean", ordered(operator.ge)),
    "lt": Function(AB, "boolean", ordered(operator.lt)),
    "lte": Function(AB, "boolean", ordered(operator.le)),
    "isEmpty": Function(A, "boolean", is_empty_),
    "isNotEmpty": Function(A, "boolean", is_not_empty),
    "isNull": Function(A, "boolean", is_null),
    "isNotNull": Function(A, "boolean", is_not_null),
}
