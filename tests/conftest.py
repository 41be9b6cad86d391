"""What tests of every area share: servers of their own, ephemeral and on free ports."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import uvloop
from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.running import RunningServer, start


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run on the event loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


# Starts a server with these options of Config; it is stopped when the test ends.
Launch = Callable[..., Awaitable[RunningServer]]


@pytest.fixture
async def launch() -> AsyncIterator[Launch]:
    """`await launch(option=..., clock=...)`: a server, ephemeral, on free ports, without TLS unless said otherwise."""
    async with AsyncExitStack() as stack:

        async def launched(clock: Clock | None = None, **options: Any) -> RunningServer:
            config = Config(**{"ephemeral": True, "port": 0, "http_port": 0, "tls": False, **options})
            running = await start(config, make_clock=Clock if clock is None else lambda: clock)
            return await stack.enter_async_context(running)

        yield launched


@pytest.fixture
async def server(launch: Launch) -> RunningServer:
    """A server with the defaults of `launch`."""
    return await launch()
