"""Storing packed nodes: what is taken, and what is passed over in silence (reference 6)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .asking import Asking

ITEM = [
    ["inet:fqdn", "WWW.vertex.link"],
    {
        "props": {".created": 5, "iszone": True, "newp": 1, ".seen": ["2020", "2021"]},
        "tags": {"bad tag!": [None, None], "passed": None, "foo.bar": [1, 2], "..": None, "t": "newp"},
        "nodedata": {"key": {"a": [1]}},
        "edges": [["refs", ["inet:asn", 5]], ["refs", "00" * 32], ["refs", "newp"], ["refs"], "newp"],
    },
]


def test_a_packed_node_is_stored_with_all_it_has(ask: Asking) -> None:
    assert ask.feed([ITEM]) == 1
    ((ndef, info),) = ask.nodes("inet:fqdn=www.vertex.link $node.data.load(key)")
    assert ndef == ["inet:fqdn", "www.vertex.link"]
    assert sorted(info["tags"]) == ["bad_tag", "foo", "foo.bar"]
    assert info["tags"]["foo.bar"] == [1, 2]
    # As on a real Cortex: that the name above becomes no suffix comes last, and takes its word back.
    assert (info["props"]["iszone"], info["props"]["zone"]) == (0, "vertex.link")
    assert info["props"][".created"] > 5
    assert info["nodedata"] == {"key": {"a": [1]}}
    assert ask.values("inet:fqdn=www.vertex.link -(refs)> *") == [5]
    assert ask.values("inet:fqdn") == ["link", "vertex.link", "www.vertex.link"]
    assert ask.values("syn:tag") == ["bad_tag", "foo", "foo.bar"]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "text",
        [],
        [["inet:asn", 5]],
        [["inet:asn", 5], None],
        [["inet:asn", "newp"], {}],
        [["inet:newp", 5], {}],
        [["syn:form", "inet:asn"], {}],
        [5, {}],
        [["inet:asn"], {}],
    ],
)
def test_what_is_no_packed_node_is_passed_over(ask: Asking, bad: Any) -> None:
    assert ask.feed([bad, [["inet:asn", 7], {}], bad]) == 1
    assert ask.values("inet:asn") == [7]


def test_feeding_again_changes_nothing(ask: Asking) -> None:
    ask.feed([ITEM, ITEM])
    before = ask.nodes("inet:fqdn")
    ask.feed([ITEM, ITEM])
    assert ask.nodes("inet:fqdn") == before


def test_many_nodes_come_in_batches(ask: Asking) -> None:
    items = [[["inet:ipv4", each], {"props": {"asn": each % 7}, "tags": {"foo.bar": None}}] for each in range(1200)]
    assert ask.feed(items) == 1200
    assert ask.values("inet:asn") == list(range(7))
    assert len(ask.nodes("inet:ipv4:asn=3")) == len(range(3, 1200, 7))


MANY: list[Any] = [
    ITEM,
    [["inet:ipv4", "1.2.3.4"], {"props": {"asn": 7, "loc": "US.Va", "type": "newp"}, "tags": {"foo.bar": [3, 4]}}],
    [["inet:ipv4", 16909060], {"props": {"asn": "8", "loc": True}, "edges": [["seen", ["inet:ipv4", "1.2.3.4"]]]}],
    [["inet:ipv4", "1.2.3.5"], {"props": {"asn": True, "loc": "us.va"}, "nodedata": {"k": 1}}],
    [["inet:url", "http://vertex.link/a"], {"props": {"fqdn": "other.com", ".seen": "2020"}}],
    [["it:dev:str", "Some Text"], {"tags": {"foo": [1, 2]}}],
    [["ou:org", "a" * 32], {"props": {"names": ["b", "a", "b"], "name": "c"}}],
]


def test_many_at_once_become_what_each_alone_does(ask: Asking) -> None:
    every = ".created $node.data.load(k) $node.data.load(key)"

    def all_of_them() -> list[Any]:
        return sorted(([ndef, _untimed(info)] for ndef, info in ask.nodes(every)), key=repr)

    assert ask.feed(MANY) == len(MANY)
    together = all_of_them()
    edges = sorted(ask.values("inet:ipv4 -(seen)> *"))
    ask.nodes(".created | delnode --force")
    assert ask.nodes(".created") == []
    for item in MANY:
        ask.feed([item])
    assert all_of_them() == together
    assert sorted(ask.values("inet:ipv4 -(seen)> *")) == edges == [16909060]


def test_two_who_feed_the_same_at_once_both_get_it_stored(ask: Asking) -> None:
    items = [[["inet:ipv4", number], {"props": {"asn": number % 5}, "tags": {"a.b": [1, 2]}}] for number in range(3000)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask.feed, (items, items[::-1]))) == [3000, 3000]
    assert len(ask.values("inet:ipv4")) == len(ask.values("inet:ipv4#a.b")) == 3000
    assert ask.values("inet:asn") == [0, 1, 2, 3, 4]
    assert len(ask.values("inet:ipv4:asn=3")) == 600


def _untimed(info: dict[str, Any]) -> dict[str, Any]:
    return {**info, "props": {name: valu for name, valu in info["props"].items() if name != ".created"}}
