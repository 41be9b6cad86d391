"""`$lib.crypto.hashes`, `.hmac`, `.coin.ethereum`: digests."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_str
from .keccak import keccak_256
from .python_errors import shown

ADDRESS = frozenset("0123456789abcdef")


def digest_by(name: str) -> Callable[..., str]:
    def digest(run: Runtime, me: Any, byts: Any) -> str:
        return hashlib.new(name, byts, usedforsecurity=False).hexdigest()

    return shown(f"$lib.crypto.hashes.{name}", digest)


HASHES = Library(
    "lib.crypto.hashes",
    "Digests of bytes, in hexadecimal.",
    tuple(
        local(f"{name}(byts: bytes) -> str", digest_by(name), f"The {name.upper()} of bytes.")
        for name in ("md5", "sha1", "sha256", "sha512")
    ),
)


def hmac_digest(run: Runtime, me: Any, key: Any, mesg: Any, alg: Any = "sha256") -> bytes:
    for name, valu in (("key", key), ("mesg", mesg)):
        if not isinstance(valu, bytes):
            raise StormError("BadArg", f"{name} is not bytes.")
    algorithm = to_str(alg)
    try:
        return hmac.digest(key, mesg, algorithm)
    except ValueError as error:
        raise StormError("BadArg", f"Invalid hmac algorithm provided: {algorithm}") from error


HMAC = Library(
    "lib.crypto.hmac",
    "Digests with a key.",
    (local('digest(key: bytes, mesg: bytes, alg: str = "sha256") -> bytes', hmac_digest, "The HMAC of a message."),),
)


def eip55(run: Runtime, me: Any, addr: Any) -> tuple[bool, str | None]:
    """The address in the letters that EIP-55 asks for; the product wants nothing more than hexadecimal digits."""
    digits = to_str(addr).lower().removeprefix("0x")
    if not ADDRESS.issuperset(digits):
        return False, None
    marks = keccak_256(digits.encode()).hex()
    letters = (digit.upper() if int(mark, 16) >= 8 else digit for digit, mark in zip(digits, marks, strict=False))
    return True, "0x" + "".join(letters) + digits[len(marks) :]


ETHEREUM = Library(
    "lib.crypto.coin.ethereum",
    "Ethereum.",
    (local("eip55(addr: str) -> list", eip55, "Whether it is an address, and with the letters of its checksum."),),
)

LIBRARIES = (HASHES, HMAC, ETHEREUM)
