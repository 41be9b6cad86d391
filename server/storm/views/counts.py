"""How much a view holds: counts that add up its layers without a look at what covers what, values, verbs and edges.

Each takes a runtime in the view. A value that cannot be normed raises StormError, as do unknown names.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

from ....storage.layers import Layer
from ...model.contract import Key, ModelError, Span, Type
from ...model.types.lists import Array
from ..errors import StormError
from ..lifts.indexes import Index, of_form, of_prop
from ..lifts.values import lifted_by
from ..runtime import Runtime
from ..surface import UNDEF


class Counts(dict[str, int]):
    """Counts by name, which the product shows as the Python object that it keeps them in."""


def forms(run: Runtime) -> Counts:
    """How many nodes of each form."""
    found = Counts()
    for layer in run.snap.layers:
        for form, count in layer.form_counts().items():
            if count:
                found[form] = found.get(form, 0) + count
    return found


def props(run: Runtime, name: str, valu: Any) -> int:
    """How many values a property (or form) has; valu: only that one."""
    index = index_of(run, name)
    if valu is UNDEF:
        return sum(layer.count(index.form, index.prop) for layer in run.snap.layers)
    key = key_of(run, index.type, valu)
    return sum(layer.count(index.form, index.prop, key, key) for layer in run.snap.layers)


def items(run: Runtime, name: str, valu: Any) -> int:
    """How many items of an array property."""
    index = index_of(run, name)
    item = item_type(index, name)
    if valu is UNDEF:
        return sum(layer.count_items(index.form, index.prop) for layer in run.snap.layers)
    key = key_of(run, item, valu)
    return sum(layer.count_items(index.form, index.prop, key, key) for layer in run.snap.layers)


def tagprops(run: Runtime, tag: str, name: str, form: str | None, valu: Any) -> int:
    """How many values a property of a tag has; form: only on nodes of it."""
    return tagprops_in(run, run.snap.layers, tag, name, form, valu)


def tagprops_in(run: Runtime, layers: list[Layer], tag: str, name: str, form: str | None, valu: Any) -> int:
    """The same in some layers."""
    prop = run.model.tagprop(name)
    if prop is None:
        raise StormError("NoSuchTagProp", f"No tag property named {name}", name=name)
    if form is not None:
        check_form(run, form)
    if valu is UNDEF:
        return sum(layer.count_tagprop(form, tag, name) for layer in layers)
    key = key_of(run, prop.type, valu)
    return sum(layer.count_tagprop(form, tag, name, key, key) for layer in layers)


def values(run: Runtime, name: str) -> Iterator[Any]:
    """The different values of a property, in order."""
    index = index_of(run, name, "No property named {name}.", named=True)
    for valu in values_in(run.snap.layers, index):
        # What a layer above says of every node that has the value hides it.
        key = index.type.key(valu)
        if len(run.snap.layers) == 1 or any(run.snap.lift(index.form, index.prop, (Span(key, key),))):
            yield valu


def values_in(layers: list[Layer], index: Index) -> Iterator[Any]:
    """The same of some layers."""
    last: Any = None
    begun = False
    found = [((index.type.key(valu), valu) for valu in layer.values(index.form, index.prop)) for layer in layers]
    for key, valu in heapq.merge(*found, key=lambda pair: pair[0]):
        if not begun or key != last:
            yield valu
        begun, last = True, key


def verbs(run: Runtime) -> Iterator[str]:
    """The verbs of all light edges, each once."""
    last = None
    for verb in heapq.merge(*(_verbs(layer) for layer in run.snap.layers)):
        if verb != last:
            yield verb
        last = verb


def edges(run: Runtime, verb: str | None) -> Iterator[tuple[str, str, str]]:
    """Every light edge, each once, as (iden, verb, iden)."""
    last = None
    found = (((name, n1, n2) for n1, name, n2 in layer.all_edges(verb)) for layer in run.snap.layers)
    for edge in heapq.merge(*found):
        if edge != last:
            yield edge[1].hex(), edge[0], edge[2].hex()
        last = edge


# -- of names and values


def index_of(run: Runtime, name: str, mesg: str = "No property named {name}", *, named: bool = False) -> Index:
    """What a form or property is found by. Raises StormError("NoSuchProp"); named: with the name among its details."""
    form = run.model.form(name)
    if form is not None:
        return of_form(form)
    prop = run.model.prop(name)
    if prop is not None:
        return of_prop(prop)
    raise StormError("NoSuchProp", mesg.format(name=name), **({"name": name} if named else {}))


def item_type(index: Index, name: str) -> Type:
    """The type of the items of an array. Raises StormError("BadTypeValu")."""
    if not isinstance(index.type, Array):
        raise StormError("BadTypeValu", f"Property is not an array type: {name}.")
    return index.type.item


def key_of(run: Runtime, type_: Type, valu: Any) -> Key:
    """The key of a raw value in an index. Raises StormError."""
    try:
        return type_.key(type_.norm(lifted_by(run, valu)).valu)
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None


def check_form(run: Runtime, name: str) -> None:
    """Raises StormError("NoSuchForm")."""
    if run.model.form(name) is None:
        raise StormError("NoSuchForm", f"No form named {name}.", name=name)


def _verbs(layer: Layer) -> Iterator[str]:
    last = None
    for _, verb, _ in layer.all_edges():
        if verb != last:
            yield verb
        last = verb
