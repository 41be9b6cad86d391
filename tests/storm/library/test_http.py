"""`$lib.inet.http` against a real server on this machine."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from deadringer.server.storm.answers.query import Asked, value_of

from ..edits.asking import Asking
from .calling import call, refused


class Handler(http.server.BaseHTTPRequestHandler):
    """Tells what it was asked; /away leads to another machine, /slow takes half a minute."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.server.asked.set()  # type: ignore[attr-defined]
            self.server.over.wait(30)  # type: ignore[attr-defined]
            return
        leads = {"/back": "/there", "/away": "http://192.0.2.1/", "/odd": "file:///etc/passwd"}.get(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = json.dumps(
            {"method": self.command, "path": self.path, "body": body.decode(), "x": self.headers.get("X-Evi")}
        )
        self.send_response(200 if leads is None else 302)
        if leads is not None:
            self.send_header("Location", leads)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told.encode())

    do_POST = do_HEAD = do_PUT = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def other() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.over = threading.Event(), threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def url(server: http.server.ThreadingHTTPServer, path: str) -> dict[str, str]:
    return {"url": f"http://127.0.0.1:{server.server_address[1]}{path}"}


def test_a_server_is_asked(cortex: Asking, other: http.server.ThreadingHTTPServer) -> None:
    query = 'return($lib.inet.http.get($url, params=({"a": "b c"}), headers=({"X-Evi": "1"})).json())'
    assert call(cortex, query, vars=url(other, "/x")) == {"method": "GET", "path": "/x?a=b+c", "body": "", "x": "1"}
    query = 'return($lib.inet.http.post($url, json=({"a": 1})).json())'
    assert call(cortex, query, vars=url(other, "/x")) == {"method": "POST", "path": "/x", "body": '{"a": 1}', "x": None}
    query = "$r=$lib.inet.http.head($url) return(($r.code, $lib.len($r.body)))"
    assert call(cortex, query, vars=url(other, "/x")) == [200, 0]


def test_redirects_lead_on_but_not_away(cortex: Asking, other: http.server.ThreadingHTTPServer) -> None:
    query = "$r=$lib.inet.http.get($url) return(($r.code, $r.json().path, $lib.len($r.history)))"
    assert call(cortex, query, vars=url(other, "/back")) == [200, "/there", 1]
    assert call(cortex, "return($lib.inet.http.get($url).code)", vars=url(other, "/odd")) == -1
    place = url(other, "/away")["url"]
    name, mesg = refused(cortex, f'return($lib.inet.http.get("{place}").code)')
    assert name == "BadArg"
    assert "192.0.2.1:80" in mesg


def test_other_machines_are_asked_only_where_it_is_allowed(cortex: Asking) -> None:
    assert refused(cortex, 'return($lib.inet.http.get("http://backend.example/"))')[0] == "BadArg"
    cortex.host.http_targets = ("192.0.2.1:81",)
    assert refused(cortex, 'return($lib.inet.http.get("http://192.0.2.1/"))')[0] == "BadArg"


def test_who_leaves_need_not_wait_for_a_slow_server(cortex: Asking, other: http.server.ThreadingHTTPServer) -> None:
    view = cortex.host.graph.view(cortex.host.view)
    assert view is not None

    class Left(Exception):
        pass

    def check() -> None:
        if other.asked.is_set():  # type: ignore[attr-defined]
            raise Left

    asked = Asked(
        "return($lib.inet.http.get($url))", {"vars": url(other, "/slow")}, cortex.user, view, cortex.host.ids.guid()
    )
    begun = time.monotonic()
    with pytest.raises(Left):
        value_of(cortex.host, asked, check)
    assert time.monotonic() - begun < 10


def test_a_server_that_is_not_there_is_told(cortex: Asking, other: http.server.ThreadingHTTPServer) -> None:
    code, name = call(cortex, '$r=$lib.inet.http.get("http://127.0.0.1:1/") return(($r.code, $r.err.0))')
    assert (code, name) == (-1, "ClientConnectorError")
