"""`$lib.inet.smtp` against a real server on this machine; what is expected is what a real Cortex made of the same answers."""

from collections.abc import Iterator
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest
from deadringer.server import Config
from deadringer.server.tls import prepare

from ..edits.asking import Asking
from .calling import call, refused
from .smtp_server import Server, serving

MAIL = '$m=$lib.inet.smtp.message() $m.sender="a@evi.com" $m.recipients.append("b@evi.com") $m.text=hi '


@pytest.fixture
def post() -> Iterator[Server]:
    with serving() as server:
        yield server


def sent(cortex: Asking, server: Server, text: str, arguments: str = "") -> Any:
    """What `send` gives; of a refusal, the name and the message."""
    query = f'{text} ($ok, $info)=$m.send("127.0.0.1", port={server.port}{arguments}) return(($ok, $info))'
    ok, info = call(cortex, query)
    return ok if ok else (info["err"], info["errmsg"])


def test_a_mail_is_handed_over(cortex: Asking, post: Server) -> None:
    text = (
        MAIL + '$m.html="<b>ü</b>" $m.headers.Subject="sübject" $m.headers."X-Evi"=5 $m.recipients.append("c@evi.com")'
    )
    assert sent(cortex, post, text) is True
    assert post.got[:5] == [
        "EHLO localhost",
        "MAIL FROM:<a@evi.com> BODY=8BITMIME",
        "RCPT TO:<b@evi.com>",
        "RCPT TO:<c@evi.com>",
        "DATA",
    ]
    assert post.got[-2:] == [".", "QUIT"]
    mail = message_from_string("\n".join(post.got[5:-2]))
    assert (mail.get_content_type(), mail["X-Evi"]) == ("multipart/alternative", "5")
    assert mail["Subject"] == "=?utf-8?q?s=C3=BCbject?="
    bodies = [
        (part.get_content_type(), part.get_payload(decode=True)) for part in mail.walk() if not part.is_multipart()
    ]
    assert bodies == [("text/plain", b"hi"), ("text/html", "<b>ü</b>".encode())]


def test_some_recipients_are_enough(cortex: Asking, post: Server) -> None:
    post.said["RCPT TO:<newp@evi.com>"] = "550 who"
    assert sent(cortex, post, MAIL + '$m.recipients.append("newp@evi.com")') is True


def test_sender_and_recipients_are_addresses(cortex: Asking, post: Server) -> None:
    text = (
        '$m=$lib.inet.smtp.message() $m.text=hi $m.headers.From="X <x@evi.com>" $m.recipients.append("Y <y@evi.com>")'
    )
    assert sent(cortex, post, text) is True
    assert post.got[1:3] == ["MAIL FROM:<x@evi.com> BODY=8BITMIME", "RCPT TO:<y@evi.com>"]
    text = "$m=$lib.inet.smtp.message() $m.text=hi "
    assert sent(cortex, post, text) == ("ValueError", "No From header provided in message")
    told = ("ValueError", "No recipient headers provided in message")
    assert sent(cortex, post, text + '$m.sender="a@evi.com"') == told
    name, mesg = sent(cortex, post, MAIL + "$m.recipients.append((1, 2))")
    assert (name, mesg.endswith("contains characters not permitted in an SMTP mailbox")) == ("ValueError", True)


@pytest.mark.parametrize(
    ("word", "said", "told"),
    [
        ("", "554 go away", ("SMTPConnectResponseError", "(554, 'go away')")),
        ("MAIL", "550 no sender", ("SMTPSenderRefused", "(550, 'no sender', 'a@evi.com')")),
        (
            "RCPT",
            "550 no such user",
            ("SMTPRecipientsRefused", "[SMTPRecipientRefused(550, 'no such user', 'b@evi.com')]"),
        ),
        ("DATA", "554 no data", ("SMTPDataError", "(554, 'no data')")),
    ],
)
def test_refusals_are_told(cortex: Asking, post: Server, word: str, said: str, told: tuple[str, str]) -> None:
    post.said[word] = said
    assert sent(cortex, post, MAIL) == told


def test_a_user_logs_in_where_the_server_lets_them(cortex: Asking, post: Server) -> None:
    told = "The SMTP AUTH extension is not supported by this server. Try connecting via TLS (or STARTTLS)."
    assert sent(cortex, post, MAIL, ", user=u, passwd=p") == ("SMTPException", told)
    post.said["EHLO"] = "250-evi\r\n250 AUTH PLAIN LOGIN"
    assert sent(cortex, post, MAIL, ", user=u, passwd=p") is True
    assert "AUTH PLAIN AHUAcA==" in post.got
    assert sent(cortex, post, MAIL, ", user=u") is True
    post.said["AUTH"] = "535 bad creds"
    assert sent(cortex, post, MAIL, ", user=u, passwd=p") == ("SMTPAuthenticationError", "(535, 'bad creds')")


def test_tls_from_the_beginning_and_later(cortex: Asking, post: Server, tmp_path: Path) -> None:
    assert sent(cortex, post, MAIL, ", starttls=(true)") == (
        "SMTPException",
        "SMTP STARTTLS extension not supported by server.",
    )
    post.context = prepare(Config(), tmp_path).context
    post.said["EHLO"] = "250-evi\r\n250 STARTTLS"
    post.got.clear()
    assert sent(cortex, post, MAIL, ", starttls=(true), ssl_verify=(false)") is True
    assert post.got[:3] == ["EHLO localhost", "STARTTLS", "EHLO localhost"]
    assert sent(cortex, post, MAIL, ", starttls=(true)")[0] == "SSLCertVerificationError"
    post.direct = True
    assert sent(cortex, post, MAIL, ", usetls=(true), ssl_verify=(false)") is True
    name, mesg = sent(cortex, post, MAIL, ", usetls=(true)")
    assert name == "SMTPConnectError"
    assert mesg.startswith(f"Error connecting to 127.0.0.1 on port {post.port}: [SSL: CERTIFICATE_VERIFY_FAILED]")


def test_a_server_that_does_not_answer_in_time_is_left(cortex: Asking, post: Server) -> None:
    del post.said[""]
    assert sent(cortex, post, MAIL, ", timeout=(1)") == ("TimeoutError", "")


def test_other_machines_are_sent_nothing(cortex: Asking) -> None:
    name, mesg = refused(cortex, MAIL + 'return($m.send("192.0.2.1"))')
    assert name == "BadArg"
    assert "192.0.2.1:25" in mesg
