"""The Cortex's part of seed packs: worlds start with it and go back to it; and what the pack `intel-demo` holds."""

import json
from pathlib import Path
from typing import Any

import aiohttp
from deadringer.server import Config
from deadringer.server.running import start

ROOT = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
COUNTS = {
    "ou:org": 6,
    "risk:threat": 3,
    "ou:campaign": 5,
    "it:prod:soft": 4,
    "file:bytes": 18,
    "risk:vuln": 2,
    "inet:asn": 3,
    "inet:ipv4": 18,
    "inet:fqdn": 20,
    "inet:dns:a": 18,
    "inet:url": 21,
    "inet:email": 3,
    "media:news": 6,
}
QUERIES = {
    "risk:threat:org:name='brass otter' -(targets)> ou:campaign -(targets)> ou:org | uniq": 2,
    "media:news -(refs)> inet:fqdn | uniq": 15,
    "inet:dns:a.seen@='2024-01-01'": 11,
    "#demo.threat.paper_lantern@=(2023-04-01, 2023-05-01) +inet:fqdn": 5,
    "risk:threat:org:name='glass heron'": 0,
}


def settings(*seeds: str, **more: Any) -> Config:
    """A server with these seeds."""
    return Config(ephemeral=True, port=0, http_port=0, tls=False, synapse_root_passwd="secret", seed=seeds, **more)


async def called(session: aiohttp.ClientSession, url: str, query: str, world: str = "default", **opts: Any) -> Any:
    """What a query returns in a world."""
    body = {"query": query, "opts": opts}
    headers = {**ROOT, "X-Deadringer-World": world}
    async with session.post(f"{url}/api/v1/storm/call", json=body, headers=headers) as response:
        answer = await response.json()
    assert answer["status"] == "ok", answer
    return answer["result"]


async def counted(session: aiohttp.ClientSession, url: str, query: str, **opts: Any) -> Any:
    """How many nodes a query yields."""
    return await called(session, url, f"$n=(0) {query} $n=($n + 1) fini {{ return($n) }}", **opts)
