"""Commands for tags: movetag and tag.prune."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....storage.sodes import Tags
from ...model.contract import Span
from ..edits import changes, editor
from ..edits.draft import TAG
from ..errors import StormError
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Command, Given, Option

if TYPE_CHECKING:
    from ..nodes.node import Node


def _movetag(run: Runtime, given: Given, paths: Paths) -> Paths:
    yield from paths
    old, new = to_str(given.oldtag), to_str(given.newtag)
    if old == new:
        raise StormError("BadOperArg", "Cannot retag a tag to the same valu.", newtag=new, oldtag=old)
    root = run.snap.by_ndef(TAG, old)
    if root is None:
        raise StormError("BadOperArg", "Cannot move a tag which does not exist.", oldtag=old)
    gate = run.snap.top.iden
    run.confirm(("node", "tag", "del", *old.split(".")), gate)
    run.confirm(("node", "tag", "add", *new.split(".")), gate)
    # Whoever may do that may do all that it takes.
    before, run.asroot = run.asroot, True
    try:
        count = _moved(run, old, new, root)
    finally:
        run.asroot = before
    run.print(f"moved tags on {count} nodes.")


def _moved(run: Runtime, old: str, new: str, root: Node) -> int:
    """Move a tag and all below it; how many nodes had it. Raises StormError."""
    target = editor.add_node(run, TAG, new)
    _check_cycle(run, old, target)
    moves = [(node, f"{target.valu}{node.valu[len(old) :]}") for node in _tree(run, root)]
    for node, name in moves:
        _move_definition(run, node, target if node is root else editor.add_node(run, TAG, name))
    count = 0
    for tagged in list(run.snap.lift_tag(old)):
        _move_tags(run, tagged, [(node.valu, name) for node, name in moves])
        count += 1
    return count


def _check_cycle(run: Runtime, old: str, target: Node) -> None:
    """Raises where a tag would in the end stand for itself."""
    way: list[str] = []
    tag: Node | None = target
    while tag is not None:
        if tag.valu == old or tag.valu in way:
            mesg = f"Tag cycle detected when moving tag {old} to tag {target.valu}"
            raise StormError("BadOperArg", mesg, cycle=[*way, tag.valu])
        way.append(tag.valu)
        now = tag.get("isnow")
        tag = None if now is None else run.snap.by_ndef(TAG, now)


def _tree(run: Runtime, root: Node) -> list[Node]:
    """A tag and all below it, in order."""
    old = root.valu
    low, high = f"{old}.", f"{old}/"
    below = run.snap.lift(TAG, "", (Span(low, high),))
    return [root, *(node for node in list(below) if node.valu.startswith(low))]


def _move_definition(run: Runtime, old: Node, new: Node) -> None:
    """What is said of a tag is said of the new one, which the old one stands for from now on."""
    for name in ("doc", "doc:url", "title"):
        valu = old.get(name)
        if valu is not None:
            editor.set_prop(run, new, name, valu)
    for tag, interval in list(old.tags.items()):
        editor.add_tag(run, new, tag, interval)
    editor.set_prop(run, old, "isnow", new.valu)


def _move_tags(run: Runtime, node: Node, moves: list[tuple[str, str]]) -> None:
    """Replace the tags of one node, the lowest ones first."""
    for old, new in sorted(moves, reverse=True):
        tags: Tags = node.tags
        if old not in tags:
            continue
        interval, props = tags[old], dict(node.tagprops.get(old, {}))
        editor.del_tag(run, node, old)
        editor.add_tag(run, node, new, interval)
        for name, valu in props.items():
            editor.set_tagprop(run, node, new, name, valu)


MOVETAG = Command(
    "movetag",
    "Give a tag and all below it another name, on all nodes that have it.",
    _movetag,
    (Option("oldtag", "The tag."), Option("newtag", "Its new name.")),
    needs_safe="arguments",
)


def _prune(run: Runtime, given: Given, paths: Paths) -> Paths:
    for path in paths:
        for valu in given.tags:
            _prune_one(run, path.node, changes.normed_tag(run, to_str(valu)))
        yield path


def _prune_one(run: Runtime, node: Node, tag: str) -> None:
    """Take a tag away, and those above it that are left with nothing below them."""
    if tag not in node.tags:
        return
    for each in _upwards(tag):
        if each != tag and any(other.startswith(f"{each}.") for other in node.tags):
            return
        editor.del_tag(run, node, each)


def _upwards(tag: str) -> Iterator[str]:
    while tag:
        yield tag
        tag = tag.rpartition(".")[0]


PRUNE = Command(
    "tag.prune",
    "Take tags away, with those above them that nothing else needs.",
    _prune,
    (Option("tags", "The tags.", several=True),),
)
COMMANDS = (MOVETAG, PRUNE)
