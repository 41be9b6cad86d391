"""Storm's streams as their readers meet them: chunks, pace, clients that go, errors, many at once."""

import asyncio
import json
import resource
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from deadringer.server.running import RunningServer
from deadringer.server.storm.host import Task

from ..conftest import Launch
from .asking import LONG_S, Client, until
from .conftest import ClientOf
from .streaming import AUTH, sent, streamed

MIB = 1024 * 1024
STALLED = 20
# Queries that never end, by what they are busy with.
ENDLESS = {
    "printing": "while (true) { $lib.print(x) }",
    "counting": "$x=(0) while (true) { $x = ($x + 1) }",
    "idling": "while (true) { }",
    "sleeping": "$lib.time.sleep(100000)",
    "making nodes": "$x=(0) while (true) { $x = ($x + 1) [ it:dev:int=$x ] }",
    "lifting": "while (true) { it:dev:str }",
    "lifting in a loop over values": "for $i in $lib.range(1000000000) { it:dev:str=newp }",
}
NOISY = "for $i in $lib.range(1000000000) { $lib.print($i) }"


def tasks(server: RunningServer, world: str = "default") -> dict[str, Task]:
    """The queries that run in a world."""
    return dict(server.server.worlds.get(world).cortex.host().tasks)


async def call(client: Client, query: str, **opts: Any) -> Any:
    """What a query returns."""
    return (await client.post("/storm/call", {"query": query, "opts": opts})).result


def resident() -> int:
    """Bytes of memory that this process has, which is client and server."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def running(root: Client) -> list[str]:
    """The texts of the queries that run beside the one that asks, as Storm tells them."""
    found: list[str] = await call(root, "$l=([]) for $t in $lib.ps.list() { $l.append($t.info.query) } return($l)")
    return sorted(text for text in found if "$lib.ps.list" not in text)


# Chunks and messages


@pytest.mark.parametrize("line", [b"", b"\n"], ids=["plain", "jsonlines"])
async def test_each_message_is_one_chunk(line: bytes, server: RunningServer) -> None:
    query = "$lib.print($big) for $i in $lib.range(3000) { $lib.print($i) } [ inet:fqdn=a.test ]"
    more = {"stream": "jsonlines"} if line else {}
    stream = await streamed(server, query, opts={"vars": {"big": "é" * 70_000}}, **more)
    assert "Transfer-Encoding: chunked\r\n" in stream.head
    assert "Content-Length" not in stream.head
    found = await stream.rest()
    for chunk in found:
        assert chunk.endswith(line)
        assert b"\n" not in chunk.removesuffix(line)
    messages = [json.loads(chunk) for chunk in found]
    kinds = [kind for kind, _ in messages]
    assert kinds[:3002] == ["init", *["print"] * 3001]
    assert set(kinds[3002:-2]) == {"node:edits"}
    assert kinds[-2:] == ["node", "fini"]
    assert messages[1][1]["mesg"] == "é" * 70_000
    assert [info["mesg"] for _, info in messages[2:3002]] == [str(number) for number in range(3000)]
    stream.leave()


async def test_the_connection_serves_on_behind_a_stream(server: RunningServer) -> None:
    stream = await streamed(server, "$lib.print(one)")
    await stream.rest()
    body = '{"query": "return(two)"}'
    head = f"POST /api/v1/storm/call HTTP/1.1\r\nHost: x\r\n{AUTH}Content-Length: {len(body)}\r\n\r\n"
    stream.writer.write((head + body).encode())
    async with asyncio.timeout(LONG_S):
        assert (await stream.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        assert json.loads(await stream.reader.readuntil(b"}")) == {"status": "ok", "result": "two"}
    stream.leave()


@pytest.mark.parametrize("size", [10, 500, 5000, 40_000])
async def test_a_client_behind_tls_reads_whole_chunks(size: int, launch: Launch) -> None:
    """As of the product: the seed's own example takes each part that it reads for a message."""
    server = await launch(tls=True)
    query = f"for $i in $lib.range({20_000_000 // (size + 5000)}) {{ $lib.print($text) }}"
    body = {"query": query, "opts": {"vars": {"text": "x" * size}}}
    parts = []
    async with (
        aiohttp.ClientSession(server.urls["https"], connector=aiohttp.TCPConnector(ssl=False)) as session,
        session.get(
            "/api/v1/storm", json=body, headers={"Authorization": aiohttp.encode_basic_auth("root", "secret")}
        ) as resp,
    ):
        async for part, whole in resp.content.iter_chunks():
            parts.append((len(part), whole))
    assert len(parts) > 400
    # A chunk that no record of TLS holds comes in parts.
    assert size > 16_000 or all(whole for _, whole in parts)


