"""Who is calling, and whether they may (reference 2.1, 14).

Cookie, then key, then Basic: the first that applies decides, and later ones are not tried.
"""

import base64
import binascii
from dataclasses import replace

from ...storage.accounts import User
from .. import perms
from ..accountnews import user_changed
from . import apikeys, cookie
from .errors import denied, no_login
from .state import Cortex
from .visit import Caller, Visit

NOBODY, LOGIN, ADMIN = "", "login", "admin"


async def check(visit: Visit, needs: str) -> None:
    """Find out who calls, and refuse who may not.

    needs: NOBODY (credentials are not looked at), LOGIN, ADMIN, or a permission such as `axon.get`.
    Raises CortexError.
    """
    if needs == NOBODY:
        return
    visit.found = await identify(visit)
    if visit.found is None:
        raise no_login()
    visit.call.user = visit.found.name
    if needs == ADMIN:
        if not visit.caller.user.admin:
            raise denied(f"User {visit.caller.user.iden} ({visit.caller.name}) is not an admin.")
    elif needs != LOGIN:
        require(visit, tuple(needs.split(".")))


def require(visit: Visit, perm: tuple[str, ...]) -> None:
    """Refuse a caller without a permission, given by its parts. Raises CortexError."""
    if not perms.allowed(visit.cortex.accounts, visit.caller.user, perm):
        raise denied(f"User ({visit.caller.name}) must have permission {'.'.join(perm)}")


async def identify(visit: Visit) -> Caller | None:
    """Who calls, None for nobody or for wrong, unknown and locked credentials alike."""
    request, cortex = visit.request, visit.cortex
    iden = session_iden(visit)
    if iden is not None:
        session = cortex.accounts.session(iden)
        user = cortex.accounts.user(session.user) if session is not None and session.user is not None else None
        if session is None or user is None or user.locked:
            return None
        return Caller(user, session.name)
    key = request.headers.get("X-API-KEY")
    if key is not None:
        user = await apikeys.user_of(cortex, key)
    else:
        user = await _basic(cortex, request.headers.get("Authorization", ""))
    return None if user is None else Caller(user, user.name)


def session_iden(visit: Visit) -> str | None:
    """The iden in a validly signed cookie, whether or not it leads to a session."""
    cortex = visit.cortex
    lifetime_s = cortex.services.config.synapse_session_s
    return cookie.read(visit.request, cortex.cookie_secret, cortex.clock.now_ms(), lifetime_s)


async def password_is_right(cortex: Cortex, user: User | None, password: str) -> bool:
    """Whether a password opens a user's account; an unknown user costs as much as a known one.

    A one-time password is good once, until it expires (reference 2.6).
    """
    configured = cortex.services.config.synapse_password
    passwords = cortex.services.passwords
    if user is not None and user.onepass is not None and await passwords.check(password, user.onepass):
        return await cortex.services.workers.call(_use_onepass, cortex, user)
    return await passwords.check(password, user.secret if user is not None else None, configured)


def _use_onepass(cortex: Cortex, user: User) -> bool:
    """Take the one-time password away; only whoever does so first was let in by it."""
    taken: list[bool] = []

    def without(current: User) -> User:
        expires = current.onepass_expires_ms or 0
        taken.append(current.onepass == user.onepass and expires > cortex.clock.now_ms())
        return replace(current, onepass=None, onepass_expires_ms=None) if current.onepass == user.onepass else current

    cortex.accounts.change_user(user.iden, without)
    if taken[0]:
        user_changed(cortex.events, user.iden, "onepass", valu=None)
    return taken[0]


async def _basic(cortex: Cortex, header: str) -> User | None:
    # The product compares the scheme to the letter: `basic` is nobody.
    if not header.startswith("Basic "):
        return None
    try:
        name, colon, password = base64.b64decode(header[len("Basic ") :]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    if not colon:
        return None
    user = cortex.accounts.user_named(name)
    right = await password_is_right(cortex, user, password)
    return user if user is not None and right and not user.locked else None
