"""Nodes in packed form into a view, many at once: what `/api/v1/feed` and `$lib.feed` take (reference 6).

Nothing in an item is an error: an item that is none, of an unknown form or with a bad value is passed over, as is every
prop, tag, tag prop or edge that is unknown or cannot be normed; the rest is stored. No permission is asked for here, and
no message is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ....storage.sodes import tupled
from ...model.contract import ModelError, Normed
from ...model.idens import packed
from ...model.types.inet_fqdn import Fqdn
from ...model.types.inet_ip import Ipv4, Ipv6
from ...model.types.numbers import Bool, Int
from ...model.types.text import Loc, Str
from ..automation.triggers import fire_after
from ..errors import StormError
from .changes import finished
from .draft import CREATED, UNSET, Draft, Entry, Group
from .faces import Face
from .plans import FormPlan, Plans, PropPlan, plans_of
from .storing import changed_by, written

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime

# Nodes in one transaction.
BATCH = 1000
IDEN_DIGITS = 64
# Types whose norms depend on nothing but the raw value, so that those of values that come again are kept; so many a prop.
STEADY = (Bool, Fqdn, Int, Ipv4, Ipv6, Loc, Str)
KEPT = 1024
PLAIN = (str, int)


@dataclass(slots=True)
class _Item:
    """One item, normed as far as it can be."""

    form: FormPlan
    normed: Normed
    iden: bytes
    props: list[tuple[PropPlan, Normed]]
    tags: list[tuple[str, tuple[int | None, int | None]]]
    tagprops: Sequence[tuple[str, str, Any]] = ()
    data: Sequence[tuple[str, Any]] = ()
    edges: Sequence[tuple[str, bytes | tuple[FormPlan, Normed]]] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """A prop of the items of one form. norms: of raw texts and numbers, None for what is none; None if they do not last."""

    plan: PropPlan
    norms: dict[str | int, Normed | None] | None


def add_packed(run: Runtime, items: Iterable[Any]) -> int:
    """Store nodes `[[form, valu], {"props", "tags", "tagprops", "nodedata", "edges"}]`. How many were taken.

    Raises StormError("IsReadOnly") for a layer or query that takes no edits.
    """
    run.writable()
    if run.snap.top.readonly:
        raise StormError("IsReadOnly", "The snapshot is in read-only mode.")
    reader = _Reader(run)
    count = 0
    waiting: list[_Item] = []
    for raw in items:
        item = reader.item(raw)
        if item is None:
            continue
        waiting.append(item)
        count += 1
        if len(waiting) == BATCH:
            _store(run, waiting)
            waiting = []
            run.check()
    if waiting:
        _store(run, waiting)
    return count


def add_told(run: Runtime, items: Iterable[Any], *, strict: bool = False) -> Iterator[Node]:
    """Store such nodes one by one, each with its message; what is none is warned of. Gives the nodes.

    strict: what does not even have the shape of a packed node is an error, in the words of Python: StormError.
    """
    reader = _Reader(run)
    for raw in items:
        item = reader.item(raw)
        if item is None:
            run.warn(_refused(run, raw, strict=strict))
            continue
        draft = Draft(run)
        group: Group = {}
        face = draft.add_node(group, item.form, item.normed.valu, item.normed, item.iden)
        _fill(draft, group, face, item)
        beside = _beside(draft, group, item)
        if beside:
            draft.entry(group, face).extend(beside)
        node = finished(run, draft, group, face)
        node.data.update(item.data)
        yield node


def _refused(run: Runtime, raw: Any, *, strict: bool) -> str:
    """Why an item is no node, in the product's words. Raises StormError for one of no such shape, if strict."""
    try:
        (form, valu), info = raw
        if not isinstance(info, dict):
            raise AttributeError(f"'{type(info).__name__}' object has no attribute 'get'")
        for name in ("props", "tags"):
            if not isinstance(info.get(name, {}), dict):
                raise AttributeError(f"'{type(info[name]).__name__}' object has no attribute 'pop'")
    except (TypeError, ValueError, AttributeError) as error:
        if strict:
            raise StormError(type(error).__name__, str(error)) from error
        return f"addNodes failed on {tupled(raw)}: {error}"
    found = run.model.form(form) if isinstance(form, str) else None
    if found is None:
        return f"No form named {form} for valu={valu}."
    if found.runt:
        return f"Cannot make runt nodes: {form}."
    try:
        run.norm(form, _raw(valu))
    except StormError as error:
        info = {**error.info, "form": form, "mesg": error.mesg}
        told = " ".join(f"{name}={info[name]!r}" for name in sorted(info))
        return f"addNode() BadTypeValu {form}={valu} {error.name}: {told}"
    return f"addNodes failed on {tupled(raw)}"


