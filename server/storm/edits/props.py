"""Compiling edits of props: `:name=x`, `:name?=x`, `:names+=x`, `:names--=(x, y)`, `:name*unset=x`, `-:name`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ....storage.sodes import tupled
from ...model.contract import ModelError, Normed
from ...model.types.lists import Array
from ..errors import StormError
from ..nodes.path import Path
from ..programs.node_values import as_name
from ..programs.query_values import query_items
from ..programs.shape import Paths, Step
from ..runtime import Runtime
from ..syntax.edits import DropProp, SetProp
from ..syntax.values import PropValue, QueryValue, Text, UniversalValue, Value
from ..values.kinds import iterate
from . import changes, locks, rights
from .plans import PropPlan

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..programs.compile import Compiler

Action = Callable[[Runtime, Path], None]
SET, UNSET, NEVER = "always", "unset", "never"


def per_node(action: Action) -> Step:
    """A stage that does something to every node and passes it on; what is gone meanwhile is not."""

    def step(run: Runtime, paths: Paths) -> Paths:
        for path in paths:
            if path.node.exists:
                action(run, path)
                yield path

    return step


def raw_name(valu: Any, written: Value, c: Compiler) -> str:
    """A computed name. Raises StormError for what is no text, at its place."""
    from ..programs.compile import place

    try:
        return as_name(valu)
    except StormError as error:
        raise c.located(error, place(written)) from None


def value_of(written: Value, c: Compiler) -> Callable[[Runtime, Path | None], Any]:
    """The value of an edit. A query gets no node to start from."""
    value = c.value(written)
    if isinstance(written, QueryValue):
        return lambda run, path: value(run, None)
    return value


def set_prop(edit: SetProp, c: Compiler) -> Step:
    """Setting a prop, or adding to and taking from an array."""
    prop, single = _prop(edit.prop, c), value_of(edit.value, c)
    # What a query gives an array is all the nodes that it yields; not so where there is a condition.
    several = query_items(edit.value, c) if isinstance(edit.value, QueryValue) and edit.when is None else None
    when = None if edit.when is None else c.value(edit.when)
    lenient = edit.operator.startswith("?")
    operator = edit.operator.removeprefix("?")
    span = edit.value.span

    def action(run: Runtime, path: Path) -> None:
        node = path.node
        plan = prop(run, path)
        found: Normed | None
        if operator != "=" and not plan.array:
            mesg = f"Property set using ({edit.operator}) is only valid on arrays."
            raise c.located(StormError("StormRuntimeError", mesg), edit.prop.span)
        rights.set_prop(run, node.form, plan.name)
        value = several if several is not None and plan.array else single
        if when is not None and not _wanted(when(run, path), node, plan):
            return
        # Only where the items of a list are added is a value that cannot be computed an error for the lenient, too.
        listed = operator not in ("=", "+=", "-=")
        valu = value(run, path) if listed else None
        try:
            if not listed:
                valu = value(run, path)
            locks.check_prop(run, plan)
            if operator == "=":
                found = changes.normed_prop(run, plan, changes.plain(run, valu), node.get(plan.name))
            elif operator in ("+=", "-="):
                raws = _raws(run, valu) if value is several else [changes.plain(run, valu)]
                found = _more(run, node, plan, raws, operator)
            else:
                try:
                    items = [tupled(changes.plain(run, item)) for item in iterate(run, valu)]
                except StormError as error:
                    raise c.located(error, span) from None
                found = _items(node, plan, items, operator, lenient)
        except StormError as error:
            if lenient and error.name == changes.BAD_VALUE:
                return
            raise
        if found is not None:
            changes.set_prop(run, node, plan, found)

    return per_node(action)


def drop_prop(edit: DropProp, c: Compiler) -> Step:
    """`-:name`, `-.seen`."""
    prop = _prop(edit.prop, c, dropping=True)

    def action(run: Runtime, path: Path) -> None:
        plan = prop(run, path)
        rights.drop_prop(run, path.node.form, plan.name)
        changes.drop_prop(run, path.node, plan)

    return per_node(action)


def _prop(
    written: PropValue | UniversalValue, c: Compiler, dropping: bool = False
) -> Callable[[Runtime, Path], PropPlan]:
    """The prop that an edit is about."""
    name = c.value(written.name)
    dot = isinstance(written, UniversalValue) and not isinstance(written.name, Text)

    def get(run: Runtime, path: Path) -> PropPlan:
        valu = name(run, path)
        try:
            text = as_name(valu)
            if dot and not text.startswith("."):
                text = f".{text}"
            return changes.prop_of(run, path.node, text)
        except StormError as error:
            if dropping and isinstance(written, UniversalValue) and error.name == "NoSuchProp":
                error.info.pop("form", None)
            raise c.located(error, written.span) from None

    return get


def _wanted(when: Any, node: Node, plan: PropPlan) -> bool:
    """Whether a prop with a condition is to be set."""
    if when == UNSET:
        return node.get(plan.name) is None
    if when in (SET, NEVER):
        return bool(when == SET)
    mesg = f"Invalid conditional set operator ({when})."
    raise StormError("StormRuntimeError", mesg)


def _raws(run: Runtime, valu: Any) -> list[Any]:
    """The items that a query gave. Raises StormError. A text is taken letter by letter."""
    return list(valu) if isinstance(valu, str) else [changes.plain(run, item) for item in iterate(run, valu)]


def _more(run: Runtime, node: Node, plan: PropPlan, raws: list[Any], operator: str) -> Normed | None:
    """An array with items more or less, each of which must be right; None where nothing changes."""
    held = list(node.get(plan.name) or ())
    if operator == "+=":
        return changes.normed_prop(run, plan, [*held, *raws])
    return _without(plan, held, raws, False)


def _items(node: Node, plan: PropPlan, raws: list[Any], operator: str, lenient: bool) -> Normed | None:
    """An array with items more or less; None where nothing changes."""
    held = list(node.get(plan.name) or ())
    if operator == "--=":
        return _without(plan, held, raws, lenient)
    more = list(_normed(plan, raws, lenient))
    return plan.prop.type.norm([*held, *more])


def _without(plan: PropPlan, held: list[Any], raws: list[Any], lenient: bool) -> Normed | None:
    left = list(held)
    for item in _normed(plan, raws, lenient):
        if item in left:
            left.remove(item)
    return None if left == held else plan.prop.type.norm(left)


def _normed(plan: PropPlan, raws: list[Any], lenient: bool) -> Iterator[Any]:
    type_ = plan.prop.type
    assert isinstance(type_, Array)
    for raw in raws:
        try:
            yield type_.item.norm(raw).valu
        except ModelError as error:
            if not (lenient and error.name == changes.BAD_VALUE):
                raise StormError(error.name, error.mesg, **error.info) from None


STAGES: dict[type, Any] = {SetProp: set_prop, DropProp: drop_prop}
