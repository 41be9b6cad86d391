"""Nodes by what they are like: `ou:org=({"name": "acme"})`.

The props that are given say which node is meant. Where there is none, its value is made of them: the md5 of the msgpack of
the sorted list of names and normed values, as on a real Cortex. `$props` are set on either; `$try` passes over what of
those cannot be normed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ....storage.sodes import tupled
from ...model.contract import ModelError, Normed, Span
from ...model.idens import guid_of
from ...model.types.guids import Guid
from ...model.types.lists import Array
from ..errors import StormError
from .plans import FormPlan, PropPlan, plans_of

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime

Described = list[tuple[PropPlan, Normed]]
BAD_VALUE = "BadTypeValu"


def takes(form: FormPlan) -> bool:
    """Whether nodes of a form can be told by their props."""
    return isinstance(form.form.type, Guid)


def node_of(run: Runtime, form: FormPlan, raw: dict[str, Any]) -> Node:
    """The node that is meant, made if need be, with its `$props`. Raises StormError."""
    from .changes import finished
    from .draft import Draft, Group

    lenient = bool(raw.get("$try"))
    told = _described(run, form, {name: valu for name, valu in raw.items() if not name.startswith("$")})
    if not told:
        raise StormError(BAD_VALUE, f"No values provided for form {form.name}")
    more = raw.get("$props")
    further = _described(run, form, more, lenient) if isinstance(more, dict) else []
    node = _found(run, form, told)
    draft = Draft(run)
    group: Group = {}
    if node is None:
        pairs = sorted(((plan.name, normed.valu) for plan, normed in told), key=lambda pair: pair[0])
        face = draft.add_node(group, form, guid_of(pairs))
        further = told + further
    else:
        face = draft.face(node)
    for plan, normed in further:
        draft.set_prop(group, face, plan, normed)
    return finished(run, draft, group, face)


def find(run: Runtime, form: FormPlan, raw: dict[str, Any]) -> Node | None:
    """The node that is meant, None where there is none. Raises StormError."""
    told = _described(run, form, {name: valu for name, valu in raw.items() if not name.startswith("$")}, making=False)
    if not told:
        raise StormError(BAD_VALUE, f"No values provided for form {form.name}")
    return _found(run, form, told)


def _described(
    run: Runtime, form: FormPlan, raw: dict[str, Any], lenient: bool = False, making: bool = True
) -> Described:
    """Props with normed values, in the order given."""
    found: Described = []
    plans = plans_of(run.model)
    for name, valu in raw.items():
        plan = plans.prop(form, name)
        if plan is None:
            full = f"{form.name}{name}" if name.startswith(".") else f"{form.name}:{name}"
            raise StormError("NoSuchProp", f"No property named {full}.", name=full)
        try:
            normed = _normed(run, plan, valu, making)
        except StormError as error:
            if error.name != BAD_VALUE:
                raise
            if lenient:
                continue
            mesg = f"Bad value for prop {plan.prop.full}: {error.mesg}"
            raise StormError(BAD_VALUE, mesg, **{**error.info, "prop": name, "form": form.name}) from None
        if normed is None:
            # It refers to a node that does not exist: nothing can be like that.
            return [(plan, Normed(object()))]
        found.append((plan, normed))
    return found


def _normed(run: Runtime, plan: PropPlan, valu: Any, making: bool) -> Normed | None:
    if isinstance(valu, dict) and plan.refers and not plan.array:
        form = plans_of(run.model).form(plan.refers)
        if form is not None and takes(form):
            node = node_of(run, form, valu) if making else find(run, form, valu)
            return None if node is None else Normed(node.valu)
    try:
        return plan.prop.type.norm(tupled(valu))
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None


def _found(run: Runtime, form: FormPlan, told: Described) -> Node | None:
    """The first node that has all the props, found by the rarest of them."""
    fewest: tuple[int, PropPlan, Any] | None = None
    for plan, normed in told:
        if type(normed.valu) is object:
            return None
        count = sum(_count(run, form, each, normed.valu) for each in _alternatives(run, form, plan))
        if not count:
            return None
        if fewest is None or count < fewest[0]:
            fewest = (count, plan, normed.valu)
    assert fewest is not None
    for node in _having(run, form, fewest[1], fewest[2]):
        if all(_fits(run, form, node, plan, normed.valu) for plan, normed in told):
            return node
    return None


def _alternatives(run: Runtime, form: FormPlan, plan: PropPlan) -> Iterator[PropPlan]:
    """The prop itself, and those that may have its value instead."""
    yield plan
    for name in plan.prop.alts:
        other = plans_of(run.model).prop(form, name)
        if other is not None:
            yield other


def _count(run: Runtime, form: FormPlan, plan: PropPlan, valu: Any) -> int:
    by_item, key = _key(plan, valu)
    layers = run.snap.layers
    if by_item:
        return sum(layer.count_items(form.name, plan.name, key, key) for layer in layers)
    return sum(layer.count(form.name, plan.name, key, key) for layer in layers)


def _having(run: Runtime, form: FormPlan, plan: PropPlan, valu: Any) -> Iterator[Node]:
    for each in _alternatives(run, form, plan):
        by_item, key = _key(each, valu)
        spans = (Span(key, key),)
        type_ = each.prop.type
        if by_item and isinstance(type_, Array):
            yield from run.snap.lift_items(form.name, each.name, spans, False, type_.item.key)
        else:
            yield from run.snap.lift(form.name, each.name, spans)


def _fits(run: Runtime, form: FormPlan, node: Node, plan: PropPlan, valu: Any) -> bool:
    for each in _alternatives(run, form, plan):
        held = node.get(each.name)
        if held is None:
            continue
        if held == valu or (each.array and not isinstance(valu, tuple) and valu in held):
            return True
    return False


def _key(plan: PropPlan, valu: Any) -> tuple[bool, Any]:
    """Whether a value is looked for among the items of arrays, and its key."""
    type_ = plan.prop.type
    if isinstance(type_, Array) and not isinstance(valu, tuple):
        return True, type_.item.key(valu)
    return False, type_.key(valu)