def _store(run: Runtime, items: Sequence[_Item]) -> None:
    """Store some in one transaction."""
    draft = Draft(run)
    draft.absent = run.snap.absent([item.iden for item in items])
    beside: list[Entry] = []
    for item in items:
        group: Group = {}
        try:
            face = draft.add_node(group, item.form, item.normed.valu, item.normed, item.iden)
        except StormError:
            # A form that is locked or has no nodes of its own.
            continue
        _fill(draft, group, face, item)
        edits = _beside(draft, group, item)
        if edits:
            beside.append((item.iden, item.form.name, edits))
        draft.end(group)
    if not draft.stored and not beside:
        return
    new, rest, answered = written(run.snap, draft, beside)
    # What the query has in hand is as it was before; feeding has no query of its own around it.
    for entry in rest:
        if run.snap.known(entry[0]) is not None:
            run.snap.reload(entry[0])
    if run.snap.view.iden in run.host.watches:
        done = changed_by(draft, new, rest + beside, answered)
        fire_after(run, [(entry[0], entry[1], done[id(entry)]) for entry in draft.stored + beside if id(entry) in done])


def _fill(draft: Draft, group: Group, face: Face, item: _Item) -> None:
    for plan, normed in item.props:
        try:
            draft.set_prop(group, face, plan, normed)
        except StormError:
            continue
    for tag, valu in item.tags:
        draft.set_tag(group, face, tag, valu)
    for tag, name, valu in item.tagprops:
        draft.set_tagprop(group, face, tag, name, valu)


def _beside(draft: Draft, group: Group, item: _Item) -> list[tuple[int, tuple[Any, ...]]]:
    """The edits of an item's data and edges, with the nodes that its edges go to."""
    edits: list[tuple[int, tuple[Any, ...]]] = [(8, pair) for pair in item.data]
    for verb, target in item.edges:
        iden = target if isinstance(target, bytes) else draft.add_node(group, target[0], target[1].valu, target[1]).iden
        edits.append((10, (verb, iden)))
    return edits


