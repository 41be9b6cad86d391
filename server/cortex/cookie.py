"""The session cookie `sess`: a signed value in the form of the product's web framework (reference 2.2).

`2|1:0|10:<seconds>|4:sess|<length>:<base64 of the session iden>|<HMAC-SHA256 hex>`: each field with its length in front; the
signature covers everything before it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from email.utils import formatdate

from aiohttp import web

NAME = "sess"
SIGNED = re.compile(r"2\|1:0\|(\d+):(\d+)\|4:sess\|(\d+):([A-Za-z0-9+/=]*)\|([0-9a-f]{64})")
IN_HEADER = re.compile(r'(?:^|;)\s*sess=(?:"([^"]*)"|([^;]*))')
YEAR_S = 365 * 24 * 3600


def read(request: web.Request, secret: bytes, now_ms: int, lifetime_s: int) -> str | None:
    """The session iden in the request's cookie; None for no cookie, one not signed by us, or one too old."""
    header = request.headers.get("Cookie")
    found = IN_HEADER.search(header) if header else None
    if found is None:
        return None
    value = found[1] if found[1] is not None else found[2].strip()
    parts = SIGNED.fullmatch(value)
    if parts is None or not hmac.compare_digest(_sign(value[: -len(parts[5])], secret), parts[5]):
        return None
    age_s = now_ms // 1000 - int(parts[2])
    if age_s > lifetime_s or age_s < -lifetime_s:
        return None
    try:
        return base64.b64decode(parts[4]).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def give(response: web.StreamResponse, iden: str, secret: bytes, now_ms: int, lifetime_s: int, secure: bool) -> None:
    """Set the cookie. `Secure` only over TLS: the product knows nothing else, a client on plain HTTP would not send it."""
    encoded = base64.b64encode(iden.encode()).decode()
    seconds = str(now_ms // 1000)
    unsigned = f"2|1:0|{len(seconds)}:{seconds}|{len(NAME)}:{NAME}|{len(encoded)}:{encoded}|"
    expires = formatdate(now_ms // 1000 + lifetime_s, usegmt=True)
    flags = "; HttpOnly; Path=/; Secure" if secure else "; HttpOnly; Path=/"
    response.headers.add("Set-Cookie", f'{NAME}="{unsigned}{_sign(unsigned, secret)}"; expires={expires}{flags}')


def take(response: web.StreamResponse, now_ms: int) -> None:
    """Remove the cookie from the client."""
    expires = formatdate(now_ms // 1000 - YEAR_S, usegmt=True)
    response.headers.add("Set-Cookie", f'{NAME}=""; expires={expires}; Path=/')


def _sign(text: str, secret: bytes) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
