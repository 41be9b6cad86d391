"""Commands that bring nodes into other layers and views: merge, diff, copyto, movenodes."""

from ..edits.asking import Asking
from .telling import error, fork, messages, nodes, printed


def test_merge_brings_a_node_with_what_it_refers_to_into_the_parent(cortex: Asking) -> None:
    view = fork(cortex)
    printed(cortex, "[inet:ipv4=1.1.1.1 :asn=5 +#a.b=2020] $node.data.set(k, v) [+(refs)> {[inet:asn=6]}] | spin", view)
    printed(cortex, "inet:asn=6 | merge --apply | spin", view)

    printed(cortex, "inet:ipv4 | merge --apply | spin", view)

    assert nodes(cortex, "inet:ipv4:asn=5 +#a.b@=2020") == [("inet:ipv4", 16843009)]
    assert nodes(cortex, "inet:asn=5") == [("inet:asn", 5)]
    assert printed(cortex, "inet:ipv4 $lib.print($node.data.get(k)) -(refs)> * $lib.print($node.repr()) | spin") == [
        "v",
        "6",
    ]
    assert nodes(cortex, "diff +inet:ipv4", view) == []


def test_merge_tells_only_the_edits_of_the_fork(cortex: Asking) -> None:
    view = fork(cortex)
    printed(cortex, "[inet:asn=5 +#a] | spin", view)

    found = messages(cortex, "inet:asn | merge --apply", view)

    [edits] = [info["edits"] for kind, info in found if kind == "node:edits"]
    assert [edit[0] for edit in edits[0][2]] == [3, 5, 1]
    [node] = [info for kind, info in found if kind == "node"]
    assert node[1]["tags"] == {"a": (None, None)}


def test_merge_leaves_out_what_is_not_wanted(cortex: Asking) -> None:
    printed(cortex, "[inet:ipv4=1.1.1.1] | spin")
    view = fork(cortex)
    printed(cortex, "inet:ipv4 [:asn=5 :loc=us +#a.b +#c] | spin", view)

    def shown(options: str) -> list[str]:
        return [line.partition(" ")[2] for line in printed(cortex, f"inet:ipv4 | merge {options} | spin", view)]

    assert shown("--only-tags --include-tags a.*") == ["inet:ipv4#a.b"]
    assert shown("--exclude-tags a a.*") == ["inet:ipv4:asn = 5", "inet:ipv4:loc = us", "inet:ipv4#c"]
    assert shown("--no-tags --include-props inet:ipv4:asn") == ["inet:ipv4:asn = 5"]
    assert shown("--no-tags --only-tags") == []


def test_merge_wipe_leaves_an_empty_layer(cortex: Asking) -> None:
    view = fork(cortex)
    printed(cortex, "[inet:asn=5 inet:asn=6] | spin", view)

    printed(cortex, "inet:asn=5 | merge --apply --wipe | spin", view)

    assert nodes(cortex, "inet:asn", view) == [("inet:asn", 5)]


def test_merge_checks_the_permissions_of_the_parent(cortex: Asking) -> None:
    printed(cortex, "$lib.auth.users.add(low)")
    low = cortex.host.accounts.user_named("low")
    assert low is not None
    view = fork(cortex)
    printed(cortex, f"$lib.auth.users.byname(low).setAdmin((true), gateiden={view})")
    printed(cortex, f"$l=$lib.view.get({view}).layers.0.iden $lib.auth.users.byname(low).setAdmin((true), gateiden=$l)")
    asking = Asking(cortex.host, low)
    printed(asking, "[inet:asn=7] | spin", view)

    name, mesg = error(asking, "inet:asn=7 | merge --apply", view)

    assert (name, "node.add.inet:asn" in mesg) == ("AuthDeny", True)


def test_diff_finds_nodes_of_which_only_edges_or_data_are_new(cortex: Asking) -> None:
    printed(cortex, "[inet:asn=1 inet:asn=2 inet:asn=3] | spin")
    view = fork(cortex)
    printed(cortex, "inet:asn=1 [+(refs)> {inet:asn=2}] | spin | inet:asn=3 $node.data.set(k, v) | spin", view)

    assert sorted(nodes(cortex, "diff", view)) == [("inet:asn", 1), ("inet:asn", 3)]


def test_copyto_copies_what_several_layers_hold(cortex: Asking) -> None:
    printed(cortex, "[inet:ipv4=1.1.1.1 :asn=5 +#a=2020] $node.data.set(k, v) | spin")
    view = fork(cortex)
    printed(cortex, "inet:ipv4 [:loc=us] | spin", view)
    [other] = printed(cortex, "$lib.print($lib.view.add(($lib.layer.add().iden,)).iden)")

    printed(cortex, f"inet:ipv4 | copyto {other} | spin", view)

    assert nodes(cortex, "inet:ipv4:asn=5 +:loc=us +#a@=2020", other) == [("inet:ipv4", 16843009)]
    assert printed(cortex, "inet:ipv4 $lib.print($node.data.get(k)) | spin", other) == ["v"]
    assert error(cortex, "inet:ipv4 | copyto newp") == ("NoSuchView", "No such view: iden='newp'")


def test_movenodes_takes_the_value_of_the_first_layer(cortex: Asking) -> None:
    printed(cortex, "[inet:ipv4=1.1.1.1 :asn=5 :loc=us] | spin")
    view = fork(cortex)
    printed(cortex, "inet:ipv4 [:asn=6] | spin", view)

    told = printed(cortex, "inet:ipv4 | movenodes | spin", view)
    printed(cortex, "inet:ipv4 | movenodes --apply | spin", view)

    assert [line.split(" ", 1)[1].split(" ", 2)[0] for line in told if ":asn" in line] == ["delete"]
    assert nodes(cortex, "inet:ipv4") == []
    assert nodes(cortex, "inet:ipv4:asn=6 +:loc=us", view) == [("inet:ipv4", 16843009)]


def test_movenodes_wants_several_layers(cortex: Asking) -> None:
    assert error(cortex, "movenodes") == (
        "StormRuntimeError",
        "You may only move nodes in views with multiple layers.",
    )
