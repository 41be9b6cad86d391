"""Regular expressions that are searched in time linear in the text (nql.md 11.2): a query must not be able to hang a server.

A pattern becomes a nondeterministic automaton; searching builds the deterministic one as far as texts need it. Java's common
syntax: classes, groups, alternatives, quantifiers, `^ $ \\b \\B \\A \\z`, `(?i)` and `(?s)` at the start. Look-around,
back-references and named classes are refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from .choices import NESTING, REGEX_STATES

# Tests a character.
Accept: TypeAlias = Callable[[str], bool]
# What stands before or behind a place in the text.
EDGE, WORD_CHARACTER, OTHER, LAST_NEWLINE = range(4)
# How many steps a search remembers; then it forgets and starts to remember anew.
REMEMBERED = 10_000
QUANTIFIER = re.compile(r"\{([0-9]{1,4})(,([0-9]{0,4}))?\}", re.ASCII)
FLAGS = re.compile(r"\(\?([is]+)\)")
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "a": "\a", "e": "\x1b"}
CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")


class BadPattern(ValueError):
    """A pattern that cannot be read, or is not supported."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character."""

    accept: Accept


@dataclass(frozen=True, slots=True)
class Assert:
    """A place: one of ^ $ z b B."""

    asked: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one behind the other; none is the empty text."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """One of two or more."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """At least `low` times, at most `high`; None has no bound."""

    inner: "Tree"
    low: int
    high: int | None


Tree: TypeAlias = Character | Assert | Sequence | Either | Repeat


@dataclass(slots=True)
class State:
    """A set of places in the automaton, what stands before, and where characters lead from here."""

    places: frozenset[int]
    before: int
    steps: "dict[str, State | None]" = field(default_factory=dict)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> "Regex":
    """The pattern, ready to search. Raises BadPattern."""
    return Regex(pattern)


class Regex:
    """A pattern; `search` says whether it is found anywhere in a text."""

    def __init__(self, pattern: str) -> None:
        # Each place: what it asks of the next character or of its surroundings, and where it leads.
        self._accepts: list[Accept | None] = []
        self._asserts: list[str | None] = []
        self._next: list[list[int]] = []
        self._built = 0
        tree = Parser(pattern).tree()
        self._end = self._place()
        self._start = self._build(tree, self._end)
        self._remembered = 0
        self._states: dict[tuple[frozenset[int], int], State] = {}

    def search(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text."""
        state = self._state(frozenset((self._start,)), EDGE)
        last = len(text) - 1
        for place, character in enumerate(text):
            if place == last and character == "\n":
                following = self._step(state, character, LAST_NEWLINE)
            else:
                try:
                    following = state.steps[character]
                except KeyError:
                    following = self._step(state, character, None)
            if following is None:
                return True
            state = following
        return self._end in self._closure(state.places, state.before, EDGE)

    def _step(self, state: State, character: str, behind: int | None) -> State | None:
        """The state behind a character, None once the pattern is found."""
        kind = _kind(character)
        places = self._closure(state.places, state.before, kind if behind is None else behind)
        following: State | None = None
        if self._end not in places:
            reached = {self._start}
            for place in places:
                accept = self._accepts[place]
                if accept is not None and accept(character):
                    reached.update(self._next[place])
            following = self._state(frozenset(reached), kind)
        if behind is None:
            state.steps[character] = following
            self._remembered += 1
        return following

    def _state(self, places: frozenset[int], before: int) -> State:
        if self._remembered > REMEMBERED:
            self._states = {}
            self._remembered = 0
        found = self._states.get((places, before))
        if found is None:
            found = self._states[places, before] = State(places, before)
        return found

    def _closure(self, places: frozenset[int], before: int, behind: int) -> set[int]:
        reached: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            if self._accepts[place] is None:
                asked = self._asserts[place]
                if asked is None or _holds(asked, before, behind):
                    waiting.extend(self._next[place])
        return reached

    def _place(self, accept: Accept | None = None, asked: str | None = None, following: tuple[int, ...] = ()) -> int:
        if len(self._accepts) >= REGEX_STATES:
            raise BadPattern("the regular expression is too large")
        self._accepts.append(accept)
        self._asserts.append(asked)
        self._next.append(list(following))
        return len(self._accepts) - 1

    def _build(self, tree: Tree, following: int) -> int:
        """The place that a tree starts at, if what comes behind it starts at `following`."""
        self._built += 1
        if self._built > REGEX_STATES * 10:
            raise BadPattern("the regular expression is too large")
        if isinstance(tree, Character):
            return self._place(accept=tree.accept, following=(following,))
        if isinstance(tree, Assert):
            return self._place(asked=tree.asked, following=(following,))
        if isinstance(tree, Either):
            return self._place(following=tuple(self._build(part, following) for part in tree.parts))
        if isinstance(tree, Repeat):
            return self._repeat(tree, following)
        for part in reversed(tree.parts):
            following = self._build(part, following)
        return following

    def _repeat(self, tree: Repeat, following: int) -> int:
        if tree.high is None:
            start = self._place()
            self._next[start] = [self._build(tree.inner, start), following]
        else:
            start = following
            for _ in range(tree.high - tree.low):
                start = self._place(following=(self._build(tree.inner, start), following))
        for _ in range(tree.low):
            start = self._build(tree.inner, start)
        return start


