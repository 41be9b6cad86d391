"""Queries as values: `${ ... }`, which runs when it is asked to, and `{ ... }`, which is run for its value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..runtime import Runtime
from ..syntax.values import EmbeddedQuery, QueryValue
from ..values.convert import to_str
from .functions import nodes_of, result_of
from .leaving import Returned
from .shape import Value, nothing

if TYPE_CHECKING:
    from ..nodes.node import Node
    from .compile import Block, Compiler

# Nodes that an array can be set to by a query.
MOST_ITEMS = 128


@dataclass(frozen=True, slots=True, eq=False)
class StormQuery:
    """A query as a value, with the variables that it may read: a copy of those there were. In no view but the runtime's."""

    text: str
    vars: dict[str, Any]
    scope: Runtime

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StormQuery) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def block(self) -> Block:
        """The compiled query. Raises BadSyntax."""
        from .compile import compiled

        return compiled(self.text)

    def start(self) -> Runtime:
        """A scope to run it in."""
        return self.scope.apart(dict(self.vars))

    def nodes(self) -> Iterator[Node]:
        """The nodes that it yields."""
        block, run = self.block(), self.start()
        block.check(run)
        yield from nodes_of(block, run)

    def result(self) -> Any:
        """What it returns; None if it does not."""
        block, run = self.block(), self.start()
        block.check(run)
        return result_of(block, run)


def text_of(valu: Any) -> str:
    """The text of a query that a function is given, as a query or as a text."""
    return valu.text if isinstance(valu, StormQuery) else to_str(valu)


def embedded_query(value: EmbeddedQuery, c: Compiler) -> Value:
    """`${ ... }`."""
    text = value.query.text

    def get(run: Runtime, path: Path | None) -> StormQuery:
        vars = run.all_vars()
        if path is not None:
            vars.update(path.vars)
        return StormQuery(text, vars, run)

    return get


def query_items(value: QueryValue, c: Compiler) -> Value:
    """`{ ... }` where an array is set: the value that it returns, else the values of all nodes that it yields."""
    block = c.query(value.query)

    def get(run: Runtime, path: Path | None) -> Any:
        found: list[Any] = []
        try:
            for each in block.run(run, nothing()):
                if len(found) == MOST_ITEMS:
                    raise _too_many(value, MOST_ITEMS, c)
                found.append(each.node.valu)
        except Returned as returned:
            return returned.valu
        return found

    return get


def query_value(value: QueryValue, c: Compiler) -> Value:
    """`{ ... }`: the value that it returns, else the only node that it yields, else null."""
    block = c.query(value.query)

    def get(run: Runtime, path: Path | None) -> Any:
        found = None
        try:
            for count, each in enumerate(block.run(run, nothing())):
                if count:
                    raise _too_many(value, 1, c)
                found = each.node
        except Returned as returned:
            return returned.valu
        return found

    return get


def _too_many(value: QueryValue, most: int, c: Compiler) -> StormError:
    text = value.query.text.strip()
    mesg = f"Subquery used as a value yielded too many (>{most}) nodes. {text}"
    return c.located(StormError("BadTypeValu", mesg, text=text), value.span)
