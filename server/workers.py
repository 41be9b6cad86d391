"""The only module that knows threads: blocking work is called in a pool, what produces a long stream runs in a thread of its
own behind a bounded channel, and long work that nobody need wait for is a run.

Each kind has a pool of its own, so that stalled readers and long queries can never keep a short call waiting.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from enum import Enum
from typing import Any, Generic, ParamSpec, TypeVar

from .logs import LOGGER

# How long what goes on behind may take to end with its world, and how much of each kind can go on at once; more waits for its
# turn.
CLOSING_S = 1.0
MOST_BEHIND = 256

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Cancelled(Exception):
    """The reader of a channel has gone: whoever produces for it stops."""


class Channel(Generic[T]):
    """A bounded queue from one producing thread to the event loop.

    The producer blocks in `put` while `limit` items wait; the reader takes all that waits in one hop. Both sides go without
    the lock but where the producer has to wait: appending to a deque is a single step in Python, and each number has one
    writer.

    weigh: what an item counts for, where some are much larger than others; the limit is then of the sum.
    """

    def __init__(self, limit: int, loop: asyncio.AbstractEventLoop, weigh: Callable[[T], int] | None = None) -> None:
        self._limit = limit
        self._weigh = weigh
        # What has been put and what has been taken, ever: the one is the producer's to count, the other the reader's.
        self._put = 0
        self._taken = 0
        self._loop = loop
        self._items: deque[T] = deque()
        self._drained = threading.Condition()
        self._stalled = False
        self._filled = asyncio.Event()
        # Whether the reader has been told of items since it last looked.
        self._told = False
        self._ended = False
        self._closed = False
        self._error: BaseException | None = None

    def put(self, item: T) -> None:
        """Hand over one item; blocks while the channel is full. Raises Cancelled once the reader has gone."""
        if self._put - self._taken >= self._limit:
            self._wait_for_room()
        if self._closed:
            raise Cancelled
        self._put += 1 if self._weigh is None else self._weigh(item)
        self._items.append(item)
        if not self._told:
            self._told = True
            self._wake()

    def check(self) -> None:
        """Raises Cancelled once the reader has gone; for producers that have nothing to put for long."""
        if self._closed:
            raise Cancelled

    def end(self, error: BaseException | None = None) -> None:
        """No more items: the reader gets what waits, then the error if there is one."""
        self._error = error
        self._ended = True
        self._wake()

    async def take(self) -> list[T]:
        """All items that wait, at least one; an empty list at the end. Raises what the producer raised."""
        while True:
            # In this order: what is put from here on either is seen below or wakes us.
            self._filled.clear()
            self._told = False
            ended = self._ended
            if self._items:
                items = [self._items.popleft() for _ in range(len(self._items))]
                self._taken += len(items) if self._weigh is None else sum(map(self._weigh, items))
                self._make_room()
                return items
            if ended:
                if self._error is not None:
                    raise self._error
                return []
            await self._filled.wait()

    @property
    def ended(self) -> bool:
        """Whether nothing will come behind what waits now, or has been taken."""
        return self._ended and not self._items

    def close(self) -> None:
        """The reader goes: the producer's next `put` raises Cancelled."""
        self._closed = True
        self._items.clear()
        self._make_room()

    def _wait_for_room(self) -> None:
        with self._drained:
            self._stalled = True
            while self._put - self._taken >= self._limit and not self._closed:
                self._drained.wait()
            self._stalled = False

    def _make_room(self) -> None:
        if self._stalled:
            with self._drained:
                self._drained.notify()

    def _wake(self) -> None:
        # A loop that is closed has no reader left to wake; asking first whether it is would be a race.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._filled.set)


class Gone:
    """Whether whoever asked for some work has gone meanwhile; the work looks now and then."""

    def __init__(self) -> None:
        self.gone = False

    def check(self) -> None:
        """Raises Cancelled once nobody wants the outcome."""
        if self.gone:
            raise Cancelled


class Run:
    """Long work in a thread: `Workers.start` begins it, `wait` hears of its end, `cancel` asks it to stop.

    The work itself calls `check` now and then, and waits by `pause`; both raise Cancelled. error: what it raised else.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self.done = False
        self.error: BaseException | None = None
        self._loop = loop
        self._ended = asyncio.Event()
        self._cancelled = threading.Event()
        self._future: Future[None] | None = None

    def check(self) -> None:
        """Raises Cancelled if nobody wants the work any longer."""
        if self._cancelled.is_set():
            raise Cancelled

    def pause(self, seconds: float) -> None:
        """Wait; raises Cancelled at once when that happens meanwhile."""
        if self._cancelled.wait(seconds):
            raise Cancelled

    def cancel(self) -> None:
        """Ask the work to stop; it does not begin if it has not yet. Any thread may."""
        self._cancelled.set()
        if self._future is not None and self._future.cancel():
            self._end()

    def join(self, seconds: float) -> bool:
        """Wait in a thread until the work has ended, at most so long; whether it has."""
        if self._future is not None:
            wait([self._future], seconds)
        return self.done

    async def wait(self, seconds: float) -> None:
        """Wait until the work has ended, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()

    def _begin(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[["Run"], None],
        failed: Callable[[BaseException], None] = lambda error: None,
        gone: Callable[["Run"], None] = lambda run: None,
    ) -> None:
        self._future = pool.submit(self._to_its_end, work, failed)
        self._future.add_done_callback(lambda _: gone(self))

    def _to_its_end(self, work: Callable[["Run"], None], failed: Callable[[BaseException], None]) -> None:
        try:
            work(self)
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever it was is for who asks for the outcome to know
            self.error = error
            failed(error)
        self._end()

    def _end(self) -> None:
        self.done = True
        if self._loop is None:
            return
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)


