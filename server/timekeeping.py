"""What begins cron jobs when their moment has come, and takes up the daemons of worlds that have just been opened.

One task a server looks at each world's clock, which may be frozen and moved by hand; it loads no language and no data model
for worlds that have nothing to run.
"""

import asyncio

from ..storage.errors import StorageError
from .logs import LOGGER
from .workers import Workers
from .worlds import World, Worlds

# How long a job may be late by the machine's clock. A look is a few steps a world, and reads nothing.
LOOK_S = 0.1


async def keep_time(worlds: Worlds, workers: Workers) -> None:
    """Look for ever; cancel it to end."""
    while True:
        await asyncio.sleep(LOOK_S)
        await look(worlds, workers)


async def look(worlds: Worlds, workers: Workers) -> None:
    """Begin what is to run by now in any world. What it begins goes on behind."""
    for world in worlds.list():
        if not world.retired and world.cortex.due():
            await _begin(world, workers)


async def _begin(world: World, workers: Workers) -> None:
    try:
        await workers.call(world.cortex.run_due)
    except StorageError as error:
        # The world was reset or dropped meanwhile, or its disk is full: the next look tries again.
        LOGGER.warning("The jobs of the world %s could not be begun: %s", world.name, error)
