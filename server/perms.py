"""The permission model (reference 3.1): rules, roles, admins, locks and gates.

Asked of a real Cortex: a locked user may nothing and an admin everything; else the first rule that matches decides, and
rules are looked at in this order: the user's on the gate, the user's own, the roles' on the gate, the roles' own. A rule
matches a permission that it is a prefix of.
"""

from collections.abc import Iterator

from ..storage.accounts import Accounts, Role, Rule, User


def allowed(
    accounts: Accounts, user: User, perm: tuple[str, ...], gate: str | None = None, default: bool = False
) -> bool:
    """Whether a user has a permission.

    perm: its parts. gate: iden of the object it is asked for. default: the answer where no rule says anything.
    """
    if user.locked:
        return False
    if user.admin:
        return True
    own = user.gates.get(gate) if gate is not None else None
    if own is not None and own.admin:
        return True
    for allow, path in rules_in_order(accounts, user, gate):
        if perm[: len(path)] == path:
            return allow
    return default


def reason(
    accounts: Accounts, user: User, perm: tuple[str, ...], gate: str | None = None, default: bool = False
) -> tuple[bool, str]:
    """Whether a user has a permission, and what decides that, in the product's words."""
    if user.locked:
        return False, "The user is locked."
    if user.admin:
        return True, "The user is a global admin."
    own = user.gates.get(gate) if gate is not None else None
    if own is not None and own.admin:
        return True, f"The user is an admin of auth gate {gate}."
    for rules, role, where in lists_in_order(accounts, user, gate):
        for allow, path in rules:
            if perm[: len(path)] == path:
                text = text_of((allow, path))
                whose = f"role rule ({text}) for role {role.name}" if role is not None else f"user rule ({text})"
                return allow, f"Matched {whose}{'' if where is None else f' on gate {where}'}."
    return default, "No matching rule found."


def text_of(rule: Rule) -> str:
    """A rule as people write it: `node.add`, `!node.del`."""
    allow, path = rule
    return ("" if allow else "!") + ".".join(path)


def rules_in_order(accounts: Accounts, user: User, gate: str | None) -> Iterator[Rule]:
    """Every rule that speaks for or against a user, the one that decides first."""
    for rules, _, _ in lists_in_order(accounts, user, gate):
        yield from rules


def lists_in_order(
    accounts: Accounts, user: User, gate: str | None
) -> Iterator[tuple[tuple[Rule, ...], Role | None, str | None]]:
    """The lists of rules that speak for or against a user, each with the role and the gate that it is of."""
    roles = [role for iden in user.roles if (role := accounts.role(iden)) is not None]
    if gate is not None and (own := user.gates.get(gate)) is not None:
        yield own.rules or (), None, gate
    yield user.rules, None, None
    if gate is not None:
        for role in roles:
            if (granted := role.gates.get(gate)) is not None:
                yield granted.rules or (), role, gate
    for role in roles:
        yield role.rules, role, None
