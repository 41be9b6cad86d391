"""The permission model (reference 3.1): rules, roles, admins, locks and gates.

Asked of a real Cortex: a locked user may nothing and an admin everything; else the first rule that matches decides, and
rules are looked at in this order: the user's on the gate, the user's own, the roles' on the gate, the roles' own. A rule
matches a permission that it is a prefix of.
"""

from collections.abc import Iterator

from ...storage.accounts import Accounts, Rule, User


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


def rules_in_order(accounts: Accounts, user: User, gate: str | None) -> Iterator[Rule]:
    """Every rule that speaks for or against a user, the one that decides first."""
    roles = [role for iden in user.roles if (role := accounts.role(iden)) is not None]
    if gate is not None and (own := user.gates.get(gate)) is not None:
        yield from own.rules or ()
    yield from user.rules
    if gate is not None:
        for role in roles:
            if (granted := role.gates.get(gate)) is not None:
                yield from granted.rules or ()
    for role in roles:
        yield from role.rules
