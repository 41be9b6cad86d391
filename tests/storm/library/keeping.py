"""A Cortex in a folder of the test's own, which can be closed and opened again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.cortex.state import Cortex
from deadringer.server.ids import Ids
from deadringer.server.model.source import ModelSource
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.workers import Workers
from deadringer.storage.blobs import Blobs

from ..edits.asking import NOW_MS, Asking


@contextmanager
def services_in(folder: Path) -> Iterator[Services]:
    """What all worlds of a server share."""
    workers = Workers(1, 1, 1)
    config = Config(ephemeral=True)
    blobs = Blobs(folder / "blobs", durable=False)
    try:
        yield Services(config, workers, Passwords(workers), blobs, ModelSource(config.model))
    finally:
        workers.close()


@contextmanager
def world_in(folder: Path, services: Services, seed: int = 1) -> Iterator[Asking]:
    """The Cortex in a folder, asked by root; made there if there is none."""
    folder.mkdir(exist_ok=True)
    cortex = Cortex.open(folder, services, Clock(NOW_MS), Ids(seed))
    try:
        root = cortex.accounts.user_named("root")
        assert root is not None
        yield Asking(cortex.host(), root)
    finally:
        cortex.close()
