"""What is kept for a user: variables, profile, JSON by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ....storage.sodes import tupled
from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Kind, local
from ..values.convert import to_prim, to_str
from . import jsonpaths

VARS, PROFILE, JSON = "user:vars", "user:profile", "user:json"


@dataclass(frozen=True, slots=True)
class StormUser:
    """A user, by its iden."""

    iden: str


@dataclass(frozen=True, slots=True)
class UserVars:
    """`$user.vars`: all names are variables."""

    iden: str


@dataclass(frozen=True, slots=True)
class UserProfile:
    """`$user.profile`: all names are in the profile."""

    iden: str


@dataclass(frozen=True, slots=True)
class UserJson:
    """`$user.json`."""

    iden: str


@dataclass(frozen=True, slots=True)
class OwnStore:
    """`$lib.user.vars` and `$lib.user.profile`, which have functions. kind: VARS or PROFILE."""

    kind: str
    iden: str


@dataclass(frozen=True, slots=True)
class OwnVars(OwnStore):
    """`$lib.user.vars`."""


@dataclass(frozen=True, slots=True)
class OwnProfile(OwnStore):
    """`$lib.user.profile`."""


def stored(run: Runtime, valu: Any) -> Any:
    """A value in the form in which it is stored. Raises StormError for what cannot be."""
    return tupled(to_prim(run, valu))


# -- $user.vars


def confirm_vars(run: Runtime, me: UserVars) -> None:
    if me.iden != run.user.iden and not run.admin():
        mesg = "$user.vars requires admin privs when $user is not the current user."
        raise StormError("AuthDeny", mesg, **run.told())


def vars_item(run: Runtime, me: UserVars, name: Any) -> Any:
    confirm_vars(run, me)
    return run.host.documents.get(VARS, to_str(name), me.iden)


def set_vars_item(run: Runtime, me: UserVars, name: Any, valu: Any) -> None:
    run.writable()
    confirm_vars(run, me)
    put(run, VARS, me.iden, to_str(name), valu)


def iterate_vars(run: Runtime, me: UserVars) -> Iterator[Any]:
    confirm_vars(run, me)
    yield from run.host.documents.items(VARS, me.iden)


# -- $user.profile


def confirm_profile(run: Runtime, me: UserProfile, *perm: str) -> None:
    run.confirm(("auth", "user", perm[0], "profile", *perm[1:]))


def profile_item(run: Runtime, me: UserProfile, name: Any) -> Any:
    confirm_profile(run, me, "get", to_str(name))
    return run.host.documents.get(PROFILE, to_str(name), me.iden)


def set_profile_item(run: Runtime, me: UserProfile, name: Any, valu: Any) -> None:
    run.writable()
    confirm_profile(run, me, "pop" if valu is UNDEF else "set", to_str(name))
    put(run, PROFILE, me.iden, to_str(name), valu)


def iterate_profile(run: Runtime, me: UserProfile) -> Iterator[Any]:
    confirm_profile(run, me, "get")
    for pair in run.host.documents.items(PROFILE, me.iden):
        yield list(pair)


def profile_prim(run: Runtime, me: UserProfile) -> dict[str, Any]:
    confirm_profile(run, me, "get")
    return dict(run.host.documents.items(PROFILE, me.iden))


def put(run: Runtime, kind: str, owner: str, name: str, valu: Any) -> None:
    """Set a value, or take it away with UNDEF."""
    if valu is UNDEF:
        run.host.documents.pop(kind, name, owner)
        return
    new = stored(run, valu)
    try:
        run.host.documents.put(kind, name, new, owner)
    except TypeError as error:
        raise StormError("NotMsgpackSafe", str(error)) from error


# -- $lib.user.vars, $lib.user.profile


def own_get(run: Runtime, me: OwnStore, name: Any, default: Any = None) -> Any:
    found = run.host.documents.get(me.kind, to_str(name), me.iden, UNDEF)
    return default if found is UNDEF else found


def own_list(run: Runtime, me: OwnStore) -> list[tuple[str, Any]]:
    return run.host.documents.items(me.kind, me.iden)


def own_pop(run: Runtime, me: OwnStore, name: Any, default: Any = None) -> Any:
    found = run.host.documents.pop(me.kind, to_str(name), me.iden, UNDEF)
    return default if found is UNDEF else found


def own_set(run: Runtime, me: OwnStore, name: Any, valu: Any) -> Any:
    """Set a value; what was there before."""
    if not isinstance(name, str):
        raise StormError("StormRuntimeError", "The name of a variable must be a string.", name=name)
    new = stored(run, valu)
    before = run.host.documents.get(me.kind, name, me.iden)
    run.host.documents.put(me.kind, name, new, me.iden)
    return before


OWN = (
    local("get(name: str, default: prim = null) -> prim", own_get, "A value."),
    local("list() -> list", own_list, "All names with their values."),
    local("pop(name: str, default: prim = null) -> prim", own_pop, "Take a value out.", writes=True),
    local("set(name: str, valu: prim) -> null|prim", own_set, "Set a value, and get the one before.", writes=True),
)


def iterate_own(run: Runtime, me: OwnStore) -> Iterator[Any]:
    return iter(own_list(run, me))


def own_prim(run: Runtime, me: OwnStore) -> dict[str, Any]:
    return dict(own_list(run, me))


# -- $user.json


def confirm_json(run: Runtime, me: UserJson, what: str) -> None:
    if me.iden != run.user.iden:
        run.confirm(("user", "json", what))


def json_get(run: Runtime, me: UserJson, path: Any, prop: Any = None) -> Any:
    confirm_json(run, me, "get")
    return jsonpaths.get(run, JSON, me.iden, jsonpaths.checked(run, "auth:user:json.get", path), prop)


def json_set(run: Runtime, me: UserJson, path: Any, valu: Any, prop: Any = None) -> bool:
    confirm_json(run, me, "set")
    where = jsonpaths.checked(run, "auth:user:json.set", path)
    return jsonpaths.put(run, JSON, me.iden, where, stored(run, valu), prop)


def json_del(run: Runtime, me: UserJson, path: Any, prop: Any = None) -> bool:
    confirm_json(run, me, "set")
    return jsonpaths.drop(run, JSON, me.iden, jsonpaths.checked(run, "auth:user:json.del", path), prop)


def json_iter(run: Runtime, me: UserJson, path: Any = None) -> Iterator[Any]:
    confirm_json(run, me, "get")
    yield from jsonpaths.below(run, JSON, me.iden, path)


KINDS = (
    Kind(
        "auth:user:vars",
        "UserVars",
        UserVars,
        "The variables of a user.",
        deref=vars_item,
        set_item=set_vars_item,
        iterate=iterate_vars,
        show=lambda run, me: f"auth:user:vars: {me.iden}",
        prim=lambda run, me: me.iden,
    ),
    Kind(
        "auth:user:profile",
        "UserProfile",
        UserProfile,
        "The profile of a user.",
        deref=profile_item,
        set_item=set_profile_item,
        iterate=iterate_profile,
        show=lambda run, me: f"auth:user:profile: {profile_prim(run, me)!r}",
        prim=profile_prim,
    ),
    Kind(
        "auth:user:json",
        "UserJson",
        UserJson,
        "JSON that is kept for a user, by path.",
        (
            local(
                "del(path: str|list, prop: str|list = null) -> boolean",
                json_del,
                "Delete a value or a part of it.",
                writes=True,
            ),
            local("get(path: str|list, prop: str|list = null) -> prim", json_get, "A value or a part of it."),
            local("iter(path: str|list = null) -> list", json_iter, "All values below a path."),
            local(
                "set(path: str|list, valu: prim, prop: str|list = null) -> boolean",
                json_set,
                "Set a value or a part of it.",
                writes=True,
            ),
        ),
        prim=lambda run, me: me.iden,
    ),
    Kind(
        "user:vars:dict",
        "StormUserVarsDict",
        OwnVars,
        "One's own variables.",
        OWN,
        iterate=iterate_own,
        show=lambda run, me: f"user:vars:dict: {own_prim(run, me)!r}",
        prim=own_prim,
    ),
    Kind(
        "user:profile:dict",
        "StormUserProfileDict",
        OwnProfile,
        "One's own profile.",
        OWN,
        iterate=iterate_own,
        show=lambda run, me: f"user:profile:dict: {own_prim(run, me)!r}",
        prim=own_prim,
    ),
)
