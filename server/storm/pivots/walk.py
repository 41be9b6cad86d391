"""Walks over light edges: `-(verb)> target`, `<(verb)- target`, and with properties, `--> *`, `<-- *`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..filters.comparing import Comparing, comparing
from ..lifts.indexes import Index, forms_like, index_of_form, of_form, of_prop
from ..lifts.narrow import without_node
from ..lifts.values import lifted_by
from ..nodes.path import Path
from ..programs.shape import Paths, Step
from ..runtime import Runtime
from ..syntax.steps import Everything, PivotAndWalk, Walk
from ..syntax.values import Text
from ..values.convert import to_text
from . import ways as pivots
from .ways import pivoting

if TYPE_CHECKING:
    from ...model.model import Model
    from ..nodes.node import Node
    from ..programs.compile import Compiler

# Whether a node that was walked to goes on.
Fits = Callable[[Runtime, Path], bool]


def walk(step: Walk, c: Compiler) -> Step:
    """`-(verb)> target`; targets are looked at when the first node comes."""
    verbs, inbound, join = _verbs(step, c), step.inbound, step.join
    target = _target(step, c)

    def walked(run: Runtime, paths: Paths) -> Paths:
        fits: Fits | None = None
        for path in paths:
            if join:
                yield path
            if fits is None:
                fits = target(run)
            for verb in verbs(run, path):
                for found in over_edges(run, path, verb, inbound):
                    if fits(run, found):
                        yield found

    return walked


def pivot_and_walk(step: PivotAndWalk, c: Compiler) -> Step:
    """`--> *`, `<-- *`: over properties, then over light edges."""
    over_props, inbound = pivots.in_all if step.inbound else pivots.out_all, step.inbound

    def ways(run: Runtime, path: Path) -> Iterator[Path]:
        yield from over_props(run, path)
        yield from over_edges(run, path, None, inbound)

    return pivoting(ways, step.join)


def over_edges(run: Runtime, path: Path, verb: str | None, inbound: bool) -> Iterator[Path]:
    """The nodes at the other ends of a node's light edges; verb None is any."""
    for name, iden in run.snap.edges(path.node, verb, inbound):
        node = run.snap.by_iden(iden)
        if node is not None:
            link: dict[str, Any] = {"type": "edge", "verb": name}
            if inbound:
                link["reverse"] = True
            yield path.fork(node, link)


def _verbs(step: Walk, c: Compiler) -> Callable[[Runtime, Path], list[str | None]]:
    if isinstance(step.verb, Everything):
        return lambda run, path: [None]
    from ..programs.compile import place

    value, marked = c.value(step.verb), place(step.verb)

    def verbs(run: Runtime, path: Path) -> list[str | None]:
        given = value(run, path)
        if isinstance(given, str):
            return [None if given == "*" else given]
        if isinstance(given, list | tuple):
            return [None if item == "*" else to_text(run, item) for item in given]
        mesg = f"walk operation expected a string or list.  got: {lifted_by(run, given)!r}."
        raise c.located(StormError("StormRuntimeError", mesg), marked)

    return verbs


def _target(step: Walk, c: Compiler) -> Callable[[Runtime], Fits]:
    """What a walk goes to. Unknown names mark the verb."""
    compare, whole = step.compare, step.span
    if isinstance(step.target, Everything):

        def everything(run: Runtime) -> Fits:
            if compare is not None:
                mesg = "Wild card walk operations do not support comparison."
                raise c.located(StormError("StormRuntimeError", mesg), whole)
            return lambda run, path: True

        return everything
    value, marked = c.value(step.target), step.verb.span
    against = None if compare is None else comparing(compare, c, None)
    constant = isinstance(step.target, Text)

    def target(run: Runtime) -> Fits:
        given = step.target.value if constant else without_node(value, run)  # type: ignore[union-attr]  # it is a Text
        listed = given if isinstance(given, list | tuple) else [given]
        try:
            indexes = [index for item in listed for index in _indexes(run.model, to_text(run, item))]
        except StormError as error:
            raise c.located(error, marked) from None
        by_form: dict[str, list[Index]] = {}
        for index in indexes:
            by_form.setdefault(index.form, []).append(index)
        return lambda run, path: any(_meets(run, path, index, against) for index in by_form.get(path.node.form, ()))

    return target


def _meets(run: Runtime, path: Path, index: Index, against: Comparing | None) -> bool:
    node: Node = path.node
    valu = node.get(index.prop) if index.prop else node.valu
    return valu is not None if against is None else against(run, path, index.type, valu)


def _indexes(model: Model, name: str) -> list[Index]:
    """What nodes a name fits: those of forms, or those that have a property. Raises StormError("NoSuchForm")."""
    form = model.form(name)
    if form is not None:
        return [of_form(form)]
    prop = model.prop(name)
    if prop is not None and prop.form:
        return [of_prop(prop)]
    if name.endswith("*"):
        return [of_form(each) for each in forms_like(model, name)]
    found = [index_of_form(model, each) for each in model.interface_forms(name)]
    found += [of_prop(each) for each in model.interface_props(name)]
    if not found:
        raise StormError("NoSuchForm", f"No form named {name}.", name=name)
    return found
