"""`$lib.inet.http`: requests to other servers, and texts of URLs. WebSockets are not here."""

from __future__ import annotations

import http
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import msgpack

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values import jsontext
from ..values.convert import python_text, to_bool, to_int, to_prim, to_str
from .http_bodies import Body, body_of, multipart
from .http_requests import Answer, Failed, Request, ask, failed, headers_of


def codereason(run: Runtime, me: Any, code: Any) -> str:
    number = to_int(code)
    try:
        return http.HTTPStatus(number).phrase
    except ValueError:
        return f"Unknown HTTP status code {number}"


def urlencode(run: Runtime, me: Any, text: Any) -> str:
    return quote_plus(to_str(text))


def urldecode(run: Runtime, me: Any, text: Any) -> str:
    return unquote_plus(to_str(text))


def get(run: Runtime, me: Any, url: Any, **options: Any) -> Answer:
    return request(run, me, "GET", url, **options)


def head(run: Runtime, me: Any, url: Any, *, allow_redirects: Any = False, **options: Any) -> Answer:
    return request(run, me, "HEAD", url, allow_redirects=allow_redirects, **options)


def post(run: Runtime, me: Any, url: Any, **options: Any) -> Answer:
    return request(run, me, "POST", url, **options)


def request(
    run: Runtime,
    me: Any,
    meth: Any,
    url: Any,
    headers: Any = None,
    json: Any = None,
    body: Any = None,
    ssl_verify: Any = True,
    params: Any = None,
    timeout: Any = 300,
    allow_redirects: Any = True,
    fields: Any = None,
    proxy: Any = True,
    ssl_opts: Any = None,
) -> Answer:
    """What a server answered; of a server that could not be asked, the code is -1 and `err` says why."""
    parts = to_prim(run, fields)
    try:
        sent: Body | None = multipart(parts) if parts else body_of(to_prim(run, json), to_prim(run, body))
        told = headers_of(to_prim(run, headers))
    except TypeError as error:
        # What JSON has no form for.
        return failed("TypeError", str(error), to_str(url))
    except Failed as error:
        return failed(error.name, str(error), to_str(url))
    made = Request(
        to_str(meth).upper(),
        to_str(url),
        to_prim(run, params),
        told,
        sent,
        to_bool(ssl_verify),
        to_int(timeout),
        to_bool(allow_redirects),
    )
    return ask(run, made)


def read_json(run: Runtime, me: Answer, encoding: Any = None, errors: Any = "surrogatepass") -> Any:
    name = "utf8" if encoding is None else to_str(encoding)
    try:
        return jsontext.parse(me.body.decode(name, to_str(errors)))
    except (UnicodeDecodeError, LookupError) as error:
        raise StormError("StormRuntimeError", f"{error}: Unable to decode HTTP response as json.") from error
    except ValueError as error:
        raise StormError(type(error).__name__, str(error)) from error
    except StormError as error:
        mesg = f"Unable to decode HTTP response as json: {error.mesg}"
        raise StormError("BadJsonText", mesg, **error.info) from error


def read_msgpack(run: Runtime, me: Answer) -> Iterator[Any]:
    unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=max(len(me.body), 1))
    unpacker.feed(me.body)
    try:
        yield from unpacker
    except (ValueError, msgpack.exceptions.UnpackException) as error:
        raise StormError("StormRuntimeError", f"Unable to decode HTTP response as msgpack: {error}") from error
    except TypeError as error:
        # A dictionary or a list as a key.
        raise StormError("TypeError", str(error)) from error


def raw_headers(run: Runtime, me: Answer) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for name, valu in me.headers:
        made.setdefault(name, []).append(valu)
    return made


def packed(me: Answer) -> dict[str, Any]:
    """An answer as print shows it."""
    if me.err:
        told = {"err": me.err, "code": me.code, "reason": me.reason, "headers": {}, "url": me.url}
        return told | {"body": me.body, "history": [], "request_headers": {}}
    return {
        "code": me.code,
        "reason": me.reason,
        "headers": dict(me.headers),
        "url": me.url,
        "body": me.body,
        "history": [packed(each) for each in me.history],
        "_raw_headers": [list(pair) for pair in me.headers],
        "request_headers": dict(me.request_headers),
    }


GETTING = (
    "headers: dict = null, ssl_verify: boolean = true, params: dict = null, timeout: int = 300, "
    "allow_redirects: boolean = {}, proxy: boolean|str = true, ssl_opts: dict = null"
)
SENDING = (
    "headers: dict = null, json: prim = null, body: bytes = null, ssl_verify: boolean = true, params: dict = null, "
    "timeout: int = 300, allow_redirects: boolean = true, fields: list = null, proxy: boolean|str = true, "
    "ssl_opts: dict = null"
)
# The names of the arguments in their order, for calls that give them without names.
GETS = ("url", "headers", "ssl_verify", "params", "timeout", "allow_redirects", "proxy", "ssl_opts")
POSTS = (
    "url",
    "headers",
    "json",
    "body",
    "ssl_verify",
    "params",
    "timeout",
    "allow_redirects",
    "fields",
    "proxy",
    "ssl_opts",
)


def by_name(does: Any, names: tuple[str, ...]) -> Any:
    def call(run: Runtime, me: Any, *args: Any, **kwargs: Any) -> Answer:
        made: Answer = does(run, me, **dict(zip(names, args, strict=False)), **kwargs)
        return made

    return call


HTTP = Library(
    "lib.inet.http",
    "Other servers, by HTTP.",
    (
        local("codereason(code: int) -> str", codereason, "What an HTTP status means."),
        local(
            f"get(url: str, {GETTING.format('true')}) -> inet:http:resp", by_name(get, GETS), "Ask by GET.", writes=True
        ),
        local(
            f"head(url: str, {GETTING.format('false')}) -> inet:http:resp",
            by_name(head, GETS),
            "Ask by HEAD.",
            writes=True,
        ),
        local(f"post(url: str, {SENDING}) -> inet:http:resp", by_name(post, POSTS), "Send by POST.", writes=True),
        local(f"request(meth: str, url: str, {SENDING}) -> inet:http:resp", request, "Ask by any method.", writes=True),
        local("urldecode(text: str) -> str", urldecode, "A text of a part of a URL."),
        local("urlencode(text: str) -> str", urlencode, "A text as a part of a URL."),
    ),
)

ANSWER = Kind(
    "inet:http:resp",
    "HttpResp",
    Answer,
    "What a server answered.",
    (
        local("body: bytes", lambda run, me: me.body, "What it sent."),
        local("code: int", lambda run, me: me.code, "The HTTP status; -1 if it could not be asked."),
        local("err: list", lambda run, me: list(me.err), "Name and details of the error, if it could not be asked."),
        local("getRawHeaders() -> dict", raw_headers, "Its headers, each with all values."),
        local("headers: dict", lambda run, me: dict(me.headers), "Its headers."),
        local("history: gtor", lambda run, me: list(me.history), "The answers that led on to this one."),
        local(
            'json(encoding: str = null, errors: str = "surrogatepass") -> prim', read_json, "Its body, read as JSON."
        ),
        local("msgpack() -> yields prim", read_msgpack, "The values of its body, read as msgpack."),
        local("reason: str", lambda run, me: me.reason, "What the status means."),
        local("request_headers: dict", lambda run, me: dict(me.request_headers), "What it was asked with."),
        local("url: str", lambda run, me: me.url, "The URL that answered."),
    ),
    show=lambda run, me: f"inet:http:resp: {python_text(packed(me))}",
)

LIBRARIES = (HTTP,)
KINDS = (ANSWER,)
