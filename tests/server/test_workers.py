"""Workers and channels: back-pressure, cancellation, errors, and that stalled streams keep no call waiting."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, suppress

import pytest
from deadringer.server.workers import MOST_BEHIND, Background, Cancelled, Channel, Run, Share, Workers

LONG_S = 60.0
QUEUE = 4


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers(calls=2, streams=64, queue=QUEUE)
    yield workers
    workers.close()


def numbers(until: int) -> Callable[[Channel[int]], None]:
    def produce(channel: Channel[int]) -> None:
        for number in range(until):
            channel.put(number)

    return produce


class Endless:
    """Puts numbers until it is cancelled, and remembers that it was."""

    def __init__(self) -> None:
        self.put = 0
        self.cancelled = threading.Event()

    def __call__(self, channel: Channel[int]) -> None:
        try:
            while True:
                channel.put(self.put)
                self.put += 1
        except Cancelled:
            self.cancelled.set()
            raise

    async def ended(self) -> None:
        assert await asyncio.to_thread(self.cancelled.wait, LONG_S)


def stream(workers: Workers, produce: Callable[[Channel[int]], None]) -> aclosing[AsyncGenerator[list[int], None]]:
    return aclosing(workers.stream(produce))


async def test_a_call_runs_in_another_thread_and_gives_its_result(workers: Workers) -> None:
    def work(one: int, *, other: int) -> tuple[int, int]:
        return one + other, threading.get_ident()

    result, thread = await workers.call(work, 1, other=2)
    assert result == 3
    assert thread != threading.get_ident()


async def test_what_a_call_raises_reaches_its_caller(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        await workers.call(lambda: 1 // 0)


async def test_a_call_whose_caller_is_cancelled_runs_to_its_end(workers: Workers) -> None:
    began, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        assert go_on.wait(LONG_S)
        done.set()

    caller = asyncio.ensure_future(workers.call(work))
    assert await asyncio.to_thread(began.wait, LONG_S)
    caller.cancel()
    with suppress(asyncio.CancelledError):
        await caller
    go_on.set()
    assert await asyncio.to_thread(done.wait, LONG_S)


@pytest.mark.parametrize("count", [0, 1, QUEUE, QUEUE + 1, 1000])
async def test_a_stream_gives_every_item_in_order_and_ends(workers: Workers, count: int) -> None:
    async with stream(workers, numbers(count)) as batches:
        items = [item async for batch in batches for item in batch]
    assert items == list(range(count))


async def test_no_more_wait_than_the_queue_holds(workers: Workers) -> None:
    sizes = []
    async with stream(workers, numbers(500)) as batches:
        async for batch in batches:
            sizes.append(len(batch))
    assert sum(sizes) == 500
    assert min(sizes) > 0
    assert max(sizes) <= QUEUE


async def test_a_full_channel_holds_its_producer_until_the_reader_takes(workers: Workers) -> None:
    endless = Endless()
    async with stream(workers, endless) as batches:
        first = await anext(batches)
        # What is taken makes room for as many again and for no more: one of them is counted only when `put` returns.
        assert endless.put <= len(first) + QUEUE
        second = await anext(batches)
        assert second[0] == len(first)
        assert endless.put <= len(first) + len(second) + QUEUE
    await endless.ended()


async def test_when_the_reader_goes_the_producer_stops_at_its_next_put(workers: Workers) -> None:
    endless = Endless()
    async with stream(workers, endless) as batches:
        await anext(batches)
    await endless.ended()


async def test_when_the_reader_is_cancelled_the_producer_stops(workers: Workers) -> None:
    endless = Endless()
    taken = asyncio.Event()

    async def read() -> None:
        async with stream(workers, endless) as batches:
            async for _ in batches:
                taken.set()

    reader = asyncio.ensure_future(read())
    await taken.wait()
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader
    await endless.ended()


async def test_an_error_reaches_the_reader_after_what_came_before_it(workers: Workers) -> None:
    def produce(channel: Channel[int]) -> None:
        numbers(10)(channel)
        raise ZeroDivisionError

    items: list[int] = []

    async def read() -> None:
        async with stream(workers, produce) as batches:
            async for batch in batches:
                items.extend(batch)

    with pytest.raises(ZeroDivisionError):
        await read()
    assert items == list(range(10))


async def test_streams_that_nobody_reads_keep_no_call_and_no_other_stream_waiting() -> None:
    workers = Workers(calls=1, streams=65, queue=QUEUE)
    stalled = [Endless() for _ in range(64)]
    streams = [workers.stream(each) for each in stalled]
    for each in streams:
        assert (await anext(each))[0] == 0
    for _ in range(20):
        assert await asyncio.wait_for(workers.call(sum, (1, 2)), LONG_S) == 3
    async with stream(workers, numbers(100)) as batches:
        assert [item async for batch in batches for item in batch] == list(range(100))
    for each in streams:
        await each.aclose()
    for producer in stalled:
        await producer.ended()
    workers.close()


async def test_closing_the_workers_cancels_streams_that_are_still_open() -> None:
    workers = Workers(calls=1, streams=2, queue=QUEUE)
    endless = Endless()
    batches = workers.stream(endless)
    await anext(batches)
    workers.close()
    await endless.ended()
    await batches.aclose()


def test_a_producer_that_outlives_the_loop_is_no_error() -> None:
    loop = asyncio.new_event_loop()
    channel: Channel[int] = Channel(QUEUE, loop)
    loop.close()
    channel.put(1)
    channel.end()
    channel.close()
    with pytest.raises(Cancelled):
        channel.put(2)


async def test_a_run_goes_on_behind_who_started_it_and_tells_of_its_end(workers: Workers) -> None:
    gate = threading.Event()

    def work(run: Run) -> None:
        assert gate.wait(LONG_S)
        run.check()

    run = workers.start(work)
    await run.wait(0.01)
    assert not run.done
    gate.set()
    await run.wait(LONG_S)
    assert (run.done, run.error) == (True, None)


async def test_a_run_keeps_its_error_for_who_asks(workers: Workers) -> None:
    def work(run: Run) -> None:
        raise ZeroDivisionError

    run = workers.start(work)
    await run.wait(LONG_S)
    assert run.done
    assert isinstance(run.error, ZeroDivisionError)


async def test_a_cancelled_run_stops_and_one_that_waits_its_turn_never_begins(workers: Workers) -> None:
    begun: list[int] = []

    def work(run: Run) -> None:
        begun.append(1)
        run.pause(LONG_S)

    first, second = workers.start(work), workers.start(work)
    second.cancel()
    await second.wait(LONG_S)
    first.cancel()
    await first.wait(LONG_S)
    assert (first.done, first.error, second.done) == (True, None, True)
    assert len(begun) <= 1


def test_what_goes_on_behind_waits_for_none_of_another_kind() -> None:
    background = Background()
    begun = threading.Semaphore(0)

    def sleeping(run: Run) -> None:
        begun.release()
        run.pause(LONG_S)

    for _ in range(MOST_BEHIND + 1):
        background.start(sleeping, Share.QUERIES)
    for _ in range(MOST_BEHIND):
        assert begun.acquire(timeout=LONG_S)
    for share in Share:
        if share is not Share.QUERIES:
            assert background.start(lambda run: None, share).join(LONG_S)
    background.close()
