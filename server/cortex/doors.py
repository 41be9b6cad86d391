"""Logging in and out, and what is open to everybody (reference 2.2, 2.3, 4)."""

from aiohttp import web

from ...storage.accounts import Session
from ..packing import pack_user_with_roles
from . import cookie, schemas
from .answers import ok, text
from .errors import HTML, CortexError
from .session import password_is_right, session_iden
from .visit import Visit


async def login(visit: Visit) -> web.StreamResponse:
    """POST /api/v1/login `{"user", "passwd"}`: the user dictionary, and the cookie for a client that has none yet."""
    body = await visit.json()
    schemas.check("login", body)
    cortex = visit.cortex
    user = cortex.accounts.user_named(body["user"])
    right = await password_is_right(cortex, user, body["passwd"])
    if user is None:
        raise CortexError(404, "AuthDeny", "No such user.")
    if user.locked:
        raise CortexError(403, "AuthDeny", "User is locked.")
    if not right:
        raise CortexError(403, "AuthDeny", "Incorrect password.")
    now = cortex.clock.now_ms()
    known = session_iden(visit)
    iden = known or cortex.ids.guid()
    session = Session(iden, user.iden, user.name, created_ms=now, used_ms=now)
    await cortex.services.workers.call(cortex.accounts.put_session, session)
    visit.call.user = user.name
    response = ok(pack_user_with_roles(user, cortex.accounts))
    if known is None:
        lifetime_s = cortex.services.config.synapse_session_s
        cookie.give(response, iden, cortex.cookie_secret, now, lifetime_s, visit.request.secure)
    return response


async def logout(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/logout: always true; the session is gone, the cookie taken back."""
    iden = session_iden(visit)
    accounts = visit.cortex.accounts
    if iden is not None:
        await visit.cortex.services.workers.call(accounts.drop_sessions, lambda session: session.iden == iden)
    response = ok(True)
    cookie.take(response, visit.cortex.clock.now_ms())
    return response


async def active(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/active: whether this cell leads; a stand-in always does."""
    return ok({"active": True})


async def healthcheck(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/healthcheck: the cell's iden and the state of its parts."""
    component = {"status": "nominal", "name": "cortex", "mesg": "", "data": {}}
    return ok({"iden": visit.cortex.iden, "components": [component], "status": "nominal"})


async def robots(visit: Visit) -> web.StreamResponse:
    """GET /robots.txt."""
    return text("User-agent: *\nDisallow: /\n", HTML)
