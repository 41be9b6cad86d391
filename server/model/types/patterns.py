"""Patterns that come from outside: compiled in the product's dialect, kept in a room, and matched for a bounded time.

The product's engine is `regex`, and so is ours: it lets other threads run while it matches a text, and it can be told for how
long it may. All that matches what a client gave goes through here; patterns that we write ourselves are `re`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import prod
from typing import Any, TypeVar

import regex

from ..contract import ModelError
from ..kept import Kept

T = TypeVar("T")
Found = regex.Match[str]
BadReplacement = regex.error

Flag = regex.RegexFlag
IGNORECASE = int(regex.IGNORECASE)

# What a pattern may weigh, and all that are kept together: in atoms, each of which takes some 300 bytes.
HEAVIEST = 100_000
KEPT_ROOM = 200_000

# Steps that are so few that nobody need look at the clock, which costs more than most matches.
_FEW = 1_000_000
_NEVER = (_FEW + 1, 0)
# Where the number of steps is not only a question of how many ways there are to repeat and to choose: groups that are
# repeated, what `(?` begins, references to groups, fuzzy matching.
_INTRICATE = re.compile(r"\)[*+?{\s#]|\(\?|\\[0-9gk]|\{[^0-9,]")
_REPEAT = re.compile(r"[*+?]+|\{")
# What would make our own reading of a pattern another than the engine's: comments, sets within sets.
_ODD = re.compile(r"#|\[\[|\[\^?\s|\(\?[a-zA-Z0-9-]*[xV]")
_ODD_FLAGS = int(regex.VERBOSE | regex.VERSION1)
_COUNT = re.compile(r"\{([^}]*)")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*(?:\]|\\?\Z)|\{([0-9]+)(?:,[0-9]*)?\}|([()])|.", re.DOTALL)


class Pattern:
    """A pattern to match texts with. All of it raises ModelError("HitLimit") for what takes too long."""

    __slots__ = ("_made", "_most", "_power", "_text")

    def __init__(self, text: str, made: regex.Pattern[str]) -> None:
        self._text = text
        self._made = made
        self._most, self._power = _steps(text)

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The numbers of the named groups."""
        return self._made.groupindex

    def search(self, text: str) -> Found | None:
        """The first find in a text."""
        if self._most * (len(text) + 1) ** self._power <= _FEW:
            return self._made.search(text)
        return self._timed(self._made.search, text)

    def match(self, text: str) -> Found | None:
        """The find that a text begins with."""
        if self._most * (len(text) + 1) ** self._power <= _FEW:
            return self._made.match(text)
        return self._timed(self._made.match, text)

    def fullmatch(self, text: str) -> Found | None:
        """The find that is the whole text."""
        if self._most * (len(text) + 1) ** self._power <= _FEW:
            return self._made.fullmatch(text)
        return self._timed(self._made.fullmatch, text)

    def findall(self, text: str) -> list[Any]:
        """All finds: texts, or tuples of the groups where there are several."""
        return self._timed(self._made.findall, text)

    def finds(self, text: str) -> list[Found]:
        """All finds. Not one by one: the time that passes in between would count."""
        return self._timed(lambda text, timeout: list(self._made.finditer(text, timeout=timeout)), text)

    def sub(self, instead: str, text: str) -> str:
        """The text with all finds replaced; raises BadReplacement and IndexError for what cannot stand instead."""
        return self._timed(lambda text, timeout: self._made.sub(instead, text, timeout=timeout), text)

    def _timed(self, find: Callable[..., T], text: str) -> T:
        try:
            return find(text, timeout=_allowed_s)
        except TimeoutError:
            mesg = f"Dead Ringer gives a pattern {_allowed_s:g} seconds for a text (option synapse_pattern_s): "
            raise ModelError("HitLimit", mesg + self._text[:200]) from None


_kept: Kept[Pattern] = Kept(KEPT_ROOM, lambda text, way: _weight(text, way if isinstance(way, int) else 0))
# Of the process, as what it bounds is: the processor.
_allowed_s = 5.0


def allow(seconds: float) -> None:
    """How much computing one pattern may take for one text, in all that this process matches from now on.

    The engine looks at the processor time of the process, so other threads that compute meanwhile shorten it.
    """
    global _allowed_s
    _allowed_s = seconds


def compiled(text: str, flags: int = 0) -> Pattern:
    """The compiled pattern.

    Raises ModelError: "error" for one that is none, "ValueError" for flags that exclude each other, "HitLimit" for one that
    is too large.
    """

    def make() -> Pattern:
        if _weight(text, flags) > HEAVIEST:
            mesg = f"Dead Ringer takes no pattern of more than {HEAVIEST} characters, its repeats written out."
            raise ModelError("HitLimit", mesg)
        try:
            # The engine's own room has no bounds that would do; its flag DEBUG prints.
            made = regex.compile(text, flags & ~regex.DEBUG, cache_pattern=False)
        except (regex.error, ValueError) as error:
            # Flags that exclude each other are a ValueError.
            raise ModelError(type(error).__name__, str(error)) from error
        return Pattern(text, made)

    return _kept.of(text, flags, make)


def escaped(text: str) -> str:
    """A pattern that finds just this text."""
    return regex.escape(text)


def _steps(text: str) -> tuple[int, int]:
    """How many steps matching takes at most, as a factor and the power of the text's length (and one) to multiply it with.

    Each start in the text, each end of each repeat, and each of two ways is tried with each other, no step twice.
    """
    repeats, choices = len(_REPEAT.findall(text)), text.count("|")
    if repeats + choices > 10 or _INTRICATE.search(text) is not None:
        return _NEVER
    return len(text) << choices, repeats + 1


def _weight(text: str, flags: int) -> int:
    """Of how many atoms a pattern is once its repeats are written out, as the engine does; never too few."""
    if "{" not in text:
        return len(text)
    if flags & _ODD_FLAGS or _ODD.search(text) is not None:
        counts = (re.sub(r"[^0-9]", "", found.partition(",")[0]) for found in _COUNT.findall(text))
        return len(text) * prod(int(count[:9]) or 1 for count in counts if count)
    # Of each group that is open: what it weighs, and its last atom.
    groups = [[0, 0]]
    for piece in _PIECE.finditer(text):
        count, bracket = piece.groups()
        if bracket == "(":
            groups.append([1, 0])
            continue
        if bracket is None and count is None:
            groups[-1][0] += 1
            groups[-1][1] = 1
        elif count is not None:
            total, last = groups[-1]
            times = int(count[:9]) or 1
            groups[-1][:] = total + last * (times - 1), last * times
        elif len(groups) > 1:
            inner, _ = groups.pop()
            groups[-1][0] += inner
            groups[-1][1] = inner
    return max(sum(total for total, _ in groups), len(text))
