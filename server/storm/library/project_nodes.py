"""Nodes of projects: finding, making and changing them, and the rights that it takes (`projects.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..edits import changes, deleting
from ..errors import StormError
from ..nodes.node import Node
from ..programs.compile import compiled
from ..programs.functions import nodes_of
from ..runtime import Runtime
from ..values.convert import to_str

PROJECT, EPIC, SPRINT, TICKET, COMMENT = (f"proj:{name}" for name in ("project", "epic", "sprint", "ticket", "comment"))
CREATOR, ASSIGNEE = "creator", "assignee"


# -- rights


def confirm_view(run: Runtime, verb: str) -> None:
    """Raises StormError unless one may make (`add`) or delete (`del`) projects in the view."""
    run.confirm(("project", verb), run.snap.view.iden)


def confirm(run: Runtime, node: Node, perm: tuple[str, ...], owner: str | None = None) -> None:
    """Raises StormError for want of a right on the project of a node. owner: the prop of who needs none."""
    if owner is None or node.get(owner) != run.user.iden:
        run.confirm(("project", *perm), project_iden(run, node))


def project_iden(run: Runtime, node: Node) -> Any:
    """The guid of the project that a node is, or belongs to."""
    if node.form == COMMENT:
        ticket = run.snap.by_ndef(TICKET, node.get("ticket"))
        return None if ticket is None else ticket.get("project")
    return node.valu if node.form == PROJECT else node.get("project")


def project_of(run: Runtime, node: Node) -> Node:
    """The project of a ticket. Raises StormError where it was deleted."""
    found_ = run.snap.by_ndef(PROJECT, node.get("project"))
    if found_ is None:
        raise StormError("NoSuchName", "The project of the ticket was deleted.")
    return found_


# -- nodes


def now(run: Runtime) -> int:
    return run.host.clock.now_ms()


def made(run: Runtime, form: str, props: dict[str, Any]) -> Node:
    """A new node of a form with these props."""
    return changes.node_of(run, changes.form_of(run, form), run.host.ids.guid(), props)


def put(run: Runtime, node: Node, name: str, raw: Any) -> None:
    plan = changes.prop_of(run, node, name)
    changes.set_prop(run, node, plan, changes.normed_prop(run, plan, raw))


def put_or_drop(run: Runtime, node: Node, name: str, valu: Any) -> None:
    """Set a prop to the text of a value; null takes it away."""
    if valu is None:
        changes.drop_prop(run, node, changes.prop_of(run, node, name))
    else:
        put(run, node, name, to_str(valu))


def touch(run: Runtime, node: Node) -> None:
    put(run, node, "updated", now(run))


def dropped(run: Runtime, node: Node | None, prop: str) -> bool:
    """Delete an epic or sprint, which tickets have as a prop; whether there was one."""
    if node is None:
        return False
    for ticket in list(by_prop(run, TICKET, prop, node.valu)):
        put_or_drop(run, ticket, prop, None)
    deleting.delete(run, node)
    return True


def found(run: Runtime, form: str, name: Any, project: Node | None = None) -> Node | None:
    """The node with this guid, or whose name begins so, in a project. Raises StormError where names of several do."""
    if name is None:
        return None
    inside = "" if project is None else " +:project=$project"
    wanted = str(name.valu) if isinstance(name, Node) else to_str(name)
    told = {"valu": wanted, "project": None if project is None else project.valu}
    if len(wanted) == 32:
        node = first(run, f"{form}?=$valu{inside}", **told)
        if node is not None:
            return node
    nodes = selected(run, f"{form}:name^=$valu{inside}", **told)
    node = next(nodes, None)
    if node is not None and next(nodes, None) is not None:
        mesg = f"Ambiguous value for single node lookup: {form}:name^={wanted}"
        raise StormError("StormRuntimeError", mesg)
    return node


def by_prop(run: Runtime, form: str, prop: str, valu: Any) -> Iterator[Node]:
    return selected(run, f"{form}:{prop}=$valu", valu=valu)


def first(run: Runtime, text: str, **vars: Any) -> Node | None:
    return next(selected(run, text, **vars), None)


def selected(run: Runtime, text: str, **vars: Any) -> Iterator[Node]:
    """The nodes of a query of ours."""
    return nodes_of(compiled(text), run.apart(vars))
