"""`$lib.base64`, `$lib.hex`, `$lib.basex`, `$lib.compression`: bytes in other forms."""

from __future__ import annotations

import base64
import bz2
import gzip
import zlib
from collections.abc import Callable
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.bounds import GZIP, expanded
from ..values.convert import python_text, to_bool, to_int, to_str
from .python_errors import shown

DIGITS = frozenset("0123456789abcdefABCDEF")


def base64_encode(run: Runtime, me: Any, valu: Any, urlsafe: Any = True) -> str:
    urls = to_bool(urlsafe)
    try:
        made = base64.urlsafe_b64encode(valu) if urls else base64.b64encode(valu)
    except TypeError as error:
        mesg = f"Error during base64 encoding - {error}: {python_text(valu)}"
        raise StormError("StormRuntimeError", mesg, urlsafe=urls) from error
    return made.decode("ascii")


def base64_decode(run: Runtime, me: Any, valu: Any, urlsafe: Any = True) -> bytes:
    urls = to_bool(urlsafe)
    try:
        return base64.urlsafe_b64decode(valu) if urls else base64.b64decode(valu)
    # binascii's error, of what is no base64, is a ValueError; that of other letters than ASCII's is a plain one.
    except (TypeError, ValueError) as error:
        if type(error) is ValueError:
            raise StormError("ValueError", str(error)) from error
        mesg = f"Error during base64 decoding - {error}: {python_text(valu)}"
        raise StormError("StormRuntimeError", mesg, urlsafe=urls) from error


BASE64 = Library(
    "lib.base64",
    "Bytes as base64.",
    (
        local("decode(valu: str, urlsafe: boolean = true) -> bytes", base64_decode, "The bytes of a text."),
        local("encode(valu: bytes, urlsafe: boolean = true) -> str", base64_encode, "A text of bytes."),
    ),
)


def hex_decode(run: Runtime, me: Any, valu: Any) -> bytes:
    return _unhexed("decode", to_str(valu))


def hex_encode(run: Runtime, me: Any, valu: Any) -> str:
    if not isinstance(valu, bytes):
        raise StormError("BadArg", "$lib.hex.encode() requires a bytes argument.")
    return valu.hex()


def hex_toint(run: Runtime, me: Any, valu: Any, signed: Any = False) -> int:
    return int.from_bytes(_unhexed("toint", to_str(valu)), "big", signed=to_bool(signed))


def hex_fromint(run: Runtime, me: Any, valu: Any, length: Any, signed: Any = False) -> str:
    number, size = to_int(valu), to_int(length)
    try:
        return number.to_bytes(size, "big", signed=to_bool(signed)).hex()
    except OverflowError as error:
        raise StormError("BadArg", f"$lib.hex.fromint(): {error}") from error


def hex_trimext(run: Runtime, me: Any, valu: Any) -> str:
    """Without the bytes that only repeat the sign."""
    text = to_str(valu)
    byts = _unhexed("trimext", text)
    start = 0
    while start < len(byts) - 1:
        filler = 0xFF if byts[start + 1] & 0x80 else 0
        if byts[start] != filler:
            break
        start += 1
    return text[start * 2 :]


def hex_signext(run: Runtime, me: Any, valu: Any, length: Any) -> str:
    text, size = to_str(valu), to_int(length)
    if not text:
        raise StormError("IndexError", "string index out of range")
    try:
        negative = int(text[0], 16) >= 8
    except ValueError as error:
        raise StormError("BadArg", f"$lib.hex.signext(): {error}") from error
    return text.rjust(size, "f" if negative else "0")


def _unhexed(name: str, text: str) -> bytes:
    if len(text) % 2:
        raise StormError("BadArg", f"$lib.hex.{name}(): Odd-length string")
    if not DIGITS.issuperset(text):
        raise StormError("BadArg", f"$lib.hex.{name}(): Non-hexadecimal digit found")
    return bytes.fromhex(text)


HEX = Library(
    "lib.hex",
    "Bytes as hexadecimal text.",
    (
        local("decode(valu: str) -> bytes", hex_decode, "The bytes of a text."),
        local("encode(valu: bytes) -> str", hex_encode, "A text of bytes."),
        local(
            "fromint(valu: int, length: int, signed: boolean = false) -> str",
            shown("$lib.hex.fromint", hex_fromint),
            "A text of a number, in so many bytes.",
        ),
        local("signext(valu: str, length: int) -> str", hex_signext, "Filled up to so many letters by its sign."),
        local("toint(valu: str, signed: boolean = false) -> int", hex_toint, "The number of a text."),
        local("trimext(valu: str) -> str", hex_trimext, "Without the bytes that only repeat its sign."),
    ),
)


def basex_encode(run: Runtime, me: Any, byts: Any, charset: Any) -> str:
    if not isinstance(byts, bytes):
        raise StormError("BadArg", "$lib.basex.encode() requires a bytes argument.")
    letters = to_str(charset)
    if len(letters) < 2:
        # Ours: the product would never end.
        raise StormError("BadArg", "$lib.basex.encode() requires a charset of two letters or more.")
    number = int.from_bytes(byts, "big")
    made = []
    while number:
        number, digit = divmod(number, len(letters))
        made.append(letters[digit])
    return "".join(reversed(made)) or letters[0]


def basex_decode(run: Runtime, me: Any, text: Any, charset: Any) -> bytes:
    digits = {letter: place for place, letter in enumerate(to_str(charset))}
    number = 0
    for letter in to_str(text):
        if letter not in digits:
            mesg = f"$lib.basex.decode() string contains value not in charset: {letter}"
            raise StormError("BadArg", mesg)
        number = number * len(digits) + digits[letter]
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


BASEX = Library(
    "lib.basex",
    "Bytes as numbers in letters of one's own, as base58 is.",
    (
        local("decode(text: str, charset: str) -> bytes", basex_decode, "The bytes of a text."),
        local("encode(byts: bytes, charset: str) -> str", basex_encode, "A text of bytes."),
    ),
)


def squeezing(name: str, doing: str, does: Callable[[bytes], bytes]) -> Callable[..., bytes]:
    """A function that compresses or expands. doing: `compression` or `decompression`, as its errors say."""

    def call(run: Runtime, me: Any, valu: Any) -> bytes:
        try:
            return does(valu)
        except (TypeError, ValueError, OSError, EOFError, zlib.error) as error:
            mesg = f"Error during {name} {doing} - {error}: {python_text(valu)}"
            raise StormError("StormRuntimeError", mesg) from error

    return call


def squeezer(name: str, squeeze: Callable[[bytes], bytes], expand: Callable[[bytes], bytes]) -> Library:
    return Library(
        f"lib.compression.{name}",
        f"Bytes in the form of {name}.",
        (
            local("en(valu: bytes) -> bytes", squeezing(name, "compression", squeeze), "Bytes made smaller."),
            local(
                "un(valu: bytes) -> bytes",
                squeezing(name, "decompression", expand),
                "What was made smaller.",
                writes=True,
            ),
        ),
    )


COMPRESSIONS = (
    squeezer("bzip2", bz2.compress, lambda data: expanded(data, bz2.BZ2Decompressor, bz2.decompress)),
    squeezer("gzip", gzip.compress, lambda data: expanded(data, lambda: zlib.decompressobj(GZIP), gzip.decompress)),
    squeezer("zlib", zlib.compress, lambda data: expanded(data, zlib.decompressobj, zlib.decompress)),
)

LIBRARIES = (BASE64, HEX, BASEX, *COMPRESSIONS)
