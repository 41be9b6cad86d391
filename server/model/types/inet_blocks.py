"""Blocks and ranges of addresses: `inet:cidr4`, `inet:cidr6`, `inet:ipv4range`, `inet:ipv6range`."""

import hashlib
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv6Address, IPv6Network, NetmaskValueError
from typing import Any

from ..contract import Key, ModelError, Normed
from ..idens import packed
from .compare import COMMON, Predicate, no_norm, predicate
from .inet_ip import Ipv4, Ipv6, ipv4_block, show_ipv4
from .text import as_text


class Cidr4:
    """A block as `1.2.3.0/24`, the bits after the mask set to zero; subs `broadcast`, `mask`, `network`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ipv4 = Ipv4(model, "inet:ipv4", {})

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu)
        address, _, mask_text = text.partition("/")
        try:
            mask = int(mask_text)
        except ValueError as error:
            raise ModelError("BadTypeValu", "Invalid/Missing CIDR Mask", valu=text, name=self.name) from error
        if not 0 <= mask <= 32:
            raise ModelError("BadTypeValu", "Invalid CIDR Mask", valu=text, name=self.name)
        low, high = ipv4_block(self._ipv4.norm(address).valu, mask)
        return Normed(f"{show_ipv4(low)}/{mask}", {"broadcast": high, "mask": mask, "network": low})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Cidr6:
    """A block as `2001:db8::/32`, without bits after the mask; subs `broadcast`, `mask`, `network`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu)
        try:
            block = IPv6Network(text, strict=False)
        except (AddressValueError, NetmaskValueError) as error:
            raise ModelError("BadTypeValu", str(error), valu=text, name=self.name) from error
        given = IPv6Address(text.partition("/")[0])
        shown = f"{_plain(given)}/{block.prefixlen}"
        if int(given) != int(block.network_address):
            raise ModelError("BadTypeValu", f"{shown} has host bits set", valu=text, name=self.name)
        last = _plain(IPv6Address(int(block.broadcast_address)))
        return Normed(shown, {"broadcast": last, "mask": block.prefixlen, "network": _plain(given)})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Ipv4Range:
    """A pair of IPv4 addresses, from a pair, `a-b` or a block; subs `min`, `max`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ipv4 = Ipv4(model, "inet:ipv4", {})
        self._cidr = Cidr4(model, "inet:cidr4", {})

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, str) and "-" not in valu:
            block = self._cidr.norm(valu).subs
            low, high = block["network"], block["broadcast"]
        else:
            low, high = (self._ipv4.norm(item).valu for item in _pair(self.name, "inet:ipv4", valu))
        if low > high:
            raise _upside_down(self.name, valu)
        return Normed((low, high), {"min": low, "max": high})

    def repr(self, norm: Any) -> tuple[str, str]:
        low, high = norm
        return show_ipv4(low), show_ipv4(high)

    def key(self, norm: Any) -> Key:
        return pair_key(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Ipv6Range:
    """A pair of IPv6 addresses, from a pair, `a-b`, a block or one address; subs `min`, `max`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ipv6 = Ipv6(model, "inet:ipv6", {})
        self._cidr = Cidr6(model, "inet:cidr6", {})

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, str) and "-" not in valu:
            block = self._cidr.norm(valu).subs
            items: Any = (block["network"], block["broadcast"])
        else:
            items = _pair(self.name, "inet:ipv6", valu)
        low, high = (self._ipv6.norm(item).valu for item in items)
        # Of one address with two scopes each is greater than the other, so such a pair is refused.
        if IPv6Address(low) > IPv6Address(high):
            raise _upside_down(self.name, valu)
        return Normed((low, high), {"min": low, "max": high})

    def repr(self, norm: Any) -> tuple[str, str]:
        low, high = norm
        return low, high

    def key(self, norm: Any) -> Key:
        return pair_key(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def pair_key(norm: Any) -> bytes:
    """Pairs have no order of their own: the product lists them by a hash of their packed form."""
    return hashlib.sha256(packed(tuple(norm))).digest()


def _pair(name: str, item_name: str, valu: Any) -> tuple[Any, Any]:
    if isinstance(valu, str):
        low, high = valu.split("-", 1)
        return low, high
    if not isinstance(valu, list | tuple):
        raise no_norm(name, valu)
    if len(valu) != 2:
        mesg = f"Must be a 2-tuple of type {item_name}: {valu}"
        raise ModelError("BadTypeValu", mesg, numitems=len(valu), name=name)
    return valu[0], valu[1]


def _upside_down(name: str, valu: Any) -> ModelError:
    return ModelError("BadTypeValu", "minval cannot be greater than maxval", valu=valu, name=name)


def _plain(address: IPv6Address) -> str:
    """The text with a mapped IPv4 address in hexadecimal, as it stands in blocks whatever the Python release."""
    number = int(address)
    if number >> 32 == 0xFFFF:
        return f"::ffff:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}"
    return str(address)
