"""`http:api`, `http:api:methods` and `http:api:vars`: a definition of the Extended HTTP API (reference 11.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ....storage.sodes import tupled
from ..errors import StormError
from ..programs.query_values import text_of
from ..runtime import Runtime
from ..surface import UNDEF, Kind, local
from ..values.containers import StormDict
from ..values.convert import python_text, to_bool, to_prim, to_str, to_text
from .auth_rules import violated
from .httpapi_defs import StormHttpApi, change, checked_path, checked_runas, confirm_set
from .httpapi_perms import PERMS
from .stores import StormUser
from .view import StormView

METHODS = ("delete", "get", "head", "options", "patch", "post", "put")


@dataclass(frozen=True, slots=True, eq=False)
class HttpApiMethods:
    """`$api.methods`."""

    api: StormHttpApi


@dataclass(frozen=True, slots=True, eq=False)
class HttpApiVars:
    """`$api.vars`: all names are variables."""

    api: StormHttpApi

    def __len__(self) -> int:
        return len(self.api.info["vars"])


def set_view(run: Runtime, me: StormHttpApi, valu: Any) -> None:
    confirm_set(run, "view on http:api")
    iden = valu.iden if isinstance(valu, StormView) else to_str(valu)
    if run.host.graph.view(iden) is None:
        raise StormError("NoSuchView", f"Cannot set view={iden} on extended httpapi, it does not exist.")
    change(run, me, "view", iden)


def set_owner(run: Runtime, me: StormHttpApi, valu: Any) -> None:
    confirm_set(run, "owner on http:api")
    iden = valu.iden if isinstance(valu, StormUser) else to_str(valu)
    if run.host.accounts.user(iden) is None:
        raise StormError("NoSuchUser", f"Cannot set owner={iden} on extended httpapi, it does not exist.")
    change(run, me, "owner", iden)


def set_vars(run: Runtime, me: StormHttpApi, valu: Any) -> None:
    confirm_set(run, "vars on http:api")
    prim = to_prim(run, valu)
    if not isinstance(prim, dict):
        raise violated("data.vars", "must be object")
    change(run, me, "vars", tupled(prim))


def view_of(run: Runtime, me: StormHttpApi) -> StormView:
    """Raises StormError("NoSuchView") once it is deleted."""
    iden = me.info["view"]
    if run.host.graph.view(iden) is None:
        raise StormError("NoSuchView", f"No view with iden={iden!r}", iden=iden)
    return StormView(iden)


def show(run: Runtime, me: StormHttpApi) -> str:
    return f"http:api: {me.info['name'] or '<no name>'} ({me.iden}), path={me.info['path']}"


def no_item(kind: str) -> Any:
    """What assigning an unknown name raises."""

    def set_item(run: Runtime, me: Any, name: Any, valu: Any) -> None:
        text = to_str(name)
        mesg = f"Setting {text} is not supported on {kind}."
        raise StormError("NoSuchName", mesg, name=text, mesg=mesg)

    return set_item


# -- http:api:methods, http:api:vars


def set_method(run: Runtime, me: HttpApiMethods, name: str, valu: Any) -> None:
    """Set the query of a method; UNDEF takes it away. Raises StormError: BadSyntax."""
    from ..programs.compile import compiled

    confirm_set(run, f"{name} on http:api:methods")
    methods = dict(me.api.info["methods"])
    if valu is UNDEF:
        methods.pop(name, None)
    else:
        text = text_of(valu).strip()
        compiled(text)
        methods[name] = text
    change(run, me.api, "methods", methods)


def set_var(run: Runtime, me: HttpApiVars, name: Any, valu: Any) -> None:
    confirm_set(run)
    vars, key = dict(me.api.info["vars"]), to_str(name)
    if valu is UNDEF:
        vars.pop(key, None)
    else:
        vars[key] = to_prim(run, valu)
    change(run, me.api, "vars", tupled(vars))


def pairs(valu: dict[str, Any]) -> Iterator[Any]:
    return iter(list(valu.items()))


def _method(name: str) -> Any:
    return local(
        f"{name}: gtor|stor",
        lambda run, me: me.api.info["methods"].get(name),
        f"The query for {name.upper()}.",
        sets=lambda run, me, valu: set_method(run, me, name, valu),
    )


def _setting(name: str, convert: Any, desc: str) -> Any:
    """A value of a definition that can be set."""

    def set_it(run: Runtime, me: StormHttpApi, valu: Any) -> None:
        confirm_set(run, f"{name} on http:api")
        change(run, me, name, convert(valu))

    return local(
        f"{name}: stor|gtor",
        lambda run, me: me.info[name],
        desc,
        sets=set_it,
    )


KINDS = (
    Kind(
        "http:api",
        "HttpApi",
        StormHttpApi,
        "What answers the requests to a path of the Extended HTTP API.",
        (
            _setting("authenticated", to_bool, "Whether callers must log in."),
            local("created: int", lambda run, me: me.info["created"], "When it was made."),
            local("creator: gtor", lambda run, me: StormUser(me.info["creator"]), "Who made it."),
            _setting("desc", to_str, "What it is for."),
            local("iden: str", lambda run, me: me.iden, "The iden."),
            local("methods: ctor", lambda run, me: HttpApiMethods(me), "Its queries by HTTP method."),
            _setting("name", to_str, "The name."),
            local("owner: gtor|stor", lambda run, me: StormUser(me.info["owner"]), "The owner.", sets=set_owner),
            local("pack() -> dict", lambda run, me: dict(me.info), "The definition as a dictionary."),
            _setting("path", lambda valu: checked_path(to_str(valu)), "The regular expression of its paths."),
            PERMS,
            _setting("pool", to_bool, "Whether another member of a pool may run it."),
            _setting("readonly", to_bool, "Whether its queries may change nothing."),
            _setting("runas", lambda valu: checked_runas(to_str(valu)), "As whom its queries run."),
            local("updated: gtor", lambda run, me: me.info["updated"], "When it was changed last."),
            local("vars: stor|ctor", lambda run, me: HttpApiVars(me), "What its queries know.", sets=set_vars),
            local("view: stor|gtor", view_of, "The view its queries run in.", sets=set_view),
        ),
        set_item=no_item("http:api"),
        show=show,
    ),
    Kind(
        "http:api:methods",
        "HttpApiMethods",
        HttpApiMethods,
        "The queries of a definition by HTTP method.",
        tuple(_method(name) for name in METHODS),
        set_item=no_item("http:api:methods"),
        iterate=lambda run, me: pairs(me.api.info["methods"]),
        show=lambda run, me: f"http:api:methods: {python_text(me.api.info['methods'])}",
        prim=lambda run, me: dict(me.api.info["methods"]),
    ),
    Kind(
        "http:api:vars",
        "HttpApiVars",
        HttpApiVars,
        "The variables of a definition.",
        deref=lambda run, me, name: me.api.info["vars"].get(to_str(name)),
        set_item=set_var,
        iterate=lambda run, me: pairs(me.api.info["vars"]),
        show=lambda run, me: to_text(run, StormDict(me.api.info["vars"])),
        prim=lambda run, me: dict(me.api.info["vars"]),
    ),
)
