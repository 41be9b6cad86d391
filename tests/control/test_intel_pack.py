"""The Cortex's part of seed packs: worlds start with it and go back to it; and what the pack `intel-demo` holds."""

from pathlib import Path
from typing import Any

from ..conftest import Launch
from .asking import ROOT, Client
from .conftest import ClientOf

SEEDS = "/_deadringer/seeds"
COUNTS = {
    "ou:org": 6,
    "risk:threat": 3,
    "ou:campaign": 5,
    "it:prod:soft": 4,
    "file:bytes": 18,
    "file:ismime": 18,
    "risk:vuln": 2,
    "inet:asn": 3,
    "inet:ipv4": 18,
    "inet:fqdn": 20,
    "inet:dns:a": 18,
    "inet:url": 21,
    "inet:email": 3,
    "media:news": 6,
}
FORMS = "$d=({}) for ($f, $n) in $lib.layer.get().getFormCounts() { $d.$f = $n } return($d)"


async def called(client: Client, query: str, **opts: Any) -> Any:
    """What a query returns."""
    answer = await client.post("/api/v1/storm/call", {"query": query, "opts": opts}, **ROOT)
    assert answer.json["status"] == "ok", answer.body
    return answer.json["result"]


async def counted(client: Client, query: str, **opts: Any) -> Any:
    """How many nodes a query yields."""
    return await called(
        client, f"$found=([]) {query} $found.append($node.iden()) fini {{ return($lib.len($found)) }}", **opts
    )


async def test_the_demo_pack_holds_a_graph_that_agrees_with_itself(launch: Launch, client_of: ClientOf) -> None:
    client = client_of(await launch(seed=("intel-demo",)))
    forms = await called(client, FORMS)
    assert {form: forms.get(form) for form in COUNTS} == COUNTS
    assert (
        await counted(client, 'risk:threat:org:name="brass otter" -(targets)> ou:campaign -(targets)> ou:org | uniq |')
        == 2
    )
    # Every name of an actor's is in a report, and resolved while it was theirs.
    assert await counted(client, "media:news -(refs)> inet:fqdn | uniq |") == 15
    assert await counted(client, "media:news -(refs)> inet:fqdn | uniq | +{ -> inet:dns:a +.seen }") == 15
    assert await counted(client, "#demo.threat.paper_lantern@=(2023-04-01, 2023-05-01) +inet:fqdn") == 5
    assert await counted(client, "file:bytes -{ <(uses)- it:prod:soft <(uses)- risk:threat }") == 0
    draft = 'for $v in $lib.view.list() { if ($v.get(name) = "intel-demo draft") { return($v.iden) } }'
    heron = "#demo.threat.glass_heron"
    assert [await counted(client, heron), await counted(client, heron, view=await called(client, draft))] == [0, 2]


async def test_worlds_start_with_the_graph_and_go_back_to_it(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    for name, text in (("b", "inet:asn=1 [ :name=second ]"), ("a", "[ inet:asn=1 :name=first inet:asn=2 ]")):
        path = tmp_path / "mine" / "storm" / f"{name}.storm"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    client = client_of(await launch(seed=(str(tmp_path / "mine"),)))
    await client.make_world(name="other")
    other = client.in_world("other")
    for each in (client, other):
        assert await called(each, "inet:asn=1 return(:name)") == "second"
        await called(each, "inet:asn | delnode")
        assert await counted(each, "inet:asn") == 0
        assert (await each.post("/_deadringer/reset")).status == 200
        assert await counted(each, "inet:asn") == 2
    # Who is logged in to one world is not in the other.
    answer = await client.post("/api/v1/login", {"user": "root", "passwd": "secret"})
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    assert (await client.get("/api/v1/auth/users", Cookie=cookie)).json["status"] == "ok"
    assert (await other.get("/api/v1/auth/users", Cookie=cookie)).json["status"] == "err"


async def test_a_pack_with_scripts_is_put_into_a_world_that_runs(launch: Launch, client_of: ClientOf) -> None:
    client = client_of(await launch())
    assert await counted(client, "risk:threat") == 0
    assert (await client.post(SEEDS, {"seed": "intel-demo"})).status == 200
    # A second time it finds what it would make.
    assert (await client.post(SEEDS, {"seed": "intel-demo"})).status == 200
    assert await counted(client, "risk:threat") == COUNTS["risk:threat"]
    await client.post("/_deadringer/reset")
    assert await counted(client, "risk:threat") == 0
