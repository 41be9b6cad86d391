"""Triggers: what sets them off, what they see, and where they stop. Answers are those of a real Cortex."""

from typing import Any

import pytest

from ..commands.telling import error, fork, kinds, messages, printed
from ..edits.asking import Asking
from ..library.calling import call, refused, user_named
from .waiting import settle

PUT = "$lib.queue.gen(q).put"


def items(cortex: Asking) -> list[Any]:
    """What triggers have put into the queue, which is empty then."""
    text = "$q=$lib.queue.gen(q) $r=([]) while ($q.size() > 0) { ($o, $i)=$q.pop() $r.append($i) } return($r)"
    found: list[Any] = call(cortex, text)
    return found


@pytest.mark.parametrize(
    ("trigger", "edit", "seen"),
    [
        ("node:add --form inet:user", "[inet:user=a]", ["a"]),
        ("node:add --form inet:user", "[inet:email=a@b.com]", ["a"]),
        ("node:add --form inet:fqdn", "[inet:user=a]", []),
        ("node:del --form inet:user", "[inet:user=a] | delnode", ["a"]),
        ("prop:set --prop inet:ipv4:asn", "[inet:ipv4=1.2.3.4 :asn=1 :asn=1 :asn=2 -:asn]", [0x01020304] * 3),
        ("prop:set --prop inet:user.created", "[inet:user=a]", ["a"]),
        ("prop:set --prop inet:user.seen", "[inet:user=a .seen=2020]", ["a"]),
        ("tag:add --tag x.*", "[inet:user=a +#x.y.z]", ["a"]),
        ("tag:add --tag x.**", "[inet:user=a +#x.y.z]", ["a", "a"]),
        ("tag:add --tag x --form inet:fqdn", "[inet:user=a +#x]", []),
        ("tag:add --tag x", "[inet:user=a +#x=2020 +#x=2021 +#x=2020]", ["a", "a"]),
        ("tag:del --tag x.*", "[inet:user=a +#x.y.z -#x]", ["a"]),
        ("edge:add --verb foo*", "[inet:user=a +(foo.bar)> {[inet:user=b]} +(bar)> {inet:user=b}]", ["a"]),
        ("edge:add --verb x --n2form inet:fqdn", "[inet:user=a +(x)> {[inet:user=b]}]", []),
        ("edge:add --verb x --form inet:user --n2form inet:user", "[inet:user=a +(x)> {[inet:user=b]}]", ["a"]),
        ("edge:del --verb x", "[inet:user=a +(x)> {[inet:user=b]} -(x)> {inet:user=b}]", ["a"]),
    ],
)
def test_a_trigger_runs_with_the_node_that_changed(cortex: Asking, trigger: str, edit: str, seen: list[Any]) -> None:
    printed(cortex, f"trigger.add {trigger} --query {{ {PUT}($node.value()) }}")
    cortex.nodes(edit)
    assert items(cortex) == seen


def test_it_is_told_what_set_it_off_and_by_whom(cortex: Asking) -> None:
    printed(
        cortex, f"trigger.add tag:add --tag x --query {{ {PUT}(($tag, $auto.opts, $auto.type, $lib.user.name())) }}"
    )
    bob = user_named(cortex, "bob")
    call(cortex, "$lib.auth.users.byname(bob).addRule(((true), (node,)))")
    call(bob, "[inet:user=a +#x]")
    [[tag, opts, kind, name]] = items(cortex)
    assert (tag, kind, name) == ("x", "trigger", "root")
    assert opts == {"tag": "x", "user": bob.user.iden, "form": "inet:user", "valu": "a"}


