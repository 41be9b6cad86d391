"""Setting and taking away props, tags, edges and node data. Asked of a real Cortex (graph-edits, -tags, -edges)."""

import pytest
from deadringer.server.storm.edits import editor

from .asking import Asking


def test_a_prop_is_told_with_its_old_value_and_the_node_it_refers_to(ask: Asking) -> None:
    ask.nodes("[ inet:ipv4=1.2.3.4 :asn=5 ]")
    assert ask.told("inet:ipv4 [ :asn=6 ]") == [
        [("inet:ipv4", [[2, "asn", 6, 5, 9]]), ("inet:asn", [[0, 6, 9]])],
    ]
    assert ask.told("inet:ipv4 [ :asn=6 ]") == []
    assert ask.told("inet:ipv4 [ -:asn ]") == [[("inet:ipv4", [[3, "asn", 6, 9]])]]
    assert ask.told("inet:ipv4 [ -:asn ]") == []


def test_subs_of_a_prop_are_set_with_it(ask: Asking) -> None:
    ask.nodes("[ inet:flow=(f,) ]")
    (told,) = ask.told("inet:flow [ :src=tcp://1.1.1.1:1 ]")
    assert [edit[1] for edit in told[0][1]] == ["src", "src:proto", "src:port", "src:ipv4"]
    (told,) = ask.told("inet:flow [ :src=tcp://1.1.1.1:2 ]")
    assert [edit[1] for edit in told[0][1]] == ["src", "src:port"]


def test_arrays_grow_and_shrink(ask: Asking) -> None:
    ask.nodes("[ ou:org=(o,) :names=(b, a) ]")
    for edit, names in [
        (":names+=c", ["a", "b", "c"]),
        (":names+=a", ["a", "b", "c"]),
        (":names-=b", ["a", "c"]),
        (":names-=zzz", ["a", "c"]),
        (":names++=(x, y, a)", ["a", "c", "x", "y"]),
        (":names--=(x, zzz)", ["a", "c", "y"]),
        (":names?+=((1), (2))", ["a", "c", "y"]),
        (":industries?++=(newp,)", ["a", "c", "y"]),
    ]:
        assert ask.props(f"ou:org [ {edit} ]")["names"] == names
    assert ask.values("ou:name") == ["a", "b", "c", "x", "y"]


def test_a_condition_sets_only_what_is_unset(ask: Asking) -> None:
    assert ask.props("[ inet:ipv4=1.2.3.4 :loc*unset=us :loc*unset=ca ]")["loc"] == "us"
    assert ask.props("$op=never inet:ipv4 [ :asn*$op=5 ]").get("asn") is None


@pytest.mark.parametrize(
    ("edit", "name", "info"),
    [
        (":newp=1", "NoSuchProp", {"mesg": "No property named newp.", "name": "newp", "form": "inet:ipv4"}),
        ("-.newp", "NoSuchProp", {"mesg": "No property named .newp.", "name": ".newp"}),
        (".created=2020", "ReadOnlyProp", {"mesg": "Property is read only: inet:ipv4.created."}),
        ("-.created", "ReadOnlyProp", {"name": ".created"}),
        (":asn+=5", "StormRuntimeError", {"mesg": "Property set using (+=) is only valid on arrays."}),
        (
            ":asn=newp",
            "BadTypeValu",
            {
                "mesg": "Bad prop value inet:ipv4:asn='newp' : invalid literal for int() with base 0: 'newp'",
                "name": "inet:asn",
                "valu": "newp",
                "prop": "asn",
                "form": "inet:ipv4",
            },
        ),
        (
            ".seen=newp",
            "BadTypeValu",
            {
                "mesg": "Bad prop value inet:ipv4.seen='newp' : Unknown time format for newp",
                "name": "time",
                "valu": "newp",
                "prop": ".seen",
                "form": "inet:ipv4",
            },
        ),
        (
            "+#foo=newp",
            "BadTypeValu",
            {"mesg": "Unknown time format for newp", "name": "time", "valu": "newp", "tag": "foo"},
        ),
        ("+#$(5)", "BadSyntax", None),
        ("+#foo:newp=5", "NoSuchTagProp", {"mesg": "Tagprop newp does not exist in this Cortex."}),
        ("-#foo:newp", "NoSuchTagProp", {"name": "newp"}),
    ],
)
def test_what_cannot_be_set_is_refused(ask: Asking, edit: str, name: str, info: dict[str, object] | None) -> None:
    found, details = ask.error(f"[ inet:ipv4=1.2.3.4 ] [ {edit} ]")
    assert found == name
    assert info is None or details == info


def test_a_lenient_prop_is_passed_over(ask: Asking) -> None:
    assert ask.props("[ inet:ipv4=1.2.3.4 :asn?=newp .seen?=newp :loc?=us ]") == {"type": "unicast", "loc": "us"}


