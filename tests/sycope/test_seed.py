"""The script of the seed, as it stands: seed_script.txt holds its code blocks, separated by lines of %%.

HOST is replaced, and the ids that the script has from earlier runs become the one that the server gave it.
"""

import ast
import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Launch

BLOCKS = (Path(__file__).parent / "seed_script.txt").read_text().split("%%\n")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


def run(host: str) -> list[str]:
    """Run the script against a server; gives what its requests were answered, in short."""
    names: dict[str, Any] = {}
    seen: list[str] = []
    for block in BLOCKS:
        code, output, expected = block.partition("# Output")
        code = code.replace("https://10.0.0.100", host)
        if "INDEX_ID = " in code:
            code = ID.sub(names["made"], code)
        if not output:
            exec(compile(code, "seed", "exec"), names)
            continue
        expression = code.rpartition("# Check the Request")[2].strip()
        value = eval(expression, names)
        if isinstance(value, dict) and "id" in value:
            names["made"] = value["id"]
        assert comparable(value) == comparable(ast.literal_eval(expected.strip()))
        seen.append(expression)
    return seen


def comparable(value: Any) -> Any:
    """The value with everything that differs from run to run replaced, and the seed's two misprints mended."""
    if isinstance(value, dict):
        return {key: "time" if key in ("created", "modified") else comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return ID.sub("id", value).replace("Testowe", "Test") if isinstance(value, str) else value


CHECKS = ["request.json()"] * 2 + [
    'request.json()["total"]',
    'request.json()["data"][0]["id"]',
    'request.json()["data"]',
]
CHECKS += ["request.json()"] * 3


@pytest.mark.parametrize("scheme", ["https", "http"])
async def test_the_seed_script_runs_from_top_to_bottom(launch: Launch, scheme: str) -> None:
    server = await launch(tls=True)
    assert await asyncio.to_thread(run, server.urls[scheme]) == CHECKS


async def test_it_runs_in_three_worlds_at_once(launch: Launch) -> None:
    server = await launch()
    worlds = [await server.server.worlds.make(name) for name in ("one", "two")]
    hosts = [server.url, *(f"{server.url}/_world/{world.name}" for world in worlds)]
    assert await asyncio.gather(*(asyncio.to_thread(run, host) for host in hosts)) == [CHECKS] * 3
