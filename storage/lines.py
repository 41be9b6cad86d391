"""A list of texts, one a line, that is written once and read by number: results that may be larger than memory.

What lies beyond a bound goes to a file without a name, which is gone with the process whatever happens. Only some lines'
places are remembered; the others are counted from there. It knows nothing of what the lines say.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock

from .errors import NotFound, StorageError

# A place is remembered after so many lines or bytes, whichever comes first.
MARK_LINES = 256
MARK_BYTES = 64 * 1024
NEWLINE = b"\n"


class TooLarge(StorageError):
    """The lines together are larger than they may be."""


class Lines:
    """Lines that any thread may append and any other read meanwhile.

    folder: where the file lies. memory_bytes: what is held without a file. most_bytes: what there may be at all.
    """

    def __init__(self, folder: Path, memory_bytes: int, most_bytes: int) -> None:
        # Closed by `close`, as it outlives every block of code.
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(  # noqa: SIM115 - as the line above says
            max(1, memory_bytes), dir=str(folder)
        )
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._closed = False
        self._count = self._size = 0
        self._lines, self._places = array("Q", [0]), array("Q", [0])

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self._count

    @property
    def size(self) -> int:
        """How many bytes they are."""
        return self._size

    def append(self, lines: Iterable[bytes]) -> None:
        """Add lines, which must hold no newline. Raises TooLarge, NotFound if it is closed, OSError (a full disk)."""
        count, size = self._count, self._size
        marks: list[tuple[int, int]] = []
        last_line, last_place = self._lines[-1], self._places[-1]
        pieces = []
        for line in lines:
            if count - last_line >= MARK_LINES or size - last_place >= MARK_BYTES:
                last_line, last_place = count, size
                marks.append((count, size))
            pieces.append(line)
            count += 1
            size += len(line) + 1
        if size > self._most_bytes:
            raise TooLarge(f"The result is larger than {self._most_bytes} bytes.")
        if not pieces:
            return
        pieces.append(b"")
        with self._lock:
            self._check_open()
            self._file.seek(self._size)
            self._file.write(NEWLINE.join(pieces))
            for line_number, place in marks:
                self._lines.append(line_number)
                self._places.append(place)
            self._count, self._size = count, size

    def span(self, offset: int, limit: int) -> tuple[int, int]:
        """Where `limit` lines from number `offset` on begin and end, in bytes; each has a newline at its end. Blocks.

        Raises NotFound if it is closed.
        """
        first = min(offset, self._count)
        last = min(offset + limit, self._count)
        begin = self._place(first)
        return (begin, begin) if last <= first else (begin, self._place(last))

    def read(self, begin: int, end: int) -> bytes:
        """The bytes between two places. Blocks. Raises NotFound if it is closed."""
        with self._lock:
            self._check_open()
            self._file.seek(begin)
            return self._file.read(end - begin)

    def close(self) -> None:
        """Give up the lines and their file; closing twice is harmless."""
        with self._lock:
            self._closed = True
            self._file.close()

    def _place(self, number: int) -> int:
        with self._lock:
            self._check_open()
            if number >= self._count:
                return self._size
            mark = bisect_right(self._lines, number) - 1
            end = self._places[mark + 1] if mark + 1 < len(self._places) else self._size
            place = self._places[mark]
            self._file.seek(place)
            block = self._file.read(end - place)
            at = 0
            for _ in range(number - self._lines[mark]):
                at = block.index(NEWLINE, at) + 1
            return place + at

    def _check_open(self) -> None:
        if self._closed:
            raise NotFound("The result is gone: its job ended, expired or was cancelled.")
