"""`$lib.vault`: secrets and settings of a kind of service, for a user, a role or all, with permissions.

Whoever may read a vault sees its settings; its secrets are for those who may edit it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...granting import EVERYBODY
from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Kind, Library, local
from ..values.convert import python_name, python_text, to_int, to_prim, to_str, to_text
from ..values.kinds import deref
from . import easyperm
from .auth_rules import violated

KIND_OF = "vault"
IDEN = "^[0-9a-f]{32}$"
SCOPES = ("user", "role", "global")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^.{1,128}$"},
        "type": {"type": "string", "pattern": "^.{1,128}$"},
        "scope": {"type": ["string", "null"], "enum": [None, *SCOPES]},
        "owner": {"type": ["string", "null"], "pattern": IDEN},
        "secrets": {"type": "object"},
        "configs": {"type": "object"},
    },
}


@dataclass(frozen=True, slots=True)
class StormVault:
    """A vault, by its iden."""

    iden: str


@dataclass(frozen=True, slots=True)
class VaultData:
    """The secrets or the configs of a vault. part: which of them."""

    iden: str
    part: str


def add(run: Runtime, me: Any, name: Any, vtype: Any, scope: Any, owner: Any, secrets: Any, configs: Any) -> str:
    texts = [None if each is None else to_str(each) for each in (name, vtype, scope, owner)]
    vault: dict[str, Any] = dict(zip(("name", "type", "scope", "owner"), texts, strict=True))
    vault |= {"secrets": to_prim(run, secrets), "configs": to_prim(run, configs)}
    check(vault)
    if vault["scope"] != "global" and vault["owner"] is None:
        raise StormError("BadArg", "Owner required for unscoped, user, and role vaults.")
    confirm_add(run, vault)
    if vault["scope"] is not None and of_type(run, vault["type"], vault["scope"], vault["owner"]) is not None:
        told = f"type {vault['type']}, scope {vault['scope']}, owner {vault['owner']}"
        raise StormError("DupName", f"Vault already exists for {told}.")
    other = by_name(run, vault["name"])
    if other is not None:
        mesg = f"A {vault['scope']} config already exists with the name {vault['name']}."
        raise StormError("DupName", mesg, name=vault["name"])
    vault |= {"iden": run.host.ids.guid(), "permissions": permissions(run, vault)}
    store(run, vault)
    iden: str = vault["iden"]
    return iden


def confirm_add(run: Runtime, vault: dict[str, Any]) -> None:
    """Users may have vaults of their own; others are for admins. Raises StormError."""
    if run.admin():
        return
    scope, owner = vault["scope"], vault["owner"]
    if scope in ("global", "role"):
        raise StormError("AuthDeny", f"User {run.user.name} cannot create {scope} vaults.", user=run.user.name)
    if owner != run.user.iden:
        raise StormError("AuthDeny", f"User {run.user.name} cannot create vaults for user {owner}.")


def permissions(run: Runtime, vault: dict[str, Any]) -> dict[str, Any]:
    """What a new vault's owner, its role or everybody may do with it. Raises StormError for an owner that is not there."""
    accounts, owner = run.host.accounts, vault["owner"]
    users: dict[str, int] = {}
    roles: dict[str, int] = {}
    if vault["scope"] == "global":
        everybody = accounts.role_named(EVERYBODY)
        roles = {} if everybody is None else {everybody.iden: easyperm.READ}
    elif vault["scope"] == "role":
        if accounts.role(owner) is None:
            raise StormError("NoSuchRole", f"Role with iden {owner} not found.")
        roles = {owner: easyperm.READ}
    else:
        if accounts.user(owner) is None:
            raise StormError("NoSuchUser", f"User with iden {owner} not found.")
        users = {owner: easyperm.ADMIN}
    return {"users": users, "roles": roles, "default": easyperm.DENY}


def every(run: Runtime) -> list[dict[str, Any]]:
    return [vault for _, vault in run.host.documents.items(KIND_OF)]


