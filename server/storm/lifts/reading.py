"""Reading indexes: the nodes of one, or of several as one, for lifts and pivots."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ...model.contract import Span, Type
from ...model.types.lists import Array
from . import runts
from .indexes import Index, Target
from .values import ARRAY, EVERYTHING

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime

Spans = tuple[Span, ...]


def read(run: Runtime, target: Target, spans: Callable[[Index], Spans], reverse: bool, items: bool) -> Iterator[Node]:
    """The nodes of what a name stands for. spans: what is read of each index; what it raises comes at once."""
    found = [(index, spans(index)) for index in target.indexes]
    if len(found) == 1:
        return read_index(run, *found[0], reverse, items)
    if target.merged:
        return _merged(run, found, reverse, items)
    return _one_by_one(run, found[::-1] if reverse else found, reverse, items)


def read_index(
    run: Runtime, index: Index, spans: Spans = EVERYTHING, reverse: bool = False, items: bool = False
) -> Iterator[Node]:
    """The nodes of one index; items: of that of an array's items, a node once for each."""
    if runts.is_runt(run.model, index.form):
        return runts.lift(run, index, spans, reverse)
    if items:
        return run.snap.lift_items(index.form, index.prop, spans, reverse, _item(index).key)
    return run.snap.lift(index.form, index.prop, spans, reverse)


def _item(index: Index) -> Type:
    """The type of the items of an index of arrays."""
    assert isinstance(index.type, Array)
    return index.type.item


def read_equal(run: Runtime, index: Index, norm: Any, reverse: bool = False) -> Iterator[Node]:
    """The nodes with a normed value; of an array, those that have it as an item."""
    if index.stortype & ARRAY:
        key = _item(index).key(norm)
        return read_index(run, index, (Span(key, key),), reverse, items=True)
    key = index.type.key(norm)
    return read_index(run, index, (Span(key, key),), reverse)


def _one_by_one(run: Runtime, found: Iterable[tuple[Index, Spans]], reverse: bool, items: bool) -> Iterator[Node]:
    for index, spans in found:
        yield from read_index(run, index, spans, reverse, items)


def _merged(run: Runtime, found: list[tuple[Index, Spans]], reverse: bool, items: bool) -> Iterator[Node]:
    """Several indexes of one type in the order of their values; each stretch by itself, as of one index."""
    for number in ordered_numbers(max(len(spans) for _, spans in found), reverse):
        rows = []
        backwards = reverse
        for index, spans in found:
            if number < len(spans):
                span = spans[number]
                backwards = span.reverse != reverse
                rows.append(_keyed(index, read_index(run, index, (span,), reverse, items)))
        for row in heapq.merge(*rows, key=itemgetter(0, 1), reverse=backwards):
            yield row[2]


def ordered_numbers(count: int, reverse: bool) -> Iterable[int]:
    """The numbers of stretches in the order in which they are to be read."""
    return range(count - 1, -1, -1) if reverse else range(count)


def _keyed(index: Index, nodes: Iterator[Node]) -> Iterator[tuple[Any, int, Node]]:
    key, prop = index.type.key, index.prop
    for node in nodes:
        yield key(node.get(prop) if prop else node.valu), node.nid, node
