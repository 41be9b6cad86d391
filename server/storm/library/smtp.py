"""`$lib.inet.smtp`: mail that is handed to another server."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import getaddresses, parseaddr
from typing import Any, BinaryIO

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.containers import StormDict, StormList
from ..values.convert import to_bool, to_int, to_str
from . import outside

Sent = tuple[bool, dict[str, Any]]
# What this machine calls itself.
NAME = "localhost"
# Bytes that a server may say about one mail.
MOST = 1024 * 1024
# What no address has: with it, one would be a command of its own.
UNFIT = re.compile(r"[\x00-\x20<>]")


@dataclass(slots=True, eq=False)
class StormMessage:
    """A mail that is being written."""

    sender: str | None = None
    text: str | None = None
    html: str | None = None
    headers: StormDict = field(default_factory=StormDict)
    recipients: StormList = field(default_factory=StormList)


@dataclass(slots=True, eq=False)
class Replies:
    """What a server says, as smtplib reads it, which would keep a reply without end."""

    stream: BinaryIO
    room: int = MOST

    def readline(self, limit: int) -> bytes:
        """The next line. Raises OSError for more than a server may say."""
        line = self.stream.readline(limit)
        self.room -= len(line)
        if self.room < 0:
            raise OSError(f"The server says more than {MOST} bytes.")
        return line

    def close(self) -> None:
        self.stream.close()


@dataclass(slots=True, eq=False)
class Delivery:
    """A mail on its way, in a thread beside the query's. timeout: seconds for each answer. start: whether to go on in TLS."""

    host: str
    port: int
    user: str | None
    password: str
    timeout: int
    context: ssl.SSLContext | None
    start: bool
    mail: MIMEMultipart
    sender: str | None
    recipients: list[str]
    client: smtplib.SMTP = field(default_factory=lambda: smtplib.SMTP(local_hostname=NAME))
    line: outside.Line = field(default_factory=outside.Line)

    def go(self) -> None:
        """Raises OSError, of which the errors of SMTP are kinds, and ValueError."""
        client = self.client
        try:
            client.sock = self._connection()
            client.file = Replies(client.sock.makefile("rb"))
            code, said = client.getreply()
            if code != 220:
                raise Refused("SMTPConnectResponseError", str((code, _text(said))))
            try:
                self._deliver()
            finally:
                with suppress(OSError):
                    client.quit()
        finally:
            client.close()

    def _connection(self) -> socket.socket:
        context = None if self.start else self.context
        try:
            return self.line.opened(self.host, self.port, self.timeout, context)
        except TimeoutError:
            raise
        except OSError as error:
            why = outside.reason(error, self.host, self.port)
            raise Refused("SMTPConnectError", f"Error connecting to {self.host} on port {self.port}: {why}") from error

    def _deliver(self) -> None:
        client = self.client
        if self.start:
            client.ehlo()
            if not client.has_extn("starttls"):
                raise Refused("SMTPException", "SMTP STARTTLS extension not supported by server.")
            self._start_tls()
        if self.user is not None:
            client.ehlo()
            if not client.has_extn("auth"):
                mesg = "The SMTP AUTH extension is not supported by this server."
                raise Refused("SMTPException", f"{mesg} Try connecting via TLS (or STARTTLS).")
            client.login(self.user, self.password)
        sender = parseaddr(self.mail["From"])[1] if self.sender is None else parseaddr(self.sender)[1]
        if self.sender is None and not sender:
            raise ValueError("No From header provided in message")
        if not self.recipients:
            raise ValueError("No recipient headers provided in message")
        client.ehlo_or_helo_if_needed()
        options = ["BODY=8BITMIME"] if client.has_extn("8bitmime") else []
        addresses = [address for _, address in getaddresses(self.recipients)]
        for address in (sender, *self.recipients):
            if UNFIT.search(parseaddr(address)[1] or address):
                raise ValueError(f'Address "{address}" contains characters not permitted in an SMTP mailbox')
        try:
            data = self.mail.as_bytes()
        except MessageError as error:
            raise Refused(type(error).__name__, str(error)) from error
        client.sendmail(sender, addresses, data, options)

    def _start_tls(self) -> None:
        """Go on in TLS; what was said before does not count."""
        assert self.context is not None
        client = self.client
        code, said = client.docmd("STARTTLS")
        if code != 220:
            raise Refused("SMTPResponseException", str((code, _text(said))))
        assert client.sock is not None
        client.sock = self.line.secured(client.sock, self.host, self.context)
        client.file = Replies(client.sock.makefile("rb"))
        client.helo_resp = client.ehlo_resp = None
        client.esmtp_features = {}
        client.does_esmtp = False


