"""How these tests ask the Cortex: a client without cookies or credentials of its own, and users made over the API."""

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from deadringer.server.running import RunningServer
from multidict import CIMultiDictProxy
from yarl import URL

API = "/api/v1"
NOT_LOGGED_IN = (401, "NotAuthenticated", "The session is not logged in.")
LONG_S = 60.0
# aiohttp wants more than this as a file.
LARGE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read to its end."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def result(self) -> Any:
        """What a good answer holds."""
        assert self.status == 200, (self.status, self.body)
        found = self.json
        assert found.keys() == {"status", "result"}
        assert found["status"] == "ok"
        return found["result"]

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Status, code and message of a refusal, whose envelope is checked."""
        found = self.json
        assert list(found) == ["status", "code", "mesg"], found
        assert found["status"] == "err"
        assert self.headers["Content-Type"] == "application/json; charset=UTF-8"
        return self.status, found["code"], found["mesg"]

    @property
    def is_page(self) -> bool:
        """Whether it is the framework's HTML page for its status."""
        reasons = {404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"}
        title = f"{self.status}: {reasons.get(self.status)}"
        page = f"<html><title>{title}</title><body>{title}</body></html>"
        return self.body == page.encode() and self.headers["Content-Type"] == "text/html; charset=UTF-8"


@dataclass(slots=True)
class Client:
    """Sends what it is told and nothing else: cookies are kept by the test. `auth`: for Basic, None for nobody."""

    session: aiohttp.ClientSession
    url: str
    auth: tuple[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """One request; `path` is below /api/v1 unless it says so itself, `body` is sent as JSON unless it is bytes."""
        headers = {**self.headers, **options.pop("headers", {})}
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            options["data"] = data if len(data) < LARGE_BYTES else io.BytesIO(data)
        if self.auth is not None and "Authorization" not in headers:
            headers["Authorization"] = aiohttp.encode_basic_auth(*self.auth)
        whole = path if path.startswith(("/api", "/robots", "/_")) else API + path
        # As it stands: a client of its own mind may not normalise what the test wants to send.
        url = URL(self.url + whole, encoded=True)
        async with self.session.request(method, url, headers=headers, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, body: Any = None, **options: Any) -> Answer:
        """GET."""
        return await self.ask("GET", path, body, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """POST."""
        return await self.ask("POST", path, body, **options)

    def as_user(self, name: str, password: str) -> "Client":
        """The same client with other Basic credentials."""
        return Client(self.session, self.url, (name, password))

    def with_headers(self, **headers: str) -> "Client":
        """The same client without credentials but with these headers (`_` for `-`)."""
        return Client(self.session, self.url, None, {name.replace("_", "-"): text for name, text in headers.items()})

    def in_world(self, name: str) -> "Client":
        """The same client in another world."""
        return Client(self.session, self.url, self.auth, {**self.headers, "X-Deadringer-World": name})

    async def make_user(self, name: str, password: str = "pw", **more: Any) -> dict[str, Any]:
        """A new user, made by this client."""
        made: dict[str, Any] = (await self.post("/auth/adduser", {"name": name, "passwd": password, **more})).result
        return made

    async def make_key(self, user: str, name: str = "key", duration: int | None = None) -> tuple[str, dict[str, Any]]:
        """A new API key of a user, made by this client in Storm: the key, and what is told of it. duration: ms."""
        query = "return($lib.auth.users.byname($user).genApiKey($name, duration=$duration))"
        opts = {"vars": {"user": user, "name": name, "duration": duration}}
        key, info = (await self.post("/storm/call", {"query": query, "opts": opts})).result
        return key, info

    async def user(self, name: str) -> dict[str, Any]:
        """A user as `auth/users` shows it."""
        found: list[dict[str, Any]] = (await self.get("/auth/users?archived=1")).result
        return next(each for each in found if each["name"] == name)

    async def login(self, name: str, password: str, cookie: str | None = None) -> Answer:
        """Log in, with a cookie if one is given."""
        headers = {} if cookie is None else {"Cookie": cookie}
        return await self.post("/login", {"user": name, "passwd": password}, headers=headers)


async def until(condition: Callable[[], bool], client: Client) -> None:
    """Ask the server for nothing in particular until a condition holds; fails after a long time."""
    async with asyncio.timeout(LONG_S):
        while not condition():
            await client.get("/active")


def cookie_of(answer: Answer) -> str:
    """What a client sends back of the answer's Set-Cookie."""
    assert answer.status == 200, answer.body
    return answer.headers["Set-Cookie"].partition(";")[0]


async def raw(server: RunningServer, sent: bytes, *, end: bool = False) -> bytes:
    """Everything that the server sends to these bytes until it closes; `end` closes our side first."""
    port = int(server.urls["http"].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        if end:
            writer.write_eof()
        return await asyncio.wait_for(reader.read(), LONG_S)
    finally:
        writer.close()
