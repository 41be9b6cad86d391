"""`wget`, `nodes.import`, `pkg.load`, `$lib.axon.wget` against a real server; what is expected was asked of the product."""

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import msgpack
import pytest

from ..edits.asking import Asking
from .telling import error, kinds, messages, nodes, printed

BODY = b"hello world"
SHA256 = hashlib.sha256(BODY).hexdigest()
PACKED = [[["inet:fqdn", "evi.link"], {"tags": {"foo": [None, None]}}], [["inet:ipv4", 16909060], {}]]
PACKAGE = {"name": "evi", "version": "0.0.1"}
LEADS = {"/one": "/two", "/two": "/dir/Some%20File.TXT?x=/y", "/odd": "newp://x", "/away": "http://192.0.2.1/x"}
BODIES = {
    "/nodes": b"".join(msgpack.packb(node) for node in PACKED),
    "/bad": b"".join(msgpack.packb(node) for node in ([["newp:form", 1], {}], [["inet:fqdn", "!"], {}], PACKED[1])),
    "/numbers": msgpack.packb(1),
    "/three": msgpack.packb([1, 2, 3]),
    "/raw": json.dumps(PACKAGE).encode(),
    "/pkg": json.dumps({"status": "ok", "result": PACKAGE}).encode(),
    "/refusal": json.dumps({"status": "err", "code": "NoSuchName", "mesg": "gone"}).encode(),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Has some files; keeps the headers that it was last sent."""

    def do_GET(self) -> None:
        self.server.told = {name.lower(): valu for name, valu in self.headers.items()}  # type: ignore[attr-defined]
        self.server.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))  # type: ignore[attr-defined]
        leads = LEADS.get(self.path)
        found = BODIES.get(self.path, BODY)
        self.send_response(302 if leads else 404 if self.path == "/gone" else 200)
        if leads is not None:
            self.send_header("Location", leads)
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    do_PUT = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def other() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def place(other: http.server.ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{other.server_address[1]}"


def warned(asking: Asking, text: str) -> list[str]:
    return [info["mesg"] for kind, info in messages(asking, text) if kind == "warn"]


def sent(other: http.server.ThreadingHTTPServer) -> dict[str, str]:
    told: dict[str, str] = other.told  # type: ignore[attr-defined]
    return told


def test_what_is_fetched_is_kept_and_told_by_nodes(cortex: Asking, place: str) -> None:
    [urlfile] = nodes(cortex, f"wget {place}/dir/Some%20File.TXT")

    assert urlfile == ("inet:urlfile", (f"{place}/dir/Some%20File.TXT", f"sha256:{SHA256}"))
    assert printed(cortex, f"$lib.print($lib.axon.has({SHA256}))") == ["true"]
    told = "file:bytes $lib.print(`{:name} {:size} {:md5} {:sha1}`) | spin"
    md5, sha1 = hashlib.md5(BODY).hexdigest(), hashlib.sha1(BODY).hexdigest()
    assert printed(cortex, told) == [f"some%20file.txt {len(BODY)} {md5} {sha1}"]
    assert printed(cortex, "inet:urlfile file:bytes $seen=.seen $lib.print(($seen.1 - $seen.0)) | spin") == ["1", "1"]


def test_fetching_again_widens_when_it_was_seen_and_keeps_the_name(cortex: Asking, place: str) -> None:
    printed(cortex, f"wget {place}/first")
    cortex.host.clock.freeze(cortex.host.clock.now_ms() + 5000)

    assert kinds(cortex, f"wget {place}/first") == ["node:edits", "node:edits", "node"]
    assert printed(cortex, f"wget {place}/second | -> file:bytes $lib.print(:name) | spin") == ["first"]


def test_redirects_are_told_one_by_one(cortex: Asking, place: str) -> None:
    assert nodes(cortex, f"wget {place}/one") == [("inet:urlfile", (f"{place}/one", f"sha256:{SHA256}"))]

    found = printed(cortex, "inet:urlredir $lib.print(`{:src} {:dst}`) | spin")
    last = f"{place}/dir/Some%20File.TXT?x=/y"
    assert sorted(found) == [f"{place}/one {place}/two", f"{place}/two {last}"]


def test_what_is_not_found_is_a_warning(cortex: Asking, place: str) -> None:
    start = "$lib.axon.urlfile(): HTTP code"
    assert warned(cortex, f"wget {place}/gone") == [f"{start} 404: Not Found"]
    failed = f"{start} -1: Exception occurred during request: NonHttpUrlRedirectClientError: newp://x"
    assert warned(cortex, f"wget {place}/odd") == [failed]
    assert printed(cortex, f"$x=$lib.axon.urlfile('{place}/gone') $lib.print($x)") == ["$lib.null"]


def test_no_other_machine_is_asked(cortex: Asking, place: str) -> None:
    for text in ("wget http://192.0.2.1/x", f"wget {place}/away", "nodes.import http://192.0.2.1/x"):
        name, mesg = error(cortex, text)
        assert name == "BadArg"
        assert "192.0.2.1:80" in mesg


def test_nodes_say_what_is_to_be_fetched(cortex: Asking, place: str) -> None:
    expected = [("inet:urlfile", (f"{place}/x", f"sha256:{SHA256}"))]
    assert nodes(cortex, f"[inet:url='{place}/x'] | wget") == expected
    assert nodes(cortex, f"[inet:url='{place}/other'] | wget {place}/x") == expected
    assert nodes(cortex, f"[inet:fqdn=a.link inet:fqdn=b.link] | wget {place}/x") == expected * 2
    assert warned(cortex, "inet:fqdn=a.link | wget | $lib.print(never)") == [
        "wget can only take inet:url nodes as input without args."
    ]


def test_headers_are_those_of_a_browser_unless_told(
    cortex: Asking, place: str, other: http.server.ThreadingHTTPServer
) -> None:
    printed(cortex, f"wget {place}/x")
    assert sent(other)["user-agent"].startswith("Mozilla/5.0 ")
    assert sent(other)["accept-language"] == "en-US,en;q=0.9"
    printed(cortex, f'wget {place}/x --headers ({{"X-Evi": "1"}})')
    assert sent(other)["x-evi"] == "1"
    assert "Mozilla" not in sent(other)["user-agent"]
    printed(cortex, f'wget {place}/x --headers ({{"X-Evi": "1"}}) --no-headers')
    assert "x-evi" not in sent(other)


def test_the_axon_tells_of_any_answer(cortex: Asking, place: str) -> None:
    text = "$r=$lib.axon.wget($u) $lib.print((`{$r.ok} {$r.code} {$r.size} {$r.url} {$r.original_url} {$r.request.method}`))"
    query = f"$u='{place}/gone' {text}"
    assert printed(cortex, query) == [f"true 404 {len(BODY)} {place}/gone {place}/gone GET"]
    assert printed(cortex, f"$lib.print($lib.axon.wget('{place}/one').history.1.url)") == [f"{place}/two"]


def test_a_file_is_sent(cortex: Asking, place: str, other: http.server.ThreadingHTTPServer) -> None:
    printed(cortex, f"wget {place}/x")

    assert printed(cortex, f"$lib.print($lib.axon.wput({SHA256}, '{place}/y').code)") == ["200"]
    assert other.body == BODY  # type: ignore[attr-defined]
    lacking = "0" * 64
    told = "Exception occurred during request: NoSuchFile: Axon does not contain the requested file."
    assert printed(cortex, f"$lib.print($lib.axon.wput({lacking}, '{place}/y').reason)") == [told]


def test_nodes_are_imported(cortex: Asking, place: str) -> None:
    expected = [("inet:fqdn", "evi.link"), ("inet:ipv4", 16909060)]
    assert nodes(cortex, f"nodes.import {place}/nodes") == expected
    assert nodes(cortex, f"[inet:url='{place}/nodes'] | nodes.import") == expected
    assert nodes(cortex, f"nodes.import {place}/nodes {place}/nodes") == expected * 2
    assert nodes(cortex, "inet:fqdn=evi.link +#foo") == expected[:1]


def test_what_is_no_node_is_passed_over_or_an_error(cortex: Asking, place: str) -> None:
    assert nodes(cortex, f"nodes.import {place}/bad") == [("inet:ipv4", 16909060)]
    assert warned(cortex, f"nodes.import {place}/bad") == [
        "No form named newp:form for valu=1.",
        "addNode() BadTypeValu inet:fqdn=! BadTypeValu: form='inet:fqdn' "
        r"mesg='FQDN failed to match fqdnre [^[\\w._-]+$]' name='inet:fqdn' valu='!'",
    ]
    assert error(cortex, f"nodes.import {place}/three")[0] == "ValueError"
    assert error(cortex, f"nodes.import {place}/numbers")[0] == "StormRuntimeError"


def test_an_import_that_finds_nothing_ends_the_query(cortex: Asking, place: str) -> None:
    mesg = f"nodes.import got HTTP error code: 404 for {place}/gone"
    assert warned(cortex, f"nodes.import {place}/gone {place}/nodes | $lib.print(never)") == [mesg]
    assert kinds(cortex, f"nodes.import {place}/gone {place}/nodes | $lib.print(never)") == ["warn"]


def test_a_package_is_loaded(cortex: Asking, place: str, other: http.server.ThreadingHTTPServer) -> None:
    assert printed(cortex, f"pkg.load {place}/pkg") == ["Loaded Package: evi @0.0.1"]
    assert sent(other)["x-synapse-version"] == "2.250.0"
    assert printed(cortex, f"pkg.load --raw {place}/raw") == ["Loaded Package: evi @0.0.1"]
    assert warned(cortex, f"pkg.load {place}/refusal") == [
        f"pkg.load got JSON error: NoSuchName for URL: {place}/refusal"
    ]
    assert warned(cortex, f"pkg.load {place}/gone") == [f"pkg.load got HTTP code: 404 for URL: {place}/gone"]
    assert error(cortex, f"pkg.load --verify {place}/pkg") == ("BadPkgDef", "Storm package is not signed!")
    assert error(cortex, f"pkg.load --raw {place}/pkg")[0] == "SchemaViolation"
