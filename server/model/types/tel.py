"""Telephony: `tel:phone`, `tel:mob:imei`, `tel:mob:imsi`."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ..contract import Key, ModelError, Normed, Span
from .compare import COMMON, ORDERED, Predicate, no_norm, predicate
from .text import as_text

# Country codes (ISO 3166) by the beginning of a number (ITU-T E.164, and the area codes of shared ones); longest wins.
_COUNTRIES: dict[str, str] = json.loads(
    (files("deadringer.server.model.data") / "calling_codes.json").read_text("utf-8")
)
_LONGEST = max(map(len, _COUNTRIES))
_NANP_DIGITS = 11
_IMEI_DIGITS, _IMSI_DIGITS_MAX = 15, 15


class Phone:
    """The digits of a number, whatever stands between them; sub `loc`, the country it seems to belong to."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, int) and not isinstance(valu, bool) and valu < 1:
            raise self._refuse("phone int must be greater than 0", valu)
        digits = "".join(char for char in as_text(self.name, valu) if char.isdigit())
        if not digits:
            raise self._refuse("requires a digit string", valu)
        try:
            number = int(digits)
        except ValueError as error:
            raise self._refuse("Failed to get phone info", valu) from error
        country = _country(str(number))
        return Normed(digits, {"loc": country} if country else {}, more={"subs": {}})

    def repr(self, norm: Any) -> str:
        digits = str(norm)
        if digits[:1] == "1" and len(digits) == _NANP_DIGITS:
            return f"+1 ({digits[1:4]}) {digits[4:7]}-{digits[7:]}"
        return f"+{digits}"

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """The product looks for a `*` at the end before it norms, and fails on what is no text."""
        if cmpr == "=" and not isinstance(valu, str):
            raise ModelError("AttributeError", f"'{type(valu).__name__}' object has no attribute 'endswith'")
        return None

    def _refuse(self, mesg: str, valu: Any) -> ModelError:
        return ModelError("BadTypeValu", mesg, valu=valu, name=self.name)


class Imei:
    """The number of a mobile device, 15 digits of which the last one checks the others, or 14 without it.

    Subs `tac` (type), `serial`, `cd` (check digit).
    """

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        number = _integer(self.name, valu)
        digits = str(number)
        if len(digits) not in (_IMEI_DIGITS - 1, _IMEI_DIGITS):
            raise ModelError("BadTypeValu", "Failed to norm IMEI", valu=number, name=self.name)
        try:
            check = _luhn(digits[: _IMEI_DIGITS - 1])
        except ValueError as error:
            # A minus sign: the product lets the interpreter's error through.
            raise ModelError("ValueError", str(error)) from error
        if len(digits) == _IMEI_DIGITS - 1:
            digits += str(check)
        elif int(digits[-1]) != check:
            raise ModelError("BadTypeValu", "invalid imei checksum byte", valu=number, name=self.name)
        return Normed(int(digits), {"tac": int(digits[:8]), "serial": int(digits[8:14]), "cd": check})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)


class Imsi:
    """The number of a mobile subscriber, up to 15 digits; sub `mcc`, the country code it begins with."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        number = _integer(self.name, valu)
        digits = str(number)
        if len(digits) > _IMSI_DIGITS_MAX:
            raise ModelError("BadTypeValu", f"invalid imsi len: {len(digits)}", valu=number, name=self.name)
        return Normed(number, {"mcc": digits[:3]})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)


def _country(digits: str) -> str | None:
    for length in range(min(_LONGEST, len(digits)), 0, -1):
        country = _COUNTRIES.get(digits[:length])
        if country is not None:
            return country
    return None


def _integer(name: str, valu: Any) -> int:
    if not isinstance(valu, int | float | str):
        raise no_norm(name, valu)
    try:
        return int(valu, 0) if isinstance(valu, str) else int(valu)
    except (ValueError, OverflowError) as error:
        if isinstance(valu, str):
            raise ModelError("BadTypeValu", str(error), name=name, valu=valu) from error
        # Infinite or no number: the product lets the interpreter's error through.
        raise ModelError(type(error).__name__, str(error)) from error


def _luhn(digits: str) -> int:
    """The digit that makes the sum of the digits, every second one doubled, a multiple of ten."""
    total = 0
    for index, char in enumerate(digits):
        number = int(char) * (1 + index % 2)
        total += number // 10 + number % 10
    return -total % 10
