"""Places and sizes: `geo:dist` (also altitudes), `geo:area`, `geo:latlong`."""

import math
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from ..contract import Key, ModelError, Normed, Span, Type
from .compare import COMMON, ORDERED, Predicate, no_norm, predicate

EARTH_RADIUS_MM = 6_371_008_800
_QUANTITY = re.compile(r"(-?\d+(?:\.\d+)?)\s*(.*)", re.DOTALL)
_DISTANCE_UNIT = re.compile(r"[a-z]+")
_AREA_UNIT = re.compile(r"[a-z.]+")

_DISTANCES: dict[str, float] = {  # in millimetres
    **dict.fromkeys(("mm", "millimeter", "millimeters"), 1.0),
    **dict.fromkeys(("cm", "centimeter", "centimeters"), 10.0),
    **dict.fromkeys(("m", "meter", "meters"), 1_000.0),
    **dict.fromkeys(("km", "kilometer", "kilometers"), 1_000_000.0),
    **dict.fromkeys(("foot", "feet"), 304.8),
    **dict.fromkeys(("yard", "yards"), 914.4),
    **dict.fromkeys(("mile", "miles"), 1_609_344.0),
}
_AREAS: dict[str, float] = {  # the product counts areas by the factors of lengths
    "sq.mm": 1.0,
    "sq.cm": 10.0,
    "sq.m": 1_000.0,
    "sq.meters": 1_000.0,
    "sq.km": 1_000_000.0,
    "sq.feet": 304.8,
    "sq.yards": 914.4,
    "sq.miles": 1_609_344.0,
}
_SHOWN = ((1_000_000, "km"), (1_000, "m"), (10, "cm"))


class Dist:
    """A distance in millimetres, plus the option `baseoff` for heights over something; text needs a unit."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._offset: int = opts.get("baseoff") or 0

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, int | float):
            return Normed(_whole(valu))
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        found = _QUANTITY.match(valu.strip().lower())
        if found is None:
            raise self._refuse(f"Distance requires a valid number and unit. No valid number found: {valu}", valu)
        unit = _DISTANCE_UNIT.match(found[2])
        if unit is None or unit[0] not in _DISTANCES:
            raise self._refuse(f"Unknown unit of distance: {valu}", valu)
        distance = _whole(float(found[1]) * _DISTANCES[unit[0]]) + self._offset
        if distance < 0:
            raise self._refuse(f"A geo:dist may not be negative: {valu}", valu)
        return Normed(distance)

    def repr(self, norm: Any) -> str:
        distance = norm - self._offset
        for factor, unit in _SHOWN:
            if abs(distance) >= factor:
                return f"{distance / factor} {unit}"
        return f"{distance} mm"

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)

    def _refuse(self, mesg: str, valu: str) -> ModelError:
        return ModelError("BadTypeValu", mesg, mesg=None, name=self.name, valu=valu)


class Area:
    """An area in square millimetres; text needs a unit such as `sq.km`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, int | float):
            return Normed(_whole(valu))
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        found = _QUANTITY.match(valu.strip().lower())
        if found is None:
            raise self._refuse(f"Area requires a valid number and unit, no valid number found: {valu}", valu)
        unit = _AREA_UNIT.match(found[2])
        if unit is None or unit[0] not in _AREAS:
            raise self._refuse(f"Unknown unit of area: {valu}", valu)
        area = _whole(float(found[1]) * _AREAS[unit[0]])
        if area < 0:
            raise self._refuse(f"A geo:area may not be negative: {valu}", valu)
        return Normed(area)

    def repr(self, norm: Any) -> str:
        for factor, unit in _SHOWN:
            if norm >= factor:
                return f"{norm / factor} sq.{unit}"
        return f"{norm} sq.mm"

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)

    def _refuse(self, mesg: str, valu: str) -> ModelError:
        return ModelError("BadTypeValu", mesg, mesg=None, name=self.name, valu=valu)


