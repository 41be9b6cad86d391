"""Conditions on the tags of a node and their properties."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..programs.node_values import as_tag
from ..programs.shape import Condition as Decide
from ..runtime import Runtime
from ..syntax.filters import Compare, TagCondition, TagPropCondition
from ..syntax.values import Span
from ..values.globs import Fits, fitting
from .comparing import compared_with, comparing, predicate
from .props import operator_place

if TYPE_CHECKING:
    from ..programs.compile import Compiler

UNTIMED = (None, None)


def glob_fits(glob: str) -> Fits:
    """A tag with asterisks: `*` stands for some of one part, `**` for anything, both for one character at least."""
    pieces = {"*": "[^.]+?", "**": ".+"}
    return fitting("".join(pieces.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*|\*)", glob)))


def of_tag(condition: TagCondition, c: Compiler) -> Decide:
    """`#foo`, `#foo.*`, `#foo@=x`. Names are taken as they stand."""
    compare, text, value = condition.compare, condition.tag.text, c.value(condition.tag)
    if compare is not None:
        return _timed(condition, compare, c)
    if text is not None and "*" not in text:
        return lambda run, path: text in path.node.tags
    if text is not None:
        matches = glob_fits(text)
        return lambda run, path: any(matches(tag) for tag in path.node.tags)

    def decide(run: Runtime, path: Path) -> bool:
        name = as_tag(value(run, path))
        if "*" not in name:
            return name in path.node.tags
        fits = glob_fits(name)
        return any(fits(tag) for tag in path.node.tags)

    return decide


def tag_setup(compare: Compare, c: Compiler) -> Callable[[Runtime], None]:
    """The look at a comparison with times before any node comes, where its value depends on none."""
    value, marked = c.value(compare.value), operator_place(compare, c)

    def setup(run: Runtime) -> None:
        type_ = run.model.type("ival")
        predicate(c, type_, compare.operator, compared_with(run, type_, value(run, None)), marked)

    return setup


def of_tag_prop(condition: TagPropCondition, c: Compiler) -> Decide:
    """`#foo:name`, `#foo.*:name`, `#foo:name=x`."""
    tag, prop, compare = c.value(condition.tag), c.value(condition.prop), condition.compare
    if compare is None:

        def is_set(run: Runtime, path: Path) -> bool:
            given, name = as_tag(tag(run, path)), prop(run, path)
            if not isinstance(name, str):
                return False
            if "*" not in given:
                return name in path.node.tagprops.get(given, {})
            fits = glob_fits(given)
            return any(name in props for each, props in path.node.tagprops.items() if fits(each))

        return is_set
    against = comparing(compare, c, condition.prop.span)
    marked = Span(condition.span.start, condition.tag.span.end)

    def decide(run: Runtime, path: Path) -> bool:
        name = prop(run, path)
        known = run.model.tagprop(name) if isinstance(name, str) else None
        if known is None:
            raise c.located(StormError("NoSuchTagProp", f"No such tag property: {name}", name=name), marked)
        valu = path.node.tagprops.get(as_tag(tag(run, path)), {}).get(name)
        return against(run, path, known.type, valu)

    return decide


def _timed(condition: TagCondition, compare: Compare, c: Compiler) -> Decide:
    value, against = c.value(condition.tag), comparing(compare, c, operator_place(compare, c))

    def decide(run: Runtime, path: Path) -> bool:
        interval: Any = path.node.tags.get(as_tag(value(run, path)))
        return against(run, path, run.model.type("ival"), None if interval == UNTIMED else interval)

    return decide
