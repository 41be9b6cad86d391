"""What Storm keeps by name: JSON, queues, macros, projections, caches and pipes. Answers are those of a real Cortex."""

import pytest

from ..edits.asking import Asking
from .calling import call, refused, user_named


def test_json_is_kept_by_path_and_by_part(cortex: Asking) -> None:
    assert call(cortex, 'return($lib.jsonstor.set(a/b, ({"x": 1})))') is True
    assert call(cortex, "return(($lib.jsonstor.set(a/b, (9), prop=d/e), $lib.jsonstor.get((a, b))))") == [
        True,
        {"x": 1, "d": {"e": 9}},
    ]
    assert call(cortex, "return(($lib.jsonstor.get(a/b, prop=(d, e)), $lib.jsonstor.get(a)))") == [9, None]
    assert call(cortex, "$l=() for $x in $lib.jsonstor.iter(a) { $l.append($x) } return($l)") == [
        [["b"], {"x": 1, "d": {"e": 9}}]
    ]
    assert call(cortex, "return(($lib.jsonstor.set(new, (9), prop=x), $lib.jsonstor.del(a/b, prop=newp/e)))") == [
        False,
        False,
    ]
    assert call(cortex, "return(($lib.jsonstor.del(a/b), $lib.jsonstor.get(a/b)))") == [True, None]


def test_a_cache_of_json_knows_how_old_its_values_are(cortex: Asking) -> None:
    kept = call(cortex, "return($lib.jsonstor.cacheset(c, k, v))")
    assert kept["path"] == ["c", "ef2a6756019d0cb58c28af0235320a22"]
    assert call(
        cortex, 'return(($lib.jsonstor.cacheget(c, k, asof="2020"), $lib.jsonstor.cacheget(c, k, asof="2099")))'
    ) == [
        "v",
        None,
    ]
    envelope = {"key": "k", "asof": kept["asof"], "data": "v"}
    assert call(cortex, 'return($lib.jsonstor.cacheget(c, k, asof="2020", envl=(true)))') == envelope


def test_a_queue_keeps_its_items_until_they_are_culled(cortex: Asking) -> None:
    call(cortex, "$q=$lib.queue.add(q) $q.puts((a, b, c))")
    read = "$q=$lib.queue.get(q) "
    assert call(cortex, read + "return(($q.get((1), cull=(false)), $q.size(), $q.get((1)), $q.size()))") == [
        [1, "b"],
        3,
        [1, "b"],
        2,
    ]
    assert call(cortex, read + "return(($q.pop(), $q.pop(offs=(9)), $q.put(d)))") == [[1, "b"], None, 3]
    assert call(cortex, read + "$l=() for $x in $q.gets(wait=(false)) { $l.append($x) } return($l)") == [
        [2, "c"],
        [3, "d"],
    ]
    assert refused(cortex, "$q=$lib.queue.get(q) $lib.queue.del(q) $q.put(x)") == ("NoSuchName", "No queue named q.")
    assert call(cortex, "return($lib.auth.gates.get('queue:q'))") is None


def test_a_queue_is_its_makers(cortex: Asking) -> None:
    bob = user_named(cortex, "bob")
    call(cortex, f"$lib.queue.add(q) $lib.auth.users.get({bob.user.iden}).addRule(((true), (queue, add)))")
    assert refused(bob, "$lib.queue.get(q)") == (
        "AuthDeny",
        f"User 'bob' ({bob.user.iden}) must have permission queue.get on object queue:q (queue).",
    )
    assert refused(bob, "$lib.queue.get(newp)") == ("NoSuchAuthGate", "No auth gate found with iden: (queue:newp).")
    assert call(bob, "$q=$lib.queue.gen(own) $q.put(x) return($q.get())") == [0, "x"]
    assert [each["name"] for each in call(bob, "return($lib.queue.list())")] == ["own"]
    assert [each["name"] for each in call(cortex, "return($lib.queue.list())")] == ["q", "own"]


def test_a_macro_is_what_its_permissions_allow(cortex: Asking) -> None:
    bob = user_named(cortex, "bob")
    call(cortex, 'return($lib.macro.set(m, "$lib.print(x)"))')
    assert call(bob, "return($lib.macro.get(m).storm)") == "$lib.print(x)"
    denied = "User requires {} permission on macro: m"
    assert refused(bob, "$lib.macro.set(m, spin)") == ("AuthDeny", denied.format("edit"))
    assert refused(bob, "$lib.macro.del(m)") == ("AuthDeny", denied.format("admin"))
    call(cortex, f"$lib.macro.grant(m, users, {bob.user.iden}, (0))")
    assert refused(bob, "$lib.macro.get(m)") == ("AuthDeny", denied.format("read") + ".")
    call(cortex, f"$lib.macro.grant(m, users, {bob.user.iden}, (2))")
    call(bob, 'return($lib.macro.mod(m, ({"name": "n", "desc": "d"})))')
    assert list(call(bob, "return($lib.macro.get(n))")) == [
        "name",
        "storm",
        "iden",
        "updated",
        "created",
        "user",
        "creator",
        "permissions",
        "desc",
    ]
    assert refused(bob, 'return($lib.macro.mod(n, ({"creator": "x"})))') == (
        "BadArg",
        "User may not edit the field: creator.",
    )
    assert refused(bob, "return($lib.macro.del(newp))") == ("NoSuchName", "Macro name not found: newp")


