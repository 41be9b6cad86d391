"""Values that are read off the node in hand: `:name`, `:name::other`, `.seen`, `#foo`, `#foo:name`.

Filters and pivots read properties through `followed` too. Where no node is in hand, each of these values is null.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError
from ..errors import StormError
from ..nodes.node import Node
from ..nodes.path import Path
from ..runtime import Runtime
from ..syntax.values import PropValue, Span, TagName, TagPropValue, TagValue, Text, UniversalValue
from ..values.names import type_name
from .shape import Value

if TYPE_CHECKING:
    from ...model.elements import Prop
    from .compile import Compiler

# The flag of the storage type of an array.
ARRAY = 0x8000
OVER = "::"


def prop_value(value: PropValue, c: Compiler) -> Value:
    """`:name`, `:$name`, `:name::other`: null where it is not set. The value raises NoSuchProp for a prop the form lacks."""
    if isinstance(value.name, Text):
        return _constant_prop(value.name.value, value.span, c)
    name, place = c.value(value.name), name_place(value)

    def get(run: Runtime, path: Path | None) -> Any:
        if path is None:
            return None
        try:
            return _read(path.node, as_name(name(run, path)))
        except StormError as error:
            raise c.located(error, place) from None

    return get


def universal_value(value: UniversalValue, c: Compiler) -> Value:
    """`.seen`, `.$name`."""
    if isinstance(value.name, Text):
        return _constant_prop(value.name.value, value.span, c)
    name, place = c.value(value.name), name_place(value)

    def get(run: Runtime, path: Path | None) -> Any:
        if path is None:
            return None
        try:
            return _read(path.node, "." + as_name(name(run, path)))
        except StormError as error:
            raise c.located(error, place) from None

    return get


def tag_value(value: TagValue, c: Compiler) -> Value:
    """`#foo`: the interval of the tag, null where the node lacks it. Names are normed, other than in lifts and filters."""
    tag = _normed_tag(value.tag, c)

    def get(run: Runtime, path: Path | None) -> Any:
        return None if path is None else path.node.tags.get(tag(run, path))

    return get


def tag_prop_value(value: TagPropValue, c: Compiler) -> Value:
    """`#foo:name`: null where it is not set, or where there is no such property."""
    tag, prop = _normed_tag(value.tag, c), c.value(value.prop)

    def get(run: Runtime, path: Path | None) -> Any:
        if path is None:
            return None
        name = prop(run, path)
        props = path.node.tagprops.get(tag(run, path))
        return _shown(props.get(name)) if props and isinstance(name, str) else None

    return get


# -- for filters and pivots


def followed(node: Node, name: str) -> tuple[Prop | None, Any]:
    """A property of a node by its relative name, over others where the name has `::`, and its value.

    (None, None) where the way ends early, or a form on it lacks such a property. Raises StormError("NoSuchForm") where the
    name goes over a property that refers to no node.
    """
    model = node.snap.model
    *ways, last = name.split(OVER)
    for way in ways:
        prop = model.form_prop(node.form, way)
        valu = node.get(way)
        if prop is None or valu is None:
            return None, None
        form = prop.type.name
        if not model.is_form(form):
            raise StormError("NoSuchForm", f"No form named {form}.", name=form)
        found = node.snap.by_ndef(form, valu)
        if found is None:
            return None, None
        node = found
    return model.form_prop(node.form, last), node.get(last)


def as_name(valu: Any) -> str:
    """A computed name; raises StormError("StormRuntimeError") for what is no text."""
    if not isinstance(valu, str):
        kind, shown = type_name(valu), tuple(valu) if isinstance(valu, list) else valu
        mesg = f"Expected value of type 'str', got '{kind}' with value {shown}."
        raise StormError("StormRuntimeError", mesg, name=valu, type=kind)
    return valu


def name_place(value: PropValue | UniversalValue) -> Span:
    """What the product marks for the name of a property: all of it where it is written out, else behind the `$`."""
    if isinstance(value.name, Text):
        return value.span
    from .compile import place

    return place(value.name)


def as_tag(valu: Any) -> str:
    """A computed tag name as it stands; raises StormError("BadTypeValu") for what is no text."""
    if not isinstance(valu, str):
        raise StormError("BadTypeValu", "Invalid value type for tag name, tag names must be strings.")
    return valu


def norm_tag(run: Runtime, valu: Any) -> str:
    """A computed tag name as tags are named; raises StormError("BadTypeValu") for what is none."""
    given = as_tag(valu)
    try:
        found: str = run.model.type("syn:tag").norm(given).valu
    except ModelError as error:
        # The product tells this error without its details.
        raise StormError(error.name, error.mesg) from None
    return found


def no_such_prop(node: Node, name: str) -> StormError:
    """The error of a property that the form of a node lacks."""
    return StormError("NoSuchProp", f"No property named {name}.", name=name, form=node.form)


def _constant_prop(name: str, place: Span, c: Compiler) -> Value:
    if OVER in name:

        def over(run: Runtime, path: Path | None) -> Any:
            if path is None:
                return None
            try:
                return _shown(followed(path.node, name)[1])
            except StormError as error:
                raise c.located(error, place) from None

        return over

    def get(run: Runtime, path: Path | None) -> Any:
        if path is None:
            return None
        node = path.node
        valu = node.props.get(name)
        if valu is None:
            if run.model.form_prop(node.form, name) is None:
                raise c.located(no_such_prop(node, name), place)
            return None
        if type(valu) in COPIED:
            return _read(node, name)
        return valu

    return get


def _read(node: Node, name: str) -> Any:
    if OVER in name:
        prop, valu = followed(node, name)
    else:
        prop, valu = node.snap.model.form_prop(node.form, name), node.get(name)
        if prop is None:
            raise no_such_prop(node, name)
    if isinstance(valu, tuple) and prop is not None and prop.stortype & ARRAY:
        # A list of the query's own, which it may change; other values of several parts stay tuples.
        return list(valu)
    return _shown(valu)


# What a query could change behind the back of the node.
COPIED = (tuple, list, dict)


def _shown(valu: Any) -> Any:
    return deepcopy(valu) if isinstance(valu, list | dict) else valu


def _normed_tag(tag: TagName, c: Compiler) -> Value:
    text = tag.text
    if text is not None and text == text.lower() and text.isascii():
        return c.value(tag)
    name = c.value(tag)

    def get(run: Runtime, path: Path | None) -> str:
        return norm_tag(run, name(run, path))

    return get