def test_its_edits_are_told_before_the_edit_that_set_it_off_and_its_prints_are_lost(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { [+#seen] $lib.print(x) $lib.warn(x) }")
    first, second = cortex.told("[inet:user=a]")
    assert [form for form, _ in first] == ["inet:user", "syn:tag"]
    assert second == [("inet:user", [[0, ["a", 1]]])] or [form for form, _ in second] == ["inet:user"]
    assert kinds(cortex, "[inet:user=b]") == ["node:edits", "node:edits", "node"]


def test_the_query_sees_what_the_trigger_did(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { [+#seen] }")
    assert call(cortex, "[inet:user=a] return($node.tags())") == ["seen"]


def test_an_error_within_is_kept_and_stops_nothing(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { $lib.raise(A, b) }")
    assert kinds(cortex, "[inet:user=a]") == ["node:edits", "node"]
    [told] = call(cortex, "return($lib.trigger.list())")
    assert (told["startcount"], told["errcount"]) == (1, 1)
    assert told["lasterrs"][0].startswith("StormRaise: errname='A' ")


@pytest.mark.parametrize(
    ("text", "kept"),
    [("return(5)", "5"), ("$lib.exit()", "StormExit: "), ("$lib.exit(why)", "StormExit: mesg='why'")],
)
def test_leaving_it_counts_as_an_error(cortex: Asking, text: str, kept: str) -> None:
    printed(cortex, f"trigger.add node:add --form inet:user --query {{ {text} }}")
    assert kinds(cortex, "[inet:user=a]") == ["node:edits", "node"]
    assert call(cortex, "return($lib.trigger.list())")[0]["lasterrs"] == [kept]


def test_triggers_that_set_each_other_off_end_in_an_error(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { [inet:user=`{$node.value()}x`] }")
    assert error(cortex, "[inet:user=a]") == ("RecursionLimitHit", "Hit trigger limit")
    assert len(cortex.nodes("inet:user")) == 66


def test_it_runs_with_the_rights_of_its_user(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { [+#seen] }")
    bob = user_named(cortex, "bob")
    call(cortex, f"for $t in $lib.trigger.list() {{ $t.set(user, {bob.user.iden}) }}")
    assert call(cortex, "[inet:user=a] return($node.tags())") == []
    [told] = call(cortex, "return($lib.trigger.list())")
    assert told["lasterrs"][0].startswith("AuthDeny: mesg=")
    call(cortex, "$lib.auth.users.byname(bob).setLocked((true))")
    call(cortex, "[inet:user=b]")
    assert call(cortex, "return($lib.trigger.list())")[0]["startcount"] == 1


def test_one_that_is_off_rests(cortex: Asking) -> None:
    printed(cortex, f"trigger.add node:add --form inet:user --disabled --query {{ {PUT}(x) }}")
    call(cortex, "[inet:user=a]")
    assert items(cortex) == []
    printed(cortex, "for $t in $lib.trigger.list() { $iden=$t.iden } trigger.enable $iden")
    call(cortex, "[inet:user=b]")
    assert items(cortex) == ["x"]


def test_an_asynchronous_one_runs_behind_the_edit(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --async --query { [+#behind] }")
    for name in "abc":
        call(cortex, f"[inet:user={name}]")
    settle(cortex)
    assert sorted(cortex.values("inet:user#behind")) == ["a", "b", "c"]
    assert cortex.host.automation.waiting == 0


def test_a_view_has_its_own_triggers_and_merging_sets_off_those_below(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { [+#below] }")
    view = fork(cortex)
    printed(cortex, "trigger.add node:add --form inet:user --query { [+#fork] }", view)
    assert printed(cortex, "[inet:user=a] $lib.print($node.tags())", view) == ["['fork']"]
    assert len(printed(cortex, "trigger.list", view)) == 2
    assert len(printed(cortex, "trigger.list --all", view)) == 3
    call(cortex, f"$lib.view.get({view}).merge()")
    assert call(cortex, "inet:user=a return($node.tags())") == ["fork", "below"]
    call(cortex, f"$lib.view.del({view})")
    assert len(call(cortex, "return($lib.trigger.list(all=(true)))")) == 1


def test_fed_nodes_set_triggers_off(cortex: Asking) -> None:
    printed(cortex, f"trigger.add tag:add --tag x --query {{ {PUT}($node.value()) }}")
    cortex.feed([(("inet:user", "a"), {"tags": {"x": [None, None]}}), (("inet:user", "b"), {})])
    assert items(cortex) == ["a"]


def test_it_is_shown(cortex: Asking) -> None:
    printed(cortex, "trigger.add tag:add --tag x.y --form inet:user --query { inet:user } --name mine")
    header, row = printed(cortex, "trigger.list")
    assert header.split() == ["user", "iden", "view", "en?", "async?", "cond", "object", "storm", "query"]
    assert row.split()[3:] == ["true", "false", "tag:add", "inet:user", "x.y", "inet:user"]
    [node] = cortex.nodes("syn:trigger:cond=tag:add")
    assert {"name": "mine", "storm": "inet:user", "enabled": 1, "vers": 1}.items() <= node[1]["props"].items()
    assert call(cortex, "return($lib.view.get().pack().triggers)")[0]["name"] == "mine"


@pytest.mark.parametrize(
    ("tdef", "name", "mesg"),
    [
        ('{"storm": ""}', "SchemaViolation", "data must contain ['form'] properties"),
        ('{"cond": "tag:add", "storm": ""}', "SchemaViolation", "data must contain ['tag'] properties"),
        ('{"cond": "tag:add", "tag": "x"}', "SchemaViolation", "data must contain ['storm'] properties"),
        ('{"cond": "tag:add", "tag": "x", "storm": 5}', "SchemaViolation", "data.storm must be string"),
        ('{"cond": "node:add", "form": "a:b", "prop": "a:b:c", "storm": ""}', "BadOptValu", "prop parameter invalid"),
        ('{"cond": "tag:add", "tag": "x", "storm": "", "view": "newp"}', "NoSuchIden", "No dynitem for iden=newp"),
    ],
)
def test_what_is_no_trigger_is_refused(cortex: Asking, tdef: str, name: str, mesg: str) -> None:
    assert refused(cortex, f"$lib.trigger.add(({tdef}))") == (name, mesg)


def test_others_need_rights(cortex: Asking) -> None:
    printed(cortex, "trigger.add node:add --form inet:user --query { inet:user }")
    iden = call(cortex, "return($lib.trigger.list())")[0]["iden"]
    bob = user_named(cortex, "bob")
    assert messages(bob, "trigger.list") == [("print", {"mesg": "No triggers found"})]
    assert refused(bob, f"$lib.trigger.get({iden})")[0] == "AuthDeny"
    assert refused(bob, f"$lib.trigger.del({iden})")[0] == "StormRuntimeError"
    call(cortex, "$lib.auth.users.byname(bob).addRule(((true), (trigger, get)))")
    assert refused(bob, f"$lib.trigger.disable({iden})") == (
        "AuthDeny",
        f"User 'bob' ({bob.user.iden}) must have permission trigger.set.enabled on object {iden} (trigger).",
    )
