"""Reading a query's text, one word or sign at a time, each as the place it stands in allows.

There is no list of tokens made ahead: what a text is depends on the state that the parser is in when it comes to it. Once
read, a token stays what it is until it is taken. Knows nothing of the grammar.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn

from . import states
from .errors import BadSyntax
from .states import State, listed
from .terminals import NAMES, UNEXPECTED

# How deep blocks, groups and values may stand in each other. The product gives up at about as many.
MAX_DEPTH = 90
SKIPPED = re.compile(r"(?:\s+|//[^\n]*|/\*(?s:.*?)\*/)*")
UNEXPECTED_PATTERN = re.compile("|".join(f"({pattern})" for _, pattern in UNEXPECTED))


class Token(NamedTuple):
    """A word or sign: its kind (see `terminals.py`), its text, and its offsets."""

    kind: str
    text: str
    start: int
    end: int


class Scanner:
    """Where the parser is in a text. `state` says what may come next, and must be set before a token is looked at."""

    def __init__(self, text: str, state: State = states.START) -> None:
        self.text = text
        self.state = state
        self.position = 0
        self.last = Token("end of input", "", 0, 0)
        self.next: Token | None = None
        self.depth = 0
        # Places at which two readings were tried: which one it is.
        self.decided: dict[tuple[str, int], bool] = {}
        self.commas: tuple[int, int, bool] = (0, -1, False)

    def peek(self) -> Token:
        """The next token, not taken. Raises BadSyntax if the text is nothing that may stand here."""
        if self.next is None:
            self.next = self._read()
        return self.next

    def take(self) -> Token:
        """The next token, taken. The state must be set anew before another is looked at."""
        token = self.peek()
        self.next = None
        self.last = token
        self.position = token.end
        return token

    def at(self, state: State) -> Token:
        """The next token if it stands behind `state`, not taken."""
        self.state = state
        return self.peek()

    def expect(self, kind: str, state: State, expected: tuple[str, ...] | None = None) -> Token:
        """Take a token of this kind, read in this state. Raises BadSyntax on another."""
        token = self.at(state)
        if token.kind != kind:
            self.unexpected(token, expected)
        return self.take()

    def unexpected(self, token: Token, expected: tuple[str, ...] | None = None) -> NoReturn:
        """Raise BadSyntax for a token that was read but cannot be used; `expected` are the names of what could."""
        if token.kind == "end of input":
            raise self._bad(token.kind, "", self.last.start, self.state.expected if expected is None else expected)
        raise self._bad(token.kind, token.text, token.start, self.state.expected if expected is None else expected)

    def fail(self, mesg: str, start: int, end: int) -> NoReturn:
        """Raise BadSyntax for a text that can be read but means nothing."""
        raise BadSyntax(mesg, self.text, start, None, end)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level further in. Raises BadSyntax where a query is nested too deeply."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            at = min(self.position, len(self.text))
            raise BadSyntax(f"Query is nested deeper than {MAX_DEPTH} levels.", self.text, at)
        try:
            yield
        finally:
            self.depth -= 1

    def _read(self) -> Token:
        state = self.state
        start = self.position
        if state.spaces:
            skipped = SKIPPED.match(self.text, start)
            assert skipped is not None
            start = skipped.end()
        found = state.pattern.match(self.text, start)
        while found is not None:
            assert found.lastindex is not None
            kind = state.kinds[found.lastindex - 1]
            if kind == "number" and self._before_comma(found.end()):
                found = self._other(state, start, found)
                continue
            return Token(kind, found[0], start, found.end())
        if start >= len(self.text):
            raise self._bad("end of input", "", self.last.start, state.expected)
        looks = UNEXPECTED_PATTERN.match(self.text, start)
        assert looks is not None
        assert looks.lastindex is not None
        raise self._bad(UNEXPECTED[looks.lastindex - 1][0], looks[0], start, state.listed)

    def _other(self, state: State, start: int, found: re.Match[str]) -> re.Match[str] | None:
        return _without_numbers(state).match(self.text, start)

    def _bad(self, kind: str, token: str, at: int, expected: tuple[str, ...]) -> BadSyntax:
        error = BadSyntax("", self.text, at, token)
        mesg = (
            f"Unexpected token '{NAMES[kind]}' at line {error.line}, column {error.column},"
            f" expecting one of: {listed(expected)}"
        )
        return BadSyntax(mesg, self.text, at, token)

    def _before_comma(self, position: int) -> bool:
        """Whether a comma stands between here and the end of the group: then a number is a piece of a list's text."""
        return False
