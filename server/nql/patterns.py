"""Wildcard patterns: `*` any run, `?` and `.` one character; the whole text, case-sensitive (nql.md 11.2, open-58)."""

import re
from functools import lru_cache

from .choices import PATTERN_CHARACTERS

ONE = frozenset("?.")


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for `fullmatch`. It is searched without going back and forth, whatever the text. Raises ValueError."""
    if len(pattern) > PATTERN_CHARACTERS:
        raise ValueError(f"the pattern has more than {PATTERN_CHARACTERS} characters")
    first, *later = (
        "".join("." if character in ONE else re.escape(character) for character in part) for part in pattern.split("*")
    )
    if not later:
        return re.compile(first, re.DOTALL)
    # Atomic: the leftmost place of each part is as good as any.
    middle = "".join(f"(?>.*?{part})" for part in later[:-1] if part)
    return re.compile(f"{first}{middle}.*{later[-1]}", re.DOTALL)


def fits(text: str, pattern: str) -> bool:
    """Whether the whole text fits the pattern."""
    return compiled(pattern).fullmatch(text) is not None
