"""The server. `await start(config)` runs one in your event loop, `start_thread(config)` one in a thread of its own.

Both take a `deadringer.server.config.Config`; imports wait until they are called, so that `deadringer healthcheck` and
`--help` do not load a web server.
"""

from typing import TYPE_CHECKING

from .config import Config

if TYPE_CHECKING:
    from .running import RunningServer, ThreadedServer

__all__ = ["Config", "start", "start_thread"]


async def start(config: Config) -> "RunningServer":
    """Start a server in the running event loop; `async with await start(config) as server` stops it. Raises CannotStart."""
    from . import running

    return await running.start(config)


def start_thread(config: Config) -> "ThreadedServer":
    """Start a server in a thread; `with start_thread(config) as server` stops it. Raises CannotStart."""
    from . import running

    return running.start_thread(config)
