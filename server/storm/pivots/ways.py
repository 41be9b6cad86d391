"""Ways from node to node over properties and tags, with how each went (`links`, reference 5.3).

What a model allows comes in three groups, one behind the other: properties of the other's type, arrays of it, ndefs.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError
from ...model.refs import is_ndef
from ...model.types.lifts import lift
from ...model.types.lists import Array
from ...model.types.references import Edge, Ndef, TimeEdge
from ..errors import StormError
from ..lifts import runts
from ..lifts.indexes import Index, index_of_form, of_prop
from ..lifts.reading import read_equal, read_index
from ..lifts.values import ARRAY, of_model

if TYPE_CHECKING:
    from ...model.contract import Type
    from ...model.elements import Prop
    from ...model.model import Model
    from ..nodes.node import Node
    from ..nodes.path import Path
    from ..programs.shape import Paths, Step
    from ..runtime import Runtime

Link = dict[str, Any]
Ways = Callable[["Runtime", "Path"], "Iterator[Path]"]


def pivoting(ways: Ways, join: bool) -> Step:
    """A step from each node to others; join: the node itself goes on before them."""

    def step(run: Runtime, paths: Paths) -> Paths:
        for path in paths:
            if join:
                yield path
            yield from ways(run, path)

    return step


def prop_link(name: str, *, reverse: bool = False, dest: str | None = None) -> Link:
    """Over a property; reverse: of the node that was gone to."""
    link: Link = {"type": "prop", "prop": name}
    if reverse:
        link["reverse"] = True
    if dest is not None:
        link["dest"] = dest
    return link


def tag_link(tag: str, *, reverse: bool = False) -> Link:
    """Over a tag; reverse: from the tag's own node."""
    return {"type": "tag", "tag": tag, "reverse": True} if reverse else {"type": "tag", "tag": tag}


def node_of(run: Runtime, form: str, valu: Any) -> Node | None:
    """The node of a form and a normed value."""
    if runts.is_runt(run.model, form):
        return runts.by_ndef(run, form, valu)
    return run.snap.by_ndef(form, valu)


def is_edge(model: Model, form: str) -> bool:
    """Whether the nodes of a form are edges between two others, which pivots go through (deprecated)."""
    return isinstance(model.form_type(form), Edge | TimeEdge)


# -- to anything


def out_all(run: Runtime, path: Path) -> Iterator[Path]:
    """`-> *`: what the properties of a node refer to, property by property; the nodes that have a tag."""
    node, model = path.node, run.model
    if node.form == "syn:tag":
        yield from tagged(run, path, None)
        return
    if is_edge(model, node.form):
        yield from _found(run, path, node.get("n2"), prop_link("n2"))
        return
    form = model.form(node.form)
    for name in () if form is None else form.props:
        valu = node.get(name)
        prop = None if valu is None else model.form_prop(node.form, name)
        if prop is None:
            continue
        for ndef in referred(model, prop.type, valu):
            # That a zone is its own zone leads nowhere.
            if ndef != node.ndef:
                yield from _found(run, path, ndef, prop_link(name))


def in_all(run: Runtime, path: Path) -> Iterator[Path]:
    """`<- *`: what refers to a node."""
    node, model = path.node, run.model
    if is_edge(model, node.form):
        yield from _found(run, path, node.get("n1"), prop_link("n1", reverse=True))
        return
    found = model.references()
    for prop in _props(model, found.to_form(node.form)):
        for other in read_equal(run, of_prop(prop), node.valu):
            yield path.fork(other, prop_link(prop.name, reverse=True))
    # Those that name form and value are one index, which only the idens order.
    rows = [_numbered(run, prop, node.ndef) for prop in _props(model, found.ndefs)]
    for _, other, name in heapq.merge(*rows, key=lambda row: row[0]):
        yield path.fork(other, prop_link(name, reverse=True))


def referred(model: Model, type_: Type, valu: Any) -> list[tuple[str, Any]]:
    """The nodes that a value of a type refers to, by form and value."""
    if isinstance(type_, Array):
        return [ndef for item in valu for ndef in referred(model, type_.item, item)]
    if isinstance(type_, Ndef):
        return [tuple(valu)]
    return [(type_.name, valu)] if model.is_form(type_.name) else []


# -- to forms


def has_way(model: Model, source: str, target: str) -> bool:
    """Whether nodes of a form can at all be pivoted to another."""
    if source == "syn:tag" or is_edge(model, source) or is_edge(model, target):
        return True
    found = model.references()
    return bool(found.between(source, target) or found.between(target, source))


