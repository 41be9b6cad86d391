"""Views: making, forking, packing, changing and deleting them, as libraries and commands do it.

Each function checks what the user may do (reference 3.1) and raises StormError. Merging is in `merge.py`, layers are in
`layers.py`. Records live in storage/views.py; what a record's `info` may hold is listed at SETTINGS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ....storage.accounts import Gate
from ....storage.views import ViewRecord
from ...granting import EVERYBODY
from ..automation import trigger_jobs as trigger_ops
from ..errors import StormError
from ..nodes.snap import Snap
from ..runtime import Runtime
from ..values.convert import to_bool, to_prim, to_str
from . import layers as layer_ops
from .permissions import confirm_edits

VIEW = "view"
READ = ((True, (VIEW, "read")),)
# What a view's info holds beside its name; in this order they are shown. "merge" and "votes" are not shown.
SETTINGS = ("desc", "quorum")
VIEW_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "layers": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[0-9a-f]{32}$"}},
        "quorum": {
            "type": "object",
            "properties": {
                "count": {"type": "number", "minimum": 1},
                "roles": {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{32}$"}},
            },
            "required": ["count", "roles"],
            "additionalProperties": False,
        },
    },
}


# -- finding


def view_of(run: Runtime, iden: str | None = None) -> ViewRecord:
    """The view of an iden, None for the one the query runs in. Raises StormError("NoSuchView").

    Anybody may have one, if not what is in it.
    """
    if iden is None:
        iden = run.snap.view.iden
    record = run.host.graph.view(iden)
    if record is None:
        raise StormError("NoSuchView", f"No view with iden={iden!r}", iden=iden)
    return record


def record_of(run: Runtime, iden: str) -> ViewRecord:
    """The same without a look at rights, with the words for what is done to a view."""
    record = run.host.graph.view(iden)
    if record is None:
        raise StormError("NoSuchView", f"No such view {iden=}", iden=iden)
    return record


def children(run: Runtime, iden: str) -> list[ViewRecord]:
    """The forks of a view, oldest first."""
    return [view for view in run.host.graph.views() if view.parent == iden]


def every(run: Runtime, *, deporder: bool = False) -> list[ViewRecord]:
    """Every view, oldest first; deporder: each after the one it was forked from, level by level."""
    views = run.host.graph.views()
    if not deporder:
        return views
    found = level = [view for view in views if view.parent is None]
    while level:
        above = {view.iden for view in level}
        level = [view for view in views if view.parent in above]
        found = found + level
    return found


def inside(run: Runtime, record: ViewRecord) -> Runtime:
    """A scope that works in another view, for edits and look-ups there; this one if it is the same."""
    if record.iden == run.snap.view.iden:
        return run
    below = run.apart({})
    below.in_view(Snap(run.host, run.task, record))
    return below


def unheard(run: Runtime, record: ViewRecord) -> Runtime:
    """A scope that works in another view, and tells nobody what it changes there."""
    task = replace(run.task, emit=lambda kind, info: None, opts={})
    below = run.apart({})
    below.task = task
    below.in_view(Snap(run.host, task, record))
    return below


# -- making


def add(run: Runtime, layers: Any, name: Any = None, *, worldreadable: bool = False) -> ViewRecord:
    """A view of layers that exist. Raises StormError: AuthDeny, SchemaViolation, NoSuchLayer."""
    run.confirm((VIEW, "add"))
    info = {"layers": to_prim(run, layers)} | ({} if name is None else {"name": to_prim(run, name)})
    layer_ops.checked(VIEW_SCHEMA, info)
    for iden in info["layers"]:
        if run.host.graph.layer_record(iden) is None:
            raise StormError("NoSuchLayer", f"No such layer {iden}", iden=iden)
        run.confirm(("layer", "read"), iden)
    return _new(run, info.get("name"), None, tuple(info["layers"]), worldreadable=worldreadable)


def fork(run: Runtime, record: ViewRecord, name: Any = None) -> ViewRecord:
    """A view with a new layer of its own over those of another. Raises StormError: AuthDeny, SchemaViolation."""
    run.confirm((VIEW, "add"))
    run.confirm((VIEW, "read"), record.iden)
    run.confirm((VIEW, "fork"), record.iden, default=True)
    if name is not None:
        layer_ops.checked(VIEW_SCHEMA, {"name": to_prim(run, name)})
    layer = layer_ops.new(run, {})
    return _new(run, None if name is None else to_str(name), record.iden, (layer.iden, *record.layers))


def insert_parent_fork(run: Runtime, record: ViewRecord, name: Any = None) -> ViewRecord:
    """A new fork between a fork and the view it was forked from. Raises StormError: BadState, AuthDeny."""
    confirm_admin(run, record.iden)
    if record.parent is None:
        mesg = f"View ({record.iden}) is not a fork, cannot insert a new fork between it and parent."
        raise StormError("BadState", mesg)
    run.confirm((VIEW, "add"))
    run.confirm((VIEW, "read"), record.parent)
    run.confirm((VIEW, "fork"), record.parent, default=True)
    between = fork(run, record_of(run, record.parent), name)
    record = replace(record, parent=between.iden)
    put(run, record)
    _tell_set(run, record, "parent", between.iden)
    put(run, replace(record, layers=(record.layers[0], *between.layers)), _tell_layers)
    return between


def _new(
    run: Runtime, name: str | None, parent: str | None, layers: tuple[str, ...], *, worldreadable: bool = False
) -> ViewRecord:
    host = run.host
    record = ViewRecord(host.ids.guid(), name, parent, run.user.iden, host.clock.now_ms(), layers)
    host.graph.put_view(record)
    layer_ops.own(run, record.iden, VIEW)
    if worldreadable:
        _let_all_read(run, record.iden)
    if host.events.heard:
        host.events.tell("view:add", pack(run, record), host.events.gates(record.iden))
    return record


def _let_all_read(run: Runtime, iden: str) -> None:
    accounts = run.host.accounts
    role = accounts.role_named(EVERYBODY)
    if role is not None:
        accounts.change_role(role.iden, lambda old: replace(old, gates={**old.gates, iden: Gate(rules=READ)}))


# -- telling


def pack(run: Runtime, record: ViewRecord) -> dict[str, Any]:
    """A view as the product shows it; the keys come in its order."""
    layers = [layer_ops.pack(run, layer) for layer in _layers(run, record)]
    told: dict[str, Any] = {"iden": record.iden}
    named = {} if record.name is None else {"name": record.name}
    if record.iden == run.host.view:
        told |= {**named, "layers": layers, "created": record.created_ms, "parent": record.parent}
        told |= {"creator": record.creator}
    elif record.parent is not None:
        told |= {"creator": record.creator, **named, "parent": record.parent, "layers": layers}
        told |= {"created": record.created_ms}
    else:
        told |= {"creator": record.creator, "layers": layers, **named, "created": record.created_ms, "parent": None}
    told["protected"] = bool(record.info.get("protected"))
    told |= {name: record.info[name] for name in SETTINGS if name in record.info}
    told["triggers"] = [trigger_ops.pack(run, each) for each in trigger_ops.of_view(run, record.iden)]
    return told


def text(run: Runtime, record: ViewRecord) -> str:
    """A view as `view.get` and `view.list` print it."""
    lines = [f"View: {record.iden} (name: {record.name or 'unnamed'})", f"  Creator: {record.creator}"]
    if record.parent is not None:
        lines.append(f"  Parent: {record.parent}")
    lines.append("  Layers:")
    for layer in _layers(run, record):
        lines.append(f"    {layer.iden}: {layer.name or 'unnamed'} readonly: {layer.readonly}")
    return "\n".join(lines)


def _layers(run: Runtime, record: ViewRecord) -> Iterator[Any]:
    for iden in record.layers:
        layer = run.host.graph.layer_record(iden)
        if layer is not None:
            yield layer


# -- changing


def set_option(run: Runtime, record: ViewRecord, name: str, valu: Any) -> None:
    """Change a setting: name, desc, parent, layers, quorum, protected (or nomerge). Raises StormError."""
    if name == "layers":
        _set_layers(run, record, valu)
        return
    run.confirm((VIEW, "set", name), record.iden)
    if name == "parent":
        _set_parent(run, record, to_str(valu))
        return
    if name in ("name", "desc"):
        valu = None if valu is None else to_str(valu)
        put(run, replace(record, name=valu) if name == "name" else replace(record, info={**record.info, name: valu}))
    elif name in ("protected", "nomerge"):
        name, valu = "protected", to_bool(valu)
        put(run, replace(record, info={**record.info, name: valu}))
    elif name == "quorum":
        info = {key: item for key, item in record.info.items() if key != "quorum"}
        if valu is not None:
            valu = info["quorum"] = to_prim(run, valu)
            layer_ops.checked(VIEW_SCHEMA, {"quorum": info["quorum"]})
        put(run, replace(record, info=info))
        if valu is None:
            _forget_wishes(run, record)
    else:
        raise StormError("BadOptValu", f"View does not support setting: {name}")
    _tell_set(run, record, name, valu)


def _forget_wishes(run: Runtime, record: ViewRecord) -> None:
    """Without a quorum no fork wishes to be merged any more."""
    for fork in children(run, record.iden):
        if "merge" in fork.info:
            kept = {key: item for key, item in fork.info.items() if key not in ("merge", "votes")}
            put(run, replace(fork, info=kept))
            run.host.events.tell("view:merge:request:del", {"view": fork.iden, "merge": fork.info["merge"]})


def _set_layers(run: Runtime, record: ViewRecord, valu: Any) -> None:
    if not is_admin(run, record.iden):
        mesg = "User must be an admin of the view to set the layers."
        raise StormError("AuthDeny", mesg, user=run.user.iden, username=run.user.name)
    idens = [to_str(iden) for iden in to_prim(run, valu)]
    for iden in idens:
        if run.host.graph.layer_record(iden) is None:
            raise StormError("NoSuchLayer", f"No layer with iden: {iden}")
        run.confirm(("layer", "read"), iden)
    if record.parent is not None:
        raise StormError("BadArg", "You cannot set the layers of a forked view.")
    if not idens:
        # The product takes the first one without a look.
        raise StormError("IndexError", "tuple index out of range")
    put(run, replace(record, layers=tuple(idens)), _tell_layers)


def _set_parent(run: Runtime, record: ViewRecord, iden: str) -> None:
    parent = run.host.graph.view(iden)
    if parent is None:
        raise StormError("NoSuchView", "The parent view must already exist.", iden=iden)
    run.confirm((VIEW, "read"), parent.iden)
    if iden == record.iden:
        raise StormError("BadArg", "A view may not have parent set to itself.")
    if iden == record.parent:
        return
    above: ViewRecord | None = parent
    while above is not None:
        if above.iden == record.iden:
            raise StormError("BadArg", "Circular dependency of view parents is not supported.")
        above = None if above.parent is None else run.host.graph.view(above.parent)
    if len(record.layers) > 1:
        raise StormError("BadArg", "You may not set parent on a view which has more than one layer.")
    put(run, replace(record, parent=iden, layers=(*record.layers, *parent.layers)), _tell_layers)
    _tell_set(run, record, "parent", iden)


def detach(run: Runtime, record: ViewRecord) -> None:
    """Make a fork a view of its own over the same layers. Raises StormError("BadArg") for what is none."""
    confirm_admin(run, record.iden, "You must be an admin of the view to detach.")
    if record.parent is None:
        raise StormError("BadArg", "A view with no parent is already detached.")
    put(run, replace(record, parent=None))
    _tell_set(run, record, "parent", None)


def swap_layer(run: Runtime, record: ViewRecord) -> None:
    """Put an empty layer of the same name and rights in the place of the topmost, which is deleted."""
    confirm_admin(run, record.iden)
    host = run.host
    old = host.graph.layer_record(record.layers[0])
    assert old is not None
    layer = layer_ops.like(run, old)
    put(run, replace(record, layers=(layer.iden, *record.layers[1:])))
    for view in host.graph.views():
        if old.iden in view.layers:
            host.graph.put_view(replace(view, layers=tuple(layer.iden if at == old.iden else at for at in view.layers)))
    for view in host.graph.views():
        if layer.iden in view.layers:
            _tell_set(run, view, "layers", view.layers)
    layer_ops.forget(run, old.iden)
    refresh(run)


def wipe_layer(run: Runtime, record: ViewRecord) -> None:
    """Delete all that the topmost layer holds. Raises StormError("AuthDeny") unless each part of it may be deleted."""
    layer = run.host.graph.layer(record.layers[0])
    assert layer is not None
    confirm_edits(run, layer, layer.iden, deleting=True)
    layer.wipe()
    refresh(run)


def delete(run: Runtime, iden: str) -> None:
    """Delete a view; its layers stay. Raises StormError: NoSuchView, AuthDeny, CantDelView, SynErr."""
    record = record_of(run, iden)
    run.confirm((VIEW, "del"), record.iden)
    if record.iden == run.host.view:
        raise StormError("SynErr", "Cannot delete the main view")
    if record.info.get("protected"):
        raise StormError("CantDelView", f"Cannot delete view ({iden}) that has protected set.")
    if children(run, iden):
        raise StormError("SynErr", "Cannot delete a view that has children")
    events = run.host.events
    gates = events.gates(iden)
    run.host.graph.drop_view(iden)
    trigger_ops.drop_all(run, iden)
    layer_ops.disown(run, iden)
    events.tell("view:del", {"iden": iden}, gates)


def put(run: Runtime, record: ViewRecord, tell: Callable[[Runtime, ViewRecord], None] | None = None) -> None:
    """Store a view; the layers of its forks, and of theirs, follow its own. tell: of the layers of each of them."""
    graph = run.host.graph
    graph.put_view(record)
    if tell is not None:
        tell(run, record)
    for child in children(run, record.iden):
        layers = (child.layers[0], *record.layers)
        if layers != child.layers or tell is not None:
            put(run, replace(child, layers=layers), tell)
    refresh(run)


def _tell_layers(run: Runtime, record: ViewRecord) -> None:
    _tell(run, record, "view:setlayers", {"layers": record.layers})


def _tell_set(run: Runtime, record: ViewRecord, name: str, valu: Any) -> None:
    _tell(run, record, "view:set", {"name": name, "valu": valu})


def _tell(run: Runtime, record: ViewRecord, event: str, facts: dict[str, Any]) -> None:
    """Tell of a change of a view, with the rights on it and on its topmost layer."""
    events = run.host.events
    events.tell(event, {"iden": record.iden, **facts}, events.gates(record.iden, record.layers[0]))


def refresh(run: Runtime) -> None:
    """Let a running query see its view as it is now."""
    record = run.host.graph.view(run.snap.view.iden)
    if record is not None and record.layers != run.snap.view.layers:
        run.in_view(Snap(run.host, run.task, record))


# -- rights


def is_admin(run: Runtime, gate: str) -> bool:
    """Whether the user is an admin, or one of an object."""
    if run.asroot or run.user.admin:
        return True
    user = run.host.accounts.user(run.user.iden)
    return user is not None and gate in user.gates and bool(user.gates[gate].admin)


def confirm_admin(run: Runtime, gate: str, mesg: str = "") -> None:
    """Raises StormError("AuthDeny") unless the user is an admin of an object."""
    if not is_admin(run, gate):
        mesg = mesg or f"This action requires admin permissions on gate: {gate}"
        raise StormError("AuthDeny", mesg, user=run.user.iden, username=run.user.name)


def confirm_global_admin(run: Runtime) -> None:
    """Raises StormError("AuthDeny") unless the user is an admin."""
    if not (run.asroot or run.user.admin):
        mesg = "This action requires global admin permissions."
        raise StormError("AuthDeny", mesg, user=run.user.iden, username=run.user.name)
