"""Rotation: which period of time a row belongs to, so that each period has a table of its own and old ones can be dropped.

Pure arithmetic on milliseconds since 1970 in UTC. It knows nothing of tables.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat

from .errors import StorageError

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
EPOCH = date(1970, 1, 1).toordinal()
LAST_YEAR = 9999
# The calendar's first and last instant: years 1 to 9999.
FIRST_MS = (date.min.toordinal() - EPOCH) * DAY_MS
LAST_MS = (date.max.toordinal() + 1 - EPOCH) * DAY_MS - 1


class TooManyPeriods(StorageError):
    """The rows of one request lie in more periods than one request may touch."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time with the name of its table; `end_ms` is the first instant after it."""

    name: str
    start_ms: int
    end_ms: int


# Which rows of a request lie in a period: their places in the order given; None stands for all of them.
Places = Sequence[int] | None


def period_at(rotation: str, at_ms: int) -> Period:
    """The period of a rotation that holds this instant (FIRST_MS to LAST_MS)."""
    return ROTATIONS[rotation](at_ms)


def split(rotation: str, timestamps: Sequence[int], most: int) -> list[tuple[Period, Places]]:
    """The periods that timestamps lie in, in order of time, and which lie where.

    most: how many periods there may be. Raises TooManyPeriods.
    """
    if not timestamps:
        return []
    first = period_at(rotation, min(timestamps))
    if max(timestamps) < first.end_ms:
        return [(first, None)]
    ordered = sorted(timestamps)
    periods: list[Period] = []
    place = 0
    while place < len(ordered):
        if len(periods) == most:
            raise TooManyPeriods(f"The rows lie in more than {most} {rotation} periods; send fewer in one request.")
        period = period_at(rotation, ordered[place])
        periods.append(period)
        place = bisect_left(ordered, period.end_ms, place)
    starts = [period.start_ms for period in periods]
    places: list[list[int]] = [[] for _ in periods]
    for place, number in enumerate(map(bisect_right, repeat(starts), timestamps)):
        places[number - 1].append(place)
    return list(zip(periods, places, strict=True))


def _hourly(at_ms: int) -> Period:
    start_ms = at_ms // HOUR_MS * HOUR_MS
    day = _day(at_ms)
    return Period(f"{_digits(day)}h{start_ms % DAY_MS // HOUR_MS:02}", start_ms, start_ms + HOUR_MS)


def _daily(at_ms: int) -> Period:
    start_ms = at_ms // DAY_MS * DAY_MS
    return Period(_digits(_day(at_ms)), start_ms, start_ms + DAY_MS)


def _weekly(at_ms: int) -> Period:
    """ISO weeks: from Monday, numbered within the year that their Thursday lies in."""
    day = _day(at_ms)
    year, week, weekday = day.isocalendar()
    start_ms = (day.toordinal() - weekday + 1 - EPOCH) * DAY_MS
    return Period(f"{year:04}w{week:02}", start_ms, start_ms + 7 * DAY_MS)


def _monthly(at_ms: int) -> Period:
    day = _day(at_ms)
    return _months(f"{day.year:04}{day.month:02}", day.year, day.month, 1)


def _quarterly(at_ms: int) -> Period:
    day = _day(at_ms)
    quarter = (day.month - 1) // 3
    return _months(f"{day.year:04}q{quarter + 1}", day.year, quarter * 3 + 1, 3)


def _yearly(at_ms: int) -> Period:
    day = _day(at_ms)
    return _months(f"{day.year:04}", day.year, 1, 12)


def _months(name: str, year: int, month: int, count: int) -> Period:
    """The period of `count` months from the first of this one."""
    after = month - 1 + count
    return Period(name, _first_of(year, month), _first_of(year + after // 12, after % 12 + 1))


def _first_of(year: int, month: int) -> int:
    if year > LAST_YEAR:
        return LAST_MS + 1
    return (date(year, month, 1).toordinal() - EPOCH) * DAY_MS


def _day(at_ms: int) -> date:
    return date.fromordinal(EPOCH + at_ms // DAY_MS)


def _digits(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


ROTATIONS: dict[str, Callable[[int], Period]] = {
    "hourly": _hourly,
    "daily": _daily,
    "weekly": _weekly,
    "monthly": _monthly,
    "quarterly": _quarterly,
    "yearly": _yearly,
}
