"""`$lib.inet.http.oauth.v1`: requests signed by OAuth 1.0 (RFC 5849) with HMAC-SHA1."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from yarl import URL

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_prim, to_str
from .python_errors import shown

FORM = "application/x-www-form-urlencoded"
DEFAULT_PORTS = {("http", 80), ("https", 443)}
# What a form is made of; a body of anything else is none.
FORM_TEXT = re.compile(r"[A-Za-z0-9\-._~*'()!@:$,;/?=&%+|]*")
Pairs = list[tuple[str, str]]
Signed = tuple[str, dict[str, Any], Any]


@dataclass(frozen=True, slots=True)
class OAuth1:
    """Who signs. place: QUERY, BODY or AUTH_HEADER, where the signature goes."""

    key: str
    secret: str
    token: str
    token_secret: str
    place: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is to be signed. body: None, a text, or a dictionary."""

    method: str
    url: str
    headers: Mapping[str, Any]
    body: Any

    @property
    def type(self) -> str | None:
        """Its Content-Type."""
        return next((to_str(valu) for name, valu in self.headers.items() if name.lower() == "content-type"), None)


def client(run: Runtime, me: Any, ckey: Any, csecret: Any, atoken: Any, asecret: Any, sigtype: Any = "QUERY") -> OAuth1:
    return OAuth1(to_str(ckey), to_str(csecret), to_str(atoken), to_str(asecret), to_str(sigtype))


def sign(
    run: Runtime,
    me: OAuth1,
    baseurl: Any,
    method: Any = "GET",
    headers: Any = None,
    params: Any = None,
    body: Any = None,
) -> Signed:
    """URL, headers and body of the signed request; a query that the URL brings is lost. Raises StormRuntimeError."""
    url = str(URL(to_str(baseurl)).with_query(to_prim(run, params)))
    given = to_prim(run, headers)
    sent = to_prim(run, body)
    if isinstance(sent, bytes):
        try:
            sent = sent.decode()
        except UnicodeDecodeError as error:
            raise _failed(str(error)) from error
    request = Request(to_str(method).upper(), url, {} if given is None else dict(given), sent)
    now = run.host.clock.now_ms() // 1000
    return signed(me, request, f"{secrets.randbits(64)}{now}", now)


def signed(me: OAuth1, request: Request, nonce: str, timestamp: int) -> Signed:
    """A request with its signature, of a nonce and a time in seconds."""
    headers, pairs = dict(request.headers), _form(request.body)
    if me.place == "BODY":
        headers = {name: valu for name, valu in headers.items() if name.lower() != "content-type"}
        headers["Content-Type"] = FORM
        request = Request(request.method, request.url, headers, request.body)
    is_form = request.type == FORM
    _check(request, is_form, pairs)
    oauth = [
        ("oauth_nonce", nonce),
        ("oauth_timestamp", str(timestamp)),
        ("oauth_version", "1.0"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_consumer_key", me.key),
        ("oauth_token", me.token),
    ]
    if request.body is not None and request.type is not None and not is_form:
        data = to_str(request.body).encode("utf8", "surrogatepass")
        oauth.append(("oauth_body_hash", _base64(hashlib.sha1(data, usedforsecurity=False).digest())))
    oauth.append(("oauth_signature", signature(me, request, oauth, pairs or [] if is_form else [])))
    if me.place == "QUERY":
        parts = urlsplit(request.url)
        query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + oauth)
        return urlunsplit(parts._replace(query=query)), headers, _body(request.body)
    if me.place == "BODY":
        return request.url, headers, urlencode((pairs or []) + oauth)
    if me.place == "AUTH_HEADER":
        told = ", ".join(f'{name}="{_escaped(valu)}"' for name, valu in oauth)
        return request.url, {**headers, "Authorization": f"OAuth {told}"}, _body(request.body)
    raise _failed("Unknown signature type specified.")


def signature(me: OAuth1, request: Request, oauth: Pairs, form: Pairs) -> str:
    """The signature (RFC 5849, 3.4) over the method, the URL, and the parameters of query, body and OAuth."""
    parts = urlsplit(request.url)
    if not parts.scheme:
        raise _failed("missing scheme")
    if not parts.hostname:
        raise _failed("missing host")
    host = parts.hostname
    if parts.port is not None and (parts.scheme, parts.port) not in DEFAULT_PORTS:
        host += f":{parts.port}"
    place = f"{parts.scheme}://{host}{parts.path or '/'}"
    pairs = parse_qsl(parts.query, keep_blank_values=True) + form + oauth
    told = "&".join(f"{name}={valu}" for name, valu in sorted((_escaped(n), _escaped(v)) for n, v in pairs))
    text = "&".join(_escaped(each) for each in (request.method, place, told))
    key = f"{_escaped(me.secret)}&{_escaped(me.token_secret)}"
    return _base64(hmac.new(key.encode(), text.encode(), "sha1").digest())


def _check(request: Request, is_form: bool, pairs: Pairs | None) -> None:
    if is_form and pairs is None:
        raise _failed("Headers indicate a formencoded body but body was not decodable.")
    if not is_form and pairs is not None:
        told = request.type or "not set"
        raise _failed(f"Body contains parameters but Content-Type header was {told} instead of {FORM}")
    if is_form and request.method in ("GET", "HEAD"):
        raise _failed("GET/HEAD requests should not include body.")


def _form(body: Any) -> Pairs | None:
    """The parameters in a body; None if it has none."""
    if isinstance(body, dict):
        return [(to_str(name), to_str(valu)) for name, valu in body.items()]
    text = None if body is None else to_str(body)
    return None if text is None or not FORM_TEXT.fullmatch(text) else parse_qsl(text, keep_blank_values=True)


def _body(body: Any) -> Any:
    return urlencode(body) if isinstance(body, dict) else body


def _failed(why: str) -> StormError:
    return StormError("StormRuntimeError", f"Request signing failed ({why})")


def _escaped(text: str) -> str:
    return quote(text, safe="~")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


LIBRARIES = (
    Library(
        "lib.inet.http.oauth.v1",
        "Requests signed by OAuth 1.0.",
        (
            local(
                'client(ckey: str, csecret: str, atoken: str, asecret: str, sigtype: str = "QUERY")'
                " -> inet:http:oauth:v1:client",
                client,
                "Who signs requests.",
                writes=True,
            ),
        ),
    ),
)
KINDS = (
    Kind(
        "inet:http:oauth:v1:client",
        "OAuthV1Client",
        OAuth1,
        "Signs requests.",
        (
            local(
                'sign(baseurl: str, method: dict = "GET", headers: dict = null, params: dict = null,'
                " body: bytes = null) -> list",
                shown("inet:http:oauth:v1:client.sign", sign),
                "A request with its signature.",
                writes=True,
            ),
        ),
    ),
)
