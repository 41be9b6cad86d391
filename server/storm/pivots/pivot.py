"""Pivots: `-> target`, `<- target`, `:name -> target`, `-> #tag`, `-> { query }`; those over light edges: `walk.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ...model.elements import Prop
from ..errors import StormError
from ..lifts.indexes import forms_like
from ..lifts.narrow import without_node
from ..nodes.path import Path
from ..programs.node_values import OVER, as_name, as_tag, followed, no_such_prop
from ..programs.shape import Paths, Step, nothing
from ..runtime import Runtime
from ..syntax.steps import Everything, PivotAndWalk, PivotFrom, PivotIn, PivotOut, PivotQuery, PivotToTags, Walk
from ..syntax.values import PropValue, Span, Text, UniversalValue, Value
from ..values.convert import to_text
from ..values.globs import fitting
from . import walk as pivot_walk
from . import ways as pivots
from .ways import pivoting

if TYPE_CHECKING:
    from ...model.model import Model
    from ..programs.compile import Compiler

# What a pivot goes to, once it is known: forms by name, properties.
Goals = list["str | Prop"]


def pivot_out(step: PivotOut, c: Compiler) -> Step:
    """`-> target`: names are looked at when the first node comes."""
    if isinstance(step.target, Everything):
        return pivoting(pivots.out_all, step.join)
    names, marked, whole, join = _names(step.target, c), _marked(step.target), step.span, step.join

    def pivoted(run: Runtime, paths: Paths) -> Paths:
        found: tuple[Goals, bool] | None = None
        for path in paths:
            if found is None:
                found = _out_goals(run, names, marked, c)
            if join:
                yield path
            goals, single = found
            if single and isinstance(goals[0], str) and not pivots.has_way(run.model, path.node.form, goals[0]):
                raise c.located(_no_way(path.node.form, goals[0]), whole)
            try:
                for goal in goals:
                    yield from (
                        pivots.to_form(run, path, goal) if isinstance(goal, str) else pivots.to_prop(run, path, goal)
                    )
            except StormError as error:
                pivots.warn_of(run, error, path.node.valu)

    return pivoted


def pivot_in(step: PivotIn, c: Compiler) -> Step:
    """`<- target`: a target can only be a form of edges."""
    if isinstance(step.target, Everything):
        return pivoting(pivots.in_all, step.join)
    target, whole, join = step.target, step.span, step.join
    assert isinstance(target, Text)
    form = target.value

    def ways(run: Runtime, path: Path) -> Iterator[Path]:
        if pivots.is_edge(run.model, path.node.form):
            return (found for found in pivots.in_all(run, path) if found.node.form == form)
        if pivots.is_edge(run.model, form):
            return pivots.edges_at(run, path, form, "n2")
        mesg = f"Pivot in from a specific form cannot be used with nodes of type {path.node.form}"
        raise c.located(StormError("StormRuntimeError", mesg, name=path.node.form), whole)

    pivoted = pivoting(ways, join)

    def checked(run: Runtime, paths: Paths) -> Paths:
        if not run.model.is_form(form):
            raise c.located(StormError("NoSuchForm", f"No form named {form}.", name=form), target.span)
        yield from pivoted(run, paths)

    return checked


def pivot_from(step: PivotFrom, c: Compiler) -> Step:
    """`:name -> target`."""
    source, everything = _source(step.prop, c), isinstance(step.target, Everything)
    names, whole, join, place = _names(step.target, c), step.span, step.join, step.prop.span

    def pivoted(run: Runtime, paths: Paths) -> Paths:
        goals: Goals | None = None
        for path in paths:
            if goals is None and not everything:
                goals = _from_goals(run, names, whole, c)
            if join:
                yield path
            name = source(run, path)
            prop, valu = _followed(path, name, everything, place, whole, c)
            if prop is None or valu is None:
                continue
            if goals is None:
                yield from pivots.value_to_all(run, path, prop, valu)
                continue
            try:
                for goal in goals:
                    if isinstance(goal, str):
                        yield from pivots.value_to_form(run, path, prop, valu, goal)
                    else:
                        yield from pivots.value_to_prop(run, path, prop, valu, goal)
            except StormError as error:
                pivots.warn_of(run, error, valu)

    return pivoted


def pivot_to_tags(step: PivotToTags, c: Compiler) -> Step:
    """`-> #`: the nodes of a node's leaf tags; `-> #foo.*`: of those that fit, where an asterisk stands for anything."""
    if step.tag is None:
        return pivoting(lambda run, path: _to_tags(run, path, _leaves(path)), step.join)
    text, value = step.tag.text, c.value(step.tag)
    if text is not None and "*" in text:
        fits = fitting(".*".join(re.escape(part) for part in re.split(r"\*+", text)))
        return pivoting(lambda run, path: _to_tags(run, path, [tag for tag in path.node.tags if fits(tag)]), step.join)

    def ways(run: Runtime, path: Path) -> Iterator[Path]:
        name = as_tag(value(run, path))
        return _to_tags(run, path, [name] if name in path.node.tags else [])

    return pivoting(ways, step.join)


