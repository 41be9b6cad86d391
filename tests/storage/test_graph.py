"""Layers, views: what edits change and tell, what lifts give in which order, what is there after reopening."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deadringer.storage.database import Database
from deadringer.storage.edits import ItemsOf, KeyOf
from deadringer.storage.errors import Conflict, NotFound, StorageError
from deadringer.storage.layers import Edit, Key, Layer, NodeEdit
from deadringer.storage.sodes import Sode, nid_of, pack, unpack
from deadringer.storage.views import Graph, LayerRecord, ViewRecord

NO_TIME = (None, None)


class Plain:
    """A model where texts and numbers are their own keys, lists are arrays, and `.seen` widens."""

    edition = None

    def keyed(self, form: str, prop: str) -> tuple[KeyOf, ItemsOf | None]:
        return (repr, None) if prop == ".seen" else (_key, _items)

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        found: Key = valu
        return found

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        return (min(old[0], valu[0]), max(old[1], valu[1])) if prop == ".seen" else valu

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        return valu


def _key(valu: Any) -> Key:
    if isinstance(valu, tuple):
        return hashlib.sha256(repr(valu).encode()).digest()
    found: Key = repr(valu) if isinstance(valu, dict) else valu
    return found


def _items(valu: Any) -> tuple[Key, ...]:
    return tuple(item for item in valu if isinstance(item, int | str)) if isinstance(valu, tuple) else ()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cortex.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path, ("accounts", "cortex"), durable=False)
    yield database
    database.close()


@pytest.fixture
def graph(database: Database) -> Graph:
    graph = Graph(database, Plain())
    graph.put_layer(LayerRecord("aa", "first", None, 1))
    graph.put_layer(LayerRecord("bb", "second", None, 2))
    return graph


@pytest.fixture
def layer(graph: Graph) -> Layer:
    return opened(graph)


def opened(graph: Graph, iden: str = "aa") -> Layer:
    layer = graph.layer(iden)
    assert layer is not None
    return layer


def iden_of(name: object) -> bytes:
    return hashlib.sha256(str(name).encode()).digest()


def node(form: str, valu: Any, *edits: Edit) -> NodeEdit:
    return iden_of((form, valu)), form, [(0, (valu,)), *edits]


def edit(form: str, valu: Any, *edits: Edit) -> NodeEdit:
    return iden_of((form, valu)), form, list(edits)


def told(layer: Layer, form: str, valu: Any, *edits: Edit) -> list[Edit]:
    """What one node's edits changed."""
    done = layer.apply([edit(form, valu, *edits)])
    return done[0][2] if done else []


def keys(lifted: Iterator[tuple[Any, int, bytes, bytes]]) -> list[Any]:
    return [key for key, *_ in lifted]


def test_nids_sort_as_idens_do() -> None:
    idens = sorted(iden_of(number) for number in range(100))
    assert sorted(idens, key=nid_of) == idens
    assert nid_of(b"\xff" * 32) == 2**63 - 1


@pytest.mark.parametrize(
    "valu", [2**64, -(2**63) - 1, 2**200, "\ud800", b"\xff", 1.5, True, None, (), ("a", (1,)), {1: 2}]
)
def test_a_sode_comes_back_from_its_packed_form(valu: Any) -> None:
    sode = Sode(b"i" * 32, "f", valu, {"b": valu, "a": (valu,)}, {"t": (1, None)}, {"t": {"p": valu}})
    again = unpack(sode.iden, pack(sode))
    assert again == sode
    assert list(again.props) == ["b", "a"]


def test_lists_come_back_as_tuples(layer: Layer) -> None:
    layer.apply([node("f", ["a", ["b"]], (2, ("x", {"k": [1]})))])
    (sode,) = layer.every()
    assert (sode.valu, sode.props) == (("a", ("b",)), {"x": {"k": (1,)}})


