"""`it:sec:cpe` (CPE 2.3, formatted strings) and `it:sec:cpe:v2_2` (CPE 2.2, URIs), and each made from the other.

The two grammars are those of NIST IR 7695. Where the product departs from its rules of conversion, so does this.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..contract import Key, ModelError, Normed, Span
from .compare import COMMON, Predicate, predicate
from .text import as_text

_PREFIX_22, _PREFIX_23 = "cpe:/", "cpe:2.3:"
_PARTS = (
    *("part", "vendor", "product", "version", "update", "edition", "language"),
    *("sw_edition", "target_sw", "target_hw", "other"),
)
_LAST = "\U0010ffff"  # sorts after every character
_PARTS_22 = 7
_PACKED = ("edition", "sw_edition", "target_sw", "target_hw", "other")

_SPECIAL = r"""[\\*?!"#$%&'()+,/:;<=>@\[\]^`{|}~]"""
_LANGUAGE = r"[a-z]{2,3}(?:-(?:[a-z]{2}|[0-9]{3}))?"
_VALUE_23 = rf"(?:[*-]|(?:\?*|\*?)(?:[a-z0-9._-]|\\{_SPECIAL})+(?:\?*|\*?))"
_CPE_23 = re.compile(rf"cpe:2\.3:[aho*-](?::{_VALUE_23}){{5}}:(?:{_LANGUAGE}|[*-])(?::{_VALUE_23}){{4}}")

_ESCAPE_22 = r"%(?:2[1-9a-cf]|3[a-f]|40|5[b-e]|60|7[b-e])"
_WILD_22 = r"(?:%0[12])?"
_VALUE_22 = rf"(?:{_WILD_22}(?:[a-z0-9._~-]|{_ESCAPE_22})+{_WILD_22})?"
_CPE_22 = re.compile(rf"cpe:/[aho]?(?::{_VALUE_22}){{0,5}}(?::(?:{_LANGUAGE})?)?")

_ESCAPED_22 = re.compile(r"%([2-7][0-9a-f])")
_PLAIN = re.compile(r"[a-z0-9._-]", re.ASCII)
_BACKSLASHED = re.compile(r"\\(.)")
_SPLIT_23 = re.compile(r"(?:\\.|[^:\\])+")


class Cpe:
    """A CPE 2.3 string, from one or from a CPE 2.2 URI; subs are its eleven parts, unescaped, and `v2_2`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu).lower()
        if text.startswith(_PREFIX_22):
            check_22(text)
            parts = _parts_of_22(text)
            v2_2 = text
        else:
            parts = parts_of_23(text)
            v2_2 = _made_22(parts)
        subs = {name: _BACKSLASHED.sub(r"\1", part) for name, part in zip(_PARTS, parts, strict=True)}
        subs["v2_2"] = v2_2
        return Normed(_PREFIX_23 + ":".join(parts), subs)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """`^=` in any case."""
        return lowered_prefix(cmpr, valu)


class Cpe22:
    """A CPE 2.2 URI without empty parts at its end, from one, from a list of its parts, or from a CPE 2.3 string.

    A CPE 2.3 string is taken only where its first seven parts can stand as they are; a list is not checked.
    """

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, list | tuple):
            if not all(isinstance(item, str) for item in valu):
                # The product fails on them in this way.
                raise ModelError("IndexError", "list index out of range")
            return Normed(_joined_22(valu))
        text = as_text(self.name, valu).lower()
        if text.startswith(_PREFIX_23):
            text = _joined_22(parts_of_23(text))
        check_22(text)
        return Normed(_joined_22(text.removeprefix(_PREFIX_22).split(":")))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """`^=` in any case."""
        return lowered_prefix(cmpr, valu)


def lowered_prefix(cmpr: str, valu: Any) -> tuple[Span, ...] | None:
    """The stretch of the index that `^=` reads for a text, None for anything else."""
    if cmpr != "^=" or not isinstance(valu, str):
        return None
    prefix = valu.lower()
    return (Span(prefix, prefix + _LAST),)


def check_22(text: str) -> None:
    """Raises ModelError("BadTypeValu") unless the lower-case text is a CPE 2.2 URI."""
    if not text.startswith(_PREFIX_22):
        raise ModelError("BadTypeValu", f'CPE 2.2 string is expected to start with "{_PREFIX_22}"', valu=text)
    if _CPE_22.fullmatch(text) is None:
        raise ModelError("BadTypeValu", "CPE 2.2 string appears to be invalid.", mesg=None, valu=text)


def parts_of_23(text: str) -> list[str]:
    """The eleven parts of a lower-case CPE 2.3 string as they stand in it; ModelError("BadTypeValu") for none."""
    if not text.startswith(_PREFIX_23):
        raise ModelError("BadTypeValu", f'CPE 2.3 string is expected to start with "{_PREFIX_23}"', valu=text)
    if _CPE_23.fullmatch(text) is None:
        raise ModelError("BadTypeValu", "CPE 2.3 string appears to be invalid.", mesg=None, valu=text)
    return _SPLIT_23.findall(text.removeprefix(_PREFIX_23))


def _parts_of_22(text: str) -> list[str]:
    given = text.removeprefix(_PREFIX_22).split(":")
    named = dict(zip(_PARTS, given, strict=False))
    edition = named.get("edition", "").split("~")
    if len(edition) == 1 + len(_PACKED) and not edition[0]:
        named.update(zip(_PACKED, edition[1:], strict=True))
    return [_made_part_23(named.get(name, "")) for name in _PARTS]


def _made_part_23(part: str) -> str:
    text = _ESCAPED_22.sub(lambda found: chr(int(found[1], 16)), part)
    if text in ("", "*", "-"):
        return text or "*"
    # What is a backslash with something behind it that needs one is taken as escaped already.
    pieces = re.findall(rf"\\{_SPECIAL}|.", text, re.DOTALL)
    return "".join(piece if len(piece) > 1 or _PLAIN.fullmatch(piece) else "\\" + piece for piece in pieces)


def _made_22(parts: Sequence[str]) -> str:
    named = {name: "" if part == "*" else _made_part_22(part) for name, part in zip(_PARTS, parts, strict=True)}
    for name in ("part", "language"):
        if named[name] == "-":
            named[name] = ""
    if any(named[name] for name in _PACKED[1:]):
        named["edition"] = "".join(f"~{named[name]}" for name in _PACKED)
    return _joined_22([named[name] for name in _PARTS[:_PARTS_22]])


def _made_part_22(part: str) -> str:
    text = _BACKSLASHED.sub(r"\1", part)
    return "".join(char if _PLAIN.fullmatch(char) else f"%{ord(char):02x}" for char in text)


def _joined_22(parts: Sequence[str]) -> str:
    """The URI of parts: empty ones at the end go first, then what is beyond the seventh."""
    kept = list(parts)
    while kept and kept[-1] in ("", "*"):
        kept.pop()
    return _PREFIX_22 + ":".join(kept[:_PARTS_22])
