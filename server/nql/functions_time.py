"""Functions of dates and times (nql.md 12.1). Times are whole ms since 1970, UTC (open-59); else null (open-12)."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from . import formats
from .context import Context
from .signature import Function, Keyword, whole
from .values import LONG_MAX, LONG_MIN, Value, is_number, is_whole, rounded

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
# The years that datetime knows, 1 to 9999, less a day for the zones.
EARLIEST_MS, LATEST_MS = -62_135_510_400_000, 253_402_214_400_000
SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1000, 60_000, 3_600_000, 86_400_000
LEAST_OFFSET, MOST_OFFSET = -1200, 1400
TS = ("ts",)
SHIFT = ("ts", "n")


def now(context: Context) -> Value:
    """The time of the query."""
    return context.now_ms


def timestamp(
    year: Value, month: Value, day: Value, hour: Value, minute: Value, second: Value, *, offset: int
) -> Value:
    """An instant from its parts, read as local time at `offset`."""
    parts = [part for part in (year, month, day, hour, minute, second) if is_whole(part)]
    shift = _offset_ms(offset)
    if len(parts) < 6 or shift is None:
        return None
    try:
        return _ms(datetime(*parts[:6], tzinfo=UTC)) - shift  # type: ignore[misc,arg-type]  # mypy counts no items
    except (ValueError, OverflowError):
        return None


def add_months(months: int, ts: Value, n: Value) -> Value:
    """n times so many months later; the day is clipped to the end of the month (open-61)."""
    moment, steps = _moment(ts), _steps(n)
    if moment is None or steps is None:
        return None
    year, month = divmod(moment.year * 12 + moment.month - 1 + months * steps, 12)
    if not 1 <= year <= 9999:
        return None
    for day in range(moment.day, 27, -1):
        try:
            return _ms(moment.replace(year=year, month=month + 1, day=day))
        except ValueError:
            continue
    return _ms(moment.replace(year=year, month=month + 1))


def add_ms(unit_ms: int, ts: Value, n: Value) -> Value:
    """n times so many ms later."""
    steps = _steps(n)
    if not is_whole(ts) or steps is None:
        return None
    later = ts + unit_ms * steps
    return later if LONG_MIN <= later <= LONG_MAX else None


def part(name: str, ts: Value) -> Value:
    """A part of an instant, in UTC (open-62): an attribute of datetime."""
    moment = _moment(ts)
    if moment is None:
        return None
    found: int = getattr(moment, name)
    return found


def day_of_week(ts: Value) -> Value:
    """1 Monday to 7 Sunday."""
    moment = _moment(ts)
    return None if moment is None else moment.isoweekday()


def is_working_day(ts: Value) -> Value:
    """Monday to Friday, UTC (open-64)."""
    moment = _moment(ts)
    return None if moment is None else moment.isoweekday() < 6


def ts_to_str(ts: Value, *, format: formats.Format, zone: tzinfo) -> Value:
    """An instant as text."""
    moment = _moment(ts)
    return None if moment is None else formats.shown(moment.astimezone(zone), format)


def ts_parse(text: Value, *, format: formats.Format, zone: tzinfo) -> Value:
    """The instant that a text says; null if it does not fit (open-63)."""
    if not isinstance(text, str):
        return None
    moment = formats.read(text, format, zone)
    return None if moment is None else _ms(moment)


def ts_offset(ts: Value, offset: Value) -> Value:
    """An instant shifted by offset/100 hours and offset%100 minutes."""
    shift = _offset_ms(offset)
    return None if not is_whole(ts) or shift is None else add_ms(1, ts, shift)


def _moment(ts: Value) -> datetime | None:
    if not is_whole(ts) or not EARLIEST_MS <= ts <= LATEST_MS:
        return None
    return EPOCH + timedelta(milliseconds=ts)


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND


def _steps(n: Value) -> int | None:
    steps = rounded(n) if is_number(n) else None
    return steps if is_whole(steps) else None


def _offset_ms(offset: Value) -> int | None:
    if not is_whole(offset) or not LEAST_OFFSET <= offset <= MOST_OFFSET:
        return None
    hours, minutes = divmod(abs(offset), 100)
    ms = hours * HOUR_MS + minutes * MINUTE_MS
    return -ms if offset < 0 else ms


FORMAT = Keyword("format", formats.format_, formats.DEFAULT)
FUNCTIONS = {
    "now": Function((), "number", now, context=True),
    "timestamp": Function(("y", "mo", "d", "h", "mi", "s"), "number", timestamp, (Keyword("offset", whole, 0),)),
    "addYears": Function(SHIFT, "number", partial(add_months, 12)),
    "addMonths": Function(SHIFT, "number", partial(add_months, 1)),
    "addDays": Function(SHIFT, "number", partial(add_ms, DAY_MS)),
    "addHours": Function(SHIFT, "number", partial(add_ms, HOUR_MS)),
    "addMinutes": Function(SHIFT, "number", partial(add_ms, MINUTE_MS)),
    "addSeconds": Function(SHIFT, "number", partial(add_ms, SECOND_MS)),
    "addMillis": Function(SHIFT, "number", partial(add_ms, 1)),
    "getYear": Function(TS, "number", partial(part, "year")),
    "getMonth": Function(TS, "number", partial(part, "month")),
    "getDay": Function(TS, "number", partial(part, "day")),
    "getDayOfWeek": Function(TS, "number", day_of_week),
    "getHour": Function(TS, "number", partial(part, "hour")),
    "getMinute": Function(TS, "number", partial(part, "minute")),
    "getSecond": Function(TS, "number", partial(part, "second")),
    "tsToStr": Function(TS, "text", ts_to_str, (FORMAT, Keyword("zone", formats.zone, "UTC"))),
    "tsParse": Function(
        ("text",), "number", ts_parse, (FORMAT, Keyword("zone", formats.zone, "UTC", others=("offset",)))
    ),
    "tsOffset": Function(("ts", "offset"), "number", ts_offset),
    "isWorkingDay": Function(TS, "boolean", is_working_day),
}
