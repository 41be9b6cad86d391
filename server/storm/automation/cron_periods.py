"""The text of a period of a cron job: `daily@10:30`, `weekly/mon,wed@10`, `yearly/07-01@04:44,11-12`. All times are UTC.

Raises StormError with the product's words. The older options are in `cron_units.py`.
"""

from __future__ import annotations

import re
from calendar import day_abbr, day_name
from collections.abc import Iterable

from ..errors import StormError
from .cron_times import WEEKDAY, Entry, entry

PERIODS = ("minutely", "hourly", "daily", "weekly", "monthly", "yearly")
MONTH_DAY = re.compile(r"\s*(\d+)-(\d+)\s*")
DAYS = {name.lower(): number for names in (day_name, day_abbr) for number, name in enumerate(names)}


def entries_of(text: str) -> list[Entry]:
    """The entries of a period."""
    name = re.split("[/@]", text, maxsplit=1)[0]
    rest = text[len(name) :]
    kind = name.lower()
    if kind not in PERIODS:
        raise _bad(f"Unknown period: {name}")
    if kind == "yearly" and rest.startswith("/"):
        return [each for item in rest[1:].split(",") for each in _yearly(item)]
    values, at, time = rest.removeprefix("/").partition("@")
    if kind == "minutely":
        if at:
            raise _bad("Minutely period does not support a time of day")
        return [entry({}, "minute", every) for every in _increments(kind, values)]
    if kind == "hourly":
        return _hourly(values, at, time)
    times = _times(time)
    if kind == "daily":
        return [entry(each, "day", every) for every in _increments(kind, values) for each in times]
    if kind == "weekly":
        return [entry(each, WEEKDAY, day) for day in _weekdays(values) for each in times]
    if kind == "monthly":
        return [entry({**each, "dayofmonth": day}, "month", 1) for day in _days(values) for each in times]
    return [entry({**each, "month": 1, "dayofmonth": 1}, "year", 1) for each in times]


def _hourly(values: str, at: str, time: str) -> list[Entry]:
    if not at:
        raise _bad("Hourly period requires explicit minute")
    hour, minutes = _time(time)
    if hour is not None:
        raise _bad("Cannot specify hour for hourly period")
    return [entry({"minute": minute}, "hour", every) for every in _increments("hourly", values) for minute in minutes]


def _yearly(item: str) -> Iterable[Entry]:
    """A day of the year, with its time."""
    text, _, time = item.partition("@")
    found = MONTH_DAY.fullmatch(text)
    if found is None:
        raise _bad(f"Invalid month-day value for yearly period: {text}")
    month, day = int(found[1]), int(found[2])
    if not 1 <= month <= 12:
        raise _bad(f"Invalid month value: {month} (must be 1-12)")
    _check_day(day)
    return [entry({**each, "month": month, "dayofmonth": day}, "year", 1) for each in _times(time)]


def _increments(kind: str, values: str) -> list[int]:
    """Every how many; several are entries of their own."""
    if not values:
        return [1]
    try:
        return [int(each) for each in values.split(",")]
    except ValueError:
        raise _bad(f"Invalid increment value for {kind} period: {values}") from None


def _weekdays(values: str) -> list[int]:
    found = []
    for name in values.split(",") if values else ("mon",):
        if name.lower() not in DAYS:
            raise _bad(f"Invalid weekday: {name}")
        found.append(DAYS[name.lower()])
    return found


def _days(values: str) -> list[int]:
    if not values:
        return [1]
    try:
        found = [int(each) for each in values.split(",")]
    except ValueError:
        raise _bad(f"Invalid day of month value in monthly period: {values}") from None
    for day in found:
        _check_day(day)
    return found


def _check_day(day: int) -> None:
    if not -31 <= day <= 31:
        raise _bad(f"Invalid day of month value: {day} (must be -31-31)")


def _times(text: str) -> list[dict[str, int]]:
    hour, minutes = _time(text)
    return [{"hour": hour or 0, "minute": minute} for minute in minutes]


def _time(text: str) -> tuple[int | None, list[int]]:
    """The hour, if there is one, and the minutes of `HH`, `HH:MM`, `:MM,MM`."""
    if text.count(":") > 1:
        # The product says here what its language says.
        raise StormError("ValueError", "too many values to unpack (expected 2)")
    first, _, second = text.partition(":")
    hour = None
    if first:
        hour = _number(first, "hour")
        _within(hour, "hour", 23)
    minutes = [0]
    if second:
        try:
            minutes = [int(each) for each in second.split(",")]
        except ValueError:
            raise _bad(f"Invalid minute value: {second}") from None
        for minute in minutes:
            _within(minute, "minute", 59)
    return hour, minutes


def _number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _bad(f"Invalid {name} value: {text}") from None


def _within(valu: int, name: str, most: int) -> None:
    if not 0 <= valu <= most:
        raise _bad(f"Invalid {name} value: {valu} (must be 0-{most})")


def _bad(mesg: str) -> StormError:
    return StormError("StormRuntimeError", f"Failed to parse period: {mesg}")
