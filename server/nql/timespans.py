"""Points in time and lengths of time as texts of a query or request (nql.md chapter 4). Pure: the caller says what now is."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from ..text import Span
from .errors import NqlError

AMOUNT = re.compile(r"([0-9]{1,15})(ms|[smhdw])", re.ASCII)
LENGTH = re.compile(r"(?:[0-9]{1,15}(?:ms|[smhdw]))+", re.ASCII)
POINT = re.compile(r"(?:([-+])([0-9][0-9a-z]*))?@(.+)", re.ASCII)
MILLIS = re.compile(r"[0-9]{1,18}", re.ASCII)
ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(Z|[-+][0-9]{2}(?::?[0-9]{2})?)?",
    re.ASCII,
)
UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}  # open-10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LARGEST_MS = 1 << 62


def length(text: str, span: Span) -> int:
    """A length of time in ms, as `5m`; more than nothing. Raises NqlError at `span`."""
    found = _amounts(text)
    if found is None:
        raise NqlError("Expected a length of time: a number and one of ms, s, m, h, d, w.", span)
    if not 0 < found <= LARGEST_MS:
        raise NqlError("The length of time is nothing, or too long.", span)
    return found


def point(text: str, span: Span, now_ms: int, zone: tzinfo = UTC) -> int:
    """A point in time in ms since 1970: `@now`, `-1h@now`, milliseconds, `@` and an ISO time.

    zone: of ISO times that have no offset (open-9). Raises NqlError at `span`.
    """
    text = text.strip()
    if MILLIS.fullmatch(text):
        return _bounded(int(text), span)
    match = POINT.fullmatch(text)
    shift = _amounts(match[2]) if match is not None and match[2] else 0
    base = None if match is None else _base(match[3].strip(), now_ms, zone)
    if match is None or shift is None or base is None:
        raise NqlError("Expected a point in time: milliseconds, @now, -1h@now or @2024-01-01T00:00:00Z.", span)
    return _bounded(base - shift if match[1] == "-" else base + shift, span)  # open-8


def _amounts(text: str) -> int | None:
    if not LENGTH.fullmatch(text):
        return None
    return sum(int(match[1]) * UNITS_MS[match[2]] for match in AMOUNT.finditer(text))


def _base(text: str, now_ms: int, zone: tzinfo) -> int | None:
    if text == "now":
        return now_ms
    if MILLIS.fullmatch(text):
        return int(text)
    match = ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(match[place]) for place in range(1, 6))
    micros = int((match[7] or "").ljust(6, "0")[:6])
    try:
        moment = datetime(year, month, day, hour, minute, int(match[6] or 0), micros, tzinfo=_offset(match[8]) or zone)
        return (moment - EPOCH) // MILLISECOND
    except ValueError:
        return None


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(ahead if text[0] == "+" else -ahead)


def _bounded(ms: int, span: Span) -> int:
    if not -LARGEST_MS <= ms <= LARGEST_MS:
        raise NqlError("The point in time is too far away.", span)
    return ms
