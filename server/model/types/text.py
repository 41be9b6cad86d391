"""Text: `str` with all its options, `hex`, `loc`, `taxon`, `taxonomy`, and the tags.

Numbers given for a text become their plain digits, booleans `true` and `false`; every text type that is made of parts
joins them with dots.
"""

import binascii
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..contract import Key, ModelError, Normed, Type
from .compare import COMMON, Maker, Predicate, no_norm, predicate
from .patterns import compiled

_JOINERS = "\u200c\u200d"


class Str:
    """Text. In this order: `lower`, `strip`, `replace`, `onespace`, then `enums` and `regex` are checked.

    Named groups of `regex` become subs. `globsuffix`, `viewable` and the like change no value.
    """

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._lower, self._strip, self._onespace = opts.get("lower"), opts.get("strip"), opts.get("onespace")
        self._replace = opts.get("replace") or ()
        self._enums = _enums(opts.get("enums"))
        self._regex = None if opts.get("regex") is None else compiled(opts["regex"])

    def norm(self, valu: Any) -> Normed:
        given = as_text(self.name, valu)
        text = self._tidied(given)
        if self._enums is not None and text not in self._enums:
            # The product means to say which there are, and says nothing.
            raise ModelError("BadTypeValu", "Value not in enums", valu=valu, name=self.name, enums=None, mesg=None)
        if self._regex is None:
            return Normed(text)
        found = self._regex.match(text)
        if found is None:
            pattern = self.opts["regex"]
            mesg = f"[{given}] does not match [{pattern}]"
            raise ModelError("BadTypeValu", mesg, name=self.name, valu=given, regx=pattern, mesg=None)
        return Normed(text, found.groupdict())

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def prefix(self, valu: Any) -> str:
        """What the `^=` of a lift looks for: the text tidied as a value would be, but not checked (a filter takes it raw)."""
        return self._tidied(str(valu))

    def _tidied(self, text: str) -> str:
        if self._lower:
            text = text.lower()
        if self._strip:
            text = text.strip()
        for old, new in self._replace:
            text = text.replace(old, new)
        if self._onespace:
            text = " ".join(text.split())
        return text


class Hex:
    """Hexadecimal text of whole bytes, `size` digits wide, or `zeropad` filled up from the left."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        size, pad = opts.get("size") or 0, opts.get("zeropad", 0)
        # Old definitions say true: fill up to the size. Beyond the size nothing is filled up.
        pad = size if pad is True else pad or 0
        if size > 0 and pad > size:
            pad = size
        for label, width in (("Size", size), ("Zeropad", pad)):
            if width < 0:
                raise ModelError("BadConfValu", f"{label} must be >= 0", name=name)
            if width % 2:
                raise ModelError("BadConfValu", f"{label} must be a multiple of 2", name=name)
        self._size: int = size
        self._pad: int = pad

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        text = self.digits(valu) if isinstance(valu, str) else self._of_int(valu)
        try:
            binascii.unhexlify(text)
        except ValueError as error:
            raise ModelError("BadTypeValu", str(error), valu=text, name="hex") from error
        if self._size and len(text) != self._size:
            raise ModelError("BadTypeValu", "Invalid width.", valu=text, reqwidth=self._size, name=self.name)
        return Normed(text)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def digits(self, valu: str) -> str:
        """The text in lower case without `0x`, blanks and colons, made even and filled up."""
        text = valu.strip().lower().removeprefix("0x").replace(" ", "").replace(":", "")
        if not text:
            raise ModelError("BadTypeValu", "No string left after stripping.", valu=valu, name=self.name)
        if len(text) % 2:
            text = "0" + text
        return text.rjust(self._pad, "0")

    def _of_int(self, valu: int) -> str:
        width = (valu.bit_length() + 7) // 8
        if valu < 0:
            # Room for the sign, but no second byte for -1 to -127; measured: -127 is 81, -128 is ff80.
            width = valu.bit_length() // 8 + 1
        return valu.to_bytes(max(width, self._pad // 2), "big", signed=valu < 0).hex()


class Loc:
    """A place in dotted lower-case text, each part with single blanks."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        return Normed(".".join(" ".join(part.split()) for part in valu.lower().split(".")))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        """Part by part: `us.` and `us.ca` come before `usa`, but `us-x` before both."""
        return f"{norm}."

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _LOC_TABLE, cmpr, valu)


class Taxon:
    """One part of a taxonomy: words joined by underscores."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        return Normed(_joined(as_text(self.name, valu), "Each taxon must be non-zero length."))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class TagPart:
    """One part of a tag: words joined by underscores."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        return Normed(_joined(as_text(self.name, valu), "Each tag part must be non-zero length."))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Taxonomy:
    """A path of taxons, stored with a dot at the end: `foo.bar.`, subs base, depth, parent."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._part = Taxon(model, "taxon", {})

    def norm(self, valu: Any) -> Normed:
        parts = [self._part.norm(part).valu for part in self._parts(valu)]
        if not parts:
            raise ModelError("IndexError", "list index out of range")
        subs = {"base": parts[-1], "depth": len(parts) - 1}
        if len(parts) > 1:
            subs["parent"] = ".".join(parts[:-1]) + "."
        return Normed(".".join(parts) + ".", subs)

    def repr(self, norm: Any) -> str:
        return str(norm).rstrip(".")

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _TAXONOMY_TABLE, cmpr, valu)

    def prefix(self, valu: Any) -> str:
        """What `^=` looks for: a list is a whole path, a text may stop within a part; measured."""
        norm: str = self.norm(valu).valu
        return norm if not isinstance(valu, str) or valu.endswith(".") else norm.rstrip(".")

    def _parts(self, valu: Any) -> Any:
        return valu if isinstance(valu, list | tuple) else as_text(self.name, valu).strip(".").split(".")


