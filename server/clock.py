"""The only source of time: one clock a world, so that a test can freeze or move one world's time and no other's."""

import time


class Clock:
    """A world's time in milliseconds since 1970 (UTC).

    It follows the machine until it is frozen; a frozen clock moves only by `advance`.
    """

    def __init__(self, frozen_ms: int | None = None) -> None:
        self._frozen_ms = frozen_ms

    def now_ms(self) -> int:
        """The world's time now, in whole milliseconds."""
        # Read once, as another thread may let the clock run.
        frozen_ms = self._frozen_ms
        if frozen_ms is not None:
            return frozen_ms
        return time.time_ns() // 1_000_000

    def freeze(self, at_ms: int) -> None:
        """Stop at this instant."""
        self._frozen_ms = at_ms

    def advance(self, by_ms: int) -> None:
        """Move a frozen clock; a running one is frozen at the new time."""
        self._frozen_ms = self.now_ms() + by_ms

    def run(self) -> None:
        """Follow the machine's time again."""
        self._frozen_ms = None
