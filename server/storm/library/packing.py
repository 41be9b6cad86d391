"""`$lib.pack`, `$lib.utils`, `$lib.gis`, `$lib.tags`, `$lib.inet.ipv6`: small computations."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import struct
from typing import Any

from ...model.idens import packed
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.bounds import fits
from ..values.convert import to_bool, to_int, to_prim, to_str
from ..values.iterating import items_of
from .python_errors import misfit, shown

EARTH_MM = 6_371_008_800  # the mean radius
DISTANCE = "$lib.gis.bbox()"


def form_of(fmt: Any) -> str:
    text = to_str(fmt)
    if not text.startswith((">", "<")):
        mesg = "Pack format string must start with > or < to denote endianness."
        raise StormError("BadArg", mesg)
    return text


def en(run: Runtime, me: Any, fmt: Any, items: Any) -> bytes:
    form, prims = form_of(fmt), to_prim(run, items)
    try:
        fits(struct.calcsize(form))
        return struct.pack(form, *prims)
    except struct.error as error:
        raise StormError("BadArg", str(error)) from error


def un(run: Runtime, me: Any, fmt: Any, byts: Any, offs: Any = 0) -> tuple[Any, ...]:
    form, start = form_of(fmt), to_int(offs)
    if not isinstance(byts, bytes):
        raise StormError("BadArg", "$lib.pack.un() second argument must be bytes.")
    try:
        return struct.unpack_from(form, byts, start)
    except struct.error as error:
        raise StormError("BadArg", str(error)) from error


PACK = Library(
    "lib.pack",
    "Values in bytes, by formats of Python's struct with > or < before them.",
    (
        local("en(fmt: str, items: list) -> bytes", shown("$lib.pack.en", en), "Bytes of values."),
        local("un(fmt: str, byts: bytes, offs: int = 0) -> list", un, "Values of bytes."),
    ),
)


def buid(run: Runtime, me: Any, valu: Any) -> bytes:
    prim = to_prim(run, valu)
    try:
        return hashlib.sha256(packed(prim)).digest()
    except TypeError as error:
        mesg = f"can not serialize '{type(prim).__name__}' object: {prim!r}"
        raise StormError("NotMsgpackSafe", mesg) from error


def todo(
    run: Runtime, me: Any, _todoname: Any, *args: Any, **kwargs: Any
) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    return to_str(_todoname), args, kwargs


UTILS = Library(
    "lib.utils",
    "For those who call services.",
    (
        local("buid(valu: any) -> bytes", buid, "The hash of a value that idens of nodes are made by."),
        local("todo(_todoname: str, *args: any, **kwargs: any) -> list", todo, "A call to be made, as a value."),
    ),
)


def bbox(run: Runtime, me: Any, lon: Any, lat: Any, dist: Any) -> tuple[float, float, float, float]:
    """Bounds of longitude, then of latitude, some millimetres away from a point."""
    try:
        east, north = float(to_prim(run, lon)), float(to_prim(run, lat))
        reach = to_int(dist)
    except TypeError as error:
        raise misfit("$lib.gis.bbox", error) from error
    except ValueError as error:
        raise StormError("BadArg", f"{DISTANCE}: {error}") from error
    except StormError as error:
        raise StormError("BadArg", f"{DISTANCE}: {error.mesg}") from error
    latitude, longitude = math.radians(north), math.radians(east)
    up = reach / EARTH_MM
    across = reach / (EARTH_MM * math.cos(latitude))
    return (
        math.degrees(longitude - across),
        math.degrees(longitude + across),
        math.degrees(latitude - up),
        math.degrees(latitude + up),
    )


GIS = Library(
    "lib.gis",
    "Places on the earth.",
    (local("bbox(lon: float, lat: float, dist: int) -> list", bbox, "A box round a point, at a distance in mm."),),
)


def prefix(run: Runtime, me: Any, names: Any, prefix: Any, ispart: Any = False) -> list[str]:
    """Names that are no parts of tags become such; those of which nothing is left are passed over."""
    above, plain = to_str(prefix), to_bool(ispart)
    return [f"{above}.{name}" for name in (_part(item, plain) for item in items_of(run, names)) if name]


def _part(item: Any, plain: bool) -> str | None:
    if plain:
        return to_str(item)
    # As the type syn:tag:part norms a text.
    return "_".join(re.findall(r"\w+", to_str(item).lower())) if isinstance(item, str | int) else None


TAGS = Library(
    "lib.tags",
    "Names of tags.",
    (
        local(
            "prefix(names: list, prefix: str, ispart: boolean = false) -> list",
            prefix,
            "Tags of names below one tag; the names are taken as they are where they are parts of tags.",
        ),
    ),
)


def expand(run: Runtime, me: Any, valu: Any) -> str:
    text = to_str(valu).strip()
    try:
        return ipaddress.IPv6Address(text).exploded
    except ipaddress.AddressValueError as error:
        raise StormError("StormRuntimeError", f"Error expanding ipv6: {error} for valu={text}", valu=text) from error


IPV6 = Library(
    "lib.inet.ipv6",
    "IPv6 addresses.",
    (local("expand(valu: str) -> str", expand, "An address with all its digits."),),
)

LIBRARIES = (PACK, UTILS, GIS, TAGS, IPV6)
