"""A small mail server on this machine, which answers as a test says and keeps what it is sent."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

SAID = {
    "": "220 ready",
    "EHLO": "250-evi\r\n250 8BITMIME",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go",
    ".": "250 queued",
    "AUTH": "235 ok",
    "STARTTLS": "220 go",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass
class Server:
    """said: what it answers to the first word of a command, or to a whole one; "" is its first line. got: the lines that
    came, commands in capitals. direct: whether TLS comes first."""

    port: int = 0
    said: dict[str, str] = field(default_factory=lambda: dict(SAID))
    got: list[str] = field(default_factory=list)
    context: ssl.SSLContext | None = None
    direct: bool = False
    over: threading.Event = field(default_factory=threading.Event)


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        told: Server = self.server.told  # type: ignore[attr-defined]
        with suppress(OSError):
            self._talk(told, self.request if not told.direct else self._tls(told, self.request))

    def _tls(self, told: Server, stream: socket.socket) -> socket.socket:
        assert told.context is not None
        return told.context.wrap_socket(stream, server_side=True)

    def _talk(self, told: Server, stream: socket.socket) -> None:
        with stream:
            if "" not in told.said:
                told.over.wait(30)
                return
            self._say(stream, told.said[""])
            self._lines(told, stream)

    def _lines(self, told: Server, stream: socket.socket) -> None:
        reader, data = stream.makefile("rb"), False
        with reader:
            while line := reader.readline():
                text = line.rstrip(b"\r\n").decode()
                if data and text != ".":
                    told.got.append(text)
                    continue
                # Commands may have any case.
                verb, blank, rest = text.partition(" ")
                text = verb.upper() + blank + rest
                told.got.append(text)
                word = text if text in told.said else verb.upper()
                answer = told.said.get(word, "500 what")
                self._say(stream, answer)
                data = word == "DATA" and answer.startswith("354")
                if word == "STARTTLS" and answer.startswith("220"):
                    with self._tls(told, stream) as inner:
                        self._lines(told, inner)
                    return
                if word == "QUIT":
                    return

    def _say(self, stream: socket.socket, text: str) -> None:
        stream.sendall(text.encode() + b"\r\n")


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a port of its own."""
    listener = Listener(("127.0.0.1", 0), Handler)
    server = Server(listener.server_address[1])
    listener.told = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown()
        thread.join()
        listener.server_close()
