"""What an error tells beside its message, and in which order; which values types take. Asked of a real Cortex."""

from typing import Any

import pytest
from deadringer.server.model.contract import ModelError
from deadringer.server.storm.answers.query import payload
from deadringer.server.storm.errors import StormError

from .asking import Asking


def error(ask: Asking, text: str, **opts: Any) -> tuple[str, list[tuple[str, Any]]]:
    """The name of the error that a query ends in, and its details in their order, without `highlight`."""
    (found,) = (info for kind, info in ask.messages(text, **opts) if kind == "err")
    name, details = found
    return name, [(key, valu) for key, valu in details.items() if key != "highlight"]


@pytest.mark.parametrize("raised", [StormError, ModelError])
def test_the_message_stands_where_the_details_say(raised: type[StormError | ModelError]) -> None:
    made = raised("BadTypeValu", "No.", valu=1, mesg=None, name="x")
    told = payload(StormError(made.name, made.mesg, **made.info))
    assert list(told.items()) == [("valu", 1), ("mesg", "No."), ("name", "x")]
    # Another text for the same details takes the same place.
    again = payload(StormError(made.name, "Never.", **made.info, prop="y"))
    assert list(again.items()) == [("valu", 1), ("mesg", "Never."), ("name", "x"), ("prop", "y")]


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("[ geo:place=* :radius='5 newp' ]", ["mesg", "name", "valu", "prop", "form"]),
        ("[ inet:mac=newp ]", ["name", "valu", "regx", "mesg", "form"]),
        ("[ it:sec:cpe='cpe:2.3:newp' ]", ["mesg", "valu", "form"]),
        ("[ it:sec:cpe=newp ]", ["valu", "mesg", "form"]),
        ("[ file:bytes='newp:zz' ]", ["name", "valu", "kind", "mesg", "form"]),
        ("[ file:bytes='hex:zz' ]", ["valu", "name", "mesg", "form"]),
        ("[ it:mitre:attack:tactic=newp ]", ["name", "valu", "regx", "mesg", "form"]),
        ("$lib.cast(it:mitre:attack:status, newp)", ["valu", "name", "enums", "mesg"]),
        ("$lib.cast(syn:user, newp)", ["mesg", "name", "valu"]),
        ("$lib.cast(velocity, newp)", ["mesg"]),
        ("$lib.cast(inet:server, 'newp://1.2.3.4')", ["mesg", "valu", "name"]),
    ],
)
def test_details_come_in_the_order_of_what_refuses(ask: Asking, text: str, details: list[str]) -> None:
    assert [key for key, _ in error(ask, text)[1]] == details


@pytest.mark.parametrize(
    ("text", "valu"),
    [
        ("[ hash:md5=0x0102 ]", "0102"),
        ("[ inet:ipv6=zz ]", "::ffff:zz"),
        ("[ tel:mob:imei=490154203237519 ]", 490154203237519),
        ("$lib.cast(geo:latlong, '100 , 3')", ["100 ", " 3"]),
        ("[ it:dev:int=(1.50) ]", "1.50"),
        ("[ edge:refs=((inet:asn, (1.5)), (inet:fqdn, a.com)) ]", "1.5"),
    ],
)
def test_the_value_told_is_the_one_at_fault(ask: Asking, text: str, valu: object) -> None:
    assert dict(error(ask, text)[1])["valu"] == valu


def test_numbers_with_a_point_are_what_was_written(ask: Asking) -> None:
    assert ask.values("[ it:dev:str=(1.50) ]") == ["1.50"]
    assert ask.values("[ inet:dns:a=((1.50), 1.2.3.4) ]") == [["1.50", 0x01020304]]
    assert ask.values("inet:dns:a=((1.50), 1.2.3.4)") == [["1.50", 0x01020304]]
    # Where a tag's time is read, they are numbers.
    assert dict(error(ask, "[ it:dev:str=a +#foo=(1.5) ]")[1])["mesg"] == "no norm for type: <class 'float'>."


def test_no_type_takes_a_set_but_tags_are_added_from_one(ask: Asking) -> None:
    assert dict(error(ask, "[ ou:org=$lib.set(a) ]")[1])["mesg"] == "no norm for type: <class 'set'>."
    ((_, info),) = ask.nodes("[ inet:asn=5 +#$lib.set(a, b) ]")
    assert info["tags"].keys() == {"a", "b"}


