"""Projects in Storm: what is made, found and deleted, what tickets lose, and who may do what."""

from typing import Any

import pytest

from ..edits.asking import Asking
from .calling import call, refused, user_named

MADE = "$p=$lib.projects.add(Zork) "
GOT = "$p=$lib.projects.get(zork) "


@pytest.fixture
def made(cortex: Asking) -> Asking:
    """A Cortex with a project of an epic, a sprint, and a ticket with a comment."""
    call(cortex, MADE + "$p.epics.add(e1) $p.sprints.add(s1) $p.tickets.add(t1, desc=why).comments.add(hi)")
    return cortex


def test_a_project_is_a_node_with_a_gate_of_its_guid(cortex: Asking) -> None:
    guid = call(cortex, 'return($lib.projects.add("  My  Project", desc=d))')
    props = cortex.props("proj:project")
    assert (props["name"], props["desc"], props["creator"]) == ("my project", "d", cortex.user.iden)
    assert call(cortex, "return($lib.auth.gates.get($g).type)", vars={"g": guid}) == "storm:project"
    # The gate outlives the project, as on a real Cortex.
    assert call(cortex, "return($lib.projects.del(my))") is True
    assert call(cortex, "return($lib.auth.gates.get($g).type)", vars={"g": guid}) == "storm:project"
    assert call(cortex, "return($lib.projects.del(my))") is False


def test_things_are_found_by_guid_or_by_the_beginning_of_a_name_in_their_project_only(made: Asking) -> None:
    call(made, "$lib.projects.add(other).epics.add(e1)")
    assert call(made, GOT + "return($p.epics.get(e).name)") == "e1"
    guid = call(made, GOT + "return($p.epics.get(e))")
    assert call(made, GOT + "return($p.epics.get($guid).name)", vars={"guid": guid}) == "e1"
    told = (
        "proj:epic +{ :project -> proj:project +:name=other } return($lib.projects.get(zork).epics.get($node.value()))"
    )
    assert call(made, told) is None
    call(made, GOT + "$p.epics.add(e2)")
    mesg = "Ambiguous value for single node lookup: proj:epic:name^=e"
    assert refused(made, GOT + "$p.epics.get(e)") == ("StormRuntimeError", mesg)
    assert call(made, "return(($lib.projects.get(none), $lib.projects.get($lib.null)))") == [None, None]


def test_a_ticket_takes_epics_and_sprints_by_name_and_users_by_theirs(made: Asking) -> None:
    sets = '$t.epic=e1 $t.sprint=s1 $t.assignee=root $t.status="in validation" $t.priority=high '
    shown = "return(($t.epic, $t.sprint, $t.assignee, $t.status, $t.priority))"
    epic, sprint, *others = call(made, GOT + "$t=$p.tickets.get(t1) " + sets + shown)
    assert [epic] == made.values("proj:epic")
    assert [sprint] == made.values("proj:sprint")
    assert others == [made.user.iden, 10, 40]
    assert call(made, GOT + "$n=([]) for $t in $p.sprints.get(s1).tickets { $n.append($t.name) } return($n)") == ["t1"]
    sets = "$t.epic=$lib.null $t.sprint=$lib.null $t.assignee=$lib.null "
    assert call(made, GOT + "$t=$p.tickets.get(t1) " + sets + "return(($t.epic, $t.sprint, $t.assignee))") == [None] * 3


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("$t.epic=no", ("NoSuchName", "No epic found by that name/iden.")),
        ("$t.sprint=no", ("NoSuchName", "No sprint found by that name/iden (no).")),
        ("$t.assignee=no", ("NoSuchUser", "No user found by the name no")),
        ("$t.comments=no", ("NoSuchName", "Setting comments is not supported on proj:ticket.")),
        ("$t.nope", ("NoSuchName", "Cannot find name [nope] on type proj:ticket")),
        ("$p.epics.x=1", ("StormRuntimeError", "ProjectEpics does not support assignment.")),
        (
            "$p.sprints.get(s1).status=x",
            ("BadTypeValu", "Bad prop value proj:sprint:status='x' : Value not in enums"),
        ),
    ],
)
def test_what_cannot_be_set_is_refused(made: Asking, text: str, error: tuple[str, str]) -> None:
    assert refused(made, GOT + "$t=$p.tickets.get(t1) " + text) == error


