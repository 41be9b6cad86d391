"""Views and layers: they last, their rights come and go with them, forks follow what they were forked from."""

from pathlib import Path

from ..edits.asking import Asking
from .calling import call, refused, user_named
from .keeping import services_in, world_in

FORK = "return($lib.view.get().fork(name=child).iden)"


def test_a_restart_keeps_views_their_settings_and_what_their_layers_hold(tmp_path: Path) -> None:
    with services_in(tmp_path) as services:
        with world_in(tmp_path / "one", services) as before:
            before.nodes("[ inet:asn=1 :name=low ]")
            fork = call(before, FORK)
            before.messages(f"view.exec {fork} {{ [ inet:asn=1 :name=high inet:asn=2 ] }}")
            call(before, "$v=$lib.view.get($v) $v.set(desc, hello) $v.set(protected, (true))", vars={"v": fork})
            packed = call(before, "return($lib.view.get($v).pack())", vars={"v": fork})
        with world_in(tmp_path / "one", services) as after:
            told = call(after, "return($lib.view.get($v).pack())", vars={"v": fork})
            assert {**told, "layers": 0} == {**packed, "layers": 0}
            assert [layer["iden"] for layer in told["layers"]] == [layer["iden"] for layer in packed["layers"]]
            assert after.values("inet:asn") == [1]
            counts = call(after, "return($lib.view.get($v).getFormCounts())", vars={"v": fork})
            assert counts == {"inet:asn": 2}
            assert call(after, "return($lib.auth.gates.get($v).type)", vars={"v": fork}) == "view"
            assert refused(after, f"$lib.view.del({fork})")[0] == "CantDelView"


def test_who_makes_a_view_is_its_admin_until_it_is_deleted(cortex: Asking) -> None:
    bob = user_named(cortex, "bob")
    call(cortex, '$lib.auth.users.byname(bob).addRule(([true, ["view", "add"]]))')
    fork = call(bob, FORK)
    layer = call(bob, "return($lib.view.get($v).layers.0.iden)", vars={"v": fork})
    held = cortex.host.accounts.user(bob.user.iden)
    assert held is not None
    assert {iden for iden, gate in held.gates.items() if gate.admin} == {fork, layer}
    carol = user_named(cortex, "carol")
    assert refused(carol, f"return($lib.view.get({fork}).getFormCounts())")[0] == "AuthDeny"
    assert refused(carol, f"$lib.view.del({fork})")[0] == "AuthDeny"
    assert (
        refused(carol, f"for $n in $lib.layer.get({layer}).getStorNodes() {{}}")[1]
        == "User (carol) can not read layer."
    )
    call(bob, f"$lib.view.del({fork}) $lib.layer.del({layer})")
    held = cortex.host.accounts.user(bob.user.iden)
    assert held is not None
    assert held.gates == {}
    assert cortex.host.gates.kind(fork) is None
    assert cortex.host.gates.kind(layer) is None


def test_forks_follow_the_layers_of_what_they_were_forked_from(cortex: Asking) -> None:
    text = """
        $low=$lib.layer.add() $high=$lib.layer.add()
        $v=$lib.view.add(($low.iden,)) $f=$v.fork() $g=$f.fork()
        $v.set(layers, ($high.iden, $low.iden))
        return(($low.iden, $high.iden, $lib.view.get($f.iden).pack().layers, $lib.view.get($g.iden).pack().layers))
    """
    low, high, child, grandchild = call(cortex, text)
    assert [layer["iden"] for layer in child][1:] == [high, low]
    assert [layer["iden"] for layer in grandchild][2:] == [high, low]


def test_a_fork_between_two_views_shows_both_what_the_upper_holds(cortex: Asking) -> None:
    text = "$f=$lib.view.get().fork() $m=$f.insertParentFork(name=mid) return(($f.iden, $m.iden))"
    fork, between = call(cortex, text)
    told = call(cortex, "return(($lib.view.get($f).parent, $lib.view.get($m).parent))", vars={"f": fork, "m": between})
    assert told == [between, cortex.host.view]
    cortex.messages(f"view.exec {between} {{ [ inet:asn=7 ] }}")
    assert call(cortex, f"return($lib.view.get({fork}).getPropCount(inet:asn))") == 1
    assert cortex.values("inet:asn") == []


