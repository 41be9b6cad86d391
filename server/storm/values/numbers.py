"""The methods of numbers that are no ints: fractions of expressions, floats of JSON texts."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

from ..errors import StormError
from ..surface import local
from .containers import Number, as_decimal
from .convert import to_int, to_str
from .operators import DECIMALS

ROUNDINGS = {name for name in vars(decimal) if name.startswith("ROUND_")}
UNKNOWN_ROUNDING = (
    "Error rounding number: valid values for rounding are:\n"
    "  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n"
    "   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n"
    "   ROUND_05UP]"
)


def scaleb(run: Any, me: Number | float, other: Any) -> Number:
    try:
        return Number(DECIMALS.scaleb(_value(me), to_int(other)))
    except decimal.InvalidOperation:
        raise StormError("StormRuntimeError", "Invalid operation on a Number") from None
    except decimal.Overflow:
        raise StormError("Overflow", "[<class 'decimal.Overflow'>]") from None


def tofloat(run: Any, me: Number | float) -> float:
    return float(_value(me))


def toint(run: Any, me: Number | float, rounding: Any = None) -> int:
    """Without a rounding the fraction is cut."""
    value = _value(me)
    if rounding is not None and rounding not in ROUNDINGS:
        raise StormError("StormRuntimeError", UNKNOWN_ROUNDING, valurepr=str(value))
    try:
        return int(value.to_integral_value(rounding=to_str(rounding or decimal.ROUND_DOWN)))
    except (OverflowError, ValueError) as exc:
        raise StormError(type(exc).__name__, str(exc)) from None


def tostr(run: Any, me: Number | float) -> str:
    return str(_value(me))


METHODS = (
    local("scaleb(other: int) -> number", scaleb, "The number with its decimal point moved by so many places."),
    local("tofloat() -> float", tofloat, "The nearest binary fraction."),
    local("toint(rounding: str = null) -> int", toint, "A whole number; rounded down unless a rounding is named."),
    local("tostr() -> str", tostr, "The number as it is written."),
)


def _value(me: Number | float) -> Decimal:
    value = as_decimal(me)
    assert value is not None
    return value
