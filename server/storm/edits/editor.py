"""Edits for libraries, commands and methods of nodes: each checks rights, does one thing and tells it.

    add_node(run, form, valu, props=None) -> Node     made with further props, or the one there is
    set_prop(run, node, name, valu) · del_prop(run, node, name)
    add_tag(run, node, tag, valu=(None, None)) · del_tag(run, node, tag)
    set_tagprop(run, node, tag, name, valu) · del_tagprop(run, node, tag, name)
    add_edge(run, node, verb, iden) · del_edge(run, node, verb, iden)      iden: 32 bytes of the node it goes to
    set_data(run, node, name, valu) · pop_data(run, node, name) -> what it was
    delete(run, node, force=False, deledges=False)

Values, names of tags and intervals are raw and are normed here. All raise StormError: IsReadOnly, AuthDeny, NoSuchForm,
NoSuchProp, BadTypeValu, ReadOnlyProp, IsRuntForm, CantDelNode. What the language itself does is in `edit.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import StormError
from . import changes, deleting, rights
from .changes import Interval, plain
from .draft import UNSET

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime


def add_node(run: Runtime, form: str, valu: Any, props: dict[str, Any] | None = None) -> Node:
    """The node of a form with a raw value, made with the props if there is none, else as it is with the props set."""
    run.writable()
    rights.add_node(run, form)
    raw = None if props is None else {name: plain(run, each) for name, each in props.items()}
    return changes.node_of(run, changes.form_of(run, form), plain(run, valu), raw)


def set_prop(run: Runtime, node: Node, name: str, valu: Any) -> None:
    """Set a prop by its relative name."""
    run.writable()
    plan = changes.prop_of(run, node, name)
    rights.set_prop_of_node(run, node.form, name)
    changes.set_prop(run, node, plan, changes.normed_prop(run, plan, plain(run, valu)))


def del_prop(run: Runtime, node: Node, name: str) -> None:
    """Take a prop away."""
    run.writable()
    plan = changes.prop_of(run, node, name)
    rights.drop_prop(run, node.form, name)
    changes.drop_prop(run, node, plan)


def add_tag(run: Runtime, node: Node, tag: Any, valu: Any = UNSET) -> None:
    """Add a tag. valu: an interval as the type `ival` takes it; (None, None) is none."""
    run.writable()
    name = changes.normed_tag(run, plain(run, tag))
    rights.add_tag(run, name)
    interval: Interval = UNSET
    if valu is not None and tuple(valu if isinstance(valu, list | tuple) else (valu,)) != UNSET:
        interval = changes.normed_interval(run, name, plain(run, valu))
    changes.set_tags(run, node, [name], interval)


def del_tag(run: Runtime, node: Node, tag: Any) -> None:
    """Take a tag away, with all below it."""
    run.writable()
    name = changes.normed_tag(run, plain(run, tag))
    rights.drop_tag(run, name)
    changes.drop_tag(run, node, name)


def set_tagprop(run: Runtime, node: Node, tag: Any, name: str, valu: Any) -> None:
    """Set a prop of a tag, which is added if need be."""
    run.writable()
    named = changes.normed_tag(run, plain(run, tag))
    rights.add_tag(run, named)
    changes.set_tagprop(run, node, named, name, plain(run, valu))


def del_tagprop(run: Runtime, node: Node, tag: Any, name: str) -> None:
    """Take a prop of a tag away."""
    run.writable()
    named = changes.normed_tag(run, plain(run, tag))
    rights.drop_tag(run, named)
    changes.drop_tagprop(run, node, named, name)


def add_edge(run: Runtime, node: Node, verb: str, iden: bytes) -> None:
    """Add a light edge to another node, which need not exist."""
    run.writable()
    rights.add_edge(run, verb)
    check_verb(verb)
    changes.edges(run, [(node, verb, iden)], 10)


def del_edge(run: Runtime, node: Node, verb: str, iden: bytes) -> None:
    """Take a light edge to another node away."""
    run.writable()
    rights.drop_edge(run, verb)
    changes.edges(run, [(node, verb, iden)], 11)


def set_data(run: Runtime, node: Node, name: str, valu: Any) -> None:
    """Keep a plain value with a node under a name."""
    run.writable()
    rights.set_data(run, name)
    changes.set_data(run, node, name, valu)


def pop_data(run: Runtime, node: Node, name: str) -> Any:
    """Take such a value away; what it was, None if there was none."""
    run.writable()
    rights.pop_data(run, name)
    return changes.pop_data(run, node, name)


def delete(run: Runtime, node: Node, force: bool = False, deledges: bool = False) -> None:
    """Delete a node. force: though others refer to it. deledges: with the edges that go to it."""
    run.writable()
    rights.delete(run, node)
    deleting.delete(run, node, force=force, deledges=deledges)


def check_verb(verb: str) -> None:
    """Raises StormError for a verb that no edge can have."""
    if not verb:
        mesg = "mdb_put: MDB_BAD_VALSIZE: Unsupported size of key/DB name/data, or wrong DUPFIXED size"
        raise StormError("BadValsizeError", mesg)
