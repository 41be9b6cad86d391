"""Extending the data model: what is added lasts, belongs to one world, and cannot go while it is in use."""

import copy
from pathlib import Path

from deadringer.server.model.digest import read_data
from deadringer.server.model.extend import KINDS, Element, extended, reduced

from ..edits.asking import Asking
from .calling import call, refused
from .keeping import services_in, world_in

EVERYTHING = """
    $lib.model.ext.addType(_t:t, str, ({"lower": true}), ({"doc": "a type"}))
    $lib.model.ext.addForm(_t:f, int, ({"min": 1}), ({"doc": "a form"}))
    $lib.model.ext.addFormProp(_t:f, p, (_t:t, ({})), ({"doc": "a prop"}))
    $lib.model.ext.addFormProp(inet:ipv4, _names, (array, ({"type": "inet:fqdn"})), ({}))
    $lib.model.ext.addUnivProp(_u, (int, ({})), ({}))
    $lib.model.ext.addTagProp(score, (int, ({"max": 9})), ({}))
    $lib.model.ext.addEdge("*", _likes, inet:asn, ({}))
"""
USE = "[ _t:f=5 :p=ABC ._u=6 +#a:score=7 +(_likes)> { [ inet:asn=1 ] } ] | spin | "
USE += "[ inet:ipv4=1.2.3.4 :_names=(b.com, a.com) ]"
FORM = ("_t:f", 5)


def test_a_restart_keeps_every_kind_of_element_and_what_nodes_have_of_it(tmp_path: Path) -> None:
    with services_in(tmp_path) as services:
        with world_in(tmp_path / "one", services) as before:
            before.messages(EVERYTHING)
            before.nodes(USE)
            model, added = before.host.model.to_dict(), call(before, "return($lib.model.ext.getExtModel())")
            assert len(added) == len(KINDS) + 1
        with world_in(tmp_path / "one", services) as after:
            told = after.host.model.to_dict()
            for part in model:
                assert repr(told[part]) == repr(model[part]), part
            assert call(after, "return($lib.model.ext.getExtModel())") == added
            ((ndef, info),) = after.nodes("_t:f:p=abc +._u=6 +#a:score>6")
            assert tuple(ndef) == FORM
            assert info["tagprops"] == {"a": {"score": 7}}
            assert after.values("inet:ipv4:_names*[=a.com]") == [0x01020304]
            assert refused(after, "$lib.model.ext.addTagProp(score, (int, ({})), ({}))")[0] == "DupPropName"


def test_worlds_that_share_the_data_do_not_see_each_others_elements(tmp_path: Path) -> None:
    with (
        services_in(tmp_path) as services,
        world_in(tmp_path / "one", services) as one,
        world_in(tmp_path / "other", services, seed=2) as other,
    ):
        shared = other.host.model.to_dict()
        one.messages(EVERYTHING)
        one.nodes(USE)
        assert one.host.model.is_form("_t:f")
        assert not other.host.model.is_form("_t:f")
        assert other.host.model.prop("inet:ipv4:_names") is None
        assert other.host.model.tagprop("score") is None
        assert other.host.model.to_dict() == shared
        assert other.error("[ _t:f=5 ]")[0] == "NoSuchForm"


def test_extending_leaves_the_digest_as_it_is_and_reducing_undoes_it() -> None:
    digest = read_data()
    untouched = copy.deepcopy(digest)
    elements = (
        Element("type", ("_t:t",), ("str", {}, {})),
        Element("form", ("_t:f",), ("int", {}, {})),
        Element("prop", ("_t:f", "p"), (("_t:t", {}), {"doc": "x", "unknown": 1})),
        Element("univ", ("_u",), (("int", {}), {})),
        Element("tagprop", ("score",), (("int", {}), {})),
        Element("edge", (None, "_likes", "inet:asn"), ({},)),
    )
    found = extended(digest, elements)
    assert digest == untouched
    assert found["forms"]["_t:f"][1]["p"] == ["_t:t", {}, 1, {"doc": "x"}]
    assert found["forms"]["inet:asn"][1]["._u"] == 0
    for element in reversed(elements):
        found = reduced(found, element)
    assert found == untouched


def test_what_nodes_have_goes_from_every_layer_with_force(cortex: Asking) -> None:
    cortex.messages(EVERYTHING)
    cortex.nodes(USE)
    fork = call(cortex, "return($lib.view.get().fork().iden)")
    cortex.messages(f"view.exec {fork} {{ _t:f=5 [ :p=other ._u=8 +#a:score=9 ] }}")
    for asked, name in (
        ("delFormProp(_t:f, p)", "CantDelProp"),
        ("delUnivProp(_u)", "CantDelUniv"),
        ("delTagProp(score)", "CantDelProp"),
        ("delForm(_t:f)", "CantDelForm"),
        ("delType(_t:t)", "CantDelType"),
    ):
        assert refused(cortex, f"$lib.model.ext.{asked}")[0] == name
    call(
        cortex,
        "$lib.model.ext.delFormProp(_t:f, p, force=(true)) $lib.model.ext.delUnivProp(_u, force=(true)) "
        "$lib.model.ext.delTagProp(score, force=(true))",
    )
    for record in cortex.host.graph.layers():
        layer = cortex.host.graph.layer(record.iden)
        assert layer is not None
        for sode in layer.every():
            assert not set(sode.props) & {"p", "._u"}
            assert sode.tagprops == {}
    cortex.messages("_t:f | delnode --force")
    call(cortex, "$lib.model.ext.delForm(_t:f) $lib.model.ext.delType(_t:t)")
    assert not cortex.host.model.is_form("_t:f")


def test_an_extended_model_can_be_carried_to_another_cortex(cortex: Asking, tmp_path: Path) -> None:
    cortex.messages(EVERYTHING)
    carried = call(cortex, "return($lib.model.ext.getExtModel())")
    with services_in(tmp_path) as services, world_in(tmp_path / "one", services) as other:
        assert call(other, "return($lib.model.ext.addExtModel($model))", vars={"model": carried}) is True
        assert call(other, "return($lib.model.ext.addExtModel($model))", vars={"model": carried}) is True
        assert call(other, "return($lib.model.ext.getExtModel())") == carried
        carried["tagprops"][0][1][0] = "str"
        assert refused_with(other, carried) == "BadPropDef"


def refused_with(asking: Asking, model: object) -> str:
    return asking.error("$lib.model.ext.addExtModel($model)", vars={"model": model})[0]
