"""Lifts of a whole form that filters follow: the product reads the index of the first filter's property or tag instead.

That shows in the order of the nodes, so we do the same. The filters run as ever; what is read here only leaves out nodes
that they would drop anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError
from ..errors import StormError
from ..programs.node_values import OVER, as_tag, norm_tag
from ..syntax.filters import And, Condition, PropCondition, TagCondition
from ..syntax.steps import Filter, LiftProp, Step
from ..syntax.values import PropValue, Span, TagName, Text
from .indexes import Index, Target, of_prop
from .reading import Spans, read_index
from .values import EVERYTHING, lifted_by, spans_of

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..nodes.path import Path
    from ..programs.compile import Compiler
    from ..runtime import Runtime

Hint = PropCondition | TagCondition
# The nodes of a form's index, read another way.
Narrow = Callable[["Runtime", Index, bool], "Iterator[Node]"]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A lift by a name alone, and the condition that its nodes will have to meet."""

    span: Span
    lift: LiftProp
    hint: Hint


def narrowed(steps: tuple[Step, ...]) -> tuple[Any, ...]:
    """The steps of a query, with each lift that a filter narrows told of it."""
    made: list[Any] = list(steps)
    for place, step in enumerate(steps):
        if isinstance(step, LiftProp) and step.compare is None:
            hint = _first_hint(steps[place + 1 :])
            if hint is not None:
                made[place] = Narrowed(step.span, step, hint)
    return tuple(made)


def _first_hint(steps: tuple[Step, ...]) -> Hint | None:
    """The first condition behind a lift that an index serves, with nothing but filters before it."""
    for step in steps:
        if not isinstance(step, Filter):
            return None
        hint = _hint(step.condition) if step.keep else None
        if hint is not None:
            return hint
    return None


def _hint(condition: Condition) -> Hint | None:
    if isinstance(condition, And):
        return _hint(condition.left)
    if isinstance(condition, PropCondition):
        return None if condition.compare is not None and condition.compare.array else condition
    if isinstance(condition, TagCondition) and condition.compare is None and not _has_glob(condition.tag):
        return condition
    return None


def _has_glob(tag: TagName) -> bool:
    return any(isinstance(part, Text) and "*" in part.value for part in tag.parts)


def narrowing(hint: Hint, c: Compiler) -> Callable[[Runtime], Narrow]:
    """How to read forms for a condition; made anew for each lift, as its value is computed once."""
    return _by_tag(hint, c) if isinstance(hint, TagCondition) else _by_prop(hint, c)


def _by_tag(hint: TagCondition, c: Compiler) -> Callable[[Runtime], Narrow]:
    name, constant = c.value(hint.tag), hint.tag.text is not None

    def made(run: Runtime) -> Narrow:
        tag = without_node(name, run)
        try:
            tag = as_tag(tag) if constant else norm_tag(run, tag)
        except StormError:
            return read_plain

        def narrow(run: Runtime, index: Index, reverse: bool) -> Iterator[Node]:
            return run.snap.lift_tag(tag, index.form, reverse)

        return narrow

    return made


def _by_prop(hint: PropCondition, c: Compiler) -> Callable[[Runtime], Narrow]:
    name = c.value(hint.prop.name)
    dot = "" if isinstance(hint.prop, PropValue) or isinstance(hint.prop.name, Text) else "."
    compare = hint.compare
    value = None if compare is None else c.value(compare.value)

    def made(run: Runtime) -> Narrow:
        given = without_node(name, run)
        if not isinstance(given, str):
            return read_plain
        first, over, _ = f"{dot}{given}".partition(OVER)
        operator, valu = "", None
        if value is not None and compare is not None:
            operator, valu = compare.operator, lifted_by(run, without_node(value, run))

        def narrow(run: Runtime, index: Index, reverse: bool) -> Iterator[Node]:
            prop = run.model.form_prop(index.form, first)
            if prop is None:
                # No node of that form can meet the condition.
                return iter(())
            found = of_prop(prop)
            spans = EVERYTHING if over or not operator else _spans(found, operator, valu)
            return read_index(run, found, spans, reverse)

        return narrow

    return made


def read_plain(run: Runtime, index: Index, reverse: bool) -> Iterator[Node]:
    """The whole of a form, where its condition is none that an index serves."""
    return read_index(run, index, EVERYTHING, reverse)


def _spans(index: Index, operator: str, valu: Any) -> Spans:
    try:
        return spans_of(index, operator, valu)
    except ModelError:
        # The filter will say so, if a node has the property at all.
        return EVERYTHING


def without_node(value: Callable[[Runtime, Path | None], Any], run: Runtime) -> Any:
    """A value that is computed before any node is in hand; it cannot read `$node`."""
    try:
        return value(run, None)
    except StormError as error:
        if error.name == "NoSuchVar" and error.info.get("name") in ("node", "path"):
            name = error.info["name"]
            mesg = f"Non-runtsafe variable used before assignment: {name}"
            marked = error.info.get("highlight")
            raise StormError("NoSuchVar", mesg, name=name, runtsafe=False, highlight=marked) from None
        raise


def read_narrowed(run: Runtime, target: Target, narrow: Narrow, reverse: bool) -> Iterator[Node]:
    """Each form of a name the narrow way."""
    for index in reversed(target.indexes) if reverse else target.indexes:
        yield from narrow(run, index, reverse)
