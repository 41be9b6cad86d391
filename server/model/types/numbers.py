"""Numbers: `int`, `float`, `hugenum` and `bool`.

All limits and messages are those of a real Cortex. A hugenum is a decimal with 24 digits after the point, stored and sent
as text.
"""

import re
import struct
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any

from ..contract import Key, ModelError, Normed, Type
from .compare import COMMON, ORDERED, Maker, Predicate, no_norm, predicate

_SIZES = (1, 2, 4, 8, 16)  # the widths in bytes that an integer may have
_DIGITS = Context(prec=49, rounding=ROUND_HALF_EVEN)
_STEP = Decimal("1e-24")
_HUGE_MAX = Decimal("730750818665451459101842")
_HUGE = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][+-]\d+)?)[ \t\n]*([a-zA-Zµ]+)?")
_WORDS = {"true": 1, "t": 1, "yes": 1, "y": 1, "on": 1, "false": 0, "f": 0, "no": 0, "n": 0, "off": 0}


class Int:
    """Whole numbers of `size` bytes, `signed` or not, between `min` and `max`; `enums` gives some of them names."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        size = opts.get("size", 8)
        if size not in _SIZES:
            raise ModelError("BadTypeDef", f"Invalid integer size ({size})", name=name)
        bits = size * 8
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if opts.get("signed", True) else (0, 2**bits - 1)
        self.low, self.high = _limits(name, opts, low, high)
        self._reprs, self._norms = _enums(opts.get("enums"))
        self._strict = bool(self._reprs) and bool(opts.get("enums:strict", True))

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, str):
            number = self._named(valu)
        elif isinstance(valu, bool | int | float):
            try:
                number = int(valu)
            except (OverflowError, ValueError) as error:
                raise ModelError(type(error).__name__, str(error)) from error
        else:
            raise no_norm(self.name, valu)
        if number < self.low:
            raise ModelError("BadTypeValu", f"value is below min={self.low}", valu=repr(number), name=self.name)
        if number > self.high:
            raise ModelError("BadTypeValu", f"value is above max={self.high}", valu=repr(number), name=self.name)
        if self._strict and number not in self._reprs:
            raise ModelError("BadTypeValu", "Value is not a valid enum value.", valu=number, name=self.name)
        return Normed(number)

    def repr(self, norm: Any) -> str:
        return self._reprs.get(norm) or str(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)

    def _named(self, valu: str) -> int:
        known = self._norms.get(valu.lower())
        if known is not None:
            return known
        try:
            return int(valu, 0)
        except ValueError as error:
            raise ModelError("BadTypeValu", str(error), name=self.name, valu=valu) from error


class Float:
    """IEEE doubles between `min` and `max`, either bound valid or not."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._min, self._max = opts.get("min"), opts.get("max")
        self._min_valid, self._max_valid = opts.get("minisvalid", True), opts.get("maxisvalid", True)

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | float | str):
            raise no_norm(self.name, valu)
        try:
            number = float(valu)
        except OverflowError as error:
            raise ModelError("OverflowError", str(error)) from error
        except ValueError as error:
            raise ModelError("BadTypeValu", str(error), name=self.name, valu=valu) from error
        if self._min is not None and (number < self._min or (number == self._min and not self._min_valid)):
            raise ModelError("BadTypeValu", f"value is below min={self._min}", valu=number, name=self.name)
        if self._max is not None and (number > self._max or (number == self._max and not self._max_valid)):
            raise ModelError("BadTypeValu", f"value is above max={self._max}", valu=number, name=self.name)
        return Normed(number)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        """The big-endian IEEE bytes, as the product has it: from 0 upwards, then the negative ones downwards."""
        return struct.pack(">d", norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)


