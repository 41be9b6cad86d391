"""Adding nodes: what comes with them, in which message, and what is refused. Asked of a real Cortex (graph-edits)."""

from typing import Any

import pytest

from .asking import NOW_MS, Asking

ZONE = {"issuffix": 0, "iszone": 1, "zone": "vertex.link"}


def test_a_node_has_its_time_and_the_props_of_its_value(ask: Asking) -> None:
    ((ndef, info),) = ask.nodes("[ inet:ipv4=1.2.3.4 ]")
    assert ndef == ["inet:ipv4", 0x01020304]
    assert list(info["props"].items()) == [(".created", NOW_MS), ("type", "unicast")]
    again: Any = ask.nodes("inet:ipv4=1.2.3.4")
    assert again == [[ndef, info]]


def test_a_node_that_is_there_is_told_no_more(ask: Asking) -> None:
    assert len(ask.told("[ inet:asn=5 ]")) == 1
    assert ask.told("[ inet:asn=5 ]") == []
    assert ask.values("[ inet:asn=5 ]") == [5]


def test_the_props_of_a_value_are_set_again_where_they_were_changed(ask: Asking) -> None:
    ask.nodes("[ inet:ipv4=1.2.3.4 -:type ]")
    assert ask.told("[ inet:ipv4=1.2.3.4 ]") == [[("inet:ipv4", [[2, "type", "unicast", None, 1]])]]


def test_nodes_that_values_refer_to_come_breadth_first_in_the_same_message(ask: Asking) -> None:
    told = ask.told("[ inet:dns:a=(www.vertex.link, 5.6.7.8) ]")
    assert [form for form, _ in told[-1]] == ["inet:dns:a", "inet:fqdn", "inet:ipv4", "inet:fqdn", "inet:fqdn"]
    assert told[-1][0][1] == [
        [0, ["www.vertex.link", 0x05060708], 13],
        [2, "fqdn", "www.vertex.link", None, 17],
        [2, "ipv4", 0x05060708, None, 4],
    ]


def test_zones_of_domain_names_are_told_before_and_stored_behind(ask: Asking) -> None:
    told = ask.told("[ inet:fqdn=www.vertex.link ]")
    assert [[edit[1] for _, edits in message for edit in edits] for message in told] == [
        ["issuffix", "iszone"],
        ["zone"],
        ["issuffix", "iszone", "zone"],
        ["iszone"],
        ["www.vertex.link", "host", "domain", "vertex.link", "host", "domain", "link", "host", "issuffix"],
    ]
    ((_, info),) = ask.nodes("inet:fqdn=www.vertex.link")
    assert list(info["props"]) == [".created", "host", "domain", "issuffix", "iszone", "zone"]
    assert ask.props("inet:fqdn=vertex.link") == {"host": "vertex", "domain": "link", **ZONE}


def test_a_new_suffix_makes_zones_of_what_is_below(ask: Asking) -> None:
    ask.nodes("[ inet:fqdn=a.b.c.d ]")
    assert ask.props("inet:fqdn=a.b.c.d")["zone"] == "c.d"
    told = ask.told("inet:fqdn=c.d [ :issuffix=1 ]")
    assert [message[0][1][0][1:3] for message in told] == [
        ["zone", "b.c.d"],
        ["zone", "b.c.d"],
        ["iszone", 1],
        ["issuffix", 1],
    ]
    assert ask.props("inet:fqdn=a.b.c.d")["zone"] == "b.c.d"
    ask.nodes("inet:fqdn=c.d [ :issuffix=0 ]")
    assert ask.props("inet:fqdn=a.b.c.d")["zone"] == "c.d"


def test_a_name_that_is_no_zone_any_more_is_in_that_above(ask: Asking) -> None:
    ask.nodes("[ inet:fqdn=a.b.c.d ]")
    ask.nodes("inet:fqdn=b.c.d [ :iszone=1 ]")
    assert ask.props("inet:fqdn=a.b.c.d")["zone"] == "b.c.d"
    ask.nodes("inet:fqdn=b.c.d [ :iszone=0 ]")
    assert ask.props("inet:fqdn=a.b.c.d")["zone"] == "c.d"
    ask.nodes("inet:fqdn=c.d [ :iszone=0 ]")
    assert "zone" not in ask.props("inet:fqdn=c.d")


def test_strings_passwords_and_versions_have_what_follows_from_them(ask: Asking) -> None:
    assert ask.props("[ it:dev:str=Hello ]") == {"norm": "hello"}
    assert ask.props("[ inet:passwd=secret ]")["md5"] == "5ebe2294ecd0e0f08eab7690d2a6ee69"
    assert ask.values("hash:md5") == ["5ebe2294ecd0e0f08eab7690d2a6ee69"]
    ask.nodes("[ it:dev:mutex=AbC ]")
    assert ask.values("it:dev:str:norm=abc") == ["AbC"]
    props = ask.props("[ it:prod:softver=(v,) :vers='v1.2.3-beta+b5' ]")
    assert props["semver"] == 1 << 40 | 2 << 20 | 3
    assert (props["vers:norm"], props["semver:pre"], props["semver:build"]) == ("v1.2.3-beta+b5", "beta", "b5")


