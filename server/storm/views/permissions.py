"""What a user must be allowed to do to all that one layer holds: to merge it into another, or to wipe it.

Asked of a real Cortex: properties come first, then tags and node data, each from the last name to the first,
then nodes from the first form on, then edges.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....storage.layers import Layer
from ....storage.sodes import nid_of
from ..runtime import Runtime


def confirm_edits(run: Runtime, layer: Layer, gate: str, *, deleting: bool = False) -> None:
    """Raises StormError("AuthDeny") unless the user may set (or delete) each part of a layer on the layer `gate`."""
    if run.may(("node",), gate):
        return
    for perm, either in _needed(layer, deleting):
        if not (either and run.may(either, gate)):
            run.confirm(perm, gate)


def _needed(layer: Layer, deleting: bool) -> Iterator[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """Each permission, and another spelling of it that gives the same right."""
    did, add = ("del", "del") if deleting else ("set", "add")
    forms: set[str] = set()
    props: set[tuple[str, str]] = set()
    tags: set[str] = set()
    data: set[str] = set()
    for sode in layer.every():
        if sode.valu is not None:
            forms.add(sode.form)
        props.update((sode.form, name) for name in sode.props)
        tags.update(sode.tags)
        tags.update(sode.tagprops)
        data.update(layer.all_node_data(nid_of(sode.iden)))
    verbs = {verb for _, verb, _ in layer.all_edges()}
    for form, name in sorted(props, reverse=True):
        full = f"{form}{name}" if name.startswith(".") else f"{form}:{name}"
        yield ("node", "prop", did, form, name), ("node", "prop", did, full)
    for tag in sorted(tags, reverse=True):
        yield ("node", "tag", add, *tag.split(".")), None
    for name in sorted(data, reverse=True):
        yield ("node", "data", "pop" if deleting else "set", name), None
    for form in sorted(forms):
        yield ("node", add, form), None
    for verb in sorted(verbs, reverse=True):
        yield ("node", "edge", add, verb), None
