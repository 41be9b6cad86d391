"""`$lib.inet.http.oauth.v2` against a token server on this machine; expectations are what a real Cortex made of the same."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ..edits.asking import Asking
from .calling import call, refused, user_named

IDEN = "0" * 31 + "1"
ASKED = f'$lib.inet.http.oauth.v2.setUserAuthCode("{IDEN}", "co de", code_verifier=ver) '
TOKEN = f'return($lib.inet.http.oauth.v2.getUserAccessToken("{IDEN}"))'


@dataclass
class Tokens:
    """What the server answers in turn, the last again and again, and what it was asked."""

    port: int = 0
    answers: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    user: str = ""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        told: Tokens = self.server.told  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        told.asked.append(dict(parse_qsl(body)))
        told.user = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        code, answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
        text = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def tokens(cortex: Asking) -> Iterator[Tokens]:
    """A token server, known to the Cortex as a provider."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Tokens(server.server_address[1])
    server.told = told  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    provider = {
        "iden": IDEN,
        "name": "evi",
        "client_id": "cid",
        "client_secret": "s e:c",
        "scope": "a b",
        "auth_uri": "https://evi.com/auth",
        "token_uri": f"http://127.0.0.1:{told.port}/token",
        "redirect_uri": "https://evi.com/red",
    }
    call(cortex, "$lib.inet.http.oauth.v2.addProvider($conf)", vars={"conf": provider})
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_code_becomes_a_token_of_that_user(cortex: Asking, tokens: Tokens) -> None:
    tokens.answers = [
        (200, {"access_token": "tok", "token_type": "bearer", "expires_in": 3600, "refresh_token": "ref"})
    ]
    assert call(cortex, ASKED + TOKEN) == [True, "tok"]
    assert tokens.user == "cid:s e:c"
    assert tokens.asked == [
        {
            "grant_type": "authorization_code",
            "scope": "a b",
            "redirect_uri": "https://evi.com/red",
            "code": "co de",
            "code_verifier": "ver",
        }
    ]
    assert call(user_named(cortex, "bob"), TOKEN) == [False, "Auth code has not been set"]
    now = cortex.host.clock.now_ms()
    kept = call(cortex, f'return($lib.inet.http.oauth.v2.clearUserAccessToken("{IDEN}"))')
    assert 3_500_000 < kept["expires_at"] - now <= 3_600_000
    assert kept["expires_at"] - kept["refresh_at"] == 1_800_000
    assert (kept["access_token"], kept["refresh_token"]) == ("tok", "ref")
    assert call(cortex, TOKEN) == [False, "Auth code has not been set"]


@pytest.mark.parametrize(
    ("code", "answer", "told"),
    [
        (400, {"error": "invalid_grant", "error_description": "bad code"}, "invalid_grant: bad code (HTTP code 400)"),
        (400, {"foo": "bar"}, "unknown error (HTTP code 400)"),
        (500, {"error": "x"}, "Token API returned HTTP code 500"),
        (200, [1], "SchemaViolation: mesg='data must be object' name='data'"),
        (
            200,
            {"access_token": "tok"},
            "SchemaViolation: mesg=\"data must contain ['expires_in'] properties\" name='data'",
        ),
        (
            200,
            {"access_token": "tok", "expires_in": "3600"},
            "SchemaViolation: mesg='data.expires_in must be number' name='data.expires_in'",
        ),
    ],
)
def test_what_is_no_token_is_told(cortex: Asking, tokens: Tokens, code: int, answer: Any, told: str) -> None:
    tokens.answers = [(code, answer)]
    assert refused(cortex, ASKED) == ("SynErr", f"Failed to get OAuth v2 token: {told}")
    assert len(tokens.asked) == (2 if code == 500 else 1)
    assert call(cortex, TOKEN) == [False, "Auth code has not been set"]


def test_a_token_is_refreshed_after_half_of_its_time(cortex: Asking, tokens: Tokens) -> None:
    tokens.answers = [
        (200, {"access_token": "first", "expires_in": 100, "refresh_token": "ref"}),
        (200, {"access_token": "second", "expires_in": 3600}),
    ]
    assert call(cortex, ASKED + TOKEN) == [True, "first"]
    cortex.host.clock.advance(49_000)
    assert call(cortex, TOKEN) == [True, "first"]
    cortex.host.clock.advance(2_000)
    assert call(cortex, TOKEN) == [True, "second"]
    assert tokens.asked[1] == {"grant_type": "refresh_token", "refresh_token": "ref"}
    kept = call(cortex, f'return($lib.inet.http.oauth.v2.clearUserAccessToken("{IDEN}"))')
    assert (kept["access_token"], kept["refresh_token"]) == ("second", "ref")


def test_a_token_that_cannot_be_refreshed_is_none(cortex: Asking, tokens: Tokens) -> None:
    tokens.answers = [
        (200, {"access_token": "first", "expires_in": 100, "refresh_token": "ref"}),
        (400, {"error": "invalid_grant", "error_description": "gone"}),
    ]
    call(cortex, ASKED)
    cortex.host.clock.advance(51_000)
    assert call(cortex, TOKEN) == [False, "invalid_grant: gone (HTTP code 400)"]
    tokens.answers = [(200, {"access_token": "first", "expires_in": 100})]
    assert call(cortex, ASKED + TOKEN) == [True, "first"]
    cortex.host.clock.advance(101_000)
    assert call(cortex, TOKEN) == [False, "Token is expired"]


def test_tokens_go_with_their_provider(cortex: Asking, tokens: Tokens) -> None:
    tokens.answers = [(200, {"access_token": "tok", "expires_in": 3600})]
    call(cortex, ASKED)
    assert call(cortex, f'return($lib.inet.http.oauth.v2.delProvider("{IDEN}").name)') == "evi"
    assert refused(cortex, TOKEN) == ("BadArg", f"OAuth V2 provider has not been configured ({IDEN})")
    query = f'return($lib.inet.http.oauth.v2.clearUserAccessToken("{IDEN}"))'
    assert call(cortex, query) is None
