"""`$lib.graph`: graph projections, which say what a query shows of the surroundings of its nodes, with permissions."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, to_int, to_prim, to_str
from . import easyperm
from .auth_rules import violated

KIND = "graph"
TEXTS = {"type": "array", "items": {"type": "string"}}
QUERIES = {"pivots": TEXTS, "filters": TEXTS}
IDEN = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
EDITABLE: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1},
    "desc": {"type": "string"},
    "degrees": {"type": ["integer", "null"], "minimum": 0},
    **QUERIES,
    "forms": {"type": "object", "additionalProperties": {"type": "object", "properties": QUERIES}},
    "refs": {"type": "boolean"},
    "edges": {"type": "boolean"},
    "edgelimit": {"type": "integer"},
    "filterinput": {"type": "boolean"},
    "yieldfiltered": {"type": "boolean"},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **EDITABLE,
        "iden": IDEN,
        "scope": {"enum": ["user", "power-up"]},
        "creator": IDEN,
        "created": {"type": "integer"},
        "updated": {"type": "integer"},
        "permissions": {"type": "object"},
    },
    "additionalProperties": False,
    "required": ["name"],
}
DEFAULTS: dict[str, Any] = {
    "desc": "",
    "refs": False,
    "edges": True,
    "edgelimit": 3000,
    "filterinput": True,
    "yieldfiltered": False,
}


def add(run: Runtime, me: Any, gdef: Any) -> dict[str, Any]:
    run.confirm(("storm", "graph", "add"), default=True)
    given = to_prim(run, gdef)
    if not isinstance(given, dict):
        raise StormError("AttributeError", f"'{python_name(gdef)}' object has no attribute 'setdefault'")
    now = run.host.clock.now_ms()
    made = {"permissions": None, "iden": run.host.ids.guid(), "scope": "user", "creator": run.user.iden}
    graph = {**given, **made, "created": now, "updated": now}
    easyperm.begun(run, graph)
    graph.update({key: valu for key, valu in DEFAULTS.items() if key not in graph})
    check(run, graph)
    store(run, graph)
    return graph


def del_(run: Runtime, me: Any, iden: Any) -> None:
    graph = needed(run, to_str(iden), easyperm.ADMIN)
    run.host.documents.pop(KIND, graph["iden"])


def get(run: Runtime, me: Any, iden: Any = None) -> dict[str, Any] | None:
    if iden is None:
        active: Any = run.task.opts.get("graph")
        return needed(run, active, easyperm.READ) if isinstance(active, str) else active
    return needed(run, to_str(iden), easyperm.READ)


def list_(run: Runtime, me: Any) -> list[dict[str, Any]]:
    found = [graph for _, graph in run.host.documents.items(KIND) if reaches(run, graph, easyperm.READ)]
    return sorted(found, key=lambda graph: str(graph["name"]))


def mod(run: Runtime, me: Any, iden: Any, info: Any) -> None:
    facts = to_prim(run, info)
    graph = needed(run, to_str(iden), easyperm.EDIT)
    if not isinstance(facts, dict):
        raise StormError("AttributeError", f"'{python_name(info)}' object has no attribute 'keys'")
    for key in facts:
        if key not in EDITABLE:
            raise StormError("BadArg", f"User may not edit the field: {key}.")
    changed = {**graph, **facts, "updated": run.host.clock.now_ms()}
    check(run, changed)
    store(run, changed)


def activate(run: Runtime, me: Any, iden: Any) -> None:
    run.task.opts["graph"] = needed(run, to_str(iden), easyperm.READ)


def grant(run: Runtime, me: Any, gden: Any, scope: Any, iden: Any, level: Any) -> None:
    set_level(run, gden, scope, iden, None if level is None else to_int(level))


def revoke(run: Runtime, me: Any, gden: Any, scope: Any, iden: Any) -> None:
    set_level(run, gden, scope, iden, None)


def set_level(run: Runtime, gden: Any, scope: Any, iden: Any, level: int | None) -> None:
    graph = needed(run, to_str(gden), easyperm.ADMIN)
    easyperm.granted(run, graph, to_str(scope), to_str(iden), level)
    store(run, {**graph, "updated": run.host.clock.now_ms()})


def needed(run: Runtime, iden: str, level: int) -> dict[str, Any]:
    """The projection of an iden. Raises StormError where there is none, or for want of a level on it."""
    graph: dict[str, Any] | None = run.host.documents.get(KIND, iden)
    if graph is None:
        raise StormError("NoSuchIden", f"No graph projection with iden {iden} exists!")
    if not reaches(run, graph, level):
        mesg = f"User requires {easyperm.NAMES[level]} permission on graph projection: {iden}."
        raise StormError("AuthDeny", mesg, **run.told())
    return graph


def reaches(run: Runtime, graph: dict[str, Any], level: int) -> bool:
    return run.may(("storm", "graph", easyperm.NAMES[level])) or easyperm.reaches(run, graph, level)


def store(run: Runtime, graph: dict[str, Any]) -> None:
    run.host.documents.put(KIND, graph["iden"], graph)


def check(run: Runtime, graph: dict[str, Any]) -> None:
    """Raises StormError for a projection that is not as it should be, BadSyntax for a query in it."""
    from fastjsonschema import JsonSchemaValueException

    from ..programs.compile import compiled

    try:
        _validator()(graph)
    except JsonSchemaValueException as error:
        where = str(error.name)
        raise violated(where, error.message.removeprefix(f"{where} ")) from error
    for part in (graph, *graph.get("forms", {}).values()):
        for text in (*part.get("pivots", ()), *part.get("filters", ())):
            compiled(text)
    for form in graph.get("forms", {}):
        if form != "*" and not run.model.is_form(form):
            raise StormError("NoSuchForm", f"No form named {form}.", name=form)


@cache
def _validator() -> Any:
    # Imported late: compiling a schema is work that starting up does not need.
    import fastjsonschema

    return fastjsonschema.compile(SCHEMA, use_default=False)


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
