"""Commands that bring nodes elsewhere: copyto another view, movenodes between the layers of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.snap import Snap
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Command, Given, Option
from .holdings import Held, confirm_put, in_layer, in_view, put, silently
from .merging import shown_interval, shown_prop, shown_tagprop

if TYPE_CHECKING:
    from ....storage.layers import Layer
    from ..nodes.node import Node

Edit = tuple[int, tuple[Any, ...]]


def _copyto(run: Runtime, given: Given, paths: Paths) -> Paths:
    target: Runtime | None = None
    for path in paths:
        if target is None:
            iden = to_str(given.view)
            view = run.host.graph.view(iden)
            if view is None:
                raise StormError("NoSuchView", f"No such view: iden={iden!r}", iden=iden)
            run.confirm(("view", "read"), view.iden)
            target = silently(run, view)
        held = in_view(run, path.node, data=not given.no_data)
        confirm_put(target, held)
        put(target, path.node, held)
        yield path


COPYTO = Command(
    "copyto",
    "Copy the nodes that come in to another view, with all that they have.",
    _copyto,
    (Option("--no-data", "Leave node data out.", flag=True), Option("view", "Iden of the view.")),
    needs_safe="arguments",
)


def _movenodes(run: Runtime, given: Given, paths: Paths) -> Paths:
    if len(run.snap.layers) < 2:
        raise StormError("StormRuntimeError", "You may only move nodes in views with multiple layers.")
    first = next(paths, None)
    if first is None:
        return
    ranked, target = _layers(run, given)
    yield from _moved(run, given, _chain(first, paths), ranked, target)


def _moved(run: Runtime, given: Given, paths: Paths, ranked: list[Layer], target: Layer) -> Paths:
    for path in paths:
        move = Move(run, path.node, ranked, target)
        if given.apply:
            move.apply()
        else:
            for line in move.told():
                run.print(line)
        yield path


def _layers(run: Runtime, given: Given) -> tuple[list[Layer], Layer]:
    """The layers to move from and to, those first whose values win, and the one to move to."""
    known = {layer.iden: layer for layer in run.snap.layers}

    def find(iden: Any, mesg: str) -> Layer:
        layer = known.get(to_str(iden))
        if layer is None:
            raise StormError("BadOperArg", f"No layer with iden {iden} in this view, cannot {mesg}.", layr=iden)
        return layer

    sources = [find(iden, "move nodes") for iden in given.srclayers or ()]
    target = run.snap.top if given.destlayer is None else find(given.destlayer, "move nodes")
    if target in sources:
        mesg = f"Source layer {target.iden} cannot also be the destination layer."
        raise StormError("StormRuntimeError", mesg, layr=target.iden)
    order = [find(iden, "be used to specify precedence") for iden in given.precedence or ()]
    moved = sources or [layer for layer in run.snap.layers if layer is not target]
    every = [layer for layer in run.snap.layers if layer in moved or layer is target]
    return [*(layer for layer in order if layer in every), *(layer for layer in every if layer not in order)], target


class Move:
    """What moving one node changes: (layer, "add"/"set"/"delete", edit), in the order in which it is told."""

    def __init__(self, run: Runtime, node: Node, ranked: list[Layer], target: Layer) -> None:
        self.run = run
        self.node = node
        self.target = target
        self.ranked = ranked
        self.changes: list[tuple[Layer, Edit]] = []
        held = {layer.iden: in_layer(layer, node) for layer in ranked}
        self._part(held, 0, 1, lambda each: {"": each.valu} if each.valu is not None else {})
        self._part(held, 2, 3, lambda each: each.props)
        self._part(held, 4, 5, lambda each: each.tags)
        self._part(held, 6, 7, lambda each: {(t, n): v for t, props in each.tagprops.items() for n, v in props.items()})
        self._part(held, 8, 9, lambda each: each.data)
        self._part(held, 10, 11, lambda each: dict.fromkeys(each.edges))

    def _part(self, held: dict[str, Held], put: int, drop: int, items: Any) -> None:
        """One sort of thing: for each, what goes to the target, and from where it is taken."""
        found = [(layer, items(held[layer.iden])) for layer in self.ranked]
        there = next(each for layer, each in found if layer is self.target)
        for layer, each in found:
            if layer is self.target:
                continue
            for key, valu in each.items():
                winner = next(one for one, things in found if key in things)
                if winner is layer and not (key in there and there[key] == valu):
                    self.changes.append((self.target, _edit(put, key, valu)))
                self.changes.append((layer, _edit(drop, key, valu)))

    def apply(self) -> None:
        """Do it, in each layer at once; the client is not told."""
        run, form = self.run, self.node.form
        gone = {layer.iden: in_layer(layer, self.node) for layer in self.ranked if layer is not self.target}
        whole = silently(run, run.snap.view)
        whole.snap = Snap(run.host, run.task, run.snap.view)
        whole.snap.layers = [self.target]
        for held in gone.values():
            confirm_put(whole, held)
        edits: dict[str, list[Edit]] = {}
        for layer, (kind, args) in self.changes:
            bare = args if kind % 2 == 0 or kind == 11 else () if kind == 1 else args[:-1]
            edits.setdefault(layer.iden, []).append((kind, bare))
        for layer in (self.target, *(layer for layer in self.ranked if layer is not self.target)):
            mine = edits.get(layer.iden)
            if mine:
                # The node itself goes last, with nothing left in it.
                mine.sort(key=lambda edit: edit[0] == 1)
                layer.apply([(self.node.iden, form, mine)])
        run.snap.reload(self.node.iden)

    def told(self) -> Iterator[str]:
        """What would be done, a line each."""
        for layer, (kind, args) in self.changes:
            does = "delete" if kind % 2 else "add" if kind in (0, 10) else "set"
            yield f"{layer.iden} {does} {self.node.iden.hex()} {self.node.form}{self._shown(kind, args)}"

    def _shown(self, kind: int, args: tuple[Any, ...]) -> str:
        run, form = self.run, self.node.form
        if kind < 2:
            return f" = {self.node.repr()}"
        if kind < 4:
            return f":{args[0]} = {shown_prop(run, form, args[0], args[1])}"
        if kind < 6:
            return f"#{args[0]}{shown_interval(run, args[1])}"
        if kind < 8:
            return f"#{args[0]}:{args[1]} = {shown_tagprop(run, args[1], args[2])}"
        if kind < 10:
            return f" DATA {args[0]}"
        return f" +({args[0]})> {args[1].hex()}"


def _edit(kind: int, key: Any, valu: Any) -> Edit:
    if kind < 2:
        return kind, (valu,)
    if kind in (6, 7):
        return kind, (*key, valu)
    if kind >= 10:
        return kind, key
    return kind, (key, valu)


def _chain(first: Any, rest: Paths) -> Paths:
    yield first
    yield from rest


MOVENODES = Command(
    "movenodes",
    "Move the nodes that come in from layers of the view into one of them; without --apply only show it.",
    _movenodes,
    (
        Option("--apply", "Do it.", flag=True),
        Option("--srclayers", "The layers to move from; all others if none is given.", several=True, default=None),
        Option("--destlayer", "The layer to move to; the topmost if none is given.", default=None),
        Option("--precedence", "Layers in the order in which their values count.", several=True, default=None),
    ),
)
COMMANDS = (COPYTO, MOVENODES)
