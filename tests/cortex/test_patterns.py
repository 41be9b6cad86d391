"""Patterns that would match for ever: each place that takes one ends with an error, and others are served meanwhile."""

import asyncio
from typing import Any

import pytest
from deadringer.server.model.types import patterns

from ..conftest import Launch
from .asking import Answer, Client
from .conftest import ClientOf

# By its nature: each letter doubles the ways to split the text.
EVIL = "(a|aa)+$"
TEXT = "a" * 60 + "!"
# The end of the glob is there, but at the beginning.
STARRY, LONG = "*a" * 40 + "*ca", "c" + "a" * 120 + "b"
VARS = {"evil": EVIL, "text": TEXT, "starry": STARRY, "long": LONG, "part": "a" * 60 + "b"}
LIMIT_S = 0.2
SCHEMA = '({"type": "object", "additionalProperties": false, "required": [$text], "patternProperties": {$evil: {}}})'

FINDING = {
    "operator": "return(($text ~= $evil))",
    "filter": "[ it:dev:str=$text ] +it:dev:str~=$evil return((1))",
    "filter on a prop": "[ it:dev:str=$text ] +:norm~=$evil return((1))",
    "expression": "[ it:dev:str=$text ] +$(:norm ~= $evil) return((1))",
    "lift": "[ it:dev:str=$text ] | spin | it:dev:str~=$evil return((1))",
    "lift by a prop": "[ it:dev:str=$text ] | spin | it:dev:str:norm~=$evil return((1))",
    "layer": "[ it:dev:str=$text ] | spin | for $x in $lib.layer.get().liftByProp(it:dev:str, $evil, '~=') { } return((1))",
    "search": "return($lib.regex.search($evil, $text))",
    "matches": "return($lib.regex.matches($evil, $text))",
    "findall": "return($lib.regex.findall($evil, $text))",
    "replace": "return($lib.regex.replace($evil, x, $text))",
    "scrape": "for $x in $lib.scrape.genMatches($text, $evil) { } return((1))",
    "tag's parts": "$lib.model.tags.set(foo, regex, ([null, $evil])) [ it:dev:str=x +#foo.$part ] return((1))",
    "json schema": 'return($lib.json.schema(({"type": "string", "pattern": $evil})).validate($text))',
    "keys of a schema": 'return($lib.json.schema(({"patternProperties": {$evil: {}}})).validate(({$text: 1})))',
    "compiling a schema": f"return($lib.json.schema({SCHEMA}))",
    "type": "$lib.model.ext.addType(_x:t, str, ({'regex': $evil}), ({})) $lib.model.ext.addForm(_x:f, _x:t, ({}), ({})) "
    "[ _x:f=$text ] return((1))",
    "data": '$lib.model.ext.addFormProp(it:dev:str, _d, (data, ({"schema": {"type": "string", "pattern": $evil}})), ({})) '
    "[ it:dev:str=x :_d=$text ] return((1))",
    "glob of a filter": "[ it:dev:str=x +#$long ] +#$starry return((1))",
    "glob of a node's tags": "[ it:dev:str=x +#$long ] return($node.tags($starry))",
    "glob of parts": "[ it:dev:str=x +#$long ] return($node.globtags($starry))",
}


@pytest.fixture
async def strict(launch: Launch, client_of: ClientOf) -> Client:
    """The first administrator of a server where patterns have little time."""
    server = await launch(synapse_pattern_s=LIMIT_S)
    return client_of(server).as_user("root", "secret")


async def others_served(asking: asyncio.Task[Answer], client: Client) -> int:
    """How many other requests are answered before one that must come to its end."""
    count = 0
    while not asking.done():
        assert (await client.post("/storm/call", {"query": "return((1))"})).result == 1
        count += not asking.done()
    return count


async def limited(client: Client, method: str, path: str, body: Any = None) -> str:
    """The message of a request that a pattern makes too long, while others are served."""
    asking = asyncio.ensure_future(client.ask(method, path, body))
    # Whatever a thread does with the interpreter to itself, nobody else is answered in.
    assert await others_served(asking, client) > 2
    _, code, mesg = (await asking).refusal
    assert code in ("HitLimit", "StormRuntimeError")
    return mesg


@pytest.mark.parametrize("place", FINDING)
async def test_a_pattern_that_takes_too_long_is_an_error_and_holds_up_nobody(strict: Client, place: str) -> None:
    # What is only needed once is done before, as the other requests would wait for it.
    await strict.post("/storm/call", {"query": "[ it:dev:str=y +#foo ] return((1))"})
    body = {"query": FINDING[place], "opts": {"vars": VARS}}
    mesg = await limited(strict, "POST", "/storm/call", body)
    assert "Dead Ringer gives a pattern 0.2 seconds for a text (option synapse_pattern_s): " in mesg


async def test_norming_with_a_pattern_of_ones_own_is_bounded(strict: Client) -> None:
    body = {"prop": "it:dev:str", "value": TEXT, "typeopts": {"regex": EVIL}}
    await limited(strict, "POST", "/model/norm", body)


async def test_a_path_of_the_extended_api_is_bounded(strict: Client) -> None:
    query = f"$a=$lib.cortex.httpapi.add('{EVIL}') $a.methods.get='return((1))' return($a.iden)"
    assert (await strict.post("/storm/call", {"query": query})).result
    await limited(strict, "GET", f"/api/ext/{TEXT}")


async def test_a_pattern_can_be_caught_like_any_error(strict: Client) -> None:
    query = "try { $x=($text ~= $evil) } catch HitLimit as err { return($err.name) }"
    assert (await strict.post("/storm/call", {"query": query, "opts": {"vars": VARS}})).result == "HitLimit"


@pytest.mark.parametrize(
    "pattern",
    [
        "((a{1000}){1000}){1000}",
        "(?x)(a{ 1 0 0 0 }#)\n){1000}",
        "a{1000000}",
        "[(]{9999}{9999}",
        "x" * (patterns.HEAVIEST + 1),
        "[[(]a{99999}]{99999}",
    ],
)
async def test_a_pattern_that_would_be_too_large_is_refused(root: Client, pattern: str) -> None:
    body = {"query": "return(($text ~= $evil))", "opts": {"vars": {"text": "a", "evil": pattern}}}
    _, code, _ = (await root.post("/storm/call", body)).refusal
    assert code in ("HitLimit", "error")


@pytest.mark.parametrize(
    "pattern",
    ["([a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{128})", r"\d{4}-\d{2}-\d{2}", "(a{1000}){50}", "a{0,999999}"],
)
async def test_repeats_that_are_ordinary_are_taken(root: Client, pattern: str) -> None:
    body = {"query": "return(($text ~= $evil))", "opts": {"vars": {"text": "b", "evil": pattern}}}
    assert (await root.post("/storm/call", body)).result in (True, False)
