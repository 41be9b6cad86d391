"""Deleting nodes: what goes with them, and what stands in the way. Asked of a real Cortex (graph-edits/deletes)."""

import pytest
from deadringer.server.storm.edits import editor
from deadringer.server.storm.errors import StormError

from .asking import Asking


def delete(ask: Asking, form: str, valu: object, **how: bool) -> list[list[object]]:
    """Delete a node; the edits that are told of it and of others."""
    run = ask.runtime()
    told: list[list[object]] = []
    run.task.emit = lambda kind, info: told.extend(
        [[kind, *args] for _, _, edits in info["edits"] for kind, args, _ in edits]
    )
    node = run.snap.by_ndef(form, valu)
    assert node is not None
    editor.delete(run, node, **how)
    assert run.snap.by_ndef(form, valu) is None
    return told


def test_all_of_a_node_goes_in_order(ask: Asking) -> None:
    ask.nodes("[ it:dev:str=x .seen=2020 +#foo.bar +#foo.baz +#a ]")
    told = delete(ask, "it:dev:str", "x")
    assert [edit[:2] for edit in told] == [
        [5, "foo.baz"],
        [5, "foo.bar"],
        [5, "foo"],
        [5, "a"],
        [3, ".created"],
        [3, "norm"],
        [3, ".seen"],
        [1, "x"],
    ]
    assert ask.values("it:dev:str") == ask.values("#foo") == ask.values(".seen") == []


@pytest.mark.parametrize(
    ("query", "form", "valu", "mesg"),
    [
        ("[ inet:ipv4=1.2.3.4 :asn=5 ]", "inet:asn", 5, "Other nodes still refer to this node."),
        ("[ ou:org=* :names=(a, b) ]", "ou:name", "a", "Other nodes still refer to this node."),
        ("[ inet:dns:a=(a.com, 1.2.3.4) ]", "inet:fqdn", "a.com", "Other nodes still refer to this node."),
        ("[ inet:asn=1 +#foo.bar ]", "syn:tag", "foo", "Nodes still have this tag."),
        ("[ inet:asn=1 +(refs)> {[ inet:asn=2 ]} ]", "inet:asn", 2, "Other nodes still have light edges to this node."),
    ],
)
def test_what_is_needed_cannot_be_deleted_but_by_force(
    ask: Asking, query: str, form: str, valu: object, mesg: str
) -> None:
    ask.nodes(query)
    with pytest.raises(StormError) as caught:
        delete(ask, form, valu)
    assert (caught.value.name, caught.value.mesg, caught.value.info["form"]) == ("CantDelNode", mesg, form)
    delete(ask, form, valu, force=True)


def test_a_name_that_only_refers_to_itself_can_be_deleted(ask: Asking) -> None:
    ask.nodes("[ inet:fqdn=a.com ]")
    delete(ask, "inet:fqdn", "a.com")


def test_edges_that_go_to_a_node_go_with_it_on_request(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 +(refs)> {[ inet:asn=2 ]} ]")
    told = delete(ask, "inet:asn", 2, deledges=True)
    assert [edit[0] for edit in told] == [11, 3, 1]
    assert ask.values("inet:asn=1 -(*)> *") == []


def test_deleting_needs_the_right_for_each_tag_and_the_form(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 +#foo.bar ]")
    for rules, perm in [((), "node.tag.del.foo"), ((("node", "tag", "del"),), "node.del.inet:asn")]:
        with pytest.raises(StormError) as caught:
            delete(ask.as_user(*rules), "inet:asn", 1)
        assert caught.value.info["perm"] == perm
    delete(ask.as_user(("node", "tag", "del", "foo"), ("node", "del", "inet:asn")), "inet:asn", 1)
