"""The fifteen column types: what a client may send for each, how it is stored, and how it is shown again.

A column is checked as a whole by operations that run in C; only when that fails does anybody look value by value. Stored
forms sort as their values do: addresses are 4 or 16 bytes, numbers are numbers. Null is no value, and belongs to no type.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from math import isfinite
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Any

SHOWN_CHARACTERS = 100
# The largest double that still rounds to a finite 32-bit float.
FLOAT_MAX = float.fromhex("0x1.fffffefffffffp+127")
# An interface of an exporter, as the product writes it in netflow rows: `172.16.100.1[58]`.
INTERFACE = re.compile(r"([^\[\]/]+)(?:\[([0-9]{1,10})\]|/([0-9]{1,10}))")
INTERFACE_MAX = 2**32 - 1
IP4_BYTES = 4
SUBNET = re.compile(r"([^/]+)/([0-9]{1,3})")
MAC = re.compile(r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})")
NULL = type(None)
SCALARS = frozenset((str, int, float, bool))


class BadValue(Exception):
    """A value that is none of its column's type; the message says what it should be."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """One of the fifteen.

    kinds: Python types of the JSON values it takes. sql: type of the SQLite column. what: for messages.
    store: one value to its stored form; raises BadValue. store_all: the same for a column without nulls, all of whose
    values are of `kinds`; None or an exception of WRONG if any of them is bad. show: a stored value to its client's form.
    """

    name: str
    kinds: frozenset[type]
    sql: str
    what: str
    store: Callable[[Any], Any]
    store_all: Callable[[Sequence[Any]], Sequence[Any] | None]
    show: Callable[[Any], Any] | None = None


# What operations over a whole column raise on a value that is wrong.
WRONG = (BadValue, OSError, ValueError, OverflowError)


def store_column(kind: ColumnType, values: Sequence[Any]) -> Sequence[Any] | None:
    """A whole column in stored form, nulls kept; None if any value is bad (`store_value` tells which)."""
    kinds = set(map(type, values))
    nullable = NULL in kinds
    kinds.discard(NULL)
    if not kinds <= kind.kinds:
        return None
    if not kinds:
        return values
    present = [value for value in values if value is not None] if nullable else values
    try:
        stored = kind.store_all(present)
    except WRONG:
        return None
    if stored is None or not nullable:
        return stored
    if stored is present:
        return values
    following = iter(stored)
    return [None if value is None else next(following) for value in values]


def store_value(kind: ColumnType, value: Any) -> Any:
    """One value in stored form. Raises BadValue with what is wrong with it."""
    if value is None:
        return None
    if type(value) not in kind.kinds:
        raise BadValue(f"{shown(value)} is not {kind.what}")
    try:
        return kind.store(value)
    except WRONG as error:
        raise BadValue(f"{shown(value)} is not {kind.what}") from error


def show_column(kind: ColumnType, values: Sequence[Any]) -> Sequence[Any]:
    """A stored column in the client's form."""
    show = kind.show
    if show is None:
        return values
    if show is _show_ip:
        # Written out: calling a function for each would take as long again as the rest.
        return [
            None if value is None else inet_ntop(AF_INET if len(value) == IP4_BYTES else AF_INET6, value)
            for value in values
        ]
    return [None if value is None else show(value) for value in values]


