"""Identifiers: `guid`, and the users and roles that are guids with names."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..contract import Key, ModelError, Normed
from ..idens import guid_of
from .compare import COMMON, Predicate, no_norm, predicate

_GUID = re.compile(r"[0-9a-f]{32}")
# From an iden to a name or the other way; None for one that nobody has.
Known = Callable[[str], str | None]


class Names(Protocol):
    """What identifiers need of a model: fresh guids, and users and roles by name and by iden (None if unknown)."""

    guid: Callable[[], str]
    user_iden: Known
    user_name: Known
    role_iden: Known
    role_name: Known


class Guid:
    """32 hex digits: given as such, made from a list, or fresh for `*`."""

    def __init__(self, model: Names, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._fresh = model.guid

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, list | tuple):
            if not valu:
                raise ModelError("BadTypeValu", "Guid list values cannot be empty.", name=self.name, valu=valu)
            return Normed(guid_of(valu))
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        if valu == "*":
            return Normed(self._fresh())
        text = valu.lower().replace("-", "")
        if _GUID.fullmatch(text) is None:
            raise ModelError("BadTypeValu", "valu is not a guid.", name=self.name, valu=valu)
        return Normed(text)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Account:
    """The iden of a user or a role, from the name or the iden itself; shown by name."""

    def __init__(self, name: str, opts: Mapping[str, Any], kind: str, known: tuple[Known, Known]) -> None:
        self.name = name
        self.opts = opts
        self._kind = kind
        self._iden, self._name = known

    def norm(self, valu: Any) -> Normed:
        return Normed(_account(self.name, self._kind, self._iden, valu))

    def repr(self, norm: Any) -> str:
        return self._name(norm) or str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def user(model: Names, name: str, opts: Mapping[str, Any]) -> Account:
    """The type of users."""
    return Account(name, opts, "user", (model.user_iden, model.user_name))


def role(model: Names, name: str, opts: Mapping[str, Any]) -> Account:
    """The type of roles."""
    return Account(name, opts, "role", (model.role_iden, model.role_name))


def _account(name: str, kind: str, iden_of: Known, valu: Any) -> str:
    if isinstance(valu, list | tuple):
        if not valu:
            raise ModelError("BadTypeValu", "Guid list values cannot be empty.", name=name, valu=valu)
        return guid_of(valu)
    if not isinstance(valu, str):
        raise no_norm(name, valu)
    if valu == "*":
        raise ModelError("BadTypeValu", f"{name} values must be a valid {kind}name or a guid.", name=name, valu=valu)
    iden = iden_of(valu)
    if iden is not None:
        return iden
    text = valu.lower().replace("-", "")
    if _GUID.fullmatch(text) is None:
        mesg = f"No {kind} named {valu} and value is not a guid."
        raise ModelError("BadTypeValu", mesg, mesg=None, name=name, valu=valu)
    return text
