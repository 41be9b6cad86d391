"""`inet:http:cookie`: the text of a cookie, with its name and its value as subs."""

from collections.abc import Mapping
from typing import Any

from ..contract import Key, Normed
from .compare import COMMON, Predicate, predicate
from .text import as_text


class HttpCookie:
    """A cookie as it stands in a header, blanks around it removed; what follows a `;` is neither name nor value."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu).strip()
        left, equals, right = text.partition("=")
        subs = {"name": left.split(";", 1)[0].strip()}
        if equals:
            subs["value"] = right.split(";", 1)[0].strip()
        return Normed(text, subs)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)
