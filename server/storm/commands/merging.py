"""Commands for forked views: merge and diff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ....storage.sodes import Tags
from ..edits.draft import CREATED, TAG, UNSET, Draft, Group
from ..edits.storing import apply
from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Paths, nothing
from ..runtime import Runtime
from ..values.convert import python_text, to_str
from ..values.globs import fitting
from .command import Command, Given, Option
from .holdings import Held, confirm_put, in_layer, put, silently
from .inner import block_of, drained

if TYPE_CHECKING:
    from ..nodes.node import Node


def _merge(run: Runtime, given: Given, paths: Paths) -> Paths:
    parent = None if run.snap.view.parent is None else run.host.graph.view(run.snap.view.parent)
    if parent is None:
        raise StormError("CantMergeView", "You may only merge nodes in forked views")
    below = silently(run, parent)
    if given.diff:
        yield from paths
        paths = _changed(run)
    for path in paths:
        node = path.node
        held = _chosen(given, in_layer(run.snap.top, node), node)
        if not held.empty:
            if given.apply:
                confirm_put(below, held)
                put(below, node, held)
                _drop(run, node, held)
                run.snap.reload(node.iden)
            else:
                for line in _told(run, node, held):
                    run.print(line)
        yield path
    if given.wipe:
        _wipe(run)


def _chosen(given: Given, held: Held, node: Node) -> Held:
    """The part of what a layer holds of a node that is to be merged."""
    nothing = Held(held.form, None, {}, {}, {})
    if given.no_tags and given.only_tags:
        return nothing
    if node.form == TAG:
        if given.no_tags or not _tag_wanted(given, node.valu):
            return nothing
        return held
    if given.only_tags:
        if held.valu is not None:
            # Tags cannot come into a view before their node.
            return nothing
        held = replace(held, props={}, data={}, edges=[])
    else:
        held = replace(held, props={name: valu for name, valu in held.props.items() if _prop_wanted(given, node, name)})
    if given.no_tags:
        return replace(held, tags={}, tagprops={})
    tags: Tags = {tag: valu for tag, valu in held.tags.items() if _tag_wanted(given, tag)}
    return replace(held, tags=tags, tagprops={t: props for t, props in held.tagprops.items() if _tag_wanted(given, t)})


def _tag_wanted(given: Given, tag: str) -> bool:
    if given.include_tags:
        return any(glob_matches(to_str(glob), tag) for glob in given.include_tags)
    return not any(glob_matches(to_str(glob), tag) for glob in given.exclude_tags)


def _prop_wanted(given: Given, node: Node, name: str) -> bool:
    if name == CREATED:
        return True
    names = {name, f"{node.form}{name}"} if name.startswith(".") else {f"{node.form}:{name}"}
    if given.include_props:
        return not names.isdisjoint(map(to_str, given.include_props))
    return names.isdisjoint(map(to_str, given.exclude_props))


def glob_matches(glob: str, tag: str) -> bool:
    """Whether a tag is what a pattern says: `*` is within one part of it, `**` goes over several."""
    parts = [".*" if part == "**" else "[^.]*" if part == "*" else re.escape(part) for part in _GLOB.split(glob)]
    return fitting("".join(parts))(tag) is not None


_GLOB = re.compile(r"(\*\*|\*)")


def _drop(run: Runtime, node: Node, held: Held) -> None:
    """Take what was merged from the topmost layer."""
    draft = Draft(run)
    group: Group = {}
    draft.entry(group, draft.face(node)).extend(held.dropped)
    draft.end(group)
    apply(run, draft)


def _told(run: Runtime, node: Node, held: Held) -> Iterator[str]:
    """What would be merged, a line each."""
    start = f"{node.iden.hex()} {node.form}"
    if held.valu is not None:
        yield f"{start} = {node.repr()}"
    for name, valu in held.props.items():
        if name != CREATED:
            yield f"{start}:{name} = {shown_prop(run, node.form, name, valu)}"
    for tag, interval in held.tags.items():
        yield f"{start}#{tag}{shown_interval(run, interval)}"
    for tag, props in held.tagprops.items():
        for name, valu in props.items():
            yield f"{start}#{tag}:{name} = {shown_tagprop(run, name, valu)}"
    for name, valu in held.data.items():
        yield f"{start} DATA {name} = {python_text(valu) if not isinstance(valu, str) else valu}"
    for verb, other in held.edges:
        yield f"{start} +({verb})> {other.hex()}"


def shown_prop(run: Runtime, form: str, name: str, valu: Any) -> Any:
    """How a prop is shown."""
    prop = run.model.form_prop(form, name)
    return valu if prop is None else prop.type.repr(valu)


def shown_tagprop(run: Runtime, name: str, valu: Any) -> Any:
    """How a prop of a tag is shown."""
    prop = run.model.tagprop(name)
    return valu if prop is None else prop.type.repr(valu)


def shown_interval(run: Runtime, interval: tuple[int | None, int | None]) -> str:
    """How the interval of a tag is shown behind it."""
    return "" if interval == UNSET else f" = {run.model.type('ival').repr(interval)}"


def _wipe(run: Runtime) -> None:
    """Give the view a fresh topmost layer."""
    drained(block_of("$lib.view.get().swapLayer()").run(run, nothing()))


MERGE = Command(
    "merge",
    "Bring what a fork has changed of the nodes that come in into the view below; without --apply only show it.",
    _merge,
    (
        Option("--apply", "Do it.", flag=True),
        Option("--wipe", "Give the view a fresh layer afterwards.", flag=True),
        Option("--no-tags", "Leave out tags and the nodes of tags.", flag=True),
        Option("--only-tags", "Leave out all but tags and the nodes of tags.", flag=True),
        Option("--include-tags", "Only these tags, which may be patterns.", several=True, default=[]),
        Option("--exclude-tags", "All but these tags, which may be patterns.", several=True, default=[]),
        Option("--include-props", "Only these properties.", several=True, default=[]),
        Option("--exclude-props", "All but these properties.", several=True, default=[]),
        Option("--diff", "Take every node that the fork has changed.", flag=True),
    ),
)


def _diff(run: Runtime, given: Given, paths: Paths) -> Paths:
    if run.snap.view.parent is None:
        raise StormError("StormRuntimeError", "You may only generate a diff in a forked view.")
    yield from paths
    if given.tag and given.prop:
        raise StormError("StormRuntimeError", "You may specify --tag *or* --prop but not both.")
    if given.tag:
        for tag in given.tag:
            yield from _by_tag(run, to_str(tag))
    elif given.prop:
        yield from _by_prop(run, to_str(given.prop))
    else:
        yield from _changed(run)


def _changed(run: Runtime) -> Paths:
    """Every node of which the topmost layer holds something."""
    for iden in run.snap.top.idens():
        yield from _path(run, iden)


def _by_tag(run: Runtime, tag: str) -> Paths:
    for _, iden, _, _ in run.snap.top.lift_tag(tag):
        yield from _path(run, iden)


def _by_prop(run: Runtime, name: str) -> Paths:
    if run.model.is_form(name):
        form, prop = name, ""
    else:
        found = run.model.prop(name)
        if found is None:
            raise StormError("NoSuchProp", f"The property {name} does not exist.")
        form, prop = found.form, found.name
    for _, _, iden, _ in run.snap.top.lift(form, prop):
        yield from _path(run, iden)


def _path(run: Runtime, iden: bytes) -> Paths:
    node = run.snap.by_iden(iden)
    if node is not None:
        yield Path(node, run.all_vars())


DIFF = Command(
    "diff",
    "Lift the nodes that a forked view has changed.",
    _diff,
    (
        Option("--tag", "Only nodes with these tags in the fork.", several=True, default=None),
        Option("--prop", "Only nodes with this property in the fork.", default=None),
    ),
    readonly=True,
)
COMMANDS = (MERGE, DIFF)