async def test_a_client_of_http_1_0_gets_the_messages_bare(server: RunningServer) -> None:
    query = "for $i in $lib.range(2000) { $lib.print($i) }"
    stream = await streamed(server, query, version="1.0", stream="jsonlines")
    assert "Transfer-Encoding" not in stream.head
    async with asyncio.timeout(LONG_S):
        lines = (await stream.reader.read(-1)).splitlines()
    assert [json.loads(line)[0] for line in lines] == ["init", *["print"] * 2000, "fini"]
    stream.leave()
    nodes = await streamed(
        server, "[ inet:fqdn=a.test inet:fqdn=b.test ]", "storm/nodes", version="1.0", stream="jsonlines"
    )
    async with asyncio.timeout(LONG_S):
        lines = (await nodes.reader.read(-1)).splitlines()
    assert [json.loads(line)[0] for line in lines] == [["inet:fqdn", "a.test"], ["inet:fqdn", "b.test"]]
    nodes.leave()


# Clients that go away


@pytest.mark.parametrize("busy", ENDLESS)
async def test_a_streaming_query_ends_with_its_client(busy: str, root: Client, server: RunningServer) -> None:
    await call(root, "[ it:dev:str=one ]")
    stream = await streamed(server, ENDLESS[busy])
    assert (await stream.message())[0] == "init"
    await until(lambda: len(tasks(server)) == 1, root)
    assert await running(root) == [ENDLESS[busy]]
    stream.leave()
    await until(lambda: tasks(server) == {}, root)
    assert await running(root) == []


@pytest.mark.parametrize("busy", ENDLESS)
@pytest.mark.parametrize("path", ["storm/call", "storm/nodes", "storm/export"])
async def test_a_query_without_messages_ends_with_its_client(
    path: str, busy: str, root: Client, server: RunningServer
) -> None:
    await call(root, "[ it:dev:str=one ]")
    _, writer = await sent(server, ENDLESS[busy], path)
    await until(lambda: len(tasks(server)) == 1, root)
    assert await running(root) == [ENDLESS[busy]]
    writer.transport.abort()
    await until(lambda: tasks(server) == {}, root)
    assert await running(root) == []


async def test_a_query_whose_reader_stalls_ends_with_its_client(root: Client, server: RunningServer) -> None:
    stream = await streamed(server, NOISY)
    assert (await stream.message())[0] == "init"
    await until(lambda: len(tasks(server)) == 1, root)
    assert await running(root) == [NOISY]
    stream.leave()
    await until(lambda: tasks(server) == {}, root)


async def test_what_a_query_did_before_its_client_went_stays_whole(root: Client, server: RunningServer) -> None:
    stream = await streamed(server, "for $i in $lib.range(100000000) { [ it:dev:int=$i +#seen ] }")
    for _ in range(200):
        last = await stream.message()
    stream.leave()
    await until(lambda: tasks(server) == {}, root)
    assert last[0] in ("node", "node:edits")
    counts = await call(root, "$a=(0) $b=(0) it:dev:int $a=($a+1) if #seen { $b=($b+1) } fini { return(($a, $b)) }")
    # It may have been stopped between the two edits of its last node.
    assert counts[0] - counts[1] in (0, 1)
    assert counts[1] > 50


async def test_a_query_can_be_killed_by_another(root: Client, server: RunningServer) -> None:
    stream = await streamed(server, ENDLESS["idling"])
    _, init = await stream.message()
    assert await call(root, "return($lib.ps.kill($task))", vars={"task": init["task"]}) is True
    assert await stream.rest() == []
    assert tasks(server) == {}
    stream.leave()


# Readers that stop