class Parser:
    """A pattern's text to its tree."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._pos = 0
        self._fold = self._dot_all = False

    def tree(self) -> Tree:
        """The whole pattern."""
        flags = FLAGS.match(self._text)
        if flags is not None:
            self._pos = flags.end()
            self._fold, self._dot_all = "i" in flags[1], "s" in flags[1]
        found = self._either(0)
        if self._pos < len(self._text):
            raise BadPattern("the regular expression has a ) too many")
        return found

    def _either(self, depth: int) -> Tree:
        if depth > NESTING:
            raise BadPattern(f"the regular expression is nested more than {NESTING} deep")
        branches = [self._sequence(depth)]
        while self._peek() == "|":
            self._pos += 1
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _sequence(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, atom: Tree) -> Tree:
        sign = self._peek()
        bounds: tuple[int, int | None]
        if sign in ("*", "+", "?"):
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            self._pos += 1
        else:
            match = QUANTIFIER.match(self._text, self._pos)
            if match is None:
                return atom
            low = int(match[1])
            bounds = (low, low if match[2] is None else int(match[3]) if match[3] else None)
            if bounds[1] is not None and bounds[1] < low:
                raise BadPattern("the regular expression has a quantifier whose bounds are the wrong way round")
            if max(bounds[0], bounds[1] or 0) > REGEX_STATES:
                raise BadPattern("the regular expression is too large")
            self._pos = match.end()
        # Lazy and possessive ones find the same texts, but for rare possessive ones.
        if self._peek() == "?":
            self._pos += 1
        if self._peek() in ("*", "+", "?"):
            raise BadPattern("the regular expression has a quantifier behind a quantifier")
        return Repeat(atom, *bounds)

    def _atom(self, depth: int) -> Tree:
        character = self._take()
        if character == "(":
            if self._peek() == "?":
                if not self._text.startswith("?:", self._pos):
                    raise BadPattern("look-around and named groups are not supported in regular expressions")
                self._pos += 2
            inner = self._either(depth + 1)
            if self._take() != ")":
                raise BadPattern("the regular expression lacks a )")
            return inner
        if character == "[":
            return Character(self._class(depth))
        if character == ".":
            return Character(_anything if self._dot_all else _no_newline)
        if character in "^$":
            return Assert(character)
        if character in "*+?":
            raise BadPattern("the regular expression has a quantifier with nothing before it")
        if character == "\\":
            following = self._peek()
            if following in ("b", "B", "A", "z", "Z"):
                self._pos += 1
                return Assert({"A": "^", "Z": "$"}.get(following, following))
            return Character(self._escape()[0])
        return Character(self._literal(character))

    def _escape(self) -> tuple[Accept, str | None]:
        """What an escape accepts, and the one character that it is if it is one."""
        character = self._take()
        if character in CLASSES:
            return CLASSES[character], None
        code = CODE.match(self._text, self._pos - 1)
        if code is not None:
            self._pos = code.end()
            found = chr(int(code[1] or code[2], 16))
            return self._literal(found), found
        if character in ESCAPED:
            return self._literal(ESCAPED[character]), ESCAPED[character]
        if character == "" or (character.isascii() and character.isalnum()):
            raise BadPattern(f"\\{character} is not supported in regular expressions")
        return self._literal(character), character

    def _class(self, depth: int) -> Accept:
        negated = self._peek() == "^"
        if negated:
            self._pos += 1
        accepts: list[Accept] = []
        characters: set[str] = set()
        first = True
        while self._peek() != "]" or first:
            first = False
            low, accept = self._member()
            if accept is not None:
                accepts.append(accept)
            elif self._text.startswith("-", self._pos) and self._text[self._pos + 1 : self._pos + 2] not in ("]", ""):
                self._pos += 1
                high, wrong = self._member()
                if wrong is not None or low > high:
                    raise BadPattern("the regular expression has a range whose ends are the wrong way round")
                accepts.append(_between(low, high, self._fold))
            else:
                characters.update((low.lower(), low.upper()) if self._fold else (low,))
        self._pos += 1
        accepts.append(characters.__contains__)
        tests = tuple(accepts)
        return lambda character: any(test(character) for test in tests) is not negated

    def _member(self) -> tuple[str, Accept | None]:
        character = self._take()
        if character == "":
            raise BadPattern("the regular expression lacks a ]")
        if character == "[" or self._text.startswith("&&", self._pos - 1):
            raise BadPattern("classes in classes are not supported in regular expressions")
        if character != "\\":
            return character, None
        accept, one = self._escape()
        return ("", accept) if one is None else (one, None)

    def _literal(self, wanted: str) -> Accept:
        if self._fold and wanted.lower() != wanted.upper():
            both = (wanted.lower(), wanted.upper())
            return lambda character: character in both
        return wanted.__eq__

    def _peek(self) -> str:
        return self._text[self._pos : self._pos + 1]

    def _take(self) -> str:
        character = self._peek()
        self._pos += 1
        return character


def _holds(asked: str, before: int, behind: int) -> bool:
    if asked == "^":
        return before == EDGE
    if asked == "$":
        return behind in (EDGE, LAST_NEWLINE)
    if asked == "z":
        return behind == EDGE
    return ((before == WORD_CHARACTER) is not (behind == WORD_CHARACTER)) is (asked == "b")


def _kind(character: str) -> int:
    return WORD_CHARACTER if character == "_" or (character.isascii() and character.isalnum()) else OTHER


def _between(low: str, high: str, fold: bool) -> Accept:
    if not fold:
        return lambda character: low <= character <= high
    return lambda character: low <= character.lower() <= high or low <= character.upper() <= high


def _anything(character: str) -> bool:
    return True


def _no_newline(character: str) -> bool:
    return character not in "\n\r"


def _digit(character: str) -> bool:
    return "0" <= character <= "9"


def _word(character: str) -> bool:
    return _kind(character) == WORD_CHARACTER


def _space(character: str) -> bool:
    return character in " \t\n\x0b\f\r"


CLASSES: dict[str, Accept] = {
    "d": _digit,
    "D": lambda character: not _digit(character),
    "w": _word,
    "W": lambda character: not _word(character),
    "s": _space,
    "S": lambda character: not _space(character),
}
