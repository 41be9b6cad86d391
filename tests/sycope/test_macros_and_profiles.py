"""Macros and traffic profiles that are stored as config elements: in queries of who sees them."""

from typing import Any

import pytest

from .conftest import Client, Others
from .test_loading import load
from .test_pipeline import rows, run

PUBLIC = [{"sid": "ROLE_USER", "perms": ["VIEW"]}]


def macro(name: Any, query: Any, **more: Any) -> dict[str, Any]:
    return {"category": "nql.macro", "config": {"name": name, "query": query, **more.pop("config", {})}, **more}


def profile(name: Any, *rules: Any, **more: Any) -> dict[str, Any]:
    config = {"name": name, "rules": list(rules), **more.pop("config", {})}
    return {"category": "traffic.profile", "config": config, **more}


async def matching(client: Client, *flow: Any, **options: Any) -> Any:
    """What `matchingTrafficProfiles` gives for client, server, port and protocol."""
    given = "".join(f" {name}={str(value).lower()}" for name, value in options.items())
    row = '{{"c": "{}", "s": "{}", "p": {}, "x": {}}}'.format(*flow)
    (found,) = await rows(client, f"records {row} | set m=matchingTrafficProfiles(c, s, p, x,{given or ' name=true'})")
    return found["m"]


async def test_a_stored_macro_is_replaced_anywhere(client: Client) -> None:
    await load(client, macro("ROWS", 'records {"a": 1}, {"a": $TWO$}'), macro("TWO", "2"), macro("TEXT", "a text"))
    assert await rows(client, '$ROWS$ | a = $TWO$ | set t="$TEXT$"') == [{"a": 2, "t": "a text"}]


async def test_a_stored_macro_counts_more_than_the_products_own(client: Client) -> None:
    asked = 'records {"serverPort": 53}, {"serverPort": 5353} | $DNS$'
    assert await rows(client, asked) == [{"serverPort": 53}]
    (iden,) = await load(client, macro("DNS", "serverPort = 5353"))
    assert await rows(client, asked) == [{"serverPort": 5353}]
    assert (await client.ask("DELETE", f"/config-element/{iden}")).status == 200
    assert await rows(client, asked) == [{"serverPort": 53}]


async def test_who_does_not_see_a_macro_has_none(client: Client, others: Others) -> None:
    bob = await others("bob")
    await load(client, macro("MINE", "1"), macro("OURS", "1", sidPerms=PUBLIC))
    assert await rows(bob, 'records {"a": $OURS$}') == [{"a": 1}]
    answer = await run(bob, 'records {"a": $MINE$}')
    assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
    assert "Unknown macro $MINE$." in answer.body["message"]


@pytest.mark.parametrize(
    "broken",
    [macro("M", 5), macro(5, "1"), macro("M", None), macro(None, "1"), macro("M", "1", config={"active": False})],
)
async def test_an_element_that_is_no_macro_does_no_harm(client: Client, broken: Any) -> None:
    await load(client, broken)
    assert await rows(client, 'records {"a": "$"} | $DNS$ or a = "$"') == [{"a": "$"}]
    assert (await run(client, 'records {"a": $M$}')).status == 400


async def test_profiles_match_by_each_part_of_a_rule(client: Client) -> None:
    await load(
        client,
        profile("web", {"client": "10.0.0.0/8", "server": ["192.0.2.1", "2001:db8::/32"], "serverPort": [80, 443]}),
        profile("dns", {"client": "0.0.0.0/0", "server": "0.0.0.0/0", "serverPort": 53, "protocol": 17}),
        profile("two", {"client": "192.0.2.7", "server": "192.0.2.8"}, {"client": "10.1.1.1", "server": "10.1.1.2"}),
    )
    assert await matching(client, "10.1.1.1", "192.0.2.1", 443, 6) == ["web"]
    assert await matching(client, "10.1.1.1", "192.0.2.1", 22, 6) == []
    assert await matching(client, "11.1.1.1", "192.0.2.1", 443, 6) == []
    assert await matching(client, "10.1.1.1", "192.0.2.1", 53, 17) == ["dns"]
    assert await matching(client, "10.1.1.1", "192.0.2.1", 53, 6) == []
    assert await matching(client, "10.1.1.1", "10.1.1.2", 53, 17) == ["dns", "two"]
    assert await matching(client, "192.0.2.7", "192.0.2.8", 1, 1) == ["two"]
    assert await matching(client, "no address", "192.0.2.8", 1, 1) == []
    assert await matching(client, "10.1.1.1", "192.0.2.1", "null", "null") == []


async def test_what_a_rule_leaves_open_counts_only_if_asked_for(client: Client) -> None:
    await load(client, profile("server", {"server": "10.0.0.5"}), profile("all", {}), profile("none"))
    flow = ("10.1.1.1", "10.0.0.5", 443, 6)
    assert await matching(client, *flow) == []
    assert await matching(client, *flow, name=True, includeAny=True) == ["server", "all"]
    assert await matching(client, "10.1.1.1", "10.0.0.6", 1, 1, name=True, includeAny=True) == ["all"]


async def test_profiles_by_id_and_of_those_who_see_them(client: Client, others: Others) -> None:
    rule = {"client": "10.0.0.0/8", "server": "10.0.0.0/8"}
    ids = await load(client, profile("mine", rule), profile("ours", rule, sidPerms=PUBLIC))
    flow = ("10.1.1.1", "10.0.0.5", 443, 6)
    assert await matching(client, *flow, name=False) == ids
    assert await matching(await others("bob"), *flow) == ["ours"]


@pytest.mark.parametrize(
    "broken",
    [
        profile(5, {}),
        profile("x", 5),
        profile("x", {"server": 5}),
        profile("x", {"server": "no network"}),
        profile("x", {"serverPort": "443"}),
        profile("x", {}, config={"rules": 5}),
        profile("x", {}, config={"active": False}),
    ],
)
async def test_what_is_no_profile_matches_nothing(client: Client, broken: Any) -> None:
    await load(client, broken)
    assert await matching(client, "10.1.1.1", "10.0.0.5", 443, 6, name=True, includeAny=True) == []
