"""A text of Storm to its tree. See `grammar.txt` for the grammar."""

import re

from ..errors import BadSyntax
from ..syntax.steps import Mode, Query, Step, Words
from ..syntax.values import Span
from . import query as parse_query
from .quoting import unquoted
from .scan import SKIPPED, TOO_DEEP, Scanner

MODES: tuple[Mode, ...] = ("storm", "lookup", "autoadd", "search")
# A word of the modes that look words up: quoted if it is so from end to end.
WORD = re.compile(r"(?:\"(?:\\.|[^\"\\])*\"|'[^']*')(?=[\s|]|\Z)|[^\s|]+", re.DOTALL)


def parse(text: str, mode: str = "storm") -> Query:
    """The query that a text is.

    `mode` other than `storm`: words come first, and Storm behind the first `|` (reference 5.1); an unknown one is `storm`.
    Raises BadSyntax.
    """
    known = mode_of(mode)
    try:
        found = storm(Scanner(text)) if known == "storm" else looked_up(Scanner(text), known)
    except RecursionError:
        # Levels are bounded, but not how much of the stack the caller has used.
        raise BadSyntax(TOO_DEEP, text, 0) from None
    return Query(Span(0, len(text)), text, found)


def mode_of(name: str) -> Mode:
    """The mode of that name, `storm` where there is none."""
    return next((known for known in MODES if known == name), "storm")


def storm(scan: Scanner) -> tuple[Step, ...]:
    """The steps of a text from where the scanner is."""
    found = parse_query.whole(scan)
    scan.finish()
    return found


def looked_up(scan: Scanner, mode: Mode) -> tuple[Step, ...]:
    """Words, and the steps behind the first `|` outside quotes."""
    words: list[str] = []
    end = 0
    while True:
        skipped = SKIPPED.match(scan.text, end)
        assert skipped is not None
        word = WORD.match(scan.text, skipped.end())
        if word is None:
            break
        words.append(unquoted(word[0]) if word[0][0] in "'\"" and len(word[0]) > 1 else word[0])
        end = word.end()
    first = Words(Span(0, end), mode, tuple(words))
    if skipped.end() >= len(scan.text):
        return (first,)
    scan.position = skipped.end() + 1
    return (first, *storm(scan))
