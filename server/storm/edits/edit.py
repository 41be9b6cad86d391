"""Compiling `[ edits ]`: each edit is a stage that nodes go through one by one.

A stage that makes nodes passes on what comes in first; it makes its nodes once, behind all that came in, unless they depend
on the node in hand. Permissions are asked for before a value is looked at, as on a real Cortex.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Paths, Step
from ..runtime import Runtime
from ..syntax.edits import AddNode, Edit, EditGroup
from ..syntax.steps import EditBlock
from ..syntax.values import Span, Text
from . import changes, rights
from . import edges as edit_edges
from . import props as edit_props
from . import tags as edit_tags
from .props import raw_name, value_of

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..programs.compile import Compiler


def edit_block(step: EditBlock, c: Compiler) -> Step:
    """`[ edits ]`."""
    return chained([stage(each, c) for each in step.edits])


def stage(edit: Edit, c: Compiler) -> Step:
    """One edit."""
    made: Step = STAGES[type(edit)](edit, c)
    span = edit.span

    def run_it(run: Runtime, paths: Paths) -> Paths:
        if run.readonly:
            try:
                run.writable()
            except StormError as error:
                raise c.located(error, span) from None
        return made(run, paths)

    def later(run: Runtime, paths: Paths) -> Paths:
        # A generator: nothing is refused before the first node is asked for.
        yield from run_it(run, paths)

    return later


def chained(stages: list[Step]) -> Step:
    """Stages one behind the other."""
    if len(stages) == 1:
        return stages[0]

    def step(run: Runtime, paths: Paths) -> Paths:
        for each in stages:
            paths = each(run, paths)
        return paths

    return step


def add_node(edit: AddNode, c: Compiler) -> Step:
    """`inet:fqdn=x`, `*$form=x`; with `?=` what cannot be normed is passed over. `+=` is the same as `=`."""
    return _making(edit, c, None)


def edit_group(edit: EditGroup, c: Compiler) -> Step:
    """`( inet:fqdn=x edits )`: the edits are for the nodes that it makes only."""
    return _making(edit.node, c, chained([stage(each, c) for each in edit.edits]) if edit.edits else None)


def _making(edit: AddNode, c: Compiler, inner: Step | None) -> Step:
    form, value = c.value(edit.form), value_of(edit.value, c)
    lenient = edit.operator == "?="
    marked = Span(edit.span.start, edit.form.span.end)
    fixed = edit.form.value if isinstance(edit.form, Text) else None

    def made(run: Runtime, path: Path | None) -> Iterator[Node]:
        name = fixed if fixed is not None else raw_name(form(run, path), edit.form, c)
        rights.add_node(run, name)
        try:
            plan = changes.form_of(run, name)
        except StormError as error:
            raise c.located(error, marked) from None
        raw = changes.plain(run, value(run, path))
        try:
            for each in changes.raws(plan, raw):
                yield changes.node_of(run, plan, each)
        except StormError as error:
            if lenient and error.name == changes.BAD_VALUE:
                return
            raise

    def within(run: Runtime, paths: Paths) -> Paths:
        return paths if inner is None else inner(run, paths)

    if c.is_safe(edit.form) and c.is_safe(edit.value):

        def once(run: Runtime, paths: Paths) -> Paths:
            yield from paths
            yield from within(run, (Path(node) for node in made(run, None)))

        return once

    def each(run: Runtime, paths: Paths) -> Paths:
        for path in paths:
            new = (path.fork(node, None) for node in made(run, path))
            if inner is None:
                yield from new
                yield path
            else:
                yield path
                yield from inner(run, new)

    return each


STAGES: dict[type, Any] = {
    AddNode: add_node,
    EditGroup: edit_group,
    **edit_props.STAGES,
    **edit_tags.STAGES,
    **edit_edges.STAGES,
}
STEPS: dict[type, Any] = {EditBlock: edit_block}
