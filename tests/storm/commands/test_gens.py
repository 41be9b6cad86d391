"""The nodes that names stand for."""

from ..edits.asking import Asking
from .telling import error, nodes, printed


def test_a_name_stands_for_the_same_node_again(cortex: Asking) -> None:
    # The guid is the product's.
    made = [("ou:org", "71de9f11eb3de066ff93ea927053fcae")]

    assert nodes(cortex, 'gen.ou.org "acme corp"') == made
    assert nodes(cortex, 'gen.ou.org "Acme Corp"') == made
    assert nodes(cortex, "ou:org") == made


def test_nodes_go_on_behind_what_is_made_of_them(cortex: Asking) -> None:
    found = nodes(cortex, "[inet:asn=1 inet:asn=2] | gen.geo.place $node.repr()")

    assert [form for form, _ in found] == ["geo:place", "inet:asn"] * 2


def test_headquarters_and_organization_know_each_other(cortex: Asking) -> None:
    printed(cortex, "gen.ou.org.hq acme | spin")

    assert nodes(cortex, "ps:contact :org -> ou:org :hq -> ps:contact | count --yield")[0][0] == "ps:contact"


def test_what_is_no_such_value_is_an_error_unless_it_is_only_tried(cortex: Asking) -> None:
    assert error(cortex, "gen.risk.vuln newp")[0] == "BadTypeValu"
    assert nodes(cortex, "gen.risk.vuln newp --try") == []
