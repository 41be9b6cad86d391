"""Queries within commands: how they are started, and what they share with the query round them.

A query in braces or in a text is compiled by itself: where it goes wrong is told in its own lines and columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..programs.query_values import StormQuery
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Given

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


def only_writing(run: Runtime, name: str) -> None:
    """Refuse the call of a library function where nothing may be changed. Raises StormError("IsReadOnly")."""
    if run.readonly:
        raise StormError("IsReadOnly", f"${name}() is not marked readonly safe.")


def calling(name: str, does: Callable[[Runtime, Given, Paths], Paths]) -> Callable[[Runtime, Given, Paths], Paths]:
    """A command that calls a library function which a readonly query must not."""

    def run_it(run: Runtime, given: Given, paths: Paths) -> Paths:
        only_writing(run, name)
        yield from does(run, given, paths)

    return run_it


def drained(paths: Iterator[Path]) -> None:
    """Run a query to its end for what it does."""
    for _ in paths:
        pass
