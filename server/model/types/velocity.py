"""`velocity`: a speed in millimetres a second."""

import re
from collections.abc import Mapping
from typing import Any

from ..contract import Key, ModelError, Normed
from .compare import ORDERED, Predicate, no_norm, predicate

_NUMBER = re.compile(r"[-.0-9]*", re.ASCII)
_DISTANCES = {  # in millimetres
    "mm": 1.0,
    "millimeters": 1.0,
    "in": 25.4,
    "inches": 25.4,
    "ft": 304.8,
    "feet": 304.8,
    "k": 1_000_000.0,
    "km": 1_000_000.0,
    "kilometers": 1_000_000.0,
    "mi": 1_609_344.0,
    "miles": 1_609_344.0,
    "nmi": 1_852_000.0,
}
_DURATIONS = {  # in seconds
    "s": 1.0,
    "sec": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hr": 3600.0,
    "hour": 3600.0,
}
_KNOT = _DISTANCES["nmi"] / 3600
_UNITS = {  # in millimetres a second
    "c": 299_792_458_000.0,
    "kph": _DISTANCES["km"] / 3600,
    "mph": _DISTANCES["mi"] / 3600,
    "knots": _KNOT,
    "kts": _KNOT,
}


class Velocity:
    """From an integer (mm/s) or text like `10 kph`, `3 ft/s`, `0.5c`; negative only with the option `relative`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._relative = bool(opts.get("relative"))

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        speed = valu if isinstance(valu, int) else self._read(valu)
        if speed < 0 and not self._relative:
            raise ModelError("BadTypeValu", "Non-relative velocities may not be negative.")
        return Normed(speed)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)

    def _read(self, valu: str) -> int:
        text = valu.lower().strip()
        if not text:
            raise ModelError("BadTypeValu", "Empty string is not a valid velocity.")
        found = _NUMBER.match(text)
        assert found is not None
        digits, unit = found[0], text[found.end() :].strip()
        try:
            number = float(digits) if digits else 1.0
        except ValueError as error:
            # The product lets the interpreter's error through.
            raise ModelError("ValueError", str(error)) from error
        if number < 0 and not self._relative:
            raise ModelError("BadTypeValu", "Non-relative velocities may not be negative.")
        try:
            return int(number * self._factor(unit)) if unit else int(number)
        except OverflowError as error:
            raise ModelError("OverflowError", str(error)) from error

    @staticmethod
    def _factor(unit: str) -> float:
        distance, slash, duration = unit.partition("/")
        if not slash:
            if unit not in _UNITS:
                raise ModelError("BadTypeValu", f"Unknown velocity unit: {unit}.")
            return _UNITS[unit]
        if distance not in _DISTANCES:
            raise ModelError("BadTypeValu", f"Unrecognized distance type: {distance}.")
        if duration not in _DURATIONS:
            raise ModelError("BadTypeValu", f"Unrecognized duration type: {duration}.")
        return _DISTANCES[distance] / _DURATIONS[duration]
