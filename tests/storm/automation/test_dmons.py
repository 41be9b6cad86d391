"""Daemons start at once, begin anew when bumped, rest when stopped, and go on when a server begins again."""

from pathlib import Path

from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.cortex.state import Cortex
from deadringer.server.ids import Ids
from deadringer.server.model.source import ModelSource
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.workers import Workers
from deadringer.storage.blobs import Blobs

from ..commands.telling import printed
from ..edits.asking import NOW_MS, Asking
from ..library.calling import call, refused, user_named

# It says that it has begun, then waits for what never comes.
WAITING = "$lib.print(hello) $lib.queue.gen(begun).put($x) $lib.queue.gen(never).get()"


def begun(cortex: Asking) -> str:
    """Make such a daemon; its iden once it has begun."""
    iden: str = call(cortex, f"$x=5 $d=$lib.dmon.add(${{ {WAITING} }}, name=mine) return($d.iden)")
    assert next_begun(cortex) == "5"
    return iden


def next_begun(cortex: Asking) -> str:
    """What the daemon said as it began; waits until it does."""
    found: str = call(cortex, "$q=$lib.queue.gen(begun) ($offs, $item)=$q.get() $q.cull($offs) return($item)")
    return found


def test_one_runs_with_the_variables_it_was_made_with(cortex: Asking) -> None:
    iden = begun(cortex)
    told = call(cortex, f"return($lib.dmon.get({iden}))")
    assert (told["name"], told["status"], told["enabled"], told["err"]) == ("mine", "running", True, False)
    assert told["stormopts"]["vars"] == {"x": "5", "auto": {"iden": iden, "type": "dmon"}}
    assert call(cortex, f"return($lib.dmon.log({iden}))") == [[NOW_MS, ["print", {"mesg": "hello"}]]]
    assert printed(cortex, "dmon.list") == ["Storm daemon list:", f"    {iden}:  (mine                ): running"]


def test_one_is_bumped_stopped_started_and_deleted(cortex: Asking) -> None:
    iden = begun(cortex)
    assert call(cortex, f"return($lib.dmon.bump({iden}))") is True
    next_begun(cortex)
    assert call(cortex, f"return(($lib.dmon.stop({iden}), $lib.dmon.stop({iden})))") == [True, False]
    assert call(cortex, f"return($lib.dmon.get({iden}).status)") == "stopped"
    assert call(cortex, f"return(($lib.dmon.start({iden}), $lib.dmon.start({iden})))") == [True, False]
    next_begun(cortex)
    call(cortex, f"$lib.dmon.del({iden})")
    cortex.host.background.wait(30)
    assert call(cortex, "return($lib.dmon.list())") == []
    assert refused(cortex, f"$lib.dmon.del({iden})") == ("NoSuchIden", f"No storm dmon with iden: {iden}")


def test_one_that_fails_says_so(cortex: Asking) -> None:
    iden = call(cortex, "$d=$lib.dmon.add(${ $lib.queue.gen(begun).put(x) $lib.raise(foo, bar) }) return($d.iden)")
    # It begins again after it has failed.
    next_begun(cortex)
    next_begun(cortex)
    assert call(cortex, f"return($lib.dmon.log({iden}).0.1.0)") == "err"
    call(cortex, f"$lib.dmon.del({iden})")


def test_others_need_rights(cortex: Asking) -> None:
    iden = begun(cortex)
    bob = user_named(cortex, "bob")
    assert len(call(bob, "return($lib.dmon.list())")) == 1
    for text in ("add(${inet:user})", f"stop({iden})", f"bump({iden})", f"del({iden})", f"log({iden})"):
        assert refused(bob, f"$lib.dmon.{text}")[0] == "AuthDeny"


def test_they_go_on_when_the_server_begins_again(tmp_path: Path) -> None:
    workers, config = Workers(1, 1, 1), Config(ephemeral=True)
    services = Services(
        config, workers, Passwords(workers), Blobs(tmp_path / "blobs", durable=False), ModelSource(config.model)
    )
    for turn in range(2):
        cortex = Cortex.open(tmp_path, services, Clock(NOW_MS), Ids(turn))
        try:
            assert cortex.due() is (turn == 1)
            root = cortex.accounts.user_named("root")
            assert root is not None
            asking = Asking(cortex.host(), root)
            if turn == 0:
                begun(asking)
            else:
                assert next_begun(asking) == "5"
            assert cortex.due() is False
        finally:
            cortex.close()
    workers.close()
