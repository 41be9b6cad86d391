"""What round a query's nodes is shown, and how it hangs together, beside what recorded answers can hold."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..commands.telling import fork, messages
from ..edits.asking import Asking

Shown = dict[int, list[tuple[str, int, str]]]
NODES = 6
EDGES = st.lists(st.tuples(st.integers(0, NODES - 1), st.sampled_from("xyz"), st.integers(0, NODES - 1)), max_size=14)


def make(cortex: Asking, edges: list[tuple[int, str, int]]) -> None:
    messages(cortex, " ".join(f"[ inet:asn={each} ]" for each in range(NODES)))
    for n1, verb, n2 in edges:
        messages(cortex, f"inet:asn={n1} [ +({verb})> {{ inet:asn={n2} }} ]")


def shown(cortex: Asking, text: str, rules: dict[str, Any], view: str | None = None) -> Shown:
    """The nodes in their order, each with its light edges: the verb, the other node, and which way."""
    packed = [info for kind, info in messages(cortex, text, view, graph=rules) if kind == "node"]
    names = {info["iden"]: ndef[1] for ndef, info in packed}
    return {
        ndef[1]: [
            (link["verb"], names.get(iden, -1), "in" if link.get("reverse") else "out")
            for iden, link in info["path"]["edges"]
            if link["type"] == "edge"
        ]
        for ndef, info in packed
    }


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=EDGES, limit=st.integers(0, 4))
def test_light_edges_are_the_same_whether_looked_through_or_asked_for_in_pairs(
    cortex: Asking, edges: list[tuple[int, str, int]], limit: int
) -> None:
    messages(cortex, "inet:asn | delnode --force")
    make(cortex, edges)
    rules: dict[str, Any] = {"degrees": None, "pivots": ["-(*)> *"]}

    whole = shown(cortex, "inet:asn=0 inet:asn=3", rules)
    paired = shown(cortex, "inet:asn=0 inet:asn=3", {**rules, "edgelimit": limit})

    assert list(whole) == list(paired)
    assert {node: sorted(found) for node, found in whole.items()} == {
        node: sorted(found) for node, found in paired.items()
    }


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=EDGES)
def test_every_light_edge_among_the_shown_is_told_once_by_the_later_of_its_nodes(
    cortex: Asking, edges: list[tuple[int, str, int]]
) -> None:
    messages(cortex, "inet:asn | delnode --force")
    make(cortex, edges)

    found = shown(cortex, "inet:asn", {})

    told = [
        (node, verb, other) if way == "out" else (other, verb, node)
        for node, links in found.items()
        for verb, other, way in links
        # One to itself is told both ways.
        if not (node == other and way == "in")
    ]
    assert sorted(told) == sorted(set(edges))


def test_edges_and_nodes_of_all_layers_are_shown(cortex: Asking) -> None:
    make(cortex, [(0, "x", 1)])
    view = fork(cortex)
    messages(cortex, "inet:asn=1 [ +(y)> { inet:asn=2 } ]", view)

    rules = {"degrees": 2, "pivots": ["-(*)> *"]}
    assert shown(cortex, "inet:asn=0", rules, view) == {0: [], 1: [("x", 0, "in")], 2: [("y", 1, "in")]}
    assert shown(cortex, "inet:asn=0", rules) == {0: [], 1: [("x", 0, "in")]}


def test_a_client_is_told_the_edges_to_what_it_has(cortex: Asking) -> None:
    make(cortex, [(0, "x", 1), (1, "y", 2), (2, "z", 0)])
    idens = [info["iden"] for kind, (_, info) in messages(cortex, "inet:asn=0 inet:asn=2") if kind == "node"]

    [(_, info)] = [info for kind, info in messages(cortex, "inet:asn=1", graph={"existing": idens}) if kind == "node"]

    assert info["path"]["edges"] == [
        (idens[0], {"type": "edge", "verb": "x", "reverse": True}),
        (idens[1], {"type": "edge", "verb": "y"}),
    ]


@pytest.mark.parametrize("degrees", [None, 1000])
def test_a_long_way_is_walked_to_its_end(cortex: Asking, degrees: int | None) -> None:
    messages(cortex, "for $i in $lib.range(300) { [ inet:asn=$i +(next)> {[ inet:asn=($i + 1) ]} ] }")

    found = messages(cortex, "inet:asn=0", graph={"degrees": degrees, "pivots": ["-(next)> *"], "edges": False})

    assert [info[0][1] for kind, info in found if kind == "node"] == list(range(301))


def test_a_projection_that_is_deleted_is_not_found_again(cortex: Asking) -> None:
    text = '$g=$lib.graph.add(({"name": "x"})) $lib.graph.del($g.iden) $lib.print($g.iden)'
    [(_, told)] = messages(cortex, text)

    found = messages(cortex, "[ inet:asn=1 ] | spin | inet:asn", graph=told["mesg"])

    assert found[-1] == ("err", ["NoSuchIden", {"mesg": f"No graph projection with iden {told['mesg']} exists!"}])


@pytest.mark.parametrize("existing", [["é"], "é"])
def test_what_is_no_iden_is_an_error_of_the_query(cortex: Asking, existing: Any) -> None:
    make(cortex, [])
    (error,) = [info for kind, info in messages(cortex, "inet:asn", graph={"existing": existing}) if kind == "err"]
    assert error[:2] == ["ValueError", {"mesg": "string argument should contain only ASCII characters"}]
