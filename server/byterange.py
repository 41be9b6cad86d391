"""The `Range` header as a slice of a blob. Pure; the Axon says what it becomes in HTTP (reference 10.3)."""

import re
from dataclasses import dataclass

# Nineteen digits are more than any file has bytes.
FIRST = re.compile(r"\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*")


class Unsatisfiable(Exception):
    """A range that this many bytes do not hold."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` up to, but without, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start


def span_of(header: str | None, size: int) -> Span | None:
    """The part of `size` bytes that a `Range` header asks for, None where it asks for all.

    As the product: of several ranges only the first counts, other units are ignored, and an end past the last byte is not
    clamped but refused. A suffix range (`-5`) and a malformed one crash the product; they are refused like the others.
    Raises Unsatisfiable.
    """
    if header is None or header[:6].lower() != "bytes=":
        return None
    first = header[6:].partition(",")[0]
    if not first.strip():
        return None
    match = FIRST.fullmatch(first)
    if match is None or not match[1]:
        raise Unsatisfiable
    start = int(match[1])
    end = int(match[2]) + 1 if match[2] else size
    if start >= size or end > size or end <= start:
        raise Unsatisfiable
    return Span(start, end)
