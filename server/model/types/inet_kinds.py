"""What kind of address an IPv4 or IPv6 address is: private, loopback, multicast, ... and the scope of an IPv6 one.

The blocks are those of the IANA special-purpose address registries as a real Cortex reads them. They stand here and are
not taken from `ipaddress`, whose answers differ from one Python release to the next.
"""

from bisect import bisect_right
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network

_PRIVATE_4 = (
    *("0.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
)
_PUBLIC_4 = ("192.0.0.9/32", "192.0.0.10/32")  # anycast addresses within 192.0.0.0/24

_PRIVATE_6 = (
    *("::/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7"),
    # Mapped IPv4 addresses of a private, loopback or link-local block.
    *(f"::ffff:{net.split('/')[0]}/{int(net.split('/')[1]) + 96}" for net in _PRIVATE_4),
    *("::ffff:127.0.0.0/104", "::ffff:169.254.0.0/112"),
)
_PUBLIC_6 = (
    *("2001:1::1/128", "2001:1::2/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28"),
    *("::ffff:192.0.0.9/128", "::ffff:192.0.0.10/128"),
)
# Everything that is neither global unicast, unique local, link-local, site-local nor multicast.
_RESERVED_6 = ("::/3", "4000::/2", "8000::/1")
_ASSIGNED_6 = ("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8")

_SCOPES = {
    0x0: "reserved",
    0x1: "interface-local",
    0x2: "link-local",
    0x3: "realm-local",
    0x4: "admin-local",
    0x5: "site-local",
    0x8: "organization-local",
    0xE: "global",
    0xF: "reserved",
}


class _Blocks:
    """A set of address blocks that do not overlap."""

    def __init__(self, networks: Sequence[IPv4Network] | Sequence[IPv6Network]) -> None:
        bounds = sorted((int(net.network_address), int(net.broadcast_address)) for net in networks)
        self._lows = [low for low, _ in bounds]
        self._highs = [high for _, high in bounds]

    def starts(self) -> list[int]:
        """The first address of each block, and the first behind it."""
        return self._lows + [high + 1 for high in self._highs]

    def __contains__(self, address: object) -> bool:
        assert isinstance(address, int)
        index = bisect_right(self._lows, address) - 1
        return index >= 0 and address <= self._highs[index]


def ipv4_kind(address: int) -> str:
    """The value of `inet:ipv4:type`: shared, loopback, linklocal, multicast, private or unicast."""
    return _STRETCHES_4[1][bisect_right(_STRETCHES_4[0], address) - 1]


def ipv6_kind(address: int) -> str:
    """The value of `inet:ipv6:type`: loopback, linklocal, multicast, private, reserved or unicast."""
    for name, blocks in _KINDS_6:
        if address in blocks:
            return name
    if address in _PRIVATE_BLOCKS_6 and address not in _PUBLIC_BLOCKS_6:
        return "private"
    return "reserved" if address in _RESERVED_BLOCKS_6 and address not in _ASSIGNED_BLOCKS_6 else "unicast"


def ipv6_scope(address: int) -> str:
    """The value of `inet:ipv6:scope`; a multicast address with any flag set counts as unassigned."""
    if address >> 120 == 0xFF:
        return _SCOPES.get(address >> 112 & 0xFF, "unassigned")
    if address == 1 or address in _LINK_LOCAL_6:
        return "link-local"
    return "global"


def _told_4(address: int) -> str:
    for name, blocks in _KINDS_4:
        if address in blocks:
            return name
    return "private" if address in _PRIVATE_BLOCKS_4 and address not in _PUBLIC_BLOCKS_4 else "unicast"


def _stretches_4() -> tuple[list[int], list[str]]:
    """Where the kind of address may change, in order, and the kind from there on."""
    blocks = (_PRIVATE_BLOCKS_4, _PUBLIC_BLOCKS_4, *(blocks for _, blocks in _KINDS_4))
    starts = sorted({0, *(start for each in blocks for start in each.starts())})
    return starts, [_told_4(start) for start in starts]


def _blocks_4(texts: Sequence[str]) -> _Blocks:
    return _Blocks([IPv4Network(text) for text in texts])


def _blocks_6(texts: Sequence[str]) -> _Blocks:
    return _Blocks([IPv6Network(text) for text in texts])


_LINK_LOCAL_6 = _blocks_6(["fe80::/10"])
_KINDS_4 = (
    ("shared", _blocks_4(["100.64.0.0/10"])),
    ("loopback", _blocks_4(["127.0.0.0/8"])),
    ("linklocal", _blocks_4(["169.254.0.0/16"])),
    ("multicast", _blocks_4(["224.0.0.0/4"])),
)
_KINDS_6 = (
    ("loopback", _blocks_6(["::1/128"])),
    ("linklocal", _LINK_LOCAL_6),
    ("multicast", _blocks_6(["ff00::/8"])),
)
_PRIVATE_BLOCKS_4, _PUBLIC_BLOCKS_4 = _blocks_4(_PRIVATE_4), _blocks_4(_PUBLIC_4)
_PRIVATE_BLOCKS_6, _PUBLIC_BLOCKS_6 = _blocks_6(_PRIVATE_6), _blocks_6(_PUBLIC_6)
_RESERVED_BLOCKS_6, _ASSIGNED_BLOCKS_6 = _blocks_6(_RESERVED_6), _blocks_6(_ASSIGNED_6)
_STRETCHES_4 = _stretches_4()
