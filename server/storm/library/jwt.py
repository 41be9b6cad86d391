"""`$lib.crypto.jwt`: JSON Web Tokens (RFC 7519), signed (RFC 7515)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Kind, Library, local
from ..values.convert import python_text, to_bool, to_int, to_prim, to_str
from .jsons import checker, dumped
from .jwt_claims import check_claims
from .jwt_signing import ALGORITHMS, algorithm_of, key_for, sign, verify
from .jwt_text import decoded, encoded, header_of
from .python_errors import told


class Claims(dict[str, Any]):
    """The header or the payload of a token."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Token:
    """A token that is being made."""

    header: Claims = field(default_factory=Claims)
    payload: Claims = field(default_factory=Claims)
    signature: bytes | None = None


A_TEXT = {"type": "string"}
A_NUMBER = {"type": "number"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "iss": A_TEXT,
        "sub": A_TEXT,
        "jti": A_TEXT,
        "exp": A_NUMBER,
        "nbf": A_NUMBER,
        "iat": A_NUMBER,
        "aud": {"oneOf": [A_TEXT, {"type": "array", "items": A_TEXT}]},
    },
}


def generate(run: Runtime, me: Any, payload: Any = None) -> Token:
    prim = to_prim(run, payload)
    if not isinstance(prim, dict | None):
        raise StormError("BadArg", "The JWT payload must be a dictionary.")
    return Token(payload=Claims(prim or {}))


def sign_token(run: Runtime, me: Token, key: Any, alg: Any, fmt: Any = "compact") -> str:
    algorithm = algorithm_of(to_str(alg))
    form = to_str(fmt)
    if form not in ("compact", "json"):
        raise StormError("BadArg", f"Invalid JWT serialization format: {form}", fmt=form)
    found = key_for(algorithm, key, private=True)
    payload = dict(me.payload)
    check_payload(payload)
    me.header.pop("alg", None)
    me.header["alg"] = algorithm.name
    me.header.setdefault("typ", "JWT")
    head, body = (encoded(_json(what, part)) for what, part in (("header", dict(me.header)), ("payload", payload)))
    me.signature = sign(algorithm, found, f"{head}.{body}".encode())
    tail = encoded(me.signature)
    if form == "json":
        return dumped({"payload": body, "protected": head, "signature": tail})
    return f"{head}.{body}.{tail}"


def check_payload(payload: Any) -> None:
    """Raises StormError("BadArg") of claims of a wrong kind."""
    from fastjsonschema import JsonSchemaValueException

    try:
        PAYLOAD(payload)
    except JsonSchemaValueException as error:
        mesg = f"Invalid JWT payload: SchemaViolation: mesg={error.message!r} name={error.name!r}"
        raise StormError("BadArg", mesg) from error


def _json(what: str, part: Any) -> bytes:
    try:
        return dumped(part).encode("utf8", "surrogatepass")
    except StormError as error:
        raise StormError("BadArg", f"Unable to encode JWT {what}: {told(error)}") from error


PAYLOAD = checker(SCHEMA)


def parse(run: Runtime, me: Any, token: Any) -> dict[str, Any]:
    parts = to_str(token).split(".")
    kinds = {3: "JWS", 5: "JWE"}
    if len(parts) not in kinds:
        raise StormError("BadArg", "Unrecognized compact JOSE serialization.")
    return {"typ": kinds[len(parts)], "header": header_of(parts[0])}


def verify_token(
    run: Runtime,
    me: Any,
    token: Any,
    key: Any,
    algorithms: Any,
    audience: Any = None,
    issuer: Any = None,
    subject: Any = None,
    leeway: Any = 0,
    typ: Any = None,
    requiredclaims: Any = None,
    options: Any = None,
    jwks_uri: Any = None,
    ssl_verify: Any = True,
    ssl_opts: Any = None,
    proxy: Any = True,
    allowinternal: Any = False,
) -> tuple[Any, ...]:
    """(true,), or (false, (name, info)) of what is wrong with the token."""
    wanted = {"aud": audience, "iss": issuer, "sub": subject}
    try:
        names = _names(to_prim(run, algorithms))
        turned_off = _options(to_prim(run, options))
        slack = to_int(leeway)
        header, payload, signed, signature = decoded(to_str(token))
        name = header.get("alg")
        if not isinstance(name, str):
            raise StormError("BadArg", "JWT header is missing a string alg.")
        if name not in names:
            raise StormError("BadArg", f"JWT alg {name} is not in the list of allowed algorithms.", alg=name)
        if key is None:
            raise _no_key(jwks_uri)
        algorithm = algorithm_of(name)
        given = key if not isinstance(key, dict) else to_prim(run, key)
        verify(algorithm, key_for(algorithm, given, private=False, kid=header.get("kid")), signed, signature)
        needed = _required(to_prim(run, requiredclaims))
        check_payload(payload)
        expected = {claim: to_prim(run, valu) for claim, valu in wanted.items() if valu is not None}
        now = run.host.clock.now_ms() / 1000
        claimed = None if typ is None else to_str(typ)
        check_claims(header, payload, expected, needed, claimed, now, slack, turned_off)
    except StormError as error:
        info = {"mesg": error.mesg, **{name: valu for name, valu in error.info.items() if name != "highlight"}}
        return False, (error.name, info)
    return (True,)


