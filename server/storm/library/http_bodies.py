"""Bodies of HTTP requests, and the types that they are sent as."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ..errors import StormError
from ..values.convert import to_str


@dataclass(frozen=True, slots=True)
class Body:
    """data: as it is sent. type: its Content-Type."""

    data: bytes
    type: str


def body_of(prim: Any, body: Any) -> Body | None:
    """The body of a request: JSON, or bytes, a text, or a form as a dictionary. Raises StormError("BadArg")."""
    if prim is not None:
        if body is not None:
            raise StormError("BadArg", "An HTTP request has either json or a body.")
        return Body(json.dumps(prim).encode(), "application/json")
    if body is None:
        return None
    if isinstance(body, bytes):
        return Body(body, "application/octet-stream")
    if isinstance(body, str):
        return Body(body.encode("utf8", "surrogatepass"), "text/plain; charset=utf-8")
    if isinstance(body, dict):
        return Body(urlencode(body).encode(), "application/x-www-form-urlencoded")
    raise StormError("BadArg", "An HTTP body is bytes, a text, or a dictionary.")


def multipart(fields: Any) -> Body:
    """A form of several parts (RFC 7578). fields: dictionaries of name, value, filename, content_type."""
    mark = uuid.uuid4().hex
    pieces = []
    if not isinstance(fields, list | tuple) or not all(isinstance(field, dict) for field in fields):
        raise StormError("BadArg", "HTTP fields are a list of dictionaries.")
    for field in fields:
        if field.get("sha256") is not None:
            raise StormError("NotImplemented", "Dead Ringer does not send files of the Axon in forms.")
        valu = field.get("value")
        data = valu if isinstance(valu, bytes) else _text(valu).encode("utf8", "surrogatepass")
        default = "application/octet-stream" if isinstance(valu, bytes) else "text/plain; charset=utf-8"
        name = f'form-data; name="{_quoted(field.get("name"))}"'
        if field.get("filename") is not None:
            name += f'; filename="{_quoted(field["filename"])}"'
        kind = _plain(field.get("content_type") or default)
        head = f"--{mark}\r\nContent-Type: {kind}\r\nContent-Disposition: {name}\r\n\r\n"
        pieces.append(head.encode() + data + b"\r\n")
    return Body(b"".join(pieces) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}")


def _text(valu: Any) -> str:
    return json.dumps(valu) if isinstance(valu, list | dict) else to_str(valu)


def _quoted(valu: Any) -> str:
    return to_str(valu).replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _plain(valu: Any) -> str:
    """A header's value, which must not bring further headers."""
    return to_str(valu).replace("\r", " ").replace("\n", " ")
