"""What one edit does to a sode: the rules of setting and deleting, on plain objects, without a database.

Each function changes the sode and gives the edit as it is told to the world, or None when nothing changed
(reference 5.4, without the storage types). Edges and node data, which lie beside the sodes, are in `edges.py`.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from .sodes import Sode, tupled

Key = bytes | int | float | str
KeyOf = Callable[[Any], Key]
ItemsOf = Callable[[Any], Iterable[Key]]
Edit = tuple[int, tuple[Any, ...]]
NodeEdit = tuple[bytes, str, list[Edit]]  # iden, form, edits

NODE_ADD, NODE_DEL, PROP_SET, PROP_DEL, TAG_SET, TAG_DEL, TAGPROP_SET, TAGPROP_DEL = range(8)
DATA_SET, DATA_DEL, EDGE_ADD, EDGE_DEL = range(8, 12)


class Typed(Protocol):
    """What a layer must be told of the model. The name "" stands for the form's own value."""

    @property
    def edition(self) -> object:
        """Another object once the model has changed."""

    def keyed(self, form: str, prop: str) -> tuple[KeyOf, ItemsOf | None]:
        """What gives the index key of a value of a property, and the keys of its items where it is an array."""

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        """The index key of the value of a tag property."""

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        """What setting a value over an old one stores."""

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        """The same for a tag property."""


def node_add(sode: Sode, _typed: Typed, valu: Any) -> Edit | None:
    """The node itself comes to be in this layer."""
    if sode.valu is not None:
        return None
    sode.valu = tupled(valu)
    return (NODE_ADD, (sode.valu,))


def node_del(sode: Sode, _typed: Typed) -> Edit | None:
    """The node goes, with all that this layer has of it. Nothing happens where the layer lacks the node itself."""
    if sode.valu is None:
        return None
    edit = (NODE_DEL, (sode.valu,))
    sode.valu = None
    sode.props, sode.tags, sode.tagprops = {}, {}, {}
    return edit


def prop_set(sode: Sode, typed: Typed, name: str, valu: Any) -> Edit | None:
    """A property gets a value; over an old one what the model makes of both."""
    valu = tupled(valu)
    props = sode.props
    old = props.get(name)
    if name in props:
        valu = tupled(typed.merged(sode.form, name, old, valu))
        if valu == old:
            return None
    props[name] = valu
    return (PROP_SET, (name, valu, old))


def prop_del(sode: Sode, _typed: Typed, name: str) -> Edit | None:
    """A property goes."""
    if name not in sode.props:
        return None
    return (PROP_DEL, (name, sode.props.pop(name)))


def tag_set(sode: Sode, _typed: Typed, tag: str, valu: tuple[int | None, int | None]) -> Edit | None:
    """A tag gets an interval, which only ever widens."""
    old = sode.tags.get(tag)
    both = (valu[0], valu[1]) if old is None else (_pick(min, old[0], valu[0]), _pick(max, old[1], valu[1]))
    if both == old:
        return None
    sode.tags[tag] = both
    return (TAG_SET, (tag, both, old))


def tag_del(sode: Sode, _typed: Typed, tag: str) -> Edit | None:
    """A tag goes; its properties and the tags below it have edits of their own."""
    if tag not in sode.tags:
        return None
    return (TAG_DEL, (tag, sode.tags.pop(tag)))


def tagprop_set(sode: Sode, typed: Typed, tag: str, prop: str, valu: Any) -> Edit | None:
    """A property of a tag gets a value."""
    valu = tupled(valu)
    props = sode.tagprops.setdefault(tag, {})
    old = props.get(prop)
    if prop in props:
        valu = tupled(typed.merged_tagprop(prop, old, valu))
        if valu == old:
            return None
    props[prop] = valu
    return (TAGPROP_SET, (tag, prop, valu, old))


def tagprop_del(sode: Sode, _typed: Typed, tag: str, prop: str) -> Edit | None:
    """A property of a tag goes."""
    props = sode.tagprops.get(tag, {})
    if prop not in props:
        return None
    old = props.pop(prop)
    if not props:
        del sode.tagprops[tag]
    return (TAGPROP_DEL, (tag, prop, old))


# By edit type: those of a sode are the first eight.
SODE_EDITS: tuple[Callable[..., Edit | None], ...] = (
    node_add,
    node_del,
    prop_set,
    prop_del,
    tag_set,
    tag_del,
    tagprop_set,
    tagprop_del,
)


def _pick(best: Callable[[int, int], int], old: int | None, new: int | None) -> int | None:
    if old is None or new is None:
        return new if old is None else old
    return best(old, new)
