"""Commands for what stands beside a Cortex, where evidence cannot tell: what is random, or takes another server."""

import socket

from ..edits.asking import Asking
from .telling import error, messages, printed

TITLES = (("view", 34), ("name", 42), ("creator", 20), ("created", 26), ("updated", 26))


def test_wishes_to_merge_are_a_table(cortex: Asking) -> None:
    cortex.host.clock.freeze(1600000000000)
    quorum = '$lib.view.get().set(quorum, ({"count": 1, "roles": [$lib.auth.roles.byname(all).iden]}))'
    name = "a name that is longer than the forty letters there are"
    printed(cortex, f"{quorum} $lib.view.get().fork(name='{name}').setMergeRequest()")

    head, row = printed(cortex, "quorum.merge.list")

    titles, line = head.split("\n")
    assert titles == "".join(f" {title}".ljust(width) for title, width in TITLES)
    assert line == "#" * 148
    iden = row.split()[0]
    shown = (iden, "a name that is longer than the forty ...", "root", "2020/09/13 12:26:40.000", "")
    assert row == "".join(f" {each}".ljust(width) for each, (_, width) in zip(shown, TITLES, strict=True))
    assert printed(cortex, "quorum.merge.list --todo") == ["Nothing to do. Go grab some coffee!"]


def test_a_layer_is_not_pulled_from_a_server_that_answers(cortex: Asking) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = f"layer.pull.add $lib.layer.get().iden tcp://127.0.0.1:{server.getsockname()[1]}/cortex"
        assert error(cortex, text) == ("NotImplemented", "Dead Ringer does not speak telepath.")


def test_no_other_machine_is_asked_for_a_layer(cortex: Asking) -> None:
    for kind in ("pull", "push"):
        name, mesg = error(cortex, f"layer.{kind}.add $lib.layer.get().iden tcp://192.0.2.1:27492/cortex")
        assert name == "BadArg"
        assert "192.0.2.1:27492" in mesg


def test_a_color_goes_with_the_way_not_with_the_node(cortex: Asking) -> None:
    found = messages(cortex, "[inet:user=a] | colorize red | inet:user=a")

    told = [info[1].get("display") for kind, info in found if kind == "node"]
    assert told == [{"color": "red"}, None]
