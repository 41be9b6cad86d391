"""Calling methods and operators as a query does, with a runtime that only remembers warnings."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from deadringer.server.storm.errors import StormError
from deadringer.server.storm.values.containers import Number, StormDict, StormList
from deadringer.server.storm.values.kinds import method


class Run:
    """What the values know of a runtime."""

    def __init__(self) -> None:
        self.warned: list[str] = []

    def warn(self, mesg: str) -> None:
        self.warned.append(mesg)


def told(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The value of a call, or the (name, message) of the error that it raises."""
    try:
        return function(*args, **kwargs)
    except StormError as exc:
        return exc.name, exc.mesg


def call(me: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    """`$me.name(*args)`"""
    run = Run()
    return told(lambda: method(run, me, name)(run, *args, **kwargs))


def num(text: str) -> Number:
    return Number(Decimal(text))


def items(*values: Any) -> StormList:
    return StormList(values)


def pairs(**values: Any) -> StormDict:
    return StormDict(values)


def no_int(shown: str) -> tuple[str, str]:
    """The error of what is no whole number."""
    return "BadCast", f"Failed to make an integer from {shown}."


def refused(mesg: str) -> tuple[str, str]:
    return "StormRuntimeError", mesg


# What the product makes of a Python error that it has no words for.
MISFIT = ("IndexError", "list index out of range")
