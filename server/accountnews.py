"""What is told of new users and roles, alike over HTTP and in Storm (reference 12.1, asked of a real Cortex).

Of a new account the bare beginning is told first, then each thing that it was given.
"""

from collections.abc import Iterable

from ..storage.accounts import Accounts, Role, Rule, User
from .events import Events
from .packing import pack_role, pack_rules, pack_user


def made_user(events: Events, accounts: Accounts, user: User, given: Iterable[str], email: str | None) -> None:
    """Tell of a user that was made.

    given: names of what was given, in the order that it is told. email: as it was written; in lower case it is stored.
    """
    if not events.heard:
        return
    events.tell("user:add", pack_user(User(user.iden, user.name)))
    roles_changed(events, accounts, user.iden, (), user.roles)
    told = {**pack_user(user), "email": email}
    for name in given:
        user_changed(events, user.iden, name, **({} if name == "passwd" else {"valu": told[name]}))


def made_role(events: Events, role: Role, rules: tuple[Rule, ...] | None) -> None:
    """Tell of a role that was made. rules: what was given, if anything was."""
    events.tell("role:add", pack_role(Role(role.iden, role.name)))
    if rules is not None:
        events.tell("role:info", {"iden": role.iden, "name": "rules", "valu": pack_rules(rules)})


def user_changed(events: Events, iden: str, name: str, gate: str | None = None, **told: object) -> None:
    """Tell of a fact about a user, or of what it may do on a gate."""
    events.tell("user:info", {"iden": iden, "name": name, **told}, events.gates(gate))


def rules_changed(events: Events, kind: str, iden: str, rules: tuple[Rule, ...], gate: str | None = None) -> None:
    """Tell of all rules of an account, or of those on a gate. kind: `user` or `role`."""
    events.tell(f"{kind}:info", {"iden": iden, "name": "rules", "valu": pack_rules(rules)}, events.gates(gate))


def rule_changed(
    events: Events, kind: str, iden: str, name: str, rule: Rule, gate: str | None = None, **more: object
) -> None:
    """Tell of one rule of an account, which came or went. name: `rule:add` or `rule:del`."""
    told = {"name": name, "iden": iden, "valu": pack_rules((rule,))[0], **more}
    events.tell(f"{kind}:info", told, events.gates(gate))


def roles_changed(
    events: Events, accounts: Accounts, iden: str, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """Tell of roles that a user was given, or that were taken from it."""
    if not events.heard:
        return
    gone = [("role:revoke", each) for each in before if each not in after]
    come = [("role:grant", each) for each in after if each not in before]
    for name, each in gone + come:
        role = accounts.role(each)
        if role is not None:
            events.tell("user:info", {"name": name, "iden": iden, "role": pack_role(role)})
