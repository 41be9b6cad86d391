"""`$lib.inet.http.oauth.v2`: providers of OAuth 2.0 (RFC 6749), and the tokens that users have of them.

A token is fetched by the same gate as `$lib.inet.http`. The product refreshes tokens by itself after half of their time;
here that happens when one is asked for then. Assertions of clients are not built.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any
from urllib.parse import urlencode

from ....storage.sodes import tupled
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_prim, to_str
from .auth_rules import violated
from .http_bodies import Body
from .http_requests import Answer, Request, ask
from .python_errors import told

PROVIDER, TOKEN = "oauth:provider", "oauth:token"
FORM = "application/x-www-form-urlencoded"
TIMEOUT_S = 300
# How often a server is asked that fails.
TRIES = 2
TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "iden": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "name": TEXT,
        "flow_type": {"type": "string", "default": "authorization_code", "enum": ["authorization_code"]},
        "auth_scheme": {"type": "string", "default": "basic", "enum": ["basic", "client_assertion"]},
        "client_id": TEXT,
        "client_secret": TEXT,
        "client_assertion": {"type": "object"},
        "scope": TEXT,
        "ssl_verify": {"type": "boolean", "default": True},
        "auth_uri": TEXT,
        "token_uri": TEXT,
        "redirect_uri": TEXT,
        "extensions": {
            "type": "object",
            "properties": {"pkce": {"type": "boolean"}},
            "additionalProperties": False,
        },
        "extra_auth_params": {"type": "object", "additionalProperties": TEXT},
    },
    "additionalProperties": False,
    "required": ["auth_uri", "iden", "name", "redirect_uri", "scope", "token_uri"],
}
TOKEN_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "access_token": TEXT,
        "expires_in": {"type": "number", "exclusiveMinimum": 0},
        "refresh_token": TEXT,
    },
    "required": ["access_token", "expires_in"],
}
NO_CODE = "Auth code has not been set"
Told = dict[str, Any]


class NoToken(Exception):
    """A server gave no token; the text says why."""


# -- providers


def add(run: Runtime, me: Any, conf: Any) -> None:
    _confirm(run, "addProvider")
    provider = to_prim(run, conf)
    _check(_validator(), provider)
    iden = provider["iden"]
    if _found(run, iden) is not None:
        raise StormError("DupIden", f"Duplicate OAuth V2 client iden ({iden})", iden=iden)
    if "client_assertion" in provider:
        raise StormError("NotImplemented", "Dead Ringer has no assertions of OAuth clients.", name="client_assertion")
    if "client_secret" not in provider:
        mesg = (
            "client_assertion and client_secret missing. These are mutually exclusive options and one must be provided."
        )
        raise StormError("BadArg", mesg)
    if provider["auth_scheme"] == "basic" and "client_id" not in provider:
        raise StormError("BadArg", "Must provide client_id for auth_scheme=basic")
    order = 1 + max((each["order"] for _, each in run.host.documents.items(PROVIDER)), default=0)
    run.host.documents.put(PROVIDER, iden, {**provider, "order": order})


def get(run: Runtime, me: Any, iden: Any) -> Told | None:
    _confirm(run, "getProvider")
    provider = _found(run, to_str(iden))
    return None if provider is None else _shown(provider)


def list_(run: Runtime, me: Any) -> list[tuple[str, Told]]:
    _confirm(run, "listProviders")
    providers = sorted(run.host.documents.items(PROVIDER), key=lambda each: each[1]["order"])
    return [(iden, _shown(provider)) for iden, provider in providers]


def del_(run: Runtime, me: Any, iden: Any) -> Told | None:
    """Delete a provider with the tokens that users have of it; what it was."""
    _confirm(run, "delProvider")
    name = to_str(iden)
    provider = run.host.documents.pop(PROVIDER, name)
    for user, _ in run.host.documents.items(TOKEN, name):
        run.host.documents.pop(TOKEN, user, name)
    return None if provider is None else _shown(provider)


def _confirm(run: Runtime, name: str) -> None:
    if not run.admin():
        raise StormError("AuthDeny", f"{name}() requires admin privs.", **run.told())


def _found(run: Runtime, iden: str) -> Told | None:
    provider: Told | None = run.host.documents.get(PROVIDER, iden)
    return provider


def _shown(provider: Told) -> Told:
    """A provider as it is told: its secret is not, nor which one it was."""
    return {name: valu for name, valu in provider.items() if name not in ("client_secret", "order")}


def _required(run: Runtime, iden: str) -> Told:
    provider = _found(run, iden)
    if provider is None:
        raise StormError("BadArg", f"OAuth V2 provider has not been configured ({iden})", iden=iden)
    return provider


# -- tokens


def set_code(run: Runtime, me: Any, iden: Any, authcode: Any, code_verifier: Any = None) -> None:
    """Get a token for the code that a user was given, and keep it. Raises StormError("SynErr") if there is none."""
    name = to_str(iden)
    provider = _required(run, name)
    asked = {
        "grant_type": "authorization_code",
        "scope": provider["scope"],
        "redirect_uri": provider["redirect_uri"],
        "code": to_str(authcode),
    }
    if code_verifier is not None:
        asked["code_verifier"] = to_str(code_verifier)
    try:
        token = _fetched(run, provider, asked)
    except NoToken as error:
        raise StormError("SynErr", f"Failed to get OAuth v2 token: {error}") from error
    run.host.documents.put(TOKEN, run.user.iden, token, name)


def get_token(run: Runtime, me: Any, iden: Any) -> tuple[bool, str]:
    """Whether the user has a token, and the token or why not."""
    name = to_str(iden)
    provider = _required(run, name)
    token = run.host.documents.get(TOKEN, run.user.iden, name)
    if token is None:
        return False, NO_CODE
    now = run.host.clock.now_ms()
    if token.get("refresh_token") is not None and now >= token["refresh_at"]:
        token = _refreshed(run, provider, token)
        run.host.documents.put(TOKEN, run.user.iden, token, name)
    if "error" in token:
        return False, token["error"]
    if now >= token["expires_at"]:
        return False, "Token is expired"
    return True, token["access_token"]


def clear(run: Runtime, me: Any, iden: Any) -> Told | None:
    """Forget the user's token; what it was."""
    token: Told | None = run.host.documents.pop(TOKEN, run.user.iden, to_str(iden))
    return token