def shown(value: Any) -> str:
    """A value as JSON for a message, cut to a bearable length."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a deeply nested value"
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def _same(values: Sequence[Any]) -> Sequence[Any]:
    return values


def _within(low: int, high: int, values: Sequence[int]) -> Sequence[int] | None:
    return values if low <= min(values) and max(values) <= high else None


def _store_within(low: int, high: int, value: int) -> int:
    if not low <= value <= high:
        raise BadValue
    return value


def _reals(limit: float, values: Sequence[float]) -> Sequence[float] | None:
    # JSON has neither NaN nor infinity, but what comes from elsewhere may.
    reals = list(map(float, values))
    return reals if -limit <= min(reals) and max(reals) <= limit and all(map(isfinite, reals)) else None


def _store_real(limit: float, value: float) -> float:
    real = float(value)
    if not -limit <= real <= limit:
        raise BadValue
    return real


def _ip(text: str) -> bytes:
    return inet_pton(AF_INET6 if ":" in text else AF_INET, text)


def _ip4s(values: Sequence[str]) -> Sequence[bytes]:
    return list(map(inet_pton, repeat(AF_INET), values))


def _ip6s(values: Sequence[str]) -> Sequence[bytes]:
    return list(map(inet_pton, repeat(AF_INET6), values))


def _show_ip(stored: bytes) -> str:
    return inet_ntop(AF_INET if len(stored) == IP4_BYTES else AF_INET6, stored)


def _mac(text: str) -> str:
    if MAC.fullmatch(text) is None:
        raise BadValue
    return text.lower().replace("-", ":")


def _subnet(text: str) -> str:
    match = SUBNET.fullmatch(text)
    if match is None:
        raise BadValue
    address, prefix = _ip(match[1]), int(match[2])
    if prefix > len(address) * 8:
        raise BadValue
    return f"{_show_ip(address)}/{prefix}"


def _ifc(text: str) -> str:
    match = INTERFACE.fullmatch(text)
    if match is None:
        raise BadValue
    number = int(match[2] or match[3])
    if number > INTERFACE_MAX:
        raise BadValue
    return f"{_show_ip(_ip(match[1]))}[{number}]"


def _set(items: list[Any]) -> str:
    if not set(map(type, items)) <= SCALARS:
        raise BadValue
    # Of equal members the first stays; 1, 1.0 and true are three members, though equal in Python.
    distinct = {(type(item), item): item for item in items}
    return json.dumps(list(distinct.values()), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _each(store: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    def store_all(values: Sequence[Any]) -> Sequence[Any]:
        return list(map(store, values))

    return store_all


def _integer(name: str, bits: int) -> ColumnType:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return ColumnType(
        name=name,
        kinds=frozenset((int,)),
        sql="INTEGER",
        what=f"{'an' if name == 'int' else 'a'} {name} (a whole number from {low} to {high})",
        store=partial(_store_within, low, high),
        store_all=partial(_within, low, high),
    )


def _real(name: str, limit: float, what: str) -> ColumnType:
    return ColumnType(
        name=name,
        kinds=frozenset((int, float)),
        sql="REAL",
        what=what,
        store=partial(_store_real, limit),
        store_all=partial(_reals, limit),
    )


def _address(
    name: str, what: str, store: Callable[[str], bytes], store_all: Callable[[Sequence[str]], Sequence[bytes]]
) -> ColumnType:
    return ColumnType(name, frozenset((str,)), "BLOB", what, store, store_all, _show_ip)


def _text(name: str, what: str, store: Callable[[str], str]) -> ColumnType:
    return ColumnType(name, frozenset((str,)), "TEXT", what, store, _each(store))


TYPES: dict[str, ColumnType] = {
    kind.name: kind
    for kind in (
        ColumnType("string", frozenset((str,)), "TEXT", "a string", lambda value: value, _same),
        ColumnType("boolean", frozenset((bool,)), "INTEGER", "a boolean (true or false)", int, _each(int), bool),
        _integer("byte", 8),
        _integer("short", 16),
        _integer("int", 32),
        _integer("long", 64),
        _real("float", FLOAT_MAX, "a float (a number within the range of 32-bit floats)"),
        _real("double", float.fromhex("0x1.fffffffffffffp+1023"), "a double (a finite number)"),
        _address("ip", "an IPv4 or IPv6 address", _ip, _each(_ip)),
        _address("ip4", "an IPv4 address", partial(inet_pton, AF_INET), _ip4s),
        _address("ip6", "an IPv6 address", partial(inet_pton, AF_INET6), _ip6s),
        _text("subnet", "a subnet (address/prefix)", _subnet),
        _text("ifc", "an interface (address[index])", _ifc),
        _text("mac", "a MAC address (six pairs of hex digits with : or - between them)", _mac),
        ColumnType(
            name="set",
            kinds=frozenset((list,)),
            sql="TEXT",
            what="a set (a list of strings, numbers and booleans)",
            store=_set,
            store_all=_each(_set),
            show=json.loads,
        ),
    )
}
NUMERIC = ("byte", "short", "int", "long", "float", "double")
