"""What the Cortex sends when all is well, and the headers that every answer of a served path gets (reference 1.1 to 1.5)."""

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from .. import jsontext
from .errors import JSON, Page
from .jsonform import rest_json

ETAGS = re.compile(r'\*|(?:W/)?"[^"]*"')


def ok(result: Any) -> web.Response:
    """`{"status": "ok", "result": ...}`. Raises Page for what JSON cannot hold, on which the product crashes."""
    try:
        body = rest_json({"status": "ok", "result": result})
    except TypeError as error:
        raise Page(500, served=True) from error
    if not jsontext.is_finite(result, body):
        raise Page(500, served=True)
    return web.Response(body=body, headers={"Content-Type": JSON})


def text(body: str, content_type: str) -> web.Response:
    """A plain body."""
    return web.Response(body=body.encode(), headers={"Content-Type": content_type})


def finish(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Add what every answer of a served path has; a GET whose Etag the client has already becomes a 304."""
    if request.method == "GET" and response.status == 200 and isinstance(response, web.Response):
        body = response.body if isinstance(response.body, bytes) else b""
        etag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        if has_etag(request, etag):
            response = web.Response(status=304)
        response.headers["Etag"] = etag
    response.headers["X-Content-Type-Options"] = "nosniff"
    allow_origin(request, response)
    return response


def has_etag(request: web.Request, etag: str) -> bool:
    """Whether `If-None-Match` names this Etag, weak or strong, or any."""
    wanted = ETAGS.findall(request.headers.get("If-None-Match", ""))
    return any(each == "*" or each.removeprefix("W/") == etag for each in wanted)


def allow_origin(request: web.Request, response: web.StreamResponse) -> None:
    """CORS for pages of the same host name; port and scheme are ignored (reference 1.5)."""
    origin = request.headers.get("Origin")
    if origin is not None and is_own(request, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"


def is_own(request: web.Request, origin: str) -> bool:
    """Whether an Origin has the host name that the request was sent to."""
    try:
        return urlsplit(origin).hostname == urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        return False
