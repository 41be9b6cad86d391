"""The model as data: counts, look-ups, what `/api/v1/model` answers, and a model of one's own."""

import json
from pathlib import Path

import orjson
import pytest
from deadringer.server.model import digest
from deadringer.server.model.contract import ModelError
from deadringer.server.model.model import Model
from deadringer.server.model.types import BASES

from .conftest import NOW_MS


def test_the_shipped_model_has_every_element_of_synapse_2_250(model: Model) -> None:
    told = model.to_dict()
    assert {name: len(part) for name, part in told.items()} == {
        "types": 694,
        "forms": 592,
        "edges": 89,
        "univs": 2,
        "tagprops": 0,
        "interfaces": 21,
    }
    assert sum(len(form["props"]) for form in told["forms"].values()) == 5577
    assert sum(bool(form.get("runt")) for form in told["forms"].values()) == 7


PROSE = ("doc", "ex", "description", "date", "$comment")


def test_the_shipped_model_holds_no_prose(model: Model) -> None:
    def sentences(valu: object) -> list[str]:
        if isinstance(valu, dict):
            own = [item for key, item in valu.items() if key in PROSE and isinstance(item, str)]
            return own + [text for item in valu.values() for text in sentences(item)]
        if isinstance(valu, list):
            return [text for item in valu for text in sentences(item)]
        return []

    assert set(sentences(model.to_dict())) == {""}


def test_every_prop_is_found_by_its_full_name(model: Model) -> None:
    for name, form in model.to_dict()["forms"].items():
        found = model.form(name)
        assert found is not None
        assert found.props == tuple(form["props"])
        for rel, told in form["props"].items():
            entry = model.prop(told["full"])
            assert entry is not None
            assert (entry.form, entry.name, entry.full, entry.stortype) == (name, rel, told["full"], told["stortype"])
            assert entry.type.name == told["type"][0]
            assert (entry.read_only, entry.deprecated) == (bool(told.get("ro")), bool(told.get("deprecated")))


def test_every_type_can_be_made(model: Model) -> None:
    assert {model.type(name).name for name in model.type_names()} == set(model.type_names())


def test_options_of_a_prop_lie_over_those_of_its_type(model: Model) -> None:
    entry = model.prop("inet:fqdn:host")
    assert entry is not None
    assert entry.type.opts["lower"] is True
    assert entry.type.opts["strip"] is False
    assert type(entry.type) is BASES["str"]


@pytest.mark.parametrize("name", ["newp", "", "inet:fqdn:newp", "inet:fqdn.newp", ".newp", "inet:fqdn:.seen", "int"])
def test_an_unknown_prop_is_refused_by_name(model: Model, name: str) -> None:
    assert model.prop(name) is None
    with pytest.raises(ModelError) as caught:
        model.norm(name, 5)
    assert (caught.value.name, caught.value.mesg) == ("NoSuchProp", f"The property {name} does not exist.")


def test_a_bad_prop_within_a_value_is_told_as_the_asked_one(model: Model) -> None:
    with pytest.raises(ModelError) as caught:
        model.norm("inet:web:chprofile:pv", ["newp", 1])
    assert caught.value.mesg == "The property inet:web:chprofile:pv does not exist."


def test_universal_props_have_no_form(model: Model) -> None:
    entry = model.prop(".created")
    assert entry is not None
    assert (entry.form, entry.full, entry.type.name, entry.read_only) == ("", ".created", "time", True)
    assert model.norm("inet:fqdn.created", "now").valu == NOW_MS


def test_interfaces_of_a_form_include_those_of_its_interfaces(model: Model) -> None:
    assert set(model.form_interfaces("inet:service:account")) == {
        "inet:service:subscriber",
        "inet:service:object",
        "inet:service:base",
    }
    assert model.form_interfaces("inet:fqdn") == ()


