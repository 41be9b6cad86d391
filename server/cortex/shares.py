"""How many queries each user has running, so that one cannot take all the threads there are. On the event loop alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .errors import CortexError

# Nothing of the product's, which has no such limit: what HTTP has for it.
TOO_MANY = 429


@dataclass(slots=True)
class Shares:
    """Queries of clients that run, by the iden of the user who asked. most: how many of them one may have."""

    most: int
    running: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one(self, user: str) -> Iterator[None]:
        """One more while the block runs. Raises CortexError("HitLimit") where the user has as many as one may."""
        if self.running[user] >= self.most:
            mesg = f"You have {self.most} queries running in Dead Ringer, as many as synapse_queries_per_user allows."
            raise CortexError(TOO_MANY, "HitLimit", mesg)
        self.running[user] += 1
        try:
            yield
        finally:
            self.running[user] -= 1
            if not self.running[user]:
                del self.running[user]
