"""Times and durations as text: pure functions from text to milliseconds and back.

Every form and message was measured on a real Cortex. A time text is read by its digits alone (`2020-12-31 23:59`,
`20201231`), after a zone at its end was taken off; what carries a unit word and a sign is relative (`-1 day`,
`now+5min`, `2020+1day`). Nothing here asks a clock: `now_ms` is handed in.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from ..contract import ModelError

FUTURE = 2**63 - 1  # `?`: an open end
TIME_MAX = 253402300799999  # the last millisecond of the year 9999

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
_EPOCH = datetime(1970, 1, 1)
_FORMATS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_UNITS = {
    **dict.fromkeys(("sec", "secs", "seconds"), 1000),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("hour", "hours"), _HOUR),
    **dict.fromkeys(("day", "days"), _DAY),
}
_UNIT_WORDS = ("day", "hour", "min", "sec")
_ZONES = dict.fromkeys(("z", "ut", "utc", "gmt"), 0) | {
    "a": -1,
    "m": -12,
    "n": 1,
    "y": 12,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}  # hours ahead of UTC
# A zone stands after a digit, and before the end or a relative part.
_NAMED_ZONE = re.compile(rf"(?<=\d)\s?({'|'.join(sorted(_ZONES, key=len, reverse=True))})(?=$|\s*[+-]\s*\d+\s*[a-z]+$)")
_OFFSET_ZONE = re.compile(r"(?<=\d)\s?([+-])(\d{1,2}):?(\d{2})(?=$|[+-]\s*\d+\s*[a-z]+$)")
_MAIL_DATE = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun),\s*)?"
    r"(\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\s+\d{4}\s+\d{2}:\d{2}:\d{2})"
)


def parse_time(text: str, now_ms: Callable[[], int]) -> int:
    """The milliseconds since 1970 of a time text; ModelError("BadTypeValu") with the product's text."""
    text = text.strip().lower()
    if text == "now":
        return now_ms()
    if text == "?":
        return FUTURE
    bare, offset_ms = _split_zone(text)
    if any(word in bare for word in _UNIT_WORDS):
        for sign in "-+":
            base, found, rest = bare.partition(sign)
            if found:
                delta_ms = parse_delta(sign + rest)
                start_ms = parse_time(base, now_ms) if base.strip() else now_ms()
                return start_ms + delta_ms - offset_ms
    return _parse_absolute(bare) - offset_ms


def parse_delta(text: str) -> int:
    """The milliseconds of a signed relative part such as `-1 day`; ModelError for a unit or number that is none."""
    text = text.strip()
    sign, rest = text[0], text[1:].strip()
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    try:
        number = int(digits, 0)
    except ValueError as error:
        raise ModelError("ValueError", str(error)) from error
    unit = rest[len(digits) :].strip()
    if unit not in _UNITS:
        mesg = f"unknown time delta units: {unit} for {text}"
        raise ModelError("BadTypeValu", mesg, name="time", valu=text)
    return _UNITS[unit] * (-number if sign == "-" else number)