def test_edges_name_their_ends(model: Model) -> None:
    edges = {(edge.n1form, edge.verb, edge.n2form) for edge in model.edges()}
    assert ("ou:campaign", "uses", "ou:technique") in edges
    assert ("ou:org", "uses", None) in edges


@pytest.mark.parametrize(
    ("typeopts", "name", "mesg"),
    [
        ("x", "ValueError", "dictionary update sequence element #0 has length 1; 2 is required"),
        (5, "TypeError", "'int' object is not iterable"),
    ],
)
def test_type_options_that_are_none_are_refused(model: Model, typeopts: object, name: str, mesg: str) -> None:
    with pytest.raises(ModelError) as caught:
        model.norm("it:dev:str", "Foo", typeopts)
    assert (caught.value.name, caught.value.mesg) == (name, mesg)


def test_a_model_from_a_file_keeps_its_texts_and_its_order(model: Model, tmp_path: Path) -> None:
    answer = model.to_dict()
    answer["types"]["int"]["info"]["doc"] = "A number."
    answer["forms"]["inet:fqdn"]["props"]["_ours"] = {
        "name": "_ours",
        "full": "inet:fqdn:_ours",
        "type": ["int", {"min": 5}],
        "stortype": 9,
        "doc": "Ours.",
    }
    for content in (answer, {"status": "ok", "result": answer}):
        file = tmp_path / "model.json"
        file.write_bytes(orjson.dumps(content))
        loaded = Model.load(file, now_ms=lambda: 0, guid=lambda: "0" * 32)
        assert json.dumps(loaded.to_dict()) == json.dumps(answer)
        assert loaded.norm("inet:fqdn:_ours", "7").valu == 7


@pytest.mark.parametrize("content", [b"{}", b"[]", b"5", b'{"types":{}}', b"not json"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        Model.load(file, now_ms=lambda: 0, guid=lambda: "0" * 32)


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("types", []),
        ("types/int", 5),
        ("types/inet:fqdn", None),
        ("forms/inet:fqdn/props", None),
        ("forms/inet:fqdn/props/host/type", "x"),
        ("forms/inet:fqdn/props/host/type", ["newp", {}]),
        ("edges", [1]),
        ("edges", [[["a", 5, "b"], {}]]),
        ("univs", None),
    ],
)
def test_a_file_that_is_half_a_model_is_refused_by_name(
    model: Model, tmp_path: Path, path: str, broken: object
) -> None:
    answer = json.loads(json.dumps(model.to_dict()))
    *heads, last = path.split("/")
    part = answer
    for head in heads:
        part = part[head]
    if broken is None:
        del part[last]
    else:
        part[last] = broken
    file = tmp_path / "model.json"
    file.write_text(json.dumps(answer))
    with pytest.raises(ValueError, match=r"model\.json: not a"):
        Model.load(file, now_ms=lambda: 0, guid=lambda: "0" * 32)


def test_worlds_share_the_data_but_not_the_clock(model: Model) -> None:
    other = model.bound(now_ms=lambda: 5, guid=lambda: "a" * 32)
    assert other.norm(".created", "now").valu == 5
    assert model.norm(".created", "now").valu == NOW_MS
    assert other.norm("ou:org", "*").valu == "a" * 32


def test_data_files_are_written_the_same_each_time(model: Model, tmp_path: Path) -> None:
    digest.write_data(digest.compact(model.to_dict(), prose=False), tmp_path)
    for name in digest.FILES:
        assert (tmp_path / f"{name}.json").read_bytes() == (digest.DATA / f"{name}.json").read_bytes()


def test_digesting_leaves_out_examples_and_empties_sentences(model: Model) -> None:
    answer = model.to_dict()
    answer["types"]["int"]["info"] = {"doc": "A number.", "ex": "5", "bases": ["base"]}
    kept = digest.compact(answer, prose=False)["types"]["int"][0]
    assert kept == {"doc": "", "bases": ["base"]}
    assert digest.compact(answer, prose=True)["types"]["int"][0]["doc"] == "A number."
