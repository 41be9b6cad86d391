"""Seeds: what worlds start with and go back to, when the server is ready, and packs that are put into a world that runs."""

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.running import CannotStart, start
from deadringer.server.seeds import FRESH_MS

from ..conftest import Launch
from .asking import Client
from .conftest import ClientOf

SEEDS = "/_deadringer/seeds"
ADMIN = {"Authorization": aiohttp.encode_basic_auth("admin", "qwerty")}
NOW_MS = 1_747_216_800_000
FIELDS = [{"name": "timestamp", "type": "long"}, {"name": "n", "type": "int"}]
INDEX = {"category": "userIndex.index", "config": {"name": "visits", "fields": FIELDS}}
FILES: dict[str, str] = {
    "pack.toml": 'description = "A small one"',
    "users.json": '[{"name": "bob", "password": "pw", "roles": ["SOC"]}]',
    "elements.json": json.dumps([{**INDEX, "sidPerms": [{"sid": "SOC", "perms": ["VIEW"]}]}]),
    "devices.csv": "id,ip,timestamp\nd1,10.0.0.1,-1m@now\n",
    "streams/alerts.ndjson": '{"timestamp": "@now", "alertName": "B"}\n{"timestamp": "-1h@now", "alertName": "A", "_n": 5}\n',
    "indexes/visits.csv": "timestamp,n\n@now,2\n-1d@now,1\n",
}