@pytest.mark.parametrize(
    ("text", "name", "mesg"),
    [
        ("[ inet:newp=5 ]", "NoSuchForm", "No form named inet:newp."),
        ("[ inet:ipv4:asn=5 ]", "NoSuchForm", "No form named inet:ipv4:asn."),
        ("[ inet:newp?=5 ]", "NoSuchForm", "No form named inet:newp."),
        ("[ inet:asn=newp ]", "BadTypeValu", "invalid literal for int() with base 0: 'newp'"),
        ("[ inet:asn=(15, 16) ]", "BadTypeValu", "no norm for type: <class 'tuple'>."),
        ("[ syn:form=foo:bar ]", "IsRuntForm", "Cannot make runt nodes: syn:form."),
        (
            "[ crypto:currency:transaction=* :inputs=(*,) ]",
            "IsDeprLocked",
            "Prop crypto:currency:transaction:inputs is locked due to deprecation.",
        ),
    ],
)
def test_what_is_no_node_is_refused(ask: Asking, text: str, name: str, mesg: str) -> None:
    found, info = ask.error(text)
    assert (found, info["mesg"]) == (name, mesg)


def test_a_lenient_edit_passes_over_what_cannot_be_normed(ask: Asking) -> None:
    assert ask.values("[ inet:asn?=newp inet:asn?=19 ]") == [19]


def test_a_network_is_all_its_addresses(ask: Asking) -> None:
    assert ask.values("[ inet:ipv4=10.0.0.0/30 ]") == [167772160, 167772161, 167772162, 167772163]
    assert ask.values("[ inet:ipv4=10.0.0.4-10.0.0.6 ]") == [167772164, 167772165, 167772166]
    assert ask.values('[ inet:ipv6="::/126" ]') == ["::", "::1", "::2", "::3"]


def test_a_deprecated_form_is_warned_of_once(ask: Asking) -> None:
    kinds = [
        kind
        for kind, _ in ask.messages(
            "[ edge:refs=((inet:asn, 1), (inet:asn, 2)) edge:refs=((inet:asn, 1), (inet:asn, 3)) ]"
        )
    ]
    assert kinds.count("warn") == 1
    assert kinds.index("warn") < kinds.index("node:edits")


def test_edits_are_counted_or_left_out_on_request(ask: Asking) -> None:
    counts = [
        info["count"]
        for kind, info in ask.messages("[ inet:asn=50 +#x.y ]", editformat="count")
        if kind == "node:edits:count"
    ]
    assert counts == [2, 11]
    assert [kind for kind, _ in ask.messages("[ inet:asn=51 ]", editformat="none")] == ["init", "node", "fini"]


def test_a_guid_is_found_by_props_or_made_of_them(ask: Asking) -> None:
    made = ask.values('[ ou:org=({"name": "Vertex"}) ]')
    assert made == ["3621344e27838059fcf30d59368b3870"]
    assert ask.told('[ ou:org=({"name": "vertex"}) ]') == []
    assert ask.values('[ ou:org=({"loc": "us", "name": "acme"}) ]') == ["a01b4b58f6e65ecafc015ed57cb97fe9"]
    ask.nodes("[ ou:org=(alt,) :names=(altname, other) ]")
    assert ask.values('[ ou:org=({"name": "altname"}) ]') == ask.values("ou:org=(alt,)")
    assert ask.props('[ ou:org=({"name": "vertex", "$props": {"motto": "hello"}}) ]')["motto"] == "hello"
    assert ask.values(
        '[ ou:org=({"name": "hq", "hq": {"name": "nested"}}) ] -> ps:contact +:name=nested -> ps:name'
    ) == ["nested"]


@pytest.mark.parametrize(
    ("text", "mesg"),
    [
        ('[ ou:org=({"newp": "x"}) ]', "No property named ou:org:newp."),
        ("[ ou:org=({}) ]", "No values provided for form ou:org"),
        ('[ ou:org=({"founded": "newp"}) ]', "Bad value for prop ou:org:founded: Unknown time format for newp"),
        ("[ ps:contact=* :org=({}) ]", "Bad prop value ps:contact:org={} : No values provided for form ou:org"),
    ],
)
def test_a_guid_by_props_that_make_no_sense_is_refused(ask: Asking, text: str, mesg: str) -> None:
    assert ask.error(text)[1]["mesg"] == mesg
    assert ask.values("ou:org") == []


def test_each_edit_is_done_to_every_node_that_reaches_it(ask: Asking) -> None:
    tagged = {ndef[1]: sorted(info["tags"]) for ndef, info in ask.nodes("[ (inet:asn=3 +#a) (inet:asn=4 +#b) +#c ]")}
    assert tagged == {3: ["a", "c"], 4: ["b", "c"]}


def test_an_edit_that_needs_no_node_runs_once_behind_those_that_come_in(ask: Asking) -> None:
    ask.nodes("[ inet:asn=1 inet:asn=2 ]")
    assert ask.values("inet:asn [ inet:asn=9 ]") == [1, 2, 9]
    assert ask.values("inet:asn<3 [ it:dev:str=$node.value() ]") == ["1", 1, "2", 2]
    assert ask.values("inet:asn=77 [ it:dev:str=$node.value() ]") == []


def test_errors_leave_what_was_done_before(ask: Asking) -> None:
    assert ask.error("[ inet:asn=17 inet:asn=newp inet:asn=18 ]")[0] == "BadTypeValu"
    assert ask.values("inet:asn") == [17]


def test_nothing_is_edited_in_a_readonly_query(ask: Asking) -> None:
    assert ask.error("[ inet:asn=21 ]", readonly=True)[0] == "IsReadOnly"
    assert ask.error("inet:asn=21 [ +#foo ]", readonly=True)[0] == "IsReadOnly"
    assert ask.values("inet:asn") == []
