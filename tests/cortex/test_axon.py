"""The Axon over HTTP: what is put can be had, in whole and in part, by those who may, until it is deleted (reference 10)."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import NOT_LOGGED_IN, Answer, Client, raw
from .conftest import ClientOf

PUT = "/axon/files/put"
DEL = "/axon/files/del"
TEXT = b"The quick brown fox jumps over the lazy dog. 47"
SHA = hashlib.sha256(TEXT).hexdigest()
EMPTY = hashlib.sha256(b"").hexdigest()
UNKNOWN = "f" * 64
ETAG_OF_NOTHING = f'"{hashlib.sha1(b"").hexdigest()}"'


def by(sha256: str) -> str:
    return f"/axon/files/by/sha256/{sha256}"


def has(sha256: str) -> str:
    return f"/axon/files/has/sha256/{sha256}"


def facts(data: bytes) -> dict[str, Any]:
    names = ("md5", "sha1", "sha256", "sha512")
    return {**{name: hashlib.new(name, data).hexdigest() for name in names}, "size": len(data)}


def files_of(server: RunningServer) -> list[Path]:
    """Every file in the folder of blobs, but the mark that it is in use."""
    folder = server.server.services.blobs.folder
    return sorted(path for path in folder.rglob("*") if path.is_file() and len(path.parent.name) == 2)


def incoming_of(server: RunningServer) -> list[Path]:
    return list((server.server.services.blobs.folder / "incoming").iterdir())


async def chunks(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("data", [TEXT, b"", b"\0" * 300_000, bytes(range(256)) * 20_000], ids=len)
async def test_what_is_put_comes_back(method: str, data: bytes, root: Client, server: RunningServer) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    assert (await root.get(has(sha256))).result is False
    headers = {"Content-Type": "application/x-whatever", "Content-Encoding": "gzip"}
    assert (await root.ask(method, PUT, data, headers=headers)).result == facts(data)
    assert (await root.get(has(sha256))).result is True
    assert (await root.get(by(sha256))).body == data
    assert [path.name for path in files_of(server)] == [sha256]
    assert files_of(server)[0].read_bytes() == data
    assert incoming_of(server) == []


@pytest.mark.parametrize("size", [1, 1000, 70_000, 3_000_000])
async def test_a_chunked_body_is_put_too(size: int, root: Client) -> None:
    data = bytes(range(256)) * (20 if size == 1 else 30_000)
    async with root.session.put(
        f"{root.url}/api/v1{PUT}", data=chunks(data, size), headers={"Authorization": "Basic cm9vdDpzZWNyZXQ="}
    ) as response:
        assert response.request_info.headers["Transfer-Encoding"] == "chunked"
        assert (await response.json())["result"] == facts(data)


async def test_no_body_at_all_is_the_empty_file(root: Client) -> None:
    assert (await root.post(PUT)).result == facts(b"")
    answer = await root.get(by(EMPTY))
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")


async def test_the_same_bytes_twice_are_stored_once(root: Client, server: RunningServer) -> None:
    first = await root.post(PUT, TEXT)
    inode = files_of(server)[0].stat().st_ino
    second = await root.ask("PUT", PUT, TEXT)
    assert first.result == second.result
    assert [path.stat().st_ino for path in files_of(server)] == [inode]
    assert incoming_of(server) == []


async def test_a_files_headers(root: Client) -> None:
    await root.post(PUT, TEXT)
    got, head = await root.get(by(SHA)), await root.ask("HEAD", by(SHA))
    for answer in (got, head):
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Content-Length"] == "47"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Transfer-Encoding" not in answer.headers
        assert "Content-Range" not in answer.headers
    assert (got.body, head.body) == (TEXT, b"")
    assert "Etag" not in got.headers
    assert head.headers["Etag"] == ETAG_OF_NOTHING


async def test_hashes_are_taken_in_either_case(root: Client) -> None:
    await root.post(PUT, TEXT)
    assert (await root.get(has(SHA.upper()))).result is True
    assert (await root.get(by(SHA.upper()))).body == TEXT
    assert (await root.post(DEL, {"sha256s": [SHA.upper()]})).result == [[SHA.upper(), True]]


RANGES: list[tuple[str, int, str | None]] = [
    ("bytes=0-4", 206, "0-4"),
    ("bytes=5-", 206, "5-46"),
    ("bytes=0-46", 206, "0-46"),
    ("bytes=46-46", 206, "46-46"),
    ("BYTES=0-4", 206, "0-4"),
    ("bytes= 0 - 4 ", 206, "0-4"),
    ("bytes=0-4,6-9", 206, "0-4"),
    ("bytes=0-4, garbage", 206, "0-4"),
    ("bytes=0-47", 416, None),
    ("bytes=47-", 416, None),
    ("bytes=90-95", 416, None),
    ("bytes=5-2", 416, None),
    # The product crashes on these three; we refuse them as ranges that cannot be served.
    ("bytes=-5", 416, None),
    ("bytes=4", 416, None),
    ("bytes=a-b", 416, None),
    ("bytes=", 200, None),
    ("items=0-4", 200, None),
    ("newp", 200, None),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("header", "status", "part"), RANGES)
async def test_ranges(method: str, header: str, status: int, part: str | None, root: Client) -> None:
    await root.post(PUT, TEXT)
    answer = await root.ask(method, by(SHA), headers={"Range": header, "If-Range": '"newp"'})
    assert answer.status == status
    assert answer.headers["Accept-Ranges"] == "bytes"
    if part is None:
        assert "Content-Range" not in answer.headers
        expected = TEXT if status == 200 else b""
    else:
        assert answer.headers["Content-Range"] == f"bytes {part}/47"
        start, end = map(int, part.split("-"))
        expected = TEXT[start : end + 1]
    kind = "text/html; charset=UTF-8" if status == 416 else "application/octet-stream"
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Length"] == str(len(expected))
    assert answer.body == (expected if method == "GET" else b"")


@pytest.mark.parametrize("header", ["bytes=0-0", "bytes=0-", "bytes=-1"])
async def test_the_empty_file_has_no_ranges(header: str, root: Client) -> None:
    await root.post(PUT)
    assert (await root.get(by(EMPTY), headers={"Range": header})).status == 416


async def test_a_part_of_a_file_of_many_parts(root: Client) -> None:
    data = hashlib.shake_128(b"x").digest(5_000_000)
    sha256 = (await root.post(PUT, data)).result["sha256"]
    for start, end in ((0, 4_999_999), (1_048_575, 1_048_576), (1, 3_333_333), (4_999_999, 4_999_999)):
        answer = await root.get(by(sha256), headers={"Range": f"bytes={start}-{end}"})
        assert (answer.status, answer.body) == (206, data[start : end + 1])


async def test_what_is_not_there(root: Client) -> None:
    missing = (404, "NoSuchFile", f"SHA-256 not found: {UNKNOWN}")
    assert (await root.get(by(UNKNOWN))).refusal == missing
    assert (await root.get(by(UNKNOWN.upper()))).refusal == missing
    # DELETE names it as it was written.
    assert (await root.ask("DELETE", by(UNKNOWN))).refusal == missing
    shouted = (404, "NoSuchFile", f"SHA-256 not found: {UNKNOWN.upper()}")
    assert (await root.ask("DELETE", by(UNKNOWN.upper()))).refusal == shouted
    head = await root.ask("HEAD", by(UNKNOWN))
    assert (head.status, head.body) == (404, b"")
    assert (await root.get(by(UNKNOWN), headers={"Range": "bytes=0-1"})).refusal == missing


@pytest.mark.parametrize("name", ["newp", "", "f" * 63, "f" * 65, "g" * 64])
async def test_what_is_no_hash(name: str, root: Client) -> None:
    refusal = (404, "BadArg", f"Hash is not a SHA-256: {name}")
    assert (await root.get(by(name))).refusal == refusal
    assert (await root.ask("DELETE", by(name))).refusal == refusal
    head = await root.ask("HEAD", by(name))
    assert (head.status, head.body, head.headers["Content-Type"]) == (404, b"", "text/html; charset=UTF-8")
    # `has` is not even served there.
    page = await Client(root.session, root.url).get(has(name))
    assert page.is_page
    assert page.headers["Server"] == "TornadoServer/6.6.1"


async def test_delete(root: Client, server: RunningServer) -> None:
    await root.post(PUT, TEXT)
    assert (await root.ask("DELETE", by(SHA))).result is True
    assert (await root.ask("DELETE", by(SHA))).status == 404
    assert (await root.get(by(SHA))).status == 404
    assert (await root.get(has(SHA))).result is False
    assert files_of(server) == []
    assert (await root.post(PUT, TEXT)).result["sha256"] == SHA


async def test_deleting_several(root: Client, server: RunningServer) -> None:
    for data in (TEXT, b"", b"kept"):
        await root.post(PUT, data)
    answer = await root.post(DEL, {"sha256s": [SHA, UNKNOWN, SHA.upper(), EMPTY, SHA]})
    assert answer.result == [[SHA, True], [UNKNOWN, False], [SHA.upper(), False], [EMPTY, True], [SHA, False]]
    assert [path.read_bytes() for path in files_of(server)] == [b"kept"]
    assert (await root.post(DEL, {"sha256s": []})).result == []


DEL_REFUSALS = [
    (b"", "Invalid JSON content."),
    (b"{}", "SchemaViolation: mesg=\"data must contain ['sha256s'] properties\" name='data'"),
    (b"[]", "SchemaViolation: mesg='data must be object' name='data'"),
    (b"null", "SchemaViolation: mesg='data must be object' name='data'"),
    (b'{"sha256s": "x"}', "SchemaViolation: mesg='data.sha256s must be array' name='data.sha256s'"),
    (b'{"sha256s": [], "x": 1}', "SchemaViolation: mesg=\"data must not contain {'x'} properties\" name='data'"),
    (b'{"sha256s": [5]}', "SchemaViolation: mesg='data.sha256s[0] must be string' name='data.sha256s[0]'"),
    (
        b'{"sha256s": ["newp"]}',
        "SchemaViolation: mesg='data.sha256s[0] must match pattern (?i)^[0-9a-f]{64}$' name='data.sha256s[0]'",
    ),
]


@pytest.mark.parametrize(("body", "mesg"), DEL_REFUSALS, ids=str)
async def test_del_checks_its_body(body: bytes, mesg: str, root: Client) -> None:
    assert (await root.post(DEL, body)).refusal == (400, "SchemaViolation", mesg)


async def test_one_bad_hash_deletes_nothing(root: Client) -> None:
    await root.post(PUT, TEXT)
    assert (await root.post(DEL, {"sha256s": [SHA, "newp"]})).status == 400
    assert (await root.get(has(SHA))).result is True


CALLS = [
    ("PUT", PUT, "axon.upload"),
    ("POST", PUT, "axon.upload"),
    ("GET", has(SHA), "axon.has"),
    ("GET", by(SHA), "axon.get"),
    ("HEAD", by(SHA), "axon.get"),
    ("DELETE", by(SHA), "axon.del"),
    ("POST", DEL, "axon.del"),
]


@pytest.mark.parametrize(("method", "path", "perm"), CALLS)
async def test_who_may_not(method: str, path: str, perm: str, root: Client, server: RunningServer) -> None:
    await root.post(PUT, TEXT)
    await root.make_user("bob", rules=[[False, perm.split(".")], [True, ["axon"]]])

    def check(answer: Answer, refusal: tuple[int, str, str]) -> None:
        assert answer.status == refusal[0]
        assert method == "HEAD" or answer.refusal == refusal

    # The body would be refused too: it is not looked at.
    body = None if method in ("GET", "HEAD") else b"newp"
    check(await Client(root.session, root.url).ask(method, path, body), NOT_LOGGED_IN)
    refusal = (403, "AuthDeny", f"User (bob) must have permission {perm}")
    check(await root.as_user("bob", "pw").ask(method, path, body), refusal)
    assert [file.name for file in files_of(server)] == [SHA]
    assert incoming_of(server) == []


async def test_who_may(root: Client) -> None:
    await root.make_user("bob", rules=[[True, ["axon"]]])
    bob = root.as_user("bob", "pw")
    assert (await bob.post(PUT, TEXT)).result == facts(TEXT)
    assert (await bob.get(has(SHA))).result is True
    assert (await bob.get(by(SHA))).body == TEXT
    assert (await bob.ask("DELETE", by(SHA))).result is True


async def test_no_hash_needs_only_a_login(root: Client) -> None:
    await root.make_user("bob")
    bob = root.as_user("bob", "pw")
    for method in ("GET", "DELETE"):
        assert (await bob.ask(method, by("newp"))).refusal == (404, "BadArg", "Hash is not a SHA-256: newp")
        assert (await Client(root.session, root.url).ask(method, by("newp"))).refusal == NOT_LOGGED_IN
        assert (await bob.ask(method, by(UNKNOWN))).status == 403


async def test_worlds_share_the_file_and_own_it_each(root: Client, server: RunningServer) -> None:
    await root.post("/_deadringer/worlds", {"name": "other"})
    other = root.in_world("other")
    await root.post(PUT, TEXT)
    assert (await other.get(has(SHA))).result is False
    assert (await other.get(by(SHA))).status == 404
    assert (await other.ask("DELETE", by(SHA))).status == 404
    await other.post(PUT, TEXT)
    assert [path.name for path in files_of(server)] == [SHA]
    assert (await root.ask("DELETE", by(SHA))).result is True
    assert (await root.get(by(SHA))).status == 404
    assert (await other.get(by(SHA))).body == TEXT
    await other.ask("DELETE", "/_deadringer/worlds/other")
    assert files_of(server) == []


async def test_an_upload_above_the_limit_is_refused_and_leaves_nothing(launch: Launch, client_of: ClientOf) -> None:
    server = await launch(synapse_upload_bytes=100_000)
    root = client_of(server).as_user("root", "secret")
    assert (await root.post(PUT, b"x" * 100_000)).status == 200
    head = b"PUT /api/v1/axon/files/put HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cm9vdDpzZWNyZXQ=\r\n"
    assert await raw(server, head + b"Content-Length: 100001\r\n\r\n") == b"HTTP/1.1 400 Bad Request\r\n\r\n"
    grown = b"%x\r\n%b\r\n" % (60_000, b"y" * 60_000)
    sent = head + b"Transfer-Encoding: chunked\r\n\r\n" + grown * 2
    assert await raw(server, sent) == b"HTTP/1.1 400 Bad Request\r\n\r\n"
    assert len(files_of(server)) == 1
    assert incoming_of(server) == []


async def test_a_file_that_was_lost_on_disk_is_not_found_and_can_be_put_again(
    root: Client, server: RunningServer
) -> None:
    await root.post(PUT, TEXT)
    files_of(server)[0].unlink()
    assert (await root.get(by(SHA))).refusal == (404, "NoSuchFile", f"SHA-256 not found: {SHA}")
    await root.post(PUT, TEXT)
    assert (await root.get(by(SHA))).body == TEXT