def written(folder: Path, **changes: str) -> str:
    """The path of a pack with FILES, but for these."""
    for name, text in {**FILES, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


async def asked(client: Client, nql: str, **headers: str) -> Any:
    """All rows of a query."""
    answer = await client.post("/npm/api/v1/pipeline/run", {"nql": nql, "limit": 1000}, **(headers or ADMIN))
    assert answer.status == 200, answer.body
    return answer.json["data"]["data"]


async def holds_the_pack(client: Client) -> bool:
    """Whether a world holds all of FILES, and nothing else."""
    found = [
        await asked(client, 'src stream="alerts"'),
        await asked(client, 'src stream="visits"'),
        await asked(client, 'src stream="assetDevices" | project +id, +timestamp'),
    ]
    listed = (await client.get("/npm/api/v1/config-elements", **ADMIN)).json
    users = (await client.get("/_deadringer/sycope/users")).json["users"]
    return (listed["total"], [user["name"] for user in users]) == (1, ["admin", "bob"]) and found == [
        [
            {"timestamp": NOW_MS - 3_600_000, "alertName": "A", "_n": 5},
            {"timestamp": NOW_MS, "alertName": "B"},
        ],
        [{"timestamp": NOW_MS - 86_400_000, "n": 1}, {"timestamp": NOW_MS, "n": 2}],
        [{"id": "d1", "timestamp": NOW_MS - 60_000}],
    ]


@pytest.fixture
async def seeded(launch: Launch, client_of: ClientOf, tmp_path: Path) -> Client:
    """A client of a server whose worlds start with FILES, at a time that stands still."""
    return client_of(await launch(clock=Clock(NOW_MS), seed=(written(tmp_path / "small"),)))


async def test_worlds_start_with_the_seeds_and_go_back_to_them(seeded: Client) -> None:
    assert await holds_the_pack(seeded)
    await seeded.make_world(name="other")
    other = seeded.in_world("other")
    assert await holds_the_pack(other)
    body = {"columns": ["timestamp", "n"], "indexName": "visits", "rows": [[5, 5]]}
    for client in (seeded, other):
        assert (await client.post("/npm/api/v1/index/inject", body, **ADMIN)).status == 200
        listed = (await client.get("/npm/api/v1/config-elements", **ADMIN)).json["data"]
        await client.post("/_deadringer/sycope/users", {"name": "eve"})
        assert not await holds_the_pack(client)
        assert (await client.post("/_deadringer/reset")).status == 200
        assert await holds_the_pack(client)
        # The same world again, to the ids that clients know.
        assert (await client.get("/npm/api/v1/config-elements", **ADMIN)).json["data"] == listed
    assert (await seeded.ask("DELETE", f"/npm/api/v1/config-element/{listed[0]['id']}", **ADMIN)).status == 200
    await seeded.make_world(name="copy", **{"from": "default"})
    copied = await seeded.in_world("copy").get("/npm/api/v1/config-elements", **ADMIN)
    assert copied.json == {"data": [], "total": 0}
    await seeded.in_world("copy").post("/_deadringer/reset")
    assert await holds_the_pack(seeded.in_world("copy"))
    assert await holds_the_pack(other)


async def test_times_of_an_element_are_told_from_now_and_those_in_its_config_are_its_own(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    config = {"name": "x", "widgets": [{"startTime": "-1h@now"}]}
    dashboard = {"category": "dashboard.dashboard", "created": "-1d@now", "config": config}
    seed = written(tmp_path / "small", **{"elements.json": json.dumps([INDEX, dashboard])})
    client = client_of(await launch(clock=Clock(NOW_MS), seed=(seed,)))
    _, found = (await client.get("/npm/api/v1/config-elements", **ADMIN)).json["data"]
    assert (found["config"], found["created"]) == (config, NOW_MS - 86_400_000)


async def test_users_of_a_pack_can_log_in_and_see_what_is_theirs(seeded: Client) -> None:
    bob = {"Authorization": aiohttp.encode_basic_auth("bob", "pw")}
    assert len(await asked(seeded, 'src stream="visits"', **bob)) == 2
    body = {"columns": ["timestamp"], "indexName": "visits", "rows": [[5]]}
    assert (await seeded.post("/npm/api/v1/index/inject", body, **bob)).status == 403


async def test_several_packs_are_put_in_one_after_the_other(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    first = written(tmp_path / "first")
    second = tmp_path / "second"
    (second / "indexes").mkdir(parents=True)
    (second / "indexes" / "visits.json").write_text('[{"timestamp": 7, "n": 7}]')
    client = client_of(await launch(clock=Clock(NOW_MS), seed=(first, str(second))))
    assert [row["n"] for row in await asked(client, 'src stream="visits"')] == [7, 1, 2]


async def test_health_is_200_at_once_and_ready_only_with_the_seeds(
    client_of: ClientOf, tmp_path: Path, unused_tcp_port: int
) -> None:
    gate = threading.Event()

    def clock() -> Clock:
        # Whoever makes a world asks for its clock first.
        assert gate.wait(60)
        return Clock(NOW_MS)

    config = Config(
        ephemeral=True,
        port=0,
        http_port=unused_tcp_port,
        tls=False,
        seed=(written(tmp_path / "small"),),
        host="127.0.0.1",
    )
    starting = asyncio.ensure_future(start(config, make_clock=clock))
    async with aiohttp.ClientSession() as session:
        client = Client(session, f"http://127.0.0.1:{unused_tcp_port}")
        while True:
            try:
                health = await client.get("/_deadringer/health")
                break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0)
        assert (health.status, health.json["worlds"]) == (200, [])
        for path in ("/_deadringer/ready", "/npm/api/v1/config-elements", "/api/v1/active", "/_deadringer/worlds"):
            assert (await client.get(path)).refusal == (503, "NOT_READY")
        assert not starting.done()
        gate.set()
        async with await starting:
            assert (await client.get("/_deadringer/ready")).status == 200
            assert await holds_the_pack(client)


async def test_what_there_was_before_is_kept_until_a_reset(launch: Launch, client_of: ClientOf, tmp_path: Path) -> None:
    options = {"ephemeral": False, "data": tmp_path / "data"}
    await (await launch(**options)).stop()
    seed = written(tmp_path / "small")
    server = await launch(clock=Clock(NOW_MS), seed=(seed,), **options)
    client = client_of(server)
    assert not server.server.worlds.made_default
    assert await asked(client, 'src stream="alerts"') == []
    await client.post("/_deadringer/reset")
    assert await holds_the_pack(client)
    await server.stop()
    # What was seeded stays where it was seeded, with no seeds at all.
    assert await holds_the_pack(client_of(await launch(clock=Clock(NOW_MS), **options)))


async def test_seeds_that_have_grown_old_are_made_anew(launch: Launch, client_of: ClientOf, tmp_path: Path) -> None:
    clock = Clock(NOW_MS)
    client = client_of(await launch(clock=clock, seed=(written(tmp_path / "small"),)))
    latest = 'src stream="alerts" | aggr t=max(timestamp)'
    for passed_ms, expected_ms in ((FRESH_MS, NOW_MS), (1, NOW_MS + FRESH_MS + 1)):
        clock.advance(passed_ms)
        await client.post("/_deadringer/reset")
        assert await asked(client, latest) == [{"t": expected_ms}]


async def test_seeds_that_broke_meanwhile_leave_the_world_as_it_is(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    clock = Clock(NOW_MS)
    seed = Path(written(tmp_path / "small"))
    client = client_of(await launch(clock=clock, seed=(str(seed),)))
    (seed / "elements.json").write_text("{")
    # They are not looked at again while they are fresh.
    assert (await client.post("/_deadringer/reset")).status == 200
    clock.advance(FRESH_MS + 1)
    for path, body in (("reset", None), ("worlds", {"name": "other"})):
        answer = await client.post(f"/_deadringer/{path}", body)
        assert answer.refusal == (500, "BAD_SEEDS")
        assert "elements.json is not JSON" in answer.json["message"]
    assert await holds_the_pack(client)
    assert await client.worlds() == ["default"]
    written(seed)
    assert (await client.post("/_deadringer/worlds", {"name": "other"})).status == 201


async def test_a_reset_to_seeds_takes_no_longer_than_one_to_nothing_by_much(
    launch: Launch, client_of: ClientOf
) -> None:
    took: dict[bool, float] = {}
    for seeds in ((), ("soc-demo",)):
        client = client_of(await launch(seed=seeds))
        times = []
        for _ in range(5):
            began = time.perf_counter()
            assert (await client.post("/_deadringer/reset")).status == 200
            times.append(time.perf_counter() - began)
        took[bool(seeds)] = min(times)
    # Milliseconds when nothing else runs; making the pack anew would take most of a second.
    assert took[True] < took[False] + 0.25


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"elements.json": "{"}, "elements.json is not JSON"),
        ({"elements.json": "[{}]"}, "elements: data[0].category: "),
        ({"users.json": '[{"name": ""}]'}, "users[0]: name is no text"),
        ({"users.json": '[{"name": "bob", "admin": true}]'}, "users[0]: 'admin' is not known here."),
        ({"users.json": '[{"name": "ROLE_USER"}]'}, "ROLE_USER is the name of a role."),
        ({"devices.csv": "id,colour\nd1,red\n"}, "devices: data[0].colour: is not known here."),
        ({"streams/alerts.ndjson": '{"alertName": "A"}'}, "streams: alerts: [0].timestamp: null is no time"),
        ({"streams/mine.ndjson": '{"timestamp": 1}'}, "streams: mine is no built-in stream"),
        ({"streams/assetDevices.ndjson": '{"timestamp": 1}'}, "streams: assetDevices is no built-in stream"),
        ({"indexes/other.csv": "timestamp\n1\n"}, "there is no index named other"),
        ({"indexes/visits.csv": "timestamp,m\n1,1\n"}, 'has no column "m".'),
        ({"indexes/visits.csv": "timestamp,n\n1,x\n"}, 'column n: "x" is not an int'),
        ({"indexes/visits.csv": "n\n1\n"}, "the column timestamp is missing."),
        ({"pack.toml": "x = 1"}, "x is not known here."),
        ({"pack.toml": "traffic = 5"}, "traffic is no table."),
        ({"pack.toml": "[traffic]\nsessions = 5"}, "exporter is missing."),
        ({"pack.toml": '[traffic]\nsessions = -5\nexporter = "x"'}, "sessions is not between 0 and"),
        ({"pack.toml": '[traffic]\nsessions = 5\nexporter = "x"\nlasts = "5y"'}, "lasts: '5y' is no length of time"),
        ({"pack.toml": '[traffic]\nsessions = 5\nexporter = "x"'}, "has no file files/hosts.csv."),
        ({"pack.toml": '[[series]]\nindex = "visits"\nevery = "1m"\nlasts = "1d"'}, "series[0]: each is missing."),
        ({"blobs/x.bin": ""}, "cannot be loaded yet."),
        ({"storm/x.txt": ""}, "storm/x.txt is no file that ends in .storm."),
        ({"storm/x.storm": "[inet:asn=x]"}, "small: storm/x.storm: BadTypeValu: "),
        ({"storm/x.storm": "[inet:asn=1"}, "small: storm/x.storm: BadSyntax: "),
        (
            {"storm/a.storm": "[inet:asn=1]", "storm/b.storm": "$lib.raise(Mine, 'it is')"},
            "storm/b.storm: Mine: it is.",
        ),
        ({"storm/x.storm": "$lib.exit(no)"}, "small: storm/x.storm: exits with: no."),
        ({"storm/x.storm": "$lib.axon.put($lib.base64.decode(AAAA))"}, "puts a file into the Axon"),
    ],
)
async def test_a_pack_that_cannot_be_used_is_told_at_the_start(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    seed = written(tmp_path / "small", **changes)
    with pytest.raises(CannotStart) as caught:
        await start(Config(ephemeral=True, port=0, http_port=0, tls=False, seed=(seed,)))
    assert message in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


async def test_packs_that_are_there_are_listed(launch: Launch, client_of: ClientOf, tmp_path: Path) -> None:
    client = client_of(await launch(seed=(written(tmp_path / "small"),)))
    described = {seed["name"]: seed for seed in (await client.get(SEEDS)).json["seeds"]}
    assert described["small"] == {"name": "small", "description": "A small one", "used": True}
    assert described["soc-demo"]["used"] is False


async def test_a_pack_is_put_into_a_world_that_runs(client: Client) -> None:
    await client.make_world(name="other")
    for body, way in (({"seed": "soc-demo"}, client), ({"seed": "soc-demo", "world": "other"}, client)):
        world = body.get("world", "default")
        answer = await way.post(SEEDS, body)
        assert (answer.status, answer.json) == (200, {"status": "ok", "seed": "soc-demo", "world": world})
        (row,) = await asked(client.in_world(world), 'src stream="netflow" | aggr n=count(1)')
        assert row["n"] > 5000
        # All or nothing: what is there already is not there twice.
        assert (await way.post(SEEDS, body)).refusal == (409, "CONFLICT")
        assert await asked(client.in_world(world), 'src stream="netflow" | aggr n=count(1)') == [row]
    await client.post("/_deadringer/reset")
    assert await asked(client, 'src stream="netflow"') == []


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (404, "NOT_FOUND")),
        ({"seed": "none"}, (404, "NOT_FOUND")),
        ({"seed": "/etc"}, (404, "NOT_FOUND")),
        ({"seed": 5}, (400, "BAD_REQUEST")),
        ({"seed": "soc-demo", "world": "none"}, (404, "NOT_FOUND")),
        ({"seed": "soc-demo", "x": 1}, (400, "BAD_REQUEST")),
    ],
)
async def test_what_cannot_be_put_into_a_world(client: Client, body: Any, refusal: tuple[int, str]) -> None:
    assert (await client.post(SEEDS, body)).refusal == refusal


async def test_a_pack_that_broke_since_the_start_is_told_and_changes_nothing(
    launch: Launch, client_of: ClientOf, tmp_path: Path
) -> None:
    seed = Path(written(tmp_path / "small"))
    client = client_of(await launch(clock=Clock(NOW_MS), seed=(str(seed),)))
    (seed / "devices.csv").write_text("colour\nred\n")
    assert (await client.post(SEEDS, {"seed": "small"})).refusal == (400, "BAD_REQUEST")
    assert await holds_the_pack(client)
