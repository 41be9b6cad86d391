"""The client's side of IMAP (RFC 3501): commands go out, lines and literals come in. What Storm makes of it is in `imap.py`.

Python's imaplib is not used: it loses the text of a refusal, quotes other arguments than the product does, and cannot be
stopped while it connects.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from ..errors import StormError
from . import outside

# What one line may have, and all that answers a command.
LONGEST_LINE = 1024 * 1024
LARGEST = 256 * 1024 * 1024
STATES = {
    "CAPABILITY": ("NONAUTH", "AUTH", "SELECTED"),
    "LOGIN": ("NONAUTH",),
    "LIST": ("AUTH", "SELECTED"),
    "SELECT": ("AUTH", "SELECTED"),
    "UID": ("SELECTED",),
    "EXPUNGE": ("SELECTED",),
}
# A status or a kind of data behind the tag, with what it says; numbers and codes in brackets are left out.
LINE = re.compile(r"(\S+) (?:\d+ )?([A-Z]+)(?: (?:\[[^\]]*\] ?)?(.*))?", re.DOTALL)
LITERAL = re.compile(rb" ?\{(\d+)\}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of a server. tag: `*` unless it ends a command. text: without the literals, which follow each other."""

    tag: str
    kind: str
    text: str
    literals: tuple[bytes, ...]


@dataclass(slots=True, eq=False)
class Connection:
    """A connection to a server. All but `close` block; they raise OSError, and StormError for what no server says."""

    stream: socket.socket
    incoming: BinaryIO
    state: str = "NONAUTH"
    capabilities: tuple[str, ...] = ()
    sent: int = 0
    closed: bool = field(default=False)
    # Bytes that may still answer.
    room: int = LARGEST

    @classmethod
    def over(cls, stream: socket.socket) -> Connection:
        """The connection to a server that has not said anything yet."""
        stream.settimeout(None)
        return cls(stream, stream.makefile("rb"))

    def hello(self) -> None:
        """Wait for the server's first line, and ask what it can do."""
        first = self._line()
        if first.kind == "BYE":
            raise StormError("ImapError", first.text, status=False)
        if first.kind == "PREAUTH":
            self.state = "AUTH"
        told = [line.text for line in self.command("CAPABILITY") if line.kind == "CAPABILITY"]
        self.capabilities = tuple(" ".join(told).split(" "))

    def command(self, name: str, *args: str) -> list[Line]:
        """Send a command; what the server tells before it is done. Raises StormError("ImapError") if it is refused."""
        if self.state not in STATES[name]:
            mesg = f"{name} not allowed in the {self.state} state."
            raise StormError("ImapError", mesg, state=self.state, command=name)
        tag = self._send(name, *args)
        found = []
        self.room = LARGEST
        while (line := self._line()).tag != tag:
            if line.tag == "*":
                found.append(line)
        if line.kind != "OK":
            raise StormError("ImapError", line.text, mesg=line.text, status=False)
        return found

    def stop(self) -> None:
        """Let go of the server, whatever it does; any thread may."""
        outside.cut(self.stream)

    def close(self) -> None:
        """Take leave, and do not wait for an answer."""
        if self.closed:
            return
        self.closed = True
        with suppress(OSError):
            self.stream.settimeout(0.1)
            self._send("LOGOUT")
        self.incoming.close()
        self.stream.close()

    def _send(self, *words: str) -> str:
        self.sent += 1
        tag = f"DR{self.sent:04}"
        self.stream.sendall(" ".join((tag, *words)).encode("utf8", "surrogatepass") + b"\r\n")
        return tag

    def _line(self) -> Line:
        text, literals = b"", []
        while True:
            part = self.incoming.readline(LONGEST_LINE)
            if not part.endswith(b"\n"):
                raise lost()
            self._take(len(part))
            part = part.rstrip(b"\r\n")
            literal = LITERAL.search(part)
            if literal is None:
                break
            text += part[: literal.start()]
            literals.append(self._literal(literal[1]))
        found = LINE.fullmatch((text + part).decode("utf8", "replace"))
        if found is None:
            raise lost()
        return Line(found[1], found[2], found[3] or "", tuple(literals))

    def _literal(self, digits: bytes) -> bytes:
        # More digits than Python reads, or than any size has.
        size = int(digits) if len(digits) < 20 else LARGEST + 1
        self._take(size)
        data = self.incoming.read(size)
        if len(data) < size:
            raise lost()
        return data

    def _take(self, size: int) -> None:
        self.room -= size
        if self.room < 0:
            # What still comes would be taken for the answer to the next command.
            self.stop()
            raise StormError("ImapError", f"The server sends more than {LARGEST} bytes at once.", status=False)


def lost() -> StormError:
    """What the product says once the connection is gone, or when it cannot make sense of what comes: it crashes."""
    return StormError("AttributeError", "'NoneType' object has no attribute 'get'")


def quoted(text: str) -> str:
    """An argument as it is sent; `""` stands for itself. Raises StormError("BadArg") for what would be two commands."""
    if "\r" in text or "\n" in text:
        raise StormError("BadArg", "Dead Ringer sends no line breaks in arguments of IMAP commands.")
    if text == '""' or not any(char in text for char in ' "\\'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words(text: str) -> list[str]:
    """The words of an answer, those in quotes without them. Raises StormError("BadDataValu")."""
    found, at = [], 0
    while True:
        word = re.compile(r'"((?:[^"\\]|\\.)*)"|([^" ]+)').match(text, at)
        if word is None:
            unclosed = text.startswith('"', at)
            mesg = "Unclosed quotes in text." if unclosed else "Unable to parse IMAP response data."
            raise StormError("BadDataValu", mesg, data=text)
        found.append(word[2] if word[1] is None else re.sub(r"\\(.)", r"\1", word[1]))
        at = word.end()
        if at == len(text):
            return found
        if text[at] != " ":
            raise StormError("BadDataValu", "Unable to parse IMAP response data.", data=text)
        at += 1
