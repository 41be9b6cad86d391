"""Edits of nodes before they are stored: what each message will tell, and what hooks add to it.

A draft holds what one edit of a query does, from its first change to the last that follows from it. It shows nodes as they
will be, so that what follows can be worked out without storing anything in between; all of it is then stored in one
transaction (`storing.py`). The groups of a draft are the messages of the product, in its order: what a change
causes is told before the change itself, but stored behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from ....storage.sodes import Sode, Tags, tupled
from ...model.contract import Normed
from ...model.idens import packed
from ..errors import StormError
from ..nodes.typed import merged
from . import locks
from .faces import Face, widened
from .hooks import ADDED, SET
from .plans import Adds, FormPlan, PropPlan, norm, plans_of, refer, references

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..runtime import Runtime

# (iden, form, edits): see storage/edits.py. A group is one message; its entries by iden, in order.
Entry = tuple[bytes, str, list[tuple[int, tuple[Any, ...]]]]
Group = dict[bytes, Entry]

UNSET = (None, None)
# How often a tag can be moved before we give up looking for where it is now.
MOVES = 100
CREATED = ".created"
TAG = "syn:tag"
# Types of values by which nodes are told apart at once.
NAMED = (str, int)


class Draft:
    """What one edit does. stored: entries in the order they are stored; messages: groups and warnings as they are told."""

    __slots__ = (
        "_named",
        "_now",
        "_tags",
        "absent",
        "below",
        "faces",
        "made",
        "messages",
        "plans",
        "run",
        "snap",
        "stored",
        "version",
    )

    def __init__(self, run: Runtime) -> None:
        self.run = run
        self.snap = run.snap
        self.plans = plans_of(run.model)
        self.faces: dict[bytes, Face] = {}
        # The new ones in the order in which they are stored.
        self.made: list[Face] = []
        self.stored: list[Entry] = []
        self.messages: list[Group | str] = []
        # Of the layer that is edited, before anything was looked for in it.
        self.version = self.snap.top.version
        self._now: int | None = None
        # Nodes by what they were asked for as, and tags that were added already, with what they became and those above that.
        self._named: dict[tuple[str, Any], Face] = {}
        self._tags: dict[str, tuple[str, list[str]]] = {}
        # Idens that are known to be in no layer.
        self.absent: set[bytes] = set()
        # What hooks have read: the nodes that are stored below a domain name.
        self.below: dict[bytes, list[Node]] = {}

    # -- nodes

    def face(self, node: Node) -> Face:
        """A node that is stored."""
        known = self.faces.get(node.iden)
        if known is None:
            known = self.faces[node.iden] = Face(self.form(node.form), node.valu, node.iden, node)
        return known

    def form(self, name: str) -> FormPlan:
        """A form. Raises StormError("NoSuchForm")."""
        plan = self.plans.form(name)
        if plan is None:
            raise StormError("NoSuchForm", f"No form named {name}.", name=name)
        return plan

    def find(self, form: str, valu: Any) -> Face | None:
        """The node of a form with this normed value, stored or new in this draft."""
        return self._find(form, valu)[1]

    def _find(self, form: str, valu: Any, iden: bytes | None = None) -> tuple[bytes, Face | None]:
        name = (form, valu)
        try:
            face = self._named.get(name)
        except TypeError:
            # A value that is made of what cannot be a key.
            name, face = (form, repr(valu)), None
        if face is not None:
            return face.iden, face
        node = None
        if iden is None:
            node = self.snap.named.get(name) if type(valu) is str else None
            iden = sha256(packed((form, valu))).digest() if node is None else node.iden
        face = self.faces.get(iden)
        if face is None:
            if node is None or not node.exists:
                node = None if iden in self.absent else self.snap.by_iden(iden)
                if node is None:
                    return iden, None
                self.snap.recent.append(node)
                if type(valu) is str:
                    self.snap.named[form, valu] = node
            face = self.face(node)
        self._named[name] = face
        return iden, face

    # -- groups

    def end(self, group: Group) -> None:
        """A group is complete: work out what follows from it, then tell it."""
        if not group:
            return
        self.stored.extend(group.values())
        for iden, form, edits in tuple(group.values()):
            added = ADDED.get(form)
            changed = SET.get(form)
            if added is None and changed is None:
                continue
            face = self.faces[iden]
            for kind, args in tuple(edits):
                if kind == 0 and added is not None:
                    added(self, face)
                elif kind == 2 and changed is not None and args[0] in changed:
                    changed[args[0]](self, face)
        self.messages.append(group)

    def end_quietly(self, group: Group) -> None:
        """A group from which nothing follows is complete."""
        self.stored.extend(group.values())
        self.messages.append(group)

    def entry(self, group: Group, face: Face) -> list[tuple[int, tuple[Any, ...]]]:
        """The edits of a node within a group, to add to it what its face does not show."""
        face.whole = False
        return self.shown(group, face)

    def shown(self, group: Group, face: Face) -> list[tuple[int, tuple[Any, ...]]]:
        """The same, to add what its face shows, too."""
        found = group.get(face.iden)
        if found is None:
            found = group[face.iden] = (face.iden, face.form.name, [])
        return found[2]

    def new(self) -> list[Sode]:
        """The new nodes as they are to be stored; none where one of them is made by edits that must be done one by one."""
        found = []
        for face in self.made:
            if not face.whole:
                return []
            tags = cast("Tags", face.tags)
            found.append(Sode(face.iden, face.form.name, tupled(face.valu), face.props, tags))
        return found

    def warn(self, text: str) -> None:
        """Tell something once a query."""
        if text not in self.snap.warned:
            self.snap.warned.add(text)
            self.messages.append(text)

    # -- what an edit can do

    def add_node(
        self, group: Group, form: FormPlan, valu: Any, normed: Normed | None = None, iden: bytes | None = None
    ) -> Face:
        """A node with all that comes into being with it; the one there is where it exists."""
        face, more = self._make(group, form, valu, normed, iden)
        if more:
            self.spread(group, more)
        return face

    def spread(self, group: Group, adds: Iterable[Adds]) -> None:
        """Add nodes that values refer to, and theirs, breadth first."""
        waiting = deque(adds)
        while waiting:
            form, valu, normed = waiting.popleft()
            waiting.extend(self._make(group, self.form(form), valu, normed)[1])

    def set_prop(self, group: Group, face: Face, plan: PropPlan, normed: Normed) -> None:
        """Set a prop with its subs, and add the nodes that they refer to; what it already is changes nothing.

        Raises StormError: ReadOnlyProp, IsDeprLocked.
        """
        old, valu = face.get(plan.name), tupled(normed.valu)
        if old is not None:
            valu = merged(plan.stortype, old, valu)
            if valu == old and type(valu) is type(old):
                return
            face.whole = False
            if plan.read_only:
                raise StormError("ReadOnlyProp", f"Property is read only: {plan.prop.full}.")
        if plan.deprecated:
            self._deprecated("property", plan.prop.full)
            locks.check_prop(self.run, plan)
        if plan.name == "isnow":
            self._tags.clear()
        self.shown(group, face).append((2, (plan.name, valu)))
        face.props[plan.name] = valu
        if not normed.subs and self._is_at_hand(plan, valu):
            return
        adds = references(plan, normed)
        if plan.array:
            # The nodes of each item are added with all of theirs before those of the next.
            for add in adds:
                self.spread(group, (add,))
            return
        if normed.subs:
            subs = [(self.plans.sub(face.form, plan, name), sub) for name, sub in normed.subs.items()]
            adds += self._set_subs(group, face, subs)
        if adds:
            self.spread(group, adds)

    def _is_at_hand(self, plan: PropPlan, valu: Any) -> bool:
        """Whether a value of a prop names no node, or one that was come upon already."""
        if plan.refers is None:
            return True
        return not plan.array and type(valu) in NAMED and (plan.refers, valu) in self._named

    def drop_prop(self, group: Group, face: Face, name: str) -> None:
        """Take a prop away."""
        if face.get(name) is not None:
            face.whole = False
            self.shown(group, face).append((3, (name,)))
            face.props[name] = None

    def set_tag(self, group: Group, face: Face, tag: str, valu: tuple[int | None, int | None] = UNSET) -> str:
        """Add a normed tag, those above it and their `syn:tag` nodes; an interval only widens. Gives the tag it became."""
        nodes: Group = {}
        known = self._tags.get(tag)
        if known is None:
            now = self.current_tag(tag)
            known = self._tags[tag] = (now, _above(now))
            self.add_node(nodes, self.form(TAG), now)
        tag, above = known
        for upper in above:
            if face.tag(upper) is None:
                self._set_tag(group, face, upper, UNSET)
        old = face.tag(tag)
        if old is None or widened(old, valu) != old:
            self._set_tag(group, face, tag, valu)
        if nodes:
            _join(group, nodes)
        return tag

    def current_tag(self, tag: str) -> str:
        """The tag that stands for another: by `:isnow` of its node, or of one above it."""
        seen = {tag}
        now = self._is_now(tag)
        while now is not None and now not in seen:
            if len(seen) > MOVES:
                # A tag that stands for one below itself.
                raise StormError("RecursionLimitHit", "Maximum Storm pipeline depth exceeded.")
            seen.add(now)
            tag = now
            now = self._is_now(tag)
        return tag

    def drop_tag(self, group: Group, face: Face, tag: str) -> None:
        """Take a tag away with all below it, and their props."""
        tags = face.every_tag()
        if tag not in tags:
            return
        face.whole = False
        below = [each for each in tags if each == tag or each.startswith(f"{tag}.")]
        for each in sorted(below, key=lambda name: (len(name), name), reverse=True):
            self._drop_tagprops(group, face, each)
            self.shown(group, face).append((5, (each,)))
            face.tags[each] = None

    def set_tagprop(self, group: Group, face: Face, tag: str, name: str, valu: Any) -> None:
        """Set a prop of a tag, which is added if need be; value and names are normed."""
        prop = self.run.model.tagprop(name)
        if prop is None:
            raise StormError("NoSuchTagProp", f"Tagprop {name} does not exist in this Cortex.")
        tag = self.set_tag(group, face, tag)
        old = face.tagprop(tag, name)
        if old is not None:
            valu = merged(prop.stortype, old, valu)
        if old != valu:
            face.whole = False
            self.shown(group, face).append((6, (tag, name, valu)))
            face.tagprops[tag, name] = valu

    def drop_tagprop(self, group: Group, face: Face, tag: str, name: str) -> None:
        """Take a prop of a tag away."""
        if face.tagprop(tag, name) is not None:
            face.whole = False
            self.shown(group, face).append((7, (tag, name)))
            face.tagprops[tag, name] = None

    # -- within

    def _make(
        self, group: Group, form: FormPlan, valu: Any, normed: Normed | None, iden: bytes | None = None
    ) -> tuple[Face, list[Adds]]:
        """A node itself, and the nodes that its props refer to."""
        iden, face = self._find(form.name, valu, iden)
        if face is not None:
            if normed is None or not normed.subs:
                return face, []
            # What the value itself tells of the node holds again.
            told = normed.subs
            return face, self._set_subs(group, face, [(self.plans.prop(form, name), sub) for name, sub in told.items()])
        if form.form.runt:
            raise StormError("IsRuntForm", f"Cannot make runt nodes: {form.name}.")
        if form.form.deprecated:
            self._deprecated("form", form.name)
            locks.check_form(self.run, form, valu)
        face = self.faces[iden] = Face(form, valu, iden, None)
        self.made.append(face)
        if self._now is None:
            self._now = self.run.host.clock.now_ms()
        self.shown(group, face).extend([(0, (valu,)), (2, (CREATED, self._now))])
        face.props[CREATED] = self._now
        if normed is None:
            normed = norm(form.form.type, valu)
        subs = [(self.plans.prop(form, name), sub) for name, sub in normed.subs.items()]
        return face, self._set_subs(group, face, subs)

    def _set_subs(self, group: Group, face: Face, subs: list[tuple[PropPlan | None, Any]]) -> list[Adds]:
        """Set props that follow from others, then those that follow from them. Gives the nodes that they refer to."""
        adds: list[Adds] = []
        # It grows while it is gone through.
        for plan, valu in subs:
            if plan is None or face.get(plan.name) == valu:
                continue
            adds += self._set_sub(group, face, plan, valu)
            if plan.has_subs:
                more = norm(plan.prop.type, valu).subs
                subs += [(self.plans.sub(face.form, plan, name), sub) for name, sub in more.items()]
        return adds

    def _set_sub(self, group: Group, face: Face, plan: PropPlan, valu: Any) -> list[Adds]:
        """Set a prop that follows from another or from the node's value. Gives the nodes that it refers to."""
        if plan.name in face.props:
            face.whole = False
        valu = tupled(valu)
        self.shown(group, face).append((2, (plan.name, valu)))
        face.props[plan.name] = valu
        if plan.refers is None:
            return []
        if plan.array:
            return [refer(plan.refers, item, None) for item in valu]
        return [refer(plan.refers, valu, None)]

    def _set_tag(self, group: Group, face: Face, tag: str, valu: tuple[int | None, int | None]) -> None:
        # A layer below may have a part of the interval: the one that is written to gets all of it.
        old = face.tag(tag)
        both = valu
        if old is not None:
            face.whole = False
            both = widened(old, valu)
        self.shown(group, face).append((4, (tag, both)))
        face.tags[tag] = both

    def _is_now(self, tag: str) -> str | None:
        at = len(tag)
        while at > 0:
            face = self.find(TAG, tag[:at])
            if face is not None:
                now = face.get("isnow")
                if now is not None:
                    return f"{now}{tag[at:]}"
            at = tag.rfind(".", 0, at)
        return None

    def _drop_tagprops(self, group: Group, face: Face, tag: str) -> None:
        stored = {} if face.node is None else face.node.tagprops.get(tag, {})
        names = [*stored, *(name for of, name in face.tagprops if of == tag and name not in stored)]
        for name in names:
            self.drop_tagprop(group, face, tag, name)

    def _deprecated(self, kind: str, name: str) -> None:
        self.warn(f"The {kind} {name} is deprecated or using a deprecated type and will be removed in 3.0.0")


def _above(tag: str) -> list[str]:
    """The tags above one, the uppermost first."""
    parts = tag.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _join(group: Group, more: Group) -> None:
    for iden, entry in more.items():
        if iden in group:
            group[iden][2].extend(entry[2])
        else:
            group[iden] = entry
