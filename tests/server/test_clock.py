"""Clock: the machine's time, frozen time, moved time."""

import time

from deadringer.server.clock import Clock


def test_it_follows_the_machine() -> None:
    before = time.time_ns() // 1_000_000
    now = Clock().now_ms()
    assert before <= now <= time.time_ns() // 1_000_000


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = Clock(frozen_ms=5)
    assert [clock.now_ms(), clock.now_ms()] == [5, 5]
    clock.advance(10)
    assert clock.now_ms() == 15
    clock.freeze(0)
    assert clock.now_ms() == 0


def test_advancing_a_running_clock_freezes_it_ahead() -> None:
    clock = Clock()
    before = time.time_ns() // 1_000_000
    clock.advance(3_600_000)
    ahead = clock.now_ms()
    assert before + 3_600_000 <= ahead
    assert clock.now_ms() == ahead


def test_a_clock_that_runs_again_follows_the_machine() -> None:
    clock = Clock(frozen_ms=0)
    clock.run()
    before = time.time_ns() // 1_000_000
    assert before - 60_000 <= clock.now_ms() <= before + 60_000
