"""How these tests ask: any path, with what a vendor's client would send where state has to be made or seen."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from yarl import URL

ROOT = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
PUT = "/api/v1/axon/files/put"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read to its end."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of a refusal, whose envelope is checked."""
        found = self.json
        assert list(found) == ["status", "code", "message"]
        assert found["status"] == self.status
        assert found["message"].endswith(".")
        assert self.headers["Content-Type"] == "application/json"
        return self.status, found["code"]


@dataclass(frozen=True, slots=True)
class Client:
    """Sends what it is told. url: with the prefix of a world where it is to have one. headers: of every request."""

    session: aiohttp.ClientSession
    url: str
    headers: tuple[tuple[str, str], ...] = ()

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; `body` is sent as JSON unless it is bytes."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = dict(self.headers) | headers
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, data=data, headers=sent) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST."""
        return await self.ask("POST", path, body, **headers)

    def at(self, url: str) -> "Client":
        """The same client at another base URL."""
        return replace(self, url=url)

    def in_world(self, name: str) -> "Client":
        """The same client in another world, by header."""
        return replace(self, headers=(*self.headers, ("X-Deadringer-World", name)))

    async def make_world(self, **body: Any) -> dict[str, Any]:
        """A new world: its name and URLs."""
        made = await self.post("/_deadringer/worlds", body)
        assert made.status == 201, made
        described: dict[str, Any] = made.json
        return described

    async def worlds(self) -> list[str]:
        """The names of all worlds."""
        return [world["name"] for world in (await self.get("/_deadringer/worlds")).json["worlds"]]

    async def upload(self, data: bytes) -> None:
        """Put bytes into the world's Axon."""
        answer = await self.ask("PUT", PUT, data, **ROOT)
        assert answer.status == 200, answer

    async def has(self, data: bytes) -> bool:
        """Whether the world's Axon has these bytes."""
        answer = await self.get(f"/api/v1/axon/files/has/sha256/{hashlib.sha256(data).hexdigest()}", **ROOT)
        assert answer.status == 200, answer
        found: bool = answer.json["result"]
        return found

    async def add_user(self, name: str) -> None:
        """Make a user of the world's Cortex."""
        answer = await self.post("/api/v1/auth/adduser", {"name": name}, **ROOT)
        assert answer.json["status"] == "ok", answer

    async def users(self) -> set[str]:
        """The names of the Cortex's users."""
        answer = await self.get("/api/v1/auth/users", **ROOT)
        return {user["name"] for user in answer.json["result"]}
