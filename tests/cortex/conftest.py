"""Clients of a Cortex of the test's own."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from deadringer.server.running import RunningServer

from .asking import Client

# A client without credentials for a server.
ClientOf = Callable[[RunningServer], Client]


@pytest.fixture
async def client_of() -> AsyncIterator[ClientOf]:
    """Makes clients; they share connections, and no cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield lambda server: Client(session, server.urls.get("http") or server.urls["https"])


@pytest.fixture
async def nobody(server: RunningServer, client_of: ClientOf) -> Client:
    """A client without credentials."""
    return client_of(server)


@pytest.fixture
async def root(nobody: Client) -> Client:
    """The first administrator, by Basic."""
    return nobody.as_user("root", "secret")
