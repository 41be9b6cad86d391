"""A client that is logged in to Sycope, and the index of the seed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from deadringer.server.running import RunningServer

INDEX: dict[str, Any] = {
    "name": "Custom_Test_Index",
    "active": True,
    "rotation": "daily",
    "storeRaw": True,
    "fields": [
        {"name": "timestamp", "type": "long", "sortable": True, "description": "Timestamp", "displayName": "Time"},
        {"name": "text", "type": "string", "description": "A text", "displayName": "Text"},
        {"name": "number", "type": "int", "sortable": True},
    ],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, and the JSON of the body."""

    status: int
    headers: Any
    body: Any


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one server; cookies are kept as a browser keeps them."""

    url: str
    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        """A request below /npm/api/v1, or to a path of its own where it begins with /_."""
        prefix = "" if path.startswith("/_") else "/npm/api/v1"
        async with self.session.request(method, self.url + prefix + path, **options) as response:
            return Answer(response.status, response.headers, await response.json(content_type=None))

    async def login(self, username: str = "admin", password: str = "qwerty") -> Answer:
        """Log in; the cookies stay with the session."""
        return await self.ask("POST", "/login", json={"username": username, "password": password})

    async def make_index(self, **changes: Any) -> str:
        """An index like INDEX but for these keys of its config; gives its id."""
        answer = await self.ask("POST", "/config-element-index/user-index", json={**INDEX, **changes})
        assert answer.status == 200, answer.body
        iden: str = answer.body["id"]
        return iden

    async def inject(self, columns: list[str], rows: list[Any], name: str = INDEX["name"], **more: Any) -> Answer:
        """Rows into an index."""
        return await self.ask(
            "POST", "/index/inject", json={"columns": columns, "indexName": name, "rows": rows, **more}
        )

    async def rows(self, name: str = INDEX["name"], **query: int) -> Any:
        """What is stored of an index."""
        answer = await self.ask("GET", f"/_deadringer/sycope/indexes/{name}/rows", params=query)
        assert answer.status == 200, answer.body
        return answer.body


@pytest.fixture
async def stranger(server: RunningServer) -> AsyncIterator[Client]:
    """A client without a session."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Client(server.url, session)


@pytest.fixture
async def client(stranger: Client) -> Client:
    """A client that is logged in."""
    answer = await stranger.login()
    assert answer.status == 200, answer.body
    return stranger


# Makes a user with these options of the control plane, and logs it in.
Others = Callable[..., Awaitable[Client]]


@pytest.fixture
async def others(server: RunningServer) -> AsyncIterator[Others]:
    """`await others("bob", roles=[...])`: a client logged in as a user of this name, who is made for it."""
    async with AsyncExitStack() as stack:

        async def made(name: str, **options: Any) -> Client:
            session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
            other = Client(server.url, await stack.enter_async_context(session))
            user = {"name": name, "password": "pw", **options}
            answer = await other.ask("POST", "/_deadringer/sycope/users", json=user)
            assert answer.status == 201, answer.body
            assert (await other.login(name, "pw")).status == 200
            return other

        yield made
