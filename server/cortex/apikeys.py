"""API keys of Cortex users (reference 2.5): URL-safe base64 of 16 bytes that name the key and 16 that are secret."""

import base64
import re
from typing import Any

from ...storage.accounts import ApiKey, User
from .state import Cortex

HALF = 16
# As the product reads it: nothing but the alphabet, and its one padding (asked of a real Cortex).
KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
# What the database can hold: further off than anybody waits.
LATEST_MS = 2**63 - 1


async def make(cortex: Cortex, user: User, name: str, duration_ms: int | None) -> tuple[str, dict[str, Any]]:
    """A new key of a user: the text to send as X-API-KEY, which is never shown again, and what is known about it."""
    iden = cortex.ids.guid()
    secret = cortex.ids.secret(HALF)
    now = cortex.clock.now_ms()
    key = ApiKey(
        iden=iden,
        user=user.iden,
        name=name,
        secret=await cortex.services.passwords.hash(secret.hex()),
        created_ms=now,
        updated_ms=now,
        expires_ms=None if duration_ms is None else min(now + duration_ms, LATEST_MS),
    )
    await cortex.services.workers.call(cortex.accounts.put_key, key)
    return base64.urlsafe_b64encode(bytes.fromhex(iden) + secret).decode(), info(key)


def info(key: ApiKey) -> dict[str, Any]:
    """What a client is told about a key."""
    facts: dict[str, Any] = {
        "iden": key.iden,
        "name": key.name,
        "user": key.user,
        "created": key.created_ms,
        "updated": key.updated_ms,
    }
    if key.expires_ms is not None:
        facts["expires"] = key.expires_ms
    return facts


async def user_of(cortex: Cortex, text: str) -> User | None:
    """The user a key acts as; None if it is wrong, deleted, expired, or its user locked."""
    raw = base64.urlsafe_b64decode(text) if KEY.fullmatch(text) else b""
    key = cortex.accounts.key(raw[:HALF].hex()) if raw else None
    right = await cortex.services.passwords.check(raw[HALF:].hex(), key.secret if key else None)
    if key is None or not right:
        return None
    if key.expires_ms is not None and key.expires_ms <= cortex.clock.now_ms():
        return None
    user = cortex.accounts.user(key.user)
    return None if user is None or user.locked else user
