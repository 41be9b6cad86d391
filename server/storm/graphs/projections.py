"""Graph projections that are kept: those that users made, with permissions of their own, and those of packages.

They are known by iden, to `$lib.graph` and to the option `graph`. What a projection does is told in rules.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from ...model.idens import guid_of
from ..errors import StormError
from ..library import easyperm
from ..library.auth_rules import violated
from ..runtime import Runtime
from .rules import ALL, ANY_FORM, Rules, of_dict

KIND = "graph"
QUERIES: dict[str, Any] = {
    name: {"type": ["array", "null"], "items": {"type": "string"}} for name in ("pivots", "filters")
}
# What users may change.
EDITABLE: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1},
    "desc": {"type": "string"},
    "degrees": {"type": ["integer", "null"], "minimum": 0},
    **QUERIES,
    "forms": {
        "type": "object",
        "additionalProperties": {"type": "object", "properties": QUERIES, "additionalProperties": False},
    },
    "refs": {"type": "boolean"},
    "edges": {"type": "boolean"},
    "edgelimit": {"type": "number"},
    "filterinput": {"type": "boolean"},
    "yieldfiltered": {"type": "boolean"},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **EDITABLE,
        "existing": {"type": "array", "items": {"type": "string"}},
        **{key: {} for key in ("iden", "creator", "created", "updated", "scope", "power-up", "permissions")},
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
POWER_UP = "power-up"


def rules_of(run: Runtime, graph: Any) -> Rules:
    """What is meant by the option `graph`, or by an active projection: rules, an iden, or true. Raises StormError.

    Whoever gives an iden need not be allowed to read the projection: the product does not ask.
    """
    if graph is True:
        return ALL
    return of_dict(known(run, graph) if isinstance(graph, str) else graph)


def filled(graph: dict[str, Any]) -> dict[str, Any]:
    """A projection with the defaults of what it does not say."""
    return {**graph, **{key: valu for key, valu in DEFAULTS.items() if key not in graph}}


def made(run: Runtime, given: dict[str, Any]) -> dict[str, Any]:
    """Make a projection of a user. Raises StormError for what is none."""
    if not isinstance(given.get("permissions", {}), dict):
        raise StormError(
            "AttributeError", f"'{type(given['permissions']).__name__}' object has no attribute 'setdefault'"
        )
    now = run.host.clock.now_ms()
    own = {"permissions": None, "iden": run.host.ids.guid(), "scope": "user", "creator": run.user.iden}
    graph = filled(easyperm.begun(run, {**given, **own, "created": now, "updated": now}))
    check(run, graph, "data")
    store(run, graph)
    return graph


def of_package(run: Runtime, package: str, given: dict[str, Any], place: int) -> dict[str, Any]:
    """A projection as a package that has it is kept with it. Raises StormError for what is none."""
    name = given.get("name")
    own = {} if name is None else {"iden": guid_of((package, name)), "scope": POWER_UP, POWER_UP: package}
    graph = filled({**given, **own})
    check(run, graph, f"data.graphs[{place}]")
    return graph


def every(run: Runtime) -> Iterator[dict[str, Any]]:
    """All projections that the user may read, by name; of the same name the older first, those of packages last."""
    mine = sorted((graph for _, graph in run.host.documents.items(KIND)), key=lambda graph: graph["created"])
    found = [*mine, *_packaged(run)]
    return (graph for graph in sorted(found, key=_name) if easyperm.reaches(run, graph, easyperm.READ))


def known(run: Runtime, iden: str) -> dict[str, Any]:
    """The projection of an iden. Raises StormError("NoSuchIden")."""
    found: dict[str, Any] | None = run.host.documents.get(KIND, iden)
    if found is None:
        found = next((graph for graph in _packaged(run) if graph["iden"] == iden), None)
    if found is None:
        raise StormError("NoSuchIden", f"No graph projection with iden {iden} exists!")
    return found


def needed(run: Runtime, iden: str, level: int) -> dict[str, Any]:
    """The projection of an iden. Raises StormError where there is none, or for want of a level on it."""
    graph = known(run, iden)
    if level > easyperm.READ and graph["scope"] == POWER_UP:
        raise StormError("AuthDeny", "Power-up graph projections may not be modified.", **run.told())
    if not easyperm.reaches(run, graph, level):
        mesg = f"User requires {easyperm.NAMES[level]} permission on graph: {iden}."
        raise StormError("AuthDeny", mesg, **run.told())
    return graph


def store(run: Runtime, graph: dict[str, Any]) -> None:
    """Keep a projection of a user."""
    run.host.documents.put(KIND, graph["iden"], graph)


def check(run: Runtime, graph: dict[str, Any], where: str) -> None:
    """Raises StormError for a projection that is not as it should be, BadSyntax for a query in it.

    where: what stands for the projection in messages.
    """
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator()(graph)
    except JsonSchemaValueException as error:
        place = where + str(error.name).removeprefix("data")
        raise violated(place, error.message.removeprefix(f"{error.name} ")) from error
    _check_queries(graph)
    for form, part in graph.get("forms", {}).items():
        if form != ANY_FORM and not run.model.is_form(form):
            raise StormError("NoSuchForm", f"No form named {form}.", name=form)
        _check_queries(part)


def _check_queries(part: dict[str, Any]) -> None:
    from ..programs.compile import compiled

    for kind in QUERIES:
        texts = part.get(kind, ())
        if texts is None:
            # The schema lets null through, on which the product then stumbles.
            raise StormError("IndexError", "list index out of range")
        for text in texts:
            compiled(text)


def _packaged(run: Runtime) -> Iterator[dict[str, Any]]:
    from ..library.packages import packages

    for package in packages(run):
        for graph in package.get("graphs") or ():
            yield {**graph, "permissions": {"users": {}, "roles": {}, "default": easyperm.READ}}


def _name(graph: dict[str, Any]) -> str:
    return str(graph["name"])


@cache
def _validator() -> Any:
    # Imported late: compiling a schema is work that starting up does not need.
    import fastjsonschema

    return fastjsonschema.compile(SCHEMA, use_default=False)