def test_an_interval_that_is_there_says_nothing_of_its_prop(ask: Asking) -> None:
    new = dict(error(ask, "[ inet:asn=5 .seen=newp ]")[1])
    assert (new["mesg"], new["prop"]) == ("Bad prop value inet:asn.seen='newp' : Unknown time format for newp", ".seen")
    ask.nodes("[ inet:asn=5 .seen=2020 ]")
    assert error(ask, "[ inet:asn=5 .seen=newp ]")[1] == [
        ("valu", "newp"),
        ("name", "time"),
        ("mesg", "Unknown time format for newp"),
    ]


@pytest.mark.parametrize(
    ("valu", "mesg"),
    [
        ("(1, $lib.set(1))", "TypeError: Object of type 'set' is not JSON serializable"),
        ("$lib.hex.decode(00)", "Object of"),
    ],
)
def test_data_is_what_json_can_hold(ask: Asking, valu: str, mesg: str) -> None:
    name, details = error(ask, f"[ tel:mob:telem=* :data={valu} ]")
    assert (name, dict(details)["name"]) == ("BadTypeValu", "data")
    assert "MustBeJsonSafe: mesg=" in dict(details)["mesg"]
    assert mesg in dict(details)["mesg"]


def test_new_nodes_that_depend_on_a_node_come_before_it(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 inet:asn=2 ]")
    assert ask.values("inet:asn [ it:dev:str=$node.value() ]") == ["1", 1, "2", 2]
    # Those with edits of their own come behind it.
    assert ask.values("inet:asn=1 [ ( it:dev:str=$node.form() +#foo ) ]") == [1, "inet:asn"]


@pytest.mark.parametrize(
    ("tag", "found"), [("$x.y", True), ("$x.y.upper().lower()", True), ("$x.z", False), ("a.$z.b", True)]
)
def test_a_tag_that_begins_with_a_variable_is_one_value(ask: Asking, tag: str, found: bool) -> None:
    ask.nodes("[ inet:asn=5 +#foo +#a.foo.b ]")
    vars = {"x": {"y": "foo", "z": "bar"}, "z": "foo"}
    for text in (f"inet:asn +#{tag}", f"inet:asn#{tag}", f"#{tag} +inet:asn"):
        assert ask.values(text, vars=vars) == ([5] if found else [])


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("(1)", "DollarExpr"), ("$lib.cast(str, a)", "FuncCall"), ("$x.y", "VarDeref"), ("#foo", "TagValue")],
)
def test_edits_of_edges_take_no_computed_verbs(ask: Asking, verb: str, kind: str) -> None:
    name, details = error(ask, f"[ +({verb})> {{ inet:asn }} ]", vars={"x": {"y": "a"}})
    assert (name, details) == ("AttributeError", [("mesg", f"'{kind}' object has no attribute 'isconst'")])


@pytest.mark.parametrize(
    ("text", "mesg"), [("(null)", "None"), ("(true)", "True"), ('""', ""), ("(1, 2)", "['1', '2']"), ("(1.50)", "1.50")]
)
def test_what_is_returned_where_nobody_waits_is_told_as_python_shows_it(ask: Asking, text: str, mesg: str) -> None:
    assert error(ask, f"return({text})") == ("StormReturn", [("mesg", mesg)])


@pytest.mark.parametrize("body", ["break", "inet:asn continue", "emit 1 break", "if (false) { return(1) } break"])
def test_a_function_that_leaves_a_loop_it_is_not_in_says_so(ask: Asking, body: str) -> None:
    ask.nodes("[ inet:asn=5 ]")
    text = f"function f() {{ {body} }} for $x in $f() {{ }}"
    ((_, info),) = (found for kind, found in ask.messages(text) if kind == "err")
    word = body.split()[-1]
    assert info["mesg"] == f'function f - Loop control statement "{word}" used outside of a loop.'
    assert (list(info), info["function"]) == (["mesg", "function", "statement", "highlight"], "f")
    assert info["highlight"]["offsets"] == [0, text.index(" for ")]


def test_a_variable_may_be_called_lib(ask: Asking) -> None:
    assert dict(error(ask, "$lib.print(x)", vars={"lib": 5})[1])["python_type"] == "int"
    assert dict(error(ask, "$lib=5 $lib.print(x)")[1])["styp"] == "Str"
    assert dict(error(ask, "[ inet:asn=$lib ]")[1])["name"] == "LibBase"
