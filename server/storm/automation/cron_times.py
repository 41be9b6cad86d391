"""When cron jobs are due. A job has any number of entries, each `(required, unit, every)`.

required: what of a moment is fixed - `{"hour": 1, "minute": 30}` - with "year", "month", "dayofmonth" (negative from the
end), "hour", "minute". unit: what it recurs in - "year", "month", "day", "hour", "minute" - and every how many of it, or
"dayofweek" with which day (0 is Monday); None for a moment that comes once. All times are UTC.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import StormError

Entry = tuple[dict[str, int], str | None, int | None]
ORDER = ("year", "month", "hour", "minute", "dayofmonth")
BOUNDS = {"year": (1970, 9999), "month": (1, 12), "dayofmonth": (-31, 31), "hour": (0, 23), "minute": (0, 59)}
WEEKDAY = "dayofweek"
STEPS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
LAST_YEAR = 9000


def check(entries: Iterable[Entry]) -> None:
    """Raises StormError("BadTime") for entries that name no moment."""
    for required, unit, every in entries:
        if unit not in (None, WEEKDAY) and (every is None or every <= 0):
            raise StormError("BadTime", "Out of bounds incval")
        for name, valu in required.items():
            low, high = BOUNDS[name]
            if not low <= valu <= high:
                raise StormError("BadTime", "Out of bounds reqdict value")


def next_ms(entries: Iterable[Entry], now_ms: int) -> int | None:
    """The first moment after now, in milliseconds since 1970; None where none comes any more.

    Jobs are due at whole minutes; the part of a second is that of the moment it was worked out at, as the product has it.
    """
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    found = [moment for entry in entries if (moment := _next(entry, now)) is not None]
    return None if not found else int(min(found).timestamp()) * 1000 + now_ms % 1000


def _next(entry: Entry, now: datetime) -> datetime | None:
    required, unit, every = entry
    clock = {name: valu for name, valu in required.items() if name in ("hour", "minute")}
    moment = now.replace(second=0, **clock)  # type: ignore[arg-type]  # names are those of a moment's parts
    if unit is None:
        moment = _on(moment, required, required["year"], required["month"])
        return moment if moment > now else None
    if unit == WEEKDAY:
        moment += timedelta(days=((every or 0) - moment.weekday()) % 7)
        return moment if moment > now else moment + timedelta(days=7)
    assert every is not None
    if unit in STEPS:
        return moment if moment > now else moment + STEPS[unit] * every
    return _in_calendar(moment, required, unit, every, now)


def _in_calendar(moment: datetime, required: dict[str, int], unit: str, every: int, now: datetime) -> datetime | None:
    """The next moment of what recurs in months or years, which are not equally long."""
    months = every * (12 if unit == "year" else 1)
    count = moment.year * 12 + required.get("month", moment.month) - 1
    while count // 12 <= LAST_YEAR:
        found = _on(moment, required, count // 12, count % 12 + 1)
        if found > now:
            return found
        count += months
    return None


def _on(moment: datetime, required: dict[str, int], year: int, month: int) -> datetime:
    """The same time of day in a month, on the day that is required; the nearest one where it has no such day."""
    last = monthrange(year, month)[1]
    day = required.get("dayofmonth", moment.day)
    if day < 0:
        day += last + 1
    return moment.replace(year=year, month=month, day=min(max(day, 1), last))


def entry(required: dict[str, int], unit: str | None, every: int | None) -> Entry:
    """An entry with what it requires in the product's order."""
    return {name: required[name] for name in ORDER if name in required}, unit, every


def packed(entries: Iterable[Any]) -> list[Entry]:
    """Entries as they are shown."""
    return [(dict(required), unit, every) for required, unit, every in entries]
