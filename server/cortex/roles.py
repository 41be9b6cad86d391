"""Roles over HTTP, and who has them (reference 3.7, 3.8)."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from ...storage.accounts import Role, User
from ...storage.errors import Conflict
from ..accountnews import made_role, roles_changed, rules_changed
from ..granting import EVERYBODY, changed_gates
from ..packing import pack_role, pack_user
from .answers import ok
from .errors import CortexError
from .rules import unpack_rules
from .users import check_gate, check_text
from .visit import Visit


async def listing(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/auth/roles: all roles, by name."""
    return ok([pack_role(role) for role in visit.cortex.accounts.roles()])


async def show(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/auth/role/<iden>."""
    return ok(pack_role(role_at(visit)))


async def add(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/addrole: `name` and `rules`."""
    body = await visit.json_object()
    name = body.get("name")
    if name is None:
        raise CortexError(400, "MissingField", 'The addrole API requires a "name" argument.')
    check_text(name, "name")
    cortex = visit.cortex
    if cortex.accounts.role_named(name) is not None:
        raise CortexError(400, "DupRole", f"A role named {name} already exists.")
    rules = unpack_rules(body["rules"]) if body.get("rules") is not None else ()
    role = Role(iden=cortex.ids.guid(), name=name, rules=rules)
    try:
        await cortex.services.workers.call(cortex.accounts.add_role, role)
    except Conflict as error:
        raise CortexError(400, "DupRole", f"A role named {name} already exists.") from error
    made_role(cortex.events, role, rules if body.get("rules") is not None else None)
    return ok(pack_role(role))


async def change(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/role/<iden>: `rules`, with `gate` those on that gate. A `name` is ignored."""
    role = role_at(visit)
    body = await visit.json_object()
    check_gate(visit.cortex, body)
    if body.get("rules") is None:
        return ok(pack_role(role))
    rules, gate = unpack_rules(body["rules"]), body.get("gate")

    def with_rules(current: Role) -> Role:
        if gate is None:
            return replace(current, rules=rules)
        return replace(current, gates=changed_gates(current.gates, gate, rules, None))

    workers, accounts = visit.cortex.services.workers, visit.cortex.accounts
    changed = await workers.call(accounts.change_role, role.iden, with_rules)
    rules_changed(visit.cortex.events, "role", role.iden, rules, gate)
    return ok(pack_role(changed))


async def drop(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/delrole `{"name"}`: by name, where everything else takes idens. Users lose the role."""
    body = await visit.json_object()
    name = body.get("name")
    if name is None:
        raise CortexError(400, "MissingField", 'The delrole API requires a "name" argument.')
    role = visit.cortex.accounts.role_named(name) if isinstance(name, str) else None
    if role is None:
        raise CortexError(404, "NoSuchRole", f"The role {name} does not exist!")
    keep_everybody(role, "deleted")
    await visit.cortex.services.workers.call(visit.cortex.accounts.drop_role, role.iden)
    visit.cortex.events.tell("role:del", {"iden": role.iden})
    return ok(None)


async def grant(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/auth/grant `{"user", "role"}` (idens): the user dictionary. Granting twice changes nothing."""
    user, role = await user_and_role(visit)

    def with_role(current: User) -> User:
        return current if role.iden in current.roles else replace(current, roles=(*current.roles, role.iden))

    workers, accounts = visit.cortex.services.workers, visit.cortex.accounts
    changed = await workers.call(accounts.change_user, user.iden, with_role)
    roles_changed(visit.cortex.events, accounts, user.iden, user.roles, changed.roles)
    return ok(pack_user(changed))


async def revoke(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/auth/revoke `{"user", "role"}` (idens): the user dictionary."""
    user, role = await user_and_role(visit)
    keep_everybody(role, "revoked")

    def without_role(current: User) -> User:
        return replace(current, roles=tuple(iden for iden in current.roles if iden != role.iden))

    workers, accounts = visit.cortex.services.workers, visit.cortex.accounts
    changed = await workers.call(accounts.change_user, user.iden, without_role)
    roles_changed(visit.cortex.events, accounts, user.iden, user.roles, changed.roles)
    return ok(pack_user(changed))


def role_at(visit: Visit) -> Role:
    """The role that the path names. Raises CortexError."""
    role = visit.cortex.accounts.role(visit.args[0])
    if role is None:
        raise CortexError(404, "NoSuchRole", f"Role {visit.args[0]} does not exist.")
    return role


async def user_and_role(visit: Visit) -> tuple[User, Role]:
    """What a body of grant and revoke names; the user is looked for first. Raises CortexError."""
    body: dict[str, Any] = await visit.json_object()
    user_iden, role_iden = body.get("user"), body.get("role")
    user = visit.cortex.accounts.user(user_iden) if isinstance(user_iden, str) else None
    if user is None:
        raise CortexError(404, "NoSuchUser", f"User iden {user_iden} not found.")
    role = visit.cortex.accounts.role(role_iden) if isinstance(role_iden, str) else None
    if role is None:
        raise CortexError(404, "NoSuchRole", f"Role iden {role_iden} not found.")
    return user, role


def keep_everybody(role: Role, done: str) -> None:
    """Every user has the role `all`, always; the product crashes where we refuse. Raises CortexError."""
    if role.name == EVERYBODY:
        raise CortexError(400, "BadArg", f"The role {EVERYBODY} cannot be {done}.")
