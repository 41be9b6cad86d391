"""A text of Storm to its tree. See `grammar.txt` for the grammar."""

from functools import lru_cache

from . import parse_query
from .errors import BadSyntax
from .scan import TOO_DEEP, Scanner
from .syntax import Mode, Query, Span

MODES: tuple[Mode, ...] = ("storm", "lookup", "autoadd", "search")


def parse(text: str, mode: str = "storm") -> Query:
    """The query that a text is. Parsed queries are kept, by text and mode.

    `mode` other than `storm`: words come first, and Storm behind the first `|` (reference 5.1); an unknown one is `storm`.
    Raises BadSyntax.
    """
    return _parse(text, mode)


@lru_cache(maxsize=1024)
def _parse(text: str, mode: str) -> Query:
    try:
        scan = Scanner(text)
        found = parse_query.whole(scan)
        scan.finish()
    except RecursionError:
        # The levels are bounded, but not what the caller's own stack leaves room for.
        raise BadSyntax(TOO_DEEP, text, 0) from None
    return Query(Span(0, len(text)), text, found)
