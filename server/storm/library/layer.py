"""`$lib.layer` and `layer`: the layers of a Cortex and what each of them holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ....storage.edits import DATA_DEL, EDGE_DEL, NODE_DEL, PROP_DEL, PROP_SET, TAG_DEL, TAGPROP_DEL, Edit
from ....storage.layers import Layer
from ....storage.sodes import Sode, nid_of, unpack
from ...model.contract import ModelError
from ..errors import StormError
from ..kinds.nodes import iden_of
from ..lifts.indexes import Index
from ..lifts.values import EVERYTHING, lifted_by, of_model, spans_of
from ..nodes.node import Node
from ..nodes.storage_view import stored
from ..runtime import Runtime
from ..surface import UNDEF, Kind, Library, local
from ..values.convert import python_text, to_int, to_str
from ..views import counts as view_counts
from ..views import layers as layer_ops
from . import layer_sync, layer_verify


@dataclass(frozen=True, slots=True)
class StormLayer:
    """A layer, by its iden."""

    iden: str


def lib_add(run: Runtime, me: Any, ldef: Any = None) -> StormLayer:
    return StormLayer(layer_ops.add(run, ldef).iden)


def lib_del(run: Runtime, me: Any, iden: Any) -> None:
    layer_ops.delete(run, to_str(iden))


def lib_get(run: Runtime, me: Any, iden: Any = None) -> StormLayer:
    return StormLayer(layer_ops.record_of(run, None if iden is None else to_str(iden)).iden)


def lib_list(run: Runtime, me: Any) -> list[StormLayer]:
    return [StormLayer(record.iden) for record in run.host.graph.layers()]


# -- its settings


def pack(run: Runtime, me: StormLayer) -> dict[str, Any]:
    return layer_ops.pack(run, layer_ops.record_of(run, me.iden))


def get(run: Runtime, me: StormLayer, name: Any, defv: Any = None) -> Any:
    return pack(run, me).get(to_str(name), defv)


def set_(run: Runtime, me: StormLayer, name: Any, valu: Any) -> None:
    layer_ops.set_option(run, layer_ops.record_of(run, me.iden), to_str(name), valu)


def name(run: Runtime, me: StormLayer) -> str | None:
    return layer_ops.record_of(run, me.iden).name


# -- counts


def form_counts(run: Runtime, me: StormLayer) -> dict[str, int]:
    return {form: count for form, count in readable(run, me).form_counts().items() if count}


def prop_count(run: Runtime, me: StormLayer, propname: Any, maxsize: Any = None, valu: Any = UNDEF) -> int:
    index = view_counts.index_of(run, to_str(propname))
    layer = readable(run, me)
    if valu is UNDEF:
        count = layer.count(index.form, index.prop)
        return count if maxsize is None else min(count, to_int(maxsize))
    key = view_counts.key_of(run, index.type, valu)
    return layer.count(index.form, index.prop, key, key)


def prop_array_count(run: Runtime, me: StormLayer, propname: Any, valu: Any = UNDEF) -> int:
    named = to_str(propname)
    index = view_counts.index_of(run, named)
    item = view_counts.item_type(index, named)
    layer = readable(run, me)
    if valu is UNDEF:
        return layer.count_items(index.form, index.prop)
    key = view_counts.key_of(run, item, valu)
    return layer.count_items(index.form, index.prop, key, key)


def prop_values(run: Runtime, me: StormLayer, propname: Any) -> Iterator[Any]:
    index = view_counts.index_of(run, to_str(propname), "No property named {name}.", named=True)
    yield from view_counts.values_in([readable(run, me)], index)


def tag_count(run: Runtime, me: StormLayer, tagname: Any, formname: Any = None) -> int:
    return readable(run, me).count_tag(to_str(tagname), None if formname is None else to_str(formname))


def tagprop_count(run: Runtime, me: StormLayer, tag: Any, propname: Any, form: Any = None, valu: Any = UNDEF) -> int:
    only = None if form is None else to_str(form)
    return view_counts.tagprops_in(run, [readable(run, me)], to_str(tag), to_str(propname), only, valu)


# -- what it holds


def stor_node(run: Runtime, me: StormLayer, nodeid: Any) -> dict[str, Any]:
    return stored(readable(run, me).sode(nid_of(iden_of(nodeid))), run.model)


def stor_nodes(run: Runtime, me: StormLayer) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for sode in readable(run, me).every():
        yield sode.iden, stored(sode, run.model)


def stor_nodes_by_form(run: Runtime, me: StormLayer, form: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    view_counts.check_form(run, to_str(form))
    for sode in readable(run, me).every():
        if sode.form == form:
            yield sode.iden.hex(), stored(sode, run.model)


def stor_nodes_by_prop(
    run: Runtime, me: StormLayer, propname: Any, propvalu: Any = None, propcmpr: Any = "="
) -> Iterator[tuple[str, dict[str, Any]]]:
    for sode in _by_prop(run, readable(run, me), to_str(propname), propvalu, to_str(propcmpr)):
        yield sode.iden.hex(), stored(sode, run.model)


def lift_by_prop(
    run: Runtime, me: StormLayer, propname: Any, propvalu: Any = None, propcmpr: Any = "="
) -> Iterator[Node]:
    for sode in _by_prop(run, readable(run, me), to_str(propname), propvalu, to_str(propcmpr)):
        yield from _nodes(run, sode.iden)


def lift_by_tag(run: Runtime, me: StormLayer, tagname: Any, formname: Any = None) -> Iterator[Node]:
    form = None if formname is None else to_str(formname)
    if form is not None:
        view_counts.check_form(run, form)
    for _, iden, _, _ in readable(run, me).lift_tag(to_str(tagname), form):
        yield from _nodes(run, iden)


def lift_by_data(run: Runtime, me: StormLayer, name: Any) -> Iterator[Node]:
    for _, iden in readable(run, me).lift_data(to_str(name)):
        yield from _nodes(run, iden)


def node_data(run: Runtime, me: StormLayer, nodeid: Any) -> Iterator[tuple[str, Any]]:
    yield from readable(run, me).all_node_data(nid_of(iden_of(nodeid))).items()


def edges(run: Runtime, me: StormLayer) -> Iterator[tuple[str, str, str]]:
    for n1, verb, n2 in readable(run, me).all_edges():
        yield n1.hex(), verb, n2.hex()


def edges_by_n1(run: Runtime, me: StormLayer, nodeid: Any, verb: Any = None) -> Iterator[tuple[str, str]]:
    return _edges(run, me, nodeid, verb, inbound=False)


def edges_by_n2(run: Runtime, me: StormLayer, nodeid: Any, verb: Any = None) -> Iterator[tuple[str, str]]:
    return _edges(run, me, nodeid, verb, inbound=True)


def has_edge(run: Runtime, me: StormLayer, nodeid1: Any, verb: Any, nodeid2: Any) -> bool:
    return readable(run, me).has_edge(iden_of(nodeid1), to_str(verb), iden_of(nodeid2))


# -- changing what it holds


def set_stor_node_prop(run: Runtime, me: StormLayer, nodeid: Any, prop: Any, valu: Any) -> bool:
    iden, index = iden_of(nodeid), _prop(run, to_str(prop))
    layer = _changed(run, me, ("node", "prop", "set", to_str(prop)))
    try:
        norm = index.type.norm(lifted_by(run, valu)).valu
    except ModelError as error:
        raise of_model(error) from None
    return _apply(run, layer, iden, index.form, [(PROP_SET, (index.prop, norm))])


def del_stor_node_prop(run: Runtime, me: StormLayer, nodeid: Any, prop: Any) -> bool:
    iden, index = iden_of(nodeid), _prop(run, to_str(prop))
    layer = _changed(run, me, ("node", "prop", "del", to_str(prop)))
    return _apply(run, layer, iden, index.form, [(PROP_DEL, (index.prop,))])


def del_stor_node(run: Runtime, me: StormLayer, nodeid: Any) -> bool:
    iden = iden_of(nodeid)
    layer = layer_ops.contents_of(run, me.iden)
    sode = layer.sode(nid_of(iden))
    if sode is None:
        return False
    _changed(run, me, ("node", "del", sode.form))
    edits: list[Edit] = [(DATA_DEL, (key,)) for key in layer.all_node_data(nid_of(iden))]
    edits += [(EDGE_DEL, edge) for edge in layer.edges(iden)]
    edits += [(PROP_DEL, (key,)) for key in sode.props]
    edits += [(TAGPROP_DEL, (tag, key)) for tag, props in sode.tagprops.items() for key in props]
    edits += [(TAG_DEL, (tag,)) for tag in sode.tags]
    edits.append((NODE_DEL, ()))
    return _apply(run, layer, iden, sode.form, edits)


def del_node_data(run: Runtime, me: StormLayer, nodeid: Any, name: Any = None) -> bool:
    iden = iden_of(nodeid)
    perm = ("node", "data", "del") if name is None else ("node", "data", "del", to_str(name))
    layer = _changed(run, me, perm)
    names = list(layer.all_node_data(nid_of(iden))) if name is None else [to_str(name)]
    return _apply(run, layer, iden, _form(run, iden), [(DATA_DEL, (each,)) for each in names])


def del_edge(run: Runtime, me: StormLayer, nodeid1: Any, verb: Any, nodeid2: Any) -> bool:
    n1, n2, named = iden_of(nodeid1), iden_of(nodeid2), to_str(verb)
    layer = _changed(run, me, ("node", "edge", "del", named))
    return _apply(run, layer, n1, _form(run, n1), [(EDGE_DEL, (named, n2))])


# -- within


def readable(run: Runtime, me: StormLayer) -> Layer:
    return layer_ops.readable(run, me.iden)


def _by_prop(run: Runtime, layer: Layer, named: str, valu: Any, cmpr: str) -> Iterator[Sode]:
    index = view_counts.index_of(run, named, "The property {name} does not exist.")
    try:
        spans = EVERYTHING if valu is None else spans_of(index, cmpr, lifted_by(run, valu))
    except ModelError as error:
        raise of_model(error) from None
    for span in spans:
        for _, _, iden, data in layer.lift(index.form, index.prop, span.low, span.high, span.reverse):
            sode = unpack(iden, data)
            if span.keep is None or span.keep(sode.props.get(index.prop) if index.prop else sode.valu):
                yield sode


def _nodes(run: Runtime, iden: bytes) -> Iterator[Node]:
    """A node as the view of the query has it, if it has it."""
    node = run.snap.by_iden(iden)
    if node is not None:
        yield node


def _edges(run: Runtime, me: StormLayer, nodeid: Any, verb: Any, *, inbound: bool) -> Iterator[tuple[str, str]]:
    layer = readable(run, me)
    for found, other in layer.edges(iden_of(nodeid), None if verb is None else to_str(verb), inbound):
        yield found, other.hex()


def _prop(run: Runtime, full: str) -> Index:
    index = view_counts.index_of(run, full, "No property named {name}.", named=True)
    if not index.prop:
        raise StormError("NoSuchProp", f"No property named {full}.", name=full)
    return index


def _changed(run: Runtime, me: StormLayer, perm: tuple[str, ...]) -> Layer:
    """The layer, for whom may change that of it. Raises StormError."""
    run.writable()
    layer = layer_ops.contents_of(run, me.iden)
    run.confirm(perm, me.iden)
    if layer.readonly:
        raise StormError("IsReadOnly", f"Layer {layer.iden} is read only!")
    return layer


def _apply(run: Runtime, layer: Layer, iden: bytes, form: str, edits: list[Edit]) -> bool:
    """Store edits of one node; whether they changed anything. What the query has in hand follows."""
    held = layer.sode(nid_of(iden))
    done = layer.apply([(iden, form if held is None else held.form, edits)])
    if run.snap.known(iden) is not None:
        run.snap.reload(iden)
    return bool(done)


def _form(run: Runtime, iden: bytes) -> str:
    node = run.snap.by_iden(iden)
    return "" if node is None else node.form


LIBRARIES = (
    Library(
        "lib.layer",
        "The layers of the Cortex.",
        (
            local("add(ldef: dict = null) -> layer", lib_add, "Make a layer.", writes=True),
            local("del(iden: str) -> null", lib_del, "Delete a layer that no view has.", writes=True),
            local("get(iden: str = null) -> layer", lib_get, "A layer, by default the one the query writes to."),
            local("list() -> list", lib_list, "Every layer."),
        ),
    ),
)

METHODS = (
    local("delEdge(nodeid1: str, verb: str, nodeid2: str) -> boolean", del_edge, "Delete a light edge.", writes=True),
    local(
        "delNodeData(nodeid: str, name: str = null) -> boolean", del_node_data, "Delete data of a node.", writes=True
    ),
    local("delStorNode(nodeid: str) -> boolean", del_stor_node, "Delete all it holds of a node.", writes=True),
    local("delStorNodeProp(nodeid: str, prop: str) -> boolean", del_stor_node_prop, "Delete a property.", writes=True),
    local("get(name: str, defv: prim = null) -> prim", get, "One of its settings."),
    local("getEdges() -> yields list", edges, "Its light edges."),
    local("getEdgesByN1(nodeid: str, verb: str = null) -> yields list", edges_by_n1, "Those that start at a node."),
    local("getEdgesByN2(nodeid: str, verb: str = null) -> yields list", edges_by_n2, "Those that end at a node."),
    local("getFormCounts() -> dict", form_counts, "How many nodes of each form it holds."),
    local("getNodeData(nodeid: str) -> yields list", node_data, "The data of a node."),
    local(
        'getPropArrayCount(propname: str, valu: any = "$lib.undef") -> int',
        prop_array_count,
        "How many items of arrays.",
    ),
    local(
        'getPropCount(propname: str, maxsize: int = null, valu: any = "$lib.undef") -> int',
        prop_count,
        "How many values of a property it holds.",
    ),
    local("getPropValues(propname: str) -> any", prop_values, "The different values of a property."),
    local("getStorNode(nodeid: str) -> dict", stor_node, "What it holds of a node."),
    local("getStorNodes() -> yields list", stor_nodes, "All that it holds of nodes."),
    local("getStorNodesByForm(form: str) -> yields list", stor_nodes_by_form, "What it holds of nodes of a form."),
    local(
        'getStorNodesByProp(propname: str, propvalu: prim = null, propcmpr: str = "=") -> yields list',
        stor_nodes_by_prop,
        "What it holds of nodes that it has a property of.",
    ),
    local("getTagCount(tagname: str, formname: str = null) -> int", tag_count, "How many nodes have a tag in it."),
    local(
        'getTagPropCount(tag: str, propname: str, form: str = null, valu: any = "$lib.undef") -> int',
        tagprop_count,
        "How many values of a tag property it holds.",
    ),
    local("hasEdge(nodeid1: str, verb: str, nodeid2: str) -> boolean", has_edge, "Whether it has a light edge."),
    local("iden: str", lambda run, me: me.iden, "Its iden."),
    local("liftByNodeData(name: str) -> yields node", lift_by_data, "Nodes that it has data of."),
    local(
        'liftByProp(propname: str, propvalu: any = null, propcmpr: str = "=") -> yields node',
        lift_by_prop,
        "Nodes that it has a property of.",
    ),
    local("liftByTag(tagname: str, formname: str = null) -> yields node", lift_by_tag, "Nodes that have a tag in it."),
    local("name: str", name, "Its name."),
    local("pack() -> dict", pack, "All that is known of it."),
    local(
        "repr() -> str", lambda run, me: layer_ops.text(layer_ops.record_of(run, me.iden)), "The text commands print."
    ),
    local("set(name: str, valu: any) -> null", set_, "Change one of its settings.", writes=True),
    local(
        "setStorNodeProp(nodeid: str, prop: str, valu: any) -> boolean",
        set_stor_node_prop,
        "Set a property.",
        writes=True,
    ),
)

KIND = Kind(
    "layer",
    "Layer",
    StormLayer,
    "A layer: what its nodes have, without what other layers say of them.",
    METHODS + layer_sync.METHODS + layer_verify.METHODS,
    show=lambda run, me: f"layer: {python_text(pack(run, me))}",
    prim=pack,
)
