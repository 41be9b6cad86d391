"""`$lib.graph`: graph projections, which say what a query shows of the surroundings of its nodes, with permissions."""

from __future__ import annotations

from typing import Any

from ..errors import StormError
from ..graphs import projections
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, to_int, to_prim, to_str
from . import easyperm


def add(run: Runtime, me: Any, gdef: Any) -> dict[str, Any]:
    run.confirm(("storm", "graph", "add"), default=True)
    given = to_prim(run, gdef)
    if not isinstance(given, dict):
        raise _no_dictionary(given, "setdefault")
    graph = projections.made(run, given)
    run.host.events.tell("storm:graph:add", {"gdef": graph})
    return graph


def del_(run: Runtime, me: Any, iden: Any) -> None:
    graph = projections.needed(run, to_str(iden), easyperm.ADMIN)
    run.host.documents.pop(projections.KIND, graph["iden"])
    run.host.events.tell("storm:graph:del", {"iden": graph["iden"]})


def get(run: Runtime, me: Any, iden: Any = None) -> Any:
    return run.graph if iden is None else projections.needed(run, to_str(iden), easyperm.READ)


def list_(run: Runtime, me: Any) -> list[dict[str, Any]]:
    return list(projections.every(run))


def mod(run: Runtime, me: Any, iden: Any, info: Any) -> None:
    facts = to_prim(run, info)
    graph = projections.needed(run, to_str(iden), easyperm.EDIT)
    if not isinstance(facts, dict):
        raise _no_dictionary(facts, "keys")
    for key in facts:
        if key not in projections.EDITABLE:
            raise StormError("BadArg", f"User may not edit the field: {key}.")
    changed = {**graph, **facts, "updated": run.host.clock.now_ms()}
    projections.check(run, changed, "data")
    projections.store(run, changed)
    run.host.events.tell("storm:graph:mod", {"gdef": changed})


def activate(run: Runtime, me: Any, iden: Any) -> None:
    if iden is not None:
        run.graph = projections.needed(run, to_str(iden), easyperm.READ)


def grant(run: Runtime, me: Any, gden: Any, scope: Any, iden: Any, level: Any) -> None:
    set_level(run, gden, scope, iden, None if level is None else to_int(level))


def revoke(run: Runtime, me: Any, gden: Any, scope: Any, iden: Any) -> None:
    set_level(run, gden, scope, iden, None)


def set_level(run: Runtime, gden: Any, scope: Any, iden: Any, level: int | None) -> None:
    graph = projections.needed(run, to_str(gden), easyperm.ADMIN)
    easyperm.granted(run, graph, to_str(scope), to_str(iden), level)
    changed = {**graph, "updated": run.host.clock.now_ms()}
    projections.store(run, changed)
    run.host.events.tell("storm:graph:set:perm", {"gdef": changed})


def _no_dictionary(given: Any, wanted: str) -> StormError:
    # Lists are tuples in the product once they have left a query.
    kind = "tuple" if isinstance(given, list) else python_name(given)
    return StormError("AttributeError", f"'{kind}' object has no attribute '{wanted}'")


LIBRARIES = (
    Library(
        "lib.graph",
        "Graph projections.",
        (
            local("activate(iden: str) -> null", activate, "Use one for the running query.", writes=True),
            local("add(gdef: dict) -> null", add, "Make one.", writes=True),
            local("del(iden: str) -> null", del_, "Delete one.", writes=True),
            local("get(iden: str = null) -> dict", get, "One of them, or the one in use."),
            local(
                "grant(gden: str, scope: str, iden: str, level: int) -> null",
                grant,
                "Give a user or role a level.",
                writes=True,
            ),
            local("list() -> list", list_, "All that one may read."),
            local("mod(iden: str, info: dict) -> null", mod, "Change facts about one.", writes=True),
            local("revoke(gden: str, scope: str, iden: str) -> null", revoke, "Take a level away.", writes=True),
        ),
    ),
)
