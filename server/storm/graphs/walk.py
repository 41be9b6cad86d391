"""A query's nodes with their surroundings: what a projection's rules lead to, each node once, with its edges to those before.

Nodes come breadth first: all that the query yields as it yields them, then those one step away, and so on. A node is told
with the edges to nodes that came before it: over which rule or property one led to the other, and their light edges.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...model.types.lists import Array
from ...model.types.references import Ndef
from ..lifts.runts import is_runt
from ..nodes.path import Path
from ..pivots.ways import node_of, prop_link, referred
from ..programs.shape import Paths, one

if TYPE_CHECKING:
    from ...model.model import Model
    from ..nodes.node import Node
    from ..programs.compile import Block
    from ..runtime import Runtime
    from .rules import Rules

# The other node's iden in hex, and what leads there; `reverse` where it leads from there.
Edge = tuple[str, dict[str, Any]]


class Subgraph:
    """One walk. run: where its queries run, so that they share the variables of the query that it shows."""

    def __init__(self, run: Runtime, rules: Rules) -> None:
        self._run = run
        self._rules = rules
        # Those that edges are told to, in the order in which they came. What was filtered is in `_met` alone.
        self._shown: dict[bytes, None] = dict.fromkeys(rules.idens())
        self._met: set[bytes] = set()
        self._waiting: deque[tuple[Path, int]] = deque()
        # What is to be told of a node once it comes: rules and properties, and light edges.
        self._led: dict[bytes, list[Edge]] = {}
        self._lit: dict[bytes, list[Edge]] = {}
        # Nodes with more light edges than are looked through, with the verbs of these.
        self._crowded: dict[bytes, list[str]] = {}
        self._filters: dict[str, list[Block]] = {}
        self._pivots: dict[str, list[tuple[str, Block]]] = {}
        self._props: dict[str, list[str]] = {}

    def paths(self, seeds: Paths) -> Paths:
        """The nodes to show, for those that come in. Raises StormError."""
        if self._rules.edges:
            for iden in self._shown:
                node = self._run.snap.by_iden(iden) if len(iden) == 32 else None
                if node is not None:
                    self._light(node)
        for path in seeds:
            if self._takes(path, 0):
                yield path
        while self._waiting:
            path, degree = self._waiting.popleft()
            if self._takes(path, degree):
                yield path

    def _takes(self, path: Path, degree: int) -> bool:
        """Whether a node is to be shown; if so, its path tells its edges, and where it leads to waits."""
        node = path.node
        if node.iden in self._met:
            return False
        self._run.check()
        self._met.add(node.iden)
        fits = (degree == 0 and not self._rules.filterinput) or self._fits(node)
        if not fits and not self._rules.yieldfiltered:
            return False
        self._shown[node.iden] = None
        further = fits and self._rules.deeper(degree)
        edges = self._led.pop(node.iden, [])
        edges += self._leading(path, degree + 1 if further else None)
        if self._rules.edges:
            edges += self._edges(node)
        seed = {} if degree else {"graph:seed": True}
        path.meta = {**(path.meta or {}), **seed, "edges": edges}
        return True

    def _fits(self, node: Node) -> bool:
        """Whether each filter lets a node through, that is, yields anything."""
        filters = self._filters.get(node.form)
        if filters is None:
            filters = self._filters[node.form] = self._rules.filters_of(node.form)
        return all(next(block.run(self._run, one(Path(node))), None) is not None for block in filters)

    # -- rules and properties

    def _leading(self, come: Path, degree: int | None) -> list[Edge]:
        """The edges to nodes that came before; others wait with what they are to tell. degree: theirs, None is too far."""
        node = come.node
        edges: list[Edge] = []
        for path, link in self._ways(come):
            iden = path.node.iden
            if iden == node.iden:
                continue
            if iden in self._shown:
                # The product tells these with the light edges, or not at all.
                if self._rules.edges:
                    edges.append((path.node.iden_hex, link))
                continue
            self._led.setdefault(iden, []).append((node.iden_hex, {**link, "reverse": True}))
            if degree is not None and iden not in self._met:
                self._waiting.append((path, degree))
        return edges

    def _ways(self, come: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Where a node leads to, and how it is told."""
        node = come.node
        if self._rules.refs and not is_runt(self._run.model, node.form):
            yield from self._over_props(come)
        pivots = self._pivots.get(node.form)
        if pivots is None:
            pivots = self._pivots[node.form] = self._rules.pivots_of(node.form)
        for scope, block in pivots:
            # The number is the node's among those of its query, not that of the query among the rules.
            for index, path in enumerate(block.run(self._run, one(Path(node)))):
                yield path, {"type": "rules", "scope": scope, "index": index}

    def _over_props(self, come: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
        model, node = self._run.model, come.node
        names = self._props.get(node.form)
        if names is None:
            names = self._props[node.form] = referring(model, node.form)
        for name in names:
            valu, prop = node.get(name), model.form_prop(node.form, name)
            if valu is None or prop is None:
                continue
            link = prop_link(name)
            for form, named in referred(model, prop.type, valu):
                other = node_of(self._run, form, named)
                if other is not None:
                    # The product tells the way of a node that comes later as it tells its edge.
                    yield come.fork(other, {**link, "reverse": True}), link

    # -- light edges

    def _edges(self, node: Node) -> list[Edge]:
        """The light edges between a node and those that came before it, and to itself."""
        own = self._light(node)
        told = self._lit.pop(node.iden, [])
        told += [(other.hex(), _light_link(verb)) for verb, other in own if other in self._shown]
        verbs = self._crowded.get(node.iden, [])
        for other in list(self._shown if verbs else self._crowded):
            told += [(other.hex(), _light_link(verb)) for verb in verbs if self._has(node.iden, verb, other)]
            back = [verb for verb in self._crowded.get(other, ()) if self._has(other, verb, node.iden)]
            told += [(other.hex(), _light_link(verb, reverse=True)) for verb in back]
        return told

    def _light(self, node: Node) -> list[tuple[str, bytes]]:
        """A node's light edges, each told to the other node too once it comes; none where there are too many of them."""
        found: list[tuple[str, bytes]] = []
        for edge in self._run.snap.edges(node):
            found.append(edge)
            if self._rules.too_many(len(found)):
                self._crowded[node.iden] = self._verbs(node)
                return []
        for verb, other in found:
            self._lit.setdefault(other, []).append((node.iden_hex, _light_link(verb, reverse=True)))
        return found

    def _verbs(self, node: Node) -> list[str]:
        return sorted({verb for layer in self._run.snap.layers for verb in layer.verbs(node.iden)})

    def _has(self, n1: bytes, verb: str, n2: bytes) -> bool:
        return any(layer.has_edge(n1, verb, n2) for layer in self._run.snap.layers)


def referring(model: Model, form: str) -> list[str]:
    """The props of a form in the order in which they are followed: plain ones, those that name a form, arrays of each."""
    found = model.form(form)
    groups: tuple[list[str], ...] = ([], [], [], [])
    for name in () if found is None else found.props:
        prop = model.form_prop(form, name)
        if prop is not None:
            listed = isinstance(prop.type, Array)
            naming = isinstance(prop.type.item if isinstance(prop.type, Array) else prop.type, Ndef)
            groups[2 * listed + naming].append(name)
    return [name for group in groups for name in group]


def _light_link(verb: str, *, reverse: bool = False) -> dict[str, Any]:
    return {"type": "edge", "verb": verb, "reverse": True} if reverse else {"type": "edge", "verb": verb}
