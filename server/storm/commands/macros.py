"""Commands for macros: `macro.*`."""

from __future__ import annotations

from itertools import chain

from ..library.easyperm import READ
from ..library.macros import needed
from ..programs.shape import Paths, nothing
from ..runtime import Runtime
from ..values.convert import to_text
from .command import Command, Given, Option
from .inner import block_of
from .written import written


def _exec(run: Runtime, given: Given, paths: Paths) -> Paths:
    first = next(paths, None)
    block = block_of(needed(run, to_text(run, given.name), READ)["storm"])
    if first is None:
        yield from block.run(run, nothing())
        return
    yield from block.run(run, chain((first,), paths))


EXEC = Command(
    "macro.exec",
    "Run a macro on the nodes that come in.",
    _exec,
    (Option("name", "Name of the macro."),),
    readonly=True,
)
SET = written(
    "macro.set",
    "Keep a query as a macro.",
    """
$lib.macro.set($cmdopts.name, $cmdopts.storm)
$lib.print(`Set macro: {$cmdopts.name}`)
""",
    Option("name", "Name of the macro."),
    Option("storm", "The query."),
)
DEL = written(
    "macro.del",
    "Delete a macro.",
    """
$lib.macro.del($cmdopts.name)
$lib.print(`Removed macro: {$cmdopts.name}`)
""",
    Option("name", "Name of the macro."),
)
GET = written(
    "macro.get",
    "Show the query of a macro.",
    """
$macro = $lib.macro.get($cmdopts.name)
if $macro { $lib.print($macro.storm) } else { $lib.print(`Macro not found: {$cmdopts.name}`) }
""",
    Option("name", "Name of the macro."),
    readonly=True,
)
LIST = written(
    "macro.list",
    "List the macros.",
    """
init {
    $count = (0)
    for ($name, $macro) in $lib.macro.list() {
        $user = $lib.auth.users.get($macro.user)
        $lib.print(`{$name.ljust(20)} (owner: {$user.name})`)
        $count = ($count + 1)
    }
    $lib.print(`{$count} macros found`)
}
""",
    readonly=True,
)
COMMANDS = (EXEC, SET, DEL, GET, LIST)
