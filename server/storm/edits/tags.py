"""Compiling edits of tags and their props: `+#foo`, `+#foo=2020`, `+?#$tag`, `-#foo`, `+#foo:name=x`, `-#foo:name`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Step
from ..runtime import Runtime
from ..syntax.edits import AddTag, DropTag, DropTagProp, SetTagProp
from . import changes, rights
from .draft import UNSET
from .props import per_node

if TYPE_CHECKING:
    from ..programs.compile import Compiler


def add_tag(edit: AddTag, c: Compiler) -> Step:
    """Adding a tag, or all of a list, which is one message."""
    named = c.value(edit.tag)
    value = None if edit.value is None else c.value(edit.value)
    lenient_tag, lenient = edit.lenient_tag, edit.operator == "?="

    def action(run: Runtime, path: Path) -> None:
        tags = []
        for each in _names(run, named(run, path)):
            try:
                tags.append(changes.normed_tag(run, each))
            except StormError:
                if not lenient_tag:
                    raise
        for tag in tags:
            rights.add_tag(run, tag)
        valu: changes.Interval = UNSET
        if value is not None and tags:
            raw = value(run, path)
            try:
                valu = changes.normed_interval(run, tags[0], changes.timed(run, raw))
            except StormError as error:
                if error.name != changes.BAD_VALUE or not (lenient or lenient_tag):
                    raise
                if not lenient:
                    return
        changes.set_tags(run, path.node, tags, valu)

    return per_node(action)


def drop_tag(edit: DropTag, c: Compiler) -> Step:
    """Taking a tag away, or each of a list; what is no name of a tag is passed over."""
    named = c.value(edit.tag)

    def action(run: Runtime, path: Path) -> None:
        for each in _names(run, named(run, path)):
            try:
                tag = changes.normed_tag(run, each)
            except StormError:
                continue
            rights.drop_tag(run, tag)
            changes.drop_tag(run, path.node, tag)

    return per_node(action)


def set_tagprop(edit: SetTagProp, c: Compiler) -> Step:
    """Setting a prop of a tag, which is added if need be."""
    named, prop, value = c.value(edit.tag), c.value(edit.prop), c.value(edit.value)
    lenient = edit.operator.startswith("?")

    def action(run: Runtime, path: Path) -> None:
        tag = changes.normed_tag(run, changes.plain(run, named(run, path)))
        rights.add_tag(run, tag)
        name = str(changes.plain(run, prop(run, path)))
        raw = changes.plain(run, value(run, path))
        try:
            changes.set_tagprop(run, path.node, tag, name, raw)
        except StormError as error:
            if not (lenient and error.name == changes.BAD_VALUE):
                raise

    return per_node(action)


def drop_tagprop(edit: DropTagProp, c: Compiler) -> Step:
    """Taking a prop of a tag away."""
    named, prop = c.value(edit.tag), c.value(edit.prop)

    def action(run: Runtime, path: Path) -> None:
        tag = changes.normed_tag(run, changes.plain(run, named(run, path)))
        rights.drop_tag(run, tag)
        changes.drop_tagprop(run, path.node, tag, str(changes.plain(run, prop(run, path))))

    return per_node(action)


def _names(run: Runtime, valu: Any) -> tuple[Any, ...]:
    """The tags that a value names: itself, or the items of a list."""
    if isinstance(valu, str):
        return (valu,)
    prim = changes.plain(run, valu)
    return tuple(prim) if isinstance(prim, tuple | set) else (prim,)


STAGES: dict[type, Any] = {
    AddTag: add_tag,
    DropTag: drop_tag,
    SetTagProp: set_tagprop,
    DropTagProp: drop_tagprop,
}
