"""Users over HTTP (reference 3.2 to 3.6, 2.6)."""

import re
from dataclasses import replace
from typing import Any

from aiohttp import web

from ...storage.accounts import Gate, User
from ...storage.errors import Conflict
from ..accountnews import made_user, user_changed
from ..granting import EVERYBODY, changed_gates, lower_email
from ..packing import pack_rules, pack_user, pack_user_with_roles
from .answers import ok
from .errors import CortexError
from .rules import unpack_rules
from .state import Cortex
from .visit import Visit

ONEPASS_MS = 600_000
# What the database can hold: further off than anybody waits.
LATEST_MS = 2**63 - 1
# The API sets these by truth of the value, whatever its type.
FLAGS = ("locked", "archived", "admin")
# What a new user was given is told of in this order.
TOLD = ("passwd", "admin", "email", "rules")
ARCHIVED = re.compile(r"\s*\+?0*[01]\s*")


async def listing(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/auth/users: all users, by name; archived ones only with `?archived=1`."""
    archived = wants_archived(visit)
    accounts = visit.cortex.accounts
    users = [user for user in accounts.users() if archived or not user.archived]
    return ok([pack_user_with_roles(user, accounts) for user in users])


async def show(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/auth/user/<iden>."""
    return ok(pack_user(user_at(visit)))


async def add(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/adduser: `name`, and what else of `passwd`, `admin`, `email`, `rules` is given.

    The product stores the user before it looks at the rest, and crashes on what is malformed there; here nothing is stored
    then, and the error is an ordinary one.
    """
    body = await visit.json_object()
    name = body.get("name")
    if name is None:
        raise CortexError(400, "MissingField", 'The adduser API requires a "name" argument.')
    check_text(name, "name")
    cortex = visit.cortex
    if cortex.accounts.user_named(name) is not None:
        raise dup_user(name)
    everybody = cortex.accounts.role_named(EVERYBODY)
    user = User(
        iden=cortex.ids.guid(),
        name=name,
        email=email_of(body["email"]) if body.get("email") not in (None, "") else None,
        admin=bool(body.get("admin")),
        secret=await hash_of(cortex, body.get("passwd")),
        roles=(everybody.iden,) if everybody is not None else (),
        rules=unpack_rules(body["rules"]) if body.get("rules") is not None else (),
    )
    try:
        await cortex.services.workers.call(cortex.accounts.add_user, user)
    except Conflict as error:
        # Somebody was quicker with the name, or has the e-mail address.
        taken = cortex.accounts.user_named(name) is not None
        raise dup_user(name) if taken else CortexError(400, "DupUser", str(error)) from error
    given = [each for each in TOLD if body.get(each) is not None and not (each == "email" and user.email is None)]
    made_user(cortex.events, cortex.accounts, user, given, body.get("email"))
    return ok(pack_user(user))


async def change(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/user/<iden>: `name`, `email`, `locked`, `archived`, `admin`, `rules`; a `gate` moves the last two."""
    user = user_at(visit)
    body = await visit.json_object()
    cortex = visit.cortex
    check_change(cortex, body)
    try:
        changed = await cortex.services.workers.call(
            cortex.accounts.change_user, user.iden, lambda current: changed_by(current, body)
        )
    except Conflict as error:
        raise CortexError(400, "DupUser", str(error)) from error
    if changed.locked and not user.locked:
        # A lock ends the sessions for good: they stay dead after unlocking (reference 2.4).
        ends = cortex.accounts.drop_sessions
        await cortex.services.workers.call(ends, lambda session: session.user == user.iden)
    if cortex.events.heard:
        tell_change(cortex, user, changed, body)
    return ok(pack_user(changed))


async def password(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/password/<iden>: by an admin or the user; anybody else is answered as if, and nothing changes."""
    body = await visit.json_object()
    cortex = visit.cortex
    user = cortex.accounts.user(visit.args[0])
    if user is None:
        raise CortexError(404, "NoSuchUser", f"User does not exist: {visit.args[0]}")
    caller = visit.caller.user
    if not caller.admin and caller.iden != user.iden:
        return ok(pack_user(user))
    secret = await hash_of(cortex, body.get("passwd"))
    changed = await cortex.services.workers.call(
        cortex.accounts.change_user, user.iden, lambda current: replace(current, secret=secret)
    )
    user_changed(cortex.events, user.iden, "passwd")
    return ok(pack_user(changed))


async def issue_onepass(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/auth/onepass/issue `{"user", "duration"?: ms}`: a password that works once."""
    body = await visit.json_object()
    cortex = visit.cortex
    user = cortex.accounts.user(body["user"]) if isinstance(body.get("user"), str) else None
    if user is None:
        raise CortexError(404, "NoSuchUser", "The user iden does not exist.")
    duration = body.get("duration", ONEPASS_MS)
    if type(duration) not in (int, float):
        raise CortexError(400, "BadArg", "The duration must be a number of milliseconds.")
    onepass = cortex.ids.guid()
    secret = await cortex.services.passwords.hash(onepass)
    expires = max(0, min(cortex.clock.now_ms() + int(duration), LATEST_MS))
    await cortex.services.workers.call(
        cortex.accounts.change_user,
        user.iden,
        lambda current: replace(current, onepass=secret, onepass_expires_ms=expires),
    )
    # The hash is bytes in the product, which its JSON cannot hold: that is what listeners hear of it.
    user_changed(cortex.events, user.iden, "onepass", valu=(expires, b""))
    return ok(onepass)


def user_at(visit: Visit) -> User:
    """The user that the path names. Raises CortexError."""
    user = visit.cortex.accounts.user(visit.args[0])
    if user is None:
        raise CortexError(404, "NoSuchUser", f"User {visit.args[0]} does not exist.")
    return user


def wants_archived(visit: Visit) -> bool:
    """`?archived=0|1`: read as a number, and the last of several counts (asked of a real Cortex). Raises CortexError."""
    value = visit.request.query.getall("archived", ["0"])[-1]
    if not ARCHIVED.fullmatch(value):
        raise CortexError(400, "BadHttpParam", 'The parameter "archived" must be 0 or 1 if specified.')
    return value.strip().lstrip("+0") == "1"


def check_change(cortex: Cortex, body: dict[str, Any]) -> None:
    """Refuse what cannot be before anything changes. Raises CortexError."""
    if body.get("name") is not None:
        check_text(body["name"], "name")
    if body.get("email") not in (None, ""):
        email_of(body["email"])
    check_gate(cortex, body)
    if body.get("rules") is not None:
        unpack_rules(body["rules"])


def check_gate(cortex: Cortex, body: dict[str, Any]) -> None:
    """Refuse a gate that does not exist, where something is to be changed on it. Raises CortexError."""
    gate = body.get("gate")
    if body.get("rules") is None and body.get("admin") is None:
        return
    if gate is not None and (not isinstance(gate, str) or cortex.gates.kind(gate) is None):
        raise CortexError(404, "NoSuchAuthGate", f"No auth gate for iden {gate}.")


def changed_by(user: User, body: dict[str, Any]) -> User:
    """What a body of `change` makes of a user."""
    gate = body.get("gate")
    if body.get("name") is not None:
        user = replace(user, name=body["name"])
    if body.get("email") is not None:
        user = replace(user, email=email_of(body["email"]) if body["email"] != "" else None)
    flags = {name: bool(body[name]) for name in FLAGS if body.get(name) is not None}
    rules = unpack_rules(body["rules"]) if body.get("rules") is not None else None
    if flags.get("archived"):
        flags["locked"] = True
    elif flags.get("locked") is False and user.archived and "archived" not in flags:
        raise CortexError(400, "BadArg", "Cannot unlock archived user.")
    if gate is not None:
        if rules is not None or "admin" in flags:
            user = replace(user, gates=changed_gates(user.gates, gate, rules, flags.pop("admin", None)))
    elif rules is not None:
        user = replace(user, rules=rules)
    return replace(
        user,
        locked=flags.get("locked", user.locked),
        archived=flags.get("archived", user.archived),
        admin=flags.get("admin", user.admin),
    )


def tell_change(cortex: Cortex, before: User, after: User, body: dict[str, Any]) -> None:
    """Tell of what a body of `change` has changed: a name and an e-mail address only if they are others."""
    events, gate = cortex.events, body.get("gate")
    if after.name != before.name:
        events.tell("user:name", {"iden": after.iden, "valu": after.name})
    if after.email != before.email:
        user_changed(events, after.iden, "email", valu=body["email"])
    if body.get("locked") is not None:
        user_changed(events, after.iden, "locked", valu=bool(body["locked"]))
    if body.get("rules") is not None:
        gates = events.gates(gate)
        if gate is not None and gates and body.get("admin") is not None:
            gates = [with_admin(gates[0], after.iden, bool(before.gates.get(gate, Gate()).admin))]
        told = {"iden": after.iden, "name": "rules", "valu": pack_rules(unpack_rules(body["rules"]))}
        events.tell("user:info", told, gates)
    if body.get("admin") is not None:
        user_changed(events, after.iden, "admin", gate, valu=bool(body["admin"]))
    if body.get("archived") is not None:
        user_changed(events, after.iden, "archived", valu=after.archived)
        if after.archived:
            user_changed(events, after.iden, "locked", valu=True)


def with_admin(gate: dict[str, Any], user: str, admin: bool) -> dict[str, Any]:
    """A packed gate as it was when a user's rules on it were others already, and whether it is its admin was not yet."""
    return {**gate, "users": [{**each, "admin": admin} if each["iden"] == user else each for each in gate["users"]]}


def check_text(value: Any, name: str) -> None:
    """Refuse what is no text. Raises CortexError."""
    if not isinstance(value, str):
        raise CortexError(400, "BadArg", f"The {name} must be a string.")


def dup_user(name: str) -> CortexError:
    """The name is taken."""
    return CortexError(400, "DupUser", f"A user named {name} already exists.")


async def hash_of(cortex: Cortex, value: Any) -> str | None:
    """What to store for a password from a body: text, and not empty; null is none. Raises CortexError."""
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise CortexError(400, "BadArg", "Password must be a string")
    return await cortex.services.passwords.hash(value)


def email_of(value: Any) -> str:
    """An e-mail address from a body, in lower case as it is stored. Raises CortexError."""
    email = lower_email(value) if isinstance(value, str) else None
    if email is None:
        raise CortexError(400, "BadArg", "The email must be an e-mail address.")
    return email
