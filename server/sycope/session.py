"""Who is asking: login, logout, the session cookie, Basic authentication, and the XSRF token (reference: Session).

A session is stored under the digest of its cookie, so what is on disk opens no door; the XSRF token is made from the cookie.
"""

import base64
import binascii
import hashlib
import hmac
from functools import partial

from aiohttp import web

from ...storage.accounts import Session, User
from ..call import Call
from . import bodies
from .choices import LOGIN_BODY_BYTES, SESSION_COOKIE, XSRF_COOKIE, XSRF_HEADER
from .errors import Problem, SycopeError, invalid
from .state import Sycope

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
# A session's last use is written to disk once in this part of its lifetime, so that a restart costs little of it.
WRITTEN_PARTS = 16


async def login(call: Call, sycope: Sycope) -> web.Response:
    """`POST /login` `{"username", "password"}`: the envelope, the session cookie first, then XSRF-TOKEN."""
    body = bodies.parse(await bodies.receive(call, LOGIN_BODY_BYTES))
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    problems = [
        Problem(name, "is missing" if name not in body else "is not a text")
        for name in ("username", "password")
        if not isinstance(body.get(name), str)
    ]
    if problems:
        raise invalid(problems)
    user = await _authenticated(sycope, body["username"], body["password"])
    if user is None:
        raise SycopeError(401, "The user name or the password is wrong.")
    call.user = user.name
    cookie = sycope.ids.token()
    now_ms = sycope.clock.now_ms()
    session = Session(_digest(cookie), user.iden, user.name, now_ms, now_ms)
    await sycope.services.workers.call(_begin, sycope, session)
    response = bodies.done()
    secure = "; Secure" if call.request.secure else ""
    # One client keeps only the first cookie, up to its first semicolon.
    response.headers.add("Set-Cookie", f"{SESSION_COOKIE}={cookie}; Path=/; HttpOnly{secure}")
    response.headers.add("Set-Cookie", f"{XSRF_COOKIE}={_xsrf_token(cookie)}; Path=/{secure}")
    return response


async def logout(call: Call, sycope: Sycope) -> web.Response:
    """`GET /logout`: the session is dead afterwards. With Basic authentication there is none, and nothing happens."""
    iden = _digest(call.request.cookies.get(SESSION_COOKIE, ""))
    await sycope.services.workers.call(sycope.accounts.drop_sessions, lambda session: session.iden == iden)
    sycope.jobs.sweep(sycope.clock.now_ms(), partial(alive, sycope))
    response = bodies.done()
    for name in (SESSION_COOKIE, XSRF_COOKIE):
        response.headers.add("Set-Cookie", f"{name}=; Path=/; Max-Age=0")
    return response


async def enter(call: Call, sycope: Sycope) -> None:
    """The session step: `call.user` is who asks. Raises SycopeError 401, 403 where XSRF-TOKEN is not echoed."""
    cookie = call.request.cookies.get(SESSION_COOKIE)
    user = None if cookie is None else await _of_session(sycope, cookie)
    if user is None:
        user = await _of_basic(sycope, call.request.headers.get("Authorization", ""))
    elif sycope.services.config.sycope_require_xsrf and call.request.method in CHANGING:
        assert cookie is not None
        sent = call.request.headers.get(XSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), _xsrf_token(cookie).encode()):
            raise SycopeError(403, f"The header {XSRF_HEADER} does not hold the value of the cookie {XSRF_COOKIE}.")
    if user is None:
        raise SycopeError(401, "There is no valid session; log in first.")
    call.user = user.name


def iden(call: Call, sycope: Sycope) -> str | None:
    """The iden of the session that a request comes in, None where it comes with Basic authentication alone."""
    found = _digest(call.request.cookies.get(SESSION_COOKIE, ""))
    return found if alive(sycope, found) else None


def alive(sycope: Sycope, session_iden: str) -> bool:
    """Whether a session has neither been ended nor expired."""
    session = sycope.accounts.session(session_iden)
    return session is not None and not _ended(sycope, session)


async def _authenticated(sycope: Sycope, name: str, password: str) -> User | None:
    """The user with this name and password; as slow for one that does not exist or is locked."""
    user = sycope.accounts.user_named(name)
    if user is not None and not _may_enter(user):
        user = None
    configured = sycope.services.config.sycope_password
    right = await sycope.services.passwords.check(password, user.secret if user else None, configured)
    # What was changed while the password was hashed counts.
    user = sycope.accounts.user_named(name)
    return user if right and user is not None and _may_enter(user) else None


def _may_enter(user: User) -> bool:
    return not user.locked and not user.archived


def _begin(sycope: Sycope, session: Session) -> None:
    """Store a session, and forget those that have ended without anybody coming back."""
    accounts = sycope.accounts
    accounts.drop_sessions(lambda other: _ended(sycope, other))
    accounts.put_session(session)


def _ended(sycope: Sycope, session: Session) -> bool:
    return session.used_ms + sycope.services.config.sycope_session_s * 1000 <= sycope.clock.now_ms()


async def _of_session(sycope: Sycope, cookie: str) -> User | None:
    session = sycope.accounts.session(_digest(cookie))
    if session is None or session.user is None:
        return None
    if _ended(sycope, session):
        await sycope.services.workers.call(sycope.accounts.drop_sessions, lambda other: other.iden == session.iden)
        return None
    user = sycope.accounts.user(session.user)
    if user is None or not _may_enter(user):
        return None
    await _use(sycope, session)
    return user


async def _use(sycope: Sycope, session: Session) -> None:
    """Note that a session was used. On disk that is noted only now and then: at the end of each part of its lifetime."""
    now_ms = sycope.clock.now_ms()
    part_ms = max(1, sycope.services.config.sycope_session_s * 1000 // WRITTEN_PARTS)
    if (now_ms - session.created_ms) // part_ms == (session.used_ms - session.created_ms) // part_ms:
        sycope.accounts.touch_session(session.iden, now_ms)
    else:
        await sycope.services.workers.call(sycope.accounts.keep_session, session.iden, now_ms)


async def _of_basic(sycope: Sycope, header: str) -> User | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return await _authenticated(sycope, name, password) if colon else None


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).hexdigest()


def _xsrf_token(cookie: str) -> str:
    return hmac.digest(cookie.encode("utf-8", "surrogateescape"), XSRF_COOKIE.encode(), "sha256").hex()[:32]
