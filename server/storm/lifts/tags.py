"""Lifts by tag: `#foo`, `#foo@=x`, `inet:fqdn#foo`, `#foo:name=x`, `##foo`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError
from ...model.contract import Span as Stretch
from ...model.types.lifts import lift
from ..errors import StormError
from ..nodes.path import Path
from ..programs.node_values import as_name, norm_tag
from ..programs.shape import Step
from ..runtime import Runtime
from ..syntax.filters import Compare
from ..syntax.steps import LiftTag, LiftTagProp, LiftTagTag
from ..syntax.values import Span, TagName, Text, Value
from .indexes import Index, forms_named
from .lifting import lifting
from .reading import Spans
from .values import EVERYTHING, lifted_by, of_model, spans_of

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..programs.compile import Compiler

IVAL_STORTYPE = 12
# What an interval can be lifted by; whatever else is written must at least be one.
IVAL_OPERATORS = ("=", "@=")
UNTIMED = (None, None)
Forms = Callable[[Runtime, "Path | None"], "list[str] | None"]
Keep = Callable[[Any], bool]


def lift_tag(step: LiftTag, c: Compiler) -> Step:
    """`#foo`, `#foo@=x`, `inet:fqdn#foo`."""
    tag, forms, keeping = tag_name(step.tag, c), _forms(step.form, c), _keeping(step.compare, c)
    reverse = step.reverse

    def find(run: Runtime, path: Path | None) -> Iterator[Node]:
        found = forms(run, path)
        name, keep = tag(run, path), keeping(run, path)
        if found is None:
            return _tagged(run, name, None, keep, reverse)
        return (
            node for form in (reversed(found) if reverse else found) for node in _tagged(run, name, form, keep, reverse)
        )

    return lifting(find, c.is_safe((step.form, step.tag, step.compare)))


def lift_tag_prop(step: LiftTagProp, c: Compiler) -> Step:
    """`#foo:name`, `#foo:name=x`, `inet:fqdn#foo:name`."""
    tag, prop = tag_name(step.tag, c), c.value(step.prop)
    value = None if step.compare is None else c.value(step.compare.value)
    operator = "" if step.compare is None else step.compare.operator
    # The product marks the whole step where the form is unknown, and nothing where anything else is wrong.
    known, reverse, whole = _plain_forms(step.form, c), step.reverse, step.span

    def find(run: Runtime, path: Path | None) -> Iterator[Node]:
        try:
            forms = known(run, path)
        except StormError as error:
            raise c.located(error, whole) from None
        index = _tagprop_index(run, prop(run, path))
        name = tag(run, path)
        spans: Spans = EVERYTHING
        if value is not None:
            try:
                spans = spans_of(index, operator, lifted_by(run, value(run, path)))
            except ModelError as error:
                raise of_model(error) from None
        if forms is not None and reverse:
            forms.reverse()
        return (
            node
            for form in ([None] if forms is None else forms)
            for node in run.snap.lift_tagprop(form, name, index.prop, spans, reverse)
        )

    return lifting(find, c.is_safe((step.form, step.tag, step.prop, step.compare)))


def lift_tag_tag(step: LiftTagTag, c: Compiler) -> Step:
    """`##foo`: what has the tag, or a tag whose own node has it, and so on. The nodes of tags only lead on."""
    tag, keeping, reverse = tag_name(step.tag, c), _keeping(step.compare, c), step.reverse

    def find(run: Runtime, path: Path | None) -> Iterator[Node]:
        keep = keeping(run, path)
        waiting = deque([tag(run, path)])
        known = set(waiting)
        while waiting:
            for node in _tagged(run, waiting.popleft(), None, keep, reverse):
                if node.form != "syn:tag":
                    yield node
                elif node.valu not in known:
                    known.add(node.valu)
                    waiting.append(node.valu)

    return lifting(find, c.is_safe((step.tag, step.compare)))


def tag_name(tag: TagName, c: Compiler) -> Callable[[Runtime, Path | None], str]:
    """A tag by name: one that is written out is taken as it stands, a computed one is normed."""
    text, value = tag.text, c.value(tag)
    if text is not None:
        return lambda run, path: text
    return lambda run, path: norm_tag(run, value(run, path))


def _forms(name: Value | None, c: Compiler) -> Forms:
    """The forms that are named before the `#`, None for all; errors mark the name."""
    if name is None:
        return lambda run, path: None
    from ..programs.compile import place

    marked, value = place(name), c.value(name)
    whole = name.span if isinstance(name, Text) else Span(name.span.start - 1, name.span.end)

    def forms(run: Runtime, path: Path | None) -> list[str] | None:
        try:
            given = as_name(value(run, path))
        except StormError as error:
            raise c.located(error, marked) from None
        try:
            return forms_named(run.model, given)
        except StormError as error:
            raise c.located(error, whole) from None

    return forms


def _plain_forms(name: Value | None, c: Compiler) -> Forms:
    if name is None:
        return lambda run, path: None
    value = c.value(name)
    return lambda run, path: forms_named(run.model, as_name(value(run, path)))


def _keeping(compare: Compare | None, c: Compiler) -> Callable[[Runtime, Path | None], Keep | None]:
    """What intervals a comparison keeps; None for all. Its errors have no place."""
    if compare is None:
        return lambda run, path: None
    value, operator = c.value(compare.value), compare.operator

    def keeping(run: Runtime, path: Path | None) -> Keep:
        valu = lifted_by(run, value(run, path))
        try:
            type_ = run.model.type("ival")
            if operator not in IVAL_OPERATORS:
                type_.norm(valu)
                raise ModelError("NoSuchCmpr", "", cmpr=operator)
            if operator == "=":
                norm = type_.norm(valu).valu
                return lambda interval: interval == norm
            (span,) = lift(type_, IVAL_STORTYPE, operator, valu)
        except ModelError as error:
            raise of_model(error) from None
        return _within(span)

    return keeping


def _within(span: Stretch) -> Keep:
    keep = span.keep
    assert keep is not None
    return lambda interval: interval != UNTIMED and keep(interval)


def _tagged(run: Runtime, tag: str, form: str | None, keep: Keep | None, reverse: bool) -> Iterator[Node]:
    nodes = run.snap.lift_tag(tag, form, reverse)
    if keep is None:
        return nodes
    return (node for node in nodes if keep(node.tags.get(tag)))


def _tagprop_index(run: Runtime, name: Any) -> Index:
    prop = run.model.tagprop(name) if isinstance(name, str) else None
    if prop is None:
        raise StormError("NoSuchTagProp", f"No tag property named {name}", name=name)
    return Index("", name, prop.type, prop.stortype)
