"""Users and roles as a Cortex shows them (reference 3.1), over HTTP and in Storm."""

from typing import Any

from ..storage.accounts import Accounts, Gate, Role, Rule, User


def pack_user(user: User) -> dict[str, Any]:
    """The user dictionary, with the idens of the roles."""
    return {
        "type": "user",
        "iden": user.iden,
        "name": user.name,
        "rules": pack_rules(user.rules),
        "roles": list(user.roles),
        "admin": user.admin,
        "email": user.email,
        "locked": user.locked,
        "archived": user.archived,
        "authgates": pack_gates(user.gates),
    }


def pack_user_with_roles(user: User, accounts: Accounts) -> dict[str, Any]:
    """The user dictionary with whole role dictionaries, as `login` and `auth/users` give it."""
    found = [accounts.role(iden) for iden in user.roles]
    return {**pack_user(user), "roles": [pack_role(each) for each in found if each is not None]}


def pack_role(role: Role) -> dict[str, Any]:
    """The role dictionary."""
    return {
        "type": "role",
        "iden": role.iden,
        "name": role.name,
        "rules": pack_rules(role.rules),
        "authgates": pack_gates(role.gates),
    }


def pack_rules(rules: tuple[Rule, ...]) -> list[list[Any]]:
    """Rules as lists: `[[true, ["node", "add"]], ...]`."""
    return [[allow, list(path)] for allow, path in rules]


def pack_gates(gates: dict[str, Gate]) -> dict[str, dict[str, Any]]:
    """Gates by iden, each key only if it is set."""
    packed: dict[str, dict[str, Any]] = {}
    for iden, gate in gates.items():
        facts: dict[str, Any] = {}
        if gate.rules is not None:
            facts["rules"] = pack_rules(gate.rules)
        if gate.admin is not None:
            facts["admin"] = gate.admin
        packed[iden] = facts
    return packed


def pack_gate(accounts: Accounts, iden: str, kind: str | None) -> dict[str, Any]:
    """Who was granted what on an object. kind: what it is."""
    users, roles = accounts.on_gate(iden)
    return {
        "iden": iden,
        "type": kind,
        "users": [_granted(user.iden, user.gates[iden]) for user in users],
        "roles": [_granted(role.iden, role.gates[iden]) for role in roles],
    }


def _granted(iden: str, gate: Gate) -> dict[str, Any]:
    return {"iden": iden, "rules": pack_rules(gate.rules or ()), "admin": bool(gate.admin)}
