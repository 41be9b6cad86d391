"""Functions of addresses and networks (nql.md 12.5).

Addresses come as texts or as lists of integers; IpAddress, MACAddress and IpSubnet are their texts (open-70).
"""

from collections.abc import Callable

from . import addresses
from .addresses import LOOPBACK, MULTICAST, PRIVATE, Address
from .signature import Function, Keyword, flag, one_of
from .values import Value

X = ("x",)


def is_ip(*versions: int) -> Callable[[Value], Value]:
    """Whether it is an address of one of these versions."""

    def call(value: Value) -> Value:
        address = addresses.address_of(value)
        return address is not None and address[0] in versions

    return call


def is_of(networks: tuple[str, ...]) -> Callable[[Value], Value]:
    """Whether it is an address of one of these networks; what is no address is not (open-71)."""

    def call(value: Value) -> Value:
        address = addresses.address_of(value)
        return address is not None and addresses.is_in(address, networks)

    return call


def to_ip(value: Value, *, type: str) -> Value:
    """An address as unsigned words, or as text; null if it is none (open-72)."""
    address = addresses.address_of(value)
    if address is None:
        return None
    return addresses.shown(address) if type == "ipaddress" else [*addresses.words(address)]


def to_mac(value: Value, *, type: str) -> Value:
    """A MAC address as signed bytes, or as text; null if it is none."""
    octets = addresses.mac_of(value)
    if octets is None:
        return None
    return addresses.mac_shown(octets) if type == "macaddress" else [byte - (byte & 128) * 2 for byte in octets]


def is_mac(value: Value) -> Value:
    """Whether it is a MAC address."""
    return addresses.mac_of(value) is not None


def ip_to_str(value: Value, *, short: bool) -> Value:
    """An address as text."""
    address: Address | None = addresses.address_of(value)
    return None if address is None else addresses.shown(address, short)


def mac_to_str(value: Value) -> Value:
    """A MAC address in upper case with colons."""
    octets = addresses.mac_of(value)
    return None if octets is None else addresses.mac_shown(octets)


def to_subnet(value: Value) -> Value:
    """`address/prefix`, null if it is none."""
    return addresses.network_shown(value) if isinstance(value, str) else None


def is_subnet(value: Value) -> Value:
    """Whether it is `address/prefix`."""
    return isinstance(value, str) and addresses.network(value) is not None


def in_subnet(ip: Value, subnet: Value) -> Value:
    """Whether a network holds an address; null if either is none."""
    address = addresses.address_of(ip)
    network = addresses.network(subnet) if isinstance(subnet, str) else None
    return None if address is None or network is None else addresses.inside(address, network)


FUNCTIONS = {
    "isIp": Function(X, "boolean", is_ip(4, 6)),
    "isIp4": Function(X, "boolean", is_ip(4)),
    "isIp6": Function(X, "boolean", is_ip(6)),
    "isIpLoopback": Function(X, "boolean", is_of(LOOPBACK)),
    "isIpMulticast": Function(X, "boolean", is_of(MULTICAST)),
    "isIpPrivate": Function(X, "boolean", is_of(PRIVATE)),
    "toIp": Function(X, "object", to_ip, (Keyword("type", one_of("array", "ipaddress"), "array"),)),
    "toMac": Function(X, "object", to_mac, (Keyword("type", one_of("array", "macaddress"), "array"),)),
    "isMac": Function(X, "boolean", is_mac),
    "ipToStr": Function(X, "text", ip_to_str, (Keyword("short", flag, False),)),
    "macToStr": Function(X, "text", mac_to_str),
    "toSubnet": Function(X, "text", to_subnet),
    "isSubnet": Function(X, "boolean", is_subnet),
    "inSubnet": Function(("ip", "subnet"), "boolean", in_subnet),
    "subnetToStr": Function(X, "text", to_subnet),
}
