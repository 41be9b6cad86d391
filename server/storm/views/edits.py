"""Edits of nodes as they are told (reference 5.4) into a view: what `$view.addNodeEdits()` takes."""

from __future__ import annotations

from typing import Any

from ....storage.edits import EDGE_ADD, EDGE_DEL, Edit, NodeEdit
from ..automation.triggers import fire_after
from ..errors import StormError
from ..runtime import Runtime

# How many of an edit's arguments the storage takes: old values and storage types are not asked for.
TAKEN = (1, 0, 2, 1, 2, 1, 3, 2, 2, 1, 2, 2)


def add(run: Runtime, edits: Any) -> None:
    """Store edits in the topmost layer of the view. Raises StormError: AuthDeny, IsReadOnly, BadArg."""
    run.writable()
    run.confirm(("node",), run.snap.top.iden)
    if run.snap.top.readonly:
        raise StormError("IsReadOnly", f"Layer {run.snap.top.iden} is read only!")
    try:
        found = [_node_edit(run, each) for each in edits]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise StormError("BadArg", f"These are no edits of nodes: {error}") from error
    done = run.snap.top.apply(found)
    for iden, _, _ in found:
        if run.snap.known(iden) is not None:
            run.snap.reload(iden)
    fire_after(run, done)


def _node_edit(run: Runtime, told: Any) -> NodeEdit:
    iden, form, edits = told
    if run.model.form(form) is None:
        raise StormError("NoSuchForm", f"No form named {form}.", name=form)
    return (bytes.fromhex(iden) if isinstance(iden, str) else iden), form, [_edit(each) for each in edits]


def _edit(told: Any) -> Edit:
    kind, args = told[0], tuple(told[1])
    if kind in (0, 1):
        return kind, args[:1] if kind == 0 else ()
    if kind in (EDGE_ADD, EDGE_DEL):
        return kind, (args[0], bytes.fromhex(args[1]) if isinstance(args[1], str) else args[1])
    if kind == 4:
        return kind, (args[0], (args[1][0], args[1][1]))
    return kind, args[: TAKEN[kind]]
