"""Lifts by name and value: `inet:fqdn`, `inet:fqdn=x`, `inet:dns:a:fqdn::zone=x`, `.seen`, `inet:*`, `*$name=x`.

Nodes that come in go on first, then the lifted ones follow. A lift that depends on the node in hand is made for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError
from ...model.contract import Span as Stretch
from ...model.types.guids import Guid
from ..edits import guids
from ..edits.plans import plans_of
from ..errors import StormError
from ..nodes.path import Path
from ..programs.node_values import OVER, as_name
from ..programs.shape import Step
from ..runtime import Runtime
from ..syntax.filters import Compare
from ..syntax.steps import LiftOver, LiftProp, LiftTag, LiftTagProp, LiftTagTag, Words
from ..syntax.values import Span, Text, Value
from . import lookups
from . import tags as lift_tags
from .indexes import Index, Target, of_prop, target_of
from .lifting import Find, lifting
from .narrow import Narrowed, narrowing, read_narrowed
from .reading import Spans, read, read_equal
from .runts import is_runt
from .values import EVERYTHING, lifted_by, located, spans_of

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..programs.compile import Compiler


def lift_prop(step: LiftProp, c: Compiler) -> Step:
    """`inet:fqdn`, `inet:fqdn=x`, `.seen`, `inet:*`, `*$name`."""
    return lifting(_finder(step, c), c.is_safe(step.name) and (step.compare is None or c.is_safe(step.compare)))


def lift_narrowed(step: Narrowed, c: Compiler) -> Step:
    """A form or wildcard that filters follow."""
    target, plain = _target(step.lift.name, c, compared=False), _finder(step.lift, c)
    narrowed, reverse = narrowing(step.hint, c), step.lift.reverse

    def find(run: Runtime, path: Path | None) -> Iterator[Node]:
        found = target(run, path)
        if found.merged or any(index.prop or is_runt(run.model, index.form) for index in found.indexes):
            return plain(run, path)
        return read_narrowed(run, found, narrowed(run), reverse)

    return lifting(find, c.is_safe(step.lift.name))


def lift_over(step: LiftOver, c: Compiler) -> Step:
    """`inet:dns:a:fqdn::zone=x`: lifts by the last property, then back from node to node."""
    comparison = _comparison(step.compare, step.span, c)
    written = OVER.join(step.names)
    start = c.text.index(written, step.span.start)
    place, reverse = Span(start, start + len(written)), step.reverse

    def find(run: Runtime, path: Path | None) -> Iterator[Node]:
        try:
            indexes = _way(run, step.names)
        except StormError as error:
            raise c.located(error, place) from None
        *back, last = indexes
        nodes = comparison(run, path, Target((last,)), reverse)
        for index in reversed(back):
            nodes = _referring(run, index, nodes, reverse)
        return nodes

    return lifting(find, c.is_safe(step.compare))


def count(step: LiftProp, c: Compiler) -> Callable[[Runtime], int]:
    """How many nodes a lift would give, where no node need be made for it. For a lift that `count` follows at once."""
    find = _finder(step, c)
    target = _target(step.name, c, compared=step.compare is not None)
    comparison = None if step.compare is None else _spans(step.compare, step.span, c)
    items = step.compare is not None and step.compare.array

    def counted(run: Runtime) -> int:
        found = target(run, None)
        layers = run.snap.layers
        if len(layers) > 1 or any(is_runt(run.model, index.form) for index in found.indexes):
            return sum(1 for _ in find(run, None))
        spans = (lambda index: EVERYTHING) if comparison is None else comparison(run, None)
        stretches = [(index, span) for index in found.indexes for span in spans(index)]
        if any(span.keep is not None for _, span in stretches):
            return sum(1 for _ in find(run, None))
        counting = layers[0].count_items if items else layers[0].count
        return sum(counting(index.form, index.prop, span.low, span.high) for index, span in stretches)

    return counted


def _finder(step: LiftProp, c: Compiler) -> Find:
    compare, reverse = step.compare, step.reverse
    target = _target(step.name, c, compared=compare is not None)
    if compare is None:

        def everything(run: Runtime, path: Path | None) -> Iterator[Node]:
            return read(run, target(run, path), lambda index: EVERYTHING, reverse, items=False)

        return everything
    comparison = _comparison(compare, step.span, c)

    def find(run: Runtime, path: Path | None) -> Iterator[Node]:
        return comparison(run, path, target(run, path), reverse)

    return find


def _target(name: Value, c: Compiler, *, compared: bool) -> Callable[[Runtime, Path | None], Target]:
    if isinstance(name, Text):
        written, span = name.value, name.span

        def constant(run: Runtime, path: Path | None) -> Target:
            try:
                return target_of(run.model, written, compared=compared)
            except StormError as error:
                raise c.located(error, span) from None

        return constant
    from ..programs.compile import place

    value, marked, whole = c.value(name), place(name), Span(name.span.start - 1, name.span.end)

    def computed(run: Runtime, path: Path | None) -> Target:
        try:
            given = as_name(value(run, path))
        except StormError as error:
            raise c.located(error, marked) from None
        try:
            return target_of(run.model, given, compared=compared)
        except StormError as error:
            # The asterisk before the `$` counts as part of the name.
            raise c.located(error, whole) from None

    return computed


def _spans(
    compare: Compare, whole: Span, c: Compiler, reverse: bool = False
) -> Callable[[Runtime, Path | None], Callable[[Index], Spans]]:
    """What of an index a comparison reads, once its value is known."""
    from ..programs.compile import place

    value, marked = c.value(compare.value), place(compare.value)
    operator, array = compare.operator, compare.array

    def spans(run: Runtime, path: Path | None) -> Callable[[Index], Spans]:
        valu = lifted_by(run, value(run, path))
        if reverse and operator == "in=" and isinstance(valu, tuple):
            # Each value's nodes come from the end, the values as they were given.
            valu = valu[::-1]

        def of(index: Index) -> Spans:
            try:
                if isinstance(valu, dict) and not array and operator in ("=", "?=") and is_guid_form(run, index):
                    return _described(run, index, valu, lenient=operator == "?=")
                return spans_of(index, operator, valu, array=array)
            except StormError as error:
                raise c.located(error, marked if error.name == "BadTypeValu" else whole) from None
            except ModelError as error:
                if error.name == "NoSuchCmpr" and not error.mesg and not _has_any(run, index):
                    # What a storage cannot do is only found out where it holds something.
                    return ()
                raise located(c, error, whole, marked) from None

        return of

    return spans


def _has_any(run: Runtime, index: Index) -> bool:
    return any(layer.count(index.form, index.prop) for layer in run.snap.layers)


def is_guid_form(run: Runtime, index: Index) -> bool:
    """Whether an index has the values of a form whose nodes can be told by what they are like."""
    return isinstance(index.type, Guid) and run.model.is_form(index.type.name)


def _described(run: Runtime, index: Index, told: dict[str, Any], *, lenient: bool) -> Spans:
    """`ou:org=({"name": "acme"})`: the node that is like that, if there is one. Raises StormError."""
    plan = plans_of(run.model).form(index.type.name)
    assert plan is not None
    try:
        node = guids.find(run, plan, told)
    except StormError as error:
        if lenient and error.name == "BadTypeValu":
            return ()
        raise
    if node is None:
        return ()
    key = index.type.key(node.valu)
    return (Stretch(key, key),)


def _comparison(
    compare: Compare, whole: Span, c: Compiler
) -> Callable[[Runtime, Path | None, Target, bool], Iterator[Node]]:
    spans, backwards, items = _spans(compare, whole, c), _spans(compare, whole, c, reverse=True), compare.array

    def find(run: Runtime, path: Path | None, target: Target, reverse: bool) -> Iterator[Node]:
        return read(run, target, (backwards if reverse else spans)(run, path), reverse, items)

    return find


def _way(run: Runtime, names: tuple[str, ...]) -> list[Index]:
    """The indexes of `one::two::three`: of each property, whose type names the form of the next. Raises NoSuchProp."""
    found: list[Index] = []
    full = names[0]
    for number, name in enumerate(names):
        if number:
            full = f"{found[-1].type.name}:{name}"
        prop = run.model.prop(full)
        if prop is None:
            raise StormError("NoSuchProp", f"No property named {full}.", name=full)
        found.append(of_prop(prop))
    return found


def _referring(run: Runtime, index: Index, nodes: Iterator[Node], reverse: bool) -> Iterator[Node]:
    for node in nodes:
        yield from read_equal(run, index, node.valu, reverse)


STEPS: dict[type, Callable[[Any, Any], Any]] = {
    LiftProp: lift_prop,
    Narrowed: lift_narrowed,
    LiftOver: lift_over,
    LiftTag: lift_tags.lift_tag,
    LiftTagProp: lift_tags.lift_tag_prop,
    LiftTagTag: lift_tags.lift_tag_tag,
    Words: lookups.words,
}
