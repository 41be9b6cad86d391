"""`${ ... }` as a value: run it, count its nodes, go over them."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ..programs.functions import Defined
from ..programs.query_values import StormQuery
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import to_int


def size(run: Runtime, me: StormQuery, limit: Any = 1000) -> int:
    # The product counts before it looks: a limit of nothing is one node.
    return sum(1 for _ in islice(me.nodes(), max(1, to_int(limit))))


KINDS = (
    Kind(
        "storm:query",
        "Query",
        StormQuery,
        "A query that can be run.",
        (
            local("exec() -> null|any", lambda run, me: me.result(), "Run it, and give what it returns."),
            local("size(limit: int = 1000) -> int", size, "How many nodes it yields, up to a limit."),
        ),
        iterate=lambda run, me: me.nodes(),
        show=lambda run, me: f'storm:query: "{me.text}"',
        prim=lambda run, me: me.text,
    ),
    Kind("function", "Function", Defined, "A function that a query defines."),
)
