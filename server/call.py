"""One request on its way to a handler, and the tables that say which handler that is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

H = TypeVar("H")


@dataclass(slots=True)
class Call:
    """What the front knows of a request when a vendor gets it.

    path: raw path (not percent-decoded) without the query and without the prefix of a world.
    world: name of the world it goes to.
    args: captured parts of the path. id: names the request in the log. user: for the log; the vendor's session fills it in.
    stream: the answer whose first byte may have been sent, for those who must end it.
    """

    request: web.Request
    path: str
    world: str
    id: str
    args: tuple[str, ...] = ()
    user: str = "-"
    stream: web.StreamResponse | None = None


@dataclass(frozen=True, slots=True)
class Route(Generic[H]):
    """A row of a vendor's table.

    pattern: a literal path, or one with `(...)` captures, matched in full against the raw path.
    needs: what the vendor's session step asks of the caller; the words are the vendor's.
    """

    methods: tuple[str, ...]
    pattern: str
    handler: H
    needs: str = ""


class Table(Generic[H]):
    """The routes of one vendor: literal paths by dictionary, the few with captures in order."""

    def __init__(self, routes: Iterable[Route[H]]) -> None:
        self.routes = tuple(routes)
        self._literal: dict[str, list[Route[H]]] = {}
        self._captures: dict[str, tuple[re.Pattern[str], list[Route[H]]]] = {}
        for route in self.routes:
            if "(" in route.pattern:
                compiled = re.compile(route.pattern)
                self._captures.setdefault(route.pattern, (compiled, []))[1].append(route)
            else:
                self._literal.setdefault(route.pattern, []).append(route)

    def at(self, path: str) -> tuple[list[Route[H]], tuple[str, ...]]:
        """Every route of a path, whatever its method, and the captured parts; none for an unknown path."""
        if found := self._literal.get(path):
            return found, ()
        for compiled, routes in self._captures.values():
            if match := compiled.fullmatch(path):
                return routes, match.groups()
        return [], ()


def route_for(routes: Iterable[Route[H]], method: str) -> Route[H] | None:
    """The route that takes this method."""
    return next((route for route in routes if method in route.methods), None)


async def begin(call: Call, response: web.StreamResponse) -> AbstractStreamWriter:
    """Send the head of a streamed answer; from here on an error can only cut it off. What writes its body is given back."""
    call.stream = response
    writer = await response.prepare(call.request)
    assert writer is not None
    return writer


def cut(call: Call) -> web.StreamResponse:
    """End a half-sent answer so that the client cannot take it for a whole one."""
    assert call.stream is not None
    if call.request.transport is not None:
        call.request.transport.abort()
    return call.stream
