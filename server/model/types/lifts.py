"""What a lift by value reads of an index: `form<cmpr>value`, `form:prop<cmpr>value`.

Lifts accept other comparators than filters and some of them mean something else, as measured on a real Cortex; which ones
depends on the storage type alone. A type with more to say follows `contract.Lifting`.
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

from ..contract import Lifting, ModelError, Span, Type
from .compare import Predicate, searching
from .patterns import Pattern
from .text import Hex, Str, Taxon, Taxonomy
from .times import Ival, Time

_LAST = "\U0010ffff"  # sorts after every character, so that a prefix and this bound all that starts with it
_ARRAY = 0x8000  # the flag of the storage type of an array

# Storage types, as `/api/v1/model` numbers them.
_TEXT, _BOOL, _GUID, _TIME, _IVAL, _DATA, _LATLONG, _LOC = 1, 2, 10, 11, 12, 13, 14, 15
_IPV4, _FQDN, _IPV6, _MIN_TIME, _FLOAT, _HUGENUM, _NDEF = 4, 17, 18, 21, 22, 23, 25

Maker = Callable[[Type, Any], tuple[Span, ...]]


def lift(type_: Type, stortype: int, cmpr: str, valu: Any) -> tuple[Span, ...]:
    """The stretches of the index to read, in the order of the answer; a node may be in several, and then comes twice.

    Raises ModelError: NoSuchCmpr for a comparator that such values are not lifted by, else what norming says.
    """
    if isinstance(type_, Lifting):
        own = type_.lift(cmpr, valu)
        if own is not None:
            return own
    table = _HASHED if stortype & _ARRAY else _TABLES.get(stortype, _ORDERED)
    maker = table.get(cmpr)
    if maker is not None:
        return maker(type_, valu)
    if cmpr == "in=":
        return tuple(span for item in _items(valu) for span in lift(type_, stortype, "=", item))
    if cmpr == "range=":
        for end in _ends(valu):
            type_.norm(end)
    if cmpr in ("~=", "range="):
        # The type would, its storage cannot: the product gives no text.
        raise ModelError("NoSuchCmpr", "", cmpr=cmpr)
    raise ModelError("NoSuchCmpr", f'Type ({type_.name}) has no cmpr: "{cmpr}".')


def _exactly(type_: Type, valu: Any) -> tuple[Span, ...]:
    key = type_.key(type_.norm(valu).valu)
    return (Span(key, key),)


def _between(type_: Type, valu: Any) -> tuple[Span, ...]:
    low, high = (type_.key(type_.norm(end).valu) for end in _ends(valu))
    return (Span(low, high),)


def _below(included: bool) -> Maker:
    def maker(type_: Type, valu: Any) -> tuple[Span, ...]:
        norm = type_.norm(valu).valu
        return (Span(None, type_.key(norm), keep=None if included else _other_than(norm)),)

    return maker


def _above(included: bool) -> Maker:
    def maker(type_: Type, valu: Any) -> tuple[Span, ...]:
        norm = type_.norm(valu).valu
        return (Span(type_.key(norm), None, keep=None if included else _other_than(norm)),)

    return maker


# -- text


def _text(type_: Type, valu: Any) -> tuple[Span, ...]:
    if isinstance(valu, str) and valu.endswith("*"):
        if type_.opts.get("globsuffix"):
            return (_starting(valu[:-1]),)
        if isinstance(type_, Hex) and not set(valu[:-1].lower()) - set("0123456789abcdef"):
            return (_starting(valu[:-1].lower()),)
    return _exactly(type_, valu)


def _text_prefix(type_: Type, valu: Any) -> tuple[Span, ...]:
    return (_starting(_prefix(type_, valu)),)


def _text_between(type_: Type, valu: Any) -> tuple[Span, ...]:
    """From the lower text to all that starts with the upper one."""
    low, high = (type_.norm(end).valu if isinstance(type_, Hex) else _prefix(type_, end) for end in _ends(valu))
    return (Span(low, high + _LAST),)


def _searched(type_: Type, valu: Any) -> tuple[Span, ...]:
    # What is no pattern is only found out where there is something to search.
    pattern: Pattern | None = None

    def keep(norm: Any) -> bool:
        nonlocal pattern
        pattern = pattern or searching(valu)
        return any(pattern.search(text) for text in _texts(norm))

    return (Span(keep=keep),)


def _prefix(type_: Type, valu: Any) -> str:
    """What a prefix is tidied to, as each type does it."""
    if isinstance(type_, Hex):
        if not isinstance(valu, str):
            kind = type(valu).__name__
            mesg = f"Hex prefix lift values must be str, not {kind}."
            raise ModelError("BadTypeValu", mesg, type=kind, name=type_.name)
        return valu.strip().lower().removeprefix("0x").replace(" ", "").replace(":", "")
    if isinstance(type_, Taxonomy):
        return type_.prefix(valu)
    if isinstance(type_, Taxon):
        return str(type_.norm(valu).valu)
    if not isinstance(valu, str):
        raise ModelError("AttributeError", f"'{type(valu).__name__}' object has no attribute 'encode'")
    return type_.prefix(valu) if isinstance(type_, Str) else valu


def _texts(norm: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(norm, str):
        yield norm
    elif isinstance(norm, list | tuple):
        for item in norm:
            yield from _texts(item)
    elif isinstance(norm, dict):
        for item in norm.values():
            yield from _texts(item)


def _guid_prefix(type_: Type, valu: Any) -> tuple[Span, ...]:
    if not isinstance(valu, str):
        kind = type(valu).__name__
        raise ModelError("TypeError", f"argument should be bytes, buffer or ASCII string, not '{kind}'")
    text = valu.lower()
    if len(text) % 2 or set(text) - set("0123456789abcdef"):
        raise ModelError("BadTypeValu", f"Invalid GUID prefix ({valu}). Must be even number of hex chars.")
    return (_starting(text),)


def _loc(type_: Type, valu: Any) -> tuple[Span, ...]:
    if not isinstance(valu, str):
        raise ModelError("AttributeError", f"'{type(valu).__name__}' object has no attribute 'endswith'")
    if valu.endswith(".*"):
        return _loc_prefix(type_, valu[:-2])
    return _exactly(type_, valu)


def _loc_prefix(type_: Type, valu: Any) -> tuple[Span, ...]:
    return (_starting(f"{type_.norm(valu).valu}."),)


def _starting(prefix: str) -> Span:
    return Span(prefix, prefix + _LAST)


# -- names and addresses


def _name(type_: Type, valu: Any) -> tuple[Span, ...]:
    """A domain, or with a star in front all that end so: the keys of domains are read from their end."""
    if valu == "":
        mesg = "Cannot generate fqdn index bytes for a empty string."
        raise ModelError("BadLiftValu", mesg, valu=valu, name=type_.name)
    if not isinstance(valu, str) or "*" not in valu:
        return _exactly(type_, valu)
    if not valu.startswith("*"):
        mesg = "Wild card may only appear at the beginning."
        raise ModelError("BadLiftValu", mesg, valu=valu, name=type_.name)
    if valu == "*":
        return (Span(),)
    ending = type_.norm(valu[1:]).valu
    return (_starting((f".{ending}" if valu[1] == "." else ending)[::-1]),)


def _address(type_: Type, valu: Any) -> tuple[Span, ...]:
    """An address, or all of a network (`1.2.3.0/24`) or of a stretch (`1.2.3.4-1.2.3.9`)."""
    if not isinstance(valu, str) or not ("/" in valu or "-" in valu):
        return _exactly(type_, valu)
    keep = type_.compare("=", valu)  # refuses what is none
    if "/" in valu:
        network = ip_network(valu.strip(), strict=False)
        low, high = str(network[0]), str(network[-1])
    else:
        low, _, high = valu.partition("-")
    return (Span(type_.key(type_.norm(low).valu), type_.key(type_.norm(high).valu), keep=keep),)


# -- numbers


def _float_above(included: bool) -> Maker:
    def maker(type_: Type, valu: Any) -> tuple[Span, ...]:
        number = type_.norm(valu).valu
        return _float_span(type_, number, float("inf"), None if included else _other_than(number))

    return maker


def _float_below(included: bool) -> Maker:
    def maker(type_: Type, valu: Any) -> tuple[Span, ...]:
        number = type_.norm(valu).valu
        return _float_span(type_, float("-inf"), number, None if included else _other_than(number))

    return maker


def _float_between(type_: Type, valu: Any) -> tuple[Span, ...]:
    low, high = (type_.norm(end).valu for end in _ends(valu))
    return _float_span(type_, low, high, None)


def _float_span(type_: Type, low: float, high: float, keep: Predicate | None) -> tuple[Span, ...]:
    """Keys of negative numbers run backwards and lie behind the others: they are a stretch of their own."""
    spans = []
    if low < 0:
        spans.append(Span(type_.key(min(high, -0.0)), type_.key(low), reverse=True, keep=keep))
    if high >= 0:
        spans.append(Span(type_.key(max(low, 0.0)), type_.key(high), keep=keep))
    return tuple(spans)


# -- times


def _time(type_: Type, valu: Any) -> tuple[Span, ...]:
    assert isinstance(type_, Time)
    if isinstance(valu, str) and valu.strip().endswith("*"):
        low, high = type_.span(valu)
        return (Span(low, high),)  # the end included, unlike the filter
    return _exactly(type_, valu)


def _time_order(cmpr: str) -> Maker:
    def maker(type_: Type, valu: Any) -> tuple[Span, ...]:
        return (Span(keep=type_.compare(cmpr, valu)),)

    return maker


def _time_between(type_: Type, valu: Any) -> tuple[Span, ...]:
    assert isinstance(type_, Time)
    if not isinstance(valu, list | tuple):
        raise ModelError("BadTypeValu", f"Range value must be a list: {valu!r}")
    low, high = type_.pair(_two(valu))
    return (Span(low, high),)


def _time_at(type_: Type, valu: Any) -> tuple[Span, ...]:
    assert isinstance(type_, Time)
    if not isinstance(valu, list | tuple):
        return _exactly(type_, valu)
    low, high = type_.pair(_two(valu))
    return (Span(low, high - 1),)


def _ival_at(type_: Type, valu: Any) -> tuple[Span, ...]:
    assert isinstance(type_, Ival)
    if isinstance(valu, list | tuple):
        low, high = type_.time.pair(_two(valu))
        high += low == high
    else:
        low, high = type_.norm(valu).valu
    return (Span(keep=lambda norm: norm[0] < high and low < norm[1]),)


def _two(valu: Any) -> Any:
    if len(valu) != 2:
        raise ModelError("BadTypeValu", f"Time range must have a length of 2: {tuple(valu)!r}")
    return valu


# -- arguments


def _items(valu: Any) -> list[Any]:
    try:
        return list(valu)
    except TypeError as error:
        raise ModelError("TypeError", str(error)) from error


def _ends(valu: Any) -> tuple[Any, Any]:
    """The first two of a list; whatever else is given fails as it does with the product."""
    try:
        return valu[0], valu[1]
    except (IndexError, KeyError, TypeError) as error:
        raise ModelError(type(error).__name__, str(error)) from error


def _other_than(norm: Any) -> Predicate:
    return lambda item: bool(item != norm)


_EXACT: dict[str, Maker] = {"=": _exactly}
_HASHED: dict[str, Maker] = {"=": _exactly, "~=": _searched}
_ORDERED: dict[str, Maker] = {
    "=": _exactly,
    "<": _below(False),
    "<=": _below(True),
    ">": _above(False),
    ">=": _above(True),
    "range=": _between,
}
_TIMES: dict[str, Maker] = {
    "=": _time,
    "range=": _time_between,
    "@=": _time_at,
    **{cmpr: _time_order(cmpr) for cmpr in ("<", "<=", ">", ">=")},
}
_TABLES: dict[int, dict[str, Maker]] = {
    _TEXT: {"=": _text, "^=": _text_prefix, "~=": _searched, "range=": _text_between},
    _BOOL: {"=": _exactly, "range=": _between},
    _GUID: {"=": _exactly, "^=": _guid_prefix},
    _TIME: _TIMES,
    _MIN_TIME: _TIMES,
    _IVAL: {"=": _exactly, "@=": _ival_at},
    _DATA: _HASHED,
    _LATLONG: _EXACT,
    _LOC: {"=": _loc, "^=": _loc_prefix},
    _FQDN: {"=": _name, "~=": _searched},
    _IPV4: _ORDERED | {"=": _address},
    _IPV6: _ORDERED | {"=": _address},
    _FLOAT: {
        "=": _exactly,
        "<": _float_below(False),
        "<=": _float_below(True),
        ">": _float_above(False),
        ">=": _float_above(True),
        "range=": _float_between,
    },
    _HUGENUM: _ORDERED,
    _NDEF: _EXACT,
}
