"""`$lib.stix`: what a client's own Storm texts do in bundles, the way out and back in. The shapes are in the evidence."""

import json
from typing import Any

import pytest

from ..edits.asking import Asking
from .calling import call, refused

MADE = "[ (inet:ipv4=1.2.3.4 :asn=10) inet:email=a@evi.com (ou:campaign=(c,) :name=camp :org={[ ou:org=(o,) :name=acme ]}) ]"


def test_what_is_told_is_found_again(cortex: Asking) -> None:
    cortex.nodes(MADE)
    told = "init { $b=$lib.stix.export.bundle() } inet:ipv4 inet:email ou:campaign $b.add($node) "
    query = told + "fini { $found=() for $n in $lib.stix.lift($b.pack()) { $found.append($n.ndef()) } return($found) }"
    found = call(cortex, query)
    # The organisation is told as an identity and as a threat actor.
    forms = [form for form, _ in found]
    assert forms == ["inet:ipv4", "inet:asn", "inet:email", "ou:campaign", "ou:org", "ou:org"]


def test_ids_follow_from_the_node_and_every_bundle_has_its_own(cortex: Asking) -> None:
    cortex.nodes(MADE)
    query = (
        "init { $b=$lib.stix.export.bundle() } inet:ipv4 $b.add($node) "
        "fini { $told=$b.pack() return(($told.objects.1.id, $told.id)) }"
    )
    (first, bundle), (second, other) = call(cortex, query), call(cortex, query)
    assert first == second == "ipv4-addr--cbc65d5e-3732-55b3-9b9b-e06155c186db"
    assert bundle != other


def test_a_configuration_that_is_changed_stays_so_for_its_bundle_alone(cortex: Asking) -> None:
    cortex.nodes(MADE)
    query = (
        "init { $c=$lib.stix.export.config() "
        '$c.forms."inet:email".stix."email-addr".props.value="return(hidden)" '
        "$b=$lib.stix.export.bundle(config=$c) } inet:email $b.add($node) fini { return($b.pack().objects.1.value) }"
    )
    assert call(cortex, query) == "hidden"
    query = "init { $b=$lib.stix.export.bundle() } inet:email $b.add($node) fini { return($b.pack().objects.1.value) }"
    assert call(cortex, query) == "a@evi.com"


def test_objects_become_nodes_with_the_rights_of_who_asks(cortex: Asking) -> None:
    bundle: dict[str, Any] = {
        "id": "bundle--1",
        "objects": [{"type": "url", "id": "url--1", "value": "http://evi.com/"}],
    }
    nobody = cortex.as_user()
    config = {"objects": {"url": {"storm": "[ inet:url=$object.value ] return($node)"}}}
    messages = nobody.messages("yield $lib.stix.import.ingest($b, config=$c)", vars={"b": bundle, "c": config})
    assert [kind for kind, _ in messages] == ["init", "warn", "fini"]
    assert "must have permission node.add.inet:url" in messages[1][1]["mesg"]
    assert cortex.values("yield $lib.stix.import.ingest($b, config=$c)", vars={"b": bundle, "c": config}) == [
        "http://evi.com/"
    ]


def test_bundles_that_would_need_schemas_are_not_judged(cortex: Asking) -> None:
    name, mesg = refused(cortex, 'return($lib.stix.validate(({"id": "x", "type": "bundle"})))')
    assert name == "NotImplemented"
    assert "JSON schemas of STIX 2.1" in mesg


def of_address(**parts: Any) -> dict[str, Any]:
    """How nodes of one form are told."""
    return {"forms": {"inet:ipv4": {"default": "ipv4-addr", "stix": {"ipv4-addr": parts}}}}


UNSAID = "Pivot for inet:ipv4 (as ipv4-addr) has invalid/missing storm field."


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (
            {"forms": {"inet:ipv4": {"default": ["a"], "stix": {}}}},
            ("BadConfValu", "STIX Bundle default mapping (('a',)) for inet:ipv4 is not a STIX type."),
        ),
        ({"custom": {"objects": 5}, "forms": {}}, ("AttributeError", "'int' object has no attribute 'items'")),
        (of_address(rels=[5]), ("StormRuntimeError", "$lib.stix.export.bundle()")),
        (of_address(pivots=[5]), ("AttributeError", "'int' object has no attribute 'get'")),
        (of_address(pivots=5), ("IndexError", "list index out of range")),
        (of_address(pivots=[{"stixtype": ["a"]}]), ("BadConfValu", UNSAID)),
        (of_address(pivots=[{"storm": 5}]), ("BadConfValu", UNSAID)),
        (of_address(rels=[["a", "ipv4-addr", 5]]), ("StormRuntimeError", "stix:bundle.add()")),
    ],
)
def test_a_configuration_of_wrong_parts_is_refused(
    cortex: Asking, config: dict[str, Any], told: tuple[str, str]
) -> None:
    """In the words of a real Cortex, most of which are Python's."""
    query = f"[ inet:ipv4=1.2.3.4 ] $b=$lib.stix.export.bundle($lib.json.load('{json.dumps(config)}')) $b.add($node)"
    assert refused(cortex, query) == told


@pytest.mark.parametrize(
    ("more", "config", "told"),
    [
        ({}, {"bundle": "x"}, ("BadArg", "STIX ingest config bundle value must be a dictionary.")),
        ({}, {"bundle": {"storm": 5}}, ("BadArg", "STIX ingest config storm query must be a string.")),
        ({"object_refs": 5}, {}, ("SchemaViolation", "data.objects[0].object_refs must be array")),
        ({"object_refs": [["a"]]}, {}, ("SchemaViolation", "data.objects[0].object_refs[0] must be string")),
        ({"relationship_type": []}, {}, ("SchemaViolation", "data.objects[0].relationship_type must be string")),
    ],
)
def test_a_bundle_of_wrong_parts_is_refused(
    cortex: Asking, more: dict[str, Any], config: dict[str, Any], told: tuple[str, str]
) -> None:
    bundle = {"objects": [{"id": "url--1", "type": "url", **more}]}
    loaded = [f"$lib.json.load('{json.dumps(each)}')" for each in (bundle, config)]
    assert refused(cortex, f"for $n in $lib.stix.import.ingest({', '.join(loaded)}) {{ }}") == told


def test_a_text_that_is_none_makes_no_node(cortex: Asking) -> None:
    given = {"b": {"objects": [{"id": "url--1", "type": "url"}]}, "c": {"objects": {"url": {"storm": 5}}}}
    messages = cortex.messages("yield $lib.stix.import.ingest($b, config=$c)", vars=given)
    told = "Error during STIX import callback for url: object of type 'int' has no len()"
    assert [info["mesg"] for kind, info in messages if kind == "warn"] == [told]
