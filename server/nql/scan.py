"""The smallest parts of the text of a query: blanks, words, signs, literals (nql.md chapters 2 and 3).

In the form of tomli: each function takes a source and an offset and gives the next offset with what it read. They skip
blanks before what they read, never behind it. They raise NqlError.
"""

import re

from ..text import Source, Span
from .errors import NqlError
from .syntax import Literal
from .values import LONG_MAX, LONG_MIN, NUMBER_CHARACTERS, finite

# No comments (open-1). Suffixes in both cases (open-6).
BLANKS = re.compile(r"[ \t\r\n]*+")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+", re.ASCII)
NUMBER = re.compile(r"(-?[0-9]++)(\.[0-9]++)?([eE][+-]?[0-9]++)?([dDfFlL]?)(?![A-Za-z0-9_.])", re.ASCII)
STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)
REGEX = re.compile(r"/([^/\\\n]*+(?:\\[^\n][^/\\\n]*+)*+)/")
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
COMPARISON = re.compile(r"!=|<=|>=|~=|==|=|<|>")
# What a message shows of the text that it did not expect.
FOUND = re.compile(r'[A-Za-z0-9_]+|"[^"\n]{0,40}"?|.', re.DOTALL)
FOUND_CHARACTERS = 40
CONSTANTS = {"true": True, "false": False, "null": None}


def skip(source: Source, pos: int) -> int:
    """The offset behind blanks."""
    match = BLANKS.match(source.text, pos)
    return pos if match is None else match.end()


def expected(source: Source, pos: int, what: str) -> NqlError:
    """The error that something else stands at an offset (behind blanks) than what could."""
    pos = skip(source, pos)
    match = FOUND.match(source.text, pos)
    if match is None:
        return NqlError(f"Expected {what}, found the end of the query.", source.span(pos))
    hint = ""
    if match[0] == "'":  # open-4
        hint = " Strings stand in double quotes."
    elif source.text.startswith("${", pos):
        hint = " A placeholder ${...} is filled in by the user interface, before the query is sent."
    found = match[0][:FOUND_CHARACTERS]
    return NqlError(f"Expected {what}, found {found}.{hint}", source.span(pos, pos + len(found)))


def sign(source: Source, pos: int, wanted: str) -> int | None:
    """The offset behind a sign, None if it does not stand here."""
    pos = skip(source, pos)
    return pos + len(wanted) if source.text.startswith(wanted, pos) else None


def take(source: Source, pos: int, wanted: str, instead: str | None = None) -> int:
    """The offset behind a sign that must stand here; instead: what the message says could stand here."""
    end = sign(source, pos, wanted)
    if end is None:
        raise expected(source, pos, instead or f'"{wanted}"')
    return end


def word(source: Source, pos: int) -> tuple[int, str] | None:
    """A word, or None."""
    pos = skip(source, pos)
    match = WORD.match(source.text, pos)
    return None if match is None else (match.end(), match[0])


def keyword(source: Source, pos: int, wanted: str) -> int | None:
    """The offset behind a word of the language, in any case; None if it does not stand here."""
    found = word(source, pos)
    return found[0] if found is not None and found[1].lower() == wanted else None


def option_name(source: Source, pos: int) -> tuple[int, str] | None:
    """`name=`: the offset behind the sign, the name in lower case without `_`; None if that does not stand here."""
    found = word(source, pos)
    if found is None:
        return None
    end = sign(source, found[0], "=")
    return None if end is None else (end, found[1].lower().replace("_", ""))


def name(source: Source, pos: int, what: str = "the name of a field") -> tuple[int, str]:
    """The name of a field. A dot in it is an error (open-2)."""
    found = word(source, pos)
    if found is None:
        raise expected(source, pos, what)
    if source.text.startswith(".", found[0]):
        raise NqlError("The name of a field holds no dot.", source.span(found[0]))
    return found


def comparison(source: Source, pos: int) -> tuple[int, str] | None:
    """An operator that compares, or None."""
    pos = skip(source, pos)
    match = COMPARISON.match(source.text, pos)
    if match is None:
        return None
    if match[0] == "==":
        raise NqlError("Equality is written with one =.", source.span(pos, pos + 2))  # open-57
    return match.end(), match[0]


def string(source: Source, pos: int, what: str = "a string in double quotes") -> tuple[int, Literal]:
    """A string."""
    pos = skip(source, pos)
    if not source.text.startswith('"', pos):
        raise expected(source, pos, what)
    match = STRING.match(source.text, pos)
    if match is None:
        raise NqlError("The string has no closing quote.", source.span(pos))
    text = match[1]
    if "\\" in text:
        text = ESCAPE.sub(_escaped, text)
        if any("\ud800" <= character <= "\udfff" for character in text):
            # The two halves of one character become that character.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return match.end(), Literal(text, source.span(pos, match.end()))


def number(source: Source, pos: int) -> tuple[int, Literal]:
    """A number, with its sign and its suffix."""
    pos = skip(source, pos)
    match = NUMBER.match(source.text, pos)
    if match is None:
        raise expected(source, pos, "a number")
    span = source.span(pos, match.end())
    if len(match[0]) > NUMBER_CHARACTERS:
        raise NqlError(f"The number has more than {NUMBER_CHARACTERS} characters.", span)
    whole, fraction, exponent, suffix = match[1], match[2] or "", match[3] or "", match[4].lower()
    if suffix == "l" and (fraction or exponent):
        raise NqlError("A number that ends with l is whole.", span)
    if fraction or exponent or suffix in ("d", "f"):
        double = finite(float(whole + fraction + exponent))
        if double is None:
            raise NqlError("The number is too large for a double.", span)
        return match.end(), Literal(double, span)
    integer = int(whole)
    if not LONG_MIN <= integer <= LONG_MAX:
        raise NqlError("The number needs more than 64 bits.", span)
    return match.end(), Literal(integer, span)


def integer(source: Source, pos: int, what: str, least: int = 0) -> tuple[int, int, Span]:
    """A whole number, `least` or more, and where it stands."""
    end, literal = number(source, pos) if starts_number(source, pos) else (pos, None)
    if literal is None:
        raise expected(source, pos, what)
    if not isinstance(literal.value, int) or literal.value < least:
        raise NqlError(f"Expected {what}, {least} or more.", literal.span)
    return end, literal.value, literal.span


def starts_number(source: Source, pos: int) -> bool:
    """Whether a number starts here."""
    pos = skip(source, pos)
    head = source.text[pos : pos + 2]
    return head[:1] in DIGITS or (head[:1] == "-" and head[1:] in DIGITS)


def regex(source: Source, pos: int) -> tuple[int, str] | None:
    """The pattern of `/.../`, or None if no slash stands here; `\\/` in it is a slash."""
    pos = skip(source, pos)
    if not source.text.startswith("/", pos):
        return None
    match = REGEX.match(source.text, pos)
    if match is None:
        raise NqlError("The regular expression has no closing slash.", source.span(pos))
    return match.end(), match[1].replace("\\/", "/")


DIGITS = frozenset("0123456789")


def _escaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return ESCAPES.get(code, code)  # open-3