def by_name(run: Runtime, name: str) -> dict[str, Any] | None:
    return next((vault for vault in every(run) if vault["name"] == name), None)


def of_type(run: Runtime, kind: str, scope: str, owner: str | None) -> dict[str, Any] | None:
    """The vault of a kind and scope; a global one is the same whoever owns it."""
    for vault in every(run):
        if (vault["type"], vault["scope"]) == (kind, scope) and (scope == "global" or vault["owner"] == owner):
            return vault
    return None


def byname(run: Runtime, me: Any, name: Any) -> StormVault:
    wanted = to_str(name)
    vault = by_name(run, wanted)
    if vault is None:
        raise StormError("NoSuchName", f"Vault not found for name: {wanted}.")
    return readable(run, vault, wanted)


def get(run: Runtime, me: Any, iden: Any) -> StormVault:
    wanted = to_str(iden)
    if not re.match(IDEN, wanted):
        raise StormError("BadArg", f"Iden is not a valid iden: {wanted}.")
    return readable(run, of(run, wanted), wanted)


def readable(run: Runtime, vault: dict[str, Any], told: str) -> StormVault:
    confirm(run, vault, easyperm.READ, told)
    return StormVault(vault["iden"])


def bytype(run: Runtime, me: Any, vtype: Any, scope: Any = None) -> StormVault | None:
    kind, wanted = to_str(vtype), None if scope is None else to_str(scope)
    if wanted is not None and wanted not in SCOPES:
        raise StormError("BadArg", f"Invalid scope: {wanted}.", scope=wanted)
    owners = [("user", run.user.iden), *(("role", role) for role in run.user.roles), ("global", None)]
    for each, owner in owners:
        vault = of_type(run, kind, each, owner) if wanted in (None, each) else None
        if vault is not None and easyperm.reaches(run, vault, easyperm.READ):
            return StormVault(vault["iden"])
    return None


def list_(run: Runtime, me: Any) -> Iterator[StormVault]:
    for vault in every(run):
        if easyperm.reaches(run, vault, easyperm.READ):
            yield StormVault(vault["iden"])


def print_(run: Runtime, me: Any, vault: Any) -> Iterator[Any]:
    """Nothing is printed until it is gone through, as by a function without `return`."""
    found = to_prim(run, vault)
    if not isinstance(found, dict):
        deref(run, vault, "iden")
        found = {}
    for title, key in (("Vault", "iden"), ("  Name", "name"), ("  Type", "type"), ("  Scope", "scope")):
        run.print(f"{title}: {to_text(run, found.get(key))}")
    run.print("  Permissions:")
    for title, key, name_of in (("Users", "users", user_name), ("Roles", "roles", role_name)):
        granted = found.get("permissions") or {}
        if not isinstance(granted, dict):
            mesg = f"Cannot find name [{key}] on type {python_name(granted)}"
            raise StormError("NoSuchName", mesg, name=key, styp=python_name(granted).capitalize())
        levels = _pairs(granted.get(key))
        run.print(f"    {title}:{'' if levels else ' None'}")
        for iden, level in levels:
            run.print(f"      {name_of(run, to_str(iden))}: {_level(level)}")
    configs = _pairs(found.get("configs"))
    run.print(f"  Configs:{'' if configs else ' None'}")
    for key, valu in configs:
        run.print(f"    {key}: {to_text(run, shown(valu))}")
    yield from ()


def _pairs(valu: Any) -> list[Any]:
    """Keys with their values. Raises StormError for what has none."""
    if not isinstance(valu, dict | list | tuple | str | None):
        raise StormError("StormRuntimeError", f"'{python_name(valu)}' object is not iterable: {python_text(valu)}")
    pairs = list(valu.items() if isinstance(valu, dict) else valu or ())
    for each in pairs:
        if not isinstance(each, list | tuple) or len(each) != 2:
            mesg = f"Number of items to unpack does not match the number of variables: {python_text(each)}"
            raise StormError("StormVarListError", mesg, names=["key", "valu"])
    return pairs


