"""Compiling edits of light edges: `+(verb)> { query }`, `<(verb)+ $nodes`, `-(verb)> { query }`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Paths, Step, nothing
from ..programs.yielded import nodes_in
from ..runtime import Runtime
from ..syntax.edits import AddEdges, DropEdges
from ..syntax.values import Call, Deref, Expression, QueryValue, TagPropValue, TagValue, Value
from . import changes, rights
from .editor import check_verb
from .props import per_node

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..programs.compile import Compiler

ADD, DROP = 10, 11
# Verbs that edits cannot have, though walks can, by the product's name for their kind.
UNREAD: dict[type, str] = {
    Expression: "DollarExpr",
    Call: "FuncCall",
    Deref: "VarDeref",
    QueryValue: "SubQuery",
    TagValue: "TagValue",
    TagPropValue: "TagPropValue",
}


def add_edges(edit: AddEdges, c: Compiler) -> Step:
    """Adding edges to all nodes of a query or value, or from them if `inbound`; one message."""
    return _edges(edit, c, ADD)


def drop_edges(edit: DropEdges, c: Compiler) -> Step:
    """Taking such edges away."""
    return _edges(edit, c, DROP)


def _edges(edit: AddEdges | DropEdges, c: Compiler, kind: int) -> Step:
    verb, others = c.value(edit.verb), _nodes(edit.nodes, c)
    right = rights.add_edge if kind == ADD else rights.drop_edge

    def found(run: Runtime, path: Path, text: str) -> Iterator[tuple[Node, str, bytes]]:
        for other in others(run, path):
            _check(run, other, edit, c)
            yield (other, text, path.node.iden) if edit.inbound else (path.node, text, other.iden)

    def action(run: Runtime, path: Path) -> None:
        _check(run, path.node, edit, c)
        valu = changes.plain(run, verb(run, path))
        text = valu if isinstance(valu, str) else str(list(valu) if isinstance(valu, tuple) else valu)
        right(run, text)
        every = list(found(run, path, text))
        if every:
            check_verb(text)
        # Edges from this node are told together, those from others node by node.
        for told in [[each] for each in every] if edit.inbound else [every]:
            changes.edges(run, told, kind)

    made = per_node(action)
    unread = UNREAD.get(type(edit.verb))
    if unread is None:
        return made

    def refused(run: Runtime, paths: Paths) -> Paths:
        # The product fails on a verb that it has to compute, whatever it is and before any node.
        raise StormError("AttributeError", f"'{unread}' object has no attribute 'isconst'")
        yield

    return refused


def _nodes(written: Value, c: Compiler) -> Callable[[Runtime, Path], Iterator[Node]]:
    """The nodes at the other end. A query gets no node to start from."""
    if isinstance(written, QueryValue):
        block = c.query(written.query)

        def of_query(run: Runtime, path: Path) -> Iterator[Node]:
            for each in block.run(run, nothing()):
                yield each.node

        return of_query
    from ..programs.compile import place

    value, marked = c.value(written), place(written)

    def of_value(run: Runtime, path: Path) -> Iterator[Node]:
        valu = value(run, path)
        try:
            yield from nodes_in(run, valu)
        except StormError as error:
            raise c.located(error, marked) if error.name == "BadLiftValu" else error from None

    return of_value


def _check(run: Runtime, node: Node, edit: AddEdges | DropEdges, c: Compiler) -> None:
    if changes.form_of(run, node.form).form.runt:
        mesg = f"Edges cannot be used with runt nodes: {node.form}"
        raise c.located(StormError("IsRuntForm", mesg, form=node.form), edit.span)


STAGES: dict[type, Any] = {AddEdges: add_edges, DropEdges: drop_edges}
