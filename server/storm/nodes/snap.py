"""A view as one query sees it: its nodes, lifted over its layers, each node one object.

Knows layers and the order of their indexes, nothing of the language.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from ....storage.layers import Key, Layer
from ....storage.lifts import bound
from ....storage.sodes import Sode, nid_of, unpack
from ...model.contract import Span
from ...model.idens import node_iden
from .node import Node

if TYPE_CHECKING:
    from ....storage.views import ViewRecord
    from ...model.model import Model
    from ..host import Host, Task

# Nodes between two looks at whether anybody still wants them.
CHECKED = 64
MISSING = object()
# Nodes that are kept though no step has them in hand.
RECENT = 1024
# A row of an index: the key it was found under, the node's number and iden, and its packed sode in that layer.
Row = tuple[Any, int, bytes, bytes]


class Snap:
    """One view for one query. layers: topmost first; edits go to the first."""

    def __init__(self, host: Host, task: Task, view: ViewRecord) -> None:
        self.host = host
        self.task = task
        self.model: Model = host.model
        self.view = view
        self.layers: list[Layer] = [layer for iden in view.layers if (layer := host.graph.layer(iden)) is not None]
        self._nodes: WeakValueDictionary[int, Node] = WeakValueDictionary()
        # Nodes that edits have come upon are likely to be needed again: tags, parents of domain names.
        self.recent: deque[Node] = deque(maxlen=RECENT)
        # Some of them by form and value, which must be a text.
        self.named: WeakValueDictionary[tuple[str, str], Node] = WeakValueDictionary()
        # What the user was warned of already.
        self.warned: set[str] = set()

    @property
    def top(self) -> Layer:
        """The layer that edits go to."""
        return self.layers[0]

    # -- single nodes

    def by_iden(self, iden: bytes) -> Node | None:
        """The node with this iden (32 bytes)."""
        return self._node(nid_of(iden), iden)

    def by_ndef(self, form: str, valu: Any) -> Node | None:
        """The node of a form with this normed value."""
        return self.by_iden(bytes.fromhex(node_iden(form, valu)))

    def reload(self, iden: bytes) -> Node | None:
        """The node as the layers hold it now, also where it is known already."""
        nid = nid_of(iden)
        node = self._nodes.get(nid)
        if node is None:
            return self._node(nid, iden)
        node.sodes[:] = [layer.sode(nid) for layer in self.layers]
        node.changed()
        return node

    def known(self, iden: bytes) -> Node | None:
        """The node with this iden if the query has come upon it already."""
        return self._nodes.get(nid_of(iden))

    def absent(self, idens: Sequence[bytes]) -> set[bytes]:
        """Those of many idens that no layer holds anything of. Reads many at once."""
        numbered = {nid_of(iden): iden for iden in idens}
        for layer in self.layers:
            for nid in layer.sodes(list(numbered)):
                del numbered[nid]
        return set(numbered.values())

    def made(self, sode: Sode) -> Node:
        """A node that was just stored in the topmost layer, and is in no other."""
        nid = nid_of(sode.iden)
        sodes: list[Sode | None] = [sode]
        node = self._nodes[nid] = Node(self, nid, sode.iden, sodes + [None] * (len(self.layers) - 1))
        return node

    def has(self, form: str, prop: str, key: Key) -> bool:
        """Whether any layer has an entry of a prop for a key; if none has, `lift` gives nothing."""
        return any(layer.has(form, prop, key) for layer in self.layers)

    # -- lifts

    def lift(self, form: str, prop: str, spans: Iterable[Span] = (Span(),), reverse: bool = False) -> Iterator[Node]:
        """Nodes by a prop, in the order of its index, span by span. prop "" is the form's own value; form "" any form's."""
        for span in ordered(spans, reverse):
            backwards = span.reverse != reverse
            rows = [layer.lift(form, prop, span.low, span.high, backwards) for layer in self.layers]
            yield from self._nodes_of(rows, backwards, _prop_of(prop), span.keep)

    def lift_items(
        self, form: str, prop: str, spans: Iterable[Span], reverse: bool, item_key: Callable[[Any], Any]
    ) -> Iterator[Node]:
        """Nodes by the items of an array, once for each that fits. item_key: the key of an item in the index."""
        for span in ordered(spans, reverse):
            backwards = span.reverse != reverse
            rows: list[Iterator[Row]] = [
                layer.lift_items(form, prop, span.low, span.high, backwards) for layer in self.layers
            ]
            if span.keep is not None:
                rows = [_kept_items(found, prop, item_key, span.keep) for found in rows]
            yield from self._nodes_of(rows, backwards, _prop_of(prop), None)

    def lift_tag(self, tag: str, form: str | None = None, reverse: bool = False) -> Iterator[Node]:
        """Nodes with a tag, grouped by form as the layer first knew them. Of several layers the one whose next node has the
        lower iden (in reverse the higher) goes first, as the product merges them, so that the groups mix."""
        rows = [_keyed(layer.lift_tag(tag, form, reverse)) for layer in self.layers]
        return self._nodes_of(rows, reverse, lambda sode: sode.tags.get(tag), None)

    def lift_tagprop(
        self, form: str | None, tag: str, prop: str, spans: Iterable[Span] = (Span(),), reverse: bool = False
    ) -> Iterator[Node]:
        """Nodes by a prop of a tag, in the order of its index."""
        for span in ordered(spans, reverse):
            backwards = span.reverse != reverse
            rows = [layer.lift_tagprop(form, tag, prop, span.low, span.high, backwards) for layer in self.layers]
            yield from self._nodes_of(rows, backwards, lambda sode: sode.tagprops.get(tag, {}).get(prop), span.keep)

    # -- edges and data

    def edges(self, node: Node, verb: str | None = None, inbound: bool = False) -> Iterator[tuple[str, bytes]]:
        """Light edges of a node as (verb, iden of the other), each once."""
        if len(self.layers) == 1:
            yield from self.top.edges(node.iden, verb, inbound)
            return
        last = None
        for edge in heapq.merge(*(layer.edges(node.iden, verb, inbound) for layer in self.layers)):
            if edge != last:
                yield edge
            last = edge

    def node_data(self, node: Node, name: str) -> tuple[bool, Any]:
        """Whether a node has data of that name, and which: of the topmost layer that has it."""
        for layer in self.layers:
            valu = layer.node_data(node.nid, name, MISSING)
            if valu is not MISSING:
                return True, valu
        return False, None

    # -- within

    def _node(self, nid: int, iden: bytes) -> Node | None:
        node = self._nodes.get(nid)
        if node is None:
            sodes = [layer.sode(nid) for layer in self.layers]
            if sodes[0] is None and (len(sodes) == 1 or all(sode is None for sode in sodes)):
                return None
            node = Node(self, nid, iden, sodes)
            if node.valu is None:
                return None
            self._nodes[nid] = node
        return node if node.exists else None

    def _nodes_of(
        self,
        rows: list[Iterator[Row]],
        reverse: bool,
        picked: Callable[[Sode], Any],
        keep: Callable[[Any], bool] | None,
    ) -> Iterator[Node]:
        """The nodes of rows from each layer. picked: the value that was lifted by, from a sode."""
        check = self.task.check
        for count, (node, valu) in enumerate(
            self._single(rows[0], picked) if len(rows) == 1 else self._merged(rows, reverse, picked)
        ):
            if not count % CHECKED:
                check()
            if keep is None or keep(valu):
                yield node

    def _single(self, rows: Iterator[Row], picked: Callable[[Sode], Any]) -> Iterator[tuple[Node, Any]]:
        known = self._nodes
        for _, nid, iden, data in rows:
            node = known.get(nid)
            if node is None:
                sode = unpack(iden, data)
                if sode.valu is None:
                    continue
                node = known[nid] = Node(self, nid, iden, [sode])
            sode_now = node.sodes[0]
            # Another step may have taken away what the page that was read still had.
            if sode_now is not None and node.valu is not None:
                yield node, picked(sode_now)

    def _merged(
        self, rows: list[Iterator[Row]], reverse: bool, picked: Callable[[Sode], Any]
    ) -> Iterator[tuple[Node, Any]]:
        """Rows of several layers in one order. What a layer above also says hides what those below do."""
        numbered = [_placed(found, place) for place, found in enumerate(rows)]
        for _, nid, place, iden in heapq.merge(*numbered, key=_order, reverse=reverse):
            node = self._node(nid, iden)
            if node is None:
                continue
            above = next((each for each, sode in enumerate(node.sodes) if sode and picked(sode) is not None), None)
            if above == place:
                sode = node.sodes[place]
                assert sode is not None
                yield node, picked(sode)


def ordered(spans: Iterable[Span], reverse: bool) -> Iterable[Span]:
    """Stretches in the order in which they are to be read."""
    return reversed(tuple(spans)) if reverse else spans


def _keyed(rows: Iterator[tuple[int, bytes, str, bytes]]) -> Iterator[Row]:
    """Rows of a tag as those of an index that is ordered by the number of a node alone."""
    for nid, iden, _, data in rows:
        yield 0, nid, iden, data


def _kept_items(
    rows: Iterator[Row], prop: str, item_key: Callable[[Any], Any], keep: Callable[[Any], bool]
) -> Iterator[Row]:
    """Those rows of an index of items whose item counts."""
    for row in rows:
        items = unpack(row[2], row[3]).props.get(prop) or ()
        if any(bound(item_key(item)) == row[0] and keep(item) for item in items):
            yield row


def _placed(rows: Iterator[Row], place: int) -> Iterator[tuple[Any, int, int, bytes]]:
    """Rows with the place of their layer. A function of its own, so that each keeps its own place."""
    for row in rows:
        yield row[0], row[1], place, row[2]


def _order(row: tuple[Any, int, int, bytes]) -> tuple[Any, int]:
    return row[0], row[1]


def _prop_of(prop: str) -> Callable[[Sode], Any]:
    if not prop:
        return lambda sode: sode.valu
    return lambda sode: sode.props.get(prop)
