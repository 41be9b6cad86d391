"""`$lib.time`: the clock, parts of times, texts of times, and waiting."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.containers import Number
from ..values.convert import to_bool, to_int, to_prim, to_str
from .python_errors import misfit, shown, told
from .zones import to_utc

EPOCH = datetime(1970, 1, 1)
FUTURE = 0x7FFFFFFFFFFFFFFF
SLICE_S = 0.02

FORMATS = {
    "iso8601": "%Y-%m-%dT%H:%M:%SZ",
    "iso8601us": "%Y-%m-%dT%H:%M:%S.%fZ",
    "rfc2822": "%d %b %Y %H:%M:%S UT",
    "synapse": "%Y/%m/%d %H:%M:%S.%f",
}


def now(run: Runtime, me: Any) -> int:
    return run.host.clock.now_ms()


def tick_of(run: Runtime, valu: Any) -> int:
    """A value as the type `time` norms it. Raises StormError("BadTypeValu")."""
    tick: int = run.norm("time", to_prim(run, valu))
    return tick


def moment(tick: int) -> datetime:
    """A tick as Python has it, in UTC. Raises StormError("OverflowError") outside of the years 1 to 9999."""
    try:
        if tick == FUTURE:
            raise OverflowError("Python int too large to convert to C int")
        return EPOCH + timedelta(milliseconds=tick)
    except OverflowError as error:
        raise StormError("OverflowError", str(error)) from error


def part(take: Callable[[datetime], int]) -> Callable[..., int]:
    """A function of the library that gives one part of a time."""

    def get(run: Runtime, me: Any, tick: Any) -> int:
        return take(moment(tick_of(run, tick)))

    return get


def format_(run: Runtime, me: Any, valu: Any, format: Any) -> str:
    try:
        tick = tick_of(run, valu)
    except StormError as error:
        mesg = f"Failed to norm a time value prior to formatting - {told(error)}"
        raise StormError("StormRuntimeError", mesg, valu=to_prim(run, valu), format=format) from error
    if tick == FUTURE:
        mesg = "Cannot format a timestamp for ongoing/future time."
        raise StormError("StormRuntimeError", mesg, valu=to_prim(run, valu), format=format)
    try:
        return moment(tick).strftime(format)
    except (TypeError, ValueError) as error:
        mesg = f"Error during time format - {error}"
        raise StormError("StormRuntimeError", mesg, valu=to_prim(run, valu), format=to_prim(run, format)) from error


def parse(run: Runtime, me: Any, valu: Any, format: Any, errok: Any = False) -> int | None:
    text = to_str(valu)
    try:
        found = datetime.strptime(text, format)
    except ValueError as error:
        if to_bool(errok):
            return None
        mesg = f"Error during time parsing - {error}"
        raise StormError("StormRuntimeError", mesg, valu=text, format=format) from error
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    return (found - EPOCH) // timedelta(milliseconds=1)


def fromunix(run: Runtime, me: Any, secs: Any) -> int:
    return int(float(to_prim(run, secs)) * 1000)


def sleep(run: Runtime, me: Any, valu: Any) -> None:
    wait(run, float(to_prim(run, valu)))


def ticker(run: Runtime, me: Any, tick: Any, count: Any = None) -> Iterator[int]:
    times = None if count is None else to_int(count)
    seconds = _seconds(tick)
    done = 0
    while True:
        wait(run, seconds)
        yield done
        done += 1
        if done == times:
            return


def wait(run: Runtime, seconds: float) -> None:
    """Wait, and raise soon once nobody wants the answer any more."""
    end = clock.monotonic() + seconds
    run.check()
    while (left := end - clock.monotonic()) > 0:
        clock.sleep(min(left, SLICE_S))
        run.check()


def _seconds(valu: Any) -> float:
    try:
        return float(valu.value if isinstance(valu, Number) else valu)
    except TypeError as error:
        raise misfit("$lib.time.ticker", error) from error
    except ValueError as error:
        raise StormError("ValueError", str(error)) from error


TIME = Library(
    "lib.time",
    "Times: milliseconds since 1970, in UTC.",
    (
        local("day(tick: time) -> int", part(lambda at: at.day), "The day of the month."),
        local("dayofmonth(tick: time) -> int", part(lambda at: at.day - 1), "The day of the month, from 0."),
        local("dayofweek(tick: time) -> int", part(lambda at: at.weekday()), "The day of the week, Monday is 0."),
        local("dayofyear(tick: time) -> int", part(lambda at: at.timetuple().tm_yday - 1), "The day, from 0."),
        local("format(valu: int, format: str) -> str", format_, "A time as text, by a format of strftime."),
        local(
            "fromunix(secs: int) -> int",
            shown("$lib.time.fromunix", fromunix),
            "The time of so many seconds.",
            writes=True,
        ),
        local("hour(tick: time) -> int", part(lambda at: at.hour), "The hour."),
        local("minute(tick: time) -> int", part(lambda at: at.minute), "The minute."),
        local("month(tick: time) -> int", part(lambda at: at.month), "The month."),
        local("monthofyear(tick: time) -> int", part(lambda at: at.month - 1), "The month, from 0."),
        local("now() -> int", now, "What time it is."),
        local(
            "parse(valu: str, format: str, errok: boolean = false) -> int",
            shown("$lib.time.parse", parse),
            "The time of a text, by a format of strptime; null of other texts, where that is not to be an error.",
        ),
        local("second(tick: time) -> int", part(lambda at: at.second), "The second."),
        local("sleep(valu: int) -> null", shown("$lib.time.sleep", sleep), "Wait for so many seconds."),
        local(
            "ticker(tick: int, count: int = null) -> yields int",
            ticker,
            "0, 1, 2..., one each so many seconds.",
            writes=True,
        ),
        local("toUTC(tick: time, timezone: str) -> list", to_utc(tick_of, moment), "A time of a zone, in UTC."),
        local("year(tick: time) -> int", part(lambda at: at.year), "The year."),
    ),
)

FORMAT_NAMES = Library(
    "lib.time.formats",
    "Formats for $lib.time.format().",
    (
        local("iso8601: str", lambda run, me: FORMATS["iso8601"], "ISO 8601, seconds."),
        local("iso8601us: str", lambda run, me: FORMATS["iso8601us"], "ISO 8601, microseconds."),
        local("rfc2822: str", lambda run, me: FORMATS["rfc2822"], "RFC 2822."),
        local("synapse: str", lambda run, me: FORMATS["synapse"], "As times of nodes are shown."),
    ),
)

LIBRARIES = (TIME, FORMAT_NAMES)
