"""Single edits of nodes, without a look at permissions: each norms its values, stores what changes, and tells it.

A raw value is as Storm has it (`plain` makes it what types take). Every function raises StormError: what norming says, and
ReadOnlyProp, IsDeprLocked, IsRuntForm.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from ....storage.sodes import tupled
from ...model.contract import ModelError, Normed
from ...model.types.inet_ip import Ipv4, Ipv6
from ...model.types.references import unsafe
from ...model.types.times import Ival
from ..errors import StormError
from ..extmodel.notes import check_tag
from ..nodes.node import Node
from ..values.containers import Number
from ..values.convert import to_prim
from . import guids
from .draft import UNSET, Draft, Group
from .faces import Face
from .plans import FormPlan, PropPlan, plans_of
from .storing import apply

if TYPE_CHECKING:
    from ..runtime import Runtime

Interval = tuple[int | None, int | None]
BAD_VALUE = "BadTypeValu"


def plain(run: Runtime, valu: Any) -> Any:
    """A value of Storm as types take it: nodes as their values, lists as tuples, numbers with a point as they are written."""
    cls = type(valu)
    if cls is str or cls is int:
        return valu
    if isinstance(valu, Node):
        return valu.valu
    if isinstance(valu, Number):
        return str(valu.value)
    if cls is list or cls is tuple:
        return tuple([plain(run, item) for item in valu])
    prim = to_prim(run, valu)
    # No type takes a set.
    return prim if isinstance(prim, dict | set) else tupled(prim)


def timed(run: Runtime, valu: Any) -> Any:
    """A value of Storm as the times of tags take it: as `plain`, but numbers with a point are numbers."""
    if isinstance(valu, Number):
        return to_prim(run, valu)
    if type(valu) in (list, tuple):
        return tuple([timed(run, item) for item in valu])
    return plain(run, valu)


def form_of(run: Runtime, name: str) -> FormPlan:
    """A form by name. Raises StormError("NoSuchForm")."""
    plan = plans_of(run.model).form(name)
    if plan is None:
        raise StormError("NoSuchForm", f"No form named {name}.", name=name)
    return plan


def prop_of(run: Runtime, node: Node, name: str) -> PropPlan:
    """A prop of a node's form by its relative name. Raises StormError("NoSuchProp")."""
    plans = plans_of(run.model)
    form = plans.form(node.form)
    prop = None if form is None else plans.prop(form, name)
    if prop is None:
        raise StormError("NoSuchProp", f"No property named {name}.", name=name, form=node.form)
    return prop


def raws(form: FormPlan, valu: Any) -> Iterable[Any]:
    """The raw values of the nodes that one value in an edit stands for: a network is all of its addresses."""
    type_ = form.form.type
    if isinstance(type_, Ipv4 | Ipv6) and isinstance(valu, str) and ("/" in valu or "-" in valu):
        try:
            span = type_.span(valu)
        except ModelError as error:
            raise StormError(error.name, error.mesg, **error.info) from None
        if span is not None:
            # As text where a number would be read as an IPv4 address.
            numbers = range(span[0], span[1] + 1)
            return numbers if isinstance(type_, Ipv4) else (str(IPv6Address(number)) for number in numbers)
    return (valu,)


def node_of(run: Runtime, form: FormPlan, raw: Any, props: dict[str, Any] | None = None) -> Node:
    """The node of a form with a raw value, made if need be. props: further raw values by relative name."""
    if isinstance(raw, dict) and guids.takes(form):
        return guids.node_of(run, form, raw)
    try:
        normed = form.form.type.norm(raw)
    except ModelError as error:
        info = {**error.info, "form": form.name} if error.name == BAD_VALUE else error.info
        raise StormError(error.name, error.mesg, **info) from None
    draft = Draft(run)
    group: Group = {}
    face = draft.add_node(group, form, normed.valu, normed)
    if props:
        for name, valu in props.items():
            _add_prop(draft, group, face, name, valu)
    return finished(run, draft, group, face)


def finished(run: Runtime, draft: Draft, group: Group, face: Face) -> Node:
    """Store a draft of one group, and give the node that it was about."""
    draft.end(group)
    if draft.messages:
        apply(run, draft)
    node = face.node if face.node is not None else run.snap.by_iden(face.iden)
    if node is None:
        raise StormError("NoSuchNode", f"The node {face.iden.hex()} was deleted meanwhile.")
    return node


def normed_prop(run: Runtime, plan: PropPlan, raw: Any, held: Any = None) -> Normed:
    """A raw value as a prop norms it, with the product's words for what is none. A dict makes the node it describes.

    held: what the node has. An interval that would be made wider is normed without a word of the prop.
    """
    if isinstance(raw, dict) and plan.refers:
        form = form_of(run, plan.refers)
        if guids.takes(form) and not plan.array:
            try:
                return Normed(guids.node_of(run, form, raw).valu)
            except StormError as error:
                if error.name != BAD_VALUE:
                    raise
                raise _bad_prop(plan, raw, error.mesg, error.info) from None
    try:
        return plan.prop.type.norm(raw)
    except ModelError as error:
        if error.name != BAD_VALUE or (held is not None and isinstance(plan.prop.type, Ival)):
            raise StormError(error.name, error.mesg, **error.info) from None
        raise _bad_prop(plan, raw, error.mesg, error.info) from None


def set_prop(run: Runtime, node: Node, plan: PropPlan, normed: Normed) -> None:
    """Set a prop of a node."""
    if form_of(run, node.form).form.runt:
        mesg = f"Cannot set read-only props on runt nodes: {normed.valu!r}"
        raise StormError("IsRuntForm", mesg, form=node.form, prop=plan.name)
    draft = Draft(run)
    group: Group = {}
    draft.set_prop(group, draft.face(node), plan, normed)
    _done(run, draft, group)


