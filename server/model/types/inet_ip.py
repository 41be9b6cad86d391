"""`inet:ipv4` and `inet:ipv6`.

An IPv4 address is a number, and its text is read as the C library's inet_aton reads it (`1.2`, octal, hexadecimal); an IPv6
address is its shortest text, and an IPv4 address given for one is mapped. Error texts are those of a real Cortex.
"""

import re
import socket
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv6Address, IPv6Network, NetmaskValueError
from operator import ge, gt, le, lt
from typing import Any

from ..contract import Key, ModelError, Normed, Span, Type
from .compare import COMMON, ORDERED, Maker, Predicate, equal, no_norm, predicate
from .inet_kinds import ipv4_kind, ipv6_kind, ipv6_scope

IPV4_MAX = 2**32 - 1
_PART = re.compile(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]{0,9}")
_PART_BITS = (32, 24, 16, 8)  # of the last part, by how many parts stand before it
_MAPPED_PREFIX = 0xFFFF
_IPV4_REFUSED = "illegal IP address string passed to inet_aton"


class Ipv4:
    """An IPv4 address, as a number; sub `type`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        address = self._address(valu)
        return Normed(address, {"type": ipv4_kind(address)})

    def repr(self, norm: Any) -> str:
        return show_ipv4(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _IPV4, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """A block or a range is one stretch of the index."""
        span = self.span(valu) if cmpr == "=" else None
        return None if span is None else (Span(*span),)

    def span(self, valu: Any) -> tuple[int, int] | None:
        """The lowest and highest address of `1.2.3.0/24` or `1.2.3.4-1.2.3.9`, None if the value is neither.

        Both a filter and a lift by `=` take it; the bits after the mask are ignored.
        """
        if not isinstance(valu, str):
            return None
        if "/" in valu:
            text, mask_text = valu.split("/", 1)
            address = self._address(text)
            mask = _mask(mask_text)
            if mask is None:
                raise ModelError("BadTypeValu", f'Invalid CIDR Mask "{valu}"', valu=valu, name=self.name)
            return ipv4_block(address, mask)
        if "-" in valu:
            low, high = valu.split("-", 1)
            return self._address(low), self._address(high)
        return None

    def _address(self, valu: int | str) -> int:
        if isinstance(valu, int):
            if not 0 <= valu <= IPV4_MAX:
                raise ModelError("BadTypeValu", "Value outside of IPv4 range", name=self.name, valu=valu)
            return valu
        address = read_ipv4(printable(refanged(valu)))
        if address is None:
            raise ModelError("BadTypeValu", _IPV4_REFUSED, name=self.name, valu=valu)
        return address


class Ipv6:
    """An IPv6 address, as its shortest text; subs `type`, `scope`, and `ipv4` of a mapped one."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        try:
            address = read_ipv6(valu)
        except AddressValueError as error:
            told = valu if isinstance(valu, int) else mapped(valu)
            raise ModelError("BadTypeValu", str(error), valu=told, name=self.name) from error
        number = int(address)
        subs: dict[str, Any] = {"type": ipv6_kind(number), "scope": ipv6_scope(number)}
        if number >> 32 == _MAPPED_PREFIX:
            subs["ipv4"] = number & IPV4_MAX
        return Normed(show_ipv6(address), subs)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return IPv6Address(norm).packed

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _IPV6, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """A block or a range is one stretch of the index."""
        span = self.span(valu) if cmpr == "=" else None
        if span is None:
            return None
        low, high = (IPv6Address(bound).packed for bound in span)
        return (Span(low, high),)

    def span(self, valu: Any) -> tuple[int, int] | None:
        """The lowest and highest address of a `/` block or a `-` range, None if the value is neither."""
        if not isinstance(valu, str):
            return None
        try:
            if "/" in valu:
                block = IPv6Network(valu, strict=False)
                return int(block.network_address), int(block.broadcast_address)
            if "-" in valu:
                low, high = valu.split("-", 1)
                return int(IPv6Address(low)), int(IPv6Address(high))
        except (AddressValueError, NetmaskValueError) as error:
            raise ModelError("BadTypeValu", str(error), valu=valu, name=self.name) from error
        return None


def refanged(text: str) -> str:
    """The text with `[.]` and `(.)`, which keep an address from being clicked on, as plain dots."""
    return text.replace("[.]", ".").replace("(.)", ".")


