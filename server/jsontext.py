"""JSON as the products read and write it: compact, UTF-8, unescaped, and whole numbers of any size exact.

orjson does the work; it turns integers beyond 64 bits into floats, so texts and values that hold such go through `json`.
"""

import json
import math
import re
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


def dumps(value: Any) -> bytes:
    """The JSON text of a value; NaN and the infinities are null. Raises TypeError for one that JSON cannot hold."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        pass
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, such as a path holds that is not UTF-8: it can only be written escaped.
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as error:
        # NaN beside a number that only `json` can write, or a value that holds itself.
        raise TypeError(str(error)) from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("number is infinity when parsed as double")
    return number
