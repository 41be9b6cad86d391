"""Functions of texts (nql.md 12.4). Positions count from 0; numbers work as their text; null gives null."""

import re
from collections.abc import Sequence

from . import patterns, regexes
from .choices import TEXT_CHARACTERS
from .signature import Function, Keyword, count, flag, one_of, text, whole
from .syntax import Literal
from .values import Value, is_whole, text_of

SP = ("s", "p")


def concat(*values: Value, delimiter: str, distinct: bool, limit: int | None) -> Value:
    """The texts joined; null is skipped (open-14); limit counts after distinct."""
    texts = [found for value in values if (found := text_of(value)) is not None]
    if distinct:
        texts = list(dict.fromkeys(texts))
    texts = texts[:limit]
    size = sum(map(len, texts)) + len(delimiter) * len(texts)
    return delimiter.join(texts) if size <= TEXT_CHARACTERS else None


def substring(value: Value, start: Value, *more: Value, endid: int | None) -> Value:
    """From a position to before another; negative ones count from the end; null out of range."""
    found = text_of(value)
    stop = more[0] if more else endid
    if found is None or not is_whole(start) or not (stop is None or is_whole(stop)):
        return None
    low = start + len(found) if start < 0 else start
    high = len(found) if stop is None else stop + len(found) if stop < 0 else stop
    return found[low:high] if 0 <= low <= high <= len(found) else None


def left(value: Value, n: Value) -> Value:
    """The first n characters; negative: all but the last n (open-68)."""
    found = text_of(value)
    return found[:n] if found is not None and is_whole(n) else None


def right(value: Value, n: Value) -> Value:
    """The last n characters; negative: all but the first n (open-68)."""
    found = text_of(value)
    if found is None or not is_whole(n):
        return None
    return found[-n:] if n < 0 else found[max(0, len(found) - n) :]


def lower(value: Value) -> Value:
    """In lower case."""
    found = text_of(value)
    return None if found is None else found.lower()


def upper(value: Value) -> Value:
    """In upper case."""
    found = text_of(value)
    return None if found is None else found.upper()


def replace(value: Value, find: Value, instead: Value, *, strat: str) -> Value:
    """Another text instead of the first, the last or all of one."""
    found, old, new = text_of(value), text_of(find), text_of(instead)
    if found is None or old is None or new is None:
        return None
    if not old or old not in found:
        return found
    if strat == "last":
        head, _, tail = found.rpartition(old)
        return head + new + tail
    times = 1 if strat == "first" else found.count(old)
    return found.replace(old, new, times) if len(found) + times * len(new) <= TEXT_CHARACTERS else None


def trim(value: Value) -> Value:
    """Without white space round it; null unless it is a text."""
    return value.strip() if isinstance(value, str) else None


def starts_with(value: Value, prefix: Value) -> Value:
    """Whether a text starts with another."""
    found, wanted = text_of(value), text_of(prefix)
    return found is not None and wanted is not None and found.startswith(wanted)


def ends_with(value: Value, suffix: Value) -> Value:
    """Whether a text ends with another."""
    found, wanted = text_of(value), text_of(suffix)
    return found is not None and wanted is not None and found.endswith(wanted)


def contains(value: Value, part: Value, *, ignorecase: bool) -> Value:
    """Whether a text holds another."""
    found, wanted = text_of(value), text_of(part)
    if found is None or wanted is None:
        return False
    return wanted.lower() in found.lower() if ignorecase else wanted in found


def not_contains(value: Value, part: Value) -> Value:
    """What `contains` is not."""
    return not contains(value, part, ignorecase=False)


def index_of(value: Value, part: Value, *, startindex: int, ignorecase: bool) -> Value:
    """The first position of a text in another, from startIndex on; null if there is none."""
    found, wanted = text_of(value), text_of(part)
    if found is None or wanted is None:
        return None
    start = max(0, startindex)
    if ignorecase:
        match = re.compile(re.escape(wanted), re.IGNORECASE).search(found, start) if start <= len(found) else None
        return None if match is None else match.start()
    position = found.find(wanted, start)
    return None if position < 0 else position


def strlen(value: Value) -> Value:
    """How many characters the text has."""
    found = text_of(value)
    return None if found is None else len(found)


def regex(value: Value, pattern: Value) -> Value:
    """Whether a pattern is found anywhere in a text; null if it is no pattern."""
    found, wanted = text_of(value), text_of(pattern)
    if found is None or wanted is None:
        return False
    try:
        return regexes.compiled(wanted).search(found)
    except regexes.BadPattern:
        return None


def like(first: Value, second: Value) -> Value:
    """Whether a text fits a wildcard pattern: the argument with wildcards, the second in doubt (open-69).

    Null if the pattern is too long.
    """
    one, two = text_of(first), text_of(second)
    if one is None or two is None:
        return False
    if not _wild(two) and (_wild(one) or ("." in one and "." not in two)):
        one, two = two, one
    try:
        return patterns.fits(one, two)
    except ValueError:
        return None


def _wild(found: str) -> bool:
    return "*" in found or "?" in found


def _check_pattern(constants: Sequence[Literal | None]) -> None:
    """Prepares `regex`: a constant pattern that is none is an error of the query."""
    pattern = constants[1]
    if pattern is not None and isinstance(pattern.value, str):
        regexes.compiled(pattern.value)


FUNCTIONS = {
    "concat": Function(
        ("value",),
        "text",
        concat,
        (Keyword("delimiter", text, ""), Keyword("distinct", flag, False), Keyword("limit", count, None)),
        many=True,
    ),
    "substring": Function(("s", "from", "to"), "text", substring, (Keyword("endId", whole, None),), optional=1),
    "left": Function(("s", "n"), "text", left),
    "right": Function(("s", "n"), "text", right),
    "lower": Function(("s",), "text", lower),
    "upper": Function(("s",), "text", upper),
    "replace": Function(
        ("s", "find", "instead"), "text", replace, (Keyword("strat", one_of("first", "last", "all"), "first"),)
    ),
    "trim": Function(("s",), "text", trim),
    "startsWith": Function(SP, "boolean", starts_with),
    "endsWith": Function(SP, "boolean", ends_with),
    "contains": Function(SP, "boolean", contains, (Keyword("ignoreCase", flag, False),)),
    "not_contains": Function(SP, "boolean", not_contains),
    "indexOf": Function(SP, "number", index_of, (Keyword("startIndex", whole, 0), Keyword("ignoreCase", flag, False))),
    "strlen": Function(("s",), "number", strlen),
    "regex": Function(("s", "pattern"), "boolean", regex, prepare=_check_pattern),
    "like": Function(("s", "pattern"), "boolean", like),
}
