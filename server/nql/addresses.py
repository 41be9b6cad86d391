"""IP addresses, networks and MAC addresses as texts and as lists of integers (nql.md 12.5). Knows no rows.

An address is a pair (version, number), so that pairs order as addresses do: version 4 first.
"""

import ipaddress
import re
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton
from typing import TypeAlias

Address: TypeAlias = tuple[int, int]
# Version, the leading bits, and how many bits follow them.
Network: TypeAlias = tuple[int, int, int]

BITS = {4: 32, 6: 128}
WORD = 1 << 32
MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}", re.ASCII)
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
LOOPBACK = ("127.0.0.0/8", "::1/128")
MULTICAST = ("224.0.0.0/4", "ff00::/8")


def parsed(text: str) -> Address | None:
    """The address that a text is; None if it is none. A scope (`%eth0`) makes it none."""
    # Only a digit starts and only a colon is in one: most texts need no more than this.
    return _parsed(text) if ":" in text or text[:1].isdigit() else None


def address_of(value: object) -> Address | None:
    """The address of a text, of a list of one word (version 4) or of four (version 6); words may be signed."""
    if isinstance(value, str):
        return parsed(value)
    if not isinstance(value, list) or len(value) not in (1, 4):
        return None
    number = 0
    for word in value:
        if word.__class__ is not int or not isinstance(word, int) or not -WORD // 2 <= word < WORD:
            return None
        number = number * WORD + word % WORD
    return (4 if len(value) == 1 else 6), number


def words(address: Address) -> list[int]:
    """An address as unsigned 32-bit words."""
    version, number = address
    return [number >> shift & (WORD - 1) for shift in range(BITS[version] - 32, -1, -32)]


def shown(address: Address, short: bool = True) -> str:
    """An address as text; version 6 in short form, or as eight groups of four digits (open-73)."""
    version, number = address
    made = ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number)
    return made.compressed if short else made.exploded


@lru_cache(maxsize=4096)
def network(text: str) -> Network | None:
    """The network of `address/prefix`; None if the text is none. Bits behind the prefix do not matter."""
    head, slash, prefix = text.partition("/")
    address = parsed(head)
    if not slash or address is None or not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 3):
        return None
    version, number = address
    tail = BITS[version] - int(prefix)
    return None if tail < 0 else (version, number >> tail, tail)


def network_shown(text: str) -> str | None:
    """`address/prefix` with the address in its usual form; None if the text is no network."""
    found = network(text)
    address = parsed(text.partition("/")[0])
    return None if found is None or address is None else f"{shown(address)}/{BITS[found[0]] - found[2]}"


def inside(address: Address, net: Network) -> bool:
    """Whether the network holds the address; never if their versions differ."""
    return address[0] == net[0] and address[1] >> net[2] == net[1]


def is_in(address: Address, networks: tuple[str, ...]) -> bool:
    """Whether one of these networks holds the address."""
    return any(net is not None and inside(address, net) for net in map(network, networks))


def mac_of(value: object) -> bytes | None:
    """The six bytes of a MAC address: text with `:` or `-`, or a list of six bytes, signed or not."""
    if isinstance(value, str):
        return bytes.fromhex(re.sub("[:-]", "", value)) if MAC.fullmatch(value) else None
    if not isinstance(value, list) or len(value) != 6:
        return None
    octets = bytearray()
    for octet in value:
        if octet.__class__ is not int or not isinstance(octet, int) or not -128 <= octet < 256:
            return None
        octets.append(octet % 256)
    return bytes(octets)


def mac_shown(octets: bytes) -> str:
    """A MAC address in upper case with colons."""
    return octets.hex(":").upper()


@lru_cache(maxsize=65536)
def _parsed(text: str) -> Address | None:
    # inet_pton takes what `ipaddress` takes (a test compares them), sixteen times as fast for version 6.
    version, family = (6, AF_INET6) if ":" in text else (4, AF_INET)
    try:
        return version, int.from_bytes(inet_pton(family, text), "big")
    except (OSError, ValueError):
        # ValueError: a NUL, or half a surrogate pair.
        return None
