"""What every world of a server starts with: its seed packs, put into a pattern once, of which worlds are copies.

Copying takes milliseconds where making takes most of a second. The times in a pack are told from the moment at which the
pattern is made, so one that has grown old is made anew before it is copied.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..storage.errors import Conflict
from .clock import Clock
from .ids import Ids
from .packs import BadPack, Pack
from .services import Services
from .sycope import state as sycope_state
from .sycope.errors import SycopeError
from .sycope.state import Sycope

# By the worlds' clock. Packs tell of days; a few minutes are nothing to them.
FRESH_MS = 15 * 60 * 1000


class Seeds:
    """The seeds of one server; one thread at a time may ask.

    packs: in the order in which they are put in. folder: where the pattern lies.
    """

    def __init__(
        self,
        packs: tuple[Pack, ...],
        folder: Path,
        services: Services,
        make_clock: Callable[[], Clock],
        make_ids: Callable[[], Ids],
    ) -> None:
        self.packs = packs
        self._folder = folder
        self._services = services
        self._make_clock = make_clock
        self._make_ids = make_ids
        self._made_ms: int | None = None

    def prepare(self) -> None:
        """Make the pattern, if there is anything to put into it. Blocks. Raises BadPack."""
        if self.packs:
            self._make()
        else:
            # What an earlier server left.
            shutil.rmtree(self._folder, ignore_errors=True)

    def copy_to(self, folder: Path) -> None:
        """Put what a new world starts with into its folder, before it is opened. Blocks. Raises BadPack if it broke since."""
        if not self.packs:
            return
        now_ms = self._make_clock().now_ms()
        if self._made_ms is None or abs(now_ms - self._made_ms) > FRESH_MS:
            self._make()
        # Here the Cortex's part of the seeds will follow: its database, and the owners of its blobs.
        target = folder / sycope_state.FILE
        shutil.copyfile(self._folder / sycope_state.FILE, target)
        if not self._services.config.ephemeral:
            with target.open("rb") as file:
                os.fsync(file.fileno())

    def _make(self) -> None:
        """Nobody reads the pattern while it is made, and it does not outlive the process: it need not wait for the disk."""
        # Here, as most servers have no seeds.
        from .sycope import seeding

        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)
        clock = self._make_clock()
        services = replace(self._services, config=replace(self._services.config, ephemeral=True))
        self._made_ms = None
        made_ms = clock.now_ms()
        sycope = Sycope.open(self._folder, services, clock, self._make_ids())
        try:
            for pack in self.packs:
                try:
                    seeding.seed(sycope, pack)
                except (SycopeError, Conflict) as error:
                    raise BadPack(f"{pack.name}: {error}") from error
        finally:
            # The last connection that closes leaves one file, without a log beside it.
            sycope.close()
        self._made_ms = made_ms
