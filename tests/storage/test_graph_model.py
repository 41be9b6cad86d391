"""Any edits and reopenings leave two layers equal to plain dictionaries, and every lift equal to a sorted list."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

from deadringer.storage.database import Database
from deadringer.storage.edits import ItemsOf, KeyOf
from deadringer.storage.layers import Edit, Key, Layer, NodeEdit
from deadringer.storage.sodes import Sode, nid_of, unpack
from deadringer.storage.views import Graph, LayerRecord
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

# Few, so that they collide.
FORMS = ("f", "g")
NODES = [(form, number) for form in FORMS for number in range(4)]
PROPS = ("num", "text", "arr", ".created")
TAGS, TAGPROPS, DATA, VERBS = ("a", "a.b", "c"), ("r", "s"), ("x", "y"), ("refs", "seen")
LAYERS = ("top", "low")
BOUNDS: tuple[tuple[int | None, int | None], ...] = ((None, None), (0, None), (None, 0), (-1, 1), (1, 1), (1, -1))
NUMBERS = st.integers(-2, 2) | st.just(2**63 - 1)
TEXTS = st.sampled_from(["", "a", "b", "é", "\ud800", "\U0001f600"])
TIMES = st.just((None, None)) | st.tuples(st.integers(0, 5), st.integers(5, 9))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "num": NUMBERS,
    "text": TEXTS,
    "arr": st.lists(NUMBERS, max_size=3),
    ".created": NUMBERS,
}


def iden_of(node: tuple[str, int]) -> bytes:
    return hashlib.sha256(repr(node).encode()).digest()


IDENS = {iden_of(node): node for node in NODES}
OTHERS = st.sampled_from(sorted(IDENS))
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.just((0, ())),
    st.just((1, ())),
    st.sampled_from(PROPS).flatmap(lambda prop: st.tuples(st.just(2), st.tuples(st.just(prop), VALUES[prop]))),
    st.tuples(st.just(3), st.tuples(st.sampled_from(PROPS))),
    st.tuples(st.just(4), st.tuples(st.sampled_from(TAGS), TIMES)),
    st.tuples(st.just(5), st.tuples(st.sampled_from(TAGS))),
    st.tuples(st.just(6), st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGPROPS), NUMBERS)),
    st.tuples(st.just(7), st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGPROPS))),
    st.tuples(st.just(8), st.tuples(st.sampled_from(DATA), NUMBERS | st.none())),
    st.tuples(st.just(9), st.tuples(st.sampled_from(DATA))),
    st.tuples(st.just(10), st.tuples(st.sampled_from(VERBS), OTHERS)),
    st.tuples(st.just(11), st.tuples(st.sampled_from(VERBS), OTHERS)),
)
BATCHES = st.lists(st.tuples(st.sampled_from(NODES), st.lists(EDITS, min_size=1, max_size=12)), min_size=1, max_size=6)


class Plain:
    """A model where numbers and texts are their own keys; `.created` keeps the least."""

    edition = None

    def keyed(self, form: str, prop: str) -> tuple[KeyOf, ItemsOf | None]:
        return (lambda valu: repr(valu).encode(), tuple) if prop == "arr" else (lambda valu: valu, None)

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        found: Key = valu
        return found

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        return min(old, valu) if prop == ".created" else valu

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        return max(old, valu) if prop == "s" else valu


class Model:
    """The rules of a layer, told once more over dictionaries: a slot is what an edit sets."""

    def __init__(self) -> None:
        # iden -> {(kind, names...): value}, in order of setting
        self.slots: dict[bytes, dict[tuple[Any, ...], Any]] = {iden: {} for iden in IDENS}

    def apply(self, edits: list[NodeEdit]) -> list[NodeEdit]:
        found = []
        for iden, form, changes in edits:
            done = [change for kind, args in changes if (change := self.edit(iden, kind, args)) is not None]
            if done:
                found.append((iden, form, done))
        return found

    def edit(self, iden: bytes, kind: int, args: tuple[Any, ...]) -> Edit | None:
        slots = self.slots[iden]
        if kind == 0:
            if (0,) in slots:
                return None
            slots[(0,)] = args[0]
            return (0, args)
        if kind == 1:
            if (0,) not in slots:
                return None
            valu = slots[(0,)]
            slots.clear()
            return (1, (valu,))
        names = 2 if kind in (6, 7, 10, 11) else 1
        slot = (kind - kind % 2, *args[:names])
        if kind % 2:
            if slot not in slots:
                return None
            old = slots.pop(slot)
            return (kind, args if kind == 11 else (*args, old))
        valu = None if kind == 10 else args[names]
        had, old = slot in slots, slots.get(slot)
        if had:
            valu = self.merged(kind, args, old, valu)
            if valu == old:
                return None
        slots[slot] = valu
        return (kind, args if kind == 10 else (*args[:names], valu, old))

    @staticmethod
    def merged(kind: int, args: tuple[Any, ...], old: Any, valu: Any) -> Any:
        if kind == 4:
            if valu == (None, None) or old == (None, None):
                return old if valu == (None, None) else valu
            return (min(old[0], valu[0]), max(old[1], valu[1]))
        if kind == 2 and args[0] == ".created":
            return min(old, valu)
        return max(old, valu) if kind == 6 and args[1] == "s" else valu

    def sode(self, iden: bytes) -> Sode | None:
        slots = self.slots[iden]
        if not any(kind != 10 for kind, *_ in slots):
            return None
        sode = Sode(iden, IDENS[iden][0], slots.get((0,)))
        for (kind, *names), valu in slots.items():
            if kind == 2:
                sode.props[names[0]] = valu
            elif kind == 4:
                sode.tags[names[0]] = valu
            elif kind == 6:
                sode.tagprops.setdefault(names[0], {})[names[1]] = valu
        return sode

    def sodes(self) -> list[Sode]:
        return [sode for iden in sorted(IDENS) if (sode := self.sode(iden)) is not None]

    def lifted(self, form: str, prop: str) -> list[tuple[Any, int, Sode]]:
        found = []
        for sode in self.sodes():
            valu = sode.props.get(prop) if prop else sode.valu
            if valu is not None and form in ("", sode.form):
                found.append((key_of(valu), nid_of(sode.iden), sode))
        return sorted(found, key=lambda each: each[:2])

    def items(self, form: str) -> list[tuple[Any, int]]:
        pairs = {
            (item, nid_of(sode.iden))
            for sode in self.sodes()
            if sode.form == form
            for item in sode.props.get("arr", ())
        }
        return sorted(pairs)

    def tagprops(self, form: str | None, tag: str, prop: str) -> list[tuple[Any, int]]:
        return sorted(
            (sode.tagprops[tag][prop], nid_of(sode.iden))
            for sode in self.sodes()
            if form in (None, sode.form) and prop in sode.tagprops.get(tag, {})
        )

    def edges(self) -> list[tuple[bytes, str, bytes]]:
        found = [(iden, *slot[1:]) for iden, slots in self.slots.items() for slot in slots if slot[0] == 10]
        return sorted(found, key=lambda edge: (edge[1], edge[0], edge[2]))


def key_of(valu: Any) -> Any:
    if isinstance(valu, tuple):
        return repr(valu).encode()
    return valu.encode("utf-8", "surrogatepass") if isinstance(valu, str) else valu


def pairs(lifted: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [each[:2] for each in lifted]


class GraphMachine(RuleBasedStateMachine):
    """Two layers of one database beside two models."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.models = {name: Model() for name in LAYERS}
        self.open()
        for name in LAYERS:
            self.graph.put_layer(LayerRecord(name, None, None, 0))

    def open(self) -> None:
        self.database = Database(self.folder / "cortex.db", ("cortex",), durable=False)
        self.graph = Graph(self.database, Plain())

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def layer(self, name: str) -> Layer:
        layer = self.graph.layer(name)
        assert layer is not None
        return layer

    @rule(name=st.sampled_from(LAYERS), batch=BATCHES)
    def edit(self, name: str, batch: list[tuple[tuple[str, int], list[Edit]]]) -> None:
        edits = [
            (iden_of(node), node[0], [(kind, args or ((node[1],) if kind == 0 else ())) for kind, args in changes])
            for node, changes in batch
        ]
        # What is lists in edits is tuples everywhere else.
        plain = [(iden, form, [(kind, frozen(args)) for kind, args in changes]) for iden, form, changes in edits]
        assert self.layer(name).apply(edits) == self.models[name].apply(plain)

    @rule()
    def reopen(self) -> None:
        self.database.close()
        self.open()

    # Seldom, as it leaves little to look at.
    @rule(name=st.sampled_from(LAYERS), dice=st.integers(0, 5))
    def wipe(self, name: str, dice: int) -> None:
        if dice:
            return
        self.layer(name).wipe()
        self.models[name] = Model()

    @invariant()
    def nodes_are_the_same(self) -> None:
        for name, model in self.models.items():
            sodes = model.sodes()
            assert list(self.layer(name).every()) == sodes
            assert [list(sode.props) for sode in self.layer(name).every()] == [list(sode.props) for sode in sodes]
            nids = [nid_of(iden) for iden in IDENS]
            assert self.layer(name).sodes(nids) == {nid_of(sode.iden): sode for sode in sodes}

    @invariant()
    def lifts_are_the_same(self) -> None:
        for name, model in self.models.items():
            layer = self.layer(name)
            for form, prop in [(form, prop) for form in FORMS for prop in ("", *PROPS)] + [("", ".created")]:
                expected = model.lifted(form, prop)
                found = list(layer.lift(form, prop))
                assert [(key, nid, unpack(iden, data)) for key, nid, iden, data in found] == expected
                assert len({key for key, *_ in expected}) == len(list(layer.values(form, prop)))
            for tag, prop in [(tag, prop) for tag in TAGS for prop in TAGPROPS]:
                assert pairs(layer.lift_tagprop(None, tag, prop)) == model.tagprops(None, tag, prop)

    @invariant()
    def lifts_between_bounds_are_the_same(self) -> None:
        for name, form, (low, high), reverse in product(LAYERS, FORMS, BOUNDS, (False, True)):
            layer, model = self.layer(name), self.models[name]

            def cut(
                found: Iterable[tuple[Any, ...]],
                low: int | None = low,
                high: int | None = high,
                reverse: bool = reverse,
            ) -> list[tuple[Any, ...]]:
                kept = [
                    each[:2] for each in found if (low is None or each[0] >= low) and (high is None or each[0] <= high)
                ]
                return kept[::-1] if reverse else kept

            numbers, items = cut(model.lifted(form, "num")), cut(model.items(form))
            risks = cut(model.tagprops(form, "a", "r"))
            assert pairs(layer.lift(form, "num", low, high, reverse)) == numbers
            assert pairs(layer.lift_items(form, "arr", low, high, reverse)) == items
            assert pairs(layer.lift_tagprop(form, "a", "r", low, high, reverse)) == risks
            assert layer.count(form, "num", low, high) == len(numbers)
            assert layer.count_items(form, "arr", low, high) == len(items)
            assert layer.count_tagprop(form, "a", "r", low, high) == len(risks)

    @invariant()
    def tags_are_the_same(self) -> None:
        for name, model in self.models.items():
            layer = self.layer(name)
            for tag in TAGS:
                for form in FORMS:
                    expected = [nid_of(sode.iden) for sode in model.sodes() if sode.form == form and tag in sode.tags]
                    assert [nid for nid, *_ in layer.lift_tag(tag, form)] == expected
                    assert [nid for nid, *_ in layer.lift_tag(tag, form, reverse=True)] == expected[::-1]
                    assert layer.count_tag(tag, form) == len(expected)
                # Form by form, and in each as above.
                tagged = [(form, nid) for nid, _, form, _ in layer.lift_tag(tag)]
                blocks = [form for place, (form, _) in enumerate(tagged) if not place or tagged[place - 1][0] != form]
                assert len(blocks) == len(set(blocks))
                assert tagged == [(form, nid) for form in blocks for nid, *_ in layer.lift_tag(tag, form)]
                assert len(tagged) == layer.count_tag(tag)

    @invariant()
    def edges_and_data_are_the_same(self) -> None:
        for name, model in self.models.items():
            layer, edges = self.layer(name), model.edges()
            assert list(layer.all_edges()) == edges
            for iden in IDENS:
                assert list(layer.edges(iden)) == [(verb, n2) for n1, verb, n2 in edges if n1 == iden]
                assert list(layer.edges(iden, inbound=True)) == [(verb, n1) for n1, verb, n2 in edges if n2 == iden]
                data = {slot[1]: valu for slot, valu in model.slots[iden].items() if slot[0] == 8}
                assert layer.all_node_data(nid_of(iden)) == data
            for verb in VERBS:
                assert list(layer.lift_verb(verb)) == sorted({n1 for n1, each, _ in edges if each == verb})
                assert list(layer.lift_verb(verb, n2=True)) == sorted({n2 for _, each, n2 in edges if each == verb})
            for data_name in DATA:
                expected = [(nid_of(iden), iden) for iden in sorted(IDENS) if (8, data_name) in model.slots[iden]]
                assert list(layer.lift_data(data_name)) == expected


def frozen(valu: Any) -> Any:
    return tuple(frozen(item) for item in valu) if isinstance(valu, list | tuple) else valu


TestGraph = GraphMachine.TestCase
TestGraph.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