def to_form(run: Runtime, path: Path, form: str) -> Iterator[Path]:
    """`-> form`: what the node refers to, then what refers to it."""
    node, model = path.node, run.model
    if node.form == "syn:tag":
        yield from tagged(run, path, form)
        return
    if is_edge(model, node.form):
        valu = node.get("n2")
        if valu is not None and valu[0] == form:
            yield from _found(run, path, valu, prop_link("n2"))
        return
    if is_edge(model, form):
        yield from edges_at(run, path, form, "n1")
        return
    found = model.references()
    for prop in _props(model, found.between(node.form, form)):
        valu = node.get(prop.name)
        for ndef in () if valu is None else referred(model, prop.type, valu):
            if ndef[0] == form:
                yield from _found(run, path, ndef, prop_link(prop.name))
    for prop in _props(model, found.between(form, node.form)):
        wanted = node.ndef if is_ndef(prop) else node.valu
        for other in read_equal(run, of_prop(prop), wanted):
            yield path.fork(other, prop_link(prop.name, reverse=True))


def edges_at(run: Runtime, path: Path, form: str, end: str) -> Iterator[Path]:
    """The nodes of an edge form that have the node in hand at one end, `n1` or `n2`."""
    prop = run.model.form_prop(form, end)
    assert prop is not None
    for other in read_equal(run, of_prop(prop), path.node.ndef):
        yield path.fork(other, prop_link(end, reverse=True))


def tagged(run: Runtime, path: Path, form: str | None) -> Iterator[Path]:
    """The nodes that have the tag whose node is in hand."""
    tag = path.node.valu
    for other in run.snap.lift_tag(tag, form):
        yield path.fork(other, tag_link(tag, reverse=True))


# -- to values


def to_prop(run: Runtime, path: Path, prop: Prop) -> Iterator[Path]:
    """`-> form:name`: the nodes whose property is the node in hand. Raises StormError for a value that cannot be one."""
    node = path.node
    if is_ndef(prop):
        nodes = read_equal(run, of_prop(prop), node.ndef)
    else:
        nodes = equal_to(run, of_prop(prop), node.valu, items=bool(prop.stortype & ARRAY))
    link = prop_link(prop.name, reverse=True)
    return (path.fork(other, link) for other in nodes)


def value_to_form(run: Runtime, path: Path, source: Prop, valu: Any, form: str) -> Iterator[Path]:
    """`:name -> form`: the nodes that have the value, or each item of it, as their own."""
    link = prop_link(source.name)
    if is_ndef(source):
        for ndef in referred(run.model, source.type, valu):
            if ndef[0] == form:
                yield from _found(run, path, ndef, link)
        return
    index = index_of_form(run.model, form)
    for item in valu if source.stortype & ARRAY else (valu,):
        for other in equal_to(run, index, item):
            yield path.fork(other, link)


def value_to_prop(run: Runtime, path: Path, source: Prop, valu: Any, prop: Prop) -> Iterator[Path]:
    """`:name -> form:other`: arrays are compared as a whole with arrays, else item by item."""
    link, index = prop_link(source.name, dest=prop.full), of_prop(prop)
    many, listed = bool(source.stortype & ARRAY), bool(prop.stortype & ARRAY)
    for item in valu if many and not listed else (valu,):
        if is_ndef(source) and is_ndef(prop) and many == listed == 0:
            nodes = read_equal(run, index, item)
        else:
            nodes = equal_to(run, index, item, items=listed and not many)
        for other in nodes:
            yield path.fork(other, link)


def value_to_all(run: Runtime, path: Path, source: Prop, valu: Any) -> Iterator[Path]:
    """`:name -> *`: the nodes that the value refers to; a warning where it can refer to none."""
    type_ = source.type.item if isinstance(source.type, Array) else source.type
    if not is_ndef(source) and not run.model.is_form(type_.name):
        mesg = f'The source property "{source.name}" type "{source.type.name}" is not a form. Cannot pivot.'
        run.warn(mesg)
        return
    for ndef in referred(run.model, source.type, valu):
        yield from _found(run, path, ndef, prop_link(source.name))


def equal_to(run: Runtime, index: Index, valu: Any, *, items: bool = False) -> Iterator[Node]:
    """The nodes that a lift with `=` finds, by the items of arrays if so asked. Raises StormError."""
    type_, stortype = index.type, index.stortype
    if items:
        type_, stortype = type_.item, stortype & ~ARRAY  # type: ignore[attr-defined]  # of an array's type
    try:
        return read_index(run, index, lift(type_, stortype, "=", valu), items=items)
    except ModelError as error:
        raise of_model(error) from None


def warn_of(run: Runtime, error: StormError, valu: Any) -> None:
    """Tell of a value that nothing can be pivoted to by; any other error goes on."""
    if error.name != "BadTypeValu":
        raise error
    run.warn(f"{error.name} [{valu!r}] during pivot: {error.mesg}", **error.info)


def _found(run: Runtime, path: Path, ndef: Any, link: Link) -> Iterator[Path]:
    if ndef is not None:
        node = node_of(run, *ndef)
        if node is not None:
            yield path.fork(node, link)


def _numbered(run: Runtime, prop: Prop, ndef: Any) -> Iterator[tuple[int, Node, str]]:
    for node in read_equal(run, of_prop(prop), ndef):
        yield node.nid, node, prop.name


def _props(model: Model, named: Iterable[tuple[str, str]]) -> Iterator[Prop]:
    for form, name in named:
        prop = model.form_prop(form, name)
        assert prop is not None
        yield prop
