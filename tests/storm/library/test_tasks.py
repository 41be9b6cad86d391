"""Running queries: seen by who may, stopped by their iden (a real Cortex ends their streams without a word)."""

from typing import Any

import pytest
from deadringer.server.storm.answers.query import Asked, messages_of
from deadringer.server.workers import Cancelled

from ..edits.asking import Asking
from .calling import call, refused, user_named

IDEN = "ab" * 16


def test_a_query_sees_itself_and_nothing_that_has_ended(cortex: Asking) -> None:
    bob = user_named(cortex, "bob")
    refused(bob, "$lib.queue.get(newp)")
    seen = "$l=() for $t in $lib.task.list() { $l.append(($t.info.query, $t.username)) } return($l)"
    assert call(bob, seen) == [[seen, "bob"]]
    assert [each["user"] for each in call(bob, "return($lib.ps.list())")] == ["bob"]


def test_a_stopped_query_ends_without_a_word(cortex: Asking) -> None:
    view = cortex.host.graph.view(cortex.host.view)
    assert view is not None
    asked = Asked("$lib.print(a) $lib.print(b) $lib.print(c)", {}, cortex.user, view, IDEN)
    sent: list[Any] = []

    def send(kind: str, info: Any) -> None:
        sent.append(info.get("mesg", kind))
        if sent[-1] == "b":
            assert call(cortex, "return($lib.task.kill(abab))") is True

    with pytest.raises(Cancelled):
        messages_of(cortex.host, asked, send, lambda: None)
    assert sent == ["init", "a", "b"]
    assert refused(cortex, "$lib.task.kill(abab)") == ("StormRuntimeError", "Provided iden does not match any tasks.")


def test_a_query_that_asks_for_an_export_stays_listed(cortex: Asking) -> None:
    seen = "$l=() for $t in $lib.ps.list() { $l.append($t.iden) } return($l)"
    before = call(cortex, seen)
    after = call(cortex, f'$lib.export.toaxon("inet:fqdn") {seen}')
    assert (len(before), len(after)) == (1, 1)


def test_no_two_queries_run_under_one_iden(cortex: Asking) -> None:
    view = cortex.host.graph.view(cortex.host.view)
    assert view is not None
    asked = Asked("$lib.print(a)", {}, cortex.user, view, IDEN)
    told: list[Any] = []

    def send(kind: str, info: Any) -> None:
        if kind == "print":
            messages_of(cortex.host, asked, lambda kind, info: told.append((kind, info)), lambda: None)
            assert IDEN in cortex.host.tasks

    messages_of(cortex.host, asked, send, lambda: None)
    assert [(kind, info) for kind, info in told if kind not in ("init", "fini")] == [
        ("err", ["BadArg", {"mesg": "Specified task iden already exists!"}])
    ]
    assert IDEN not in cortex.host.tasks
