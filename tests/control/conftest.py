"""Clients of the control plane of a server of the test's own."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from deadringer.server.running import RunningServer

from .asking import Client

ClientOf = Callable[[RunningServer], Client]


@pytest.fixture
async def client_of() -> AsyncIterator[ClientOf]:
    """Makes clients that share connections and no cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield lambda server: Client(session, server.url)


@pytest.fixture
async def client(server: RunningServer, client_of: ClientOf) -> Client:
    """A client of the test's server."""
    return client_of(server)
