"""Collectors: what queries of a user stored by `dst`, for later ones of the same user (nql.md chapter 8).

They are held in memory and go when nobody used them for a while, with their world, and with the server.
"""

from typing import TYPE_CHECKING

from ..config import Config
from .errors import SycopeError

if TYPE_CHECKING:
    # The language is loaded when the first query comes.
    from ..nql.tables import Table


class Collectors:
    """The collectors of one world; any thread may ask. A name belongs to one user: others neither see nor take it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._held: dict[tuple[str, str], tuple[Table, list[int]]] = {}

    def find(self, user: str, name: str, now_ms: int) -> "Table | None":
        """The collector of this name, None if there is none."""
        self._expire(now_ms)
        found = self._held.get((user, name))
        if found is None:
            return None
        table, used_ms = found
        used_ms[0] = now_ms
        return table

    def store(self, user: str, name: str, table: "Table", now_ms: int) -> bool:
        """Make a collector; False if the user has one of this name. Raises SycopeError 400 where there are too many."""
        self._expire(now_ms)
        if (user, name) in self._held:
            return False
        config, held = self._config, list(self._held.values())
        if len(held) >= config.sycope_collectors:
            raise SycopeError(400, f"There are {config.sycope_collectors} collectors already; no more are kept.")
        if len(table.rows) + sum(len(other.rows) for other, _ in held) > config.sycope_collector_rows:
            raise SycopeError(
                400, f"The collector {name} would bring the rows of all above {config.sycope_collector_rows}."
            )
        entry = (table, [now_ms])
        # One step, as another thread may make it at the same time.
        return self._held.setdefault((user, name), entry) is entry

    def _expire(self, now_ms: int) -> None:
        before_ms = now_ms - self._config.sycope_job_s * 1000
        for key, (_, used_ms) in list(self._held.items()):
            if used_ms[0] <= before_ms:
                self._held.pop(key, None)
