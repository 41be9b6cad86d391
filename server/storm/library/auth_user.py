"""`auth:user`: a user as a value of Storm, and what can be changed about one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....storage.accounts import Role, User
from ....storage.errors import Conflict, NotFound
from ... import perms
from ...accountnews import roles_changed, user_changed
from ...granting import EVERYBODY, changed_gates, lower_email
from ...packing import pack_role, pack_user_with_roles
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import python_text, to_bool, to_int, to_prim, to_str
from ..values.kinds import iterate
from . import auth_keys, auth_rules
from .auth_gate import check_gate, role_of, shown
from .auth_holder import Holder, rule_methods
from .auth_role import StormRole
from .stores import StormUser, UserJson, UserProfile, UserVars
from .tells import notify_user


def of(run: Runtime, me: StormUser) -> User:
    """What is known about the user. Raises StormError."""
    user = run.host.accounts.user(me.iden)
    if user is None:
        # What the product says of a user that was deleted meanwhile.
        raise StormError("AttributeError", "'NoneType' object has no attribute 'get'")
    return user


def confirm_own(run: Runtime, me: StormUser, name: str) -> None:
    """Users may change some of their own things, others need a permission. Raises StormError."""
    if me.iden == run.user.iden:
        run.confirm(("auth", "self", "set", name), default=True)
    else:
        run.confirm(("auth", "user", "set", name))


def change(run: Runtime, me: StormUser, **facts: Any) -> User:
    """Replace some facts about a user. Raises StormError."""
    try:
        return run.host.accounts.change_user(me.iden, lambda user: replace(user, **facts))
    except NotFound:
        raise StormError("NoSuchUser", f"No user with iden {me.iden}.", user=me.iden) from None


def pack(run: Runtime, me: StormUser) -> dict[str, Any]:
    return pack_user_with_roles(of(run, me), run.host.accounts)


def get(run: Runtime, me: StormUser, name: Any) -> Any:
    return pack(run, me).get(to_str(name))


def set_name(run: Runtime, me: StormUser, valu: Any) -> None:
    confirm_own(run, me, "name")
    name = to_str(valu)
    other = run.host.accounts.user_named(name)
    if other is not None and other.iden != me.iden:
        raise StormError("DupUserName", f"Duplicate username, name={name!r} already exists.", name=name)
    old = run.host.accounts.user(me.iden)
    change(run, me, name=name)
    if old is not None and old.name != name:
        run.host.events.tell("user:name", {"iden": me.iden, "valu": name})


def set_email(run: Runtime, me: StormUser, valu: Any) -> None:
    confirm_own(run, me, "email")
    email = None
    if valu != "":
        email = lower_email(python_text(valu) if not isinstance(valu, str) else valu)
        if email is None:
            raise bad_email(valu)
    old = run.host.accounts.user(me.iden)
    try:
        change(run, me, email=email)
    except Conflict:
        raise StormError("DupUserEmail", f"Duplicate email, email={email!r} already exists.", email=email) from None
    if old is not None and old.email != email:
        user_changed(run.host.events, me.iden, "email", valu=to_str(valu))


def bad_email(valu: Any) -> StormError:
    """The error of what is no e-mail address."""
    text = valu if isinstance(valu, str) else python_text(valu)
    return StormError("BadArg", f'Email address expected in <user>@<fqdn> format, got "{text}"', name="email")


def set_passwd(run: Runtime, me: StormUser, passwd: Any) -> None:
    confirm_own(run, me, "passwd")
    text = None if passwd is None else to_str(passwd)
    if text == "":
        raise StormError("BadArg", "Password must be a string")
    change(run, me, secret=None if text is None else run.host.hash_password(text))
    user_changed(run.host.events, me.iden, "passwd")


def set_locked(run: Runtime, me: StormUser, locked: Any) -> None:
    run.confirm(("auth", "user", "set", "locked"))
    lock = to_bool(locked)
    if not lock and of(run, me).archived:
        raise StormError("BadArg", "Cannot unlock archived user.", user=me.iden)
    change(run, me, locked=lock)
    if lock:
        end_sessions(run, me)
    user_changed(run.host.events, me.iden, "locked", valu=lock)


def set_archived(run: Runtime, me: StormUser, archived: Any) -> None:
    run.confirm(("auth", "user", "set", "archived"))
    away = to_bool(archived)
    if away:
        change(run, me, archived=True, locked=True)
        end_sessions(run, me)
    else:
        change(run, me, archived=False)
    user_changed(run.host.events, me.iden, "archived", valu=away)
    if away:
        user_changed(run.host.events, me.iden, "locked", valu=True)


def end_sessions(run: Runtime, me: StormUser) -> None:
    """A lock ends the sessions for good (reference 2.4)."""
    run.host.accounts.drop_sessions(lambda session: session.user == me.iden)


def set_admin(run: Runtime, me: StormUser, admin: Any, gateiden: Any = None) -> None:
    gate = auth_rules.gate_of(gateiden)
    run.confirm(("auth", "user", "set", "admin"), gate)
    check_gate(run, gate)
    if gate is None:
        change(run, me, admin=to_bool(admin))
    else:
        change(run, me, gates=changed_gates(of(run, me).gates, gate, None, to_bool(admin)))
    user_changed(run.host.events, me.iden, "admin", gate, valu=to_bool(admin))


def roles(run: Runtime, me: StormUser) -> list[StormRole]:
    accounts = run.host.accounts
    return [StormRole(iden) for iden in of(run, me).roles if accounts.role(iden) is not None]


def grant(run: Runtime, me: StormUser, iden: Any, indx: Any = None) -> None:
    run.confirm(("auth", "user", "grant"))
    role = role_of(run, to_str(iden))
    before = of(run, me).roles
    held = list(before)
    if role.iden not in held:
        held.insert(len(held) if indx is None else to_int(indx), role.iden)
        change(run, me, roles=tuple(held))
        roles_changed(run.host.events, run.host.accounts, me.iden, before, tuple(held))


def revoke(run: Runtime, me: StormUser, iden: Any) -> None:
    run.confirm(("auth", "user", "revoke"))
    role = role_of(run, to_str(iden))
    if role.name == EVERYBODY:
        raise StormError("BadArg", 'Role "all" may not be revoked.')
    before = of(run, me).roles
    changed = change(run, me, roles=tuple(held for held in before if held != role.iden))
    roles_changed(run.host.events, run.host.accounts, me.iden, before, changed.roles)


def set_roles(run: Runtime, me: StormUser, idens: Any) -> None:
    run.confirm(("auth", "user", "grant"))
    run.confirm(("auth", "user", "revoke"))
    wanted: list[Role] = [role_of(run, to_str(iden)) for iden in iterate(run, idens)]
    if not any(role.name == EVERYBODY for role in wanted):
        raise StormError("BadArg", 'Role "all" must be in the list of roles set.')
    wanted = list({role.iden: role for role in wanted}.values())
    change(run, me, roles=tuple(role.iden for role in wanted))
    run.host.events.tell("user:info", {"name": "role:set", "iden": me.iden, "roles": list(map(pack_role, wanted))})


def allowed(run: Runtime, me: StormUser, permname: Any, gateiden: Any = None, default: Any = False) -> bool:
    perm, gate = tuple(to_str(permname).split(".")), auth_rules.gate_of(gateiden)
    return perms.allowed(run.host.accounts, of(run, me), perm, gate, to_bool(default))


def allowed_reason(run: Runtime, me: StormUser, permname: Any, gateiden: Any = None, default: Any = False) -> Any:
    perm, gate = tuple(to_str(permname).split(".")), auth_rules.gate_of(gateiden)
    return perms.reason(run.host.accounts, of(run, me), perm, gate, to_bool(default))


def notify(run: Runtime, me: StormUser, mesgtype: Any, mesgdata: Any) -> int:
    if not run.admin():
        raise StormError("AuthDeny", "$user.notify() method requires admin privs.", **run.told())
    return notify_user(run, me.iden, to_str(mesgtype), to_prim(run, mesgdata))


def tell(run: Runtime, me: StormUser, text: Any) -> int:
    run.confirm(("tell", me.iden), default=True)
    return notify_user(run, me.iden, "tell", {"text": to_str(text), "from": run.user.iden})


def set_item(run: Runtime, me: StormUser, name: Any, valu: Any) -> None:
    raise StormError("NoSuchName", f"Setting {to_str(name)} is not supported on auth:user.", name=name)


METHODS = (
    *rule_methods(Holder("user", of, change)),
    local(
        "allowed(permname: str, gateiden: str = null, default: boolean = false) -> boolean",
        allowed,
        "Whether the user has a permission.",
    ),
    local("delApiKey(iden: str) -> boolean", auth_keys.del_key, "Delete an API key.", writes=True),
    local("email: stor", lambda run, me: of(run, me).email, "The e-mail address.", sets=set_email),
    local("genApiKey(name: str, duration: int = null) -> list", auth_keys.gen_key, "Make an API key.", writes=True),
    local("get(name: str) -> prim", get, "A fact about the user.", writes=True),
    local(
        "getAllowedReason(permname: str, gateiden: str = null, default: boolean = false) -> list",
        allowed_reason,
        "Why.",
    ),
    local("getApiKey(iden: str) -> dict", auth_keys.get_key, "What is known about an API key."),
    local("grant(iden: str, indx: int = null) -> null", grant, "Give the user a role.", writes=True),
    local("iden: str", lambda run, me: me.iden, "The iden."),
    local("json: auth:user:json", lambda run, me: UserJson(me.iden), "JSON that is kept for the user."),
    local("listApiKeys() -> list", auth_keys.list_keys, "What is known about the user's API keys."),
    local("modApiKey(iden: str, name: str, valu: any) -> dict", auth_keys.mod_key, "Change an API key.", writes=True),
    local("name: stor", lambda run, me: of(run, me).name, "The name.", sets=set_name),
    local("notify(mesgtype: str, mesgdata: dict) -> null", notify, "Send the user a message of any kind.", writes=True),
    local("pack() -> dict", pack, "The user as a dictionary."),
    local("profile: ctor", lambda run, me: UserProfile(me.iden), "The user's profile."),
    local("revoke(iden: str) -> null", revoke, "Take a role from the user.", writes=True),
    local("roles() -> list", roles, "The user's roles."),
    local(
        "setAdmin(admin: boolean, gateiden: str = null) -> null",
        set_admin,
        "Make the user an admin, or not.",
        writes=True,
    ),
    local("setArchived(archived: boolean) -> null", set_archived, "Put the user away, or bring it back.", writes=True),
    local("setEmail(email: str) -> null", set_email, "Set the e-mail address.", writes=True),
    local("setLocked(locked: boolean) -> null", set_locked, "Lock the user out, or let it in.", writes=True),
    local("setPasswd(passwd: str) -> null", set_passwd, "Set the password.", writes=True),
    local("setRoles(idens: list) -> null", set_roles, "Set all roles.", writes=True),
    local("tell(text: str) -> null", tell, "Send the user a text.", writes=True),
    local("vars: ctor", lambda run, me: UserVars(me.iden), "The user's variables."),
)

KIND = Kind(
    "auth:user",
    "User",
    StormUser,
    "A user.",
    METHODS,
    set_item=set_item,
    show=lambda run, me: f"auth:user: {shown(pack(run, me))}",
    prim=pack,
)
