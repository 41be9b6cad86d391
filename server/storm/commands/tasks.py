"""Commands for running queries and for the server: `task.*`, `ps.*`, `uptime`."""

from __future__ import annotations

from .command import Command, Option
from .written import written

IDEN = Option("iden", "Iden of the query, or how it begins.")
BEGUN = """    $start = $lib.time.format($task.tick, "%Y-%m-%d %H:%M:%S")
    $lib.print(`    start time: {$start}`)
    $lib.print("    metadata:")
    if $cmdopts.verbose { $lib.pprint($task.info, prefix="    ") } else { $lib.print(`    {$task.info}`) }
"""
VERBOSE = Option("--verbose", "Lay out what is known of each.", flag=True)


def _going(old: str, new: str) -> str:
    """The warning of a command that another one replaces."""
    return f'$lib.warn("\\"{old}\\" is deprecated: Use ``{new}`` instead.")\n'


TASK_LIST = written(
    "task.list",
    "List the running queries.",
    """
$count = (0)
for $task in $lib.task.list() {
    $lib.print(`task iden: {$task.iden}`)
    $lib.print(`    name: {$task.name}`)
    $lib.print(`    user: {$task.username}`)
    $lib.print(`    service: {$task.service}`)
"""
    + BEGUN
    + """
    $count = ($count + 1)
}
if ($count = 1) { $lib.print("1 task found.") } else { $lib.print(`{$count} tasks found.`) }
""",
    VERBOSE,
    readonly=True,
)
PS_LIST = written(
    "ps.list",
    "List the running queries; task.list has replaced it.",
    _going("ps.list", "task.list")
    + """
$count = (0)
for $task in $lib.ps.list() {
    $lib.print(`task iden: {$task.iden}`)
    $lib.print(`    name: {$task.name}`)
    $lib.print(`    user: {$task.user}`)
    $lib.print(`    status: {$task.status}`)
"""
    + BEGUN
    + """
    $count = ($count + 1)
}
$lib.print(`{$count} tasks found.`)
""",
    VERBOSE,
    readonly=True,
)


def _killing(name: str, desc: str, before: str = "") -> Command:
    """A command that ends a query."""
    library = name.split(".")[0]
    text = f"{before}$done = $lib.{library}.kill($cmdopts.iden)\n$lib.print(`kill status: {{$done}}`)\n"
    return written(name, desc, text, IDEN)


UPTIME = written(
    "uptime",
    "Show how long the server runs.",
    """
$info = $lib.cell.uptime(name=$cmdopts.name)
$took = $lib.repr(duration, $info.uptime)
$since = $lib.time.format($info.starttime, "%Y-%m-%d %H:%M:%S")
$lib.print(`up {$took} (since {$since})`)
""",
    Option("name", "Name of a service.", one_or_none=True),
    readonly=True,
)
COMMANDS = (
    TASK_LIST,
    PS_LIST,
    _killing("task.kill", "End a running query."),
    _killing("ps.kill", "End a running query; task.kill has replaced it.", _going("ps.kill", "task.kill")),
    UPTIME,
)
