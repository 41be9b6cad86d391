"""Commands that are written in Storm: ours that need nothing else, and those of packages.

Their text runs in a scope of its own, with the arguments as `$cmdopts`; the nodes that come in go through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..nodes.path import Path
from ..programs.shape import Paths
from ..runtime import Runtime
from ..surface import Kind
from ..values.containers import StormDict
from ..values.convert import to_prim, to_str, to_text
from .command import Command, Given, Option
from .inner import block_of

# Where a node keeps the variables that it had outside while it goes through a command.
OUTSIDE: Any = object()


@dataclass(frozen=True, slots=True, eq=False)
class CommandOptions:
    """`$cmdopts`."""

    given: dict[str, Any]


def written(
    name: str,
    desc: str,
    text: str,
    *options: Option,
    readonly: bool = True,
    package: str = "synapse",
    vars: dict[str, Any] | None = None,
) -> Command:
    """A command whose work is done by a query. vars: what the query has besides `$cmdopts`.

    readonly: such a command may run where nothing may be changed; what its query calls is refused there by itself.
    """

    def run_it(run: Runtime, given: Given, paths: Paths) -> Paths:
        inner = run.apart({**(vars or {}), "cmdopts": CommandOptions(_plain(given))})
        block = block_of(text)
        block.check(inner)
        for path in block.run(inner, _inside(inner, given, paths)):
            outside = path.vars.get(OUTSIDE, {})
            path.vars = dict(outside)
            yield path

    return Command(name, desc, run_it, options, readonly, package=package)


def _inside(inner: Runtime, given: Given, paths: Paths) -> Iterator[Path]:
    for path in paths:
        # What depends on a node has changed with it.
        options = inner.vars["cmdopts"] = CommandOptions(_plain(given))
        within = path.clone()
        within.meta, within.display = path.meta, path.display
        within.vars = {OUTSIDE: path.vars, "cmdopts": options}
        yield within


def _plain(given: Given) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.told}


def _item(run: Runtime, me: CommandOptions, name: Any) -> Any:
    return me.given.get(to_str(name))


KIND = Kind(
    "cmdopts",
    "CmdOpts",
    CommandOptions,
    "The arguments that a command was given.",
    (),
    deref=_item,
    iterate=lambda run, me: iter(list(me.given.items())),
    show=lambda run, me: f"cmdopts: {to_text(run, StormDict(me.given))}",
    prim=lambda run, me: to_prim(run, StormDict(me.given)),
)
