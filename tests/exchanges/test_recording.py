"""What is random is named, what is derived stays, and recording twice gives the same."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from deadringer.fixtures.evidence import answers
from deadringer.fixtures.evidence.compare import Bindings, compare
from deadringer.fixtures.evidence.connection import connect
from deadringer.fixtures.evidence.normal import Names, Unstable, merge
from deadringer.fixtures.evidence.observe import observe
from deadringer.fixtures.evidence.play import Answer
from deadringer.fixtures.evidence.record import record_one
from deadringer.fixtures.evidence.scenario import EXCHANGES, Ask, BadScenario, Step, read
from deadringer.fixtures.evidence.target import find
from deadringer.fixtures.evidence.views import shape, without_prose
from deadringer.server.running import RunningServer
from hypothesis import given
from hypothesis import strategies as st

A, B, C, D = ("0123456789abcdef0123456789abcde" + digit for digit in "abcd")
NOW, LATER = 1_795_312_180_000, 1_795_312_190_000


def merged(first: Any, second: Any, anchors: dict[str, str] | None = None) -> Any:
    return merge(first, second, (NOW, LATER), Names(anchors or {}, anchors or {}), "x")


def test_random_idens_are_numbered_and_the_same_everywhere() -> None:
    first = {"iden": A, "mesg": f"User {A} ({B}) is not", "gates": {B: 1}}
    second = {"iden": C, "mesg": f"User {C} ({D}) is not", "gates": {D: 1}}
    expected = {"iden": "<iden:1>", "mesg": "User <iden:1> (<iden:2>) is not", "gates": {"<iden:2>": 1}}
    assert merged(first, second) == expected


def test_derived_idens_stay() -> None:
    assert merged([A, B], [A, C]) == [A, "<iden:1>"]


def test_idens_of_the_server_have_names() -> None:
    assert merged([A, B], [A, B], {A: "root"}) == ["<iden:root>", B]


def test_idens_that_each_play_begins_with_anew_have_names() -> None:
    assert merge([A, B], [C, D], (NOW, LATER), Names({A: "layer"}, {C: "layer"}), "x") == ["<iden:layer>", "<iden:1>"]


def test_digests_are_told_from_idens() -> None:
    assert merged([A + A], [B + B]) == ["<hash:1>"]


def test_times_are_told_by_their_distance_from_now() -> None:
    assert merged([NOW + 7, NOW - 86_400_000], [LATER + 9, LATER - 86_400_000]) == ["<time:ms>", "<time:ms-86400000>"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([A, A], [B, C]),
        ({"a": 1}, {"b": 1}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1], [1, 2]),
        ([1], [1.0]),
        ([1], [2]),
        (["x"], ["y"]),
        ([True], [1]),
        ([None], [0]),
        ([NOW], [NOW + 86_400_000]),
    ],
)
def test_anything_else_that_differs_cannot_be_recorded(first: Any, second: Any) -> None:
    with pytest.raises(Unstable):
        merged(first, second)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**11), 10**11) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_a_stable_answer_is_recorded_as_it_is_and_equals_itself(valu: Any) -> None:
    assert merged(valu, valu) == valu
    assert compare(valu, valu, Bindings()) == []


@given(JSON, JSON)
def test_different_answers_differ(one: Any, other: Any) -> None:
    same = answers.render(one) == answers.render(other)
    assert (compare(one, other, Bindings()) == []) == same


async def test_recording_twice_gives_the_same(launch: Callable[..., Awaitable[RunningServer]]) -> None:
    server = await launch(tls=True)
    scenario = read(EXCHANGES / "doors" / "sessions.toml")
    async with connect() as session:
        target = await find(session, server.urls["https"])
        first = await record_one(session, target, scenario)
        second = await record_one(session, target, scenario)
    assert answers.render(first) == answers.render(second)
    assert "<iden:" in answers.render(first)
    assert "<signed session>" in answers.render(first)


def test_queries_are_steps_a_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        "about = 'x'\n[[queries]]\nopts = '{\"limit\": 1}'\nlines = '''\n// a comment\none  inet:fqdn\ntwo .seen\n'''\n"
    )
    steps = read(path).steps
    assert [(step.name, step.ask.path) for step in steps] == [("one", "/api/v1/storm"), ("two", "/api/v1/storm")]
    assert [json.loads(step.ask.body or "") for step in steps] == [
        {"query": "inet:fqdn", "opts": {"limit": 1}},
        {"query": ".seen", "opts": {"limit": 1}},
    ]


def test_edges_of_one_edit_are_in_no_order() -> None:
    step = Step("x", Ask("POST", "/", {}, None, None, {}), "", None, False, None, (), None)

    def seen(*edits: list[Any]) -> Any:
        text = json.dumps(["node:edits", {"edits": [["i", "inet:fqdn", edits]]}], separators=(",", ":"))
        return observe(step, Answer(200, (("Content-Length", "1"),), text.encode()))

    b, a, tag = [10, ["refs", "b"], []], [10, ["refs", "a"], []], [4, ["t", [None, None], None], []]
    assert seen(b, a) == seen(a, b)
    assert seen(b, tag, a) != seen(a, tag, b)


def test_shape_merges_what_it_sees() -> None:
    assert shape([{"a": 1, "b": None}, {"a": "x"}]) == [{"a": {"one of": ["int", "text"]}, "b?": "null"}]


def test_prose_goes_and_props_of_that_name_stay() -> None:
    assert without_prose({"doc": "text", "props": {"desc": {"type": "str", "doc": "text"}}}) == {
        "props": {"desc": {"type": "str"}}
    }


@pytest.mark.parametrize(
    "text",
    [
        'about = "x"\nnewp = 1',
        'about = "x"\n[[step]]\nname = "a"',
        'about = "x"\n[[step]]\nname = "a b"\nhttp = "GET /"',
        'about = "x"\n[[step]]\nname = "a"\nhttp = "GET /"\nnewp = 1',
        'about = "x"\n[[step]]\nname = "a"\nhttp = "GET /"\njson = "{"',
        'about = "x"\n[[step]]\nname = "a"\nhttp = "GET /"\n[[step]]\nname = "a"\nhttp = "GET /"',
    ],
)
def test_a_scenario_that_breaks_its_form_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(BadScenario, match=r"x\.toml"):
        read(path)
