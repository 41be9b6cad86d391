"""What was made of texts, kept by them as long as there is room: clients send as many and as long ones as they like."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

# What keeping a text costs at least, as a count of characters.
LEAST = 256


class Kept(Generic[T]):
    """room: characters that the kept texts may have together; those asked for the longest time ago go. Any thread may ask.

    weigh: what a text, read in a way, counts for, where what is made of it is larger than its length tells. A tree or a
    program takes about a hundred times the memory of its text.
    """

    def __init__(self, room: int, weigh: Callable[[str, Hashable], int] = lambda text, way: len(text)) -> None:
        self._room = room
        self._weigh = weigh
        self._used = 0
        self._made: OrderedDict[tuple[str, Hashable], tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def used(self) -> int:
        """Characters that are kept, and what stands for the cost of each text."""
        return self._used

    def of(self, text: str, way: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for a text, or gave before. way: in which it is read, where there are several."""
        key = (text, way)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key][0]
        # Without the lock: whoever makes may ask, too, and it may take long.
        made = make()
        cost = self._weigh(text, way) + LEAST
        if cost <= self._room:
            self._keep(key, made, cost)
        return made

    def _keep(self, key: tuple[str, Hashable], made: T, cost: int) -> None:
        with self._lock:
            if key in self._made:
                return
            self._made[key] = made, cost
            self._used += cost
            while self._used > self._room:
                _, (_, gone) = self._made.popitem(last=False)
                self._used -= gone
