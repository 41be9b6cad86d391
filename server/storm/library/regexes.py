"""`$lib.regex`: patterns of Python's kind, in the dialect that the model's own patterns have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ...model.contract import ModelError
from ...model.types.patterns import BadReplacement, Flag, Pattern, compiled, escaped
from ..errors import StormError
from ..lifts.values import of_model
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int, to_str

T = TypeVar("T")


def search(run: Runtime, me: Any, pattern: Any, text: Any, flags: Any = 0) -> tuple[Any, ...] | None:
    found = matched(pattern, flags, lambda made: made.search(to_str(text)))
    return None if found is None else found.groups()


def matches(run: Runtime, me: Any, pattern: Any, text: Any, flags: Any = 0) -> bool:
    return matched(pattern, flags, lambda made: made.match(to_str(text))) is not None


def findall(run: Runtime, me: Any, pattern: Any, text: Any, flags: Any = 0) -> list[Any]:
    return matched(pattern, flags, lambda made: made.findall(to_str(text)))


def replace(run: Runtime, me: Any, pattern: Any, replace: Any, text: Any, flags: Any = 0) -> str:
    try:
        return matched(pattern, flags, lambda made: made.sub(to_str(replace), to_str(text)))
    except (BadReplacement, IndexError) as error:
        raise StormError("BadArg", f"$lib.regex.replace() error: {error}") from error


def escape(run: Runtime, me: Any, text: Any) -> str:
    return escaped(to_str(text))


def matched(pattern: Any, flags: Any, find: Callable[[Pattern], T]) -> T:
    """What is found by a pattern. Raises StormError: BadArg for one that is none, HitLimit for one that takes too long."""
    text, bits = to_str(pattern), to_int(flags)
    try:
        made = compiled(text, bits)
    except ModelError as error:
        if error.name == "HitLimit":
            raise of_model(error) from error
        raise StormError("BadArg", f'Error compiling regex pattern: {error.mesg}: pattern="{text}"') from error
    try:
        return find(made)
    except ModelError as error:
        raise of_model(error) from error


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
        local("i: int", lambda run, me: Flag.I, "Letters count alike in both cases."),
        local("m: int", lambda run, me: Flag.M, "^ and $ fit at the ends of lines, too."),
    ),
)

LIBRARIES = (REGEX, FLAGS)
