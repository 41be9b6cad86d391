"""The methods of texts.

What a method takes is converted where the product converts it, and refused where it does not, in the product's words.
"""

from __future__ import annotations

from typing import Any

from ..errors import StormError
from ..surface import local
from . import format as formats
from . import jsontext
from .bounds import LONGEST, fits, joined
from .convert import to_int, to_str
from .iterating import items_of


def encode(run: Any, me: str, encoding: Any = "utf8") -> bytes:
    if type(encoding) is not str:
        mesg = f"str.encode() argument 'encoding' must be str, not {_type_in_words(encoding)}"
        raise StormError("StormRuntimeError", mesg)
    try:
        return me.encode(encoding, "surrogatepass")
    except UnicodeEncodeError as exc:
        raise StormError("StormRuntimeError", f"{exc}: {me!r}") from None
    except (LookupError, UnicodeError) as exc:
        raise StormError(type(exc).__name__, str(exc)) from None


def endswith(run: Any, me: str, text: Any) -> bool:
    return me.endswith(_text(text))


def find(run: Any, me: str, valu: Any) -> int | None:
    at = me.find(to_str(valu))
    return None if at < 0 else at


def format_(run: Any, me: str, **kwargs: Any) -> str:
    return formats.fill(run, me, kwargs)


def join(run: Any, me: str, items: Any) -> str:
    return joined(me, [to_str(item) for item in items_of(run, items)])


def json(run: Any, me: str) -> Any:
    return jsontext.parse(me)


def ljust(run: Any, me: str, size: Any, fillchar: Any = " ") -> str:
    return me.ljust(fits(to_int(size)), _character(fillchar))


def lower(run: Any, me: str) -> str:
    return me.lower()


def lstrip(run: Any, me: str, chars: Any = None) -> str:
    return me.lstrip(_text_or_null(chars))


def replace(run: Any, me: str, oldv: Any, newv: Any, maxv: Any = None) -> str:
    for at, valu in enumerate((oldv, newv), 1):
        if type(valu) is not str:
            mesg = f"str.replace() argument {at} must be str, not {_type_in_words(valu)}"
            raise StormError("StormRuntimeError", mesg)
    most = -1 if maxv is None else _count(maxv)
    if len(me) * (len(newv) + 1) > LONGEST:
        found = me.count(oldv)
        fits(len(me) + (found if most < 0 else min(found, most)) * (len(newv) - len(oldv)))
    return me.replace(oldv, newv, most)


def reverse(run: Any, me: str) -> str:
    return me[::-1]


def rjust(run: Any, me: str, size: Any, fillchar: Any = " ") -> str:
    return me.rjust(fits(to_int(size)), _character(fillchar))


def rsplit(run: Any, me: str, text: Any, maxsplit: Any = -1) -> list[str]:
    return me.rsplit(_separator(text), maxsplit=to_int(maxsplit))


def rstrip(run: Any, me: str, chars: Any = None) -> str:
    return me.rstrip(_text_or_null(chars))


def size(run: Any, me: str) -> int:
    return len(me)


def slice_(run: Any, me: str, start: Any, end: Any = None) -> str:
    return me[to_int(start) : None if end is None else to_int(end)]


def split(run: Any, me: str, text: Any, maxsplit: Any = -1) -> list[str]:
    return me.split(_separator(text), maxsplit=to_int(maxsplit))


def startswith(run: Any, me: str, text: Any) -> bool:
    return me.startswith(_text(text))


def strip(run: Any, me: str, chars: Any = None) -> str:
    return me.strip(_text_or_null(chars))


def title(run: Any, me: str) -> str:
    return me.title()


def upper(run: Any, me: str) -> str:
    return me.upper()


METHODS = (
    local('encode(encoding: str = "utf8") -> bytes', encode, "The bytes of the text in an encoding."),
    local("endswith(text: str) -> boolean", endswith, "Whether the text ends with another."),
    local("find(valu: str) -> int", find, "Where another text first stands in it, or null."),
    local("format(**kwargs: any) -> str", format_, "The text with values in the place of names in braces."),
    local("join(items: list) -> str", join, "The texts of values, with this text between them."),
    local("json() -> prim", json, "The value that the text is in JSON."),
    local('ljust(size: int, fillchar: str = " ") -> str', ljust, "The text, filled up on its right to a length."),
    local("lower() -> str", lower, "The text in small letters."),
    local(
        "lstrip(chars: str = null) -> str", lstrip, "The text without white space, or these characters, at its start."
    ),
    local(
        "replace(oldv: str, newv: str, maxv: int = null) -> str", replace, "The text with one piece put for another."
    ),
    local("reverse() -> str", reverse, "The text from its last character to its first."),
    local('rjust(size: int, fillchar: str = " ") -> str', rjust, "The text, filled up on its left to a length."),
    local(
        "rsplit(text: str, maxsplit: int = -1) -> list", rsplit, "The pieces between separators, counted from the end."
    ),
    local("rstrip(chars: str = null) -> str", rstrip, "The text without white space, or these characters, at its end."),
    local("size() -> int", size, "How many characters the text has."),
    local("slice(start: int, end: int = null) -> str", slice_, "The text between two positions."),
    local("split(text: str, maxsplit: int = -1) -> list", split, "The pieces between separators."),
    local("startswith(text: str) -> boolean", startswith, "Whether the text begins with another."),
    local("strip(chars: str = null) -> str", strip, "The text without white space, or these characters, at both ends."),
    local("title() -> str", title, "The text with a capital at the start of each word."),
    local("upper() -> str", upper, "The text in capitals."),
)


def _text(valu: Any) -> str:
    if type(valu) is not str:
        # What the product makes of a Python error that it does not know.
        raise StormError("IndexError", "list index out of range")
    return valu


def _text_or_null(valu: Any) -> str | None:
    return None if valu is None else _text(valu)


def _separator(valu: Any) -> str | None:
    """Null splits at white space."""
    if valu == "":
        raise StormError("ValueError", "empty separator")
    return _text_or_null(valu)


def _character(valu: Any) -> str:
    text = to_str(valu)
    return _text(text if len(text) == 1 else None)


def _count(valu: Any) -> int:
    """How often to replace: a text must be in decimals here, and what is no number has no message."""
    if type(valu) is str:
        try:
            return int(valu)
        except ValueError as exc:
            raise StormError("ValueError", str(exc)) from None
    try:
        return to_int(valu)
    except StormError as exc:
        raise StormError(exc.name, "") from None


def _type_in_words(valu: Any) -> str:
    return "None" if valu is None else type(valu).__name__
