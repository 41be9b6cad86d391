"""`$lib.user`, who runs the query; `$lib.globals`, `$lib.vars` and `$lib.env`: values by name."""

from __future__ import annotations

import os
from typing import Any

from ... import jsontext
from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Library, local
from ..values.convert import to_bool, to_prim, to_str
from ..values.names import type_name
from .stores import PROFILE, VARS, OwnProfile, OwnVars

ENV = "SYN_STORM_ENV_"


def allowed(run: Runtime, me: Any, permname: Any, gateiden: Any = None, default: Any = False) -> bool:
    perm = tuple(to_str(permname).split("."))
    return run.may(perm, None if gateiden is None else to_str(gateiden), to_bool(default))


def global_get(run: Runtime, me: Any, name: Any, default: Any = None) -> Any:
    found = run.host.globals.get(confirmed(run, "get", name))
    return default if found is None else jsontext.loads_loosely(found)


def global_set(run: Runtime, me: Any, name: Any, valu: Any) -> Any:
    prim = to_prim(run, valu) if isinstance(name, str) else None
    wanted = confirmed(run, "set", name)
    try:
        text = jsontext.dumps_loosely(prim)
    except (TypeError, ValueError) as error:
        # They are JSON over HTTP, too, and kept as such.
        raise StormError("BadArg", f"A global variable must be a value that JSON has: {error}", name=wanted) from error
    run.host.globals.put(wanted, text)
    return prim


def global_pop(run: Runtime, me: Any, name: Any, default: Any = None) -> Any:
    found = run.host.globals.pop(confirmed(run, "pop", name))
    return default if found is None else jsontext.loads_loosely(found)


def global_list(run: Runtime, me: Any) -> list[tuple[str, Any]]:
    pairs = run.host.globals.items()
    return [(name, jsontext.loads_loosely(text)) for name, text in pairs if run.may(("globals", "get", name))]


def confirmed(run: Runtime, action: str, name: Any) -> str:
    """The name of a variable that one may do something with. Raises StormError."""
    if not isinstance(name, str):
        mesg = "The name of a persistent variable must be a string."
        raise StormError("StormRuntimeError", mesg, name=to_prim(run, name))
    run.confirm(("globals", action, name))
    return name


def var_get(run: Runtime, me: Any, name: Any, defv: Any = None) -> Any:
    found = run.get(name) if isinstance(name, str) else UNDEF
    return defv if found is UNDEF else found


def var_set(run: Runtime, me: Any, name: Any, valu: Any) -> None:
    run.set(to_str(name), valu)


def var_del(run: Runtime, me: Any, name: Any) -> None:
    run.set(to_str(name), UNDEF)


def var_list(run: Runtime, me: Any) -> list[tuple[str, Any]]:
    from .table import ROOT

    # The product has its library among the variables.
    return [*run.all_vars().items(), ("lib", ROOT)]


def env_get(run: Runtime, me: Any, name: Any, default: Any = None) -> str | None:
    if not run.admin():
        raise StormError("AuthDeny", "$lib.env.get() requires admin privileges.", **run.told())
    wanted = to_str(name)
    if not wanted.startswith(ENV):
        raise StormError("BadArg", f"Environment variable must start with {ENV} : {wanted}")
    return os.environ.get(wanted, None if default is None else to_str(default))


LIBRARIES = (
    Library(
        "lib.user",
        "Who runs the query.",
        (
            local(
                "allowed(permname: str, gateiden: str = null, default: boolean = false) -> boolean",
                allowed,
                "Whether one has a permission.",
            ),
            local("iden: str", lambda run, me: run.user.iden, "One's iden."),
            local("name() -> str", lambda run, me: run.user.name, "One's name."),
            local("profile: user:profile:dict", lambda run, me: OwnProfile(PROFILE, run.user.iden), "One's profile."),
            local("vars: user:vars:dict", lambda run, me: OwnVars(VARS, run.user.iden), "One's variables."),
        ),
    ),
    Library(
        "lib.globals",
        "Variables that all users share and that last.",
        (
            local("get(name: str, default: prim = null) -> prim", global_get, "The value of a variable."),
            local("list() -> list", global_list, "All variables that one may read."),
            local("pop(name: str, default: prim = null) -> prim", global_pop, "Take a variable away.", writes=True),
            local("set(name: str, valu: prim) -> prim", global_set, "Set a variable.", writes=True),
        ),
    ),
    Library(
        "lib.vars",
        "The variables of the running query.",
        (
            local("del(name: str) -> null", var_del, "Take a variable away."),
            local("get(name: str, defv: prim = null) -> any", var_get, "The value of a variable."),
            local("list() -> list", var_list, "All variables."),
            local("set(name: str, valu: prim) -> null", var_set, "Set a variable."),
            local("type(valu: any) -> str", lambda run, me, valu: type_name(valu), "What kind of value it is."),
        ),
    ),
    Library(
        "lib.env",
        "Variables of the server's environment.",
        (local("get(name: str, default: prim = null) -> str|null", env_get, "The value of a variable."),),
    ),
)
