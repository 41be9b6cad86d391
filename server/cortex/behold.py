"""The websocket GET /api/v1/behold: an admin is told of every change as it is made (reference 12.1).

A message `{"type": "call:init"}` begins a stream of events, and each further one another, so that all comes twice; whatever
else a client sends is answered with an `errx`, and the socket stays open. Who asks is found out at the first such message.

What may wait for a reader that stops reading is bounded (`WAITING_BYTES` of `events.py`, and about as much on its way out):
beyond that its socket is closed with 1008, or cut off where it does not take the close either. The product lets it grow. A
world that is reset or dropped and a server that stops close their sockets with 1001.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from ..call import begin
from ..events import End, Listener, Sort, frame, refusal
from . import session
from .answers import allow_origin, is_own
from .errors import HTML
from .visit import Visit

# The product's limit for one message; a longer one closes the socket.
MESSAGE_BYTES = 10 * 1024 * 1024
# How long a client may take to answer a close.
CLOSING_S = 0.5
# Frames in a row before others have their turn: a socket that takes all at once never makes the writer wait.
TURN = 64
INIT = "call:init"
ENDINGS = {
    End.SLOW: (WSCloseCode.POLICY_VIOLATION, b"too many events wait for this reader"),
    End.CLOSED: (WSCloseCode.GOING_AWAY, b"this Cortex is going away"),
}


async def behold(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/behold: the socket, open until one side closes it."""
    refused = refusal_of(visit.request)
    if refused is not None:
        return refused
    socket = web.WebSocketResponse(autoclose=False, compress=False, timeout=CLOSING_S, max_msg_size=MESSAGE_BYTES)
    socket.headers["X-Content-Type-Options"] = "nosniff"
    allow_origin(visit.request, socket)
    try:
        await begin(visit.call, socket)
    except web.HTTPBadRequest:
        # A key that is none, such as the product does not look at.
        visit.call.stream = None
        return _refused(400, "Missing/Invalid WebSocket headers")
    await _Behold(visit, socket).run()
    return socket


def refusal_of(request: web.Request) -> web.Response | None:
    """The answer to a request that does not lead to a socket, in the product's words; None for one that does."""
    headers = request.headers
    if headers.get("Upgrade", "").lower() != "websocket":
        return _refused(400, 'Can "Upgrade" only to "WebSocket".')
    if "upgrade" not in (each.strip().lower() for each in headers.get("Connection", "").split(",")):
        return _refused(400, '"Connection" must be "Upgrade".')
    origin = headers.get("Origin")
    if origin is not None and not is_own(request, origin):
        return _refused(403, "Cross origin websockets not allowed")
    if headers.get("Sec-WebSocket-Version") != "13":
        return web.Response(status=426, headers={"Content-Type": HTML, "Sec-Websocket-Version": "13"})
    if not headers.get("Sec-WebSocket-Key"):
        return _refused(400, "Missing/Invalid WebSocket headers")
    return None


def _refused(status: int, text: str) -> web.Response:
    return web.Response(status=status, body=text.encode(), headers={"Content-Type": HTML})


class _Refused(Exception):
    """Why a message begins no stream: the code and text of its `errx`."""

    def __init__(self, code: str, mesg: str) -> None:
        super().__init__(mesg)
        self.code = code
        self.mesg = mesg


class _Behold:
    """One open socket. user: iden of who listens, once that is known."""

    def __init__(self, visit: Visit, socket: web.WebSocketResponse) -> None:
        self._visit = visit
        self._socket = socket
        self._events = visit.cortex.events
        self._listener = Listener()
        self._user: str | None = None
        self._close_code: int = WSCloseCode.GOING_AWAY

    async def run(self) -> None:
        """Read, write and wait for the end, until one of them is done; then close the socket."""
        tasks = [asyncio.ensure_future(each) for each in (self._read(), self._write(), self._listener.ended())]
        self._events.join(self._listener)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._events.leave(self._listener)
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionError):
                raise outcome

    async def _read(self) -> None:
        """Answer each message, until the client closes or goes."""
        while True:
            message: WSMessage = await self._socket.receive()
            if message.type is WSMsgType.CLOSE:
                self._close_code = message.data or WSCloseCode.OK
                return
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            try:
                await self._admit(message.data)
            except _Refused as error:
                self._listener.put(refusal(error.code, error.mesg), Sort.SAID)
            else:
                self._events.hear(self._listener)
                self._listener.put(frame("init", {}), Sort.INIT)

    async def _write(self) -> None:
        """Send what comes, the events once for each stream."""
        streams = sent = 0
        while True:
            for text, sort in await self._listener.take():
                for _ in range(streams if sort in (Sort.EVENT, Sort.LAST) else 1):
                    await self._socket.send_frame(text, WSMsgType.TEXT)
                    sent += 1
                    if sent % TURN == 0:
                        await asyncio.sleep(0)
                if sort is Sort.INIT:
                    streams += 1
                elif sort is Sort.LAST:
                    streams = 0

    async def _admit(self, message: str | bytes) -> None:
        """Raises _Refused for a message that is not to begin a stream."""
        if read(message).get("type") != INIT:
            raise _Refused("BadMesgFormat", "Invalid initial message")
        visit = self._visit
        if self._user is None:
            caller = await session.identify(visit)
            if caller is not None:
                self._user = caller.user.iden
                visit.call.user = caller.name
        user = None if self._user is None else visit.cortex.accounts.user(self._user)
        if self._user is not None and user is None:
            # What the product comes to say of a user that was deleted meanwhile.
            raise _Refused("AttributeError", "'NoneType' object has no attribute 'get'")
        if user is None or not user.admin:
            raise _Refused("AuthDeny", "Beholder API requires admin privs")

    async def _close(self) -> None:
        """Close the socket in good manners; cut it off where the client has none."""
        end = self._listener.end
        code, text = (self._close_code, b"") if end is None else ENDINGS[end]
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(CLOSING_S):
                await self._socket.close(code=code, message=text)
        transport = self._visit.request.transport
        if transport is not None and self._socket.close_code == WSCloseCode.ABNORMAL_CLOSURE:
            transport.abort()


def read(message: str | bytes) -> dict[str, Any]:
    """The JSON object in a message. Raises _Refused in the product's words, those of Python."""
    if not message:
        raise _Refused("BadJsonText", "Cannot deserialize empty value.")
    try:
        found = json.loads(message)
    except UnicodeDecodeError as error:
        raise _Refused("UnicodeDecodeError", str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _Refused("BadJsonText", str(error)) from error
    if not isinstance(found, dict):
        raise _Refused("AttributeError", f"'{type(found).__name__}' object has no attribute 'get'")
    return found
