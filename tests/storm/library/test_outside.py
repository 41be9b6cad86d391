"""Other servers that say nothing, too much, or what nobody expects: none of them keeps a connection, memory or a query."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from deadringer.server.storm.answers.query import Asked, value_of
from deadringer.server.storm.library import imap_wire
from deadringer.server.storm.values.bounds import LONGEST

from ..edits.asking import Asking
from .calling import call, refused

LONG_S = 30
MAIL = "$m=$lib.inet.smtp.message() $m.text=hi $m.sender=a $m.recipients.append(b) "


@contextmanager
def served(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on a port of its own for one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            stream, _ = listener.accept()
            with stream:
                stream.settimeout(LONG_S)
                talk(stream)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


def answering(body: bytes, *headers: str) -> Callable[[socket.socket], None]:
    """A server that answers one request by HTTP."""
    head = "\r\n".join(("HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""))

    def talk(stream: socket.socket) -> None:
        stream.recv(65536)
        stream.sendall(head.encode() + body)

    return talk


@pytest.mark.parametrize(
    "text",
    [
        '$lib.inet.imap.connect("127.0.0.1", port=$port, timeout=$lib.null)',
        "$lib.inet.http.get(`https://127.0.0.1:{$port}/`, timeout=(0))",
        MAIL + '$m.send("127.0.0.1", port=$port, timeout=(100000), usetls=(true))',
    ],
)
def test_who_leaves_while_tls_begins_leaves_no_connection_behind(cortex: Asking, text: str) -> None:
    met, rest = threading.Event(), []

    def talk(stream: socket.socket) -> None:
        # What a client says first; it is never answered.
        stream.recv(65536)
        met.set()
        rest.append(stream.recv(65536))

    class Left(Exception):
        pass

    def check() -> None:
        if met.is_set():
            raise Left

    view = cortex.host.graph.view(cortex.host.view)
    assert view is not None
    with served(talk) as port:
        asked = Asked(text, {"vars": {"port": port}}, cortex.user, view, cortex.host.ids.guid())
        with pytest.raises(Left):
            value_of(cortex.host, asked, check)
    assert rest == [b""]
    cortex.host.background.wait(LONG_S)


def test_seconds_beyond_what_a_socket_can_wait_are_no_end(cortex: Asking) -> None:
    query = '$lib.inet.imap.connect("127.0.0.1", port=1, ssl=(false), timeout=(10 ** 12))'
    assert refused(cortex, query)[0] == "ConnectionRefusedError"
    query = MAIL + '($ok, $info)=$m.send("127.0.0.1", port=1, timeout=(10 ** 400)) return($info.err)'
    assert call(cortex, query) == "SMTPConnectError"


@pytest.mark.parametrize(("name", "squeeze"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_body_packed_small_is_not_unpacked_without_measure(
    cortex: Asking, name: str, squeeze: Callable[[bytes], bytes]
) -> None:
    with served(answering(squeeze(bytes(LONGEST + 1)), f"Content-Encoding: {name}")) as port:
        assert refused(cortex, f'$lib.inet.http.get("http://127.0.0.1:{port}/")')[0] == "HitLimit"
    with served(answering(squeeze(b"abc"), f"Content-Encoding: {name}")) as port:
        assert call(cortex, f'return($lib.inet.http.get("http://127.0.0.1:{port}/").body.decode())') == "abc"


def test_what_json_cannot_hold_is_not_sent(cortex: Asking) -> None:
    options = '"http://127.0.0.1:1/", method=POST, json=({"a": $lib.base64.decode("AAAA")})'
    told = ["TypeError", {"mesg": "Object of type bytes is not JSON serializable"}]
    assert call(cortex, f"return($lib.inet.http.request(POST, {options.replace('method=POST, ', '')}).err)") == told
    answer = call(cortex, f"return($lib.axon.wget({options}))")
    assert (answer["ok"], answer["code"], answer["err"]) == (False, -1, told)


def test_bodies_that_cannot_be_read_are_errors_of_the_query(cortex: Asking) -> None:
    with served(answering(b"\x81\x90\x01")) as port:
        query = f'for $x in $lib.inet.http.get("http://127.0.0.1:{port}/").msgpack() {{ }}'
        assert refused(cortex, query) == ("TypeError", "unhashable type: 'list'")
    with served(answering(b"{}")) as port:
        nul = '$lib.base64.decode("AA==").decode()'
        query = f'$lib.inet.http.get("http://127.0.0.1:{port}/").json(encoding={nul})'
        assert refused(cortex, query) == ("ValueError", "embedded null character")


def test_a_size_of_too_many_digits_is_too_large(cortex: Asking) -> None:
    with served(lambda stream: stream.sendall(b"* OK {" + b"1" * 5000 + b"}\r\n")) as port:
        name, mesg = refused(cortex, f'$lib.inet.imap.connect("127.0.0.1", port={port}, ssl=(false))')
    assert (name, mesg.startswith("The server sends more than")) == ("ImapError", True)


def test_an_answer_without_end_is_not_kept(cortex: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_wire, "LARGEST", 1000)

    def talk(stream: socket.socket) -> None:
        stream.sendall(b"* OK ready\r\n")
        with suppress(OSError):
            while True:
                stream.sendall(b"* CAPABILITY {100}\r\n" + bytes(100) + b"\r\n")

    with served(talk) as port:
        told = ("ImapError", "The server sends more than 1000 bytes at once.")
        assert refused(cortex, f'$lib.inet.imap.connect("127.0.0.1", port={port}, ssl=(false))') == told


def test_a_reply_without_end_is_not_kept(cortex: Asking) -> None:
    def talk(stream: socket.socket) -> None:
        with suppress(OSError):
            while True:
                stream.sendall(b"220-ready\r\n" * 1000)

    with served(talk) as port:
        query = f'{MAIL}($ok, $info)=$m.send("127.0.0.1", port={port}) return(($info.err, $info.errmsg))'
        found = call(cortex, query)
    told = "Connection unexpectedly closed: The server says more than 1048576 bytes."
    assert found == ["SMTPServerDisconnected", told]


def test_a_header_that_would_be_two_is_not_sent(cortex: Asking) -> None:
    def talk(stream: socket.socket) -> None:
        reader = stream.makefile("rb")
        stream.sendall(b"220 ready\r\n")
        while line := reader.readline():
            stream.sendall(b"221 bye\r\n" if line == b"quit\r\n" else b"250 ok\r\n")
        reader.close()

    with served(talk) as port:
        head = '$m.headers.To="a\\nBcc: x@evi.com" '
        query = f'{MAIL}{head}($ok, $info)=$m.send("127.0.0.1", port={port}) return(($info.err, $info.errmsg))'
        found = call(cortex, query)
    told = "header value appears to contain an embedded header: 'a\\nBcc: x@evi.com'"
    assert found == ["HeaderParseError", told]


@pytest.mark.parametrize("url", ["tcp://[", "tcp://127.0.0.1:99999/"])
def test_what_is_no_address_of_a_layer_is_an_error_of_the_query(cortex: Asking, url: str) -> None:
    assert refused(cortex, f'$lib.layer.get().addPull("{url}")')[0] == "ValueError"
