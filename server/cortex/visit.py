"""What a handler of the Cortex is given: the request, its Cortex, and who asks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ...storage.accounts import User
from .. import jsontext
from ..call import Call
from .errors import BadRequest, CortexError, NullBody, Page
from .state import Cortex

if TYPE_CHECKING:
    from ..storm.host import Host


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `name` is what refusals call them: in a session the user's name at login (reference 2.1)."""

    user: User
    name: str


@dataclass(slots=True)
class Visit:
    """One request to the Cortex. `args`: the captured parts of its path, percent-decoded."""

    call: Call
    cortex: Cortex
    args: tuple[str, ...] = ()
    found: Caller | None = None

    @property
    def request(self) -> web.Request:
        """The request itself."""
        return self.call.request

    @property
    def caller(self) -> Caller:
        """Who asks, on a route that needs somebody."""
        assert self.found is not None
        return self.found

    async def host(self) -> "Host":
        """What Storm runs in. It is made in a thread, so that other requests go on while the language is imported."""
        made = self.cortex.made_host
        return made if made is not None else await self.cortex.services.workers.call(self.cortex.host)

    async def json(self) -> Any:
        """The body as JSON, whatever the Content-Type says. Raises CortexError, BadRequest (reference 1.6).

        What Python reads besides is taken, too, as the product does: NaN, halves of surrogate pairs, UTF-16.
        """
        data = await self.read()
        try:
            return jsontext.loads_loosely(data)
        except ValueError as error:
            raise CortexError(400, "SchemaViolation", "Invalid JSON content.") from error

    async def json_object(self) -> dict[str, Any]:
        """The body as a JSON object. The product crashes on other values, which is its 500 page (reference 1.6).

        Raises CortexError, BadRequest, NullBody, Page.
        """
        body = await self.json()
        if body is None:
            raise NullBody
        if not isinstance(body, dict):
            raise Page(500, served=True)
        return body

    async def read(self) -> bytes:
        """The whole body, up to the product's limit. Raises BadRequest."""
        limit = self.cortex.services.config.synapse_body_bytes
        if (self.request.content_length or 0) > limit:
            raise BadRequest
        parts: list[bytes] = []
        size = 0
        while part := await self.request.content.readany():
            size += len(part)
            if size > limit:
                raise BadRequest
            parts.append(part)
        return b"".join(parts)