class LatLong:
    """Latitude and longitude in degrees, from a pair or `lat,long`; subs `lat`, `lon`. A longitude of -180 is refused."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self.distance = Dist(model, "geo:dist", {})

    def norm(self, valu: Any) -> Normed:
        if not isinstance(valu, str | list | tuple):
            raise no_norm(self.name, valu)
        items = valu.strip().split(",") if isinstance(valu, str) else valu
        if len(items) != 2:
            raise ModelError("BadTypeValu", "Valu must contain valid latitude,longitude", valu=items, name=self.name)
        try:
            latitude = self._degrees("geo:latitude", items[0], 90.0, lambda degrees: degrees >= -90.0)
            longitude = self._degrees("geo:longitude", items[1], 180.0, lambda degrees: degrees > -180.0)
        except ModelError as error:
            raise ModelError(error.name, error.mesg, valu=items, name=self.name) from error.__cause__
        return Normed((latitude, longitude), {"lat": latitude, "lon": longitude})

    def repr(self, norm: Any) -> str:
        latitude, longitude = norm
        return f"{latitude},{longitude}"

    def key(self, norm: Any) -> Key:
        """The product lists places from west to east, those of one meridian from south to north."""
        latitude, longitude = norm
        return _sortable(longitude) + _sortable(latitude)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _LATLONG, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """`near=`: the first two items of what is given are the place and the distance."""
        if cmpr != "near=":
            return None
        try:
            pair = (valu[0], valu[1])
        except (IndexError, KeyError, TypeError) as error:
            raise ModelError(type(error).__name__, str(error)) from error
        return (Span(keep=_near(self, pair)),)

    def _degrees(self, name: str, item: Any, high: float, above_low: Callable[[float], bool]) -> float:
        if isinstance(item, bool) or not isinstance(item, int | float | str):
            raise self._refuse(name, f"no norm for type: {type(item)}.")
        try:
            degrees = float(item)
        except ValueError as error:
            raise self._refuse(name, str(error), item) from error
        except OverflowError as error:
            raise ModelError("BadTypeValu", str(error)) from error
        if not above_low(degrees):
            raise self._refuse(name, f"value is below min={-high}", degrees)
        if degrees > high:
            raise self._refuse(name, f"value is above max={high}", degrees)
        return degrees

    def _refuse(self, inner: str, mesg: str, *valu: Any) -> ModelError:
        """The error as it shows when it comes from one of the two parts."""
        told = "".join(f" valu={item!r}" for item in valu)
        return ModelError("BadTypeValu", f"BadTypeValu: mesg={mesg!r} name={inner!r}{told}")


def great_circle_mm(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance in millimetres between two places (latitude, longitude) on a sphere."""
    north_1, east_1, north_2, east_2 = (math.radians(degrees) for degrees in (*one, *other))
    half = math.sin((north_2 - north_1) / 2) ** 2
    half += math.cos(north_1) * math.cos(north_2) * math.sin((east_2 - east_1) / 2) ** 2
    return 2 * EARTH_RADIUS_MM * math.asin(math.sqrt(half))


def _whole(valu: float) -> int:
    try:
        return int(valu)
    except (ValueError, OverflowError) as error:
        # Infinite or no number: the product lets the interpreter's error through.
        raise ModelError(type(error).__name__, str(error)) from error


def _sortable(number: float) -> bytes:
    """Eight bytes that compare as the numbers do; both zeros are one."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    assert isinstance(bits, int)
    bits = ~bits & (1 << 64) - 1 if bits >> 63 else bits | 1 << 63
    return bits.to_bytes(8, "big")


def _near(type_: Type, valu: Any) -> Predicate:
    """`near=`: a place and a distance; what is no such pair fails as it does in the product."""
    assert isinstance(type_, LatLong)
    if not isinstance(valu, list | tuple | str):
        raise ModelError("TypeError", f"cannot unpack non-iterable {type(valu).__name__} object")
    if len(valu) < 2:
        raise ModelError("ValueError", f"not enough values to unpack (expected 2, got {len(valu)})")
    if len(valu) > 2:
        raise ModelError("ValueError", "too many values to unpack (expected 2)")
    place, distance = valu[0], valu[1]
    center = type_.norm(place).valu
    limit = type_.distance.norm(distance).valu
    return lambda item: great_circle_mm(center, item) <= limit


_LATLONG = COMMON | {"near=": _near}
