"""Reads the case files: lines for functions and aggregations, chunks for queries; the head of each shows its form."""

import re
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"
LINE = re.compile(r"(value|null|type|count) +(.+?) -> (.+)")
CHUNK = re.compile(r"^=== (.+)\n((?:(?!->).*\n)*)-> ?(error .+)?\n?((?:(?!===).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """shows: value, null, type or count; gives: JSON, or `error` and a part of the message."""

    place: str
    shows: str
    asks: str
    gives: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """rows: JSON, one a line; error: a part of the message, or none."""

    title: str
    query: str
    rows: tuple[str, ...]
    error: str | None


def lines(name: str) -> list[Line]:
    """The cases of a file of lines; a line that is no case, comment or blank is an error of the file."""
    found = []
    for number, text in enumerate((CASES / name).read_text().splitlines(), 1):
        if text and not text.startswith("#"):
            match = LINE.fullmatch(text)
            assert match is not None, f"{name}:{number}: {text}"
            found.append(Line(f"{name}:{number}", match[1], match[2], match[3]))
    return found


def chunks(name: str) -> list[Chunk]:
    """The cases of a file of chunks."""
    text = (CASES / name).read_text()
    found = [
        Chunk(match[1], match[2].rstrip("\n"), _rows(match[4]), match[3] and match[3].removeprefix("error "))
        for match in CHUNK.finditer(text)
    ]
    assert len(found) == text.count("\n=== "), f"{name}: a chunk is not understood"
    return found


def _rows(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
