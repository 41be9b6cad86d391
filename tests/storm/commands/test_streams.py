"""Commands that choose, count and multiply nodes."""

from ..edits.asking import Asking
from .telling import error, kinds, nodes, printed

MADE = "[inet:asn=1 inet:asn=2 inet:asn=3] | spin | "


def test_of_equal_nodes_max_keeps_the_earlier_ones_until_a_better_one_comes(cortex: Asking) -> None:
    printed(cortex, "[(inet:ipv4=1 :asn=5) (inet:ipv4=2 :asn=5) (inet:ipv4=3 :asn=5) (inet:ipv4=4 :asn=9)] | spin")

    assert nodes(cortex, "inet:ipv4 -:asn=9 | max :asn") == [("inet:ipv4", 1)]
    assert nodes(cortex, "inet:ipv4 -:asn=9 | max :asn --size 2") == [("inet:ipv4", 1), ("inet:ipv4", 2)]
    assert nodes(cortex, "inet:ipv4 | max :asn --size 2") == [("inet:ipv4", 4), ("inet:ipv4", 2)]


def test_max_takes_the_end_of_an_interval_and_min_its_begin(cortex: Asking) -> None:
    made = "[(inet:asn=1 .seen=(2015, 2020)) (inet:asn=2 .seen=(2010, 2018))] | spin | "
    assert nodes(cortex, made + "inet:asn | max .seen") == [("inet:asn", 1)]
    assert nodes(cortex, "inet:asn | min .seen") == [("inet:asn", 2)]


def test_max_refuses_sizes_it_cannot_keep(cortex: Asking) -> None:
    assert error(cortex, MADE + "inet:asn | max (1) --size 101") == (
        "BadArg",
        "Specified size (101) is above the maximum (100).",
    )


def test_intersect_counts_how_often_a_query_gives_a_node(cortex: Asking) -> None:
    assert nodes(cortex, MADE + "inet:asn | intersect { spin | inet:asn=1 }") == [("inet:asn", 1)]
    assert nodes(cortex, "inet:asn | intersect { spin | inet:asn=1 inet:asn=1 }") == []


def test_parallel_without_nodes_runs_for_each_worker(cortex: Asking) -> None:
    assert printed(cortex, "parallel --size 3 { $lib.print(ran) }") == ["ran"] * 3


def test_parallel_keeps_all_nodes_when_there_are_more_than_workers(cortex: Asking) -> None:
    assert printed(cortex, MADE + "inet:asn | parallel --size 2 { +inet:asn } | count") == ["Counted 3 nodes."]


def test_divert_takes_nothing_but_nodes(cortex: Asking) -> None:
    assert error(cortex, "divert (true) $lib.range(2)") == ("TypeError", "cannot unpack non-iterable int object")


def test_queries_elsewhere_tell_only_what_they_print(cortex: Asking) -> None:
    within = "{ [inet:asn=9] $lib.print(x) $lib.warn(y) $lib.fire(z) }"

    assert kinds(cortex, f"runas root {within}") == ["print", "warn"]
    assert kinds(cortex, f"[inet:asn=10] | spin | $v=$lib.view.get().iden view.exec $v {within}")[-2:] == [
        "print",
        "warn",
    ]


def test_runas_shares_variables_even_new_ones(cortex: Asking) -> None:
    assert printed(cortex, "runas root { $x=5 } | $lib.print($x)") == ["5"]


def test_background_wants_its_variables_before_it_starts(cortex: Asking) -> None:
    assert error(cortex, "background { $lib.print($y) }") == ("NoSuchVar", "Missing variable: y")


def test_countby_draws_bars_the_longest_first(cortex: Asking) -> None:
    made = "[(inet:ipv4=1.1.1.1 :asn=7) (inet:ipv4=1.1.1.2 :asn=7) (inet:ipv4=1.1.1.3 :asn=10)] | spin | "
    assert printed(cortex, made + "inet:ipv4 | stats.countby :asn --bar-width 4 --percent") == [
        " 7 | 2 | 66.67% | ####",
        "10 | 1 | 33.33% | ##",
    ]
    assert printed(cortex, "inet:ipv4 | stats.countby :asn --by-name --reverse --char xy --bar-width 2") == [
        "10 | 1 | x",
        " 7 | 2 | xx",
    ]
    assert printed(cortex, "stats.countby") == ["No values to display!"]


def test_once_lets_a_node_through_again_after_a_time(cortex: Asking) -> None:
    assert printed(cortex, "[inet:asn=1] | once evi | count") == ["Counted 1 nodes."]
    assert printed(cortex, "inet:asn=1 | once evi | count") == ["Counted 0 nodes."]
    assert printed(cortex, "inet:asn=1 | once evi --asof 9999 | count") == ["Counted 1 nodes."]


def test_scrape_finds_form_by_form_and_refangs(cortex: Asking) -> None:
    text = 'scrape --yield "Look at hxxp://a[.]com/x, then 1[.]2.3.4 (and b.org)." | $lib.print($node.repr()) | spin'
    assert printed(cortex, text) == ["http://a.com/x", "1.2.3.4", "a.com", "b.org"]


def test_scrape_reads_the_props_of_nodes_and_draws_edges(cortex: Asking) -> None:
    made = '[inet:search:query=* :text="see foo.com"] | scrape --refs | -(refs)> * '
    assert ("inet:fqdn", "foo.com") in nodes(cortex, made)


def test_a_query_in_the_background_is_listed_until_it_is_killed(cortex: Asking) -> None:
    printed(cortex, "background { while (true) { } }")
    [mine] = [
        task.iden for task in cortex.host.tasks.values() if "while" in task.text and "background" not in task.text
    ]

    assert printed(cortex, f"task.kill {mine}") == ["kill status: true"]
    assert printed(cortex, f"$lib.print({mine})") == [mine]
