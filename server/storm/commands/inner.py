"""Queries within commands: how they are started, and what they share with the query round them.

A query in braces or in a text is compiled by itself: where it goes wrong is told in its own lines and columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..nodes.path import Path
from ..programs.query_values import StormQuery
from ..runtime import Runtime
from ..values.convert import to_str

if TYPE_CHECKING:
    from ..programs.compile import Block


def block_of(valu: Any) -> Block:
    """The query that an argument is. Raises BadSyntax."""
    from ..programs.compile import compiled

    return compiled(text_of(valu))


def text_of(valu: Any) -> str:
    """The text of a query that an argument is."""
    return valu.text if isinstance(valu, StormQuery) else to_str(valu)


def apart(run: Runtime, path: Path | None = None) -> Runtime:
    """A scope with a copy of the variables there are."""
    vars = run.all_vars()
    if path is not None:
        vars.update(path.vars)
    return run.apart(vars)


def sharing(run: Runtime) -> Runtime:
    """A scope of its own with the very variables of this one, for another user or another view."""
    inner = run.apart(run.vars)
    inner.outer, inner.emitter = run.outer, run.emitter
    return inner


def drained(paths: Iterator[Path]) -> None:
    """Run a query to its end for what it does."""
    for _ in paths:
        pass