class Hugenum:
    """Decimals with 24 digits after the point; `units` are factors by name, `modulo` wraps (directions)."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._units = {unit: _decimal(factor) for unit, factor in (opts.get("units") or {}).items()}
        self._modulo = None if opts.get("modulo") is None else _decimal(opts["modulo"])

    def norm(self, valu: Any) -> Normed:
        if valu is None:
            raise ModelError("BadTypeValu", "Hugenum type may not be null.")
        number = self._parsed(valu) if isinstance(valu, str) else _decimal(valu)
        if self._modulo is not None:  # before the limit: what wraps may be larger
            number = self._wrapped(number, self._modulo)
        if not number.is_finite() or abs(number) > _HUGE_MAX:
            raise ModelError("BadTypeValu", f"Value ({valu}) is too large for hugenum.")
        return Normed(_plain(_DIGITS.quantize(number, _STEP)))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        """The number in steps of 1e-24, as 21 bytes that compare as the numbers do; `-0` is apart from `0`."""
        steps = int(Decimal(norm).scaleb(24, _DIGITS))
        return (steps + 2**159).to_bytes(20, "big") + (b"\0" if norm == "-0" else b"\1")

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _HUGE_TABLE, cmpr, valu)

    def _wrapped(self, number: Decimal, modulo: Decimal) -> Decimal:
        try:
            remainder = _DIGITS.remainder(number, modulo)
        except InvalidOperation as error:
            raise ModelError("BadTypeValu", f"Invalid hugenum: {error}", name=self.name) from error
        return remainder + modulo if remainder < 0 else remainder

    def _parsed(self, valu: str) -> Decimal:
        found = _HUGE.match(valu.strip().replace(",", "").replace(" ", ""))
        if found is None:
            raise ModelError("BadTypeValu", f'Value does not start with a number: "{valu}"')
        number, unit = _decimal(found[1]), found[2]
        if unit is None:
            return number
        factor = self._units.get(unit.lower())
        if factor is None:
            raise ModelError("BadTypeValu", f'Unknown units for value: "{valu}"')
        return _DIGITS.multiply(number, factor)


class Bool:
    """0 and 1, from words too."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, int):
            return Normed(int(bool(valu)))
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        word = valu.lower().strip()
        if word in _WORDS:
            return Normed(_WORDS[word])
        try:
            return Normed(int(bool(int(word, 0))))
        except ValueError as error:
            raise ModelError("BadTypeValu", "Failed to norm bool", name=self.name, valu=valu) from error

    def repr(self, norm: Any) -> str:
        return "true" if norm else "false"

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def _limits(name: str, opts: Mapping[str, Any], low: int, high: int) -> tuple[int, int]:
    """The bounds that `min` and `max` narrow; they must lie within the size, and min not above max."""
    least, most = opts.get("min"), opts.get("max")
    least = low if least is None else least
    most = high if most is None else most
    try:
        fits = not (least < low or most > high or least > most)
    except TypeError as error:
        raise ModelError("TypeError", str(error)) from error
    if not fits:
        raise ModelError("BadTypeDef", f"BadTypeDef: name='{name}'", name=name)
    return least, most


def _enums(pairs: Any) -> tuple[dict[int, str], dict[str, int]]:
    """Name by number, and number by lower-case name."""
    pairs = pairs or ()
    try:
        reprs: dict[int, str] = dict(pairs)
    except (TypeError, ValueError) as error:
        raise ModelError(type(error).__name__, str(error)) from error
    norms = {text.lower(): number for number, text in pairs}
    if len(reprs) != len(pairs):
        raise ModelError("BadTypeDef", "Number of enums does not match the number of string reprs.")
    if len(norms) != len(pairs):
        raise ModelError("BadTypeDef", "Number of enums does not match the number of string norms.")
    return reprs, norms


def _decimal(valu: Any) -> Decimal:
    """The exact decimal of a value; floats by their shortest text. Errors are those that the product lets through."""
    try:
        return Decimal(repr(valu)) if isinstance(valu, float) else Decimal(valu)
    except InvalidOperation as error:
        raise ModelError("InvalidOperation", str(error)) from error
    except (TypeError, ValueError) as error:
        raise ModelError(type(error).__name__, str(error)) from error


def _plain(number: Decimal) -> str:
    """Without exponent and without trailing zeros; a negative zero keeps its sign."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _huge_equal(type_: Type, valu: Any) -> Predicate:
    number = _decimal(valu)
    return lambda item: Decimal(item) == number


def _huge_order(compare: Any) -> Maker:
    def maker(type_: Type, valu: Any) -> Predicate:
        number = _decimal(valu)
        return lambda item: bool(compare(Decimal(item), number))

    return maker


# Filters of hugenums compare plain decimals: no units, and `range=` compares the texts (so 9 is not within 1 and 10).
_HUGE_TABLE: dict[str, Maker] = COMMON | {
    "=": _huge_equal,
    "<": _huge_order(lt),
    "<=": _huge_order(le),
    ">": _huge_order(gt),
    ">=": _huge_order(ge),
}
