"""How passwords and keys are hashed and checked: scrypt, in worker threads, in constant time.

A check of an unknown user, a locked one or one without a password costs one hash like any other, so that the time tells
nothing. What was found right is remembered for the life of the process as a keyed digest (never the password), so that
clients with Basic authentication on every request do not pay for a hash each time.
"""

import base64
import hashlib
import hmac
import secrets
from collections import OrderedDict

from .workers import Workers

# OWASP's minimum for scrypt is N=2^17 for passwords that guard people; these guard test data, and a login is to take tens of
# milliseconds. 2^14 is what the function's author gave for interactive logins.
COST = {"n": 2**14, "r": 8, "p": 1}
SALT_BYTES = 16
REMEMBERED = 10_000

# In place of a hash: the account has the password that the configuration gives it, until it is changed.
CONFIGURED = "configured"


class Passwords:
    """Hashes and checks for one server."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._secret = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._nobody = f"scrypt${_text(secrets.token_bytes(SALT_BYTES))}${_text(secrets.token_bytes(32))}"

    async def hash(self, password: str) -> str:
        """The text to store for a password."""
        return await self._workers.call(hashed, password)

    async def check(self, password: str, stored: str | None, configured: str = "") -> bool:
        """Whether a password is the one that was stored.

        stored: what `hash` gave, CONFIGURED, or None (never right, and as slow as the others).
        configured: the password that CONFIGURED stands for.
        """
        known = f"{stored}\0{len(configured)}\0{configured}\0{password}"
        mark = hashlib.blake2b(_bytes(known), key=self._secret).digest()
        if mark in self._right:
            self._right.move_to_end(mark)
            return True
        if stored is None or stored == CONFIGURED:
            # Nothing to check against, or it is in memory as it is: either costs one hash all the same.
            await self._workers.call(_check, password, self._nobody)
            right = stored is not None and hmac.compare_digest(_bytes(password), _bytes(configured))
        else:
            right = await self._workers.call(_check, password, stored)
        if right:
            self._right[mark] = None
            if len(self._right) > REMEMBERED:
                self._right.popitem(last=False)
        return right


def hashed(password: str) -> str:
    """The text to store for a password, for who is in a thread already. Blocks."""
    salt = secrets.token_bytes(SALT_BYTES)
    return f"scrypt${_text(salt)}${_text(_derive(password, salt))}"


def _check(password: str, stored: str) -> bool:
    _, salt, digest = stored.split("$")
    return hmac.compare_digest(_derive(password, base64.b64decode(salt)), base64.b64decode(digest))


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(_bytes(password), salt=salt, **COST)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