def test_edits_tell_what_changed_with_the_old_values(layer: Layer) -> None:
    added = layer.apply([node("f", 1, (2, ("p", "x")), (4, ("t", NO_TIME)), (6, ("t", "risk", 3)), (8, ("d", [1])))])
    assert added == [
        (
            iden_of(("f", 1)),
            "f",
            [
                (0, (1,)),
                (2, ("p", "x", None)),
                (4, ("t", NO_TIME, None)),
                (6, ("t", "risk", 3, None)),
                (8, ("d", (1,), None)),
            ],
        )
    ]
    assert told(layer, "f", 1, (2, ("p", "y"))) == [(2, ("p", "y", "x"))]
    assert told(layer, "f", 1, (6, ("t", "risk", 4))) == [(6, ("t", "risk", 4, 3))]
    assert told(layer, "f", 1, (8, ("d", 2))) == [(8, ("d", 2, (1,)))]
    gone = told(layer, "f", 1, (3, ("p",)), (5, ("t",)), (7, ("t", "risk")), (9, ("d",)), (1, ()))
    assert gone == [(3, ("p", "y")), (5, ("t", NO_TIME)), (7, ("t", "risk", 4)), (9, ("d", 2)), (1, (1,))]


def test_edits_that_change_nothing_are_left_out(layer: Layer) -> None:
    everything: list[Edit] = [
        (2, ("p", "x")),
        (4, ("t", (1, 5))),
        (6, ("t", "risk", 3)),
        (8, ("d", {"a": [1]})),
        (10, ("seen", iden_of("other"))),
    ]
    layer.apply([node("f", 1, *everything)])
    assert layer.apply([node("f", 1, *everything), edit("f", 1)]) == []
    missing: list[Edit] = [(3, ("q",)), (5, ("u",)), (7, ("t", "u")), (9, ("u",)), (11, ("refs", iden_of("x")))]
    assert layer.apply([edit("f", 1, *missing), edit("g", 1, (1, ()), *missing)]) == []
    assert [sode.form for sode in layer.every()] == ["f"]


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        (NO_TIME, (3, 4), (3, 4)),
        ((3, 4), NO_TIME, None),
        ((3, 6), (1, 5), (1, 6)),
        ((3, 6), (4, 7), (3, 7)),
        ((3, 6), (4, 5), None),
    ],
)
def test_the_interval_of_a_tag_widens(layer: Layer, old: Any, new: Any, both: Any) -> None:
    layer.apply([node("f", 1, (4, ("t", old)))])
    assert told(layer, "f", 1, (4, ("t", new))) == ([] if both is None else [(4, ("t", both, old))])
    assert [sode.tags["t"] for sode in layer.every()] == [both or old]


def test_the_model_says_what_a_set_over_an_old_value_stores(layer: Layer) -> None:
    layer.apply([node("f", 1, (2, (".seen", (5, 7))))])
    assert told(layer, "f", 1, (2, (".seen", (6, 9)))) == [(2, (".seen", (5, 9), (5, 7)))]
    assert told(layer, "f", 1, (2, (".seen", (6, 8)))) == []