def parse_span(prefix: str) -> tuple[int, int]:
    """First millisecond of a partial time (`2020`, `2020-06`), and of what follows it."""
    low_ms = _parse_absolute(prefix.strip().lower())
    low = _EPOCH + timedelta(milliseconds=low_ms)
    digits = len(re.sub(r"\D", "", prefix))
    try:
        if digits == 4:
            high = low.replace(year=low.year + 1)
        elif digits == 6:
            high = low.replace(year=low.year + low.month // 12, month=low.month % 12 + 1)
        else:
            step_ms = {8: _DAY, 10: _HOUR, 12: _MINUTE, 14: 1000}.get(digits, 1)
            return low_ms, low_ms + step_ms
    except ValueError as error:  # the year 10000
        raise ModelError("ValueError", str(error)) from error
    return low_ms, _millis(high)


def show_time(valu: int) -> str:
    """`2020/01/01 00:00:00.000`, or `?` for an open end."""
    if valu == FUTURE:
        return "?"
    try:
        moment = _EPOCH + timedelta(milliseconds=valu)
    except OverflowError as error:
        raise ModelError("OverflowError", str(error)) from error
    # The year is not filled up, as the product's is not.
    return f"{moment.year}/{moment:%m/%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def parse_duration(text: str) -> int:
    """The milliseconds of `2D 03:04:05.678`, `03:04`, `1.5`; ModelError("BadTypeValu") with the product's text."""
    text = text.strip()
    if not text:
        raise ModelError("BadTypeValu", "Duration string must have non-zero length.")
    days = 0
    rest = text
    if "D" in text:
        head, _, rest = text.partition("D")
        days = _number(int, head, rest)  # its refusal shows the rest as it came
        rest = rest.strip()
    total_ms = days * _DAY
    if not rest:
        return total_ms
    parts = rest.split(":")
    if len(parts) > 3:
        raise ModelError("BadTypeValu", "Invalid number of : characters for duration.")
    seconds_ms = _number(_seconds_ms, parts[-1], rest)
    factors = (_MINUTE, _HOUR)
    for part, factor in zip(reversed(parts[:-1]), factors, strict=False):
        total_ms += _number(int, part, rest) * factor
    return total_ms + seconds_ms


def show_duration(valu: int) -> str:
    """`2D 03:04:05.678`; without days where there are none."""
    days, rest = divmod(valu, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds, millis = divmod(rest, 1000)
    clock = f"{hours:02d}:{minutes:02d}:{seconds:02d}.{millis:03d}"
    return f"{days}D {clock}" if days else clock


def _split_zone(text: str) -> tuple[str, int]:
    """The text without its zone, and how far that zone is ahead of UTC in milliseconds."""
    found = _NAMED_ZONE.search(text)
    if found is not None:
        return text[: found.start()] + text[found.end() :], _ZONES[found[1]] * _HOUR
    found = _OFFSET_ZONE.search(text)
    if found is None:
        return text, 0
    offset_ms = int(found[2]) * _HOUR + int(found[3]) * _MINUTE
    if offset_ms >= _DAY:
        mesg = f"Timezone offset must be between +/- 24 hours for {text}"
        raise ModelError("BadTypeValu", mesg, valu=text, name="time")
    return text[: found.start()] + text[found.end() :], -offset_ms if found[1] == "-" else offset_ms


def _parse_absolute(text: str) -> int:
    mail = _MAIL_DATE.fullmatch(text.strip())
    if mail is not None:
        return _by_format(mail[1].replace(" ", ""), "%d%b%Y%H:%M:%S", f'Error parsing time as RFC822 "{text}"', text)
    digits = re.sub(r"\D", "", text)
    if len(digits) > 14:
        digits, form = digits[:20], "%Y%m%d%H%M%S%f"
    elif len(digits) in _FORMATS:
        form = _FORMATS[len(digits)]
    else:
        raise ModelError("BadTypeValu", f"Unknown time format for {text}", valu=text, name="time")
    moment = _of_digits(digits)
    if moment is None:
        return _by_format(digits, form, f'Error parsing time "{text}"', text)
    return _millis(moment)


def _of_digits(digits: str) -> datetime | None:
    """What `strptime` makes of these digits, ten times faster; None for no date, of which only `strptime` says why."""
    parts = [int(digits[start : start + 2]) for start in range(4, min(len(digits), 14), 2)]
    month, day, hour, minute, second = [*parts, *(1, 1, 0, 0, 0)[len(parts) :]]
    try:
        return datetime(int(digits[:4]), month, day, hour, minute, second, int(digits[14:].ljust(6, "0") or 0))
    except ValueError:
        return None


def _by_format(digits: str, form: str, label: str, text: str) -> int:
    try:
        return _millis(datetime.strptime(digits, form))
    except ValueError as error:
        raise ModelError("BadTypeValu", f"{label}; {error}", valu=text) from error


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _seconds_ms(text: str) -> int:
    return int(float(text) * 1000)


def _number(kind: Callable[[str], int], text: str, shown: str) -> int:
    """The number of one part of a duration; the product names the whole clock part in its refusal."""
    try:
        return kind(text)
    except ValueError as error:
        raise ModelError("BadTypeValu", f"Invalid numeric value in duration: {shown}.") from error
    except OverflowError as error:
        raise ModelError("OverflowError", str(error)) from error