class Refused(OSError):
    """A mail was not taken. name: what the library that the product sends with calls it."""

    def __init__(self, name: str, mesg: str) -> None:
        super().__init__(mesg)
        self.name = name


def message(run: Runtime, me: Any) -> StormMessage:
    return StormMessage()


def send(
    run: Runtime,
    me: StormMessage,
    host: Any,
    port: Any = 25,
    user: Any = None,
    passwd: Any = None,
    usetls: Any = False,
    starttls: Any = False,
    timeout: Any = 60,
    ssl_verify: Any = True,
) -> Sent:
    """Whether the mail was taken, and why not. Raises StormError for a server that must not be asked."""
    run.confirm(("storm", "inet", "smtp", "send"))
    try:
        if me.text is None and me.html is None:
            raise StormError("StormRuntimeError", "The inet:smtp:message has no HTML or text body.")
        name, number, seconds = to_str(host), to_int(port), to_int(timeout)
        direct, start = to_bool(usetls), to_bool(starttls)
        if direct and start:
            raise StormError("BadArg", "usetls and starttls are mutually exclusive arguments.")
        outside.check_port(number)
    except StormError as error:
        shown = f"{error.name}: mesg={error.mesg!r}"
        return False, {"err": error.name, "errmsg": shown, "errinfo": {"mesg": error.mesg}}
    outside.check_allowed(run, name, number)
    context = outside.tls(to_bool(ssl_verify)) if direct or start else None
    login = None if user is None else to_str(user)
    password = "" if passwd is None else to_str(passwd)
    recipients = [to_str(each) for each in me.recipients]
    delivery = Delivery(name, number, login, password, seconds, context, start, written(me), me.sender, recipients)
    try:
        outside.waited(run, delivery.go, delivery.line.stop)
    except (OSError, ValueError) as error:
        called, told = _told(error)
        return False, {"err": called, "errmsg": told}
    return True, {}


def written(me: StormMessage) -> MIMEMultipart:
    """The mail as it is sent: its text and its HTML, one beside the other."""
    mail = MIMEMultipart("alternative")
    for name, valu in me.headers.items():
        mail[to_str(name)] = to_str(valu)
    for body, kind in ((me.text, "plain"), (me.html, "html")):
        if body is not None:
            mail.attach(MIMEText(body, kind, "utf8"))
    return mail


def _told(error: OSError | ValueError) -> tuple[str, str]:
    """Name and message of what went wrong, as the product says it."""
    if isinstance(error, Refused):
        return error.name, str(error)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "TimeoutError", ""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        each = [
            f"SMTPRecipientRefused({code}, {_text(said)!r}, {who!r})" for who, (code, said) in error.recipients.items()
        ]
        return "SMTPRecipientsRefused", f"[{', '.join(each)}]"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "SMTPSenderRefused", str((error.smtp_code, _text(error.smtp_error), error.sender))
    if isinstance(error, smtplib.SMTPResponseException):
        return type(error).__name__, str((error.smtp_code, _text(error.smtp_error)))
    return type(error).__name__, str(error)


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("utf8", "replace")


def _setter(name: str) -> Callable[[Runtime, StormMessage, Any], None]:
    def assign(run: Runtime, me: StormMessage, valu: Any) -> None:
        setattr(me, name, to_str(valu))

    return assign


def _set_item(run: Runtime, me: StormMessage, name: Any, valu: Any) -> None:
    mesg = f"Setting {to_str(name)} is not supported on inet:smtp:message."
    # The details come in this order.
    raise StormError("NoSuchName", mesg, name=name, mesg=mesg)


LIBRARIES = (
    Library(
        "lib.inet.smtp",
        "Sending mail.",
        (local("message() -> inet:smtp:message", message, "A new mail.", writes=True),),
    ),
)
KINDS = (
    Kind(
        "inet:smtp:message",
        "SmtpMessage",
        StormMessage,
        "A mail that is being written.",
        (
            local("headers: dict", lambda run, me: me.headers, "Its headers."),
            local("html: gtor|stor", lambda run, me: me.html, "Its text as HTML.", sets=_setter("html")),
            local("recipients: list", lambda run, me: me.recipients, "Who gets it."),
            local(
                "send(host: str, port: int = 25, user: str = null, passwd: str = null, usetls: boolean = false,"
                " starttls: boolean = false, timeout: int = 60, ssl_verify: boolean = true) -> list",
                send,
                "Hand it to a server.",
                writes=True,
            ),
            local("sender: gtor|stor", lambda run, me: me.sender, "Who sends it.", sets=_setter("sender")),
            local("text: gtor|stor", lambda run, me: me.text, "Its text.", sets=_setter("text")),
        ),
        set_item=_set_item,
    ),
)
