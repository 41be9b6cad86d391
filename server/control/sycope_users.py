"""Users of Sycope, whom its API cannot make: for tests of permissions, of locked users and of several at once."""

from typing import Any

from aiohttp import web

from ...storage.accounts import User
from ..call import Call
from ..sycope import users
from .bodies import read_object, reply
from .errors import ControlError
from .state import Server


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
    problem = users.problem_of(body)
    if problem is not None:
        raise ControlError(400, "BAD_REQUEST", problem)
    password = body.get("password")
    secret = None if password is None else await server.services.passwords.hash(password)
    user, made = await server.services.workers.call(users.put, sycope, body["name"], users.changes_of(body, secret))
    return reply(described(user), status=201 if made else 200)


def described(user: User) -> dict[str, Any]:
    """A user as the control plane shows it."""
    return {"name": user.name, "roles": list(user.roles), "locked": user.locked}
