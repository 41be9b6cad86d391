"""Whether nodes or other elements still use what is to be taken out of the data model, and taking it off all nodes.

Every layer of the Cortex is looked at, in views or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from ....storage.edits import PROP_DEL, TAGPROP_DEL, Edit
from ....storage.layers import Layer
from ....storage.sodes import unpack
from ..errors import StormError
from ..runtime import Runtime

# Nodes in one transaction.
BATCH = 500
Rows = Callable[[Layer], Iterator[tuple[bytes, str]]]


def check_form(run: Runtime, form: str) -> None:
    """Raises StormError("CantDelForm") while there are nodes of a form."""
    for layer in layers(run):
        if layer.count(form, ""):
            raise StormError("CantDelForm", f"Nodes still exist with form: {form} in layer {layer.iden}")


def check_type(run: Runtime, name: str) -> None:
    """Raises StormError("CantDelType") while types, props or tag props are made of a type."""
    model = run.model
    if any(name in (model.type_info(other).get("bases") or ()) for other in model.type_names()):
        raise StormError("CantDelType", f"Cannot delete type {name} as it is still in use by other types.", name=name)
    told = model.to_dict()
    used = [prop["type"] for form in told["forms"].values() for prop in form["props"].values()]
    used += [prop["type"] for prop in (*told["univs"].values(), *told["tagprops"].values())]
    if any(kind == name or (opts or {}).get("type") == name for kind, opts in used):
        mesg = f"Cannot delete type {name} as it is still in use by properties."
        raise StormError("CantDelType", mesg, name=name)


def clear_prop(run: Runtime, form: str, name: str, full: str, *, force: bool) -> None:
    """Take a prop off all nodes; without force there must be none. Raises StormError("CantDelProp")."""
    for layer in layers(run):
        if layer.count(form, name) and not force:
            raise StormError("CantDelProp", f"Nodes still exist with prop: {full} in layer {layer.iden}")
    _clear(run, lambda layer: _holders(layer, form, name), (PROP_DEL, (name,)))


def clear_univ(run: Runtime, name: str, *, force: bool) -> None:
    """The same for a universal prop. Raises StormError("CantDelUniv")."""
    for layer in layers(run):
        if layer.count("", f".{name}") and not force:
            raise StormError("CantDelUniv", f"Nodes still exist with universal prop: {name} in layer {layer.iden}")
    _clear(run, lambda layer: _holders(layer, "", f".{name}"), (PROP_DEL, (f".{name}",)))


def clear_tagprop(run: Runtime, name: str, *, force: bool) -> None:
    """The same for a tag prop. Raises StormError("CantDelProp")."""
    for layer in layers(run):
        for tag in layer.tags_with(name):
            if layer.count_tagprop(None, tag, name) and not force:
                raise StormError("CantDelProp", f"Nodes still exist with tagprop: {name} in layer {layer.iden}")
    tags = {tag for layer in layers(run) for tag in layer.tags_with(name)}
    for tag in tags:
        _clear(run, partial(_tagged, tag=tag, prop=name), (TAGPROP_DEL, (tag, name)))


def layers(run: Runtime) -> Iterator[Layer]:
    """Every layer of the Cortex."""
    for record in run.host.graph.layers():
        layer = run.host.graph.layer(record.iden)
        if layer is not None:
            yield layer


def _clear(run: Runtime, rows: Rows, edit: Edit) -> None:
    for layer in layers(run):
        # What is deleted goes from the index: each batch begins anew.
        while batch := list(islice(rows(layer), BATCH)):
            layer.apply([(iden, form, [edit]) for iden, form in batch])
            run.check()
            for iden, _ in batch:
                if run.snap.known(iden) is not None:
                    run.snap.reload(iden)


def _holders(layer: Layer, form: str, prop: str) -> Iterator[tuple[bytes, str]]:
    for _, _, iden, data in layer.lift(form, prop):
        yield iden, unpack(iden, data).form


def _tagged(layer: Layer, tag: str, prop: str) -> Iterator[tuple[bytes, str]]:
    for _, _, iden, data in layer.lift_tagprop(None, tag, prop):
        yield iden, unpack(iden, data).form
