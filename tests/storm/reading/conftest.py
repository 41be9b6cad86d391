"""A Cortex with the nodes that the recorded answers are about, for tests that only read."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.cortex.state import Cortex
from deadringer.server.ids import Ids
from deadringer.server.model.digest import expand, read_data
from deadringer.server.model.source import ModelSource
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.workers import Workers
from deadringer.storage.blobs import Blobs

from ..edits.asking import NOW_MS, Asking

SETUP = json.loads((Path(__file__).parent / "cases" / "setup.json").read_text())
# The first line of the set-up gives the real Cortex its tag props; ours are in the model that it starts with.
TAGPROPS = {
    "score": {"name": "score", "info": {}, "type": ["int", {}], "stortype": 9},
    "when": {"name": "when", "info": {}, "type": ["time", {}], "stortype": 11},
}


@pytest.fixture(scope="session")
def graph() -> Iterator[Asking]:
    """The Cortex, asked by root."""
    with TemporaryDirectory(prefix="reading-") as name:
        folder, workers = Path(name), Workers(1, 1, 1)
        model = folder / "model.json"
        model.write_text(json.dumps(expand(read_data()) | {"tagprops": TAGPROPS}))
        services = Services(
            Config(ephemeral=True),
            workers,
            Passwords(workers),
            Blobs(folder / "blobs", durable=False),
            ModelSource(model),
        )
        cortex = Cortex.open(folder, services, Clock(NOW_MS), Ids(1))
        try:
            root = cortex.accounts.user_named("root")
            assert root is not None
            asking = Asking(cortex.host(), root)
            for text in SETUP[1:]:
                asking.nodes(text)
            yield asking
        finally:
            cortex.close()
            workers.close()
