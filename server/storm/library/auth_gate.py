"""`auth:gate`: an object that permissions can be granted on; and who a Storm value about accounts stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ....storage.accounts import Gate, Role, User
from ...packing import pack_gate
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, local


@dataclass(frozen=True, slots=True)
class StormGate:
    """A gate, by the iden of its object."""

    iden: str


def pack(run: Runtime, me: StormGate) -> dict[str, Any]:
    """Who was granted what on the object."""
    return pack_gate(run.host.accounts, me.iden, run.host.gates.kind(me.iden))


def of_gates(run: Runtime, gates: dict[str, Gate]) -> list[StormGate]:
    """The gates that a user or role was granted something on."""
    return [StormGate(iden) for iden in gates if run.host.gates.kind(iden) is not None]


def check_gate(run: Runtime, iden: str | None) -> None:
    """Raises StormError for an object that nothing can be granted on."""
    if iden is not None and run.host.gates.kind(iden) is None:
        raise StormError("NoSuchAuthGate", f"No auth gate found with iden: ({iden}).", iden=iden)


def user_of(run: Runtime, iden: str) -> User:
    """The user of an iden. Raises StormError."""
    user = run.host.accounts.user(iden)
    if user is None:
        raise StormError("NoSuchUser", f"No user with iden {iden}.", user=iden)
    return user


def role_of(run: Runtime, iden: str) -> Role:
    """The role of an iden. Raises StormError."""
    role = run.host.accounts.role(iden)
    if role is None:
        raise StormError("NoSuchRole", f"No role with iden {iden}.")
    return role


KIND = Kind(
    "auth:gate",
    "Gate",
    StormGate,
    "An object that permissions can be granted on.",
    (
        local("iden: str", lambda run, me: me.iden, "Its iden."),
        local("roles: list", lambda run, me: pack(run, me)["roles"], "What roles were granted on it."),
        local("type: str", lambda run, me: run.host.gates.kind(me.iden), "What kind of object it is."),
        local("users: list", lambda run, me: pack(run, me)["users"], "What users were granted on it."),
    ),
    show=lambda run, me: f"auth:gate: {shown_gate(pack(run, me))}",
    prim=pack,
)


def shown(packed: dict[str, Any]) -> str:
    """A packed account as print shows it: its rules and roles are tuples."""
    return repr(_tupled(packed))


def shown_gate(packed: dict[str, Any]) -> str:
    """A packed gate as print shows it: who was granted something stands in lists, the rules are tuples."""
    lists = {key: list(map(_tupled, packed[key])) for key in ("users", "roles")}
    return repr({**packed, **lists})


def _tupled(valu: Any) -> Any:
    if isinstance(valu, list):
        return tuple(_tupled(item) for item in valu)
    return {key: _tupled(item) for key, item in valu.items()} if isinstance(valu, dict) else valu
