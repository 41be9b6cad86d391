"""`inet:addr` and its kin `inet:server` and `inet:client`: an address of the network layer, with protocol and port."""

import re
from collections.abc import Mapping
from typing import Any

from ..contract import Key, ModelError, Normed
from ..idens import guid_of
from .compare import COMMON, Predicate, predicate
from .inet_ip import Ipv4, Ipv6, show_ipv4
from .text import as_text

PORT_MAX = 65535
_PROTOCOLS = ("tcp", "udp", "icmp", "host", "gre")
_PORTLESS = ("gre",)
_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]+)\](?::(\d+))?")


class Addr:
    """`tcp://1.2.3.4:80`, `udp://[::1]:53`, `host://<guid>`; subs `proto`, `port`, `ipv4`, `ipv6`, `host`.

    Without a protocol it is tcp, or what the option `defproto` says; without a port, but for IPv6, what `defport` says. A
    port of 0 is no port but behind an IPv6 address.
    """

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._default = opts.get("defproto", "tcp")
        self._default_port = opts.get("defport")
        self._ipv4 = Ipv4(model, "inet:ipv4", {})
        self._ipv6 = Ipv6(model, "inet:ipv6", {})

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu).lower()
        proto, separator, rest = text.partition("://")
        if not separator:
            proto, rest = self._default, text
        if proto not in _PROTOCOLS:
            mesg = f"inet:addr protocol must be one of: {','.join(_PROTOCOLS)}"
            raise ModelError("BadTypeValu", mesg, mesg=None, valu=valu, name=self.name)
        rest = rest.strip().strip("/")
        subs: dict[str, Any] = {"proto": proto}
        if proto == "host":
            return self._host(rest, subs)
        if rest.startswith("[") or rest.count(":") > 1:
            return self._ipv6_addr(rest, subs, valu)
        return self._ipv4_addr(rest, subs, valu)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _host(self, rest: str, subs: dict[str, Any]) -> Normed:
        name, end = self._split_port(rest, subs)
        guid = guid_of(name)  # of any text, even of a guid
        subs["host"] = guid
        return Normed(f"host://{guid}{end}", subs)

    def _ipv4_addr(self, rest: str, subs: dict[str, Any], valu: Any) -> Normed:
        host, end = self._split_port(rest, subs)
        self._check_portless(subs, valu)
        address = self._ipv4.norm(host).valu
        subs["ipv4"] = address
        return Normed(f"{subs['proto']}://{show_ipv4(address)}{end}", subs)

    def _ipv6_addr(self, rest: str, subs: dict[str, Any], valu: Any) -> Normed:
        port_text = None
        if rest.startswith("["):
            found = _BRACKETED.fullmatch(rest)
            if found is None:
                raise ModelError("BadTypeValu", f"Invalid IPv6 w/port ({valu})", valu=valu, name=self.name)
            rest, port_text = found.groups()
        address = self._ipv6.norm(rest)
        if "ipv4" in address.subs:
            subs["ipv4"] = address.subs["ipv4"]
        subs["ipv6"] = address.valu
        shown = f"{subs['proto']}://[{address.valu}]"
        if port_text is None:
            return Normed(shown, subs)
        subs["port"] = read_port(port_text)
        self._check_portless(subs, valu)
        return Normed(f"{shown}:{subs['port']}", subs)

    def _split_port(self, rest: str, subs: dict[str, Any]) -> tuple[str, str]:
        """The text before the colon, and `:<port>` or nothing; the port goes to the subs."""
        host, colon, port_text = rest.partition(":")
        if not colon and self._default_port is None:
            return host, ""
        if not colon:
            subs["port"] = self._default_port
            return host, f":{self._default_port}"
        port = read_port(port_text)
        if port:
            subs["port"] = port
        return host, f":{port}"

    def _check_portless(self, subs: Mapping[str, Any], valu: Any) -> None:
        if subs.get("port") and subs["proto"] in _PORTLESS:
            mesg = f"Protocol {subs['proto']} does not allow specifying ports."
            raise ModelError("BadTypeValu", mesg, valu=valu, name=self.name)


def read_port(text: str) -> int:
    """A port number from text, in any notation of an integer (`0x50`, `8_0`); ModelError("BadTypeValu") for none."""
    try:
        port = int(text, 0)
    except ValueError as error:
        raise ModelError("BadTypeValu", str(error), valu=text, name="inet:port") from error
    if port < 0:
        raise ModelError("BadTypeValu", "value is below min=0", valu=text, name="inet:port")
    if port > PORT_MAX:
        raise ModelError("BadTypeValu", f"value is above max={PORT_MAX}", valu=text, name="inet:port")
    return port
