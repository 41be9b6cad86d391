"""`$lib.inet.imap` against a real server on this machine; what is expected is what a real Cortex made of the same answers."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deadringer.server import Config
from deadringer.server.storm.answers.query import Asked, value_of
from deadringer.server.storm.library.imap_wire import quoted, words
from deadringer.server.tls import prepare
from hypothesis import given
from hypothesis import strategies as st

from ..edits.asking import Asking
from .calling import call, refused
from .imap_server import MAILS, Server, serving

CONNECTED = '$s=$lib.inet.imap.connect("127.0.0.1", port=$port, ssl=$lib.false, timeout=10) '
LOGGED_IN = CONNECTED + "$s.login(user, secret) "
SELECTED = LOGGED_IN + "$s.select() "
LOST = ("AttributeError", "'NoneType' object has no attribute 'get'")


@pytest.fixture
def mail() -> Iterator[Server]:
    with serving() as server:
        yield server


def returned(cortex: Asking, server: Server, text: str) -> Any:
    return call(cortex, text, vars={"port": server.port})


def error(cortex: Asking, server: Server, text: str) -> tuple[str, str]:
    return refused(cortex, text.replace("$port", str(server.port)))


def test_a_client_logs_in_and_finds_mailboxes(cortex: Asking, mail: Server) -> None:
    assert returned(cortex, mail, CONNECTED + 'return($s.login(user, "pa ss"))') == [True, None]
    assert returned(cortex, mail, LOGGED_IN + "return($s.list())") == [True, ["INBOX", "My Mail", 'a"b']]
    assert returned(cortex, mail, LOGGED_IN + 'return($s.select("My Mail"))') == [True, None]
    assert returned(cortex, mail, CONNECTED + "return($lib.vars.type($s))") == "inet:imap:server"
    told = [line for line in mail.asked if line not in ("CAPABILITY", "LOGOUT")]
    assert told == ['LOGIN user "pa ss"', "LOGIN user secret", 'LIST "" *', "LOGIN user secret", 'SELECT "My Mail"']


def test_a_query_takes_leave_of_the_server_at_its_end(cortex: Asking, mail: Server) -> None:
    returned(cortex, mail, LOGGED_IN + "return()")
    error(cortex, mail, LOGGED_IN + "$lib.raise(Mine, mine)")
    cortex.messages(LOGGED_IN, vars={"port": mail.port})
    end = time.monotonic() + 10
    while mail.asked.count("LOGOUT") < 3 and time.monotonic() < end:
        mail.over.wait(0.01)
    assert mail.asked == ["CAPABILITY", "LOGIN user secret", "LOGOUT"] * 3


def test_mails_are_searched_for(cortex: Asking, mail: Server) -> None:
    found = [True, ["1", "2", "7"]]
    query = SELECTED + 'return(($s.search(FROM, "a b"), $s.search(SUBJECT, "ü"), $s.search(empty)))'
    assert returned(cortex, mail, query) == [found, found, [True, []]]
    assert returned(cortex, mail, SELECTED + "return($s.search(ALL, charset=$lib.null))") == found
    told = [line for line in mail.asked if "SEARCH" in line]
    assert told[:2] == ['UID SEARCH CHARSET utf-8 FROM "a b"', "UID SEARCH CHARSET utf-8 SUBJECT ü"]
    assert told[-1] == "UID SEARCH ALL"
    assert error(cortex, mail, SELECTED + "return($s.search(none))") == ("IndexError", "list index out of range")


def test_a_mail_becomes_a_file(cortex: Asking, mail: Server) -> None:
    sha256 = hashlib.sha256(MAILS[1]).hexdigest()
    ((_, info),) = cortex.nodes(SELECTED + "yield $s.fetch(1)", vars={"port": mail.port})
    props = {name: info["props"][name] for name in ("sha256", "size", "mime")}
    assert props == {"sha256": sha256, "size": len(MAILS[1]), "mime": "message/rfc822"}
    assert returned(cortex, mail, f"return($lib.axon.read({sha256}).decode())") == MAILS[1].decode()
    nothing = [False, "No data received from fetch request for uid 99."]
    assert returned(cortex, mail, SELECTED + "return($s.fetch(99))") == nothing
    told = ("BadCast", "Failed to make an integer from '1,2'.")
    assert error(cortex, mail, SELECTED + 'return($s.fetch("1,2"))') == told


def test_mails_are_marked_and_deleted(cortex: Asking, mail: Server) -> None:
    query = SELECTED + 'return(($s.markSeen("1:3"), $s.delete("1,2")))'
    assert returned(cortex, mail, query) == [[True, None], [True, None]]
    assert mail.asked[3:6] == [
        r"UID STORE 1:3 +FLAGS.SILENT (\Seen)",
        r"UID STORE 1,2 +FLAGS.SILENT (\Deleted)",
        "EXPUNGE",
    ]


def test_a_refusal_is_told_in_the_words_of_the_server(cortex: Asking, mail: Server) -> None:
    assert error(cortex, mail, CONNECTED + "$s.login(newp, x)") == ("ImapError", "bad credentials")
    assert error(cortex, mail, LOGGED_IN + "$s.select(newp)") == ("ImapError", "no such mailbox")
    mail.rules |= {"LIST": b"TAG BAD what is that\r\n", "EXPUNGE": b"TAG NO\r\n"}
    assert error(cortex, mail, SELECTED + "$s.list()") == ("ImapError", "what is that")
    assert error(cortex, mail, SELECTED + "$s.delete(1)") == ("ImapError", "")
    name, info = cortex.error(LOGGED_IN + "$s.select(newp)", vars={"port": mail.port})
    assert (name, info) == ("ImapError", {"mesg": "no such mailbox", "status": False})


@pytest.mark.parametrize(
    ("before", "does", "state", "command"),
    [
        (CONNECTED, "list()", "NONAUTH", "LIST"),
        (CONNECTED, "select()", "NONAUTH", "SELECT"),
        (CONNECTED, "fetch(1)", "NONAUTH", "UID"),
        (LOGGED_IN, "login(u, p)", "AUTH", "LOGIN"),
        (LOGGED_IN, "search(ALL)", "AUTH", "UID"),
        (LOGGED_IN, "markSeen(1)", "AUTH", "UID"),
        (LOGGED_IN, "delete(1)", "AUTH", "UID"),
    ],
)
def test_what_comes_too_early_is_not_sent(
    cortex: Asking, mail: Server, before: str, does: str, state: str, command: str
) -> None:
    name, info = cortex.error(f"{before} $s.{does}", vars={"port": mail.port})
    told = {"mesg": f"{command} not allowed in the {state} state.", "state": state, "command": command}
    assert (name, info) == ("ImapError", told)


def test_a_server_that_takes_no_passwords_is_sent_none(cortex: Asking, mail: Server) -> None:
    mail.rules["CAPABILITY"] = b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"
    told = ("ImapError", "Plain authentication not available on server.")
    assert error(cortex, mail, CONNECTED + "$s.login(u, p)") == told
    mail.rules["CAPABILITY"] = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\r\nTAG OK done\r\n"
    assert error(cortex, mail, CONNECTED + "$s.login(u, p)") == ("ImapError", "Login disabled on server.")
    mail.hello = b"* PREAUTH hi\r\n"
    assert returned(cortex, mail, CONNECTED + "return($s.list().0)") is True
    assert "LOGIN" not in " ".join(mail.asked)


@pytest.mark.parametrize("answer", [b"", b"what\r\n", b"TAG ok lower\r\n", b"+ go on\r\n"])
def test_what_is_no_answer_ends_the_query_as_it_does_there(cortex: Asking, mail: Server, answer: bytes) -> None:
    mail.rules["LIST"] = answer
    assert error(cortex, mail, LOGGED_IN + "$s.list()") == LOST


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (b"", []),
        (b'* LIST () "/" {3}\r\nabc\r\n* LIST () NIL q\r\n', ["/", "q"]),
        (b'* LIST () "/" ""\r\n* LSUB () "/" zz\r\n* LIST () "/" a b\r\n', ["", "zz", "b"]),
        (b'* LIST () "/" "a\\\\b"\r\n* OK hey you\r\n* LIST () "/" &AOk-\r\n', ["a\\b", "you", "&AOk-"]),
        (b'* LIST () "/" \xc3\xbc\r\n* LIST () "/" "x(y)"\r\n', ["ü", "x(y)"]),
    ],
)
def test_the_last_word_of_each_line_is_a_mailbox(cortex: Asking, mail: Server, lines: bytes, names: list[str]) -> None:
    mail.rules["LIST"] = lines + b"TAG OK done\r\n"
    assert returned(cortex, mail, LOGGED_IN + "return($s.list())") == [True, names]


def test_lines_that_cannot_be_read_are_shown(cortex: Asking, mail: Server) -> None:
    mail.rules["LIST"] = b"* LIST\r\nTAG OK done\r\n"
    assert error(cortex, mail, LOGGED_IN + "$s.list()") == ("BadDataValu", "Unable to parse IMAP response data.")
    mail.rules["LIST"] = b'* LIST () "/" "unfinished\r\nTAG OK done\r\n'
    name, info = cortex.error(LOGGED_IN + "$s.list()", vars={"port": mail.port})
    told = {"mesg": "Unclosed quotes in text.", "data": '() "/" "unfinished'}
    assert (name, info) == ("BadDataValu", told)


@pytest.mark.parametrize(
    ("answer", "mail_text"),
    [
        (b"* 1 FETCH (RFC822 {3}\r\nabc UID 1)\r\n", "abc"),
        (b"* 1 FETCH (UID 5 FLAGS (\\Seen))\r\n* 2 FETCH (RFC822 {3}\r\nabd)\r\n", r"(UID 5 FLAGS (\Seen))"),
        (b"* 1 FETCH (UID 5 X {2}\r\nqq RFC822 {3}\r\nabh)\r\n", "qq"),
        (b"* 5 EXISTS\r\n* 1 FETCH (RFC822 {3}\r\nabi)\r\n", ""),
    ],
)
def test_the_first_line_of_an_answer_has_the_mail(cortex: Asking, mail: Server, answer: bytes, mail_text: str) -> None:
    mail.rules["UID FETCH 5 "] = answer + b"TAG OK done\r\n"
    query = SELECTED + "return($lib.axon.read($s.fetch(5).props.sha256).decode())"
    assert returned(cortex, mail, query) == mail_text


def test_a_server_that_does_not_answer_in_time_is_left(cortex: Asking, mail: Server) -> None:
    soon = CONNECTED.replace("timeout=10", "timeout=(1)")
    del mail.rules["LOGIN"]
    assert error(cortex, mail, soon + "$s.login(u, p)") == ("TimeOut", "Timed out waiting for IMAP server response.")
    del mail.rules["CAPABILITY"]
    assert error(cortex, mail, soon) == ("TimeOut", "Timed out waiting for IMAP server hello.")


def test_who_leaves_need_not_wait_for_a_slow_server(cortex: Asking, mail: Server) -> None:
    del mail.rules["LIST"]
    view = cortex.host.graph.view(cortex.host.view)
    assert view is not None

    class Left(Exception):
        pass

    def check() -> None:
        if 'LIST "" *' in mail.asked:
            raise Left

    asked = Asked(LOGGED_IN + "$s.list()", {"vars": {"port": mail.port}}, cortex.user, view, cortex.host.ids.guid())
    begun = time.monotonic()
    with pytest.raises(Left):
        value_of(cortex.host, asked, check)
    assert time.monotonic() - begun < 10


def test_tls_is_spoken_and_certificates_are_looked_at(cortex: Asking, tmp_path: Path) -> None:
    with serving(prepare(Config(), tmp_path).context) as server:
        place = '$s=$lib.inet.imap.connect("127.0.0.1", port=$port, timeout=10'
        assert returned(cortex, server, place + ", ssl_verify=$lib.false) return($s.login(u, p))") == [True, None]
        name, mesg = error(cortex, server, place + ")")
        assert name == "SSLCertVerificationError"
        assert mesg.startswith("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ")


def test_servers_that_are_not_there_or_must_not_be_asked(cortex: Asking, mail: Server) -> None:
    told = ("ConnectionRefusedError", "[Errno 111] Connect call failed ('127.0.0.1', 1)")
    assert refused(cortex, '$lib.inet.imap.connect("127.0.0.1", port=1, ssl=(false))') == told
    told = ("OverflowError", "connect(): port must be 0-65535.")
    assert refused(cortex, '$lib.inet.imap.connect("127.0.0.1", port=99999)') == told
    name, mesg = refused(cortex, '$lib.inet.imap.connect("192.0.2.1")')
    assert name == "BadArg"
    assert "192.0.2.1:993" in mesg
    assert refused(cortex.as_user(), '$lib.inet.imap.connect("127.0.0.1")')[0] == "AuthDeny"
    allowed = cortex.as_user(("storm", "inet", "imap", "connect"))
    assert error(allowed, mail, SELECTED + "$s.fetch(1) $lib.raise(Mine, mine)") == ("StormRaise", "mine")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1))
def test_what_is_quoted_is_read_back_as_one_word(text: str) -> None:
    if text != '""':
        assert words(quoted(text)) == [text]
