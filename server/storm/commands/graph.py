"""The command `graph`: the nodes that come in, and what is round them."""

from __future__ import annotations

from typing import Any

from ..graphs.rules import Rules
from ..graphs.walk import Subgraph
from ..programs.shape import Paths
from ..runtime import Runtime
from .command import Command, Given, Option


def _graph(run: Runtime, given: Given, paths: Paths) -> Paths:
    forms: dict[str, dict[str, list[Any]]] = {}
    for kind, told in (("pivots", given.form_pivot), ("filters", given.form_filter)):
        for form, text in told:
            forms.setdefault(form, {"pivots": [], "filters": []})[kind].append(text)
    rules = Rules(
        degrees=given.degrees,
        refs=given.refs,
        pivots=given.pivot,
        filters=given.filter,
        forms=forms,
        edges=not given.no_edges,
        filterinput=not given.no_filter_input,
        yieldfiltered=given.yield_filtered,
    )
    yield from Subgraph(run, rules).paths(paths)


GRAPH = Command(
    "graph",
    "Show what is round the nodes that come in, and how they hang together.",
    _graph,
    (
        Option("--degrees", "How many steps to go out from them.", "int", default=1),
        Option("--pivot", "A query that leads on from each node. May be given again.", default=[], repeated=True),
        Option("--filter", "A query that each node must get through. May be given again.", default=[], repeated=True),
        Option("--no-edges", "Do not tell the light edges of nodes.", flag=True),
        Option(
            "--form-pivot",
            "A form, or *, and a query that leads on from its nodes. May be given again.",
            default=[],
            pairs=True,
        ),
        Option(
            "--form-filter",
            "A form, or *, and a query that its nodes must get through. May be given again.",
            default=[],
            pairs=True,
        ),
        Option("--refs", "Follow the properties that refer to nodes.", flag=True),
        Option("--yield-filtered", "Let nodes go on that are filtered, but go no further from them.", flag=True),
        Option("--no-filter-input", "Do not filter the nodes that come in.", flag=True),
    ),
    needs_safe="arguments",
)
COMMANDS = (GRAPH,)
