"""Calls in Storm: of library functions, methods of values, and functions that a query defines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..runtime import Runtime
from ..surface import Bound
from ..syntax.values import Call, Deref, Span, Text, Variable
from ..values.kinds import method
from ..values.names import type_name
from .functions import Defined
from .shape import Value

if TYPE_CHECKING:
    from .compile import Compiler

Arguments = Callable[[Runtime, "Path | None"], tuple[list[Any], dict[str, Any]]]


def call_value(value: Call, c: Compiler) -> Value:
    """`$x.name(one, two=2)`: what it gives; an iterator for what yields."""
    from .compile import place

    marked, named = place(value), place(value.target)
    arguments = _arguments(value, c)
    shown = c.text[marked.start : marked.end]
    if isinstance(value.target, Deref) and isinstance(value.target.name, Text):
        callee = _method(value.target, c)
    else:
        callee = c.value(value.target)

    def get(run: Runtime, path: Path | None) -> Any:
        function = callee(run, path)
        if run.readonly and isinstance(function, Bound):
            try:
                function.check(run.readonly)
            except StormError as error:
                raise c.located(error, named) from None
        if not isinstance(function, Bound | Defined) and not callable(function):
            raise c.located(not_callable(function, shown), marked)
        args, kwargs = arguments(run, path)
        try:
            if isinstance(function, Defined):
                return function.call(run, args, kwargs)
            return function(run, *args, **kwargs)
        except StormError as error:
            raise c.located(error, marked) from error.__cause__

    return get


def not_callable(function: Any, shown: str) -> StormError:
    """The error of calling what is no function."""
    return StormError("StormRuntimeError", f"'{type_name(function)}' object is not callable: {shown}")


def _method(value: Deref, c: Compiler) -> Value:
    """The function that a dereference finds; names that are written out need not be computed each time."""
    assert isinstance(value.name, Text)
    path = None if "lib" in c.safe else library_path(value)
    if path is not None:
        return _library_function(path, value, c)
    target = c.value(value.target)
    name = value.name.value
    place = Span(value.name.span.start, value.name.span.end)

    def get(run: Runtime, path: Path | None) -> Any:
        me = target(run, path)
        try:
            return method(run, me, name)
        except StormError as error:
            if error.name in ("NoSuchName", "StormRuntimeError"):
                raise c.located(error, place) from None
            raise

    return get


def library_path(value: Any) -> str | None:
    """`lib.auth.users.byname` of `$lib.auth.users.byname`, where it is written out; None of anything else."""
    if isinstance(value, Variable) and value.name == "lib":
        return "lib"
    if isinstance(value, Deref) and isinstance(value.name, Text):
        above = library_path(value.target)
        return None if above is None else f"{above}.{value.name.value}"
    return None


def _library_function(path: str, value: Deref, c: Compiler) -> Value:
    """A function of a library, which is found once and for all; what is none is looked up each time."""
    from ..library.reference import function_at

    found = c.value(value)
    bound: list[Bound] = []

    def get(run: Runtime, path_in_hand: Path | None) -> Any:
        if bound:
            return bound[0]
        function = function_at(path)
        if function is None:
            return found(run, path_in_hand)
        bound.append(function)
        return function

    return get


def _arguments(value: Call, c: Compiler) -> Arguments:
    positional = tuple(c.value(each) for each in value.arguments)
    named = tuple((name, c.value(each)) for name, each in value.keywords)
    if not named:

        def plain(run: Runtime, path: Path | None) -> tuple[list[Any], dict[str, Any]]:
            return [each(run, path) for each in positional], {}

        return plain

    def full(run: Runtime, path: Path | None) -> tuple[list[Any], dict[str, Any]]:
        return [each(run, path) for each in positional], {name: each(run, path) for name, each in named}

    return full
