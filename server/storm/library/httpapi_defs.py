"""The definitions of the Extended HTTP API as Storm's values, and what changes them (reference 11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ....storage.httpapis import Definition
from ...model.contract import ModelError
from ...model.types.patterns import compiled
from ..errors import StormError
from ..runtime import Runtime
from .auth_rules import violated

RUNAS = ("owner", "user")


@dataclass(slots=True, eq=False)
class StormHttpApi:
    """A definition as it was when it was asked for, with what was set since through this value."""

    info: Definition

    @property
    def iden(self) -> str:
        found: str = self.info["iden"]
        return found


def confirm(run: Runtime, what: str) -> None:
    """Raises StormError("AuthDeny"). what: `add`, `get`, `set` or `del`."""
    run.confirm(("storm", "lib", "cortex", "httpapi", what))


def found(run: Runtime, iden: str | None) -> StormHttpApi:
    """The definition of an iden. Raises StormError: NoSuchIden, AuthDeny."""
    confirm(run, "get")
    info = None if iden is None else run.host.httpapis.get(iden)
    if info is None:
        raise StormError("NoSuchIden", f"No extended http api for iden={iden!r}", iden=iden)
    return StormHttpApi(info)


def confirm_set(run: Runtime, what: str = "") -> None:
    """Raises StormError for one who may not change definitions, or not now. what: what is set, as errors say it."""
    if run.readonly and what:
        raise StormError("IsReadOnly", f"Setting {what} is not marked readonly safe.")
    run.writable()
    confirm(run, "set")


def change(run: Runtime, me: StormHttpApi, name: str, valu: Any) -> None:
    """Give a definition another value. Raises StormError("NoSuchIden"). Callers use `confirm_set` first."""
    changes = {name: valu, "updated": run.host.clock.now_ms()}
    try:
        info = run.host.httpapis.change(me.iden, changes)
    except TypeError as error:
        raise StormError("NotMsgpackSafe", str(error)) from None
    if info is None:
        raise StormError("NoSuchIden", f"No http api for iden={me.iden!r}", iden=me.iden)
    me.info = info


def checked_path(path: str) -> str:
    """A path that is a regular expression. Raises StormError("BadArg")."""
    try:
        compiled(path)
    except ModelError as error:
        told = "Invalid path for Extended HTTP API - cannot compile regular expression for"
        raise StormError("BadArg", f"{told} [{path}] : {error.mesg}") from None
    return path


def checked_runas(runas: str) -> str:
    """As whom a query runs. Raises StormError("SchemaViolation")."""
    if runas not in RUNAS:
        raise violated("data.runas", f"must match pattern ^({'|'.join(RUNAS)})$")
    return runas
