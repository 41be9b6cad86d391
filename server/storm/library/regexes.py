"""`$lib.regex`: patterns of Python's kind, in the dialect that the model's own patterns have."""

from __future__ import annotations

import re
from typing import Any

from ...model.contract import ModelError
from ...model.types.patterns import compiled
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int, to_str


def pattern_of(pattern: Any, flags: Any) -> re.Pattern[str]:
    """The pattern to search with. Raises StormError("BadArg")."""
    text, bits = to_str(pattern), to_int(flags)
    try:
        return compiled(text, bits)
    except (ModelError, ValueError, OverflowError) as error:
        told = error.mesg if isinstance(error, ModelError) else str(error)
        raise StormError("BadArg", f'Error compiling regex pattern: {told}: pattern="{text}"') from error


def search(run: Runtime, me: Any, pattern: Any, text: Any, flags: Any = 0) -> tuple[Any, ...] | None:
    found = pattern_of(pattern, flags).search(to_str(text))
    return None if found is None else found.groups()


def matches(run: Runtime, me: Any, pattern: Any, text: Any, flags: Any = 0) -> bool:
    return pattern_of(pattern, flags).match(to_str(text)) is not None


def findall(run: Runtime, me: Any, pattern: Any, text: Any, flags: Any = 0) -> list[Any]:
    return pattern_of(pattern, flags).findall(to_str(text))


def replace(run: Runtime, me: Any, pattern: Any, replace: Any, text: Any, flags: Any = 0) -> str:
    search_for = pattern_of(pattern, flags)
    try:
        return search_for.sub(to_str(replace), to_str(text))
    except (re.error, IndexError) as error:
        raise StormError("BadArg", f"$lib.regex.replace() error: {_worded(error)}") from error


def escape(run: Runtime, me: Any, text: Any) -> str:
    return re.escape(to_str(text))


def _worded(error: Exception) -> str:
    """What is wrong with a replacement, in the product's words."""
    text = str(error)
    if text.startswith("invalid group reference"):
        return "invalid group reference"
    bad = re.fullmatch(r"(bad escape \\.) at position (\d+)", text)
    # The product counts behind the letter.
    return f"{bad[1]} at position {int(bad[2]) + 2}" if bad else text


REGEX = Library(
    "lib.regex",
    "Regular expressions.",
    (
        local("escape(text: str) -> str", escape, "A pattern that finds just this text."),
        local("findall(pattern: str, text: str, flags: int = 0) -> list", findall, "All that a pattern finds."),
        local("matches(pattern: str, text: str, flags: int = 0) -> boolean", matches, "Whether a text begins so."),
        local(
            "replace(pattern: str, replace: str, text: str, flags: int = 0) -> str",
            replace,
            "The text with all that a pattern finds replaced.",
        ),
        local("search(pattern: str, text: str, flags: int = 0) -> list", search, "Groups of the first find, or null."),
    ),
)

FLAGS = Library(
    "lib.regex.flags",
    "Flags of patterns, which can be added.",
    (
        local("i: int", lambda run, me: int(re.IGNORECASE), "Letters count alike in both cases."),
        local("m: int", lambda run, me: int(re.MULTILINE), "^ and $ fit at the ends of lines, too."),
    ),
)

LIBRARIES = (REGEX, FLAGS)
