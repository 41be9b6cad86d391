"""The command scrape: nodes of what texts name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..edits import editor
from ..lifts.scraping import in_text
from ..nodes.node import Node
from ..nodes.path import Path
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_prim, to_str
from .command import Command, Given, Option

LINK = {"type": "scrape"}


def _scrape(run: Runtime, given: Given, paths: Paths) -> Paths:
    none = True
    for path in paths:
        none = False
        texts = given.values if given.values else _texts(run, path.node)
        for node in _found(run, given, texts):
            if given.refs:
                editor.add_edge(run, path.node, "refs", node.iden)
            if getattr(given, "yield"):
                yield path.fork(node, LINK)
        if not getattr(given, "yield"):
            yield path
    if none:
        for node in _found(run, given, given.values):
            if getattr(given, "yield"):
                yield Path(node, run.all_vars())


def _texts(run: Runtime, node: Node) -> list[str]:
    """The texts among the props of a node."""
    return [valu for name, valu in node.props.items() if isinstance(valu, str)]


def _found(run: Runtime, given: Given, values: list[Any]) -> Iterator[Node]:
    forms = _forms(run, given.forms)
    for valu in values:
        text = to_prim(run, valu)
        if not isinstance(text, str):
            continue
        for form, norm in in_text(run.model, text, refang=not given.skiprefang):
            if not forms or form in forms:
                yield editor.add_node(run, form, norm)


def _forms(run: Runtime, valu: Any) -> set[str]:
    prim = to_prim(run, valu)
    names = prim.split(",") if isinstance(prim, str) else [to_str(each) for each in prim]
    return {name.strip() for name in names}


SCRAPE = Command(
    "scrape",
    "Make nodes of what texts name: addresses, hashes and the like, defanged ones too.",
    _scrape,
    (
        Option("--refs", "Also make refs light edges from the nodes that come in.", flag=True),
        Option("--yield", "Let the nodes that are found go on instead.", flag=True),
        Option("--skiprefang", "Leave defanged addresses as they are.", flag=True),
        Option("--forms", "Only nodes of these forms.", default=[]),
        Option("values", "The texts; those of the nodes' properties if there are none.", several=True),
    ),
)
COMMANDS = (SCRAPE,)
