"""Nodes in packed form into a view, many at once: what `/api/v1/feed` and `$lib.feed` take (reference 6).

Nothing in an item is an error: an item that is none, of an unknown form or with a bad value is passed over, as is every
prop, tag, tag prop or edge that is unknown or cannot be normed; the rest is stored. No permission is asked for here, and
no message is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ....storage.sodes import tupled
from ...model.contract import ModelError, Normed
from ...model.idens import packed
from ..automation.triggers import fire_after
from ..errors import StormError
from .changes import finished
from .draft import CREATED, UNSET, Draft, Face, Group
from .plans import FormPlan, Plans, PropPlan, plans_of

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime

# Nodes in one transaction.
BATCH = 500
IDEN_DIGITS = 64


@dataclass(slots=True)
class _Item:
    """One item, normed as far as it can be."""

    form: FormPlan
    normed: Normed
    iden: bytes
    props: list[tuple[PropPlan, Normed]] = field(default_factory=list)
    tags: list[tuple[str, tuple[int | None, int | None]]] = field(default_factory=list)
    tagprops: list[tuple[str, str, Any]] = field(default_factory=list)
    data: list[tuple[str, Any]] = field(default_factory=list)
    edges: list[tuple[str, bytes | tuple[FormPlan, Normed]]] = field(default_factory=list)


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


def add_told(run: Runtime, items: Iterable[Any]) -> Iterator[Node]:
    """Store such nodes one by one, each with its message; what is none is warned of. Gives the nodes."""
    reader = _Reader(run)
    for raw in items:
        item = reader.item(raw)
        if item is None:
            run.warn(_refused(run, raw))
            continue
        draft = Draft(run)
        group: Group = {}
        face = draft.add_node(group, item.form, item.normed.valu, item.normed, item.iden)
        _fill(draft, group, face, item)
        node = finished(run, draft, group, face)
        node.data.update(item.data)
        yield node


def _refused(run: Runtime, raw: Any) -> str:
    """Why an item is no node, in the product's words."""
    try:
        (form, valu), _ = raw
    except (TypeError, ValueError) as error:
        return f"addNodes failed on {raw!r}: {error}"
    if not isinstance(form, str) or run.model.form(form) is None:
        return f"No form named {form} for valu={valu}."
    try:
        run.norm(form, _raw(valu))
    except StormError as error:
        return error.mesg
    return f"addNodes failed on {raw!r}"


def _store(run: Runtime, items: Sequence[_Item]) -> None:
    """Store some in one transaction."""
    draft = Draft(run)
    draft.absent = run.snap.absent([item.iden for item in items])
    for item in items:
        group: Group = {}
        try:
            face = draft.add_node(group, item.form, item.normed.valu, item.normed, item.iden)
        except StormError:
            # A form that is locked or has no nodes of its own.
            continue
        _fill(draft, group, face, item)
        draft.end(group)
    if not draft.stored:
        return
    done = run.snap.top.apply(draft.stored, draft.absent, draft.version)
    # What the query has in hand is as it was before; feeding has no query of its own around it.
    for entry in draft.stored:
        if run.snap.known(entry[0]) is not None:
            run.snap.reload(entry[0])
    fire_after(run, done)


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
    if item.data:
        draft.entry(group, face).extend((8, pair) for pair in item.data)
    for verb, target in item.edges:
        made = None if isinstance(target, bytes) else draft.add_node(group, target[0], target[1].valu, target[1])
        draft.entry(group, face).append((10, (verb, target if made is None else made.iden)))


class _Reader:
    """Norms items."""

    def __init__(self, run: Runtime) -> None:
        self._model = run.model
        self._plans: Plans = plans_of(run.model)
        self._tags: dict[str, str | None] = {}
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
        item = _Item(form, normed, sha256(packed((form.name, normed.valu))).digest())
        for name, valu in _pairs(info.get("props")):
            self._prop(item, name, valu)
        for name, valu in _pairs(info.get("tags")):
            tag = self._tag_name(name)
            interval = None if tag is None else self._interval(valu)
            if tag is not None and interval is not None:
                item.tags.append((tag, interval))
        for name, props in _pairs(info.get("tagprops")):
            self._tagprops(item, name, props)
        item.data = [(name, valu) for name, valu in _pairs(info.get("nodedata")) if isinstance(name, str)]
        for edge in _list(info.get("edges")):
            self._edge(item, edge)
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

    def _prop(self, item: _Item, name: Any, valu: Any) -> None:
        plan = self._plans.prop(item.form, name) if isinstance(name, str) and name != CREATED else None
        if plan is None:
            return
        try:
            item.props.append((plan, plan.prop.type.norm(_raw(valu))))
        except ModelError:
            return

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

    def _tagprops(self, item: _Item, name: Any, props: Any) -> None:
        tag = self._tag_name(name)
        if tag is not None and tag not in dict(item.tags):
            # Whatever becomes of its props, the tag is there.
            item.tags.append((tag, UNSET))
        for prop, valu in _pairs(props):
            known = self._model.tagprop(prop) if isinstance(prop, str) else None
            if tag is None or known is None:
                continue
            try:
                item.tagprops.append((tag, prop, known.type.norm(_raw(valu)).valu))
            except ModelError:
                continue

    def _edge(self, item: _Item, edge: Any) -> None:
        if not isinstance(edge, list | tuple) or len(edge) != 2 or not isinstance(edge[0], str) or not edge[0]:
            return
        verb, target = edge
        if isinstance(target, str):
            try:
                iden = bytes.fromhex(target)
            except ValueError:
                return
            if len(target) == IDEN_DIGITS:
                item.edges.append((verb, iden))
            return
        node = self._node(target)
        if node is not None:
            item.edges.append((verb, node))


def _raw(valu: Any) -> Any:
    return tupled(valu) if isinstance(valu, list | tuple) else valu


def _pairs(valu: Any) -> Iterable[tuple[Any, Any]]:
    return valu.items() if isinstance(valu, dict) else ()


def _list(valu: Any) -> Iterable[Any]:
    return valu if isinstance(valu, list | tuple) else ()
