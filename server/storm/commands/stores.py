"""Commands for queues, notes and the like that need no more than the libraries."""

from __future__ import annotations

from itertools import chain

from ..edits import editor
from ..nodes.path import Path
from ..programs.shape import Paths
from ..runtime import Runtime
from .command import Command, Given, Option
from .written import written

QUEUE_ADD = written(
    "queue.add",
    "Make a queue.",
    """
$lib.queue.add($cmdopts.name)
$lib.print(`queue added: {$cmdopts.name}`)
""",
    Option("name", "Its name."),
)
QUEUE_DEL = written(
    "queue.del",
    "Delete a queue.",
    """
$lib.queue.del($cmdopts.name)
$lib.print(`queue removed: {$cmdopts.name}`)
""",
    Option("name", "Its name."),
)
QUEUE_LIST = written(
    "queue.list",
    "List the queues.",
    """
$lib.print("Storm queue list:")
for $info in $lib.queue.list() {
    $lib.print(`    {$info.name.ljust(32)}:  size: {$info.size} offs: {$info.offs}`)
}
""",
    readonly=True,
)
FEED_LIST = written(
    "feed.list",
    "List the kinds of data that can be fed.",
    """
$lib.print("Storm feed list:")
for $info in $lib.feed.list() { $lib.print(`    ({$info.name.ljust(30)}): {$info.desc}`) }
""",
    readonly=True,
)
DMON_LIST = written(
    "dmon.list",
    "List the daemons.",
    """
$lib.print("Storm daemon list:")
for $info in $lib.dmon.list() { $lib.print(`    {$info.iden}:  ({$info.name.ljust(20)}): {$info.status}`) }
""",
    readonly=True,
)


def _note_add(run: Runtime, given: Given, paths: Paths) -> Paths:
    first = next(paths, None)
    note = editor.add_node(run, "meta:note", run.host.ids.guid())
    now = run.host.clock.now_ms()
    for name, valu in (("text", given.text), ("creator", run.user.iden), ("created", now), ("updated", now)):
        editor.set_prop(run, note, name, valu)
    if given.type is not None:
        editor.set_prop(run, note, "type", given.type)
    for path in () if first is None else chain((first,), paths):
        editor.add_edge(run, note, "about", path.node.iden)
        if not getattr(given, "yield"):
            yield path
    if getattr(given, "yield"):
        yield Path(note, run.all_vars())


NOTE_ADD = Command(
    "note.add",
    "Make a note about the nodes that come in.",
    _note_add,
    (
        Option("text", "The text.", "str"),
        Option("--type", "What kind of note it is.", "str"),
        Option("--yield", "Let the note go on instead of the nodes.", flag=True),
    ),
    readonly=True,
)


def _reindex(run: Runtime, given: Given, paths: Paths) -> Paths:
    run.warn("reindex currently does nothing but is reserved for future use")
    yield from ()


REINDEX = Command("reindex", "Does nothing.", _reindex)
COMMANDS = (QUEUE_ADD, QUEUE_DEL, QUEUE_LIST, FEED_LIST, DMON_LIST, NOTE_ADD, REINDEX)
