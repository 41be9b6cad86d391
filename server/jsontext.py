"""JSON as the products read and write it: compact, UTF-8, unescaped, and whole numbers of any size exact.

orjson does the work; it turns integers beyond 64 bits into floats, so texts and values that hold such go through `json`.
"""

import json
import re
from typing import Any

import orjson

# The shortest integer beyond 64 bits has nineteen digits; a text without such a run cannot hold one.
LONG_NUMBER = re.compile(rb"\d{19}")
BOM = b"\xef\xbb\xbf"


def loads(data: bytes) -> Any:
    """The value of a JSON text (UTF-8, with or without a byte order mark; last of equal keys wins). Raises ValueError."""
    if data.startswith(BOM):
        data = data[len(BOM) :]
    if LONG_NUMBER.search(data):
        return json.loads(data, parse_constant=_refuse)
    return orjson.loads(data)


def dumps(value: Any) -> bytes:
    """The JSON text of a value. Raises TypeError for one that JSON cannot hold."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON.")
