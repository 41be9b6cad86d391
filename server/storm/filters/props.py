"""Conditions on the form and the properties of a node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..lifts.indexes import Index, target_of
from ..lifts.values import ARRAY
from ..nodes.path import Path
from ..programs.node_values import OVER, followed, name_place, no_such_prop
from ..programs.shape import Condition as Decide
from ..runtime import Runtime
from ..syntax.filters import Compare, FormCondition, PropCondition
from ..syntax.values import PropValue, Span, Text
from .comparing import comparing

if TYPE_CHECKING:
    from ...model.elements import Prop
    from ...model.model import Model
    from ..nodes.node import Node
    from ..programs.compile import Compiler

Name = Callable[[Runtime, Path], str]


def operator_place(compare: Compare, c: Compiler) -> Span:
    """Where the operator of a comparison stands."""
    start = c.text.index(compare.operator, compare.span.start)
    return Span(start, start + len(compare.operator))


def of_prop(condition: PropCondition, c: Compiler) -> Decide:
    """`:name`, `:name=x`, `.seen@=x`, `:names*[=x]`."""
    compare, place = condition.compare, name_place(condition.prop)
    if compare is None:
        return _is_set(condition, c)
    # The product marks a computed name with what stands before it.
    whole = condition.prop.span
    if compare.array:
        return _has_item(condition, compare, c)
    if isinstance(condition.prop.name, Text) and OVER not in condition.prop.name.value:
        return _compared(condition.prop.name.value, compare, whole, c)
    name, against = _name(condition, c), comparing(compare, c, operator_place(compare, c), nulls=False)

    def decide(run: Runtime, path: Path) -> bool:
        try:
            prop, valu = _followed(path.node, name(run, path))
        except StormError as error:
            raise c.located(error, whole if error.name == "NoSuchProp" else place) from None
        return prop is not None and against(run, path, prop.type, valu)

    return decide


def of_form(condition: FormCondition, c: Compiler) -> Decide:
    """`inet:fqdn`, `inet:fqdn=x`, `inet:dns:a:fqdn=x`, `inet:*`, interfaces and their properties."""
    written, compare = condition.name.value, condition.compare
    known: tuple[Model, dict[str, Index]] | None = None

    def indexes(run: Runtime) -> dict[str, Index]:
        nonlocal known
        if known is None or known[0] is not run.model:
            found = target_of(run.model, written, compared=compare is not None)
            known = (run.model, {index.form: index for index in found.indexes})
        return known[1]

    if compare is None:

        def is_or_has(run: Runtime, path: Path) -> bool:
            index = indexes(run).get(path.node.form)
            return index is not None and (not index.prop or path.node.props.get(index.prop) is not None)

        return is_or_has
    against = comparing(compare, c, operator_place(compare, c))

    def decide(run: Runtime, path: Path) -> bool:
        node = path.node
        index = indexes(run).get(node.form)
        if index is None:
            return False
        valu = node.props.get(index.prop) if index.prop else node.valu
        return against(run, path, index.type, valu)

    return decide


def form_setup(condition: FormCondition, c: Compiler) -> Callable[[Runtime], None]:
    """The look at the name before any node comes: it must be known."""
    name, compared = condition.name, condition.compare is not None

    def setup(run: Runtime) -> None:
        try:
            target_of(run.model, name.value, compared=compared)
        except StormError as error:
            raise c.located(error, name.span) from None

    return setup


def _compared(name: str, compare: Compare, place: Span, c: Compiler) -> Decide:
    """The plain case, `:name=x`."""
    against = comparing(compare, c, operator_place(compare, c), nulls=False)

    def decide(run: Runtime, path: Path) -> bool:
        node = path.node
        valu = node.props.get(name)
        prop = run.model.form_prop(node.form, name)
        if prop is None:
            raise c.located(no_such_prop(node, name), place)
        return against(run, path, prop.type, valu)

    return decide


def _is_set(condition: PropCondition, c: Compiler) -> Decide:
    written = condition.prop.name
    if isinstance(written, Text) and OVER not in written.value:
        constant = written.value
        return lambda run, path: path.node.props.get(constant) is not None
    name, place = _name(condition, c), condition.prop.span

    def decide(run: Runtime, path: Path) -> bool:
        given = name(run, path)
        if OVER not in given:
            return path.node.get(given) is not None
        try:
            return followed(path.node, given)[1] is not None
        except StormError as error:
            raise c.located(error, place) from None

    return decide


def _has_item(condition: PropCondition, compare: Compare, c: Compiler) -> Decide:
    """`:names*[=x]`: the name cannot go over other nodes here."""
    name, whole, marked = _name(condition, c), condition.prop.span, operator_place(compare, c)
    against = comparing(compare, c, marked)

    def decide(run: Runtime, path: Path) -> bool:
        given = name(run, path)
        prop = None if OVER in given else run.model.form_prop(path.node.form, given)
        if prop is None:
            raise c.located(StormError("NoSuchProp", f"No property named {given}.", name=given), whole)
        if not prop.stortype & ARRAY:
            mesg = f"Array filter syntax is invalid for non-array prop {given}."
            raise c.located(StormError("BadCmprType", mesg), marked)
        items = path.node.get(given)
        if items is None:
            return False
        item_type = prop.type.item  # type: ignore[attr-defined]  # of an array's type
        return any(against(run, path, item_type, item) for item in items)

    return decide


def _followed(node: Node, name: str) -> tuple[Prop | None, Any]:
    if OVER in name:
        return followed(node, name)
    prop = node.snap.model.form_prop(node.form, name)
    if prop is None:
        raise no_such_prop(node, name)
    return prop, node.get(name)


def _name(condition: PropCondition, c: Compiler) -> Name:
    value = c.value(condition.prop.name)
    dot = "" if isinstance(condition.prop, PropValue) or isinstance(condition.prop.name, Text) else "."

    def name(run: Runtime, path: Path) -> str:
        given = value(run, path)
        if not isinstance(given, str):
            kind = "NoneType" if given is None else type(given).__name__
            raise StormError("AttributeError", f"'{kind}' object has no attribute 'find'")
        return dot + given

    return name