async def test_readers_that_stop_cost_little_and_hold_up_nobody(root: Client, server: RunningServer) -> None:
    query = "while (true) { $lib.print($big) }"
    await call(root, "[ inet:fqdn=first.test ]")
    before = resident()
    stalled = [await streamed(server, query, opts={"vars": {"big": "x" * 100_000}}) for _ in range(STALLED)]
    for stream in stalled:
        assert (await stream.message())[0] == "init"
    for number in range(30):
        assert await call(root, f"[ inet:fqdn=n{number}.test ] return($node.value())") == f"n{number}.test"
    await until(lambda: len(tasks(server)) == STALLED, root)
    assert await running(root) == [query] * STALLED
    # What waits of a stream, in its queue and on its way, is a megabyte or two, of as many gigabytes as one likes.
    assert resident() - before < STALLED * 4 * MIB
    for stream in stalled:
        stream.leave()
    await until(lambda: tasks(server) == {}, root)


async def test_a_reader_that_stopped_gets_all_the_rest(root: Client, server: RunningServer) -> None:
    stream = await streamed(
        server, "for $i in $lib.range(20000) { $lib.print(`{$i} {$big}`) }", opts={"vars": {"big": "x" * 500}}
    )
    numbers = []
    for _ in range(100):
        kind, info = await stream.message()
        if kind == "print":
            numbers.append(int(info["mesg"].split()[0]))
    # Meanwhile others go on.
    for _ in range(20):
        assert await call(root, "return(x)") == "x"
    assert len(tasks(server)) == 1
    *rest, last = [json.loads(chunk) for chunk in await stream.rest()]
    numbers += [int(info["mesg"].split()[0]) for _, info in rest]
    assert numbers == list(range(20000))
    assert last[0] == "fini"
    stream.leave()