class _Reader:
    """Norms items."""

    def __init__(self, run: Runtime) -> None:
        self._model = run.model
        self._plans: Plans = plans_of(run.model)
        self._tags: dict[str, str | None] = {}
        self._props: dict[str, dict[str, _Known]] = {}
        self._tag = run.model.type("syn:tag")
        self._ival = run.model.type("ival")

    def item(self, raw: Any) -> _Item | None:
        """One item; None for what is none."""
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            return None
        ndef, info = raw
        node = self._node(ndef)
        if node is None or not isinstance(info, dict):
            return None
        form, normed = node
        iden = sha256(packed((form.name, normed.valu))).digest()
        item = _Item(form, normed, iden, self._set_props(form, info.get("props")), self._set_tags(info.get("tags")))
        if "tagprops" in info:
            item.tagprops = self._tagprops(item, info["tagprops"])
        if "nodedata" in info:
            item.data = [(name, valu) for name, valu in _pairs(info["nodedata"]) if isinstance(name, str)]
        if "edges" in info:
            item.edges = self._edges(info["edges"])
        return item

    def _node(self, ndef: Any) -> tuple[FormPlan, Normed] | None:
        if not isinstance(ndef, list | tuple) or len(ndef) != 2 or not isinstance(ndef[0], str):
            return None
        form = self._plans.form(ndef[0])
        if form is None or form.form.runt:
            return None
        try:
            return form, form.form.type.norm(_raw(ndef[1]))
        except ModelError:
            return None

    def _set_props(self, form: FormPlan, props: Any) -> list[tuple[PropPlan, Normed]]:
        found: list[tuple[PropPlan, Normed]] = []
        if not props or not isinstance(props, dict):
            return found
        of_form = self._props.get(form.name)
        if of_form is None:
            of_form = self._props[form.name] = {}
        for name, valu in props.items():
            known = of_form.get(name) or self._known(of_form, form, name)
            if known is None:
                continue
            norms = known.norms
            if norms is None or type(valu) not in PLAIN:
                normed = _normed(known.plan, valu)
            elif valu in norms:
                normed = norms[valu]
            else:
                normed = _normed(known.plan, valu)
                if len(norms) < KEPT:
                    norms[valu] = normed
            if normed is not None:
                found.append((known.plan, normed))
        return found

    def _known(self, of_form: dict[str, _Known], form: FormPlan, name: Any) -> _Known | None:
        plan = self._plans.prop(form, name) if isinstance(name, str) and name != CREATED else None
        if plan is None:
            return None
        known = of_form[name] = _Known(plan, {} if type(plan.prop.type) in STEADY else None)
        return known

    def _set_tags(self, tags: Any) -> list[tuple[str, tuple[int | None, int | None]]]:
        found = []
        for name, valu in _pairs(tags):
            tag = self._tag_name(name)
            interval = None if tag is None else self._interval(valu)
            if tag is not None and interval is not None:
                found.append((tag, interval))
        return found

    def _tag_name(self, name: Any) -> str | None:
        if not isinstance(name, str):
            return None
        if name not in self._tags:
            try:
                self._tags[name] = self._tag.norm(name).valu
            except ModelError:
                self._tags[name] = None
        return self._tags[name]

    def _interval(self, valu: Any) -> tuple[int | None, int | None] | None:
        # A tag with null for its interval is passed over, one with two nulls is not.
        if valu is None:
            return None
        if valu == [None, None] or valu == UNSET:
            return UNSET
        try:
            low, high = self._ival.norm(_raw(valu)).valu
        except ModelError:
            return None
        return low, high

    def _tagprops(self, item: _Item, tags: Any) -> list[tuple[str, str, Any]]:
        found = []
        for name, props in _pairs(tags):
            tag = self._tag_name(name)
            if tag is not None and tag not in dict(item.tags):
                # Whatever becomes of its props, the tag is there.
                item.tags.append((tag, UNSET))
            for prop, valu in _pairs(props):
                known = self._model.tagprop(prop) if isinstance(prop, str) else None
                if tag is None or known is None:
                    continue
                try:
                    found.append((tag, prop, known.type.norm(_raw(valu)).valu))
                except ModelError:
                    continue
        return found

    def _edges(self, edges: Any) -> list[tuple[str, bytes | tuple[FormPlan, Normed]]]:
        found: list[tuple[str, bytes | tuple[FormPlan, Normed]]] = []
        for edge in edges if isinstance(edges, list | tuple) else ():
            if not isinstance(edge, list | tuple) or len(edge) != 2 or not isinstance(edge[0], str) or not edge[0]:
                continue
            verb, target = edge
            end = _iden(target) if isinstance(target, str) else self._node(target)
            if end is not None:
                found.append((verb, end))
        return found


def _normed(plan: PropPlan, valu: Any) -> Normed | None:
    try:
        return plan.prop.type.norm(_raw(valu))
    except ModelError:
        return None


def _iden(text: str) -> bytes | None:
    try:
        iden = bytes.fromhex(text)
    except ValueError:
        return None
    return iden if len(text) == IDEN_DIGITS else None


def _raw(valu: Any) -> Any:
    return tupled(valu) if isinstance(valu, list | tuple) else valu


def _pairs(valu: Any) -> Iterable[tuple[Any, Any]]:
    return valu.items() if isinstance(valu, dict) else ()
