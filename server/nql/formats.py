"""Formats of dates, in Java's letters, and names of zones (nql.md 12.1). Pure.

Letters: y and Y (the calendar year both), M, d, H, h, m, s, S, a, E, X, Z; `'text'` is text; all else stands for itself.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .values import Value

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PIECE = re.compile(r"([yYMdHhmsSaEXZ])\1*|'((?:[^']|'')*)'|.", re.DOTALL)
OFFSET = re.compile(r"(?:UTC|GMT|UT)?([-+])([0-9]{1,2})(?::?([0-9]{2}))?", re.ASCII)
DEFAULT = "YYYY-MM-dd HH:mm:ss.SSS"
LETTERS = {"Y": "y"}
WIDEST = 9
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter with its width, or a text (letter is empty)."""

    letter: str
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Format:
    """A format taken apart, and the pattern that texts of it match."""

    pieces: tuple[Piece, ...]
    pattern: re.Pattern[str]


@lru_cache(maxsize=256)
def parsed(text: str) -> Format:
    """The format that a text says. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"a format of at most {LONGEST} characters")
    pieces = []
    for match in PIECE.finditer(text):
        if match[1] is None:
            quoted = match[2]
            pieces.append(Piece("", 0, match[0] if quoted is None else quoted.replace("''", "'") or "'"))
        else:
            if len(match[0]) > WIDEST:
                raise ValueError(f"a format with at most {WIDEST} letters in a row")
            pieces.append(Piece(LETTERS.get(match[1], match[1]), len(match[0]), ""))
    return Format(tuple(pieces), re.compile("".join(map(_pattern, pieces)), re.ASCII))


def format_(value: Value) -> Format:
    """The kind of an option that takes a format."""
    if not isinstance(value, str):
        raise ValueError("a format in double quotes")
    return parsed(value)


def zone(value: Value) -> tzinfo:
    """The kind of an option that takes a zone: a name such as Europe/Warsaw, or an offset such as +02:00."""
    text = str(value) if isinstance(value, str) else ""
    if text in ("Z", "UTC", "GMT", "UT"):
        return UTC
    match = OFFSET.fullmatch(text)
    if match is not None:
        ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if ahead <= timedelta(hours=18):
            return timezone(ahead if match[1] == "+" else -ahead)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a time zone, such as UTC, Europe/Warsaw or +02:00") from None


def shown(moment: datetime, layout: Format) -> str:
    """A moment in its own zone."""
    return "".join(piece.text or _piece(moment, piece) for piece in layout.pieces)


def read(text: str, layout: Format, local: tzinfo) -> datetime | None:
    """The moment that a text says, in `local` unless it holds an offset; None if it does not fit the format."""
    match = layout.pattern.fullmatch(text)
    if match is None:
        return None
    found: dict[str, int] = {}
    groups = iter(match.groups())
    for piece in layout.pieces:
        if piece.letter:
            _read_piece(piece, next(groups), found)
    hour = found.get("H", found.get("h", 0) % 12 + 12 * found.get("a", 0))
    offset = found.get("X")
    at = local if offset is None else timezone(timedelta(minutes=offset))
    try:
        return datetime(
            found.get("y", 1970),
            found.get("M", 1),
            found.get("d", 1),
            hour,
            found.get("m", 0),
            found.get("s", 0),
            found.get("S", 0) * 1000,
            tzinfo=at,
        )
    except ValueError:
        return None


def _piece(moment: datetime, piece: Piece) -> str:
    letter, width = piece.letter, piece.width
    if letter == "y":
        return f"{moment.year % 100:02}" if width == 2 else f"{moment.year:0{width}}"
    if letter == "M" and width > 2:
        return MONTHS[moment.month - 1] if width > 3 else MONTHS[moment.month - 1][:3]
    if letter == "E":
        return DAYS[moment.weekday()] if width > 3 else DAYS[moment.weekday()][:3]
    if letter == "a":
        return "PM" if moment.hour >= 12 else "AM"
    if letter == "S":
        return f"{moment.microsecond:06}".ljust(width, "0")[:width]
    if letter in "XZ":
        return _offset(moment, letter, width)
    numbers = {
        "M": moment.month,
        "d": moment.day,
        "H": moment.hour,
        "h": moment.hour % 12 or 12,
        "m": moment.minute,
        "s": moment.second,
    }
    return f"{numbers[letter]:0{width}}"


def _offset(moment: datetime, letter: str, width: int) -> str:
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    if letter == "X" and minutes == 0:
        return "Z"
    hours, rest = divmod(abs(minutes), 60)
    head = f"{'-' if minutes < 0 else '+'}{hours:02}"
    if letter == "X" and width == 1:
        return head if rest == 0 else f"{head}{rest:02}"
    return f"{head}:{rest:02}" if letter == "X" and width > 2 else f"{head}{rest:02}"


def _pattern(piece: Piece) -> str:
    letter, width = piece.letter, piece.width
    if not letter:
        return re.escape(piece.text)
    if letter == "M" and width > 2:
        return f"({'|'.join(name if width > 3 else name[:3] for name in MONTHS)})"
    if letter == "E":
        return f"({'|'.join(name if width > 3 else name[:3] for name in DAYS)})"
    if letter == "a":
        return "(AM|PM)"
    if letter in "XZ":
        return r"((?>Z|[-+][0-9]{2}(?::?[0-9]{2})?))"
    if letter == "S":
        return f"([0-9]{{{width}}})"
    if width == 1:
        # Atomic, as many numbers of no fixed width in a row could be read in very many ways.
        return f"((?>[0-9]{{1,{4 if letter == 'y' else 2}}}))"
    return f"([0-9]{{{4 if letter == 'y' and width > 2 else width}}})"


def _read_piece(piece: Piece, text: str, found: dict[str, int]) -> None:
    letter, width = piece.letter, piece.width
    if letter == "M" and width > 2:
        found["M"] = [name[:3] for name in MONTHS].index(text[:3]) + 1
    elif letter == "a":
        found["a"] = int(text == "PM")
    elif letter in "XZ":
        digits = text[1:].replace(":", "").ljust(4, "0")
        minutes = 0 if text == "Z" else int(digits[:2]) * 60 + int(digits[2:])
        found["X"] = max(-1439, min(1439, -minutes if text[0] == "-" else minutes))
    elif letter == "S":
        found["S"] = int(text.ljust(3, "0")[:3])
    elif letter == "y" and width == 2:
        found["y"] = 2000 + int(text)
    elif letter != "E":
        found[letter] = int(text)
