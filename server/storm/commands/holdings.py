"""What a layer or a view holds of a node, and taking it from one place to another: for merge, copyto and movenodes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError, Normed
from ..automation.triggers import fire_after
from ..edits import rights
from ..edits.draft import CREATED, Draft, Group
from ..edits.storing import store
from ..nodes.snap import Snap
from ..runtime import Runtime

if TYPE_CHECKING:
    from ....storage.layers import Layer
    from ....storage.sodes import Tags
    from ....storage.views import ViewRecord
    from ..edits.plans import PropPlan
    from ..nodes.node import Node

Edit = tuple[int, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """Something of a node. valu: None where the node itself is not part of it. edges: (verb, iden of the other)."""

    form: str
    valu: Any
    props: dict[str, Any]
    tags: Tags
    tagprops: dict[str, dict[str, Any]]
    data: dict[str, Any] = field(default_factory=dict)
    edges: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return self.valu is None and not (self.props or self.tags or self.tagprops or self.data or self.edges)

    @property
    def dropped(self) -> list[Edit]:
        """The edits that take all of it away, in the product's order."""
        return [
            *((3, (name,)) for name in self.props),
            *((5, (tag,)) for tag in self.tags),
            *((7, (tag, name)) for tag, props in self.tagprops.items() for name in props),
            *((9, (name,)) for name in self.data),
            *((11, edge) for edge in self.edges),
            *([] if self.valu is None else [(1, ())]),
        ]


def in_layer(layer: Layer, node: Node) -> Held:
    """What one layer holds of a node."""
    sode = layer.sode(node.nid)
    data, edges = layer.all_node_data(node.nid), list(layer.edges(node.iden))
    if sode is None:
        return Held(node.form, None, {}, {}, {}, data, edges)
    return Held(node.form, sode.valu, sode.props, sode.tags, sode.tagprops, data, edges)


def in_view(run: Runtime, node: Node, *, data: bool) -> Held:
    """What the view holds of a node."""
    found: dict[str, Any] = {}
    if data:
        for layer in reversed(run.snap.layers):
            found.update(layer.all_node_data(node.nid))
    edges = list(run.snap.edges(node))
    return Held(node.form, node.valu, dict(node.props), dict(node.tags), node.tagprops, found, edges)


def silently(run: Runtime, view: ViewRecord) -> Runtime:
    """A scope in another view whose edits the client is not told of."""
    inner = run.apart({})
    task = run.task
    inner.task = replace(task, emit=lambda kind, info: None, check=lambda: task.check())
    inner.snap = Snap(run.host, inner.task, view)
    return inner


def confirm_put(run: Runtime, held: Held) -> None:
    """Raises StormError("AuthDeny") unless all of it may be put into the view."""
    if held.valu is not None:
        rights.add_node(run, held.form)
    for name in held.props:
        rights.set_prop(run, held.form, name)
    for tag in held.tags:
        rights.add_tag(run, tag)
    for tag in held.tagprops:
        rights.add_tag(run, tag)
    for name in held.data:
        rights.set_data(run, name)
    for verb, _ in held.edges:
        rights.add_edge(run, verb)


def put(run: Runtime, node: Node, held: Held) -> None:
    """Put it into the view of a scope, with the nodes that it refers to. run: as `silently` makes it."""
    draft = Draft(run)
    group: Group = {}
    form = draft.form(held.form)
    if held.valu is not None:
        face = draft.add_node(group, form, held.valu)
    else:
        there = run.snap.by_iden(node.iden)
        if there is None:
            return
        face = draft.face(there)
    for name, valu in held.props.items():
        plan = draft.plans.prop(form, name)
        if name == CREATED:
            draft.entry(group, face).append((2, (name, valu)))
        elif plan is not None:
            draft.set_prop(group, face, plan, _normed(plan, valu))
    for tag, interval in held.tags.items():
        draft.set_tag(group, face, tag, interval)
    for tag, props in held.tagprops.items():
        for name, valu in props.items():
            draft.set_tagprop(group, face, tag, name, valu)
    entry = draft.entry(group, face)
    entry.extend((8, item) for item in held.data.items())
    entry.extend((10, (verb, other)) for verb, other in held.edges if run.snap.by_iden(other) is not None)
    if not entry:
        del group[face.iden]
    draft.end(group)
    done = store(run, draft)
    fire_after(run, [(entry[0], entry[1], done[id(entry)]) for entry in draft.stored if id(entry) in done])


def _normed(plan: PropPlan, valu: Any) -> Normed:
    try:
        return plan.prop.type.norm(valu)
    except ModelError:
        # What was stored under an older model goes as it is.
        return Normed(valu)
