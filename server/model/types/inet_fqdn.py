"""Names of hosts: `inet:fqdn`, and `inet:dns:name`, which may also be an address or the name of its reverse lookup.

A domain name is kept in its ASCII form and shown in Unicode. It is encoded by IDNA 2008 and, where that refuses it (symbols,
underscores), by IDNA 2003, as a real Cortex does. There is no list of public suffixes: only a name of one label is one.
"""

import re
import unicodedata
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

import idna

from ..contract import Key, ModelError, Normed, Span, Type
from .compare import COMMON, Predicate, equal, no_norm, predicate
from .inet_ip import Ipv4, Ipv6, refanged
from .text import as_text

_PATTERN = r"^[\w._-]+$"  # as it stands in the product's message
_FQDN = re.compile(_PATTERN, re.ASCII)
_PLAIN = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")  # needs no encoding
_ADDRESS_LIKE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # the full stops of other scripts
_LAST = "\U0010ffff"  # sorts after every character
_REVERSE_4, _REVERSE_6 = ".in-addr.arpa", ".ip6.arpa"
_NIBBLES = 32


class Fqdn:
    """A domain name; subs `host` (first label), `domain` (the rest) or `issuffix` where there is no rest."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        text = _DOTS.sub(".", unicodedata.normalize("NFKC", refanged(valu.strip()))).strip(".")
        if _PLAIN.fullmatch(text) is None:
            text = self._encoded(text).lower().strip(".")
            if _FQDN.match(text) is None:
                raise self._refuse(f"FQDN failed to match fqdnre [{_PATTERN}]", text)
        if _is_address(text):
            raise self._refuse("FQDN Got an IP address instead", text)
        host, dot, domain = text.partition(".")
        return Normed(text, {"host": host, "domain": domain} if dot else {"host": host, "issuffix": 1})

    def repr(self, norm: Any) -> str:
        text = str(norm)
        if "xn--" not in text:
            return text
        try:
            return idna.decode(text)
        except UnicodeError:
            pass
        try:
            return text.encode("ascii").decode("idna")
        except UnicodeError:
            return text

    def key(self, norm: Any) -> Key:
        """Names are ordered from their end, so that a domain stands before all that is within it."""
        return str(norm)[::-1]

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _COMPARE, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """`=` with a leading `*`: all names with that end, which is normed here though a filter takes it as it is."""
        if cmpr != "=" or not isinstance(valu, str) or "*" not in valu:
            return None
        if valu == "*":
            return (Span(),)
        if not valu.startswith("*"):
            raise ModelError("BadLiftValu", "Wild card may only appear at the beginning.", valu=valu, name=self.name)
        dot = "." if valu.startswith("*.") else ""
        start = str(self.key(dot + self.norm(valu[1 + len(dot) :]).valu))
        return (Span(start, start + _LAST),)

    def _encoded(self, text: str) -> str:
        try:
            return idna.encode(text, uts46=True).decode("ascii")
        except UnicodeError:
            pass
        try:
            return text.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise self._refuse("Failed to encode/decode the value with idna/utf8.", text) from error

    def _refuse(self, mesg: str, valu: str) -> ModelError:
        return ModelError("BadTypeValu", mesg, valu=valu, name=self.name)


class DnsName:
    """What a DNS query asks for, in lower case; subs `ipv4`, `ipv6`, `fqdn` as far as it can be read as one."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ipv4 = Ipv4(model, "inet:ipv4", {})
        self._ipv6 = Ipv6(model, "inet:ipv6", {})
        self._fqdn = Fqdn(model, "inet:fqdn", {})

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu).strip().lower()
        if text.endswith(_REVERSE_4):
            return Normed(text, self._subs_of_reverse_4(text), more={"subs": {}})
        if text.endswith(_REVERSE_6):
            return Normed(text, self._subs_of_reverse_6(text), more={"subs": {}})
        if text.isdigit():
            return Normed(text, more={"subs": {}})
        subs = self._ipv4_subs(text) or self._ipv6_subs(_try(self._ipv6, text))
        name = _try(self._fqdn, text)
        if name is not None:
            subs["fqdn"] = name.valu
        return Normed(text, subs, more={"subs": {}})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _ipv4_subs(self, text: str) -> dict[str, Any]:
        address = _try(self._ipv4, text)
        return {} if address is None else {"ipv4": address.valu}

    def _ipv6_subs(self, address: Normed | None) -> dict[str, Any]:
        if address is None:
            return {}
        subs = {"ipv6": address.valu}
        if "ipv4" in address.subs:
            subs["ipv4"] = address.subs["ipv4"]
        return subs

    def _subs_of_reverse_4(self, text: str) -> dict[str, Any]:
        labels = text.removesuffix(_REVERSE_4).split(".")
        return self._ipv4_subs(".".join(reversed(labels)))

    def _subs_of_reverse_6(self, text: str) -> dict[str, Any]:
        digits = text.removesuffix(_REVERSE_6).replace(".", "")[::-1]
        if len(digits) != _NIBBLES:
            return {}
        try:
            number = int(digits, 16)
        except ValueError as error:
            # The product lets the interpreter's error through.
            raise ModelError("ValueError", str(error)) from error
        return self._ipv6_subs(self._ipv6.norm(number))


def _is_address(text: str) -> bool:
    if _ADDRESS_LIKE.fullmatch(text) is None:
        return False
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _try(type_: Type, valu: Any) -> Normed | None:
    try:
        return type_.norm(valu)
    except ModelError:
        return None


def _fqdn_equal(type_: Type, valu: Any) -> Predicate:
    """`=` of a filter: a leading `*` stands for any beginning, and what follows it is compared as it is."""
    if isinstance(valu, str) and valu.startswith("*"):
        end = valu[1:]
        return lambda item: str(item).endswith(end)
    return equal(type_, valu)


def _unequal(type_: Type, valu: Any) -> Predicate:
    """`!=` knows no `*`."""
    norm = type_.norm(valu).valu
    return lambda item: bool(item != norm)


_COMPARE = COMMON | {"=": _fqdn_equal, "!=": _unequal}