def test_a_projection_is_checked_and_used(cortex: Asking) -> None:
    made = call(cortex, 'return($lib.graph.add(({"name": "g"})))')
    assert {key: made[key] for key in ("refs", "edges", "edgelimit", "filterinput", "yieldfiltered")} == {
        "refs": False,
        "edges": True,
        "edgelimit": 3000,
        "filterinput": True,
        "yieldfiltered": False,
    }
    used = f"$lib.graph.activate({made['iden']}) return($lib.graph.get())"
    assert call(cortex, used) == made
    assert refused(cortex, 'return($lib.graph.add(({"name": "g", "degrees": -1})))') == (
        "SchemaViolation",
        "data.degrees must be bigger than or equal to 0",
    )
    assert refused(cortex, "return($lib.graph.add(({})))") == (
        "SchemaViolation",
        "data must contain ['name'] properties",
    )
    assert refused(cortex, "return($lib.graph.get(newp))") == (
        "NoSuchIden",
        "No graph projection with iden newp exists!",
    )


def test_a_cache_asks_once_and_forgets_the_oldest(cortex: Asking) -> None:
    asked = "$l=([]) $c=$lib.cache.fixed(${ $l.append($cache_key) return($cache_key) }, size=(2)) "
    asks = "$c.get(a) $c.get(b) $c.get(a) $c.get(c) $c.get(a) $c.get(b) return($l)"
    assert call(cortex, asked + asks) == ["a", "b", "c", "a", "b"]
    assert refused(cortex, "$lib.cache.fixed(stop)") == ("BadArg", "Callback query must return a value")


def test_a_pipe_ends_with_its_query_and_tells_its_error(cortex: Asking) -> None:
    query = "$p=$lib.pipe.gen(${ $pipe.put(a) $lib.raise(Foo, bar) }) for $i in $p.slices() { $lib.print($i) }"
    told = [info["mesg"] for kind, info in cortex.messages(query) if kind in ("print", "warn")]
    assert told[0].startswith("pipe filler error: StormRaise: errname='Foo'")
    assert told[1:] == ["['a']"]
    slices = "$p=$lib.pipe.gen(${ for $i in $lib.range(5) { $pipe.put($i) } }, size=(2)) $r=() "
    assert call(cortex, slices + "for $i in $p.slices(size=(2)) { $r.append($i) } return($r)") == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    ("version", "wanted", "meets"),
    [
        ("(1, 2)", ">=1.0.0", True),
        ("(1, 2, 3)", "==1.2.*", True),
        ("(1, 2, 3)", ">=1.2.0,<1.2.3", False),
        ("(1, 2, 3)", "~=1.2", True),
        ("(1, 2, 3)", "", True),
    ],
)
def test_versions_meet_requirements(cortex: Asking, version: str, wanted: str, meets: bool) -> None:
    assert call(cortex, f'return($lib.version.matches({version}, "{wanted}"))') is meets


def test_files_are_stored_and_read_line_by_line(cortex: Asking) -> None:
    size, sha = call(cortex, "return($lib.axon.put($b))", vars={"b": b"hello\r\nwor,ld\n"})
    assert size == 14
    read = {
        f"return($lib.axon.read({sha}, offs=(3), size=(2)).decode())": "lo",
        f"$l=() for $x in $lib.axon.readlines({sha}) {{ $l.append($x) }} return($l)": ["hello", "wor,ld"],
        f"$l=() for $x in $lib.axon.csvrows({sha}) {{ $l.append($x) }} return($l)": [["hello"], ["wor", "ld"]],
        f'return($lib.axon.unpack({sha}, ">H"))': [0x6865],
        "$l=() for $x in $lib.axon.list() { $l.append($x) } return($l)": [[0, sha, 14]],
        "return($lib.axon.metrics())": {"size:bytes": 14, "file:count": 1},
        f"return(($lib.axon.del({sha}), $lib.axon.has({sha}), $lib.axon.size({sha})))": [True, False, None],
    }
    assert {query: call(cortex, query) for query in read} == read
    assert refused(cortex, f"$lib.axon.hashset({sha})") == ("NoSuchFile", "Axon does not contain the requested file.")
    assert refused(cortex, "$lib.axon.has(newp)") == ("Error", "Non-hexadecimal digit found")


@pytest.mark.parametrize("asked", ["cull((2 ** 64))", "pop((2 ** 64))", "pop((-1))", "get((2 ** 64), wait=(false))"])
def test_an_offset_that_a_queue_cannot_have_is_refused(cortex: Asking, asked: str) -> None:
    assert refused(cortex, f"return($lib.queue.gen(q).{asked})") == ("error", "int too large to convert")


@pytest.mark.parametrize(
    "asked", ["cull((-1))", "cull((2 ** 64 - 1))", "pop((2 ** 63))", "get((2 ** 63), wait=(false))"]
)
def test_at_an_offset_that_is_far_away_there_is_nothing(cortex: Asking, asked: str) -> None:
    assert call(cortex, f"return($lib.queue.gen(q).{asked})") is None