def test_a_merge_takes_values_tags_data_and_edges_of_nodes_that_only_the_parent_has(cortex: Asking) -> None:
    cortex.messages("$lib.model.ext.addTagProp(score, (int, ({})), ({})) [ inet:asn=1 .seen=2020 inet:asn=2 ]")
    fork = call(cortex, FORK)
    one = "inet:asn=1 [ .seen=2018 +#a.b=2020 +#a.b:score=3 ] $node.data.set(k, v) | spin"
    edit = one + " | inet:asn=2 [ +(refs)> { inet:asn=1 } ]"
    cortex.messages(f"view.exec {fork} {{ {edit} }}")
    call(cortex, f"$lib.view.get({fork}).merge()")
    ((_, info),) = cortex.nodes("inet:asn=1")
    assert info["tagprops"] == {"a.b": {"score": 3}}
    assert info["props"][".seen"] == [1514764800000, 1577836800001]
    assert call(cortex, "inet:asn=1 return($node.data.get(k))") == "v"
    assert cortex.values("inet:asn=2 -(refs)> *") == [1]


def test_a_query_goes_on_in_its_view_after_its_layer_was_swapped(cortex: Asking) -> None:
    cortex.nodes("[ inet:asn=1 ]")
    assert cortex.values("$lib.view.get().swapLayer() [ inet:asn=2 ]") == [2]
    assert cortex.values("inet:asn") == [2]


def test_a_quorum_merges_a_fork_once_enough_have_approved(cortex: Asking) -> None:
    bob = user_named(cortex, "bob")
    role = call(
        cortex,
        "$r=$lib.auth.roles.add(voters) $u=$lib.auth.users.byname(bob) $u.grant($r.iden) "
        '$u.addRule(([true, ["view", "read"]])) '
        '$lib.view.get().set(quorum, ({"count": 1, "roles": [$r.iden]})) return($r.iden)',
    )
    fork = call(cortex, FORK)
    cortex.messages(f"view.exec {fork} {{ [ inet:asn=5 ] }}")
    assert refused(cortex, f"$lib.view.get({fork}).merge()")[0] == "SynErr"
    call(cortex, f"return($lib.view.get({fork}).setMergeRequest(comment=please))")
    assert call(cortex, "return($lib.view.get().getMergingViews())") == [fork]
    assert refused(cortex, f"$lib.view.get({fork}).setMergeVote()")[0] == "AuthDeny"
    bob = user_named(cortex, "bob")
    vote = call(bob, f"return($lib.view.get({fork}).setMergeVote(approved=(false), comment=no))")
    assert list(vote) == ["user", "approved", "comment", "created", "offset"]
    assert cortex.values("inet:asn") == []
    call(bob, f"$lib.view.get({fork}).setMergeVote()")
    assert cortex.values("inet:asn") == [5]
    assert cortex.host.graph.view(fork) is None
    (merge,) = call(cortex, "$l=([]) for $m in $lib.view.get().getMerges() { $l.append($m) } return($l)")
    assert merge["comment"] == "please"
    assert role


def test_anybody_may_have_a_view_but_not_what_is_in_it(cortex: Asking) -> None:
    """As a real Cortex answers a user without rights, and one who may only write to the view that was forked."""
    fork = call(cortex, "[ inet:fqdn=vertex.link ] $f=$lib.view.get().fork() return($f.iden)")
    run = f"view.exec {fork} {{ [ inet:fqdn=secret.com ] }}"
    assert call(cortex, f"{run} return((1))") == 1
    bob, view = user_named(cortex, "bob"), f"$v=$lib.view.get({fork})"
    assert call(bob, f"{view} return($v.iden)") == fork
    denied = {
        "$v.getFormCounts()": "must have permission view.read on object",
        "$v.merge()": "must have permission node.",
        "$v.detach()": "You must be an admin of the view to detach.",
        "$v.insertParentFork()": f"This action requires admin permissions on gate: {fork}",
        "$v.swapLayer()": f"This action requires admin permissions on gate: {fork}",
    }
    for method, mesg in denied.items():
        name, told = refused(bob, f"{view} return({method})")
        assert (name, mesg in told) == ("AuthDeny", True), told
    layer = call(cortex, "return($lib.layer.get().iden)")
    rule = f"$lib.auth.users.byname(bob).addRule(([true, ['node']]), gateiden={layer})"
    call(cortex, rule)
    assert call(bob, f"{view} $v.merge() return(done)") == "done"
    assert call(cortex, "inet:fqdn=secret.com return($node.value())") == "secret.com"
