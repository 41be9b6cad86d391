"""Reading a query's text, one word or sign at a time, each as the place it stands in allows.

There is no list of tokens made ahead: what a text is depends on the state that the parser is in when it comes to it. Once
read, a token stays what it is until it is taken. Knows nothing of the grammar.
"""

import re
from functools import cache
from typing import NamedTuple, NoReturn

from ..errors import BadSyntax
from . import states
from .states import State, listed, pattern, state
from .terminals import NAMES, UNEXPECTED

# How deep blocks, groups and values may stand in each other. The product gives up at about as many.
MAX_DEPTH = 90
TOO_DEEP = "The query is nested too deeply."
SKIPPED = re.compile(r"(?:\s+|//[^\n]*|/\*(?s:.*?)\*/)*")
COMMA_SIGNS = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|[(),}]")
ARGUMENT_COMPARES = frozenset({"<", ">", "<=", ">=", "!=", "~=", "^="})
LIST_PIECE = re.compile(r"[^,)]*[^,)\s]")


class Token(NamedTuple):
    """A word or sign: its kind (see `terminals.py`), its text, and its offsets."""

    kind: str
    text: str
    start: int
    end: int


class Mark(NamedTuple):
    """A place to come back to."""

    state: State
    position: int
    last: Token
    next: Token | None
    faults: int


class Scanner:
    """Where the parser is in a text. `state` says what may come next, and must be set before a token is looked at."""

    def __init__(self, text: str, state: State = states.START) -> None:
        self.text = text
        self.state = state
        self.position = 0
        self.last = Token("end of input", "", 0, 0)
        self.next: Token | None = None
        self.depth = 0
        # Places at which two readings were tried: whether a `{` is a dictionary, and why a `-((` is no walk.
        self.dictionaries: dict[int, bool] = {}
        self.no_verbs: dict[int, BadSyntax | None] = {}
        # What is wrong with the meaning of the text, in the order found; told only if all of it can be read.
        self.faults: list[tuple[str, int, int]] = []

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

    def reject(self, token: Token, *chain: State) -> NoReturn:
        """Raise BadSyntax for a token behind something that is complete, if it is: `chain` are the states that the product
        goes through as it completes it, each of which lets less pass. The first that does not hold the token says what could
        come."""
        value = (self.text_end(), states.AFTER_VALUE) if self.state in states.VALUE_STATES else ()
        self.reject_after(token, *value, *chain)

    def text_end(self) -> State:
        """What the product lets pass behind a value where an argument of a command might go on."""
        if self.state is states.AFTER_QUERY_VALUE:
            return states.AFTER_VALUE
        return states.COMMAND_TAG_END if self.state is states.AFTER_TAG else states.COMMAND_TEXT_END

    def reject_after(self, token: Token, *chain: State) -> NoReturn:
        """The same, behind something that is no value."""
        # A sign that compares may also be an argument, and a dot begins a property as well.
        kind = "argument compare" if token.text in ARGUMENT_COMPARES else "." if token.kind == "deref" else token.kind
        stops = next((state for state in chain if token.kind not in state.kinds and kind not in state.kinds), chain[-1])
        self.unexpected(token, stops.expected)

    def fault(self, mesg: str, start: int, end: int) -> None:
        """Note that a piece can be read but means nothing."""
        self.faults.append((mesg, start, end))

    def finish(self) -> None:
        """Raise BadSyntax for the first fault noted."""
        for mesg, start, end in self.faults:
            raise BadSyntax(mesg, self.text, start, None, end)

    def mark(self) -> Mark:
        """Where the scanner is, to come back to."""
        return Mark(self.state, self.position, self.last, self.next, len(self.faults))

    def reset(self, mark: Mark) -> None:
        """Go back to a mark."""
        self.state, self.position, self.last, self.next = mark.state, mark.position, mark.last, mark.next
        del self.faults[mark.faults :]

    def enter(self) -> None:
        """Go one level further in. Raises BadSyntax where a query is nested too deeply. To be followed by `leave`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep()

    def leave(self) -> None:
        """Come back from a level."""
        self.depth -= 1

    def too_deep(self) -> NoReturn:
        """Raise BadSyntax for a query that is nested, or chained, too far."""
        raise BadSyntax(TOO_DEEP, self.text, min(self.last.start, len(self.text)), self.last.text)

    def _read(self) -> Token:
        state = self.state
        start = self.position
        if state.spaces:
            skipped = SKIPPED.match(self.text, start)
            assert skipped is not None
            start = skipped.end()
        found = pattern(state).match(self.text, start)
        if found is not None and state.kinds[_index(found)] == "number" and comma_comes(self.text, found.end()):
            found = pattern(without_numbers(state)).match(self.text, start)
            state_kinds = without_numbers(state).kinds
        else:
            state_kinds = state.kinds
        if found is not None:
            return Token(state_kinds[_index(found)], found[0], start, found.end())
        if start >= len(self.text):
            raise self._bad("end of input", "", self.last.start, state.expected)
        kind, text = self._looks_like(start)
        raise self._bad(kind, text, start, state.listed)

    def _looks_like(self, start: int) -> tuple[str, str]:
        """What a text that may not stand here would be called elsewhere."""
        looks = unexpected_pattern().match(self.text, start)
        assert looks is not None
        kind = UNEXPECTED[_index(looks)][0]
        if kind != "json number" or not comma_comes(self.text, looks.end()):
            return kind, looks[0]
        piece = LIST_PIECE.match(self.text, start)
        assert piece is not None
        return (
            "list case" if piece[0] == looks[0] and self.text.startswith(",", looks.end()) else "list value"
        ), piece[0]

    def _bad(self, kind: str, token: str, at: int, expected: tuple[str, ...]) -> BadSyntax:
        error = BadSyntax("", self.text, at, token)
        mesg = (
            f"Unexpected token '{NAMES[kind]}' at line {error.line}, column {error.column},"
            f" expecting one of: {listed(expected)}"
        )
        return BadSyntax(mesg, self.text, at, token)


@cache
def unexpected_pattern() -> re.Pattern[str]:
    """What finds what a text looks like, each a group. Made when a text first stands where it may not."""
    return re.compile("|".join(f"({pattern})" for _, pattern in UNEXPECTED))


def comma_comes(text: str, position: int) -> bool:
    """Whether a comma stands between a place and the end of its group: a number there is a piece of a list's text, as the
    first `1` of `(1 + 1, 2)`. Groups and quoted texts on the way are passed over."""
    depth = 0
    for found in COMMA_SIGNS.finditer(text, position):
        match found[0]:
            case "(":
                depth += 1
            case "," if depth == 0:
                return True
            case ")" | "}" if depth == 0:
                return False
            case ")":
                depth -= 1
    return False


@cache
def without_numbers(given: State) -> State:
    """The same state where a number is not one."""
    return state(frozenset(given.kinds) - {"number"}, spaces=given.spaces)


def _index(found: re.Match[str]) -> int:
    assert found.lastindex is not None
    return found.lastindex - 1
