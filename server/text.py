"""Places in a text, and how a message shows them: line, column and a caret. For both query languages; knows neither.

Lines end with a newline; lines and columns count from 1.
"""

from dataclasses import dataclass

# A longer line is shown only round the place, so that a message stays short whatever the query.
SHOWN_CHARACTERS = 100
CUT = "…"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is parsed."""

    text: str

    def span(self, start: int, end: int | None = None) -> "Span":
        """The place from `start` to before `end` (offsets in characters; one character long without `end`)."""
        return Span(self, start, start + 1 if end is None else end)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source; it may lie just behind the end."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """Number of the line that it starts in."""
        return self.source.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """Column that it starts at."""
        return self.start - self._line_start() + 1

    def pointed(self) -> str:
        """The line and, below it, carets under the stretch (as far as it is in this line and in what is shown of it)."""
        first = self._line_start()
        newline = self.source.text.find("\n", self.start)
        last = len(self.source.text) if newline < 0 else newline
        low, high = first, last
        if last - first > SHOWN_CHARACTERS:
            low = max(first, min(self.start - SHOWN_CHARACTERS // 2, last - SHOWN_CHARACTERS))
            high = low + SHOWN_CHARACTERS
        head, tail = (CUT if low > first else ""), (CUT if high < last else "")
        # A tab or another control character has no width to put a caret under.
        shown = "".join(character if character.isprintable() else " " for character in self.source.text[low:high])
        carets = "^" * max(1, min(self.end, high) - self.start)
        return f"{head}{shown}{tail}\n{' ' * (len(head) + self.start - low)}{carets}"

    def _line_start(self) -> int:
        return self.source.text.rfind("\n", 0, self.start) + 1
