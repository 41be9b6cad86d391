"""Time that a test moves by hand, and the end of what goes on behind."""

from deadringer.server.storm.automation.cron import run_due

from ..edits.asking import Asking

LONG_S = 30
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def settle(asking: Asking) -> None:
    """Wait until nothing goes on behind."""
    asking.host.background.wait(LONG_S)


def pass_time(asking: Asking, by_ms: int) -> None:
    """Move the world's clock, begin the jobs that are due, and wait for their end."""
    asking.host.clock.advance(by_ms)
    run_due(asking.host)
    settle(asking)
