"""Ports: which are open, over which scheme, and which world each belongs to."""

import errno
import socket
import ssl

from aiohttp import web

LOCALHOST = "localhost"
BOTH_FAMILIES = ("127.0.0.1", "::1")
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
BACKLOG = 1024
# A free port of one family may be taken in the other; so many pairs are tried.
PAIR_ATTEMPTS = 20


class PortInUse(Exception):
    """A port cannot be listened on; the message is one sentence."""


class Listeners:
    """The open ports of one server, and the world behind each.

    runner: what serves them. worlds: port to name of the world. urls: name of the world to base URL by scheme.
    """

    runner: web.AppRunner

    def __init__(self, host: str, tls: ssl.SSLContext | None, http: bool) -> None:
        self.host = host
        self.tls = tls
        self.http = http
        self.worlds: dict[int, str] = {}
        self.urls: dict[str, dict[str, str]] = {}
        self.sites: dict[str, list[web.SockSite]] = {}

    async def open(self, world: str, port: int = 0, http_port: int = 0) -> dict[str, str]:
        """Listen for a world; gives its base URLs by scheme. Raises PortInUse."""
        urls: dict[str, str] = {}
        wanted: list[tuple[str, int, ssl.SSLContext | None]] = []
        if self.tls is not None:
            wanted.append(("https", port, self.tls))
        if self.http:
            wanted.append(("http", http_port, None))
        for scheme, number, context in wanted:
            try:
                sockets = bind(self.host, number)
            except PortInUse:
                await self.close(world)
                raise
            number = sockets[0].getsockname()[1]
            self.worlds[number] = world
            urls[scheme] = f"{scheme}://{_shown(self.host)}:{number}"
            for each in sockets:
                site = web.SockSite(self.runner, each, ssl_context=context, backlog=BACKLOG)
                await site.start()
                self.sites.setdefault(world, []).append(site)
        self.urls[world] = urls
        return urls

    async def close(self, world: str) -> None:
        """Stop listening for a world."""
        for site in self.sites.pop(world, []):
            await site.stop()
        self.urls.pop(world, None)
        # `worlds` keeps the ports: connections that are still open go on meaning this world, which is not there any more.

    def urls_of(self, world: str, default: str) -> dict[str, str]:
        """A world's base URLs: its own ports, else the path prefix below the default world's."""
        if world in self.urls:
            return self.urls[world]
        return {scheme: f"{url}/_world/{world}" for scheme, url in self.urls[default].items()}


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets on one port: both families of localhost, or the one address given. Raises PortInUse."""
    if host != LOCALHOST:
        return [_bound(host, port)]
    if not _has_ipv6():
        return [_bound(BOTH_FAMILIES[0], port)]
    for _ in range(1 if port else PAIR_ATTEMPTS):
        first = _bound(BOTH_FAMILIES[0], port)
        try:
            return [first, _bound(BOTH_FAMILIES[1], first.getsockname()[1])]
        except PortInUse:
            first.close()
            if port:
                raise
    raise PortInUse("No port is free in both families of localhost.")


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise PortInUse(f"{host!r} is no address to listen on: {error.strerror}.") from error
    except UnicodeError as error:
        raise PortInUse(f"{host!r} is no address to listen on: it cannot be a host name.") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(f"Port {port} on {host} is in use; give another one, or 0 for a free one.") from error
        raise PortInUse(f"Port {port} on {host} cannot be listened on: {error.strerror}.") from error
    return listener


def _has_ipv6() -> bool:
    """Whether ::1 exists: containers often have the protocol without the address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _shown(host: str) -> str:
    """The host as a client on this machine writes it in a URL."""
    address = "127.0.0.1" if host == LOCALHOST else WILDCARDS.get(host, host)
    return f"[{address}]" if ":" in address else address