class Share(Enum):
    """A kind of work that goes on behind; none waits for another, so queries that sleep for hours keep no cron job waiting.

    CALLS: blocking work of queries, which wait for it in slices.
    """

    QUERIES = "behind"
    DAEMONS = "daemon"
    JOBS = "job"
    TRIGGERS = "trigger"
    CALLS = "beside"


class Background:
    """What goes on in one world without anybody waiting for it, each in a thread of its own; it ends with the world."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # No thread is made before it is needed.
        self._pools = {share: ThreadPoolExecutor(MOST_BEHIND, thread_name_prefix=share.value) for share in Share}
        self._runs: set[Run] = set()
        self._closed = False

    def start(self, work: Callable[[Run], None], share: Share = Share.QUERIES) -> Run:
        """Begin work and give its handle; any thread may. Nothing begins once the world has ended."""
        run = Run(None)
        with self._lock:
            if self._closed:
                run.cancel()
                run.done = True
                return run
            self._runs.add(run)
            run._begin(self._pools[share], work, self._told, self._runs.discard)
        return run

    def close(self) -> None:
        """Tell all of it to stop, and wait a moment; what does not look meanwhile will find its database closed."""
        with self._lock:
            self._closed = True
        for run in tuple(self._runs):
            run.cancel()
        self.wait(CLOSING_S)
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def wait(self, seconds: float) -> None:
        """Wait until all that goes on now has ended, at most so long. Not for what itself goes on here."""
        with self._lock:
            futures = [run._future for run in tuple(self._runs) if run._future is not None]
        wait(futures, seconds)

    def _told(self, error: BaseException) -> None:
        if not self._closed:
            LOGGER.error("What went on behind failed.", exc_info=error)


class Workers:
    """The threads of one server.

    calls: threads for short blocking work. streams: threads for producers of streams, each held as long as its reader reads.
    queue: items a channel holds before its producer waits. runs: threads for long work; more of it waits for its turn.
    """

    def __init__(self, calls: int, streams: int, queue: int, runs: int = 1) -> None:
        self.pool = ThreadPoolExecutor(calls, thread_name_prefix="call")
        self.hashers = ThreadPoolExecutor(calls, thread_name_prefix="hash")
        self._streams = ThreadPoolExecutor(streams, thread_name_prefix="stream")
        self._runs = ThreadPoolExecutor(runs, thread_name_prefix="run")
        self._queue = queue
        self._channels: set[Channel[Any]] = set()

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a blocking function in a thread. If the caller is cancelled the function still runs to its end."""
        return await asyncio.wrap_future(self.pool.submit(function, *args, **kwargs))

    async def answer(self, function: Callable[[Callable[[], None]], R]) -> R:
        """As `call`, among the streams, for what may take long. It is given a check that raises once the caller has gone."""
        gone = Gone()
        try:
            return await asyncio.wrap_future(self._streams.submit(function, gone.check))
        except asyncio.CancelledError:
            gone.gone = True
            raise

    def start(self, work: Callable[[Run], None]) -> Run:
        """Begin long work and give its handle; on the event loop. Whoever starts it sees to its being cancelled."""
        run = Run(asyncio.get_running_loop())
        run._begin(self._runs, work)
        return run

    async def stream(
        self,
        produce: Callable[[Channel[T]], None],
        queue: int | None = None,
        pause_s: float = 0,
        weigh: Callable[[T], int] | None = None,
    ) -> AsyncGenerator[list[T], None]:
        """Run `produce` in a thread and yield what it puts into its channel, as many items at a time as wait there.

        queue: items that may wait, where the items are so large, or so small, that the usual number is not right.
        weigh: what an item counts for, as of a `Channel`.
        pause_s: time that the reader leaves between two looks: many small items are then taken together, where else the two
        threads would wake each other for every single one.
        Close the iterator (`contextlib.aclosing`) to stop the producer at its next `put`.
        """
        channel: Channel[T] = Channel(queue or self._queue, asyncio.get_running_loop(), weigh)
        running = self._streams.submit(_produce, produce, channel)
        self._channels.add(channel)
        try:
            while items := await channel.take():
                yield items
                # The end is told along with the last items: some clients make an empty chunk of an end that comes later.
                if pause_s and not channel.ended:
                    await asyncio.sleep(pause_s)
        finally:
            self._channels.discard(channel)
            channel.close()
            running.cancel()

    def close(self) -> None:
        """Let the threads go; work that has not begun is given up, and streams that nobody closed are cancelled."""
        for channel in list(self._channels):
            channel.close()
        for pool in (self.pool, self.hashers, self._streams, self._runs):
            pool.shutdown(wait=False, cancel_futures=True)


def _produce(produce: Callable[[Channel[T]], None], channel: Channel[T]) -> None:
    try:
        produce(channel)
    except Cancelled:
        channel.end()
    except BaseException as error:  # noqa: BLE001 - whatever it was is the reader's to know
        channel.end(error)
    else:
        channel.end()
