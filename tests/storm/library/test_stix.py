"""`$lib.stix`: what a client's own Storm texts do in bundles, the way out and back in. The shapes are in the evidence."""

from typing import Any

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