def test_a_deleted_epic_or_sprint_leaves_its_tickets_and_a_ticket_takes_its_comments_along(made: Asking) -> None:
    call(made, GOT + "$t=$p.tickets.get(t1) $t.epic=e1 $t.sprint=s1")
    assert call(made, GOT + "return(($p.epics.del(e1), $p.sprints.del(s1), $p.epics.del(e1)))") == [True, True, False]
    props = made.props("proj:ticket")
    assert "epic" not in props
    assert "sprint" not in props
    assert refused(made, "$lib.projects.del(zork)") == ("CantDelNode", "Other nodes still refer to this node.")
    assert call(made, GOT + "return($p.tickets.del(t1))") is True
    assert made.values("proj:comment") == []
    assert call(made, "return($lib.projects.del(zork))") is True


def test_a_comment_is_changed_by_its_author_only(made: Asking) -> None:
    bob = user_named(made, "bob")
    call(made, "$lib.auth.users.byname(bob).addRule(([true, ['project', 'comment', 'add']]))")
    mine = "$c=$p.tickets.get(t1).comments.add(mine) "
    assert call(bob, GOT + mine + "$c.text=other return($c.text)") == "other"
    theirs = GOT + "for $c in $p.tickets.get(t1).comments { if ($c.text = 'other') { $c.text=x } }"
    assert refused(made, theirs) == ("AuthDeny", "Comment was created by a different user")
    assert refused(bob, GOT + mine + "$c.del() $c.text") == ("StormRuntimeError", "Comment has been deleted")


@pytest.mark.parametrize(
    ("text", "perm"),
    [
        ("$p.name=x", "set.name"),
        ("$p.epics.add(x)", "epic.add"),
        ("$p.epics.del(nope)", "epic.del"),
        ("$p.epics.get(e1).name=x", "epic.set.name"),
        ("$p.sprints.add(x)", "sprint.add"),
        ("$p.sprints.get(s1).desc=x", "sprint.set.desc"),
        ("$p.tickets.add(x)", "ticket.add"),
        ("$p.tickets.del(t1)", "ticket.del"),
        ("$t=$p.tickets.get(t1) $t.status=new", "ticket.set.status"),
        ("$t=$p.tickets.get(t1) $t.epic=e1", "ticket.set.epic"),
        ("$p.tickets.get(t1).comments.add(x)", "comment.add"),
        ("for $c in $p.tickets.get(t1).comments { $c.del() }", "comment.del"),
    ],
)
def test_what_is_done_in_a_project_takes_a_right_on_it(made: Asking, text: str, perm: str) -> None:
    bob = user_named(made, "bob")
    name, mesg = refused(bob, GOT + text)
    (guid,) = made.values("proj:project")
    assert name == "AuthDeny"
    assert mesg.endswith(f"must have permission project.{perm} on object {guid} (storm:project).")
    rule: list[Any] = [True, ["project", *perm.split(".")]]
    call(made, "$lib.auth.users.byname(bob).addRule($rule, gateiden=$gate)", vars={"rule": rule, "gate": guid})
    call(bob, GOT + text)


def test_who_made_a_ticket_may_reword_it_and_whom_it_is_for_may_say_how_far_it_is(made: Asking) -> None:
    bob = user_named(made, "bob")
    call(made, "$lib.auth.users.byname(bob).addRule(([true, ['project', 'ticket', 'add']]))")
    sets = "$t=$p.tickets.add(mine) $t.name=mine2 $t.desc=x $t.epic=e1 return($t.name)"
    assert call(bob, GOT + sets) == "mine2"
    assert refused(bob, GOT + "$t=$p.tickets.get(mine) $t.status=done")[0] == "AuthDeny"
    call(made, GOT + "$t=$p.tickets.get(mine) $t.assignee=bob")
    assert call(bob, GOT + "$t=$p.tickets.get(mine) $t.status=(20) return($t.status)") == 20
    assert refused(bob, GOT + "$t=$p.tickets.get(mine) $t.priority=high")[0] == "AuthDeny"
    assert call(bob, GOT + "return($p.tickets.del(mine))") is True
    assert refused(bob, "$lib.projects.add(x)")[0] == refused(bob, "$lib.projects.del(zork)")[0] == "AuthDeny"


def test_a_readonly_query_finds_no_projects(made: Asking) -> None:
    name, info = made.error("$lib.projects.get(zork)", readonly=True)
    assert (name, info["mesg"]) == ("IsReadOnly", "$lib.projects.get() is not marked readonly safe.")
