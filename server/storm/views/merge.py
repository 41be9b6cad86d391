"""Merging a fork into the view it was forked from: all that its layer holds goes into the topmost layer below.

The fork keeps what it holds; merging it again changes nothing. Merge requests are in `votes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ....storage.edits import DATA_SET, EDGE_ADD, NODE_ADD, PROP_SET, TAG_SET, TAGPROP_SET, Edit, NodeEdit
from ....storage.layers import Layer
from ....storage.sodes import Sode, nid_of
from ....storage.views import ViewRecord
from ..automation.triggers import fire_after
from ..errors import StormError
from ..runtime import Runtime
from . import views as view_ops
from .permissions import confirm_edits

# Nodes in one transaction, and how many of these are told of at once.
BATCH = 500
TOLD = 1000
Progress = Callable[[int], None]


def merge(run: Runtime, record: ViewRecord, *, voted: bool = False, progress: Progress = lambda count: None) -> None:
    """Merge a fork. Raises StormError: CantMergeView, AuthDeny.

    voted: the votes that the view below asks for were given. progress: is told how many nodes are done, from 0 on.
    """
    if record.parent is None:
        raise StormError("CantMergeView", f"Cannot merge view ({record.iden}) that has not been forked.")
    if record.info.get("protected"):
        raise StormError("CantMergeView", f"Cannot merge view ({record.iden}) that has protected set.")
    parent = view_ops.record_of(run, record.parent)
    if parent.info.get("quorum") is not None and not voted:
        raise StormError("SynErr", f"Parent view of ({record.iden}) requires quorum voting.")
    target = run.host.graph.layer(parent.layers[0])
    layer = run.host.graph.layer(record.layers[0])
    assert target is not None
    assert layer is not None
    if target.readonly:
        raise StormError("ReadOnlyLayer", "May not merge if the parent's write layer is read-only")
    if view_ops.children(run, record.iden):
        raise StormError("CantMergeView", "Cannot merge a view that has children itself")
    confirm_edits(run, layer, target.iden)
    move(view_ops.unheard(run, parent), layer, target, progress)
    view_ops.refresh(run)


def move(run: Runtime, layer: Layer, target: Layer, progress: Progress) -> None:
    """Store all that a layer of the fork's view holds in another, some nodes at a time. run: in the view of the other."""
    edits, count = edits_of(run, layer), 0
    progress(count)
    while batch := list(islice(edits, BATCH)):
        fire_after(run, target.apply(batch))
        count += len(batch)
        if count % TOLD == 0:
            progress(count)
        run.check()


def edits_of(run: Runtime, layer: Layer) -> Iterator[NodeEdit]:
    """What makes an empty layer hold the same: nodes in order of their idens, then edges of nodes it holds nothing of."""
    seen: set[bytes] = set()
    for sode in layer.every():
        seen.add(sode.iden)
        edits = of_sode(sode)
        edits += [(DATA_SET, pair) for pair in layer.all_node_data(nid_of(sode.iden)).items()]
        edits += [(EDGE_ADD, edge) for edge in layer.edges(sode.iden)]
        yield sode.iden, sode.form, edits
    for n1, verb, n2 in layer.all_edges():
        if n1 not in seen:
            yield n1, _form_of(run, n1), [(EDGE_ADD, (verb, n2))]


def of_sode(sode: Sode) -> list[Edit]:
    """What makes a layer hold the same of a node, without data and edges."""
    edits: list[Edit] = [] if sode.valu is None else [(NODE_ADD, (sode.valu,))]
    edits += [(PROP_SET, pair) for pair in sode.props.items()]
    edits += [(TAG_SET, pair) for pair in sode.tags.items()]
    for tag, props in sode.tagprops.items():
        edits += [(TAGPROP_SET, (tag, name, valu)) for name, valu in props.items()]
    return edits


def _form_of(run: Runtime, iden: bytes) -> str:
    """The form of a node that some layer holds; "" for an edge that starts at none."""
    for record in run.host.graph.layers():
        layer = run.host.graph.layer(record.iden)
        sode = None if layer is None else layer.sode(nid_of(iden))
        if sode is not None:
            return sode.form
    return ""
