"""Commands that delete nodes and edges, and that lift: delnode, edges.del, iden, lift.byverb."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from ..edits import editor
from ..errors import StormError
from ..library import axon
from ..nodes.path import Path
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Command, Given, Option

IDEN_BYTES = 32


def _delnode(run: Runtime, given: Given, paths: Paths) -> Paths:
    if given.force and not (run.asroot or run.user.admin):
        mesg = "--force requires admin privs."
        raise StormError("AuthDeny", mesg, user=run.user.iden, username=run.user.name)
    for path in paths:
        sha256 = path.node.get("sha256") if given.delbytes and path.node.form == "file:bytes" else None
        editor.delete(run, path.node, force=given.force, deledges=given.deledges)
        if sha256 is not None:
            axon.del_(run, None, sha256)
    yield from ()


DELNODE = Command(
    "delnode",
    "Delete the nodes that come in. None of them goes on.",
    _delnode,
    (
        Option("--force", "Delete nodes though others refer to them, for admins only.", flag=True),
        Option("--delbytes", "Delete the bytes of file:bytes nodes from the Axon, too.", flag=True),
        Option("--deledges", "Delete the light edges that go to the nodes, too.", flag=True),
    ),
)


def _edges_del(run: Runtime, given: Given, paths: Paths) -> Paths:
    for path in paths:
        verb = to_str(given.verb)
        _drop_edges(run, path, None if verb == "*" else verb, given.n2)
        yield path


def _drop_edges(run: Runtime, path: Path, verb: str | None, inbound: bool) -> None:
    node = path.node
    for each, other in list(run.snap.edges(node, verb, inbound)):
        if not inbound:
            editor.del_edge(run, node, each, other)
            continue
        n1 = run.snap.by_iden(other)
        if n1 is not None:
            editor.del_edge(run, n1, each, node.iden)


EDGES_DEL = Command(
    "edges.del",
    "Delete the light edges of a verb that start at the nodes that come in.",
    _edges_del,
    (
        Option("verb", "The verb; * is every one."),
        Option("--n2", "Delete the edges that end at the nodes, instead.", flag=True),
    ),
)


def _iden(run: Runtime, given: Given, paths: Paths) -> Paths:
    yield from paths
    for text in given.iden:
        try:
            iden = bytes.fromhex(to_str(text))
        except ValueError:
            run.warn(f"Failed to decode iden: [{text}]")
            continue
        if len(iden) != IDEN_BYTES:
            run.warn(f"iden must be {IDEN_BYTES} bytes [{text}]")
            continue
        node = run.snap.by_iden(iden)
        if node is not None:
            yield Path(node, run.all_vars())


IDEN = Command(
    "iden",
    "Lift nodes by their idens.",
    _iden,
    (Option("iden", "The idens, in hex.", several=True),),
    readonly=True,
    needs_safe="argument",
)


def _lift_byverb(run: Runtime, given: Given, paths: Paths) -> Paths:
    yield from paths
    yield from _by_verb(run, given)


def _by_verb(run: Runtime, given: Given) -> Iterator[Path]:
    verb, last = to_str(given.verb), b""
    for iden in heapq.merge(*(layer.lift_verb(verb, given.n2) for layer in run.snap.layers)):
        if iden == last:
            continue
        last = iden
        node = run.snap.by_iden(iden)
        if node is not None:
            yield Path(node, run.all_vars())


LIFT_BYVERB = Command(
    "lift.byverb",
    "Lift the nodes that light edges of a verb start at.",
    _lift_byverb,
    (
        Option("verb", "The verb."),
        Option("--n2", "Lift the nodes that the edges end at, instead.", flag=True),
    ),
)
COMMANDS = (DELNODE, EDGES_DEL, IDEN, LIFT_BYVERB)
