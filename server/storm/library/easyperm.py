"""`$lib.auth.easyperm`: who may read, edit and administer a thing, kept in the dictionary that describes it.

Macros, graph projections and vaults use it, and packages for what is theirs.
"""

from __future__ import annotations

from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int, to_str
from .auth_gate import role_of, user_of

DENY, READ, EDIT, ADMIN = range(4)
LEVELS = {"deny": DENY, "read": READ, "edit": EDIT, "admin": ADMIN}
NAMES = {level: name for name, level in LEVELS.items()}
ALLOWED = "must be <= 3 and >= 0"


def begun(run: Runtime, edef: dict[Any, Any], default: int = READ) -> dict[Any, Any]:
    """Give a thing its permissions: its maker is its admin, everybody else has the default level."""
    if default not in NAMES:
        raise StormError("BadArg", f"Invalid permission level: {default} ({ALLOWED})", level=default)
    edef["permissions"] = {"users": {run.user.iden: ADMIN}, "roles": {}, "default": default}
    return edef


def granted(run: Runtime, edef: dict[Any, Any], scope: str, iden: str, level: int | None) -> dict[Any, Any]:
    """Set the level of a user or role; None takes it away. Raises StormError."""
    if scope not in ("users", "roles"):
        raise StormError("BadArg", f'Invalid permissions scope: {scope} (must be "users" or "roles")', scope=scope)
    if level is not None and level not in NAMES:
        raise StormError("BadArg", f"Invalid permission level: {level} ({ALLOWED}, or None)", level=level)
    if scope == "users":
        user_of(run, iden)
    else:
        role_of(run, iden)
    held = _permissions(edef)[scope]
    if level is None:
        held.pop(iden, None)
    else:
        held[iden] = level
    return edef


def reaches(run: Runtime, edef: dict[Any, Any], level: int) -> bool:
    """Whether who runs the query has a level or a higher one: the user's own counts before the roles', these before all."""
    if level not in NAMES:
        raise StormError("BadArg", f"Invalid permission level: {level} ({ALLOWED})", level=level)
    if run.admin():
        return True
    held = _permissions(edef)
    own = held["users"].get(run.user.iden)
    if own is not None:
        return bool(own >= level)
    levels = [held["roles"][role] for role in run.user.roles if role in held["roles"]]
    if levels:
        return bool(max(levels) >= level)
    return bool(held.get("default", READ) >= level)


def _permissions(edef: dict[Any, Any]) -> dict[str, Any]:
    if "permissions" not in edef:
        # The product crashes on a thing that was given none.
        raise StormError("KeyError", "'permissions'")
    found: dict[str, Any] = edef["permissions"]
    return found


def init(run: Runtime, me: Any, edef: Any = None, default: Any = READ) -> dict[Any, Any]:
    thing = {} if edef is None else _thing(edef, "add easy perms to")
    return begun(run, thing, to_int(default))


def set_(run: Runtime, me: Any, edef: Any, scope: Any, iden: Any, level: Any) -> dict[Any, Any]:
    thing = _thing(edef, "set easy perms on")
    return granted(run, thing, to_str(scope), to_str(iden), None if level is None else to_int(level))


def allowed(run: Runtime, me: Any, edef: Any, level: Any) -> bool:
    return reaches(run, _thing(edef, "check easy perms on"), to_int(level))


def confirm(run: Runtime, me: Any, edef: Any, level: Any, mesg: Any = None) -> None:
    wanted = to_int(level)
    if reaches(run, _thing(edef, "check easy perms on"), wanted):
        return
    told = f"User ({run.user.name}) has insufficient permissions (requires: {NAMES[wanted]})."
    raise StormError("AuthDeny", told if mesg is None else to_str(mesg), **run.told())


def _thing(edef: Any, purpose: str) -> dict[Any, Any]:
    if not isinstance(edef, dict):
        raise StormError("BadArg", f"Object to {purpose} must be a dictionary.")
    return edef


LIBRARIES = (
    Library(
        "lib.auth.easyperm",
        "Permissions of things that are kept as dictionaries.",
        (
            local("allowed(edef: dict, level: int) -> boolean", allowed, "Whether one has a level.", writes=True),
            local(
                "confirm(edef: dict, level: int, mesg: str = null) -> null",
                confirm,
                "Refuse who has no such level.",
                writes=True,
            ),
            local(
                "init(edef: dict = null, default: int = 1) -> dict", init, "Give a dictionary permissions.", writes=True
            ),
            local("level: dict", lambda run, me: dict(LEVELS), "The levels by name."),
            local(
                "set(edef: dict, scope: str, iden: str, level: int) -> dict",
                set_,
                "Set the level of a user or role.",
                writes=True,
            ),
        ),
    ),
)
