"""The only source of randomness: one a world. Seeded, it gives the same idens and ids in the same order each run."""

import base64
import random


class Ids:
    """Makes what the products call idens, ids, keys and secrets.

    seed: None for real randomness (the system's), a number for a repeatable sequence. A seeded world is for tests: whoever
    knows the seed can foretell its session and API keys.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)

    def guid(self) -> str:
        """An iden as Synapse writes it: 32 lower-case hex digits."""
        return self._random.randbytes(16).hex()

    def element(self, now_ms: int) -> str:
        """An id as Sycope writes it: three groups of eight hex digits, the first the time in seconds."""
        rest = self._random.randbytes(8).hex()
        return f"{now_ms // 1000 & 0xFFFFFFFF:08x}-{rest[:8]}-{rest[8:]}"

    def secret(self, size: int = 32) -> bytes:
        """Bytes to sign, to salt or to open a door with."""
        return self._random.randbytes(size)

    def token(self) -> str:
        """A secret for a cookie, in URL-safe base64 without padding."""
        return base64.urlsafe_b64encode(self.secret()).rstrip(b"=").decode()