def test_intervals_widen(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 .seen=2020 +#foo=2020 ]")
    ((_, info),) = ask.nodes("inet:asn [ .seen=(2019, 2022) +#foo=2018 +#foo ]")
    assert info["props"][".seen"] == [1546300800000, 1640995200000]
    assert info["tags"]["foo"] == [1514764800000, 1577836800001]
    assert ask.told("inet:asn [ .seen=2020 +#foo=2019 ]") == []


def test_a_tag_brings_those_above_it_and_their_nodes(ask: Asking) -> None:
    ((tagged, *nodes),) = ask.told("[ inet:asn=1 ] [ +#foo.bar=2020 ]")[1:]
    none = [None, None]
    assert tagged == ("inet:asn", [[4, "foo", none, None], [4, "foo.bar", [1577836800000, 1577836800001], None]])
    assert [edits[0][1] for _, edits in nodes] == ["foo.bar", "foo"]
    assert ask.told("inet:asn [ -#foo ]") == [
        [("inet:asn", [[5, "foo.bar", [1577836800000, 1577836800001]], [5, "foo", none]])],
    ]


def test_lists_of_tags_are_one_message_to_add_and_several_to_take_away(ask: Asking) -> None:
    assert len(ask.told("[ inet:asn=1 ] $t=(l.one, l.two) [ +#$t ]")) == 2
    assert len(ask.told("inet:asn $t=(l.one, l.two) [ -#$t ]")) == 2
    assert ask.error("inet:asn $t=(l.one, (5)) [ +#$t ]")[1]["mesg"].startswith("Invalid value type for tag name")
    ((_, info),) = ask.nodes('inet:asn $t=(l.one, "..", (5)) [ +?#$t ]')
    assert list(info["tags"]) == ["l", "l.one"]


def test_a_tag_that_is_now_another_is_that(ask: Asking) -> None:
    ask.nodes("[ (syn:tag=old :isnow=new.name) (syn:tag=round :isnow=about) (syn:tag=about :isnow=round) ]")
    ((_, info),) = ask.nodes("[ inet:asn=1 +#old.sub ]")
    assert list(info["tags"]) == ["new", "new.name", "new.name.sub"]
    assert ask.values("syn:tag=old.sub") == []
    # A real Cortex never ends with tags that stand for each other.
    assert len(ask.nodes("inet:asn [ +#round ]")) == 1


def test_edges_are_told_once_each(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 inet:asn=2 inet:asn=3 ]")
    ((told,),) = ask.told("inet:asn=1 [ +(refs)> { inet:asn } ]")
    assert [edit[:2] for edit in told[1]] == [[10, "refs"]] * 3
    assert ask.told("inet:asn=1 [ +(refs)> { inet:asn } ]") == []
    assert len(ask.told("inet:asn=1 [ <(seen)+ { inet:asn } ]")) == 3
    assert sorted(ask.values("inet:asn=1 -(refs)> *")) == [1, 2, 3]
    ask.nodes("inet:asn=1 [ -(refs)> { inet:asn=2 } ]")
    assert sorted(ask.values("inet:asn=1 -(refs)> *")) == [1, 3]
    assert ask.error('inet:asn=1 $v="" [ +($v)> { inet:asn } ]')[0] == "BadValsizeError"
    assert ask.error("inet:asn=1 [ +(refs)> { syn:form=inet:asn } ]")[0] == "IsRuntForm"


def test_node_data_is_kept_and_taken_away(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 ]")
    run = ask.runtime()
    node = run.snap.by_ndef("inet:asn", 1)
    assert node is not None
    editor.set_data(run, node, "key", {"a": [1]})
    assert run.snap.node_data(node, "key") == (True, {"a": (1,)})
    assert editor.pop_data(run, node, "key") == {"a": (1,)}
    assert editor.pop_data(run, node, "key") is None


def test_permissions_are_asked_for_each_edit(ask: Asking) -> None:
    ask.nodes("[ inet:fqdn=p.com +#a.b ]")
    bob = ask.as_user()
    for text, perm in [
        ("[ inet:fqdn=p.com ]", "node.add.inet:fqdn"),
        ("[ inet:newp=1 ]", "node.add.inet:newp"),
        ("inet:fqdn=p.com [ :iszone=newp ]", "node.prop.set.inet:fqdn.iszone"),
        ("inet:fqdn=p.com [ .seen=2020 ]", "node.prop.set.inet:fqdn..seen"),
        ("inet:fqdn=p.com [ -:zone ]", "node.prop.del.inet:fqdn.zone"),
        ("inet:fqdn=p.com [ -.seen ]", "node.prop.del..seen"),
        ("inet:fqdn=p.com [ +#foo.bar ]", "node.tag.add.foo.bar"),
        ("inet:fqdn=p.com [ -#nope ]", "node.tag.del.nope"),
        ("inet:fqdn=p.com [ +(refs)> { inet:fqdn=none.com } ]", "node.edge.add.refs"),
        ("inet:fqdn=p.com [ -(refs)> { inet:fqdn=com } ]", "node.edge.del.refs"),
    ]:
        name, info = bob.error(text)
        assert (name, info["perm"]) == ("AuthDeny", perm)
        assert info["mesg"].endswith(f"must have permission {perm} on object {ask.runtime().snap.top.iden} (layer).")


def test_what_follows_from_an_edit_needs_no_right_of_its_own(ask: Asking) -> None:
    assert ask.as_user(("node", "add", "inet:dns:a")).values("[ inet:dns:a=(perm.com, 1.2.3.4) ]") == [
        ["perm.com", 0x01020304]
    ]
    bob = ask.as_user(("node", "add"), ("node", "prop", "set", "it:prod:softver:vers"), ("node", "tag", "add", "foo"))
    assert bob.props("[ it:prod:softver=(v,) :vers='1.2' +#foo.bar ]")["semver:minor"] == 2