class Tag:
    """A tag: dotted parts, subs base, depth, up; `toks` are told with it."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._part = TagPart(model, "syn:tag:part", {})

    def norm(self, valu: Any) -> Normed:
        given = valu if isinstance(valu, list | tuple) else as_text(self.name, valu).split(".")
        parts = [self._part.norm(part).valu for part in given]
        if not parts:
            raise ModelError("IndexError", "list index out of range")
        subs = {"base": parts[-1], "depth": len(parts) - 1}
        if len(parts) > 1:
            subs["up"] = ".".join(parts[:-1])
        return Normed(".".join(parts), subs, more={"subs": {}, "toks": parts})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def as_text(name: str, valu: Any) -> str:
    """The text of a scalar as the product makes it; ModelError("BadTypeValu") for anything that is none."""
    if isinstance(valu, str):
        return valu
    if isinstance(valu, bool):
        return "true" if valu else "false"
    if isinstance(valu, int):
        return str(valu)
    if isinstance(valu, float):
        text = repr(valu)
        # Also `nan` and `inf`, which are NaN and Infinity in the product.
        return format(Decimal(text), "f") if "e" in text or "n" in text else text
    raise no_norm(name, valu)


def _enums(text: Any) -> frozenset[str] | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise ModelError("AttributeError", f"'{type(text).__name__}' object has no attribute 'split'")
    return frozenset(text.split(","))


def _joined(text: str, empty: str) -> str:
    """Lower-case words with one underscore in place of whatever is between them; `empty` is said if there are none."""
    words = "".join(char if _is_word(char) else " " for char in text.lower()).split()
    if not words:
        raise ModelError("BadTypeValu", empty)
    return "_".join(words)


def _is_word(char: str) -> bool:
    """Whether Unicode calls it a word character: letters, marks, decimal and letter numbers, connectors, joiners.

    Narrower than `str.isalnum`: `½` and `²` are none, but circled letters are.
    """
    category = unicodedata.category(char)
    if category[0] in "LM" or category in ("Nd", "Nl", "Pc"):
        return True
    return char in _JOINERS or (category == "So" and ("Ⓐ" <= char <= "ⓩ" or "\U0001f130" <= char <= "\U0001f189"))


def _taxonomy_starts(type_: Type, valu: Any) -> Predicate:
    assert isinstance(type_, Taxonomy)
    prefix = type_.prefix(valu)
    return lambda item: item.startswith(prefix)


def _loc_starts(type_: Type, valu: Any) -> Predicate:
    norm = type_.norm(valu).valu
    return lambda item: item == norm or item.startswith(f"{norm}.")


_TAXONOMY_TABLE: dict[str, Maker] = COMMON | {"^=": _taxonomy_starts}
_LOC_TABLE: dict[str, Maker] = COMMON | {"^=": _loc_starts}
