"""Users and roles as the Cortex shows them (reference 3.1), and rules and names as it takes them."""

from typing import Any

from ...storage.accounts import Accounts, Gate, Role, Rule, User
from .errors import CortexError


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


def unpack_rules(value: Any) -> tuple[Rule, ...]:
    """Rules from a body. The product crashes on malformed ones; we refuse them. Raises CortexError."""
    if not isinstance(value, list):
        raise CortexError(400, "BadArg", "Rules must be a list.")
    return tuple(_unpack_rule(each) for each in value)


def _unpack_rule(value: Any) -> Rule:
    if isinstance(value, list) and len(value) == 2:
        allow, path = value
        if isinstance(allow, bool) and isinstance(path, list) and path and all(isinstance(part, str) for part in path):
            return allow, tuple(path)
    raise CortexError(400, "BadArg", "A rule must be a pair of a boolean and a list of permission parts.")
