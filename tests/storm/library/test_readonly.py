"""Queries that may change nothing: what they may not call. Asked of a real Cortex."""

import pytest
from deadringer.server.storm.errors import StormError

from ..edits.asking import Asking
from .calling import call, user_named

NOT_MARKED = [
    ("$lib.auth.users.byname(eve).setAdmin((true))", "auth:user.setAdmin()"),
    ("$lib.auth.users.byname(eve).setPasswd(x)", "auth:user.setPasswd()"),
    ("$lib.auth.users.byname(eve).genApiKey(x)", "auth:user.genApiKey()"),
    ("$lib.auth.users.byname(eve).tell(x)", "auth:user.tell()"),
    ("$lib.auth.users.byname(eve).json.set(a, (1))", "auth:user:json.set()"),
    ("$lib.auth.roles.byname(all).setRules(([]))", "auth:role.setRules()"),
    ("$lib.queue.get(q).put(x)", "queue.put()"),
    ("$lib.queue.get(q).pop()", "queue.pop()"),
    ("$lib.macro.set(m, ${inet:ipv4})", "$lib.macro.set()"),
    ("$lib.macro.del(m)", "$lib.macro.del()"),
    ("$lib.axon.put($lib.base64.decode(aaaa))", "$lib.axon.put()"),
    ("$lib.bytes.put($lib.base64.decode(aaaa))", "$lib.bytes.put()"),
    ("$lib.axon.del(aaaa)", "$lib.axon.del()"),
    ("$lib.jsonstor.set(foo, (1))", "$lib.jsonstor.set()"),
    ("$lib.graph.add(({}))", "$lib.graph.add()"),
    ("$lib.vault.add(x, y, global, z, ({}), ({}))", "$lib.vault.add()"),
    ('$lib.inet.http.post("http://127.0.0.1:1")', "$lib.inet.http.post()"),
    ('$lib.inet.http.get("http://127.0.0.1:1")', "$lib.inet.http.get()"),
    ("$lib.task.kill(zz)", "$lib.task.kill()"),
    ('$lib.storm.run("[inet:ipv4=1.2.3.4]")', "$lib.storm.run()"),
    ("$lib.notifications.del((1))", "$lib.notifications.del()"),
    ("$x=([]) $x.extend(([1]))", "list.extend()"),
]
SETTINGS = [
    ("$u=$lib.auth.users.byname(eve) $u.name=mallory", "Setting name on auth:user is not marked readonly safe."),
    ("$r=$lib.auth.roles.byname(all) $r.name=none", "Setting name on auth:role is not marked readonly safe."),
    (
        "$u=$lib.auth.users.byname(eve) $u.vars.x=1",
        "Storm runtime is in readonly mode, cannot create or edit nodes and other graph data.",
    ),
    (
        "$u=$lib.auth.users.byname(eve) $u.profile.x=1",
        "Storm runtime is in readonly mode, cannot create or edit nodes and other graph data.",
    ),
]


def prepare(cortex: Asking) -> None:
    user_named(cortex, "eve")
    call(cortex, "$lib.queue.gen(q) $lib.macro.set(m, ${inet:ipv4})")


@pytest.mark.parametrize(("text", "function"), NOT_MARKED)
def test_a_readonly_query_calls_only_what_is_marked_as_safe(cortex: Asking, text: str, function: str) -> None:
    prepare(cortex)
    with pytest.raises(StormError) as caught:
        call(cortex, text, readonly=True)
    assert (caught.value.name, caught.value.mesg) == ("IsReadOnly", f"{function} is not marked readonly safe.")


@pytest.mark.parametrize(("text", "mesg"), SETTINGS)
def test_a_readonly_query_changes_no_setting(cortex: Asking, text: str, mesg: str) -> None:
    prepare(cortex)
    with pytest.raises(StormError) as caught:
        call(cortex, text, readonly=True)
    assert (caught.value.name, caught.value.mesg) == ("IsReadOnly", mesg)
    assert cortex.host.accounts.user_named("eve") is not None


def test_a_readonly_query_reads_and_builds_values(cortex: Asking) -> None:
    prepare(cortex)
    text = "$x=([]) $x.append($lib.queue.get(q).size()) $x.append($lib.macro.get(m).name) return($x)"
    assert call(cortex, text, readonly=True) == [0, "m"]
