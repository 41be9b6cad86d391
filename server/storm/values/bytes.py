"""The methods of bytes."""

from __future__ import annotations

import bz2
import gzip as gzips
import json as stdlib_json
import struct
import zlib
from collections.abc import Callable
from typing import Any

from ..errors import StormError
from ..surface import local
from . import jsontext
from .bounds import GZIP, expanded
from .convert import to_int, to_str

# What decompressing raises; a stream that ends too early has an error of its own for each format.
UNPACKING = (OSError, EOFError, ValueError, zlib.error)


def bunzip(run: Any, me: bytes) -> bytes:
    return _unpacked(lambda data: expanded(data, bz2.BZ2Decompressor, bz2.decompress), me)


def bzip(run: Any, me: bytes) -> bytes:
    return bz2.compress(me)


def decode(run: Any, me: bytes, encoding: Any = "utf8", errors: Any = "surrogatepass") -> str:
    try:
        return me.decode(to_str(encoding), to_str(errors))
    except UnicodeDecodeError as exc:
        raise StormError("StormRuntimeError", f"{exc}: {me!r}") from None
    except (LookupError, UnicodeError) as exc:
        raise StormError(type(exc).__name__, str(exc)) from None


def gunzip(run: Any, me: bytes) -> bytes:
    return _unpacked(lambda data: expanded(data, lambda: zlib.decompressobj(GZIP), gzips.decompress), me)


def gzip(run: Any, me: bytes) -> bytes:
    return gzips.compress(me)


def json(run: Any, me: bytes, encoding: Any = None, errors: Any = "surrogatepass") -> Any:
    """Without an encoding it is found from the first bytes, which UTF-8, UTF-16 and UTF-32 allow."""
    found = stdlib_json.detect_encoding(me) if encoding is None else encoding
    return jsontext.parse(decode(run, me, found, errors))


def slice_(run: Any, me: bytes, start: Any, end: Any = None) -> bytes:
    return me[to_int(start) : None if end is None else to_int(end)]


def unpack(run: Any, me: bytes, fmt: Any, offset: Any = 0) -> tuple[Any, ...]:
    """Values by a format of Python's `struct`."""
    where = to_int(offset)
    try:
        return struct.unpack_from(to_str(fmt), me, where)
    except struct.error as exc:
        raise StormError("BadArg", f"unpack() error: {exc}") from None
    except UnicodeEncodeError as exc:
        raise StormError("UnicodeEncodeError", str(exc)) from None


def xor(run: Any, me: bytes, key: Any) -> bytes:
    """The bytes, each with one of the key, which is repeated."""
    if type(key) is str:
        key = key.encode("utf8", "surrogatepass")
    if type(key) is not bytes:
        raise StormError("BadArg", "$bytes.xor() key argument must be bytes or a str.")
    if not key:
        raise StormError("BadArg", "$bytes.xor() key length must be greater than 0.")
    size = len(me)
    repeated = (key * (size // len(key) + 1))[:size]
    return (int.from_bytes(me) ^ int.from_bytes(repeated)).to_bytes(size)


METHODS = (
    local("bunzip() -> bytes", bunzip, "The bytes, decompressed from bzip2.", writes=True),
    local("bzip() -> bytes", bzip, "The bytes, compressed as bzip2."),
    local(
        'decode(encoding: str = "utf8", errors: str = "surrogatepass") -> str', decode, "The text that the bytes are."
    ),
    local("gunzip() -> bytes", gunzip, "The bytes, decompressed from gzip.", writes=True),
    local("gzip() -> bytes", gzip, "The bytes, compressed as gzip."),
    local(
        'json(encoding: str = null, errors: str = "surrogatepass") -> prim', json, "The value that they are in JSON."
    ),
    local("slice(start: int, end: int = null) -> bytes", slice_, "The bytes between two positions."),
    local("unpack(fmt: str, offset: int = 0) -> list", unpack, "Values read by a format of Python's struct module."),
    local("xor(key: str|bytes) -> bytes", xor, "The bytes, each exclusive-or one of a repeated key."),
)


def _unpacked(decompress: Callable[[bytes], bytes], packed: bytes) -> bytes:
    try:
        return decompress(packed)
    except UNPACKING as exc:
        raise StormError(type(exc).__name__, str(exc)) from None
