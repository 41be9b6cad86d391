"""Libraries about the graph: single layers, feeding and exporting, nodes by name, notes on tags, tallies, copies."""

import msgpack
from deadringer.server.storm.library.tally import Tally, get, inc
from hypothesis import given
from hypothesis import strategies as st

from ..edits.asking import Asking, opened
from .calling import call, refused, user_named

NODES = [[["inet:asn", 5], {"props": {"name": "five"}, "tags": {"a.b": [None, None]}, "nodedata": {"k": 1}}]]


def test_a_layer_gives_and_changes_what_it_holds_of_a_node(cortex: Asking) -> None:
    cortex.nodes("[ inet:asn=1 :name=low +#a ] $node.data.set(k, v)")
    fork = call(cortex, "return($lib.view.get().fork().iden)")
    cortex.messages(f"view.exec {fork} {{ inet:asn=1 [ :name=high +(refs)> {{ [ inet:asn=2 ] }} ] }}")
    text = """
        $l=$lib.view.get($fork).layers.0 $i=$node.iden()
        $edges=([]) for $e in $l.getEdgesByN1($i) { $edges.append($e.0) }
        return(($l.getStorNode($i).props.name.0, $edges, $l.setStorNodeProp($i, inet:asn:name, other),
                $l.getStorNode($i).props.name.0, $l.delStorNodeProp($i, inet:asn:name), $l.getStorNode($i)))
    """
    name, edges, set_, other, deleted, left = call(cortex, f"inet:asn=1 {text}", vars={"fork": fork})
    assert (name, edges, set_, other, deleted, left) == ("high", ["refs"], True, "other", True, {})
    assert cortex.props("inet:asn=1") == {"name": "low"}
    assert call(cortex, "inet:asn=1 return($lib.layer.get().delStorNode($node.iden()))") is True
    assert cortex.values("inet:asn") == []
    assert call(cortex, "$l=([]) for $e in $lib.layer.get().getEdges() { $l.append($e) } return($l)") == []


def test_changing_a_layer_needs_the_right_to_that_part(cortex: Asking) -> None:
    cortex.nodes("[ inet:asn=1 :name=low ]")
    bob = user_named(cortex, "bob")
    for asked in ("delStorNode($i)", "delStorNodeProp($i, inet:asn:name)", "setStorNodeProp($i, inet:asn:name, x)"):
        name, mesg = refused(bob, f"inet:asn=1 $i=$node.iden() $lib.layer.get().{asked}")
        assert (name, "must have permission node." in mesg) == ("AuthDeny", True)


def test_fed_nodes_are_told_and_given_back(cortex: Asking) -> None:
    messages = cortex.messages("yield $lib.feed.genr(syn.nodes, $nodes)", vars={"nodes": [*NODES, 5]})
    assert [kind for kind, _ in messages][1:-1] == ["node:edits", "node", "err"]
    assert [kind for kind, _ in cortex.messages("$lib.feed.ingest(syn.nodes, (5,))")][1:-1] == ["warn"]
    ((_, info),) = cortex.nodes("inet:asn=5")
    assert set(info["tags"]) == {"a", "a.b"}
    assert cortex.error("$lib.feed.ingest(newp, ([]))") == ("NoSuchName", {"name": "newp"})


def test_exported_nodes_are_in_the_axon_as_they_are_packed(cortex: Asking) -> None:
    cortex.nodes("[ inet:asn=1 inet:asn=2 ]")
    size, sha256 = call(cortex, "return($lib.export.toaxon('inet:asn'))".replace("'", '"'))
    data = call(cortex, "return($lib.hex.encode($lib.axon.read($s)))", vars={"s": sha256})
    unpacked = list(msgpack.Unpacker(_bytes(data)))
    assert len(bytes.fromhex(data)) == size
    assert [ndef for ndef, _ in unpacked] == [["inet:asn", 1], ["inet:asn", 2]]


def _bytes(text: str) -> object:
    from io import BytesIO

    return BytesIO(bytes.fromhex(text))