def _names(names: Any) -> list[str]:
    if not isinstance(names, list | tuple):
        raise StormError("BadArg", "algorithms must be a list of strings.")
    if not names:
        raise StormError("BadArg", "At least one algorithm must be provided.")
    return [algorithm_of(to_str(name)).name for name in names]


def _options(options: Any) -> set[str]:
    """The claims that are not to be looked at."""
    if options is None:
        return set()
    if not isinstance(options, dict):
        raise StormError("BadArg", "options must be a dictionary.")
    return {str(name).removeprefix("verify_") for name, valu in options.items() if not to_bool(valu)}


def _required(names: Any) -> list[Any]:
    if isinstance(names, str | None):
        return [] if names is None else [names]
    if not isinstance(names, list | tuple):
        raise StormError("BadArg", "requiredclaims must be a list of strings.")
    return list(names)


def _no_key(jwks_uri: Any) -> StormError:
    if jwks_uri is None:
        return StormError("BadArg", "verify requires a key or a jwks_uri.")
    uri = to_str(jwks_uri)
    if not uri.startswith("https://"):
        return StormError("BadArg", "jwks_uri must be an https URL.", url=uri)
    return StormError("NotImplemented", "Dead Ringer does not fetch keys from a jwks_uri.", url=uri)


def claim(run: Runtime, me: Claims, name: Any) -> Any:
    return me.get(to_str(name))


def set_claim(run: Runtime, me: Claims, name: Any, valu: Any) -> None:
    if not isinstance(name, str):
        raise StormError("BadArg", "JWT claim and header names must be strings.", name=to_prim(run, name))
    if valu is UNDEF:
        me.pop(name, None)
    else:
        me[name] = to_prim(run, valu)


JWT = Library(
    "lib.crypto.jwt",
    "JSON Web Tokens.",
    (
        local("algorithms: gtor", lambda run, me: list(ALGORITHMS), "What tokens can be signed by."),
        local("generate(payload: dict = null) -> crypto:jwt", generate, "A token to be signed."),
        local("parse(token: str) -> dict", parse, "The kind and header of a token; nothing of it is checked."),
        local(
            "verify(token: str, key: str|bytes|dict|crypto:rsa:key|crypto:ecc:key, algorithms: list, "
            "audience: str|list = null, issuer: str|list = null, subject: str = null, leeway: int = 0, typ: str = null, "
            "requiredclaims: list = null, options: dict = null, jwks_uri: str = null, ssl_verify: boolean = true, "
            "ssl_opts: dict = null, proxy: boolean|str = true, allowinternal: boolean = false) -> list",
            verify_token,
            "Whether a token is signed by a key and says what it should.",
        ),
    ),
)

TOKEN = Kind(
    "crypto:jwt",
    "Jwt",
    Token,
    "A JSON Web Token.",
    (
        local("header: gtor", lambda run, me: me.header, "Its header."),
        local("payload: gtor", lambda run, me: me.payload, "Its claims."),
        local(
            'sign(key: str|bytes|crypto:rsa:key|crypto:ecc:key, alg: str, fmt: str = "compact") -> str',
            sign_token,
            "The signed token.",
        ),
        local("signature: bytes", lambda run, me: me.signature, "Its signature; null before it is signed."),
    ),
)

CLAIMS = Kind(
    "crypto:jwt:dict",
    "JwtDict",
    Claims,
    "The header or payload of a token.",
    deref=claim,
    set_item=set_claim,
    iterate=lambda run, me: iter(list(me.items())),
    show=lambda run, me: python_text(dict(me)),
    prim=lambda run, me: {name: to_prim(run, valu) for name, valu in me.items()},
)

LIBRARIES = (JWT,)
KINDS = (TOKEN, CLAIMS)
