"""`$lib.auth`: users, roles, the objects that permissions are granted on, rules as texts, and the permissions there are."""

from __future__ import annotations

import re
from typing import Any

from ....storage.accounts import Role, User
from ....storage.errors import Conflict
from ...accountnews import made_role, made_user
from ...granting import EVERYBODY, lower_email
from ...perms import text_of
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, to_prim, to_str
from . import permdefs
from .auth_gate import StormGate, role_of, user_of
from .auth_role import StormRole
from .auth_user import bad_email
from .stores import StormUser

IDEN = re.compile(r"[0-9a-f]{32}")
ROOT = "root"


def rule_from_text(run: Runtime, me: Any, text: Any) -> tuple[bool, tuple[str, ...]]:
    if not isinstance(text, str):
        raise StormError("AttributeError", f"'{python_name(text)}' object has no attribute 'startswith'")
    return not text.startswith("!"), tuple(text.removeprefix("!").split("."))


def text_from_rule(run: Runtime, me: Any, rule: Any) -> str:
    prim = to_prim(run, rule)
    try:
        path, allow = prim[1], prim[0]
        return text_of((bool(allow), path))
    except (IndexError, KeyError, TypeError) as error:
        name = "IndexError" if isinstance(error, IndexError) or not isinstance(prim, dict) else "KeyError"
        raise StormError(name, "list index out of range" if name == "IndexError" else str(error)) from error


def perm_def(run: Runtime, me: Any, perm: Any) -> dict[str, Any] | None:
    parts = to_prim(run, perm)
    if isinstance(parts, str):
        return None
    if not isinstance(parts, list | tuple) or any(isinstance(part, dict) for part in parts):
        # What the product makes of it has no parts.
        raise StormError("IndexError", "list index out of range")
    return permdefs.find(tuple(tuple(part) if isinstance(part, list) else part for part in parts))


def add_user(run: Runtime, me: Any, name: Any, passwd: Any = None, email: Any = None, iden: Any = None) -> StormUser:
    may_either(run, ("auth", "user", "add"), ("storm", "lib", "auth", "users", "add"))
    accounts, text = run.host.accounts, to_str(name)
    if iden is not None:
        iden = to_str(iden)
        if not IDEN.fullmatch(iden):
            raise StormError("BadArg", "Argument it not a valid iden.", name="iden", arg=iden)
        if accounts.user(iden) is not None:
            raise StormError("DupIden", "User already exists for the iden.", iden=iden)
    if accounts.user_named(text) is not None:
        raise dup_user(text)
    address = None if email is None else lower_email(to_str(email))
    if email is not None and address is None:
        raise bad_email(email)
    everybody = accounts.role_named(EVERYBODY)
    user = User(
        iden=run.host.ids.guid() if iden is None else iden,
        name=text,
        email=address,
        secret=None if passwd is None else run.host.hash_password(to_str(passwd)),
        roles=() if everybody is None else (everybody.iden,),
    )
    try:
        accounts.add_user(user)
    except Conflict as error:
        if accounts.user_named(text) is not None:
            raise dup_user(text) from error
        mesg = f"Duplicate email, email={address!r} already exists."
        raise StormError("DupUserEmail", mesg, email=address) from error
    given = [name for name, valu in (("email", email), ("passwd", passwd)) if valu is not None]
    made_user(run.host.events, accounts, user, given, None if email is None else to_str(email))
    return StormUser(user.iden)


def dup_user(name: str) -> StormError:
    return StormError("DupUserName", f"Duplicate username, name={name!r} already exists.", name=name)


def del_user(run: Runtime, me: Any, iden: Any) -> None:
    may_either(run, ("auth", "user", "del"), ("storm", "lib", "auth", "users", "del"))
    user = user_of(run, to_str(iden))
    if user.name == ROOT:
        raise StormError("BadArg", 'User "root" may not be deleted.')
    run.host.accounts.drop_user(user.iden)
    run.host.documents.forget(user.iden)
    run.host.events.tell("user:del", {"iden": user.iden})


def get_user(run: Runtime, me: Any, iden: Any = None) -> StormUser | None:
    wanted = run.user.iden if iden is None else to_str(iden)
    return None if run.host.accounts.user(wanted) is None else StormUser(wanted)


def user_by_name(run: Runtime, me: Any, name: Any) -> StormUser | None:
    user = run.host.accounts.user_named(to_str(name))
    return None if user is None else StormUser(user.iden)


def user_by_email(run: Runtime, me: Any, email: Any) -> StormUser | None:
    address = to_str(email).lower()
    found = (user for user in run.host.accounts.users() if user.email == address)
    user = next(found, None)
    return None if user is None else StormUser(user.iden)