async def test_a_reader_that_stops_for_good_is_cut_off(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(write_timeout_s=0.2)
    root = client_of(server).as_user("root", "secret")
    stream = await streamed(server, NOISY)
    assert (await stream.message())[0] == "init"
    await until(lambda: tasks(server) == {}, root)
    stream.leave()


async def test_pings_come_while_nothing_else_does(root: Client, server: RunningServer) -> None:
    stream = await streamed(server, ENDLESS["sleeping"], opts={"keepalive": 0.01}, stream="jsonlines")
    found = [await stream.chunk() for _ in range(4)]
    assert json.loads(found[0])[0] == "init"
    assert found[1:] == [b'["ping",{}]\n'] * 3
    stream.leave()
    await until(lambda: tasks(server) == {}, root)


@pytest.mark.parametrize("keepalive", [10**400, float("inf")])
async def test_a_pause_beyond_all_clocks_has_no_pings(server: RunningServer, keepalive: float) -> None:
    query = "for $i in $lib.range(3) { $lib.time.sleep(0.01) $lib.print($i) }"
    stream = await streamed(server, query, opts={"keepalive": keepalive})
    messages = [json.loads(chunk) for chunk in await stream.rest()]
    assert [kind for kind, _ in messages] == ["init", "print", "print", "print", "fini"]
    stream.leave()


async def test_pings_stand_between_messages_only(server: RunningServer) -> None:
    query = "for $i in $lib.range(20) { $lib.time.sleep(0.01) $lib.print($i) }"
    stream = await streamed(server, query, opts={"keepalive": 0.002})
    messages = [json.loads(chunk) for chunk in await stream.rest()]
    kinds = [kind for kind, _ in messages]
    assert (kinds[0], kinds[-1]) == ("init", "fini")
    assert [info["mesg"] for kind, info in messages if kind == "print"] == [str(number) for number in range(20)]
    assert kinds.count("ping") > 0
    stream.leave()


# Worlds


@pytest.mark.parametrize("path", ["storm", "storm/nodes"])
async def test_a_reset_cuts_the_streams_of_its_world(path: str, root: Client, server: RunningServer) -> None:
    query = "$x=(0) while (true) { $x = ($x + 1) [ it:dev:int=$x ] }"
    stream = await streamed(server, query, path)
    await stream.message()
    assert (await root.post("/_deadringer/reset", {})).status == 200
    # Before a chunk that would be the end of a whole answer.
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await stream.rest()
    stream.leave()
    assert await running(root) == []
    assert await call(root, "$l=([]) it:dev:int $l.append($node.value()) fini { return($l) }") == []


async def test_a_reset_answers_the_calls_of_its_world(root: Client, server: RunningServer) -> None:
    calls = [asyncio.create_task(root.post("/storm/call", {"query": ENDLESS["counting"]})) for _ in range(3)]
    await until(lambda: len(tasks(server)) == 3, root)
    assert (await root.post("/_deadringer/reset", {})).status == 200
    for answer in await asyncio.gather(*calls):
        assert (answer.status, answer.json["code"]) == (503, "WORLD_RESET")
    assert await call(root, "return(x)") == "x"


async def test_worlds_run_beside_one_another(root: Client) -> None:
    names = [f"w{number}" for number in range(5)]
    for name in names:
        assert (await root.post("/_deadringer/worlds", {"name": name})).status == 201

    async def work(name: str) -> list[Any]:
        world = root.in_world(name)
        for number in range(10):
            await call(world, "[ inet:fqdn=$fqdn :zone?=$fqdn +#$tag ]", vars={"fqdn": f"n{number}.test", "tag": name})
        found: list[Any] = await call(world, "$l=([]) inet:fqdn:host~='^n' $l.append($node.tags()) fini { return($l) }")
        return found

    for name, found in zip(names, await asyncio.gather(*map(work, names)), strict=True):
        assert found == [[name]] * 10
    assert await call(root, "$l=([]) inet:fqdn:host~='^n' $l.append($node.tags()) fini { return($l) }") == []


# Errors


@pytest.mark.parametrize("path", ["storm", "storm/call", "storm/nodes", "storm/export"])
async def test_what_is_wrong_with_the_request_is_refused_before_the_first_byte(path: str, root: Client) -> None:
    refused = (await root.post(f"/{path}", {"query": "[ inet:fqdn=a.test ]", "opts": {"view": "newp"}})).refusal
    assert refused == (404, "NoSuchView", "No such view iden=newp")
    assert await running(root) == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("foo((", "BadSyntax"),
        ("newpcmd", "NoSuchName"),
        ("inet:newp=1", "NoSuchProp"),
        ("$lib.raise(Foo, bar)", "StormRaise"),
        ("return($lib.print($newp))", "NoSuchVar"),
    ],
)
async def test_an_error_of_the_query(query: str, name: str, root: Client, server: RunningServer) -> None:
    stream = await streamed(server, query)
    messages = [json.loads(chunk) for chunk in await stream.rest()]
    assert [kind for kind, _ in messages] == ["init", "err", "fini"]
    assert messages[1][1][0] == name
    assert messages[-1][1]["count"] == 0
    stream.leave()
    for path in ("call", "nodes", "export"):
        status, code, mesg = (await root.post(f"/storm/{path}", {"query": query})).refusal
        assert (status, code) == (400, name)
        assert mesg == messages[1][1][1]["mesg"]
    assert tasks(server) == {}


async def test_an_error_behind_the_first_node(root: Client, server: RunningServer) -> None:
    query = "[ inet:fqdn=a.test inet:fqdn=b.test ] if ($node.value() = 'b.test') { $lib.raise(Foo, bar) }"
    stream = await streamed(server, query, opts={"show": ["node"]})
    messages = [json.loads(chunk) for chunk in await stream.rest()]
    assert [kind for kind, _ in messages] == ["init", "node", "err", "fini"]
    assert messages[-1][1]["count"] == 1
    stream.leave()
    nodes = await streamed(server, query, "storm/nodes")
    # The client cannot tell (reference 5.7).
    assert [json.loads(chunk)[0] for chunk in await nodes.rest()] == [["inet:fqdn", "a.test"]]
    nodes.leave()
    assert (await root.post("/storm/export", {"query": query})).refusal == (400, "StormRaise", "bar")
    assert (await root.post("/storm/call", {"query": query})).refusal == (400, "StormRaise", "bar")


