"""A node as it will be once a draft is stored: what is stored of it, and what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....storage.sodes import Tags

if TYPE_CHECKING:
    from ..nodes.node import Node
    from .plans import FormPlan


class Face:
    """A node as it will be. node: as it is stored, None for a new one. props: what changes, None for what goes.

    whole: whether `props` and `tags` are all that was done to a new one, each set once: it can be stored as it is.
    """

    __slots__ = ("form", "iden", "node", "props", "tagprops", "tags", "valu", "whole")

    def __init__(self, form: FormPlan, valu: Any, iden: bytes, node: Node | None) -> None:
        self.form = form
        self.valu = valu
        self.iden = iden
        self.node = node
        self.props: dict[str, Any] = {}
        self.tags: dict[str, tuple[int | None, int | None] | None] = {}
        self.tagprops: dict[tuple[str, str], Any] = {}
        self.whole = node is None

    def get(self, name: str) -> Any:
        """A prop by its relative name, None where it is not set."""
        if name in self.props:
            return self.props[name]
        return None if self.node is None else self.node.props.get(name)

    def tag(self, name: str) -> tuple[int | None, int | None] | None:
        """The interval of a tag, None where the node has it not."""
        if name in self.tags:
            return self.tags[name]
        return None if self.node is None else self.node.tags.get(name)

    def every_tag(self) -> Tags:
        """All its tags."""
        found = {} if self.node is None else dict(self.node.tags)
        for tag, valu in self.tags.items():
            if valu is None:
                found.pop(tag, None)
            else:
                found[tag] = valu
        return found

    def tagprop(self, tag: str, name: str) -> Any:
        """A prop of a tag, None where it is not set."""
        if (tag, name) in self.tagprops:
            return self.tagprops[tag, name]
        return None if self.node is None else self.node.tagprops.get(tag, {}).get(name)


def widened(old: tuple[int | None, int | None], valu: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    """An interval over an old one."""
    low = min((each for each in (old[0], valu[0]) if each is not None), default=None)
    high = max((each for each in (old[1], valu[1]) if each is not None), default=None)
    return low, high
