"""Users of Sycope, whom its API cannot make: put by seeds and by the control plane. It knows no HTTP but the errors."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...storage.accounts import Role, User
from ...storage.errors import Conflict
from .choices import ADMIN, NAME_CHARACTERS, USER
from .state import Sycope


def put(sycope: Sycope, name: str, changes: dict[str, Any]) -> tuple[User, bool]:
    """Make a user, or change the one of this name; gives it, and whether it is new. Blocks.

    changes: of `secret`, `roles`, `locked`; what is absent stays as it is. A new user has no password, the role ROLE_USER,
    and is not locked. Roles that do not exist are made; whoever has ROLE_ADMIN is an administrator. Raises Conflict, Closed.
    """
    accounts = sycope.accounts
    # Permissions name roles and users alike, so no name may be both.
    if accounts.role(name) is not None:
        raise Conflict(f"{name} is the name of a role.")
    for role in changes.get("roles", ()):
        if role == name or accounts.user_named(role) is not None:
            raise Conflict(f"{role} is the name of a user.")
        if accounts.role(role) is None:
            accounts.add_role(Role(iden=role, name=role))
    if "roles" in changes:
        changes = {**changes, "admin": ADMIN in changes["roles"]}
    known = accounts.user_named(name)
    if known is None:
        return accounts.add_user(replace(User(iden=sycope.ids.guid(), name=name, roles=(USER,)), **changes)), True
    return accounts.change_user(known.iden, lambda user: replace(user, **changes)), False


def is_name(value: object) -> bool:
    """Whether it can name a user or a role."""
    return isinstance(value, str) and 0 < len(value) <= NAME_CHARACTERS and value.isprintable()


def problem_of(item: dict[str, Any]) -> str | None:
    """What is wrong with `{"name", "password"?, "roles"?, "locked"?}`, as one sentence; None if nothing is."""
    if not is_name(item.get("name")):
        return f"name is no text of 1 to {NAME_CHARACTERS} printable characters."
    if not isinstance(item.get("password"), (str, type(None))):
        return "password is not a text."
    roles = item.get("roles", [])
    if not isinstance(roles, Sequence) or isinstance(roles, str) or not all(map(is_name, roles)):
        return "roles is no list of names."
    if not isinstance(item.get("locked", False), bool):
        return "locked is neither true nor false."
    unknown = sorted(item.keys() - {"name", "password", "roles", "locked"})
    return f"{unknown[0]!r} is not known here." if unknown else None


def changes_of(item: dict[str, Any], secret: str | None) -> dict[str, Any]:
    """What a right item sets. secret: the hash of its password, None where it has none."""
    changes: dict[str, Any] = {} if secret is None else {"secret": secret}
    if "roles" in item:
        changes["roles"] = tuple(dict.fromkeys(item["roles"]))
    if "locked" in item:
        changes["locked"] = item["locked"]
    return changes
