"""Whether a text is Storm, over HTTP (reference 5.9)."""

from typing import Any

import pytest

from .asking import NOT_LOGGED_IN, Client

PLACES = ("reqvalidstorm", "isvalidstorm")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_storm_is_valid(root: Client, method: str) -> None:
    body = {"query": "inet:fqdn=vertex.link | foo.bar --baz $x"}
    assert (await root.ask(method, "/reqvalidstorm", body)).result is True
    assert (await root.ask(method, "/isvalidstorm", body)).result == [True, {}]


async def test_names_views_and_users_are_not_looked_at(root: Client) -> None:
    body = {"query": "newp:newp=1 | newp | $lib.newp()", "opts": {"view": "newp", "user": "newp", "newp": 1}}
    assert (await root.post("/reqvalidstorm", body)).result is True


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_none_says_where(root: Client, method: str) -> None:
    body = {"query": "inet:fqdn= | spin"}
    valid, (name, info) = (await root.ask(method, "/isvalidstorm", body)).result
    assert (valid, name) == (False, "BadSyntax")
    assert list(info) == [
        *("efile", "eline", "esrc", "ename"),
        *("at", "text", "mesg", "line", "column", "token", "highlight"),
    ]
    assert {key: info[key] for key in list(info)[4:]} == {
        "at": 11,
        "text": "inet:fqdn= | spin",
        "mesg": "Unexpected token '|' at line 1, column 12, expecting one of: #, $, ${, (, ., :$, `, double-quoted string,"
        " relative property name, single-quoted string, triple-quoted string, universal property, unquoted value, {",
        "line": 1,
        "column": 12,
        "token": "|",
        "highlight": {
            "hash": "15e3b457036aca1d1df33f75d9264328",
            "lines": [1, 1],
            "columns": [12, 13],
            "offsets": [11, 12],
        },
    }
    refused = (await root.ask(method, "/reqvalidstorm", body)).refusal
    assert refused == (400, "BadSyntax", info["mesg"])


async def test_what_can_be_read_but_means_nothing_has_no_token(root: Client) -> None:
    valid, (name, info) = (await root.post("/isvalidstorm", {"query": " function f(x, x) { }"})).result
    assert (valid, name) == (False, "BadSyntax")
    assert "token" not in info
    assert info["mesg"] == 'Duplicate parameter "x" in function definition'
    assert info["highlight"]["offsets"] == [15, 16]


@pytest.mark.parametrize(
    ("mode", "query", "valid"),
    [
        ("lookup", "foo.com ] bar", True),
        ("autoadd", "[ foo", True),
        ("search", '"foo | ]" bar | count', True),
        ("lookup", "foo.com | ]", False),
        ("storm", "foo.com ] bar", False),
        ("newp", "foo.com ] bar", False),
        (None, "foo.com ] bar", False),
        (5, "foo.com ] bar", False),
    ],
)
async def test_the_mode_counts(root: Client, mode: Any, query: str, valid: bool) -> None:
    assert (await root.post("/isvalidstorm", {"query": query, "opts": {"mode": mode}})).result[0] is valid


@pytest.mark.parametrize(
    ("body", "code", "mesg"),
    [
        ({}, "AssertionError", ""),
        ({"query": None}, "AssertionError", ""),
        ({"query": 1}, "TypeError", "object of type 'int' has no len()"),
        ({"query": True}, "TypeError", "object of type 'bool' has no len()"),
        ({"query": ["inet:fqdn"]}, "TypeError", "unhashable type: 'list'"),
        ({"query": "inet:fqdn", "opts": 1}, "AttributeError", "'int' object has no attribute 'get'"),
        ({"query": "inet:fqdn", "opts": []}, "AttributeError", "'list' object has no attribute 'get'"),
        ({"query": "inet:fqdn", "opts": "x"}, "AttributeError", "'str' object has no attribute 'get'"),
    ],
)
async def test_bodies_that_the_product_stumbles_over(root: Client, body: Any, code: str, mesg: str) -> None:
    assert (await root.post("/reqvalidstorm", body)).refusal == (400, code, mesg)
    valid, (name, info) = (await root.post("/isvalidstorm", body)).result
    assert (valid, name, info["mesg"]) == (False, code, mesg)


@pytest.mark.parametrize("place", PLACES)
async def test_bodies_that_are_no_json_and_callers_that_are_nobody(nobody: Client, root: Client, place: str) -> None:
    assert (await root.post(f"/{place}", b"newp")).refusal == (400, "SchemaViolation", "Invalid JSON content.")
    assert (await root.post(f"/{place}")).refusal == (400, "SchemaViolation", "Invalid JSON content.")
    assert (await nobody.post(f"/{place}", {"query": "inet:fqdn"})).refusal == NOT_LOGGED_IN


@pytest.mark.parametrize("place", PLACES)
async def test_any_user_may_ask(root: Client, place: str) -> None:
    await root.make_user("visi")
    visi = root.as_user("visi", "pw")
    assert (await visi.post(f"/{place}", {"query": "", "opts": None})).status == 200


async def test_a_query_nested_too_deeply_is_an_answer_and_not_a_crash(root: Client) -> None:
    valid, (name, _) = (await root.post("/isvalidstorm", {"query": "{" * 5000})).result
    assert (valid, name) == (False, "BadSyntax")
