"""`$lib.feed` and `$lib.export`: packed nodes in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..answers.export import exported
from ..answers.query import Asked
from ..edits import feeding
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_prim, to_str
from .axon import kept

NODES = "syn.nodes"
DESC = "Adds nodes in packed form."


def ingest(run: Runtime, me: Any, name: Any, data: Any) -> None:
    for _ in _fed(run, name, data, strict=False):
        pass


def genr(run: Runtime, me: Any, name: Any, data: Any) -> Iterator[Node]:
    return _fed(run, name, data, strict=True)


def _fed(run: Runtime, name: Any, data: Any, *, strict: bool) -> Iterator[Node]:
    named = to_str(name)
    run.confirm((f"feed:data.{named}",), run.snap.top.iden)
    if named != NODES:
        raise StormError("NoSuchName", "", name=named)
    run.writable()
    items = to_prim(run, data)
    if not isinstance(items, Iterable):
        raise StormError("StormRuntimeError", "$lib.feed.ingest()")
    yield from feeding.add_told(run, items, strict=strict)


def feeds(run: Runtime, me: Any) -> list[dict[str, str]]:
    return [{"name": NODES, "desc": DESC, "fulldoc": DESC}]


def to_axon(run: Runtime, me: Any, query: Any, opts: Any = None) -> tuple[int, str]:
    given = {} if opts is None else to_prim(run, opts)
    if not isinstance(given, dict):
        raise StormError("BadArg", "The options of a query must be a dictionary.")
    asked = Asked(to_str(query), given, run.user, run.snap.view, run.task.iden, within=True)
    return kept(run, exported(run.host, asked, run.check))


LIBRARIES = (
    Library(
        "lib.feed",
        "Nodes in packed form into the view.",
        (
            local("genr(name: str, data: prim) -> yields node", genr, "Add nodes and give them.", writes=True),
            local("ingest(name: str, data: prim) -> null", ingest, "Add nodes.", writes=True),
            local("list() -> list", feeds, "The ways to feed."),
        ),
    ),
    Library(
        "lib.export",
        "Nodes in packed form out of the view.",
        (
            local(
                "toaxon(query: str, opts: dict = null) -> list",
                to_axon,
                "Store the nodes of a query in the Axon.",
                writes=True,
            ),
        ),
    ),
)