def printable(text: str) -> str:
    """The text without control characters and the like: the product drops them from addresses."""
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())


def read_ipv4(text: str) -> int | None:
    """The address that inet_aton reads from the text, None if it reads none.

    One to four parts, each decimal, octal (`0`) or hexadecimal (`0x`), the last one filling what is left; anything may follow
    after a blank.
    """
    try:
        # Four decimal numbers, as nearly always.
        return int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except (OSError, ValueError):
        pass
    parts = text.split(" ", 1)[0].split(".")
    if len(parts) > 4 or not all(_PART.fullmatch(part) for part in parts):
        return None
    numbers = [_ipv4_part(part) for part in parts]
    *heads, last = numbers
    if any(head > 255 for head in heads) or last >> _PART_BITS[len(heads)]:
        return None
    address = last
    for index, head in enumerate(heads):
        address |= head << (24 - 8 * index)
    return address


def show_ipv4(address: int) -> str:
    """`1.2.3.4`"""
    return ".".join(map(str, address.to_bytes(4, "big")))


def ipv4_block(address: int, mask: int) -> tuple[int, int]:
    """The first and last address of the block of that mask (bits) which the address lies in."""
    rest = (1 << (32 - mask)) - 1
    return address & ~rest, address | rest


def read_ipv6(valu: int | str) -> IPv6Address:
    """The address of a number or a text; a text without colon is the end of a mapped one. Raises AddressValueError."""
    if isinstance(valu, int):
        return IPv6Address(valu)
    return IPv6Address(mapped(valu))


def mapped(text: str) -> str:
    """The text as it is read: without what cannot be printed, and with the prefix of mapped addresses if it has no colon."""
    shown = printable(text)
    return shown if ":" in shown else f"::ffff:{shown}"


def show_ipv6(address: IPv6Address) -> str:
    """The shortest text; the scope is kept but for a mapped address, which is shown with its IPv4 address."""
    number = int(address)
    if number >> 32 == _MAPPED_PREFIX:
        return "::ffff:" + show_ipv4(number & IPV4_MAX)
    return str(address)


def _mask(text: str) -> int | None:
    try:
        mask = int(text)
    except ValueError:
        return None
    return mask if 0 <= mask <= 32 else None


def _ipv4_part(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:], 16)
    return int(part, 8) if part[0] == "0" else int(part)


def _ipv4_equal(type_: Type, valu: Any) -> Predicate:
    assert isinstance(type_, Ipv4)
    span = type_.span(valu)
    if span is None:
        return equal(type_, valu)
    low, high = span
    return lambda item: bool(low <= item <= high)


def _ipv6_equal(type_: Type, valu: Any) -> Predicate:
    assert isinstance(type_, Ipv6)
    span = type_.span(valu)
    if span is None:
        return equal(type_, valu)
    low, high = span
    return lambda item: low <= int(IPv6Address(item)) <= high


def _unequal(type_: Type, valu: Any) -> Predicate:
    """`!=` takes single addresses only, unlike `=`."""
    norm = type_.norm(valu).valu
    return lambda item: bool(item != norm)


def _ipv6_ordering(compare: Any) -> Maker:
    def maker(type_: Type, valu: Any) -> Predicate:
        try:
            bound = IPv6Address(valu if isinstance(valu, int) else str(valu))
        except AddressValueError as error:
            # The product lets its library's error through here.
            raise ModelError("AddressValueError", str(error)) from error
        return lambda item: bool(compare(IPv6Address(item), bound))

    return maker


def _ipv6_range(type_: Type, valu: Any) -> Predicate:
    if not isinstance(valu, list | tuple) or len(valu) != 2:
        raise ModelError("BadCmprValu", "", name=type_.name, valu=valu, cmpr="range=")
    low, high = (IPv6Address(type_.norm(item).valu) for item in valu)
    return lambda item: low <= IPv6Address(item) <= high


_IPV4 = ORDERED | {"=": _ipv4_equal, "!=": _unequal}
_IPV6 = COMMON | {
    "=": _ipv6_equal,
    "!=": _unequal,
    "<": _ipv6_ordering(lt),
    "<=": _ipv6_ordering(le),
    ">": _ipv6_ordering(gt),
    ">=": _ipv6_ordering(ge),
    "range=": _ipv6_range,
}
