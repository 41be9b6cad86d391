"""Errors of Python as the product shows them, for functions that hand their arguments on to Python as they are.

Used where a recorded answer or a real Cortex shows Python's own words; who checks arguments needs none of this.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..errors import StormError

Does = Callable[..., Any]

# What arguments of a wrong kind or size make Python raise, besides TypeError.
SHOWN = (ValueError, AttributeError, OverflowError, LookupError)


def shown(where: str, does: Does) -> Does:
    """The function with Python's errors in the product's form. where: the function as messages name it, `$lib.time.parse`."""

    @wraps(does)
    def call(run: Any, me: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return does(run, me, *args, **kwargs)
        except TypeError as error:
            raise misfit(where, error) from error
        except SHOWN as error:
            raise StormError(type(error).__name__, str(error)) from error

    return call


def misfit(where: str, error: TypeError) -> StormError:
    """What the product says of an argument of a wrong kind: its own name in the place of the Python function's.

    Texts without a function's name break that replacement, and the error of that is what a client sees.
    """
    _, parentheses, rest = str(error).partition("()")
    if not parentheses:
        return StormError("IndexError", "list index out of range")
    return StormError("StormRuntimeError", f"{where}(){rest}")


def told(error: StormError) -> str:
    """An error on one line, as the product quotes one within another: `BadArg: mesg='No.' name='x'`."""
    info = {"mesg": error.mesg, **{key: valu for key, valu in error.info.items() if key != "highlight"}}
    return f"{error.name}: " + " ".join(f"{key}={info[key]!r}" for key in ("mesg", *sorted(info.keys() - {"mesg"})))


def quoted(error: StormError) -> str:
    """An error on one line with all its details in order of their names, its place among them."""
    info = {"mesg": error.mesg, **error.info}
    if "highlight" in info:
        info["highlight"] = {
            key: tuple(valu) if isinstance(valu, list) else valu for key, valu in info["highlight"].items()
        }
    return f"{error.name}: " + " ".join(f"{key}={info[key]!r}" for key in sorted(info))
