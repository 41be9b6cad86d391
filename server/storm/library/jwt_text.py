"""The text of a JSON Web Token: three parts of base64."""

from __future__ import annotations

import base64
from typing import Any

from ..errors import StormError
from ..values import jsontext
from .python_errors import told


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def parts_of(text: str) -> list[str]:
    """The three parts. Raises StormError("BadArg")."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise StormError("BadArg", "JWT must contain three non-empty segments.")
    return parts


def header_of(part: str) -> dict[str, Any]:
    """The header of any token of JOSE. Raises StormError("BadArg")."""
    return _object(part, "header", "JWT header")


def decoded(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, payload, what is signed, and the signature. Raises StormError("BadArg")."""
    head, body, tail = parts_of(text)
    header = _object(head, "header", "JWT")
    payload = _object(body, "payload", "JWT")
    return header, payload, f"{head}.{body}".encode("utf8", "surrogatepass"), _bytes(tail, "JWT")


def _object(part: str, what: str, told_as: str) -> dict[str, Any]:
    data = _bytes(part, told_as)
    try:
        found = jsontext.parse(data.decode("utf8"))
    except UnicodeDecodeError as error:
        raise StormError("BadArg", f"Unable to decode {told_as}: {error}") from error
    except StormError as error:
        raise StormError("BadArg", f"Unable to decode {told_as}: {told(error)}") from error
    if not isinstance(found, dict):
        raise StormError("BadArg", f"JWT {what} must be a JSON object.")
    return found


def _bytes(part: str, told_as: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise StormError("BadArg", f"Unable to decode {told_as}: {error}") from error
