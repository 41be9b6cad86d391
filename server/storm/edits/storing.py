"""Storing what a draft holds: one transaction, then the nodes in hand as they are now, then the messages of the product.

Reference 5.4 has the shape of messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ....storage.errors import Outdated
from ....storage.sodes import Sode
from ..automation.triggers import fire
from ..errors import StormError

if TYPE_CHECKING:
    from ..nodes.snap import Snap
    from ..runtime import Runtime
    from .draft import Draft, Entry
    from .plans import FormPlan

Edit = tuple[int, tuple[Any, ...]]
NODES, COUNT = "nodeedits", "count"
# Edits of a higher type are of node data and edges, which nodes do not hold.
LAST_OF_SODES = 7


def apply(run: Runtime, draft: Draft) -> None:
    """Store a draft and tell what it changed. Raises StormError("IsReadOnly") for a layer that takes no edits."""
    watch = run.host.watches.get(run.snap.view.iden)
    silent = watch is None and run.task.opts.get("editformat", NODES) not in (None, NODES, COUNT)
    done = store(run, draft, told=not silent)
    for message in draft.messages:
        if isinstance(message, str):
            run.warn(message)
            continue
        if silent:
            continue
        told = [(entry, done[id(entry)]) for entry in message.values() if id(entry) in done]
        if told:
            if watch is not None:
                fire(run, watch, [(entry[0], entry[1], edits) for entry, edits in told])
            tell(run, draft, told)


def store(run: Runtime, draft: Draft, told: bool = True) -> dict[int, list[Edit]]:
    """Store a draft without a message. Gives what changed, by the id() of the draft's entry.

    told: False if nobody asks what was done to nodes that are new.
    """
    if not draft.stored:
        return {}
    if run.snap.top.readonly:
        raise StormError("IsReadOnly", "The snapshot is in read-only mode.")
    new, rest, answered = written(run.snap, draft)
    done = changed_by(draft, new, rest, answered) if told else dict(matched(rest, answered))
    for sode in new:
        node = draft.faces[sode.iden].node = run.snap.made(sode)
        run.snap.recent.append(node)
    if rest:
        _refresh(run.snap, draft, rest, done)
    return done


def written(snap: Snap, draft: Draft, beside: Sequence[Entry] = ()) -> tuple[list[Sode], list[Entry], list[Entry]]:
    """Store a draft in one transaction: the new nodes that were stored whole, the other entries, and what those changed.

    beside: entries of data and edges, which are done last.
    """
    new = draft.new()
    rest = [entry for entry in draft.stored if draft.faces[entry[0]].node is not None] if new else draft.stored
    try:
        return new, rest, snap.top.apply([*rest, *beside], new, draft.version)
    except Outdated:
        # Some of the new nodes may be there by now.
        return [], draft.stored, snap.top.apply([*draft.stored, *beside])


def changed_by(draft: Draft, new: list[Sode], asked: list[Entry], answered: list[Entry]) -> dict[int, list[Edit]]:
    """What changed, by the id() of the entry; before any face gets its node. new, answered: of `written`; asked: the rest."""
    done = dict(matched(asked, answered))
    if new:
        # To a node that is new and whole all was done that was asked, and there was nothing before.
        for entry in draft.stored:
            if draft.faces[entry[0]].node is None:
                done[id(entry)] = [(kind, args if kind == 0 else (*args, None)) for kind, args in entry[2]]
    return done


def tell(run: Runtime, draft: Draft, told: list[tuple[Entry, list[Edit]]]) -> None:
    """Send one message of edits, as the client wants them."""
    wanted = run.task.opts.get("editformat", NODES)
    if wanted == COUNT:
        run.emit("node:edits:count", {"count": sum(len(edits) for _, edits in told)})
    elif wanted == NODES or wanted is None:
        run.emit("node:edits", {"edits": [_entry(draft, entry, edits) for entry, edits in told]})


def matched(asked: list[Entry], done: list[Entry]) -> Iterator[tuple[int, list[Edit]]]:
    """Each answered node edit with the id() of the one that asked for it. Those that changed nothing have no answer."""
    if len(done) == len(asked):
        for entry, answer in zip(asked, done, strict=True):
            yield id(entry), answer[2]
        return
    at = 0
    for entry in asked:
        if at == len(done):
            return
        iden, _, edits = done[at]
        if iden == entry[0] and _answers(edits[0], entry[2]):
            yield id(entry), edits
            at += 1


def _answers(edit: Edit, asked: list[Edit]) -> bool:
    """Whether an edit is an answer to one of those: of one type, about the same thing."""
    kind, args = edit
    if kind < 2:
        return any(other == kind for other, _ in asked)
    return any(other == kind and about[0] == args[0] for other, about in asked)


def _refresh(snap: Snap, draft: Draft, stored: list[Entry], done: dict[int, list[Edit]]) -> None:
    """Bring the nodes that the query has in hand up to what was stored."""
    changed: dict[bytes, list[Edit]] = {}
    asked: dict[bytes, int] = {}
    for entry in stored:
        edits = done.get(id(entry))
        if edits is not None:
            changed.setdefault(entry[0], []).extend(edits)
        asked[entry[0]] = asked.get(entry[0], 0) + len(entry[2])
    for iden, edits in changed.items():
        face = draft.faces[iden]
        if face.node is None and len(edits) == asked[iden] and edits[0][0] == 0:
            face.node = snap.made(_changed(Sode(iden, face.form.name), edits))
            snap.recent.append(face.node)
            continue
        node = snap.known(iden)
        if node is None or all(kind > LAST_OF_SODES for kind, _ in edits):
            continue
        held = node.sodes[0]
        if held is None or any(kind < 2 for kind, _ in edits):
            face.node = snap.reload(iden)
        else:
            node.sodes[0] = _changed(_copied(held), edits)
            node.changed()


def _copied(sode: Sode) -> Sode:
    """A sode that can be changed, while messages that are on their way still show the other."""
    tagprops = {tag: dict(props) for tag, props in sode.tagprops.items()} if sode.tagprops else {}
    return Sode(sode.iden, sode.form, sode.valu, dict(sode.props), dict(sode.tags), tagprops)


def _changed(sode: Sode, edits: list[Edit]) -> Sode:
    """A sode with edits done to it, as the layer answered them."""
    for kind, args in edits:
        if kind == 2:
            sode.props[args[0]] = args[1]
        elif kind == 0:
            sode.valu = args[0]
        elif kind == 3:
            sode.props.pop(args[0], None)
        elif kind == 4:
            sode.tags[args[0]] = args[1]
        elif kind == 5:
            sode.tags.pop(args[0], None)
        elif kind == 6:
            sode.tagprops.setdefault(args[0], {})[args[1]] = args[2]
        elif kind == 7:
            props = sode.tagprops.get(args[0], {})
            props.pop(args[1], None)
            if not props:
                sode.tagprops.pop(args[0], None)
    return sode


def _entry(draft: Draft, entry: Entry, edits: list[Edit]) -> tuple[str, str, list[Any]]:
    plan = draft.form(entry[1])
    props = plan.props
    told: list[Any] = []
    for kind, args in edits:
        if kind == 2 and (prop := props.get(args[0])) is not None:
            # As `_prop` does, for what is told most.
            told.append((kind, (*args, prop.stortype), ()))
        else:
            told.append((kind, _TOLD[kind](draft, plan, args), ()))
    return entry[0].hex(), entry[1], told


def _valu(draft: Draft, plan: FormPlan, args: tuple[Any, ...]) -> Any:
    return (args[0], plan.stortype)


def _prop(draft: Draft, plan: FormPlan, args: tuple[Any, ...]) -> Any:
    prop = draft.plans.prop(plan, args[0])
    return (*args, None if prop is None else prop.stortype)


def _tagprop(draft: Draft, plan: FormPlan, args: tuple[Any, ...]) -> Any:
    prop = draft.run.model.tagprop(args[1])
    return (*args, None if prop is None else prop.stortype)


def _plain(draft: Draft, plan: FormPlan, args: tuple[Any, ...]) -> Any:
    return args


def _edge(draft: Draft, plan: FormPlan, args: tuple[Any, ...]) -> Any:
    return (args[0], args[1].hex())


# By edit type.
_TOLD: tuple[Callable[[Draft, FormPlan, tuple[Any, ...]], Any], ...] = (
    _valu,
    _valu,
    _prop,
    _prop,
    _plain,
    _plain,
    _tagprop,
    _tagprop,
    _plain,
    _plain,
    _edge,
    _edge,
)