def pivot_query(step: PivotQuery, c: Compiler) -> Step:
    """`-> { query }`: the query runs for each node without it, and its nodes go on in its place.

    All that was set on the way can be read in it as if it depended on no node.
    """
    block = c.within().query(step.query)

    def ways(run: Runtime, path: Path) -> Iterator[Path]:
        for name, valu in path.vars.items():
            run.set(name, valu)
        return block.run(run, nothing())

    return pivoting(ways, step.join)


# -- what is gone to


def _names(target: Any, c: Compiler) -> Callable[[Runtime], Any]:
    """The target as it is written or computed, without a node: a name or a list of them."""
    if isinstance(target, Everything):
        return lambda run: None
    value = c.value(target)
    return lambda run: without_node(value, run)


def _marked(target: Value | Everything) -> Span:
    from ..programs.compile import place

    return target.span if isinstance(target, Text | Everything) else place(target)


def _out_goals(run: Runtime, names: Callable[[Runtime], Any], marked: Span, c: Compiler) -> tuple[Goals, bool]:
    """The goals, and whether there is but one form, which the product then wants a way to."""
    given = names(run)
    if isinstance(given, str) or not isinstance(given, list | tuple):
        given = _text_of(given)
        try:
            if given.endswith("*"):
                return [form.name for form in forms_like(run.model, given)], False
            goals = _goals(run.model, given, interfaces=True)
        except StormError as error:
            raise c.located(error, marked) from None
        return goals, run.model.is_form(given)
    try:
        return [goal for item in given for goal in _goals(run.model, to_text(run, item), interfaces=True)], False
    except StormError as error:
        raise c.located(error, marked) from None


def _from_goals(run: Runtime, names: Callable[[Runtime], Any], whole: Span, c: Compiler) -> Goals:
    given = names(run)
    listed = [to_text(run, item) for item in given] if isinstance(given, list | tuple) else [_text_of(given)]
    try:
        return [goal for name in listed for goal in _goals(run.model, name, interfaces=False)]
    except StormError as error:
        raise c.located(error, whole) from None


def _text_of(given: Any) -> str:
    if not isinstance(given, str):
        kind = type(given).__name__
        raise StormError("AttributeError", f"'{kind}' object has no attribute 'endswith'")
    return given


def _goals(model: Model, name: str, *, interfaces: bool) -> Goals:
    """What a name stands for; raises StormError("NoSuchProp")."""
    if model.is_form(name):
        return [name]
    prop = model.prop(name)
    if prop is not None:
        return [prop]
    found: Goals = list(model.interface_props(name))
    if not found and interfaces:
        found = list(model.interface_forms(name))
    if not found:
        raise StormError("NoSuchProp", f"No property named {name}.", name=name)
    return found


def _no_way(source: str, target: str) -> StormError:
    return StormError("NoSuchPivot", f"No pivot found for {source} -> {target}.", n1=source, n2=target)


# -- what is gone from


def _source(prop: PropValue | UniversalValue, c: Compiler) -> Callable[[Runtime, Path], str]:
    if isinstance(prop.name, Text):
        written = prop.name.value
        return lambda run, path: written
    value, place = c.value(prop.name), prop.span

    def computed(run: Runtime, path: Path) -> str:
        try:
            return as_name(value(run, path))
        except StormError as error:
            raise c.located(error, place) from None

    return computed


def _followed(
    path: Path, name: str, everything: bool, place: Span, whole: Span, c: Compiler
) -> tuple[Prop | None, Any]:
    """The property that is pivoted from, and its value. `-> *` takes no way over other nodes, and any name."""
    node = path.node
    if OVER not in name or everything:
        prop = node.snap.model.form_prop(node.form, name)
        if prop is None and not everything:
            raise c.located(no_such_prop(node, name), place)
        return prop, node.get(name)
    try:
        return followed(node, name)
    except StormError as error:
        raise c.located(error, whole) from None


def _leaves(path: Path) -> list[str]:
    tags = path.node.tags
    parents = {tag.rpartition(".")[0] for tag in tags}
    return [tag for tag in tags if tag not in parents]


def _to_tags(run: Runtime, path: Path, tags: list[str]) -> Iterator[Path]:
    for tag in tags:
        node = pivots.node_of(run, "syn:tag", tag)
        if node is not None:
            yield path.fork(node, pivots.tag_link(tag))


STEPS: dict[type, Callable[[Any, Any], Step]] = {
    PivotOut: pivot_out,
    PivotIn: pivot_in,
    PivotFrom: pivot_from,
    PivotToTags: pivot_to_tags,
    PivotQuery: pivot_query,
    PivotAndWalk: pivot_walk.pivot_and_walk,
    Walk: pivot_walk.walk,
}