def list_users(run: Runtime, me: Any) -> list[StormUser]:
    return [StormUser(user.iden) for user in run.host.accounts.users()]


def add_role(run: Runtime, me: Any, name: Any, iden: Any = None) -> StormRole:
    may_either(run, ("auth", "role", "add"), ("storm", "lib", "auth", "roles", "add"))
    accounts = run.host.accounts
    if iden is not None:
        iden = to_str(iden)
        if not IDEN.fullmatch(iden):
            raise StormError("BadArg", f"Argument {iden} it not a valid iden.", name="iden", arg=iden)
        if accounts.role(iden) is not None:
            raise StormError("DupIden", f"Role already exists for iden={iden!r}.", iden=iden)
    if not isinstance(name, str):
        # The product takes texts only here, and crashes on the rest.
        raise StormError("AttributeError", f"'{python_name(name)}' object has no attribute 'encode'")
    role = Role(run.host.ids.guid() if iden is None else iden, name)
    try:
        accounts.add_role(role)
    except Conflict as error:
        raise StormError("DupRoleName", f"Duplicate role name, name={name!r} already exists.", name=name) from error
    made_role(run.host.events, role, None)
    return StormRole(role.iden)


def del_role(run: Runtime, me: Any, iden: Any) -> None:
    may_either(run, ("auth", "role", "del"), ("storm", "lib", "auth", "roles", "del"))
    role = role_of(run, to_str(iden))
    if role.name == EVERYBODY:
        raise StormError("BadArg", 'Role "all" may not be deleted.')
    run.host.accounts.drop_role(role.iden)
    run.host.events.tell("role:del", {"iden": role.iden})


def get_role(run: Runtime, me: Any, iden: Any) -> StormRole | None:
    wanted = to_str(iden)
    return None if run.host.accounts.role(wanted) is None else StormRole(wanted)


def role_by_name(run: Runtime, me: Any, name: Any) -> StormRole | None:
    role = run.host.accounts.role_named(to_str(name))
    return None if role is None else StormRole(role.iden)


def list_roles(run: Runtime, me: Any) -> list[StormRole]:
    return [StormRole(role.iden) for role in run.host.accounts.roles()]


def get_gate(run: Runtime, me: Any, iden: Any) -> StormGate | None:
    wanted = to_str(iden)
    return None if run.host.gates.kind(wanted) is None else StormGate(wanted)


def list_gates(run: Runtime, me: Any) -> list[StormGate]:
    return [StormGate(iden) for iden in sorted(run.host.gates.all())]


def may_either(run: Runtime, perm: tuple[str, ...], older: tuple[str, ...]) -> None:
    """Refuse who has neither a permission nor the one that it was called before. Raises StormError."""
    if not run.may(perm):
        run.confirm(older)


LIBRARIES = (
    Library(
        "lib.auth",
        "Who may do what.",
        (
            local("getPermDef(perm: list) -> dict", perm_def, "What is known about a permission."),
            local("getPermDefs() -> list", lambda run, me: permdefs.all_(), "All permissions there are."),
            local(
                "ruleFromText(text: str) -> list", rule_from_text, "The rule that a text such as !node.add stands for."
            ),
            local("textFromRule(rule: list) -> str", text_from_rule, "The text of a rule."),
        ),
    ),
    Library(
        "lib.auth.users",
        "The users.",
        (
            local(
                "add(name: str, passwd: str = null, email: str = null, iden: str = null) -> auth:user",
                add_user,
                "Make a user.",
                writes=True,
            ),
            local("byemail(email: str) -> null|auth:user", user_by_email, "The user with an e-mail address."),
            local("byname(name: str) -> null|auth:user", user_by_name, "The user with a name."),
            local("del(iden: str) -> null", del_user, "Delete a user.", writes=True),
            local("get(iden: str = null) -> null|auth:user", get_user, "A user, or who runs the query."),
            local("list() -> list", list_users, "All users."),
        ),
    ),
    Library(
        "lib.auth.roles",
        "The roles.",
        (
            local("add(name: str, iden: str = null) -> auth:role", add_role, "Make a role.", writes=True),
            local("byname(name: str) -> null|auth:role", role_by_name, "The role with a name."),
            local("del(iden: str) -> null", del_role, "Delete a role.", writes=True),
            local("get(iden: str) -> null|auth:role", get_role, "A role."),
            local("list() -> list", list_roles, "All roles."),
        ),
    ),
    Library(
        "lib.auth.gates",
        "The objects that permissions can be granted on.",
        (
            local("get(iden: str) -> null|auth:gate", get_gate, "One of them."),
            local("list() -> list", list_gates, "All of them."),
        ),
    ),
)