def _level(valu: Any) -> str:
    return easyperm.NAMES.get(valu, "$lib.null") if isinstance(valu, int) else "$lib.null"


def shown(valu: Any) -> Any:
    """A value as it is given out: a list is a list."""
    return list(valu) if isinstance(valu, tuple) else valu


def user_name(run: Runtime, iden: str) -> str:
    user = run.host.accounts.user(iden)
    return iden if user is None else user.name


def role_name(run: Runtime, iden: str) -> str:
    role = run.host.accounts.role(iden)
    return iden if role is None else role.name


def of(run: Runtime, iden: str) -> dict[str, Any]:
    """The vault of an iden. Raises StormError."""
    found: dict[str, Any] | None = run.host.documents.get(KIND_OF, iden)
    if found is None:
        raise StormError("NoSuchIden", f"Vault not found for iden: {iden}.", iden=iden)
    return found


def confirm(run: Runtime, vault: dict[str, Any], level: int, told: str | None = None) -> None:
    """Raises StormError for want of a level on a vault. told: how the error names it."""
    if not easyperm.reaches(run, vault, level):
        named = vault["iden"] if told is None else told
        raise StormError(
            "AuthDeny", f"User requires {easyperm.NAMES[level]} permission on vault: {named}.", **run.told()
        )


def store(run: Runtime, vault: dict[str, Any]) -> None:
    run.host.documents.put(KIND_OF, vault["iden"], vault)


