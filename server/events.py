"""What happens in one Cortex, told to whoever listens (reference 12.1): one `Events` a Cortex, a `Listener` a reader.

Whoever has made a change tells it, from whatever thread, and goes on at once: a listener takes a bounded amount, and one
whose reader does not keep up is over. Where nobody hears nothing is packed, written or kept. What an event means is not
known here.
"""

import asyncio
import threading
from collections import deque
from contextlib import suppress
from enum import Enum
from typing import Any

from ..storage.accounts import Accounts
from ..storage.gates import Gates
from . import jsontext
from .packing import pack_gate

# What may wait for one reader, in bytes; what one frame counts for beside its text.
WAITING_BYTES = 8 * 1024 * 1024
FRAME_BYTES = 512


class Sort(Enum):
    """What a frame is: of an event, of one that ends the streams, the begin of a stream, or anything else that is said."""

    EVENT = 1
    LAST = 2
    INIT = 3
    SAID = 4


class End(Enum):
    """Why a listener is over."""

    SLOW = 1
    CLOSED = 2


Frame = tuple[bytes, Sort]


class Listener:
    """What waits for one reader on the event loop; nobody ever waits for the reader.

    Frames are put by whoever holds the lock of `Events`, or on the event loop before the listener hears.
    """

    def __init__(self, limit: int = WAITING_BYTES) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        # What has been put and what has been taken, ever: each has one writer.
        self._put = 0
        self._taken = 0
        self._frames: deque[Frame] = deque()
        self._filled = asyncio.Event()
        self._ended = asyncio.Event()
        self.end: End | None = None

    def put(self, text: bytes, sort: Sort) -> None:
        """Add a frame; where too much waits for the reader already, that is its end."""
        if self.end is not None:
            return
        if self._put - self._taken >= self._limit:
            self.close(End.SLOW)
            return
        self._put += len(text) + FRAME_BYTES
        self._frames.append((text, sort))
        self._wake(self._filled)

    def close(self, end: End) -> None:
        """Nothing comes any more."""
        self.end = end
        self._wake(self._ended)

    async def take(self) -> list[Frame]:
        """All frames that wait, at least one."""
        while not self._frames:
            self._filled.clear()
            if self._frames:
                break
            await self._filled.wait()
        frames = [self._frames.popleft() for _ in range(len(self._frames))]
        self._taken += sum(len(text) + FRAME_BYTES for text, _ in frames)
        return frames

    async def ended(self) -> None:
        """Wait until nothing comes any more."""
        await self._ended.wait()

    def _wake(self, event: asyncio.Event) -> None:
        # A loop that is closed has no reader left to wake.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(event.set)


class Events:
    """Where changes of one Cortex are told. accounts, gates: of whom is told who may do what with a changed object."""

    def __init__(self, accounts: Accounts, gates: Gates) -> None:
        self._accounts = accounts
        self._gates = gates
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        # Replaced as a whole, so that telling needs no lock where nobody hears.
        self._hearing: tuple[Listener, ...] = ()
        self._told = 0
        self._closed = False

    @property
    def heard(self) -> bool:
        """Whether anybody hears: whoever has to work for what is told asks first."""
        return bool(self._hearing)

    def tell(self, event: str, info: Any, gates: list[dict[str, Any]] | None = None, **more: Any) -> None:
        """Tell a change that has been made; any thread may.

        event: its name. info: what there is to know, JSON-able. gates: what `gates` gave for the objects it is about.
        more: what stands beside them.
        """
        if not self._hearing:
            return
        facts = {"event": event, "offset": 0, "info": info, **({} if gates is None else {"gates": gates}), **more}
        with self._lock:
            facts["offset"] = self._told
            self._told += 1
            text, sort = _event(facts)
            for listener in self._hearing:
                listener.put(text, sort)

    def gates(self, *idens: str | None) -> list[dict[str, Any]] | None:
        """Who may do what with objects as it is now, if anybody hears; None where there are none of them."""
        if not self._hearing or not any(idens):
            return None
        kinds = ((iden, self._gates.kind(iden)) for iden in idens if iden is not None)
        return [pack_gate(self._accounts, iden, kind) for iden, kind in kinds if kind is not None]

    def join(self, listener: Listener) -> None:
        """The listener ends with this; it hears nothing yet."""
        with self._lock:
            if self._closed:
                listener.close(End.CLOSED)
            self._listeners.add(listener)

    def hear(self, listener: Listener) -> None:
        """From now on a listener that has joined is told all; asking twice is harmless."""
        with self._lock:
            if listener in self._listeners and listener not in self._hearing:
                self._hearing = (*self._hearing, listener)

    def leave(self, listener: Listener) -> None:
        """The listener is told no more."""
        with self._lock:
            self._listeners.discard(listener)
            self._hearing = tuple(each for each in self._hearing if each is not listener)

    def close(self) -> None:
        """Nothing happens here any more: every listener is over. Closing twice is harmless."""
        with self._lock:
            self._closed = True
            self._hearing = ()
            for listener in self._listeners:
                listener.close(End.CLOSED)


def frame(kind: str, data: Any) -> bytes:
    """One message of the socket, as the product writes it. Raises TypeError for what JSON cannot hold."""
    return jsontext.dumps({"type": kind, "data": data})


def refusal(code: str, mesg: str) -> bytes:
    """The message that says why something did not come to be."""
    return frame("errx", {"code": code, "mesg": mesg})


def _event(facts: dict[str, Any]) -> Frame:
    try:
        return frame("iter", facts), Sort.EVENT
    except RecursionError:
        return refusal("RecursionError", "maximum recursion depth exceeded"), Sort.LAST
    except TypeError as error:
        # It ends the product's streams, too (asked of a real Cortex).
        kind = str(error).removeprefix("Object of type ").partition(" ")[0]
        mesg = f"TypeError: Object of type '{kind}' is not JSON serializable"
        return refusal("MustBeJsonSafe", mesg), Sort.LAST
