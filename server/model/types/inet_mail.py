"""`inet:email` and `inet:rfc2822:addr`, a mail address with a display name.

Mail headers are read by the standard library's parser in its strict manner, which not every Python 3.11 has: so what the
strict one refuses is checked here.
"""

import inspect
import re
from collections.abc import Mapping
from email.utils import getaddresses
from functools import partial
from typing import Any

from ..contract import Key, ModelError, Normed
from .compare import COMMON, Predicate, predicate
from .inet_fqdn import Fqdn
from .text import as_text

_ESCAPED = re.compile(r"\\.", re.DOTALL)
# Pythons that have a strict manner of their own count commas, which a real Cortex does not.
_lenient = (
    partial(getaddresses, strict=False) if "strict" in inspect.signature(getaddresses).parameters else getaddresses
)


class Email:
    """`user@host`, in lower case; subs `fqdn`, `user`, and `plus` and `base` of an address with a plus."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._fqdn = Fqdn(model, "inet:fqdn", {})

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu)
        user, at, host = text.partition("@")
        if not at:
            mesg = f'Email address expected in <user>@<fqdn> format, got "{text}"'
            raise ModelError("BadTypeValu", mesg, valu=text, name=self.name)
        try:
            fqdn = self._fqdn.norm(host).valu
        except ModelError as error:
            mesg = f"BadTypeValu: mesg={error.mesg!r} name='inet:fqdn' valu={error.info['valu']!r}"
            raise ModelError("BadTypeValu", mesg, valu=text, name=self.name) from error
        subs: dict[str, Any] = {"fqdn": fqdn, "user": user.lower()}
        base, plus, tag = user.partition("+")
        if plus:
            subs["plus"] = tag.strip().lower()
            subs["base"] = f"{base}@{fqdn}"  # not in lower case yet: the prop's own type does that
        return Normed(f"{user.lower()}@{fqdn}", subs)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Rfc2822Addr:
    """A display name and a mail address, as far as they are there; subs `name`, `email`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._email = Email(model, "inet:email", {})

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu).replace('"', " ").replace("'", " ").strip().lower()
        text = " ".join(text.split())
        name, address = _parsed(text)
        if not name and not address:
            raise ModelError("BadTypeValu", f"No name or email parsed from {text}", valu=text, name=self.name)
        subs: dict[str, Any] = {"name": name} if name else {}
        try:
            mail = self._email.norm(address).valu
        except ModelError:
            return Normed(text, subs, more={"subs": {}})
        subs["email"] = mail
        return Normed(f"{name} <{mail}>" if name else mail, subs)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def _parsed(text: str) -> tuple[str, str]:
    """Display name and address of a header's text; two empty texts unless it holds exactly one of them."""
    found = _lenient([text])
    if len(found) != 1 or not _parentheses_match(text):
        return "", ""
    name, address = found[0]
    return ("", "") if "[" in address else (name, address)


def _parentheses_match(text: str) -> bool:
    depth = 0
    for char in _ESCAPED.sub("", text):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0