def test_lifts_are_ordered_by_key_then_nid_across_pages(layer: Layer) -> None:
    layer.apply([node("f", number, (2, ("p", number // 300))) for number in range(700)])
    expected = sorted((number // 300, nid_of(iden_of(("f", number)))) for number in range(700))
    assert [found[:2] for found in layer.lift("f", "p")] == expected
    assert [found[:2] for found in layer.lift("f", "p", reverse=True)] == expected[::-1]
    assert keys(layer.lift("f", "p", 1, 1)) == [1] * 300
    assert keys(layer.lift("f", "p", 1, 1, reverse=True)) == [1] * 300
    assert keys(layer.lift("f", "p", 1)) == [1] * 300 + [2] * 100
    assert keys(layer.lift("f", "p", high=1, reverse=True)) == [1] * 300 + [0] * 300
    assert keys(layer.lift("f", "p", 1, reverse=True)) == [2] * 100 + [1] * 300
    assert keys(layer.lift("f", "p", high=0)) == [0] * 300
    assert [layer.count("f", "p", *bounds) for bounds in ((), (1,), (1, 1), (None, 0))] == [700, 400, 300, 300]
    assert list(layer.values("f", "p")) == [0, 1, 2]
    assert list(layer.values("f", "")) == list(range(700))


def test_lifts_bring_the_packed_node(layer: Layer) -> None:
    layer.apply([node("f", 1, (2, ("p", "x")), (4, ("t", NO_TIME)))])
    ((_, nid, iden, data),) = layer.lift("f", "")
    sode = unpack(iden, data)
    assert (nid, sode) == (nid_of(iden), Sode(iden_of(("f", 1)), "f", 1, {"p": "x"}, {"t": NO_TIME}))
    assert layer.sode(nid) == sode
    assert layer.sodes([nid, 5]) == {nid: sode}
    assert layer.sode(5) is None


def test_text_keys_sort_by_their_utf8_whatever_they_hold(layer: Layer) -> None:
    texts = ["\ud800", "a", "", "é", "\U0001f600", "z\x00", "z"]
    layer.apply([node("f", text) for text in texts])
    found = [unpack(iden, data).valu for _, _, iden, data in layer.lift("f", "")]
    assert found == sorted(texts, key=lambda text: text.encode("utf-8", "surrogatepass"))
    assert len(list(layer.lift("f", "", "\ud800", "\ud800"))) == 1


def test_items_of_arrays_are_lifted_once_each(layer: Layer) -> None:
    layer.apply([node("f", 1, (2, ("names", ["a", "b", "b"]))), node("f", 2, (2, ("names", ["b", "c"])))])
    assert keys(layer.lift_items("f", "names")) == [b"a", b"b", b"b", b"c"]
    assert keys(layer.lift_items("f", "names", "b", "c", reverse=True)) == [b"c", b"b", b"b"]
    assert layer.count_items("f", "names", "b", "b") == 2
    told(layer, "f", 1, (2, ("names", ["d"])))
    assert keys(layer.lift_items("f", "names")) == [b"b", b"c", b"d"]


def test_universal_properties_are_lifted_with_and_without_a_form(layer: Layer) -> None:
    layer.apply([node("f", 1, (2, (".created", 7))), node("g", 1, (2, (".created", 5)))])
    assert keys(layer.lift("", ".created")) == [5, 7]
    assert keys(layer.lift("f", ".created")) == [7]


def test_a_tag_lifts_form_by_form_in_the_order_the_layer_first_knew_them(layer: Layer) -> None:
    layer.apply([node("g", 0), node("f", 0)])
    tagged: list[Edit] = [(4, ("t", NO_TIME))]
    layer.apply([node(form, number, *tagged) for form in ("f", "g") for number in range(300)])
    expected = [
        (nid, form) for form in ("g", "f") for nid in sorted(nid_of(iden_of((form, number))) for number in range(300))
    ]
    assert [(nid, form) for nid, _, form, _ in layer.lift_tag("t")] == expected
    assert [(nid, form) for nid, _, form, _ in layer.lift_tag("t", reverse=True)] == expected[::-1]
    assert [form for _, _, form, _ in layer.lift_tag("t", "f")] == ["f"] * 300
    assert (layer.count_tag("t"), layer.count_tag("t", "f"), layer.count_tag("t", "x"), layer.count_tag("u")) == (
        600,
        300,
        0,
        0,
    )
    told(layer, "g", 7, (5, ("t",)))
    assert layer.count_tag("t", "g") == 299


def test_properties_of_tags_are_lifted_of_one_form_or_of_all(layer: Layer) -> None:
    layer.apply([node("f", 1, (6, ("t", "risk", 3))), node("g", 1, (6, ("t", "risk", 2)))])
    assert keys(layer.lift_tagprop(None, "t", "risk")) == [2, 3]
    assert keys(layer.lift_tagprop("f", "t", "risk", 3, 3)) == [3]
    assert layer.count_tagprop(None, "t", "risk") == 2
    told(layer, "f", 1, (7, ("t", "risk")))
    assert keys(layer.lift_tagprop(None, "t", "risk")) == [2]


def test_edges_are_read_from_both_ends(layer: Layer) -> None:
    one, two, three = sorted(iden_of(("f", number)) for number in range(3))
    layer.apply([(one, "f", [(10, ("seen", three)), (10, ("seen", two)), (10, ("refs", two))])])
    assert list(layer.edges(one)) == [("refs", two), ("seen", two), ("seen", three)]
    assert list(layer.edges(one, "seen")) == [("seen", two), ("seen", three)]
    assert list(layer.edges(two, inbound=True)) == [("refs", one), ("seen", one)]
    assert (layer.verbs(one), layer.verbs(three), layer.verbs(three, inbound=True)) == (["refs", "seen"], [], ["seen"])
    assert (layer.has_edge(one, "refs", two), layer.has_edge(two, "refs", one)) == (True, False)
    assert list(layer.all_edges()) == [(one, "refs", two), (one, "seen", two), (one, "seen", three)]
    assert list(layer.all_edges("refs")) == [(one, "refs", two)]
    assert (list(layer.lift_verb("seen")), list(layer.lift_verb("seen", n2=True))) == ([one], [two, three])
    layer.apply([(one, "f", [(11, ("seen", two))])])
    assert list(layer.edges(one, "seen")) == [("seen", three)]
    assert list(layer.every()) == []


def test_edges_go_on_across_pages(layer: Layer) -> None:
    here = iden_of("here")
    others = sorted(iden_of(number) for number in range(600))
    layer.apply([(here, "f", [(10, ("seen", other)) for other in others])])
    assert [other for _, other in layer.edges(here)] == others
    assert [other for _, _, other in layer.all_edges()] == others
    assert list(layer.lift_verb("seen", n2=True)) == others


def test_edges_of_all_verbs_go_on_across_pages(layer: Layer) -> None:
    here = iden_of("here")
    edges = [(verb, iden_of(number)) for verb in ("a", "b", "c") for number in range(300)]
    layer.apply([(here, "f", [(10, edge) for edge in edges])])
    assert list(layer.edges(here)) == sorted(edges)
    layer.apply([(iden_of(7), "f", [(10, ("b", here)), (10, ("a", here))])])
    assert list(layer.edges(here, inbound=True)) == [("a", iden_of(7)), ("b", iden_of(7))]


def test_a_lift_ends_when_the_layer_is_wiped(layer: Layer) -> None:
    layer.apply([node("f", number, (4, ("t", NO_TIME))) for number in range(600)])
    by_value, by_tag, every = layer.lift("f", ""), layer.lift_tag("t"), layer.every()
    for lifted in (by_value, by_tag, every):
        next(lifted)
    layer.wipe()
    layer.apply([node("g", number, (4, ("t", NO_TIME))) for number in range(600)])
    # No more than what was read already, but for those that read the layer by nid.
    assert (len(list(by_value)), len(list(by_tag))) == (255, 255)
    assert {sode.form for sode in every} == {"f", "g"}


def test_node_data_is_read_by_name_and_lifted(layer: Layer) -> None:
    layer.apply([node("f", 1, (8, ("b", None)), (8, ("a", {"x": 2**70})))])
    nid = nid_of(iden_of(("f", 1)))
    assert layer.node_data(nid, "a") == {"x": 2**70}
    assert layer.node_data(nid, "b", "missing") is None
    assert layer.node_data(nid, "c", "missing") == "missing"
    assert list(layer.all_node_data(nid)) == ["b", "a"]
    assert list(layer.lift_data("a")) == [(nid, iden_of(("f", 1)))]


def test_deleting_a_node_takes_all_of_it_along(layer: Layer) -> None:
    other = iden_of(("f", 2))
    layer.apply(
        [
            node(
                "f", 1, (2, ("p", "x")), (4, ("t", NO_TIME)), (6, ("t", "r", 1)), (8, ("d", 1)), (10, ("seen", other))
            ),
            node("f", 2, (10, ("seen", iden_of(("f", 1))))),
        ]
    )
    assert told(layer, "f", 1, (1, ())) == [(1, (1,))]
    assert [sode.valu for sode in layer.every()] == [2]
    found = [layer.lift("f", "p"), layer.lift_tag("t"), layer.lift_tagprop(None, "t", "r"), layer.lift_data("d")]
    assert [list(each) for each in found] == [[]] * 4
    # The edges of others that end at it are theirs.
    assert list(layer.all_edges()) == [(other, "seen", iden_of(("f", 1)))]


def test_a_layer_may_hold_something_of_a_node_that_it_lacks(layer: Layer) -> None:
    nid = nid_of(iden_of(("f", 1)))
    assert told(layer, "f", 1, (2, ("p", "x"))) == [(2, ("p", "x", None))]
    sode = layer.sode(nid)
    assert sode is not None
    assert (sode.valu, sode.props) == (None, {"p": "x"})
    assert layer.form_counts() == {}
    assert told(layer, "f", 1, (1, ())) == []
    told(layer, "f", 1, (3, ("p",)), (8, ("d", 1)))
    assert layer.sode(nid) == Sode(iden_of(("f", 1)), "f")
    told(layer, "f", 1, (9, ("d",)))
    assert layer.sode(nid) is None


def test_edits_of_one_node_in_one_batch_build_on_each_other(layer: Layer) -> None:
    done = layer.apply([node("f", 1, (2, ("p", 1))), edit("f", 1, (2, ("p", 2)), (1, ())), node("f", 1, (2, ("q", 3)))])
    assert [len(edits) for _, _, edits in done] == [2, 2, 2]
    assert [sode.props for sode in layer.every()] == [{"q": 3}]
    assert (list(layer.lift("f", "p")), layer.count("f", "")) == ([], 1)


def test_two_idens_of_one_nid_are_refused_and_nothing_is_kept(layer: Layer) -> None:
    iden = iden_of(1)
    twin = iden[:31] + b"\x00" if iden[31] else iden[:31] + b"\x01"
    layer.apply([(iden, "f", [(0, (1,))])])
    with pytest.raises(StorageError):
        layer.apply([(iden_of(3), "new", [(0, (3,)), (4, ("t", NO_TIME))]), (twin, "f", [(0, (2,))])])
    assert [sode.valu for sode in layer.every()] == [1]
    # What was named in the transaction that failed is named anew.
    layer.apply([(iden_of(3), "new", [(0, (3,)), (4, ("t", NO_TIME))])])
    assert [form for _, _, form, _ in layer.lift_tag("t")] == ["new"]


def test_a_lift_goes_on_while_its_nodes_are_deleted(layer: Layer) -> None:
    layer.apply([node("f", number) for number in range(600)])
    seen = 0
    for key, *_ in layer.lift("f", ""):
        assert told(layer, "f", key, (1, ()))
        seen += 1
    assert (seen, layer.count("f", "")) == (600, 0)


def test_no_update_of_two_threads_is_lost(layer: Layer) -> None:
    layer.apply([node("f", 1)])

    def work(name: str) -> None:
        for number in range(50):
            layer.apply([edit("f", 1, (2, (f"{name}{number}", number)), (10, (name, iden_of(number))))])

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (sode,) = layer.every()
    assert len(sode.props) == len(list(layer.all_edges())) == 150


def test_layers_do_not_see_each_other(graph: Graph, layer: Layer) -> None:
    other = opened(graph, "bb")
    layer.apply([node("f", 1, (2, ("p", 1)), (4, ("t", NO_TIME)), (8, ("d", 1)), (10, ("v", iden_of(0))))])
    other.apply([node("f", 2, (2, ("p", 2)), (4, ("t", NO_TIME)), (8, ("d", 1)), (10, ("v", iden_of(0))))])
    assert (keys(layer.lift("f", "p")), keys(other.lift("f", "p"))) == ([1], [2])
    layer.wipe()
    assert (list(layer.every()), list(layer.all_edges()), list(layer.lift_data("d"))) == ([], [], [])
    found = (other.count("f", "p"), other.count_tag("t"), len(list(other.all_edges())), len(list(other.lift_data("d"))))
    assert found == (1, 1, 1, 1)
    layer.apply([node("f", 3, (2, ("p", 3)))])
    assert keys(layer.lift("f", "p")) == [3]


def test_records_and_contents_are_there_after_reopening(path: Path, database: Database, graph: Graph) -> None:
    opened(graph).apply([node("g", 1), node("f", 1, (4, ("t", NO_TIME))), node("g", 2, (4, ("t", NO_TIME)))])
    graph.put_view(ViewRecord("v1", None, None, "me", 3, ("aa",), {"x": 1}))
    graph.put_view(ViewRecord("v2", "fork", "v1", None, 4, ("bb", "aa")))
    graph.put_view(ViewRecord("v1", "named", None, "me", 3, ("aa",)))
    graph.put_layer(LayerRecord("aa", "renamed", "me", 1, True, {"y": [1]}))
    layers, views = graph.layers(), graph.views()
    assert [(layer.name, layer.readonly, layer.info) for layer in layers] == [
        ("renamed", True, {"y": [1]}),
        ("second", False, {}),
    ]
    assert [(view.iden, view.name) for view in views] == [("v1", "named"), ("v2", "fork")]
    database.close()
    again = Database(path, ("accounts", "cortex"), durable=False)
    graph = Graph(again, Plain())
    assert (graph.layers(), graph.views()) == (layers, views)
    assert opened(graph).readonly
    assert [form for _, _, form, _ in opened(graph).lift_tag("t")] == ["g", "f"]
    assert list(opened(graph).form_counts().items()) == [("g", 2), ("f", 1)]
    opened(graph).apply([edit("f", 1, (1, ()))])
    assert opened(graph).form_counts() == {"g": 2, "f": 0}
    again.close()


def test_layers_and_views_are_dropped(database: Database, graph: Graph) -> None:
    layer = opened(graph)
    layer.apply([node("f", 1, (4, ("t", NO_TIME)), (8, ("d", 1)), (10, ("v", iden_of(0))))])
    graph.put_view(ViewRecord("v1", None, None, None, 3, ("aa", "bb")))
    with pytest.raises(Conflict):
        graph.drop_layer("aa")
    with pytest.raises(NotFound):
        graph.put_view(ViewRecord("v2", None, None, None, 3, ("cc",)))
    graph.drop_view("v1")
    graph.drop_layer("aa")
    assert (graph.layer("aa"), graph.view("v1"), [record.iden for record in graph.layers()]) == (None, None, ["bb"])
    for table in ("node", "index", "tag", "data", "edge", "name", "view"):
        assert database.read(f"SELECT count(*) FROM graph_{table}") == [(0,)]
    with pytest.raises(NotFound):
        layer.apply([node("f", 1)])
    for drop in (graph.drop_layer, graph.drop_view):
        with pytest.raises(NotFound):
            drop("aa")


def test_an_iden_has_one_open_layer(graph: Graph) -> None:
    assert graph.layer("aa") is graph.layer("aa")
    assert graph.layer("zz") is None
    assert graph.layer_record("zz") is None
