"""Cron jobs by the clock of their world, which the test moves. Answers are those of a real Cortex."""

import pytest

from ..commands.telling import error, printed
from ..edits.asking import NOW_MS, Asking
from ..library.calling import call, refused, user_named
from .waiting import HOUR_MS, MINUTE_MS, pass_time, settle

IDEN = "0123456789abcdef0123456789abcdef"


def test_a_job_runs_when_its_moment_has_come(cortex: Asking) -> None:
    printed(cortex, f"cron.add --period minutely/5 --iden {IDEN} {{ [inet:user=`{{$lib.time.now()}}`] }}")
    pass_time(cortex, MINUTE_MS)
    assert cortex.values("inet:user") == []
    pass_time(cortex, 5 * MINUTE_MS)
    assert cortex.values("inet:user") == [str(NOW_MS + 6 * MINUTE_MS)]
    told = call(cortex, f"return($lib.cron.get({IDEN}).pack())")
    assert told["lastresult"] == "finished successfully with 1 nodes"
    assert (told["startcount"], told["errcount"], told["isrunning"]) == (1, 0, False)
    assert told["nexttime"] * 1000 == NOW_MS - NOW_MS % MINUTE_MS + 11 * MINUTE_MS


def test_one_that_missed_some_runs_once(cortex: Asking) -> None:
    printed(cortex, "cron.add --period minutely { [inet:user=`{$lib.guid()}`] }")
    pass_time(cortex, HOUR_MS)
    assert len(cortex.nodes("inet:user")) == 1


def test_it_is_told_that_it_is_one_and_runs_as_its_maker(cortex: Asking) -> None:
    printed(cortex, f"cron.at --now --iden {IDEN} {{ $lib.queue.gen(q).put(($auto, $lib.user.name())) }}")
    pass_time(cortex, 0)
    assert call(cortex, "return($lib.queue.get(q).pop())") == [0, [{"iden": IDEN, "type": "cron"}, "root"]]


def test_an_error_is_kept(cortex: Asking) -> None:
    printed(cortex, "cron.at --now { $lib.raise(foo, bar) }")
    pass_time(cortex, 0)
    [told] = call(cortex, "return($lib.cron.list())")
    assert told["errcount"] == 1
    assert told["lasterrs"] == [told["lastresult"]]
    assert told["lastresult"].startswith("raised exception StormRaise: errname='foo' ")
    assert "most recent errors:" in printed(cortex, 'cron.stat ""')


def test_one_that_is_off_rests(cortex: Asking) -> None:
    printed(cortex, f"cron.add --period minutely --iden {IDEN} {{ [inet:user=a] }}", None)
    printed(cortex, f"cron.disable {IDEN[:4]}")
    pass_time(cortex, HOUR_MS)
    assert cortex.values("inet:user") == []
    printed(cortex, f"cron.enable {IDEN[:4]}")
    pass_time(cortex, HOUR_MS)
    assert cortex.values("inet:user") == ["a"]


def test_a_job_for_once_runs_once_at_each_time_and_is_cleaned_up(cortex: Asking) -> None:
    printed(cortex, "cron.at --hour +1,+2 { [inet:user=`{$lib.guid()}`] }")
    for count in (0, 1, 2, 2):
        assert len(cortex.nodes("inet:user")) == count
        pass_time(cortex, HOUR_MS)
    assert printed(cortex, "cron.cleanup") == ["1 cron/at jobs deleted."]
    assert printed(cortex, "cron.list") == ["No cron jobs found"]


def test_one_that_runs_can_be_stopped(cortex: Asking) -> None:
    printed(cortex, f"cron.at --now --iden {IDEN} {{ $lib.queue.gen(q).put(on) $lib.queue.gen(never).get() }}")
    from deadringer.server.storm.automation.cron import run_due

    run_due(cortex.host)
    call(cortex, "return($lib.queue.gen(q).get())")
    assert call(cortex, f"return($lib.cron.get({IDEN}).pack().isrunning)") is True
    assert call(cortex, f"return($lib.cron.get({IDEN}).kill())") is True
    settle(cortex)
    assert call(cortex, f"return($lib.cron.get({IDEN}).kill())") is False
    assert call(cortex, f"return($lib.cron.get({IDEN}).pack().lastresult)") == "cancelled"


def test_it_is_changed_moved_and_deleted(cortex: Asking) -> None:
    printed(cortex, f"cron.add --period daily@10 --name mine --doc why --iden {IDEN} {{ inet:user }}")
    assert printed(cortex, "cron.mod 0123 --period hourly@:5 { inet:fqdn }") == [f"Modified cron job: {IDEN}"]
    told = call(cortex, "return($lib.cron.get(0123).pack())")
    assert (told["name"], told["doc"], told["query"], told["recs"]) == (
        "mine",
        "why",
        "inet:fqdn",
        [[{"minute": 5}, "hour", 1]],
    )
    view = call(cortex, "return($lib.view.add(($lib.layer.add().iden,)).iden)")
    printed(cortex, f"cron.move 0123 {view}")
    assert call(cortex, "return($lib.cron.get(0123).pack().view)") == view
    [(ndef, info)] = cortex.nodes("syn:cron")
    assert (ndef, info["props"]["storm"]) == (["syn:cron", IDEN], "inet:fqdn")
    assert printed(cortex, "cron.del 0123") == ["Deleted cron job: 0123"]
    assert error(cortex, "cron.del 0123")[0] == "StormRuntimeError"


def test_others_need_rights(cortex: Asking) -> None:
    printed(cortex, f"cron.add --period daily --iden {IDEN} {{ inet:user }}")
    bob = user_named(cortex, "bob")
    who = f"User 'bob' ({bob.user.iden}) must have permission"
    assert refused(bob, "$lib.cron.list()") == ("AuthDeny", f"{who} cron.get")
    assert refused(bob, "$lib.cron.get(0123)")[0] == "StormRuntimeError"
    view = cortex.host.view
    assert refused(bob, "$lib.cron.add(query=x, hour=1)") == ("AuthDeny", f"{who} cron.add on object {view} (view).")


@pytest.mark.parametrize(
    ("call_", "mesg"),
    [
        ("add(hourly=15)", "Query parameter is required."),
        ("add(query=${inet:user})", "Must provide at least one optional argument"),
        ("add(query=${inet:user}, period=daily, hour=5)", "Cannot mix --period with legacy time arguments"),
        (
            "add(query=${inet:user}, hourly=5, hour=5)",
            "May not use both alias (..ly) and explicit options at the same time",
        ),
        ("at(query=${inet:user})", "At least one requirement must be provided"),
        ("at(query=${inet:user}, dt=newp)", 'Trouble parsing "newp"'),
    ],
)
def test_what_names_no_time_is_refused(cortex: Asking, call_: str, mesg: str) -> None:
    assert refused(cortex, f"$lib.cron.{call_}") == ("StormRuntimeError", mesg)


def test_a_time_that_has_passed_is_refused(cortex: Asking) -> None:
    assert refused(cortex, "$lib.cron.at(query=${inet:user}, dt=2001)") == ("BadTime", "Appointment is in the past")
