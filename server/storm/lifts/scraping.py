"""Finding what a word names: the one value of a form that is read out of it, defanged ones too (`hxxp://a[.]com`).

Each form is tried in turn; what the model refuses is passed over. Knows nothing of nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import regex

from ...model.contract import ModelError
from .coins import COINS
from .tlds import TLDS

if TYPE_CHECKING:
    from ...model.model import Model

# How addresses are written so that nobody follows them by mistake.
FANGS = (
    (re.compile(r"[\[({](?:\.|dot)[\])}]", re.IGNORECASE), "."),
    (re.compile(r"[\[({](?:@|at)[\])}]", re.IGNORECASE), "@"),
    (re.compile(r"[\[(]:[\])]"), ":"),
    (re.compile(r"[\[(]://[\])]"), "://"),
    (re.compile(r"(?<![a-z])hxxp", re.IGNORECASE), "http"),
    (re.compile(r"(?<![a-z])fxp(?=://)", re.IGNORECASE), "ftp"),
)
SCHEMES = (
    "https?|ftps?|sftp|ssh|telnet|ldaps?|smb|tcp|udp|tls|irc|ircs|ws|wss|rtsp|rtmp|git|svn|nfs|imaps?|pop3?|smtp|mqtt"
)
ROOTS = "bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var"
OCTETS = r"\d{1,3}(?:\.\d{1,3}){3}"
HOST = r"(?:[\w-]+\.)+[\w-]+"
# A name or a mailbox is only looked for where its letters begin, or where the last find ended: from each letter of a long run
# it would take the square of its length.
NAME = rf"(?<![\w-])({HOST})"
MAIL = rf"(?:(?<![\w.+%-])|\G)([\w.+%-]++@{HOST})"
# `re` has no `\G`.
Compiled = re.Pattern[str] | regex.Pattern[str]


Read = Callable[[str], Any]
"""What was found as a raw value of the form; None where it is none."""


def _any(found: str) -> str:
    return found


def _known(host: str) -> str | None:
    """A name whose last label is a top-level domain."""
    label = host.rpartition(".")[2].lower()
    try:
        return host if (label if label.isascii() else label.encode("idna").decode()) in TLDS else None
    except UnicodeError:
        return None


def _address6(text: str) -> str | None:
    fits = text.count(":") >= 2 and ("::" in text or text.count(":") == 7) and text.strip(":") != ""
    return text if fits else None


ADDRESSES: tuple[tuple[str, Compiled, Read], ...] = tuple(
    ("crypto:currency:address", pattern, read) for pattern, read in COINS
)
# In the order in which they are tried: form, pattern (its first group is the value), how that is read.
KINDS: tuple[tuple[str, Compiled, Read], ...] = (
    ("file:path", re.compile(r"(?<!\w)([A-Za-z]:\\(?:[^\s\\]+\\)*[^\s\\]+)"), _any),
    ("file:path", re.compile(rf"(?<!\w)(/(?:{ROOTS})(?:/[^\s/]+)+)"), _any),
    ("inet:url", re.compile(rf"(?<![\w])((?:{SCHEMES})://[^\s\"'<>]+)", re.IGNORECASE), _any),
    ("it:sec:cve", re.compile(r"(?<!\w)(cve-\d{4}-\d{4,})(?!\w)", re.IGNORECASE), _any),
    ("it:sec:cwe", re.compile(r"(?<!\w)(CWE-\d+)(?!\w)"), _any),
    ("it:sec:cpe", re.compile(r"(?<!\w)(cpe:2\.3:[aho*-](?::[^\s:]+){10})", re.IGNORECASE), _any),
    ("hash:sha256", re.compile(r"(?<![0-9a-z])([0-9a-f]{64})(?![0-9a-z])", re.IGNORECASE), _any),
    ("hash:sha1", re.compile(r"(?<![0-9a-z])([0-9a-f]{40})(?![0-9a-z])", re.IGNORECASE), _any),
    ("hash:md5", re.compile(r"(?<![0-9a-z])([0-9a-f]{32})(?![0-9a-z])", re.IGNORECASE), _any),
    ("inet:email", regex.compile(MAIL), _known),
    ("inet:server", re.compile(rf"(?<![\d./])({OCTETS}:\d+)(?!\w)"), _any),
    ("inet:server", re.compile(r"(?<!\w)(\[[0-9a-f:.]+\]:\d+)(?!\w)", re.IGNORECASE), _any),
    ("inet:ipv4", re.compile(rf"(?<![\d./:])({OCTETS})(?!\d|\.\d)"), _any),
    ("inet:ipv6", re.compile(r"(?<![\w:])([0-9a-f:]*:[0-9a-f:.]+)", re.IGNORECASE), _address6),
    ("inet:fqdn", re.compile(NAME), _known),
    *ADDRESSES,
)


def scraped(model: Model, word: str) -> tuple[str, Any] | None:
    """The form and normed value that a word names; None if it names none."""
    for fang, plain in FANGS:
        word = fang.sub(plain, word)
    for form, pattern, read in KINDS:
        for found in pattern.findall(word):
            raw = read(found)
            if raw is None:
                continue
            try:
                return form, model.type(form).norm(raw).valu
            except ModelError:
                continue
    return None


# In the order in which a whole text is looked through, with what differs from a single word.
WHOLE: tuple[tuple[str, Compiled, Read], ...] = tuple(
    (form, re.compile(rf"(?<![\d.])({OCTETS})(?!\d|\.\d)") if form == "inet:ipv4" else pattern, read)
    for name in (
        *("file:path", "inet:url", "inet:email", "inet:server", "inet:ipv4", "inet:ipv6", "inet:fqdn"),
        *("hash:md5", "hash:sha1", "hash:sha256", "it:sec:cve", "it:sec:cwe", "it:sec:cpe"),
        "crypto:currency:address",
    )
    for form, pattern, read in KINDS
    if form == name
)
# What a sentence puts behind an address.
BEHIND = ".,;:!?)]}'\""


def in_text(model: Model, text: str, *, refang: bool = True) -> Iterator[tuple[str, Any]]:
    """All that a text names: forms and normed values, form by form."""
    if refang:
        for fang, plain in FANGS:
            text = fang.sub(plain, text)
    for form, pattern, read in WHOLE:
        for found in pattern.findall(text):
            raw = read(found.rstrip(BEHIND) if form == "inet:url" else found)
            if raw is None:
                continue
            try:
                yield form, model.type(form).norm(raw).valu
            except ModelError:
                continue
