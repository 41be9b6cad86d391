"""`auth:role`: a role as a value of Storm, and what can be changed about one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ....storage.accounts import Role, Rule
from ....storage.errors import NotFound
from ...granting import EVERYBODY
from ...packing import pack_role, pack_rules
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import to_str
from . import auth_rules
from .auth_gate import check_gate, of_gates, shown


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
    if of(run, me).name == EVERYBODY:
        raise StormError("BadArg", 'Role "all" may not be renamed.')
    change(run, me, name=name)


def rules(run: Runtime, me: StormRole, gate: str | None) -> tuple[Rule, ...]:
    role = of(run, me)
    return auth_rules.rules_at(role.rules, role.gates, gate)


def store_rules(run: Runtime, me: StormRole, found: tuple[Rule, ...], gate: str | None) -> None:
    check_gate(run, gate)
    if gate is None:
        change(run, me, rules=found)
    else:
        change(run, me, gates=auth_rules.gates_with(of(run, me).gates, gate, found))


def get_rules(run: Runtime, me: StormRole, gateiden: Any = None) -> list[Any]:
    return pack_rules(rules(run, me, auth_rules.gate_of(gateiden)))


def set_rules(run: Runtime, me: StormRole, rules: Any, gateiden: Any = None) -> None:
    gate = confirm_rules(run, gateiden)
    store_rules(run, me, auth_rules.rules_from(run, rules), gate)


def add_rule(run: Runtime, me: StormRole, rule: Any, gateiden: Any = None, indx: Any = None) -> None:
    gate = confirm_rules(run, gateiden)
    added = auth_rules.rule_from(run, rule)
    store_rules(run, me, auth_rules.inserted(rules(run, me, gate), added, indx), gate)


def del_rule(run: Runtime, me: StormRole, rule: Any, gateiden: Any = None) -> None:
    gate = confirm_rules(run, gateiden)
    store_rules(run, me, auth_rules.without(run, rules(run, me, gate), rule), gate)


def pop_rule(run: Runtime, me: StormRole, indx: Any, gateiden: Any = None) -> Any:
    gate = confirm_rules(run, gateiden)
    found = list(rules(run, me, gate))
    popped = found.pop(auth_rules.place_of(tuple(found), indx, f"Role {me.iden}"))
    store_rules(run, me, tuple(found), gate)
    return pack_rules((popped,))[0]


def confirm_rules(run: Runtime, gateiden: Any) -> str | None:
    gate = auth_rules.gate_of(gateiden)
    run.confirm(("auth", "role", "set", "rules"), gate)
    return gate


def set_item(run: Runtime, me: StormRole, name: Any, valu: Any) -> None:
    raise StormError("NoSuchName", f"Setting {to_str(name)} is not supported on auth:role.", name=name)


KIND = Kind(
    "auth:role",
    "Role",
    StormRole,
    "A role.",
    (
        local(
            "addRule(rule: list, gateiden: str = null, indx: int = null) -> null", add_rule, "Add a rule.", writes=True
        ),
        local("delRule(rule: list, gateiden: str = null) -> null", del_rule, "Take a rule away.", writes=True),
        local(
            "gates() -> list",
            lambda run, me: of_gates(run, of(run, me).gates),
            "Objects the role was granted rights on.",
        ),
        local(
            "get(name: str) -> prim", lambda run, me, name: pack(run, me).get(to_str(name)), "A fact about the role."
        ),
        local("getRules(gateiden: str = null) -> list", get_rules, "The role's rules."),
        local("iden: str", lambda run, me: me.iden, "The iden."),
        local("name: stor", lambda run, me: of(run, me).name, "The name.", sets=set_name),
        local("pack() -> dict", pack, "The role as a dictionary."),
        local(
            "popRule(indx: int, gateiden: str = null) -> list", pop_rule, "Take a rule out by its place.", writes=True
        ),
        local("setRules(rules: list, gateiden: str = null) -> null", set_rules, "Set all rules.", writes=True),
    ),
    set_item=set_item,
    show=lambda run, me: f"auth:role: {shown(pack(run, me))}",
    prim=pack,
)
