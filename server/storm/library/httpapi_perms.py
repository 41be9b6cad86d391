"""`http:api:perms`: the permissions that callers of a path of the Extended HTTP API must have (reference 11.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ....storage.sodes import tupled
from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Kind, local
from ..values import lists
from ..values.convert import comparable, python_text, to_int, to_prim, to_str
from ..values.iterating import items_of
from .auth_rules import violated
from .httpapi_defs import StormHttpApi, change, confirm_set


@dataclass(frozen=True, slots=True, eq=False)
class HttpApiPerms:
    """`$api.perms`."""

    api: StormHttpApi

    @property
    def items(self) -> list[Any]:
        return list(self.api.info["perms"])

    def __len__(self) -> int:
        return len(self.api.info["perms"])


def set_perms(run: Runtime, me: StormHttpApi, valu: Any) -> None:
    confirm_set(run, "perms on http:api")
    prim = to_prim(run, valu)
    if not isinstance(prim, Iterable):
        raise StormError("TypeError", f"'{type(prim).__name__}' object is not iterable")
    store(run, me, list(prim))


def store(run: Runtime, me: StormHttpApi, perms: Iterable[Any]) -> None:
    """Give a definition other permissions. Raises StormError: BadArg, SchemaViolation."""
    confirm_set(run)
    checked = tuple(_checked(f"data.perms[{at}]", from_text(perm)) for at, perm in enumerate(perms))
    change(run, me, "perms", tupled(checked))


def from_text(perm: Any) -> Any:
    """A permission written as `a.b` as a dictionary; anything else as it is. Raises StormError("BadArg")."""
    if not isinstance(perm, str):
        return perm
    if perm.startswith("!"):
        raise StormError("BadArg", f"Permission assignment must not start with a !, got {perm}")
    return {"perm": tuple(perm.split(".")), "default": False}


def _checked(where: str, perm: Any) -> dict[str, Any]:
    if not isinstance(perm, dict):
        raise violated(where, "must be object")
    parts = perm.get("perm", ())
    if not isinstance(parts, list | tuple):
        raise violated(f"{where}.perm", "must be array")
    for at, part in enumerate(parts):
        if not isinstance(part, str):
            raise violated(f"{where}.perm[{at}]", "must be string")
    found = dict(perm)
    if not isinstance(found.setdefault("default", False), bool):
        raise violated(f"{where}.default", "must be boolean")
    return found


def append(run: Runtime, me: HttpApiPerms, valu: Any) -> None:
    store(run, me.api, [*me.items, to_prim(run, valu)])


def extend(run: Runtime, me: HttpApiPerms, valu: Any) -> None:
    store(run, me.api, [*me.items, *(to_prim(run, item) for item in items_of(run, valu))])


def has(run: Runtime, me: HttpApiPerms, valu: Any) -> bool:
    wanted = comparable(from_text(to_prim(run, valu)))
    return any(comparable(item) == wanted for item in me.items)


def pop(run: Runtime, me: HttpApiPerms) -> Any:
    if not me.items:
        raise StormError("StormRuntimeError", "The permissions list is empty. Nothing to pop.")
    *rest, last = me.items
    store(run, me.api, rest)
    return last


def set_item(run: Runtime, me: HttpApiPerms, name: Any, valu: Any) -> None:
    perms = me.items
    lists.set_item(run, perms, to_int(to_str(name)), valu if valu is UNDEF else to_prim(run, valu))
    store(run, me.api, perms)


KIND = Kind(
    "http:api:perms",
    "HttpApiPerms",
    HttpApiPerms,
    "The permissions that callers must have.",
    (
        local("append(valu: any) -> null", append, "Add one at the end.", writes=True),
        local("extend(valu: list) -> null", extend, "Add several at the end.", writes=True),
        local("has(valu: any) -> boolean", has, "Whether this one is in the list.", writes=True),
        local("index(valu: int) -> any", lambda run, me, valu: lists.index(run, me.items, valu), "The one at a place."),
        local("length() -> int", lambda run, me: lists.length(run, me.items), "How many there are.", deprecated=True),
        local("pop() -> any", pop, "Take the last one out.", writes=True),
        local(
            "reverse() -> null",
            lambda run, me: store(run, me.api, me.items[::-1]),
            "Turn their order round.",
            writes=True,
        ),
        local("size() -> int", lambda run, me: len(me.items), "How many there are."),
        local(
            "slice(start: int, end: int = null) -> list",
            lambda run, me, start, end=None: lists.slice_(run, me.items, start, end),
            "Those between two places.",
            writes=True,
        ),
    ),
    deref=lambda run, me, name: lists.item(run, me.items, name),
    set_item=set_item,
    iterate=lambda run, me: iter(me.items),
    show=lambda run, me: python_text(me.items),
    prim=lambda run, me: me.items,
)
PERMS = local("perms: stor|ctor", lambda run, me: HttpApiPerms(me), "What callers must be allowed.", sets=set_perms)
