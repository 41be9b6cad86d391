"""`http:api:request`: a request to the Extended HTTP API as its query sees it, and what it is answered (reference 11.3).

What is sent leaves as messages, `http:resp:code`, `http:resp:headers` and `http:resp:body`, of which
`server/cortex/extendedreply.py` makes the answer; in a query that answers no request they are messages like others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Kind, local
from ..values import jsontext
from ..values.convert import python_name, python_text, to_int, to_prim, to_str
from ..values.names import type_name
from . import httpapi_defs
from .httpapi_defs import StormHttpApi
from .jsons import dumped

JSON = "application/json; charset=utf8"
CODE, HEADERS, BODY = "http:resp:code", "http:resp:headers", "http:resp:body"


@dataclass(slots=True, eq=False)
class HttpRequest:
    """A request. info: what is known of it. replied: whether `reply` has answered it."""

    info: Any
    replied: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class HttpHeaders:
    """`$request.headers`; the names are in lower case."""

    headers: dict[str, Any]

    def __len__(self) -> int:
        return len(self.headers)


def told(run: Runtime, me: HttpRequest, name: str) -> Any:
    if not isinstance(me.info, dict):
        raise StormError("AttributeError", f"'{python_name(me.info)}' object has no attribute 'get'")
    return me.info.get(name)


def api(run: Runtime, me: HttpRequest) -> StormHttpApi:
    iden = told(run, me, "iden")
    return httpapi_defs.found(run, None if iden is None else to_str(iden))


def headers(run: Runtime, me: HttpRequest) -> HttpHeaders:
    found = told(run, me, "headers")
    if not isinstance(found, dict):
        raise StormError("AttributeError", f"'{type(found).__name__}' object has no attribute 'items'")
    return HttpHeaders(found)


def json_of(run: Runtime, me: HttpRequest) -> Any:
    body = told(run, me, "body")
    try:
        text = body.decode() if isinstance(body, bytes) else "" if body is None else str(body)
        return jsontext.parse(text)
    except UnicodeDecodeError as error:
        raise undecoded(str(error)) from None
    except StormError as error:
        rest = "".join(f" {key}={valu!r}" for key, valu in error.info.items())
        raise undecoded(f"{error.name}: mesg={error.mesg!r}{rest}") from None


def undecoded(why: str) -> StormError:
    return StormError("StormRuntimeError", f"Failed to decode request body as JSON: {why}")


def send_code(run: Runtime, me: HttpRequest, code: Any) -> None:
    run.emit(CODE, {"code": to_int(code)})


def send_headers(run: Runtime, me: HttpRequest, headers: Any) -> None:
    prim = to_prim(run, headers)
    if not isinstance(prim, dict):
        raise StormError("BadArg", f"HTTP Response headers must be a dictionary, got {type_name(headers)}.")
    run.emit(HEADERS, {"headers": prim})


def send_body(run: Runtime, me: HttpRequest, body: Any) -> None:
    if not isinstance(body, bytes):
        raise StormError("BadArg", f"HTTP Response body must be bytes, got {type_name(body)}.")
    run.emit(BODY, {"body": body})


def reply(run: Runtime, me: HttpRequest, code: Any, headers: Any = None, body: Any = UNDEF) -> None:
    if me.replied:
        raise StormError("BadArg", "Response.reply() has already been called.")
    sent = headers
    if body is not UNDEF and not isinstance(body, bytes):
        body = dumped(to_prim(run, body)).encode("utf8", "surrogatepass")
        described = {"Content-Type": JSON, "Content-Length": len(body)}
        sent = described if headers is None else {**headers, **described} if isinstance(headers, dict) else headers
    send_code(run, me, code)
    if sent is not None:
        send_headers(run, me, sent)
    if body is not UNDEF:
        send_body(run, me, body)
    me.replied = True


def set_header(run: Runtime, me: HttpHeaders, name: Any, valu: Any) -> None:
    mesg = "http:api:request:headers may not be modified by the runtime."
    raise StormError("StormRuntimeError", mesg, name=name)


def iterate_headers(run: Runtime, me: HttpHeaders) -> Iterator[Any]:
    return iter(list(me.headers.items()))


def _told(name: str, kind: str, desc: str) -> Any:
    return local(f"{name}: {kind}", lambda run, me: told(run, me, name), desc)


KINDS = (
    Kind(
        "http:api:request",
        "HttpReq",
        HttpRequest,
        "A request to the Extended HTTP API.",
        (
            local("api: gtor", api, "The definition that answers it."),
            _told("args", "list", "What the path captured."),
            _told("body", "bytes", "The body."),
            _told("client", "str", "The address of the client."),
            local("headers: ctor", headers, "The headers."),
            local("json: ctor", json_of, "The value of a body in JSON."),
            _told("method", "str", "The HTTP method."),
            _told("params", "dict", "The parameters of the query string."),
            _told("path", "str", "The path."),
            local(
                'reply(code: int, headers: dict = null, body: any = "$lib.undef") -> null', reply, "Answer it at once."
            ),
            local("sendbody(body: bytes) -> null", send_body, "Send a part of the body."),
            local("sendcode(code: int) -> null", send_code, "Set the status."),
            local("sendheaders(headers: dict) -> null", send_headers, "Set headers."),
            _told("uri", "str", "The path and query string as they were sent."),
            _told("user", "str", "The iden of the caller."),
        ),
    ),
    Kind(
        "http:api:request:headers",
        "HttpHeaderDict",
        HttpHeaders,
        "The headers of a request.",
        deref=lambda run, me, name: me.headers.get(to_str(name).lower()),
        set_item=set_header,
        iterate=iterate_headers,
        show=lambda run, me: python_text(me.headers),
        prim=lambda run, me: dict(me.headers),
    ),
)