def drop_prop(run: Runtime, node: Node, plan: PropPlan) -> None:
    """Take a prop of a node away."""
    if plan.read_only:
        raise StormError("ReadOnlyProp", "", name=plan.name)
    draft = Draft(run)
    group: Group = {}
    draft.drop_prop(group, draft.face(node), plan.name)
    top = node.sodes[0]
    held = frozenset((plan.name,)) if top is not None and plan.name in top.props else frozenset()
    _done(run, draft, group)
    node.took(held, frozenset())


def set_tags(run: Runtime, node: Node, tags: list[str], valu: Interval = UNSET) -> None:
    """Add normed tags with a normed interval, told in one message."""
    form = form_of(run, node.form)
    if form.form.runt and tags:
        raise StormError("IsRuntForm", "Cannot add tags to runt nodes.", form=node.form, tag=tags[0])
    draft = Draft(run)
    group: Group = {}
    face = draft.face(node)
    for tag in tags:
        draft.set_tag(group, face, tag, valu)
    _done(run, draft, group)


def drop_tag(run: Runtime, node: Node, tag: str) -> None:
    """Take a normed tag away, with all below it."""
    draft = Draft(run)
    group: Group = {}
    draft.drop_tag(group, draft.face(node), tag)
    top = node.sodes[0]
    below = f"{tag}."
    held = frozenset(each for each in (top.tags if top is not None else ()) if each == tag or each.startswith(below))
    _done(run, draft, group)
    node.took(frozenset(), held)


def set_tagprop(run: Runtime, node: Node, tag: str, name: str, raw: Any) -> None:
    """Set a prop of a normed tag."""
    prop = run.model.tagprop(name)
    if prop is None:
        raise StormError("NoSuchTagProp", f"Tagprop {name} does not exist in this Cortex.")
    try:
        valu = prop.type.norm(raw).valu
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None
    draft = Draft(run)
    group: Group = {}
    draft.set_tagprop(group, draft.face(node), tag, name, valu)
    _done(run, draft, group)


def drop_tagprop(run: Runtime, node: Node, tag: str, name: str) -> None:
    """Take a prop of a normed tag away."""
    if run.model.tagprop(name) is None:
        raise StormError("NoSuchTagProp", "", name=name)
    draft = Draft(run)
    group: Group = {}
    draft.drop_tagprop(group, draft.face(node), tag, name)
    _done(run, draft, group)


def edges(run: Runtime, found: Iterable[tuple[Any, str, bytes]], kind: int) -> None:
    """Add (kind 10) or take away (11) edges (node n1, verb, iden of n2), told in one message."""
    draft = Draft(run)
    group: Group = {}
    below = run.snap.layers[1:]
    for node, verb, n2 in found:
        if kind == 10 and any(layer.has_edge(node.iden, verb, n2) for layer in below):
            continue
        draft.entry(group, draft.face(node)).append((kind, (verb, n2)))
    _done(run, draft, group)


def set_data(run: Runtime, node: Node, name: str, valu: Any) -> None:
    """Set node data. Raises StormError: IsRuntForm, MustBeJsonSafe."""
    if form_of(run, node.form).form.runt:
        raise StormError("IsRuntForm", f"Cannot edit runt nodes: {node.form}.")
    mesg = unsafe(valu)
    if mesg is not None:
        raise StormError("MustBeJsonSafe", mesg)
    draft = Draft(run)
    group: Group = {}
    draft.entry(group, draft.face(node)).append((8, (name, valu)))
    _done(run, draft, group)
    node.data[name] = valu


def pop_data(run: Runtime, node: Node, name: str) -> Any:
    """Take node data away; what it was."""
    found, valu = run.snap.node_data(node, name)
    if found:
        draft = Draft(run)
        group: Group = {}
        draft.entry(group, draft.face(node)).append((9, (name,)))
        _done(run, draft, group)
        node.data.pop(name, None)
    return valu


def normed_tag(run: Runtime, valu: Any) -> str:
    """The name of a tag. Raises StormError("BadTypeValu")."""
    if not isinstance(valu, str):
        raise StormError(BAD_VALUE, "Invalid value type for tag name, tag names must be strings.")
    try:
        tag: str = run.model.type("syn:tag").norm(valu).valu
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None
    check_tag(run, tag)
    return tag


def normed_interval(run: Runtime, tag: str, raw: Any) -> Interval:
    """The interval of a tag. Raises StormError("BadTypeValu")."""
    try:
        low, high = run.model.type("ival").norm(raw).valu
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info, tag=tag) from None
    return low, high


def _add_prop(draft: Draft, group: Group, face: Face, name: str, raw: Any) -> None:
    plan = draft.plans.prop(face.form, name)
    if plan is None:
        raise StormError("NoSuchProp", f"No property named {name}.", name=name, form=face.form.name)
    draft.set_prop(group, face, plan, normed_prop(draft.run, plan, raw))


def _done(run: Runtime, draft: Draft, group: Group) -> None:
    if group:
        draft.end(group)
    if draft.messages:
        apply(run, draft)


def _bad_prop(plan: PropPlan, raw: Any, mesg: str, info: dict[str, Any]) -> StormError:
    text = f"Bad prop value {plan.prop.full}={raw!r} : {mesg}"
    return StormError(BAD_VALUE, text, **{**info, "prop": plan.name, "form": plan.prop.form})
