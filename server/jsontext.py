"""JSON as the products read and write it: compact, UTF-8, unescaped, and whole numbers of any size exact.

orjson does the work; it turns integers beyond 64 bits into floats, so texts and values that hold such go through `json`.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import orjson

# The shortest integer beyond 64 bits has nineteen digits; a text without such a run cannot hold one. All digits as zeros and
# one search is twelve times as fast as a regular expression: 2 ms/MB against 25.
DIGITS_AS_ZEROS = bytes(ord("0") if chr(byte).isdigit() and byte < 128 else ord(" ") for byte in range(256))
LONG_NUMBER = b"0" * 19
BOM = b"\xef\xbb\xbf"
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def loads(data: bytes) -> Any:
    """The value of a JSON text (UTF-8, with or without a byte order mark; last of equal keys wins). Raises ValueError."""
    if data.startswith(BOM):
        data = data[len(BOM) :]
    if LONG_NUMBER not in data.translate(DIGITS_AS_ZEROS):
        return orjson.loads(data)
    try:
        value = json.loads(data.decode(), parse_constant=_refuse, parse_float=_float)
        if SURROGATE.search(data):
            # Half of a pair is no text: orjson refuses it, `json` does not.
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except RecursionError:
        raise ValueError("depth limit exceeded") from None


def loads_loosely(data: bytes) -> Any:
    """The same, and what Python's own reader takes beside it. Raises ValueError.

    That is NaN and the infinities, numbers beyond all floats, halves of surrogate pairs, and texts in UTF-16 and UTF-32.
    """
    try:
        return loads(data)
    except ValueError:
        pass
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("depth limit exceeded") from None


def is_finite(value: Any, text: bytes) -> bool:
    """Whether a value holds neither NaN nor infinities. text: what `dumps` made of it, which is quick to look at."""
    return b"null" not in text or _all_finite(value)


def dumps(value: Any, *, texts_as_keys: bool = False) -> bytes:
    """The JSON text of a value; NaN and the infinities are null. Raises TypeError for one that JSON cannot hold.

    texts_as_keys: refuse keys that are no texts, which are made texts otherwise.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        pass
    if texts_as_keys and not all(
        isinstance(key, str) for item in _parts(value) if isinstance(item, dict) for key in item
    ):
        raise TypeError("Dictionary keys must be strings")
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, such as a path holds that is not UTF-8: it can only be written escaped. The spaces are those
        # of Python and so of the product.
        return json.dumps(value, allow_nan=False).encode()
    except ValueError as error:
        # NaN beside a number that only `json` can write, or a value that holds itself.
        raise TypeError(str(error)) from error


def dumps_loosely(value: Any) -> bytes:
    """A text of a value that `loads_loosely` reads: NaN and the infinities are kept. Raises TypeError as `dumps` does."""
    text = dumps(value)
    return text if is_finite(value, text) else json.dumps(value, separators=(",", ":")).encode()


def _all_finite(value: Any) -> bool:
    return all(math.isfinite(item) for item in _parts(value) if isinstance(item, float))


def _parts(value: Any) -> Iterator[Any]:
    """A value and all within it, the keys of dictionaries left out."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("number is infinity when parsed as double")
    return number
