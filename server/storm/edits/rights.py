"""What a user must have the right to before an edit: permissions on the layer that edits go to (reference 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime


def add_node(run: Runtime, form: str) -> None:
    """Raises StormError("AuthDeny") unless nodes of a form may be made."""
    run.confirm(("node", "add", form), run.snap.top.iden)


def set_prop(run: Runtime, form: str, name: str) -> None:
    """The same for setting a prop. Two spellings of it give the right; the message has the older one."""
    full = f"{form}{name}" if name.startswith(".") else f"{form}:{name}"
    if not run.may(("node", "prop", "set", full), run.snap.top.iden):
        run.confirm(("node", "prop", "set", form, name), run.snap.top.iden)


def set_prop_of_node(run: Runtime, form: str, name: str) -> None:
    """The same for `$node.props`, whose message has the newer spelling."""
    full = f"{form}{name}" if name.startswith(".") else f"{form}:{name}"
    run.confirm(("node", "prop", "set", full), run.snap.top.iden)


def drop_prop(run: Runtime, form: str, name: str) -> None:
    """The same for taking a prop away."""
    if name.startswith("."):
        # The product forgets the form here.
        run.confirm(("node", "prop", "del", name), run.snap.top.iden)
    elif not run.may(("node", "prop", "del", f"{form}:{name}"), run.snap.top.iden):
        run.confirm(("node", "prop", "del", form, name), run.snap.top.iden)


def add_tag(run: Runtime, tag: str) -> None:
    """The same for adding a tag or setting a prop of it."""
    run.confirm(("node", "tag", "add", *tag.split(".")), run.snap.top.iden)


def drop_tag(run: Runtime, tag: str) -> None:
    """The same for taking a tag or a prop of it away."""
    run.confirm(("node", "tag", "del", *tag.split(".")), run.snap.top.iden)


def add_edge(run: Runtime, verb: str) -> None:
    """The same for adding a light edge."""
    run.confirm(("node", "edge", "add", verb), run.snap.top.iden)


def drop_edge(run: Runtime, verb: str) -> None:
    """The same for taking a light edge away."""
    run.confirm(("node", "edge", "del", verb), run.snap.top.iden)


def set_data(run: Runtime, name: str) -> None:
    """The same for setting node data."""
    run.confirm(("node", "data", "set", name), run.snap.top.iden)


def pop_data(run: Runtime, name: str) -> None:
    """The same for taking node data away."""
    run.confirm(("node", "data", "pop", name), run.snap.top.iden)


def delete(run: Runtime, node: Node) -> None:
    """The same for deleting a node: for each of its tags, then for its form."""
    for tag in node.tags:
        if "." not in tag:
            drop_tag(run, tag)
    run.confirm(("node", "del", node.form), run.snap.top.iden)
