"""`auth:role`: a role as a value of Storm, and what can be changed about one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ....storage.accounts import Role
from ....storage.errors import NotFound
from ...granting import EVERYBODY
from ...packing import pack_role
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import to_str
from .auth_gate import shown
from .auth_holder import Holder, rule_methods


@dataclass(frozen=True, slots=True)
class StormRole:
    """A role, by its iden."""

    iden: str


def of(run: Runtime, me: StormRole) -> Role:
    """What is known about the role. Raises StormError."""
    role = run.host.accounts.role(me.iden)
    if role is None:
        # What the product says of a role that was deleted meanwhile.
        raise StormError("AttributeError", "'NoneType' object has no attribute 'get'")
    return role


def change(run: Runtime, me: StormRole, **facts: Any) -> Role:
    """Replace some facts about a role. Raises StormError."""
    try:
        return run.host.accounts.change_role(me.iden, lambda role: replace(role, **facts))
    except NotFound:
        raise StormError("NoSuchRole", f"No role with iden {me.iden}.") from None


def pack(run: Runtime, me: StormRole) -> dict[str, Any]:
    return pack_role(of(run, me))


def set_name(run: Runtime, me: StormRole, valu: Any) -> None:
    run.confirm(("auth", "role", "set", "name"))
    name = to_str(valu)
    other = run.host.accounts.role_named(name)
    if other is not None and other.iden != me.iden:
        raise StormError("DupRoleName", f"Duplicate role name, name={name!r} already exists.", name=name)
    old = of(run, me).name
    if old == EVERYBODY:
        raise StormError("BadArg", 'Role "all" may not be renamed.')
    change(run, me, name=name)
    if name != old:
        run.host.events.tell("role:name", {"iden": me.iden, "valu": name})


def set_item(run: Runtime, me: StormRole, name: Any, valu: Any) -> None:
    raise StormError("NoSuchName", f"Setting {to_str(name)} is not supported on auth:role.", name=name)


KIND = Kind(
    "auth:role",
    "Role",
    StormRole,
    "A role.",
    (
        *rule_methods(Holder("role", of, change)),
        local(
            "get(name: str) -> prim", lambda run, me, name: pack(run, me).get(to_str(name)), "A fact about the role."
        ),
        local("iden: str", lambda run, me: me.iden, "The iden."),
        local("name: stor", lambda run, me: of(run, me).name, "The name.", sets=set_name),
        local("pack() -> dict", pack, "The role as a dictionary."),
    ),
    set_item=set_item,
    show=lambda run, me: f"auth:role: {shown(pack(run, me))}",
    prim=pack,
)
