"""`$lib.pipe`: what one query puts in, another takes out, so that they go on in turns.

The query that fills runs on a stack of its own. It begins when something is first asked of the pipe, goes on until the
pipe is full, and again once the pipe is empty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from greenlet import getcurrent, greenlet

from ..errors import StormError
from ..programs.functions import result_of
from ..programs.query_values import text_of
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_int
from ..values.kinds import iterate

LARGEST = 10_000


@dataclass(slots=True, eq=False)
class Pipe:
    """Items on their way. closed: nothing more comes."""

    text: str
    most: int
    scope: Runtime
    items: deque[Any] = field(default_factory=deque)
    closed: bool = False
    filler: greenlet | None = None

    def fill(self) -> None:
        """Let the query go on until there is something to take or it has ended."""
        if self.filler is None:
            self.filler = greenlet(self._run)
        while not self.items and not self.closed:
            self.filler.parent = getcurrent()
            self.filler.switch()

    def take(self, most: int) -> list[Any]:
        """Up to so many items; none once nothing more comes."""
        self.fill()
        return [self.items.popleft() for _ in range(min(most, len(self.items)))]

    def put(self, item: Any) -> None:
        """Put an item in, and wait while the pipe is full."""
        if self.closed:
            raise StormError("BadArg", "The Queue has been closed.")
        self.items.append(item)
        if len(self.items) >= self.most and getcurrent() is self.filler:
            parent = self.filler.parent
            assert parent is not None
            parent.switch()

    def _run(self) -> None:
        from ..programs.compile import compiled

        child = self.scope.call({"pipe": self})
        try:
            result_of(compiled(self.text), child)
        except StormError as error:
            self.scope.warn(f"pipe filler error: {told(error)}")
        finally:
            self.closed = True


def told(error: StormError) -> str:
    """An error as one line: its name, then its details by name."""
    details = {**error.info, "mesg": error.mesg}
    shown = [f"{key}={_tupled(valu)!r}" for key, valu in sorted(details.items())]
    return f"{error.name}: {' '.join(shown)}"


def _tupled(valu: Any) -> Any:
    if isinstance(valu, dict):
        return {key: _tupled(item) for key, item in valu.items()}
    return tuple(valu) if isinstance(valu, list) else valu


def gen(run: Runtime, me: Any, filler: Any, size: Any = LARGEST) -> Pipe:
    from ..programs.compile import compiled

    most = to_int(size)
    if not 1 <= most <= LARGEST:
        raise StormError("BadArg", f"$lib.pipe.gen() size must be 1-{LARGEST}")
    text = text_of(filler)
    compiled(text)
    return Pipe(text, most, run)


def put(run: Runtime, me: Pipe, item: Any) -> None:
    me.put(item)


def puts(run: Runtime, me: Pipe, items: Any) -> None:
    for item in iterate(run, items):
        me.put(item)


def slice_(run: Runtime, me: Pipe, size: Any = 1000) -> list[Any] | None:
    return me.take(count_of(size)) or None


def slices(run: Runtime, me: Pipe, size: Any = 1000) -> Iterator[list[Any]]:
    most = count_of(size)
    while found := me.take(most):
        yield found


def count_of(size: Any) -> int:
    count = to_int(size)
    if not 1 <= count <= LARGEST:
        raise StormError("BadArg", f"$pipe.slice() size must be 1-{LARGEST}")
    return count


LIBRARIES = (
    Library(
        "lib.pipe",
        "Queries that work in turns.",
        (
            local(
                "gen(filler: str|storm:query, size: int = 10000) -> pipe", gen, "A pipe that a query fills, as $pipe."
            ),
        ),
    ),
)
KIND = Kind(
    "pipe",
    "Pipe",
    Pipe,
    "What one query puts in and another takes out.",
    (
        local("put(item: any) -> null", put, "Put an item in."),
        local("puts(items: list) -> null", puts, "Put items in."),
        local("size() -> int", lambda run, me: len(me.items), "How many items are in it."),
        local("slice(size: int = 1000) -> list", slice_, "The next items."),
        local("slices(size: int = 1000) -> yields any", slices, "All items, in lists."),
    ),
)
