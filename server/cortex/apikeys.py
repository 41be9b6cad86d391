"""Whose key opens a door (reference 2.5)."""

from ...storage.accounts import User
from .. import apikeys
from .state import Cortex


async def user_of(cortex: Cortex, text: str) -> User | None:
    """The user a key acts as; None if it is wrong, deleted, expired, or its user locked."""
    iden, secret = apikeys.read(text) or ("", "")
    key = cortex.accounts.key(iden)
    right = await cortex.services.passwords.check(secret, key.secret if key else None)
    if key is None or not right:
        return None
    if key.expires_ms is not None and key.expires_ms <= cortex.clock.now_ms():
        return None
    user = cortex.accounts.user(key.user)
    return None if user is None or user.locked else user
