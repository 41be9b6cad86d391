"""What generators of seeds have in common: reading what a pack says to them, and weighed choices. Pure."""

import math
import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar

from ..packs import BadPack, length_ms

T = TypeVar("T")
# Without a default: the key has to be there.
NEEDED: Any = object()
MOST_ROWS = 2_000_000
LARGEST = 1e15


class Reader:
    """One table of a pack's settings, or one row of its files. where: for messages."""

    def __init__(self, values: Any, where: str) -> None:
        """Raises BadPack if it is no table."""
        if not isinstance(values, dict):
            raise BadPack(f"{where} is no table.")
        self._values: dict[str, Any] = dict(values)
        self._where = where

    def text(self, key: str, default: Any = NEEDED) -> str:
        """A text that is not empty."""
        value: str = self._taken(key, (str,), default, "text")
        return value

    def number(self, key: str, default: Any = NEEDED) -> float:
        """A finite number; the default may be any."""
        value = float(self._taken(key, (int, float), default, "number"))
        if not math.isfinite(value) and value != default:
            raise BadPack(f"{self._where}: {key} is no finite number.")
        return value

    def size(self, key: str, default: Any = NEEDED) -> float:
        """A number from 0 on, and not so large that no column would hold it."""
        value = self.number(key, default)
        if not 0 <= value <= LARGEST:
            raise BadPack(f"{self._where}: {key} is not between 0 and {LARGEST:g}.")
        return value

    def count(self, key: str, default: Any = NEEDED) -> int:
        """A whole number from 0 to MOST_ROWS."""
        value: int = self._taken(key, (int,), default, "whole number")
        if not 0 <= value <= MOST_ROWS:
            raise BadPack(f"{self._where}: {key} is not between 0 and {MOST_ROWS}.")
        return value

    def whole(self, key: str, default: Any = NEEDED) -> int:
        """A whole number."""
        value: int = self._taken(key, (int,), default, "whole number")
        return value

    def flag(self, key: str, default: Any = NEEDED) -> bool:
        """True or false."""
        value: bool = self._taken(key, (bool,), default, "true or false")
        return value

    def length(self, key: str, default: Any = NEEDED) -> int:
        """A length of time such as `1h30m`, in milliseconds."""
        text = self.text(key, default)
        try:
            return length_ms(text)
        except ValueError as error:
            raise BadPack(f"{self._where}: {key}: {error}.") from error

    def several(self, key: str, kind: type[T], default: Any = NEEDED) -> list[T]:
        """A list of values of one type, with at least one in it."""
        value: list[Any] = self._taken(key, (list,), default, "list")
        if not all(type(item) is kind for item in value) or (not value and default is NEEDED):
            raise BadPack(f"{self._where}: {key} is no list with a {kind.__name__} or more in it.")
        return value

    def maybe(self, key: str) -> str | None:
        """A text, None where there is none."""
        value: str | None = self._taken(key, (str, type(None)), None, "text")
        return value

    def table(self, key: str) -> dict[str, Any]:
        """A table of its own."""
        value: dict[str, Any] = self._taken(key, (dict,), NEEDED, "table")
        return value

    def end(self) -> None:
        """See that nothing is left that nobody asked for."""
        if self._values:
            raise BadPack(f"{self._where}: {sorted(self._values)[0]} is not known here.")

    def _taken(self, key: str, kinds: tuple[type, ...], default: Any, what: str) -> Any:
        value = self._values.pop(key, None)
        if value is None and default is not NEEDED:
            return default
        if type(value) not in kinds or value == "":
            raise BadPack(f"{self._where}: {key} is {'missing' if value is None else f'no {what}'}.")
        return value


class Weighed(Generic[T]):
    """Things to choose from, each as often as its weight (from 0 on) says."""

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self.things = things
        # One that is never chosen is in order; of things none of which ever is, each is as good as another.
        self._sums = list(accumulate(weights)) if any(weights) else list(accumulate(1.0 for _ in things))

    def choose(self, chance: random.Random) -> T:
        """One of them."""
        return chance.choices(self.things, cum_weights=self._sums)[0]
