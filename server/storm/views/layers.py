"""Layers: making, packing, changing and deleting them, and the gates that come and go with objects of the graph.

Each function checks what the user may do (reference 3.1) and raises StormError. What a layer holds is read through
storage/layers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from ....storage.accounts import Gate, Role, User
from ....storage.layers import Layer
from ....storage.views import LayerRecord
from ...accountnews import rule_changed, user_changed
from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_bool, to_prim, to_str

Account = TypeVar("Account", User, Role)

LAYER = "layer"
# The version of the data model that every layer has; a migration of it is none of ours.
MODEL_VERSION = (0, 2, 36)
LAYER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "desc": {"type": "string"},
        "readonly": {"type": "boolean"},
        "logedits": {"type": "boolean"},
        "lockmemory": {"type": "boolean"},
    },
}
FLAGS = ("lockmemory", "logedits", "readonly")
DEFAULTS = {"lockmemory": False, "logedits": True, "readonly": False}


# -- finding


def record_of(run: Runtime, iden: str | None = None) -> LayerRecord:
    """The layer of an iden, None for the topmost of the view. Raises StormError("NoSuchIden")."""
    if iden is None:
        iden = run.snap.top.iden
    record = run.host.graph.layer_record(iden)
    if record is None:
        raise StormError("NoSuchIden", f"No layer with iden: {iden}")
    return record


def contents_of(run: Runtime, iden: str) -> Layer:
    """What a layer holds. Raises StormError("NoSuchIden")."""
    layer = run.host.graph.layer(record_of(run, iden).iden)
    assert layer is not None
    return layer


def readable(run: Runtime, iden: str) -> Layer:
    """The same, for whom may read the layer or a view that has it. Raises StormError("AuthDeny")."""
    layer = contents_of(run, iden)
    if run.may((LAYER, "read"), iden):
        return layer
    if any(run.may(("view", "read"), view.iden) for view in run.host.graph.views() if iden in view.layers):
        return layer
    mesg = f"User ({run.user.name}) can not read layer."
    raise StormError("AuthDeny", mesg, user=run.user.iden, username=run.user.name)


# -- making and deleting


def add(run: Runtime, ldef: Any = None) -> LayerRecord:
    """A new layer with the settings given. Raises StormError: AuthDeny, SchemaViolation."""
    run.confirm((LAYER, "add"))
    info = {} if ldef is None else to_prim(run, ldef)
    if not isinstance(info, dict):
        raise StormError("SchemaViolation", "data must be object", name="data")
    checked(LAYER_SCHEMA, info)
    return new(run, info)


def new(run: Runtime, info: dict[str, Any]) -> LayerRecord:
    """A layer without a look at rights; its maker is the admin of it."""
    host = run.host
    rest = {key: valu for key, valu in info.items() if key not in ("name", "readonly")}
    record = LayerRecord(
        host.ids.guid(), info.get("name"), run.user.iden, host.clock.now_ms(), bool(info.get("readonly")), rest
    )
    host.graph.put_layer(record)
    own(run, record.iden, LAYER)
    _tell_added(run, record)
    return record


def like(run: Runtime, old: LayerRecord) -> LayerRecord:
    """An empty layer with the name and settings of another, and all rights that were granted on it."""
    host = run.host
    record = replace(old, iden=host.ids.guid(), created_ms=host.clock.now_ms())
    host.graph.put_layer(record)
    host.gates.add(record.iden, LAYER)
    users, roles = host.accounts.on_gate(old.iden)
    for user in users:
        host.accounts.change_user(user.iden, granting(record.iden, user.gates[old.iden]))
    for role in roles:
        host.accounts.change_role(role.iden, granting(record.iden, role.gates[old.iden]))
    _tell_added(run, record)
    for kind, holders in (("user", users), ("role", roles)):
        for holder in holders:
            _tell_granted(run, record.iden, kind, holder.iden, holder.gates[old.iden])
    return record


def _tell_added(run: Runtime, record: LayerRecord) -> None:
    events = run.host.events
    if events.heard:
        events.tell("layer:add", pack(run, record), events.gates(record.iden))


def _tell_granted(run: Runtime, iden: str, kind: str, holder: str, gate: Gate) -> None:
    events = run.host.events
    if gate.admin:
        user_changed(events, holder, "admin", iden, valu=True)
    for rule in gate.rules or ():
        rule_changed(events, kind, holder, "rule:add", rule, iden)


def granting(iden: str, granted: Gate) -> Callable[[Account], Account]:
    """What gives an account the rights of a gate on the object of that iden."""

    def change(account: Account) -> Account:
        return replace(account, gates={**account.gates, iden: granted})

    return change


def delete(run: Runtime, iden: str) -> None:
    """Delete a layer that no view has. Raises StormError: NoSuchIden, AuthDeny, LayerInUse."""
    record = record_of(run, iden)
    run.confirm((LAYER, "del"), record.iden)
    if any(iden in view.layers for view in run.host.graph.views()):
        raise StormError("LayerInUse", "", iden=iden)
    forget(run, iden)


def forget(run: Runtime, iden: str) -> None:
    """Delete a layer that no view has any more, with all rights on it."""
    events = run.host.events
    gates = events.gates(iden)
    run.host.graph.drop_layer(iden)
    disown(run, iden)
    events.tell("layer:del", {"iden": iden}, gates)


# -- telling and changing


def pack(run: Runtime, record: LayerRecord) -> dict[str, Any]:
    """A layer as the product shows it; the keys come in its order. `offset` and `totalsize`: see `_sizes`."""
    named = {} if record.name is None else {"name": record.name}
    given = {key: valu for key, valu in record.info.items() if key not in FLAGS}
    if any(record.iden == iden for iden in _first(run)):
        told = {**named, "iden": record.iden, "created": record.created_ms, "creator": record.creator, **given}
    else:
        told = {**named, **given, "creator": record.creator, "iden": record.iden, "created": record.created_ms}
    told |= {key: record.info.get(key, DEFAULTS[key]) for key in FLAGS}
    told["readonly"] = record.readonly
    return told | {"model:version": MODEL_VERSION} | _sizes(run, record)


def text(record: LayerRecord) -> str:
    """A layer as `layer.get` and `layer.list` print it."""
    name = record.name or "unnamed"
    return f"Layer: {record.iden} (name: {name}) readonly: {record.readonly} creator: {record.creator}"


def set_option(run: Runtime, record: LayerRecord, name: str, valu: Any) -> None:
    """Change a setting: name, desc, logedits, readonly. Raises StormError: AuthDeny, BadOptValu."""
    run.confirm((LAYER, "set", name), record.iden)
    if name in ("name", "desc"):
        valu = None if valu is None else to_str(valu)
    elif name in ("logedits", "readonly"):
        valu = to_bool(valu)
    else:
        raise StormError("BadOptValu", f"Layer does not support setting: {name}")
    if name == "name":
        record = replace(record, name=valu)
    elif name == "readonly":
        record = replace(record, readonly=valu)
    else:
        record = replace(record, info={**record.info, name: valu})
    run.host.graph.put_layer(record)
    events = run.host.events
    events.tell("layer:set", {"iden": record.iden, "name": name, "valu": valu}, events.gates(record.iden))


def _first(run: Runtime) -> tuple[str, ...]:
    """The layer that came with the cell."""
    layers = run.host.graph.layers()
    return (layers[0].iden,) if layers else ()


def _sizes(run: Runtime, record: LayerRecord) -> dict[str, int]:
    """No log of edits is kept, so there is no offset in it; the size is that of the file that holds all layers."""
    return {"offset": 0, "totalsize": run.host.database.path.stat().st_size}


# -- gates


def own(run: Runtime, iden: str, kind: str) -> None:
    """Make an object that rights can be granted on; who made it is its admin."""
    run.host.gates.add(iden, kind)
    accounts = run.host.accounts
    if accounts.user(run.user.iden) is not None:
        accounts.change_user(run.user.iden, lambda old: replace(old, gates={**old.gates, iden: Gate(admin=True)}))


def disown(run: Runtime, iden: str) -> None:
    """The object is gone, and with it what was granted on it."""
    run.host.accounts.drop_gate(iden)
    run.host.gates.drop(iden)


# -- schemas

_CHECKS: dict[int, Callable[[Any], Any]] = {}


def checked(schema: dict[str, Any], info: Any) -> None:
    """Raises StormError("SchemaViolation") in the words of the library that the product uses, too."""
    import fastjsonschema
    from fastjsonschema import JsonSchemaValueException

    check = _CHECKS.get(id(schema))
    if check is None:
        check = _CHECKS[id(schema)] = fastjsonschema.compile(schema, use_default=False)
    try:
        check(info)
    except JsonSchemaValueException as error:
        raise StormError("SchemaViolation", error.message, name=error.name) from None
