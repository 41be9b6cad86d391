"""API keys of Cortex users (reference 2.5): URL-safe base64 of 16 bytes that name the key and 16 that are secret."""

import base64
import re
from collections.abc import Callable
from typing import Any

from ..storage.accounts import ApiKey, User
from .clock import Clock
from .ids import Ids

HALF = 16
# As the product reads it: nothing but the alphabet, and its one padding (asked of a real Cortex).
KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
# What the database can hold: further off than anybody waits.
LATEST_MS = 2**63 - 1


def make(
    ids: Ids, clock: Clock, user: User, name: str, duration_ms: int | None, hash_secret: Callable[[str], str]
) -> tuple[str, ApiKey]:
    """A new key of a user, which nobody has stored yet, and the text to send as X-API-KEY, which is never shown again.

    hash_secret: a text to what is stored for it; blocks.
    """
    iden = ids.guid()
    secret = ids.secret(HALF)
    now = clock.now_ms()
    key = ApiKey(
        iden=iden,
        user=user.iden,
        name=name,
        secret=hash_secret(secret.hex()),
        created_ms=now,
        updated_ms=now,
        expires_ms=None if duration_ms is None else min(now + duration_ms, LATEST_MS),
    )
    return base64.urlsafe_b64encode(bytes.fromhex(iden) + secret).decode(), key


def read(text: str) -> tuple[str, str] | None:
    """The iden and the secret that a text has, as they are stored and hashed; None for what is no key."""
    if not KEY.fullmatch(text):
        return None
    raw = base64.urlsafe_b64decode(text)
    return raw[:HALF].hex(), raw[HALF:].hex()


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
