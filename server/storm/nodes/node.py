"""A node as a query sees it: what the layers of its view hold of it, the topmost first.

A node is shared by all steps of a query, so that each sees what another changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....storage.sodes import Sode, Tags

if TYPE_CHECKING:
    from .snap import Snap


class Node:
    """A node of one view.

    sodes: what each layer of the view holds of it, None where it holds nothing. data: node data set in this query, as a
    packed node shows it. gone: props and tags that the query took away from the topmost layer; it does not see what layers
    below have in their place.
    """

    __slots__ = ("__weakref__", "_props", "data", "form", "gone", "iden", "nid", "snap", "sodes", "valu")

    def __init__(self, snap: Snap, nid: int, iden: bytes, sodes: list[Sode | None]) -> None:
        self.snap = snap
        self.nid = nid
        self.iden = iden
        self.sodes = sodes
        self.data: dict[str, Any] = {}
        self.gone: tuple[frozenset[str], frozenset[str]] | None = None
        self._props: dict[str, Any] | None = None
        self.valu: Any = None
        # The topmost value; of the form each layer knows the same.
        for sode in sodes:
            if sode is not None:
                self.form = sode.form
                if sode.valu is not None:
                    self.valu = sode.valu
                    break

    @property
    def iden_hex(self) -> str:
        return self.iden.hex()

    @property
    def ndef(self) -> tuple[str, Any]:
        return (self.form, self.valu)

    @property
    def exists(self) -> bool:
        """Whether any layer still holds the node itself."""
        # A loop, as it is asked again and again.
        for sode in self.sodes:  # noqa: SIM110
            if sode is not None and sode.valu is not None:
                return True
        return False

    @property
    def props(self) -> Mapping[str, Any]:
        """Every prop by its relative name, `.created` first."""
        if self._props is None:
            self._props = self._merged_props()
        return self._props

    def get(self, name: str) -> Any:
        """A prop by its relative name, None where it is not set."""
        return self.props.get(name)

    @property
    def tags(self) -> Tags:
        """Every tag with its interval; the topmost layer that has a tag says it."""
        if len(self.sodes) == 1:
            sode = self.sodes[0]
            return {} if sode is None else sode.tags
        found: Tags = {}
        for sode in reversed(self.sodes):
            if sode is not None:
                found.update(sode.tags)
        if self.gone is not None:
            self._leave_out(found, self.gone[1], self.sodes[0].tags if self.sodes[0] else {})
        return found

    @property
    def tagprops(self) -> dict[str, dict[str, Any]]:
        """Props of tags: tag to name to value."""
        if len(self.sodes) == 1:
            sode = self.sodes[0]
            return {} if sode is None else sode.tagprops
        found: dict[str, dict[str, Any]] = {}
        for sode in reversed(self.sodes):
            if sode is not None:
                for tag, props in sode.tagprops.items():
                    found.setdefault(tag, {}).update(props)
        if self.gone is not None:
            self._leave_out(found, self.gone[1], self.sodes[0].tags if self.sodes[0] else {})
        return found

    def changed(self) -> None:
        """What its sodes hold has changed."""
        self._props = None

    def took(self, props: frozenset[str], tags: frozenset[str]) -> None:
        """Props and tags were taken away from the topmost layer: what layers below have of them only the next query shows."""
        if len(self.sodes) > 1 and (props or tags):
            before = self.gone or (frozenset(), frozenset())
            self.gone = (before[0] | props, before[1] | tags)
            self._props = None

    def pack(self) -> tuple[tuple[str, Any], dict[str, Any]]:
        """The packed node (reference 5.3), without what the options of a query add."""
        info = {
            "iden": self.iden.hex(),
            "tags": self.tags,
            "props": self.props,
            "tagprops": self.tagprops,
            "nodedata": self.data,
        }
        return (self.form, self.valu), info

    def repr(self) -> str:
        """How its value is shown."""
        type_ = self.snap.model.form_type(self.form)
        return str(self.valu if type_ is None else type_.repr(self.valu))

    def prop_repr(self, name: str) -> Any:
        """How a prop is shown; None where it is not set."""
        valu = self.get(name)
        if valu is None:
            return None
        prop = self.snap.model.form_prop(self.form, name)
        return valu if prop is None else prop.type.repr(valu)

    def _merged_props(self) -> dict[str, Any]:
        if len(self.sodes) == 1:
            sode = self.sodes[0]
            return {} if sode is None else sode.props
        found: dict[str, Any] = {}
        for sode in reversed(self.sodes):
            if sode is not None:
                found.update(sode.props)
        if self.gone is not None:
            self._leave_out(found, self.gone[0], self.sodes[0].props if self.sodes[0] else {})
        return found

    def _leave_out(self, found: dict[str, Any], names: frozenset[str], top: Mapping[str, Any]) -> None:
        for name in names:
            if name not in top:
                found.pop(name, None)
