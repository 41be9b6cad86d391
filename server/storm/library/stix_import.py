"""`$lib.stix.import`: what a bundle of STIX tells becomes nodes, by a Storm text for each type of object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ....storage.sodes import tupled
from ..edits import editor
from ..errors import StormError
from ..nodes.node import Node
from ..programs.leaving import Leaving
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, python_text, to_prim
from .auth_rules import violated
from .python_errors import quoted
from .stix_config import import_config

Told = dict[str, Any]
REFS = "refs"


@dataclass(slots=True)
class Ingest:
    """One bundle on its way in. nodes: those of its objects, by id. more: those that relationships gave."""

    run: Runtime
    bundle: Any
    config: Told
    root: Any = None
    nodes: dict[str, Node] = field(default_factory=dict)
    more: list[Node] = field(default_factory=list)


def ingest(run: Runtime, me: Any, bundle: Any, config: Any = None) -> Iterator[Node]:
    """The node of the bundle, then those of its objects. Raises StormError for what is no bundle."""
    told = to_prim(run, bundle)
    work = Ingest(run, tupled(told), import_config() if config is None else to_prim(run, config))
    _check_config(work.config)
    if "bundle" in work.config:
        work.root = _called(work, work.config["bundle"], {"bundle": work.bundle})
    objects = _checked(told)
    relations = []
    for each in objects:
        if each["type"] == "relationship":
            relations.append(each)
        else:
            _take(work, each)
    for each in objects:
        for ref in each.get("object_refs") or ():
            if each["id"] in work.nodes and ref in work.nodes:
                _refer(run, work.nodes[each["id"]], work.nodes[ref])
    known = _definitions(work.config)
    for each in relations:
        _relate(work, each, known)
    if work.root is not None and not isinstance(work.root, Node):
        # The product takes a node for granted, and crashes on anything else.
        raise StormError("AttributeError", f"'{type(work.root).__name__}' object has no attribute 'addEdge'")
    if work.root is not None:
        for node in work.nodes.values():
            _refer(run, work.root, node)
        yield work.root
    yield from work.nodes.values()
    yield from work.more


def _checked(bundle: Any) -> list[Told]:
    """The objects of a bundle. Raises StormError."""
    if not isinstance(bundle, dict):
        return []
    objects = bundle.get("objects", [])
    if not isinstance(objects, list):
        raise violated("data.objects", "must be array")
    for place, each in enumerate(objects):
        where = f"data.objects[{place}]"
        if not isinstance(each, dict):
            raise violated(where, "must be object")
        needed = ("id", "type")
        if each.get("type") == "relationship":
            needed = ("id", "type", "source_ref", "target_ref")  # type: ignore[assignment] # of another length
        for name in needed:
            if name not in each:
                raise violated(where, f"must contain ['{name}'] properties")
            if not isinstance(each[name], str):
                raise violated(f"{where}.{name}", "must be string")
        if not isinstance(each.get("relationship_type", ""), str):
            raise violated(f"{where}.relationship_type", "must be string")
        refs = each.get("object_refs", [])
        if not isinstance(refs, list):
            raise violated(f"{where}.object_refs", "must be array")
        for number, ref in enumerate(refs):
            if not isinstance(ref, str):
                raise violated(f"{where}.object_refs[{number}]", "must be string")
    return objects


def _check_config(config: Any) -> None:
    if not isinstance(config, dict):
        raise violated("data", "must be object")
    if not isinstance(config.get("objects", {}), dict):
        raise violated("data.objects", "must be object")
    bundle = config.get("bundle", {})
    if not isinstance(bundle, dict):
        raise StormError("BadArg", "STIX ingest config bundle value must be a dictionary.")
    if not isinstance(bundle.get("storm", ""), str | None):
        raise StormError("BadArg", "STIX ingest config storm query must be a string.")


def _take(work: Ingest, told: Told) -> None:
    """Make the node of an object; what goes wrong is a warning."""
    kind = told["type"]
    definition = work.config.get("objects", {}).get(kind)
    if definition is None:
        work.run.warn(f"STIX bundle ingest has no object definition for: {kind}.")
        return
    if not isinstance(definition, dict):
        mesg = f"'{type(definition).__name__}' object has no attribute 'get'"
        raise StormError("BadArg", f"Error processing objects in STIX bundle ingest: {mesg}.")
    node = _tried(work, kind, definition, {"bundle": work.bundle, "object": tupled(told)})
    if isinstance(node, Node):
        work.nodes[told["id"]] = node


def _definitions(config: Told) -> dict[tuple[Any, ...], Told]:
    """What to do with relationships, by the types of their ends and their own; None is any."""
    told = config.get("relationships") or ()
    try:
        return {tuple(each["type"]): each for each in told}
    except (TypeError, KeyError) as error:
        mesg = f"Error processing relationships in STIX bundle ingest config: {error}."
        raise StormError("BadArg", mesg) from error


def _relate(work: Ingest, told: Told, known: dict[tuple[Any, ...], Told]) -> None:
    relation = told.get("relationship_type")
    if relation is None:
        return
    source, target = told["source_ref"], told["target_ref"]
    if source not in work.nodes or target not in work.nodes:
        return
    first, second = source.split("--")[0], target.split("--")[0]
    done = False
    for key in ((None, relation, None), (None, relation, second), (first, relation, None), (first, relation, second)):
        definition = known.get(key)
        if definition is None or definition.get("storm") is None:
            continue
        done = True
        ends = {"bundle": work.bundle, "n1node": work.nodes[source], "n2node": work.nodes[target]}
        node = _tried(work, python_text(key), definition, ends)
        if isinstance(node, Node):
            work.more.append(node)
    if not done:
        shown = python_text((first, relation, second))
        work.run.warn(f"STIX bundle ingest has no relationship definition for: {shown}.")


def _tried(work: Ingest, what: str, definition: Told, vars: Told) -> Any:
    try:
        return _called(work, definition, vars)
    except StormError as error:
        told = quoted(error) if error.info or error.name != "TypeError" else error.mesg
        work.run.warn(f"Error during STIX import callback for {what}: {told}")
        return None


def _called(work: Ingest, definition: Told, vars: Told) -> Any:
    """What the Storm text of a definition returns. Raises StormError."""
    from ..programs.compile import compiled
    from ..programs.control import uncaught
    from ..programs.functions import result_of

    text = definition.get("storm")
    if text is None:
        return None
    if not isinstance(text, str):
        raise StormError("TypeError", f"object of type '{python_name(text)}' has no len()")
    block = compiled(text)
    scope = work.run.apart(vars, text)
    block.check(scope)
    try:
        return result_of(block, scope)
    except Leaving as leaving:
        error = uncaught(scope, leaving)
        raise error or leaving from None


def _refer(run: Runtime, node: Node, other: Node) -> None:
    """An edge between two nodes; the product asks for no permission here."""
    inner = run.apart({})
    inner.asroot = True
    editor.add_edge(inner, node, REFS, other.iden)


LIBRARIES = (
    Library(
        "lib.stix.import",
        "Nodes made of STIX.",
        (
            local("config() -> dict", lambda run, me: import_config(), "What becomes of objects by themselves."),
            local("ingest(bundle: dict, config: dict = null) -> node", ingest, "Make nodes.", writes=True),
        ),
    ),
)
