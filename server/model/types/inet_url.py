"""`inet:url`: URLs of any protocol, file URLs (RFC 8089 and what is met in the wild) and UNC paths.

The parts are taken apart without judging them: a path or a password may hold anything. Only the host must be an address
or a domain name.
"""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from ..contract import Key, ModelError, Normed, Type
from .compare import COMMON, Predicate, predicate
from .inet_addr import read_port
from .inet_fqdn import Fqdn
from .inet_ip import Ipv4, Ipv6, show_ipv4
from .text import as_text

# Ports by protocol name: the services file of Debian's netbase, which is what the product asks where it runs.
_PORTS: dict[str, int] = json.loads((files("deadringer.server.model.data") / "service_ports.json").read_text("utf-8"))

_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]+)\](?::(\d+))?")
_DRIVE = re.compile(r"/?(\w[:|].*)", re.DOTALL)
_LOCAL_DRIVE = re.compile(r"\w[:|].*/", re.DOTALL)
_FILE_NEEDS_MORE = ("", "//", "////", "/////")  # after which something must stand
_UNC_SLASHES, _UNC_SLASHES_MAX = 4, 5
_FILE = "file:"
_ANY_HOST = "+"  # what a Windows HTTP server that takes any host is told
_UNC_IPV6 = ".ipv6-literal.net"
_SHARE_MAX = 80


class Url:
    """A URL with protocol and host in lower case; subs `proto path params user passwd fqdn ipv4 ipv6 port base`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ipv4 = Ipv4(model, "inet:ipv4", {})
        self._ipv6 = Ipv6(model, "inet:ipv6", {})
        self._fqdn = Fqdn(model, "inet:fqdn", {})

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu)
        if text.startswith("\\\\"):
            text = self._of_unc(text)
        proto, separator, rest = text.partition("://")
        if not separator and text[: len(_FILE)].lower() == _FILE:
            return self._file(text[len(_FILE) :], valu)
        if not separator or not proto or not rest:
            raise self._refuse("Invalid/Missing protocol", valu)
        proto = proto.lower()
        return self._file("//" + rest, valu) if proto == "file" else self._plain(proto, rest, valu)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _plain(self, proto: str, rest: str, valu: Any) -> Normed:
        rest, params = _split_params(rest)
        authority, slash, path = rest.partition("/")
        subs: dict[str, Any] = {"proto": proto, "path": slash + path, "params": params}
        shown, host = self._authority(authority, subs)
        if not host:
            raise self._refuse("Missing address/url", valu)
        return _assembled(f"{proto}://{shown}{subs['path']}", params, subs)

    def _authority(self, text: str, subs: dict[str, Any], hostless: bool = False) -> tuple[str, str]:
        """Reads `user:passwd@host:port` into the subs; gives it, and its host, as they are to stand in the URL.

        The host is empty where it is none; `hostless` forbids one.
        """
        login, at, host = text.rpartition("@")
        if at:
            user, colon, passwd = login.partition(":")
            subs["user"] = unquote(user)
            if colon:
                subs["passwd"] = unquote(passwd)
        shown, port_text = self._host(host, subs)
        if hostless and shown:
            raise self._refuse("Host specified on local-only file URI", text)
        port = ""
        if port_text is not None:
            # Read even where the host is none: a bad port is told first.
            subs["port"] = read_port(port_text)
            port = f":{subs['port']}" if shown else ""
        elif subs["proto"] in _PORTS:
            subs["port"] = _PORTS[subs["proto"]]
        return f"{login}@{shown}{port}" if login else shown + port, shown

    def _host(self, text: str, subs: dict[str, Any]) -> tuple[str, str | None]:
        """Reads an address or name into the subs; gives its shown form and the text of the port, None without one."""
        bracketed = _BRACKETED.fullmatch(text)
        if text.startswith("[") or text.count(":") > 1:
            address = _try(self._ipv6, bracketed[1] if bracketed else text)
            if address is None:
                return "", None
            subs["ipv6"] = address.valu
            if "ipv4" in address.subs:
                subs["ipv4"] = address.subs["ipv4"]
            return f"[{address.valu}]", bracketed[2] if bracketed else None
        host, colon, port_text = text.partition(":")
        port = port_text if colon else None
        if host == _ANY_HOST:
            return host, port
        number = _try(self._ipv4, host)
        if number is not None:
            subs["ipv4"] = number.valu
            return show_ipv4(number.valu), port
        name = _try(self._fqdn, host)
        if name is None:
            return "", port
        subs["fqdn"] = name.valu
        return name.valu, port

    def _file(self, rest: str, valu: Any) -> Normed:
        """A file URL: a path alone after one or three slashes (none before a drive), a host after two, four or five.

        `file:////host/share` keeps its four slashes. What should be a host and cannot be one is dropped.
        """
        if rest in _FILE_NEEDS_MORE:
            raise self._refuse("Invalid/Missing protocol", valu)
        rest, params = _split_params(rest)
        path = rest.lstrip("/")
        slashes = len(rest) - len(path)
        subs: dict[str, Any] = {"proto": "file", "path": "", "params": params}
        shown = ""
        if slashes in (1, 3) or (slashes == 0 and _LOCAL_DRIVE.match(path)):
            path = "/" + path
        else:
            path = "/" * max(0, slashes - _UNC_SLASHES_MAX) + path
            authority, slash, path = path.partition("/")
            path = slash + path
            shown, _ = self._authority(authority, subs, hostless=slashes == 0)
            if slashes < _UNC_SLASHES and not shown and not path:
                raise self._refuse("Missing address/url", valu)
        drive = _DRIVE.fullmatch(path)
        subs["path"] = drive[1] if drive else path
        prefix = "file:////" if slashes >= _UNC_SLASHES and "user" not in subs else "file://"
        return _assembled(prefix + shown + path, params, subs)

    def _of_unc(self, text: str) -> str:
        """The URL of a UNC path `\\\\host[@SSL][@port]\\share\\...`."""
        host, separator, path = text[2:].partition("\\")
        if not separator:
            raise self._refuse("Invalid UNC path: Host name and share name are required.", text)
        if not 1 <= len(path.partition("\\")[0]) <= _SHARE_MAX:
            raise self._refuse(f"Invalid UNC path: Share name must be 1-{_SHARE_MAX} characters.", text)
        secure = "@SSL" in host
        host, at, port_text = host.replace("@SSL", "").partition("@")
        if at:
            try:
                port = int(port_text)
            except ValueError as error:
                raise self._refuse("Invalid UNC path: Invalid port.", text) from error
            host = f"{host}:{port}" if port else host
        if host.lower().endswith(_UNC_IPV6):
            # The form of an address for programs that take a colon for a drive or a port.
            host = host[: -len(_UNC_IPV6)].replace("-", ":")
        if host.count(":") > 1:
            host = f"[{host.strip('[]')}]"
        path = path.removesuffix("\\").replace("\\", "/")
        return f"{'https' if secure else 'smb'}://{host}/{path}"

    def _refuse(self, mesg: str, valu: Any) -> ModelError:
        return ModelError("BadTypeValu", mesg, valu=valu, name=self.name)


def _split_params(text: str) -> tuple[str, str]:
    """The text before the first `?`, and what follows with the `?`; a `?` at the end is dropped."""
    head, _, params = text.partition("?")
    return head, f"?{params}" if params else ""


def _assembled(base: str, params: str, subs: dict[str, Any]) -> Normed:
    subs["base"] = base
    return Normed(base + params, subs)


def _try(type_: Type, valu: str) -> Normed | None:
    try:
        return type_.norm(valu)
    except ModelError:
        return None
