"""Deleting a node: what forbids it, and what goes with it.

Nodes forbid it that have it as a tag, and others that refer to it by a prop or have a light edge to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.contract import Span
from ...model.types.lists import Array
from ...model.types.references import Ndef
from ..errors import StormError
from .draft import TAG, Draft, Group
from .plans import plans_of
from .storing import apply

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime


def delete(run: Runtime, node: Node, *, force: bool = False, deledges: bool = False) -> None:
    """Delete a node and all that it has. force: whatever refers to it. deledges: with the edges that go to it.

    Raises StormError: CantDelNode, IsRuntForm.
    """
    form = plans_of(run.model).form(node.form)
    if form is not None and form.form.runt:
        raise StormError("IsRuntForm", "Cannot delete runt nodes", form=node.form, valu=node.valu)
    if not node.exists:
        return
    if not force:
        _check_tagged(run, node)
        _check_referred(run, node)
    inbound = (
        [] if force and not deledges else [edge for edge in run.snap.edges(node, None, True) if edge[1] != node.iden]
    )
    if inbound and not deledges:
        raise _refused(node, "Other nodes still have light edges to this node.")
    draft = Draft(run)
    for verb, n1 in inbound:
        other = run.snap.by_iden(n1)
        if other is not None:
            group: Group = {}
            draft.entry(group, draft.face(other)).append((11, (verb, node.iden)))
            draft.end(group)
    group = {}
    face = draft.face(node)
    for tag in list(node.tags):
        if "." not in tag:
            draft.drop_tag(group, face, tag)
    edits = draft.entry(group, face)
    edits.extend((3, (name,)) for name in node.props)
    top = node.sodes[0]
    if top is not None and top.valu is None:
        # The node itself lies below and stays, so its data does not go with it.
        edits.extend((9, (name,)) for name in run.snap.top.all_node_data(node.nid))
    edits.append((1, ()))
    draft.end(group)
    apply(run, draft)


def _check_tagged(run: Runtime, node: Node) -> None:
    if node.form != TAG:
        return
    if any(True for _ in run.snap.lift_tag(node.valu)):
        raise _refused(node, "Nodes still have this tag.")


def _check_referred(run: Runtime, node: Node) -> None:
    plans = plans_of(run.model)
    for refers in (node.form, ""):
        valu = node.valu if refers else (node.form, node.valu)
        for form, prop, array in plans.uses(refers):
            type_ = run.model.type_of(form, prop)
            item = type_.item if isinstance(type_, Array) else type_
            assert refers or isinstance(item, Ndef)
            key = item.key(valu)
            span = (Span(key, key),)
            snap = run.snap
            others = snap.lift_items(form, prop, span, False, item.key) if array else snap.lift(form, prop, span)
            if any(other.iden != node.iden for other in others):
                raise _refused(node, "Other nodes still refer to this node.")


def _refused(node: Node, mesg: str) -> StormError:
    return StormError("CantDelNode", mesg, form=node.form, iden=node.iden.hex())