def test_a_name_stands_for_one_node_whoever_asks_and_however_it_is_written(cortex: Asking) -> None:
    first = call(cortex, "return($lib.gen.orgByName(Acme).value())")
    assert call(cortex, 'return($lib.gen.orgByName("  ACME ").value())') == first
    assert call(cortex, "return($lib.guid(gen, name, acme))") == first
    call(cortex, "[ ou:org=(other,) :names=(also,) ]")
    assert call(cortex, "return(($lib.gen.orgByName(also).value() = $lib.guid(other)))") is True
    assert call(cortex, "return($lib.gen.orgByFqdn(newp%%, try=(true)))") is None
    assert call(cortex, "return($lib.gen.orgByFqdn(newp%%, (true)))") is None
    assert refused(cortex, "$lib.gen.orgByFqdn(newp%%)")[0] == "BadTypeValu"


def test_a_note_on_a_tag_says_what_its_parts_must_match(cortex: Asking) -> None:
    call(cortex, "$lib.model.tags.set(cno, regex, ([null, $r]))", vars={"r": "[0-9]{2}"})
    assert cortex.error("[ inet:asn=1 +#cno.xx ]")[1]["mesg"].startswith("Tag part (xx) of tag (cno.xx)")
    assert len(cortex.nodes("[ inet:asn=1 +#cno.22.any +#other.xx ]")) == 1
    call(cortex, "$lib.model.tags.del(cno)")
    assert len(cortex.nodes("[ inet:asn=1 +#cno.xx ]")) == 1


def test_all_a_node_has_can_be_copied_to_another(cortex: Asking) -> None:
    cortex.messages("$lib.model.ext.addTagProp(score, (int, ({})), ({}))")
    cortex.messages("[ inet:asn=1 +#a=2020 +#a:score=3 +(refs)> { [ inet:asn=2 ] } <(seen)+ { [ meta:source=(s,) ] } ]")
    cortex.messages("inet:asn=1 $node.data.set(k, v)")
    copy = "$lib.model.migration"
    cortex.messages(
        f"inet:asn=1 $n=$node {{ [ inet:asn=9 ] +inet:asn=9 {copy}.copyTags($n, $node) {copy}.copyEdges($n, $node) "
        f"{copy}.copyData($n, $node) }}"
    )
    ((_, one),) = cortex.nodes("inet:asn=1")
    ((_, other),) = cortex.nodes("inet:asn=9")
    assert (other["tags"], other["tagprops"]) == (one["tags"], one["tagprops"])
    assert cortex.values("inet:asn=9 -(*)> *") == [2]
    assert len(cortex.values("inet:asn=9 <(seen)- *")) == 1
    assert call(cortex, "inet:asn=9 return($node.data.get(k))") == "v"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(-5, 5))))
def test_a_tally_adds_up_what_it_was_told(told: list[tuple[str, int]]) -> None:
    tally, run = Tally(), None
    for name, valu in told:
        inc(run, tally, name, valu)  # type: ignore[arg-type]  # a tally needs no runtime
    for name in "abc":
        assert get(run, tally, name) == sum(valu for other, valu in told if other == name)  # type: ignore[arg-type]


def test_counts_of_a_view_add_up_its_layers_and_values_are_told_once() -> None:
    with opened() as cortex:
        cortex.messages("[ ( inet:asn=1 :name=x ) ( inet:asn=2 :name=y ) ( inet:asn=3 :name=z ) ]")
        fork = call(cortex, "return($lib.view.get().fork().iden)")
        cortex.messages(f"view.exec {fork} {{ inet:asn=1 [ :name=y ] }}")
        text = "$v=$lib.view.get($f) $l=([]) for $x in $v.getPropValues(inet:asn:name) { $l.append($x) } "
        told = call(cortex, text + "return(($v.getPropCount(inet:asn:name, valu=y), $l))", vars={"f": fork})
        # The x below is covered by the y above it.
        assert told == [2, ["y", "z"]]
