"""`$lib.inet.http.oauth.v1`: the signatures are those that a real Cortex made of the same nonces and times."""

from typing import Any

import pytest
from deadringer.server.storm.library.oauth1 import FORM, OAuth1, Request, signed

from ..edits.asking import Asking
from .calling import call, refused

CLIENT = ("ck", "cs", "at", "as")
RECORDED: list[tuple[str, tuple[str, ...], str, str, dict[str, Any], Any, str, str]] = [
    # where it goes, who signs, method, URL, headers, body, nonce with the time at its end, signature
    (
        "QUERY",
        CLIENT,
        "GET",
        "http://evi.com/x",
        {},
        None,
        "173183623737087095281795337851",
        "oauth_signature=JWqGkJL4T30eFK1h3HwOfpvle20%3D",
    ),
    (
        "QUERY",
        CLIENT,
        "POST",
        "http://evi.com/x?a=b+c&n=5",
        {"X": "y"},
        None,
        "62433296676002529081795337851",
        "oauth_signature=%2FPJS3r5yPX5RZKJUcW7Lez4T3ZE%3D",
    ),
    (
        "QUERY",
        CLIENT,
        "POST",
        "http://evi.com/x?a=b+c",
        {"Content-Type": FORM},
        "k=v&k=w",
        "2764711116630053541795337852",
        "oauth_signature=vfBKYzCmeR5zC4z%2FJcGp%2BmyqbZs%3D",
    ),
    (
        "QUERY",
        CLIENT,
        "POST",
        "http://evi.com/x",
        {"Content-Type": "application/json"},
        '{"a": 1}',
        "155249174707113020901795337852",
        "oauth_signature=1sjd%2BT8YZQzLq4SSFMbskzB4vro%3D",
    ),
    (
        "BODY",
        CLIENT,
        "POST",
        "http://evi.com/x",
        {"Content-Type": FORM},
        {"a": "b d"},
        "33208421359246376391795337852",
        "oauth_signature=mQQwx%2FE%2FCowhvyzI%2FcgjocdLnyE%3D",
    ),
    (
        "AUTH_HEADER",
        CLIENT,
        "GET",
        "http://evi.com/x%20y?a=b",
        {},
        None,
        "8339792690454453371795337852",
        'oauth_signature="AmylJkPNvBIKMNoEjwtJiZvYykA%3D"',
    ),
    (
        "QUERY",
        ("5", "n", "é", "a&b"),
        "GET",
        "http://evi.com/%C3%A4%20b?%C3%BC=~+_-.*'()!",
        {},
        None,
        "89145550838811497851795337852",
        "oauth_signature=pe3vsqIW1KiKHEt5QMX9f95w4y0%3D",
    ),
    (
        "QUERY",
        CLIENT,
        "PUT",
        "http://evi.com:8080/y?b=2&b=1",
        {},
        None,
        "1859626401831379441795337852",
        "oauth_signature=XBzNbZUbbJbhhiwssrnkdH8yoUI%3D",
    ),
    (
        "QUERY",
        CLIENT,
        "GET",
        "https://evi.com",
        {},
        None,
        "166814213716566098521795337852",
        "oauth_signature=5VRMkCtc8aQqgDW0hC1Bq1lzc0k%3D",
    ),
]


@pytest.mark.parametrize(("place", "client", "method", "url", "headers", "body", "nonce", "told"), RECORDED)
def test_requests_are_signed_as_by_a_real_cortex(
    place: str,
    client: tuple[str, ...],
    method: str,
    url: str,
    headers: dict[str, Any],
    body: Any,
    nonce: str,
    told: str,
) -> None:
    key, secret, token, token_secret = client
    signer = OAuth1(key, secret, token, token_secret, place)
    made = signed(signer, Request(method, url, headers, body), nonce, int(nonce[-10:]))
    assert told in str(made)


def test_a_signature_has_a_nonce_of_its_own(cortex: Asking) -> None:
    query = '$c=$lib.inet.http.oauth.v1.client(ck, cs, at, as) return(($c.sign("http://evi.com/").0))'
    first, second = call(cortex, query), call(cortex, query)
    assert first != second
    assert first.startswith("http://evi.com/?oauth_nonce=")
    assert f"&oauth_timestamp={cortex.host.clock.now_ms() // 1000}&oauth_version=1.0&" in first


def test_what_cannot_be_signed_is_refused(cortex: Asking) -> None:
    client = "$c=$lib.inet.http.oauth.v1.client(ck, cs, at, as) "
    told = f"Body contains parameters but Content-Type header was not set instead of {FORM}"
    query = client + 'return($c.sign("http://evi.com/", method=POST, body="k=v"))'
    assert refused(cortex, query) == ("StormRuntimeError", f"Request signing failed ({told})")
    told = "Request signing failed (missing scheme)"
    assert refused(cortex, client + 'return($c.sign("/x"))') == ("StormRuntimeError", told)
