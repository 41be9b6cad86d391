"""`$path`: the way that led to the node in hand, its variables, and what is to be told about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import StormError
from ..nodes.path import Path
from ..runtime import Runtime
from ..surface import UNDEF, Kind, local
from ..values.convert import to_prim, to_str


@dataclass(frozen=True, slots=True, eq=False)
class PathVars:
    """The variables that were set on a way."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class PathMeta:
    """What is told about a way together with its node."""

    path: Path


def get_var(run: Runtime, me: PathVars, name: Any) -> Any:
    text = to_str(name)
    if text not in me.path.vars:
        raise StormError("StormRuntimeError", f"No var with name: {text}.")
    return me.path.vars[text]


def set_var(run: Runtime, me: PathVars, name: Any, valu: Any) -> None:
    if valu is UNDEF:
        me.path.vars.pop(to_str(name), None)
    else:
        me.path.vars[to_str(name)] = valu


def get_meta(run: Runtime, me: PathMeta, name: Any) -> Any:
    return (me.path.meta or {}).get(to_str(name))


def set_meta(run: Runtime, me: PathMeta, name: Any, valu: Any) -> None:
    meta = me.path.meta = dict(me.path.meta or {})
    if valu is UNDEF:
        meta.pop(to_str(name), None)
    else:
        meta[to_str(name)] = to_prim(run, valu)


def meta_pairs(run: Runtime, me: PathMeta) -> Iterator[tuple[str, Any]]:
    return iter(list((me.path.meta or {}).items()))


METHODS = (
    local("idens() -> list", lambda run, me: [node.iden_hex for node in me.nodes()], "The idens of the way's nodes."),
    local("links() -> list", lambda run, me: me.links(), "How the way went on from each node."),
    local("listvars() -> list", lambda run, me: list(me.vars.items()), "Variables and their values."),
    local("meta: node:path:meta", lambda run, me: PathMeta(me), "What is told about the way."),
    local("vars: node:path:vars", lambda run, me: PathVars(me), "The variables of the way."),
)
KINDS = (
    Kind("node:path", "Path", Path, "The way that led to a node.", METHODS),
    Kind(
        "node:path:vars",
        "PathVars",
        PathVars,
        "The variables of a way.",
        deref=get_var,
        set_item=set_var,
        iterate=lambda run, me: iter(list(me.path.vars.items())),
        show=lambda run, me: "node:path:vars: None",
    ),
    Kind(
        "node:path:meta",
        "PathMeta",
        PathMeta,
        "What is told about a way.",
        deref=get_meta,
        set_item=set_meta,
        iterate=meta_pairs,
        show=lambda run, me: "node:path:meta: None",
    ),
)
