"""Storm's operators, each a plain function of two values. `and` and `or` get both sides here; a compiler evaluates as needed.

Sums are computed on ints and on decimals of 49 digits. Texts count as numbers there, whatever the other side is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from ...model.contract import ModelError
from ...model.types.patterns import IGNORECASE, compiled
from ..errors import StormError
from .bounds import whole
from .containers import Number
from .convert import equal, to_bool, to_int, to_number, to_str

DECIMALS = Context(prec=49)

Operator = Callable[[Any, Any], Any]


def power(left: Any, right: Any) -> Any:
    return arithmetic(left, right, _power, DECIMALS.power)


def _power(left: int, right: int) -> Any:
    if right > 0:
        whole((left.bit_length() - 1) * right)
    return left**right


def times(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return _times(left, right)
    return arithmetic(left, right, _times, DECIMALS.multiply)


def _times(left: int, right: int) -> int:
    whole(left.bit_length() + right.bit_length())
    return left * right


def divide(left: Any, right: Any) -> Any:
    """Two ints give an int, rounded down."""
    if type(left) is int and type(right) is int and right:
        return left // right
    return arithmetic(left, right, operator.floordiv, DECIMALS.divide)


def modulo(left: Any, right: Any) -> Any:
    """Of ints with the sign of the right side, of decimals with that of the left."""
    if type(left) is int and type(right) is int and right:
        return left % right
    return arithmetic(left, right, operator.mod, DECIMALS.remainder)


def plus(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return left + right
    return arithmetic(left, right, operator.add, DECIMALS.add)


def minus(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return left - right
    return arithmetic(left, right, operator.sub, DECIMALS.subtract)


def negative(valu: Any) -> Any:
    """`-value`"""
    number = to_number(valu)
    if isinstance(number, Number):
        # Not the context's minus, which makes 0.0 of -0.0.
        return Number(DECIMALS.multiply(number.value, Decimal(-1)))
    return -number


def arithmetic(
    left: Any, right: Any, ints: Callable[[Any, Any], Any], decimals: Callable[[Decimal, Decimal], Decimal]
) -> Any:
    """Compute with ints if both sides are whole numbers, else with decimals."""
    one, two = to_number(left), to_number(right)
    try:
        if type(one) is int and type(two) is int:
            return ints(one, two)
        return Number(decimals(_decimal(one), _decimal(two)))
    except (ZeroDivisionError, DivisionByZero) as exc:
        # Decimals have an error of their own for 0 / 0, which is both.
        if isinstance(exc, InvalidOperation):
            raise _invalid() from None
        raise StormError("StormRuntimeError", "Cannot divide by zero") from None
    except InvalidOperation:
        raise _invalid() from None
    except Overflow:
        raise StormError("Overflow", "[<class 'decimal.Overflow'>]") from None
    except OverflowError as exc:
        raise StormError("OverflowError", str(exc)) from None


def equals(left: Any, right: Any) -> bool:
    return equal(left, right)


def differs(left: Any, right: Any) -> bool:
    return not equal(left, right)


def below(left: Any, right: Any) -> bool:
    if type(left) is int and type(right) is int:
        return left < right
    one, two = _ordered(left, right)
    return one < two


def above(left: Any, right: Any) -> bool:
    if type(left) is int and type(right) is int:
        return left > right
    one, two = _ordered(left, right)
    return one > two


def at_most(left: Any, right: Any) -> bool:
    if type(left) is int and type(right) is int:
        return left <= right
    one, two = _ordered(left, right)
    return one <= two


def at_least(left: Any, right: Any) -> bool:
    if type(left) is int and type(right) is int:
        return left >= right
    one, two = _ordered(left, right)
    return one >= two


def matches(left: Any, right: Any) -> bool:
    """`~=`: whether a pattern is found anywhere, in either case of letters."""
    text, pattern = to_str(left), to_str(right)
    try:
        return compiled(pattern, IGNORECASE).search(text) is not None
    except ModelError as exc:
        raise StormError(exc.name, exc.mesg) from None


def begins(left: Any, right: Any) -> bool:
    """`^=`"""
    return to_str(left).startswith(to_str(right))


def both(left: Any, right: Any) -> bool:
    return to_bool(left) and to_bool(right)


def either(left: Any, right: Any) -> bool:
    return to_bool(left) or to_bool(right)


def inverse(valu: Any) -> bool:
    """`not value`"""
    return not to_bool(valu)


BINARY: dict[str, Operator] = {
    "**": power,
    "*": times,
    "/": divide,
    "%": modulo,
    "+": plus,
    "-": minus,
    "=": equals,
    "!=": differs,
    "<": below,
    "<=": at_most,
    ">": above,
    ">=": at_least,
    "~=": matches,
    "^=": begins,
    "and": both,
    "or": either,
}
UNARY: dict[str, Callable[[Any], Any]] = {"-": negative, "not": inverse}


def binary(sign: str, left: Any, right: Any) -> Any:
    """The value of `left sign right`."""
    return BINARY[sign](left, right)


def unary(sign: str, valu: Any) -> Any:
    """The value of `sign valu`."""
    return UNARY[sign](valu)


def _decimal(number: int | Number) -> Decimal:
    return number.value if type(number) is Number else Decimal(to_int(number))


def _ordered(left: Any, right: Any) -> tuple[int | Decimal, int | Decimal]:
    one, two = _plain(to_number(left)), _plain(to_number(right))
    if any(isinstance(each, Decimal) and each.is_nan() for each in (one, two)):
        raise _invalid()
    return one, two


def _plain(number: int | Number) -> int | Decimal:
    return number.value if isinstance(number, Number) else number


def _invalid() -> StormError:
    return StormError("StormRuntimeError", "Invalid operation on a Number")
