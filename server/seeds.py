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
from .cortex import state as cortex_state
from .cortex.state import Cortex
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
        self._copy(sycope_state.FILE, folder)
        if (self._folder / cortex_state.FILE).exists():
            from .cortex import seeding

            self._copy(cortex_state.FILE, folder)
            seeding.make_own(folder, self._make_ids())

    def _copy(self, name: str, folder: Path) -> None:
        target = folder / name
        shutil.copyfile(self._folder / name, target)
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
        if any(pack.scripts() for pack in self.packs):
            self._make_cortex(services, clock)
        self._made_ms = made_ms

    def _make_cortex(self, services: Services, clock: Clock) -> None:
        """The Cortex of the pattern, only where a pack has something for it: else each world makes its own in no time."""
        from .cortex import seeding

        cortex = Cortex.open(self._folder, services, clock, self._make_ids())
        made = False
        try:
            for pack in self.packs:
                seeding.seed(cortex, pack)
            seeding.check_no_blobs(cortex)
            made = True
        finally:
            if made:
                cortex.close()
            else:
                # With the blobs that it put.
                cortex.abandon()