def _refreshed(run: Runtime, provider: Told, token: Told) -> Told:
    asked = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    try:
        fresh = _fetched(run, provider, asked)
    except NoToken as error:
        return {"error": str(error)}
    # A server that gives no other one means that the old one is good still.
    return {**fresh, "refresh_token": fresh["refresh_token"] or token["refresh_token"]}


def _fetched(run: Runtime, provider: Told, asked: dict[str, str]) -> Told:
    """A token as it is kept. Raises NoToken."""
    user = f"{provider.get('client_id', '')}:{provider['client_secret']}"
    headers = [
        ("Accept", "application/json"),
        ("Authorization", f"Basic {base64.b64encode(user.encode()).decode()}"),
    ]
    body = Body(urlencode(asked).encode(), FORM)
    request = Request(
        "POST", provider["token_uri"], None, headers, body, bool(provider["ssl_verify"]), TIMEOUT_S, False
    )
    answer = ask(run, request)
    for _ in range(TRIES - 1):
        if answer.code < 500:
            break
        answer = ask(run, request)
    token = _read(answer)
    now = run.host.clock.now_ms()
    lasts_ms = token["expires_in"] * 1000
    return {
        "access_token": token["access_token"],
        "expires_in": token["expires_in"],
        "expires_at": now + lasts_ms,
        "refresh_at": now + lasts_ms * 0.5,
        "refresh_token": token.get("refresh_token"),
    }


def _read(answer: Answer) -> Told:
    if answer.code == -1:
        raise NoToken(answer.err[1].get("mesg", ""))
    if answer.code >= 500:
        raise NoToken(f"Token API returned HTTP code {answer.code}")
    try:
        token = json.loads(answer.body)
    except ValueError as error:
        raise NoToken(str(error)) from error
    if answer.code != 200:
        raise NoToken(f"{_reason(token)} (HTTP code {answer.code})")
    try:
        _check(_token_validator(), token)
    except StormError as error:
        raise NoToken(told(error)) from error
    read: Told = tupled(token)
    return read


def _reason(token: Any) -> str:
    """What a server says went wrong (RFC 6749, 5.2)."""
    if not isinstance(token, dict) or "error" not in token:
        return "unknown error"
    more = token.get("error_description")
    return f"{token['error']}: {more}" if more else f"{token['error']}"


def _check(validate: Any, valu: Any) -> None:
    from fastjsonschema import JsonSchemaValueException

    try:
        validate(valu)
    except JsonSchemaValueException as error:
        where = str(error.name)
        raise violated(where, error.message.removeprefix(f"{where} ")) from error


@cache
def _validator() -> Any:
    # Imported late: compiling a schema is work that starting up does not need.
    import fastjsonschema

    return fastjsonschema.compile(SCHEMA)


@cache
def _token_validator() -> Any:
    import fastjsonschema

    return fastjsonschema.compile(TOKEN_SCHEMA)


LIBRARIES = (
    Library(
        "lib.inet.http.oauth.v2",
        "Providers and tokens of OAuth 2.0.",
        (
            local("addProvider(conf: dict) -> null", add, "Make a provider known.", writes=True),
            local("clearUserAccessToken(iden: str) -> dict", clear, "Forget one's token.", writes=True),
            local("delProvider(iden: str) -> dict", del_, "Delete a provider.", writes=True),
            local("getProvider(iden: str) -> dict", get, "A provider.", writes=True),
            local("getUserAccessToken(iden: str) -> list", get_token, "One's token.", writes=True),
            local("listProviders() -> list", list_, "All providers.", writes=True),
            local(
                "setUserAuthCode(iden: str, authcode: str, code_verifier: str = null) -> null",
                set_code,
                "Get a token for a code.",
                writes=True,
            ),
        ),
    ),
)