def check(vault: dict[str, Any]) -> None:
    """Raises StormError for a vault that is not as it should be."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator()(vault)
    except JsonSchemaValueException as error:
        where = str(error.name)
        raise violated(where, error.message.removeprefix(f"{where} ")) from error


@cache
def _validator() -> Any:
    # Imported late: compiling a schema is work that starting up does not need.
    import fastjsonschema

    return fastjsonschema.compile(SCHEMA, use_default=False)


def set_name(run: Runtime, me: StormVault, valu: Any) -> None:
    vault, name = of(run, me.iden), to_str(valu)
    confirm(run, vault, easyperm.EDIT)
    other = by_name(run, name)
    if other is not None and other["iden"] != me.iden:
        raise StormError("DupName", f"Vault with name {name} already exists.", name=name)
    changed = {**vault, "name": name}
    check(changed)
    store(run, changed)


def part_of(run: Runtime, me: StormVault, part: str) -> VaultData | None:
    """The secrets or configs; null where one may not see them."""
    seen = easyperm.EDIT if part == "secrets" else easyperm.READ
    return VaultData(me.iden, part) if easyperm.reaches(run, of(run, me.iden), seen) else None


def set_part(run: Runtime, me: StormVault, part: str, valu: Any) -> None:
    vault, data = of(run, me.iden), to_prim(run, valu)
    confirm(run, vault, easyperm.EDIT)
    if not isinstance(data, dict):
        raise StormError("BadArg", "valu must be a dictionary.")
    store(run, {**vault, part: data})


def set_perm(run: Runtime, me: StormVault, iden: Any, level: Any) -> dict[str, Any]:
    vault, wanted = of(run, me.iden), to_str(iden)
    confirm(run, vault, easyperm.ADMIN)
    accounts = run.host.accounts
    scope = "users" if accounts.user(wanted) is not None else "roles"
    if scope == "roles" and accounts.role(wanted) is None:
        raise StormError("NoSuchIden", f"Iden {wanted} is not a valid user or role.", iden=wanted)
    easyperm.granted(run, vault, scope, wanted, None if level is None else to_int(level))
    store(run, vault)
    return packed(run, me)


def delete(run: Runtime, me: StormVault) -> None:
    confirm(run, of(run, me.iden), easyperm.ADMIN)
    run.host.documents.pop(KIND_OF, me.iden)


def packed(run: Runtime, me: StormVault) -> dict[str, Any]:
    vault = of(run, me.iden)
    hidden = () if easyperm.reaches(run, vault, easyperm.EDIT) else ("secrets",)
    return {key: valu for key, valu in vault.items() if key not in hidden}


def set_item(run: Runtime, me: StormVault, name: Any, valu: Any) -> None:
    raise StormError("NoSuchName", f"Setting {to_str(name)} is not supported on vault.", name=name)


def data_of(run: Runtime, me: VaultData) -> dict[str, Any]:
    found: dict[str, Any] = of(run, me.iden)[me.part]
    return found


def set_data_item(run: Runtime, me: VaultData, name: Any, valu: Any) -> None:
    vault, key = of(run, me.iden), to_str(name)
    confirm(run, vault, easyperm.EDIT)
    if valu is UNDEF:
        if key not in vault[me.part]:
            raise StormError("BadArg", f"Key {key} not found in vault {me.part}.")
        del vault[me.part][key]
    else:
        vault[me.part][key] = to_prim(run, valu)
    store(run, vault)


def iterate_data(run: Runtime, me: VaultData) -> Iterator[Any]:
    for key, valu in data_of(run, me).items():
        yield [key, shown(valu)]


ADD = "add(name: str, vtype: str, scope: str, owner: str, secrets: dict, configs: dict) -> str"
LIBRARIES = (
    Library(
        "lib.vault",
        "Secrets and settings.",
        (
            local(ADD, add, "Make a vault.", writes=True),
            local("byname(name: str) -> vault", byname, "The vault of a name.", writes=True),
            local(
                "bytype(vtype: str, scope: str = null) -> vault",
                bytype,
                "The first vault of a kind that is for one.",
                writes=True,
            ),
            local("get(iden: str) -> vault", get, "The vault of an iden.", writes=True),
            local("list() -> list", list_, "All vaults that one may read.", writes=True),
            local("print(vault: dict) -> null", print_, "Show a vault without its secrets."),
        ),
    ),
)
KINDS = (
    Kind(
        "vault",
        "Vault",
        StormVault,
        "Secrets and settings.",
        (
            local(
                "configs: gtor|stor",
                lambda run, me: part_of(run, me, "configs"),
                "The settings.",
                sets=lambda run, me, valu: set_part(run, me, "configs", valu),
            ),
            local("delete() -> boolean", delete, "Delete the vault.", writes=True),
            local("iden: str", lambda run, me: me.iden, "The iden."),
            local("name: gtor|stor", lambda run, me: of(run, me.iden)["name"], "The name.", sets=set_name),
            local("owner: str", lambda run, me: of(run, me.iden)["owner"], "The iden of the user or role it is for."),
            local("permissions: gtor", lambda run, me: of(run, me.iden)["permissions"], "Who may do what with it."),
            local("scope: str", lambda run, me: of(run, me.iden)["scope"], "Whether it is for a user, a role or all."),
            local(
                "secrets: gtor|stor",
                lambda run, me: part_of(run, me, "secrets"),
                "The secrets.",
                sets=lambda run, me, valu: set_part(run, me, "secrets", valu),
            ),
            local(
                "setPerm(iden: str, level: str) -> boolean", set_perm, "Set the level of a user or role.", writes=True
            ),
            local("type: str", lambda run, me: of(run, me.iden)["type"], "What it is for."),
        ),
        set_item=set_item,
        show=lambda run, me: f"vault: {me.iden}",
        prim=packed,
    ),
    Kind(
        "vault:data",
        "VaultData",
        VaultData,
        "The secrets or settings of a vault.",
        deref=lambda run, me, name: shown(data_of(run, me).get(to_str(name))),
        set_item=set_data_item,
        iterate=iterate_data,
        show=lambda run, me: to_text(run, repr(data_of(run, me))),
        prim=data_of,
    ),
)
