"""A small IMAP server on this machine, which answers by rules of the test and notes what it is asked."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

MAILS = {
    1: b"From: a@evi.com\r\nTo: b@evi.com\r\nSubject: one\r\n\r\nHello one\r\n",
    2: b"From: c@evi.com\r\nSubject: two\r\n\r\nHello two\r\n",
}
BOXES = b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\HasChildren) "/" "My Mail"\r\n* LIST () "." "a\\"b"\r\n'
# What a command is answered with, by how it begins; TAG is the tag it came with. Nothing is a connection that ends.
RULES: dict[str, bytes] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done\r\n",
    "LOGIN newp": b"TAG NO [AUTHENTICATIONFAILED] bad credentials\r\n",
    "LOGIN": b"TAG OK logged in\r\n",
    "LIST": BOXES + b"TAG OK done\r\n",
    "SELECT newp": b"TAG NO no such mailbox\r\n",
    "SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\nTAG OK [READ-WRITE] selected\r\n",
    "UID SEARCH CHARSET utf-8 none": b"TAG OK done\r\n",
    "UID SEARCH CHARSET utf-8 empty": b"* SEARCH\r\nTAG OK done\r\n",
    "UID SEARCH": b"* SEARCH 1 2 7\r\nTAG OK done\r\n",
    "UID STORE": b"TAG OK stored\r\n",
    "EXPUNGE": b"* 1 EXPUNGE\r\nTAG OK expunged\r\n",
    **{
        f"UID FETCH {uid} ": b"* 1 FETCH (UID %d RFC822 {%d}\r\n%b)\r\nTAG OK done\r\n" % (uid, len(mail), mail)
        for uid, mail in MAILS.items()
    },
    "UID FETCH": b"TAG OK done\r\n",
    "LOGOUT": b"* BYE bye\r\nTAG OK out\r\n",
}


@dataclass
class Server:
    """hello: its first line. rules: see RULES. asked: the commands that came, without their tags. met: one has come."""

    port: int = 0
    hello: bytes = b"* OK ready\r\n"
    rules: dict[str, bytes] = field(default_factory=lambda: dict(RULES))
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        told: Server = self.server.told  # type: ignore[attr-defined]
        with suppress(OSError):
            self.wfile.write(told.hello)
            while line := self.rfile.readline():
                tag, _, command = line.rstrip(b"\r\n").partition(b" ")
                text = command.decode("utf8", "replace")
                told.asked.append(text)
                rule = max((name for name in told.rules if text.startswith(name)), key=len, default=None)
                if rule is None:
                    # One that never answers.
                    told.over.wait(30)
                    return
                answer = re.sub(rb"\bTAG\b", tag, told.rules[rule])
                if not answer:
                    return
                self.wfile.write(answer)


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    context: ssl.SSLContext | None = None

    def finish_request(self, request: object, client_address: object) -> None:
        assert not isinstance(request, tuple)
        if self.context is None:
            super().finish_request(request, client_address)  # type: ignore[arg-type]
            return
        with suppress(OSError), self.context.wrap_socket(request, server_side=True) as wrapped:  # type: ignore[arg-type]
            super().finish_request(wrapped, client_address)


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a port of its own."""
    listener = Listener(("127.0.0.1", 0), Handler)
    server = Server(listener.server_address[1])
    listener.told, listener.context = server, context  # type: ignore[attr-defined]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown()
        thread.join()
        listener.server_close()
