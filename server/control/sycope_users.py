"""Users of Sycope, whom its API cannot make: for tests of permissions, of locked users and of several at once."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from ...storage.accounts import Role, User
from ..call import Call
from ..sycope.choices import ADMIN, USER
from ..sycope.state import Sycope
from .bodies import read_object, reply, text
from .errors import ControlError
from .state import Server

NAME_CHARACTERS = 255


async def listing(call: Call, server: Server) -> web.Response:
    """`{"users": [{"name", "roles", "locked"}, ...]}`, ordered by name."""
    sycope = server.worlds.get(call.world).sycope
    return reply({"users": [described(user) for user in sycope.accounts.users()]})


async def make(call: Call, server: Server) -> web.Response:
    """`{"name", "password"?, "roles"?, "locked"?}` makes a user (201) or changes the one of that name (200).

    Keys that are absent stay as they are; a new user has no password, the role ROLE_USER, and is not locked. Roles that do
    not exist are made. Whoever has ROLE_ADMIN is an administrator.
    """
    body = await read_object(call, "name", "password", "roles", "locked")
    sycope = server.worlds.get(call.world).sycope
    name = text(body, "name")
    if not is_name(name):
        raise ControlError(400, "BAD_REQUEST", f"name is no text of 1 to {NAME_CHARACTERS} printable characters.")
    assert name is not None
    changes: dict[str, Any] = {}
    if (password := text(body, "password")) is not None:
        changes["secret"] = await server.services.passwords.hash(password)
    if "roles" in body:
        changes["roles"] = _roles(body["roles"])
    if "locked" in body:
        if not isinstance(body["locked"], bool):
            raise ControlError(400, "BAD_REQUEST", "locked is neither true nor false.")
        changes["locked"] = body["locked"]
    user, made = await server.services.workers.call(_put, sycope, name, changes)
    return reply(described(user), status=201 if made else 200)


def described(user: User) -> dict[str, Any]:
    """A user as the control plane shows it."""
    return {"name": user.name, "roles": list(user.roles), "locked": user.locked}


def is_name(value: object) -> bool:
    """Whether it can name a user or a role."""
    return isinstance(value, str) and 0 < len(value) <= NAME_CHARACTERS and value.isprintable()


def _roles(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(map(is_name, given)):
        raise ControlError(400, "BAD_REQUEST", "roles is no list of names.")
    return tuple(dict.fromkeys(given))


def _put(sycope: Sycope, name: str, changes: dict[str, Any]) -> tuple[User, bool]:
    """The user, and whether it is new. Raises ControlError, Conflict. Blocks."""
    accounts = sycope.accounts
    # Permissions name roles and users alike, so no name may be both.
    if accounts.role(name) is not None:
        raise ControlError(409, "CONFLICT", f"{name} is the name of a role.")
    for role in changes.get("roles", ()):
        if role == name or accounts.user_named(role) is not None:
            raise ControlError(409, "CONFLICT", f"{role} is the name of a user.")
        if accounts.role(role) is None:
            accounts.add_role(Role(iden=role, name=role))
    if "roles" in changes:
        changes = {**changes, "admin": ADMIN in changes["roles"]}
    known = accounts.user_named(name)
    if known is None:
        return accounts.add_user(replace(User(iden=sycope.ids.guid(), name=name, roles=(USER,)), **changes)), True
    return accounts.change_user(known.iden, lambda user: replace(user, **changes)), False
