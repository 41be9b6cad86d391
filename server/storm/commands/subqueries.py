"""Commands that run queries for the nodes that come in: tee, parallel, tree, intersect, batch, divert, storm.exec."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from ..errors import StormError
from ..nodes.node import Node
from ..nodes.path import Path
from ..programs.shape import Paths, nothing, one
from ..programs.yielded import nodes_in
from ..runtime import Runtime
from ..values.convert import to_bool, to_int
from .command import Command, Given, Option
from .inner import apart, block_of, text_of

BATCH = 10
MOST_BATCH = 10000
YIELDED = {"type": "runtime"}


def _tee(run: Runtime, given: Given, paths: Paths) -> Paths:
    if not given.query:
        raise StormError("StormRuntimeError", "Tee command must take at least one query as input.", name="tee")
    blocks = [block_of(query) for query in given.query]
    none = True
    for path in paths:
        none = False
        for block in blocks:
            yield from block.run(apart(run, path), one(path.clone()))
        if given.join:
            yield path
    if none:
        for block in blocks:
            yield from block.run(apart(run), nothing())


TEE = Command(
    "tee",
    "Run several queries on each node, and let the nodes of all of them go on.",
    _tee,
    (
        Option("--join", "Let the nodes that come in go on, too, behind those of the queries.", flag=True),
        Option("--parallel", "Do not mind the order of the queries.", flag=True),
        Option("query", "The queries, each in braces.", several=True),
    ),
    readonly=True,
)


def _parallel(run: Runtime, given: Given, paths: Paths) -> Paths:
    size = to_int(given.size)
    block = block_of(given.query)
    # As if each of the first nodes had found a free worker, and the last worker had been quick enough for the rest.
    firsts = list(islice(paths, size))
    if not firsts:
        for _ in range(size):
            yield from block.run(apart(run), nothing())
        return
    for path in firsts[:-1]:
        yield from block.run(apart(run), one(path))
    yield from block.run(apart(run), chain(firsts[-1:], paths))


PARALLEL = Command(
    "parallel",
    "Run a query on the nodes as several workers would, who share them among themselves.",
    _parallel,
    (
        Option("--size", "How many workers there are.", default=8),
        Option("query", "The query of each worker."),
    ),
    readonly=True,
)


def _tree(run: Runtime, given: Given, paths: Paths) -> Paths:
    block = block_of(given.query)

    def below(path: Path) -> Paths:
        waiting: list[Iterator[Path]] = [one(path)]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
                continue
            run.check()
            yield found
            waiting.append(block.run(apart(run, found), one(found.clone())))

    for path in paths:
        yield from below(path)


TREE = Command(
    "tree",
    "Run a query on each node, then on each node that it gives, and so on; all of them go on.",
    _tree,
    (Option("query", "The query that goes from a node to those below it."),),
    readonly=True,
)


def _intersect(run: Runtime, given: Given, paths: Paths) -> Paths:
    block = block_of(given.query)
    found: dict[bytes, tuple[Path, int]] = {}
    count = 0
    for path in paths:
        count += 1
        for each in block.run(apart(run, path), one(path.clone())):
            # A node that the query gives twice counts twice, as in the product.
            found[each.node.iden] = (each, found.get(each.node.iden, (each, 0))[1] + 1)
    for each, times in found.values():
        if times == count:
            # What the query told of a way is not told again.
            yield each.clone()


INTERSECT = Command(
    "intersect",
    "Run a query on each node, and let only those of its nodes go on that it gave for all of them.",
    _intersect,
    (Option("query", "The query that is run on each node."),),
    readonly=True,
)


def _batch(run: Runtime, given: Given, paths: Paths) -> Paths:
    size = to_int(given.size)
    if size > MOST_BATCH:
        mesg = f"Specified batch size ({size}) is above the maximum ({MOST_BATCH})."
        raise StormError("StormRuntimeError", mesg)
    block = block_of(given.query)
    only = to_bool(given.cond)
    while found := list(islice(paths, max(size, 1))):
        inner = apart(run)
        inner.vars["nodes"] = [path.node for path in found]
        for path in block.run(inner, nothing()):
            if only:
                yield path
        if not only:
            yield from found


BATCH_COMMAND = Command(
    "batch",
    "Run a query for several nodes at a time, which it has as $nodes.",
    _batch,
    (
        Option("--size", f"How many nodes at a time, {MOST_BATCH} at most.", default=BATCH),
        Option("cond", "Whether the nodes of the query go on instead of those that came in."),
        Option("query", "The query that is run."),
    ),
    needs_safe="arguments",
)


def _divert(run: Runtime, given: Given, paths: Paths) -> Paths:
    first = next(paths, None)
    if not isinstance(given.genr, Iterator):
        raise StormError("BadArg", "The genr argument must yield nodes")
    waiting = paths if first is None else chain((first,), paths)
    if first is None:
        yield from _diverted(run, given, None)
        return
    for path in waiting:
        yield from _diverted(run, given, path)
        if not to_bool(given.cond):
            yield path


def _diverted(run: Runtime, given: Given, path: Path | None) -> Paths:
    nodes = _nodes(run, given.genr)
    hidden = not to_bool(given.cond)
    for node in nodes if given.size is None else islice(nodes, max(to_int(given.size), 1)):
        if not hidden:
            yield Path(node, run.all_vars()) if path is None else path.fork(node, YIELDED)


def _nodes(run: Runtime, valu: Any) -> Iterator[Node]:
    for item in valu:
        # Functions give their nodes with the way to each.
        node = item[0] if isinstance(item, tuple) and item else item
        if not isinstance(node, Node):
            # What the product's Python says of a generator of anything else.
            raise StormError("TypeError", f"cannot unpack non-iterable {type(item).__name__} object")
        yield from nodes_in(run, node)


DIVERT = Command(
    "divert",
    "Take the nodes of a generator to their end, and let them go on instead of those that come in, or not.",
    _divert,
    (
        Option("--size", "How many nodes are taken at most.", default=None),
        Option("cond", "Whether the nodes of the generator go on."),
        Option("genr", "What gives the nodes: a function that yields."),
    ),
)


def _exec(run: Runtime, given: Given, paths: Paths) -> Paths:
    path = next(paths, None)
    if path is None:
        yield from block_of(given.query).run(run, nothing())
    while path is not None:
        text, others = text_of(given.query), list[Path]()

        def same(first: Path, text: str = text, others: list[Path] = others) -> Paths:
            """The nodes for which the text is the same."""
            yield first
            for each in paths:
                if text_of(given.query) != text:
                    others.append(each)
                    return
                yield each

        yield from block_of(text).run(run, same(path))
        path = others[0] if others else None


EXEC = Command(
    "storm.exec",
    "Run a text as a query, as if it stood in place of the command.",
    _exec,
    (Option("query", "The text of the query."),),
)
COMMANDS = (TEE, PARALLEL, TREE, INTERSECT, BATCH_COMMAND, DIVERT, EXEC)
