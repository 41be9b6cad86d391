"""How large a single operation may make a value. A query may use as much as it likes in the long run, as in the product; but
no few words of it may take the memory of the machine, or hold up all other threads within one step that nothing can stop.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from ..errors import StormError

# Characters of a text, or bytes: no body of a request is longer.
LONGEST = 100 * 1024 * 1024
# Of a whole number. Beyond some 14 000 the product cannot even show one.
BITS = 1024 * 1024
# How zlib is told to read the form of gzip.
GZIP = 31


class Expanding(Protocol):
    """What expands bytes bit by bit, as `bz2.BZ2Decompressor` and `zlib.decompressobj` do."""

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def fits(size: int) -> int:
    """A size that is not too large for a text or bytes. Raises StormError("HitLimit")."""
    if size > LONGEST:
        raise StormError("HitLimit", f"Dead Ringer makes no text or bytes of more than {LONGEST} in one step.")
    return size


def joined(between: str, parts: list[str]) -> str:
    """Texts with another between them. Raises StormError("HitLimit")."""
    fits(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def whole(bits: int) -> None:
    """Raises StormError("HitLimit") where a whole number would have more bits than we compute with."""
    if bits > BITS:
        raise StormError("HitLimit", f"Dead Ringer computes with whole numbers of up to {BITS} bits.")


def expanded(data: bytes, begin: Callable[[], Expanding], all_of: Callable[[bytes], bytes]) -> bytes:
    """What compressed bytes are, measured first. begin: gives what expands one part of them, all_of: expands them all.

    Raises StormError("HitLimit"), and what `all_of` does.
    """
    rest, size = data, 0
    # What cannot be expanded is told by the second go.
    with suppress(TypeError, ValueError, OSError, EOFError, zlib.error):
        while rest:
            part = begin()
            size = fits(size + len(part.decompress(rest, LONGEST + 1 - size)))
            rest = part.unused_data
    return all_of(data)
