"""Functions of numbers (nql.md 12.2). What is no number gives null; so does a result that no number holds."""

import math
import operator
from collections.abc import Callable
from typing import Any

from .context import Context
from .signature import Function, Keyword, number_type
from .values import Value, as_double, converted, finite, fitted, is_number, rounded

TYPE = (Keyword("type", number_type, None),)
N, AB = ("n",), ("a", "b")


def sum_(*values: Value, type: str | None) -> Value:
    """The sum of what is numeric; 0 of nothing."""
    numbers = [value for value in values if is_number(value)]
    return _typed(sum(numbers), numbers[0] if numbers else 0, type)


def arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    """`add`, `sub`, `mul`: computed on the full values, then made the type of the first (open-11)."""

    def call(a: Value, b: Value, *, type: str | None) -> Value:
        return _typed(compute(a, b), a, type) if is_number(a) and is_number(b) else None

    return call


def div(a: Value, b: Value) -> Value:
    """A double; null by 0; 0.0 of 0 (open-65)."""
    return finite(a / b) if is_number(a) and is_number(b) and b != 0 else None


def floor_div(a: Value, b: Value) -> Value:
    """The quotient rounded down."""
    return fitted_whole(a // b) if is_number(a) and is_number(b) and b != 0 else None


def mod(a: Value, b: Value) -> Value:
    """The remainder, with the sign of a, as a long; null by 0 (open-66)."""
    if not is_number(a) or not is_number(b) or b == 0:
        return None
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (-1 if a < 0 else 1)
    return rounded(math.fmod(a, b))


def abs_(n: Value) -> Value:
    """Without its sign."""
    return fitted(abs(n)) if is_number(n) else None


def pow_(a: Value, b: Value) -> Value:
    """a to the power of b, a double."""
    if not is_number(a) or not is_number(b):
        return None
    try:
        return finite(math.pow(a, b))
    except (OverflowError, ValueError):
        return None


def sqrt(n: Value) -> Value:
    """The root of what is more than 0."""
    return math.sqrt(n) if is_number(n) and n > 0 else None


def sqr(n: Value) -> Value:
    """The square, a double."""
    return finite(float(n) * float(n)) if is_number(n) else None


def floor(n: Value) -> Value:
    """The next long below."""
    return fitted(math.floor(n)) if is_number(n) else None


def ceil(n: Value) -> Value:
    """The next long above."""
    return fitted(math.ceil(n)) if is_number(n) else None


def sign(n: Value) -> Value:
    """-1, 0 or 1."""
    return (n > 0) - (n < 0) if is_number(n) else None


def rand(context: Context) -> Value:
    """A double between 0 and 1, neither of them."""
    return context.sources.random() or 0.5


def rand_int(context: Context, a: Value, b: Value) -> Value:
    """A whole number from a to b, both included."""
    low, high = _whole(a), _whole(b)
    if low is None or high is None or low > high:
        return None
    return min(high, low + math.floor(context.sources.random() * (high - low + 1)))


def bits(compute: Callable[[int, int], int]) -> Callable[..., Value]:
    """`bitAnd`, `bitOr`: of what is numeric; null of nothing."""

    def call(*values: Value) -> Value:
        result: int | None = None
        for value in values:
            number = _whole(value)
            if number is not None:
                result = number if result is None else compute(result, number)
        return result

    return call


def fitted_whole(number: int | float) -> Value:
    """A quotient that is whole already, as a long."""
    return fitted(math.floor(number)) if math.isfinite(number) else None


def _typed(result: int | float, first: int | float, kind: str | None) -> Value:
    if kind is not None:
        return converted(result, kind) if finite_(result) else None
    return rounded(result) if isinstance(first, int) else as_double(result)


def finite_(number: int | float) -> bool:
    """Whether it is no infinity."""
    return isinstance(number, int) or math.isfinite(number)


def _whole(value: Value) -> int | None:
    number = rounded(value) if is_number(value) else None
    return number if isinstance(number, int) else None


FUNCTIONS = {
    "sum": Function(("n",), "number", sum_, TYPE, many=True),
    "add": Function(AB, "number", arithmetic(operator.add), TYPE),
    "sub": Function(AB, "number", arithmetic(operator.sub), TYPE),
    "mul": Function(AB, "number", arithmetic(operator.mul), TYPE),
    "div": Function(AB, "number", div),
    "floorDiv": Function(AB, "number", floor_div),
    "mod": Function(AB, "number", mod),
    "abs": Function(N, "number", abs_),
    "pow": Function(AB, "number", pow_),
    "sqrt": Function(N, "number", sqrt),
    "sqr": Function(N, "number", sqr),
    "floor": Function(N, "number", floor),
    "ceil": Function(N, "number", ceil),
    "sign": Function(N, "number", sign),
    "rand": Function((), "number", rand, pure=False, context=True),
    "randInt": Function(AB, "number", rand_int, pure=False, context=True),
    "bitAnd": Function(("n",), "number", bits(operator.and_), many=True),
    "bitOr": Function(("n",), "number", bits(operator.or_), many=True),
}
