"""JSON to the letter as the Cortex writes it (reference 1.1), where that differs from ours and clients could see it."""

import re
from typing import Any

from .. import jsontext

# Strings are passed over whole, but for escapes by number; beside them only large floats matter.
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|(-?\d+)(?:\.(\d+))?e\+(\d+)')
ESCAPE = re.compile(rb"\\(?:u(00[0-9a-f]{2})|.)")
# From here on the product writes floats with an exponent, and without its plus.
EXPONENT_FROM = 21


def rest_json(value: Any) -> bytes:
    """A REST answer: `</` is `<\\/`, control characters are escaped in capitals, floats are written as JavaScript does.

    Raises TypeError for what JSON cannot hold.
    """
    body = jsontext.dumps(value, texts_as_keys=True).replace(b"</", b"<\\/")
    if b"\\u00" in body or b"e+" in body:
        body = TOKEN.sub(_token, body)
    return body


def _token(found: re.Match[bytes]) -> bytes:
    if found[3] is None:
        return ESCAPE.sub(_escape, found[0])
    exponent = int(found[3])
    if exponent >= EXPONENT_FROM:
        return found[0].replace(b"e+", b"e")
    return found[1] + (found[2] or b"").ljust(exponent, b"0") + b".0"


def _escape(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] is None else b"\\u" + found[1].upper()
