"""`$lib.inet.imap`: mail on other servers. The protocol is in `imap_wire.py`."""

from __future__ import annotations

import socket
import ssl as tls
from dataclasses import dataclass, field
from typing import Any

from ..edits import editor
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_bool, to_int, to_str
from . import axon, outside
from .imap_wire import Connection, Line, quoted, words

Done = tuple[bool, Any]
DONE: Done = (True, None)


@dataclass(frozen=True, slots=True, eq=False)
class StormImap:
    """A connection to a server; it lasts as long as the query. timeout: seconds for each answer."""

    connection: Connection
    timeout: int | None


def connect(
    run: Runtime, me: Any, host: Any, port: Any = 993, timeout: Any = 30, ssl: Any = True, ssl_verify: Any = True
) -> StormImap:
    """Raises StormError: TimeOut, and the names of the errors of sockets and of TLS."""
    run.confirm(("storm", "inet", "imap", "connect"))
    name, number = to_str(host), to_int(port)
    seconds = None if timeout is None else to_int(timeout)
    outside.check_allowed(run, name, number)
    outside.check_port(number)
    context = outside.tls(to_bool(ssl_verify)) if to_bool(ssl) else None
    opening = _Opening(name, number, seconds, context)
    run.task.closing.append(opening.close)
    try:
        if seconds is not None and seconds <= 0:
            raise TimeoutError
        connection = outside.waited(run, opening.go, opening.line.stop, seconds)
    except TimeoutError:
        raise StormError("TimeOut", "Timed out waiting for IMAP server hello.") from None
    except OSError as error:
        known = isinstance(error, ConnectionRefusedError | tls.SSLError | socket.gaierror)
        called = type(error).__name__ if known else "ConnectionError"
        raise StormError(called, outside.reason(error, name, number)) from error
    return StormImap(connection, seconds)


@dataclass(slots=True, eq=False)
class _Opening:
    """A connection that is being made in a thread beside the query's."""

    host: str
    port: int
    seconds: int | None
    context: tls.SSLContext | None
    line: outside.Line = field(default_factory=outside.Line)
    connection: Connection | None = None

    def go(self) -> Connection:
        self.connection = Connection.over(self.line.opened(self.host, self.port, self.seconds, self.context))
        try:
            self.connection.hello()
        except (OSError, ValueError, StormError):
            self.connection.close()
            raise
        return self.connection

    def close(self) -> None:
        if self.connection is not None and not self.line.gone:
            self.connection.close()


def login(run: Runtime, me: StormImap, user: Any, passwd: Any) -> Done:
    if "LOGINDISABLED" in me.connection.capabilities:
        raise StormError("ImapError", "Login disabled on server.", status=False)
    if "AUTH=PLAIN" not in me.connection.capabilities:
        raise StormError("ImapError", "Plain authentication not available on server.", status=False)
    _asked(run, me, "LOGIN", quoted(to_str(user)), quoted(to_str(passwd)))
    me.connection.state = "AUTH"
    return DONE


def list_(run: Runtime, me: StormImap, reference_name: Any = '""', pattern: Any = "*") -> Done:
    lines = _asked(run, me, "LIST", quoted(to_str(reference_name)), quoted(to_str(pattern)))
    return True, [words(line.text)[-1] for line in lines]


def select(run: Runtime, me: StormImap, mailbox: Any = "INBOX") -> Done:
    _asked(run, me, "SELECT", quoted(to_str(mailbox)))
    me.connection.state = "SELECTED"
    return DONE


def search(run: Runtime, me: StormImap, *args: Any, charset: Any = "utf-8") -> Done:
    told = [] if charset is None else ["CHARSET", quoted(to_str(charset))]
    lines = _asked(run, me, "UID", "SEARCH", *told, " ".join(quoted(to_str(arg)) for arg in args))
    if not lines:
        # A server that answers nothing at all is more than the product expects.
        raise StormError("IndexError", "list index out of range")
    return True, words(lines[0].text) if lines[0].text else []


def fetch(run: Runtime, me: StormImap, uid: Any) -> Node | Done:
    """The mail as a file, kept in the Axon; the product looks at no further permissions."""
    number = to_int(uid)
    lines = _asked(run, me, "UID", "FETCH", str(number), "(RFC822)")
    if not lines:
        return False, f"No data received from fetch request for uid {number}."
    first = lines[0]
    mail = first.literals[0] if first.literals else first.text.encode("utf8", "surrogatepass")
    _, sha256 = axon.kept(run, iter((mail,)))
    hashes = axon.digests(run, sha256)
    props = {name: hashes[name] for name in ("sha256", "md5", "sha1", "sha512")}
    inner = run.apart({})
    inner.asroot = True
    return editor.add_node(
        inner, "file:bytes", f"sha256:{sha256}", {**props, "size": len(mail), "mime": "message/rfc822"}
    )


def mark_seen(run: Runtime, me: StormImap, uid_set: Any) -> Done:
    return _flagged(run, me, uid_set, r"(\Seen)")


def delete(run: Runtime, me: StormImap, uid_set: Any) -> Done:
    _flagged(run, me, uid_set, r"(\Deleted)")
    _asked(run, me, "EXPUNGE")
    return DONE


def _flagged(run: Runtime, me: StormImap, uids: Any, flags: str) -> Done:
    text = to_str(uids)
    quoted(text)
    _asked(run, me, "UID", "STORE", text, "+FLAGS.SILENT", flags)
    return DONE


def _asked(run: Runtime, me: StormImap, *command: str) -> list[Line]:

    def work() -> list[Line]:
        return me.connection.command(*command)

    try:
        return outside.waited(run, work, me.connection.stop, me.timeout)
    except TimeoutError:
        raise StormError("TimeOut", "Timed out waiting for IMAP server response.") from None
    except (OSError, ValueError) as error:
        raise StormError("ConnectionError", str(error)) from error


LIBRARIES = (
    Library(
        "lib.inet.imap",
        "Mail on other servers, by IMAP.",
        (
            local(
                "connect(host: str, port: int = 993, timeout: int = 30, ssl: boolean = true, ssl_verify: boolean = true)"
                " -> inet:imap:server",
                connect,
                "Connect to a server.",
                writes=True,
            ),
        ),
    ),
)
KINDS = (
    Kind(
        "inet:imap:server",
        "ImapServer",
        StormImap,
        "A connection to a mail server.",
        (
            local("delete(uid_set: str) -> list", delete, "Delete mails.", writes=True),
            local("fetch(uid: str) -> node", fetch, "A mail, as a file.", writes=True),
            local(
                'list(reference_name: str = "\\"\\"", pattern: str = "*") -> list',
                list_,
                "The names of mailboxes.",
                writes=True,
            ),
            local("login(user: str, passwd: str) -> list", login, "Log in with a password.", writes=True),
            local("markSeen(uid_set: str) -> list", mark_seen, "Mark mails as read.", writes=True),
            local('search(*args: str, charset: str|null = "utf-8") -> list', search, "The UIDs of mails.", writes=True),
            local('select(mailbox: str = "INBOX") -> list', select, "Choose a mailbox.", writes=True),
        ),
    ),
)