async def test_a_failure_of_ours_is_told_and_logged_once(
    root: Client, server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    await call(root, "[ inet:fqdn=a.test ]")
    database = server.server.worlds.get("default").cortex.database
    with database.write() as connection:
        connection.execute("DROP TABLE graph_node")
    stream = await streamed(server, "$lib.print(before) inet:fqdn")
    chunks = await stream.rest()
    messages = [json.loads(chunk) for chunk in chunks]
    assert [kind for kind, _ in messages] == ["init", "print", "err", "fini"]
    name, info = messages[2][1]
    assert name == "InternalError"
    assert list(info) == ["mesg"]
    failures = [record for record in caplog.records if record.exc_info is not None]
    assert [record.getMessage().split()[1] in info["mesg"] for record in failures] == [True]
    stream.leave()
    for number, path in enumerate(("call", "nodes", "export"), 2):
        answer = await root.post(f"/storm/{path}", {"query": "inet:fqdn"})
        assert (answer.status, answer.is_page) == (500, True)
        assert len([record for record in caplog.records if record.exc_info is not None]) == number
    assert not [chunk for chunk in chunks if b"Traceback" in chunk or b"sqlite" in chunk or b".py" in chunk]
    assert tasks(server) == {}


# Many at once


async def test_a_hundred_calls_at_once(root: Client, server: RunningServer) -> None:
    query = "[ inet:ipv4=$ip +#w ] return($node.repr())"
    ips = [f"10.0.{number // 10}.{number % 10}" for number in range(100)]
    assert await asyncio.gather(*(call(root, query, vars={"ip": ip}) for ip in ips)) == ips
    assert await call(root, "$n=(0) inet:ipv4#w $n=($n+1) fini { return($n) }") == 100
    assert tasks(server) == {}


async def test_two_views_keep_apart_what_both_write(root: Client) -> None:
    fork = await call(root, "[ inet:fqdn=both.test ] return($lib.view.get().fork().iden)")

    async def write(name: str, **opts: Any) -> None:
        for number in range(10):
            await call(root, f"inet:fqdn=both.test [ +#{name}{number} ] [ inet:fqdn={name}{number}.test ]", **opts)

    await asyncio.gather(write("up", view=fork), write("down"))
    tags = "inet:fqdn=both.test return($node.tags())"
    ups, downs = [f"up{number}" for number in range(10)], [f"down{number}" for number in range(10)]
    assert sorted(await call(root, tags)) == downs
    assert sorted(await call(root, tags, view=fork)) == downs + ups
    assert await call(root, "inet:fqdn=up3.test return($node.value())") is None
    assert await call(root, "inet:fqdn=up3.test return($node.value())", view=fork) == "up3.test"
    assert await call(root, "inet:fqdn=down3.test return($node.value())", view=fork) == "down3.test"


async def test_parallel_writers_of_one_node_lose_nothing(root: Client) -> None:
    query = """
        [ inet:fqdn=both.test ] [ +#$tag +(refs)> { [ it:dev:str=$tag ] } ]
        $node.data.set($tag, $tag)
    """
    names = [f"w{writer}.n{number}" for writer in range(10) for number in range(10)]

    async def write(writer: int) -> None:
        for name in names[writer * 10 : writer * 10 + 10]:
            await call(root, query, vars={"tag": name})

    await asyncio.gather(*map(write, range(10)))
    assert sorted(await call(root, "inet:fqdn=both.test return($node.tags(leaf=(true)))")) == names
    edges = await call(
        root, "$l=([]) inet:fqdn=both.test -(refs)> it:dev:str $l.append($node.value()) fini { return($l) }"
    )
    assert sorted(edges) == names
    data = await call(
        root, "$l=([]) inet:fqdn=both.test for ($k, $v) in $node.data.list() { $l.append($k) } fini { return($l) }"
    )
    assert sorted(data) == names


async def test_messages_of_parallel_streams_do_not_mix(server: RunningServer) -> None:
    async def read(number: int) -> list[Any]:
        stream = await streamed(server, f"for $i in $lib.range(500) {{ $lib.print('{number} {{$i}}') }}")
        found = [json.loads(chunk) for chunk in await stream.rest()]
        stream.leave()
        return [info["mesg"] for kind, info in found if kind == "print"]

    for number, found in enumerate(await asyncio.gather(*map(read, range(20)))):
        assert len(found) == 500
        assert all(text.startswith(f"{number} ") for text in found)
