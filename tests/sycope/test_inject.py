"""Rows into custom indexes, and back out of the inspector's door."""

import asyncio
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from deadringer.server import Config
from deadringer.server.running import start_thread
from deadringer.storage.columns import TYPES
from deadringer.storage.rows import MOST_COLUMNS
from hypothesis import given, settings
from hypothesis import strategies as st

from ..conftest import Launch
from ..storage.test_columns import VALID, same
from .conftest import INDEX, Answer, Client

NOW_MS = 1_795_305_600_000
DAY_MS = 86_400_000
ALL_FIELDS = [{"name": "timestamp", "type": "long"}, *({"name": f"a_{kind}", "type": kind} for kind in TYPES)]


def problems(answer: Answer) -> list[dict[str, str]]:
    """What a 422 lists."""
    assert (answer.status, answer.body["code"]) == (422, "VALIDATION_ERROR"), answer.body
    found: list[dict[str, str]] = answer.body["errors"]
    return found


async def test_rows_come_back_as_they_were_sent(client: Client) -> None:
    await client.make_index(fields=ALL_FIELDS)
    columns = [field["name"] for field in ALL_FIELDS]
    full = [
        NOW_MS,
        "text é\u0000",
        True,
        -128,
        32767,
        -(2**31),
        2**63 - 1,
        1.5,
        1e308,
        "10.0.0.1",
        "1.2.3.4",
        "2001:db8::1",
    ]
    full += ["10.0.0.0/8", "10.0.0.1[5]", "0a:0b:0c:0d:0e:0f", ["a", 1, True, 1.5]]
    empty = [NOW_MS + 1, *[None] * len(TYPES)]
    answer = await client.inject(columns, [full, empty], sortTimestamp=True)
    assert (answer.status, answer.body) == (200, {"status": 200, "code": "OK"})
    assert await client.rows() == {"columns": columns, "total": 2, "rows": [full, empty]}


async def test_values_are_shown_in_their_canonical_form(client: Client) -> None:
    await client.make_index(fields=ALL_FIELDS)
    columns = ["timestamp", "a_mac", "a_ip6", "a_ip", "a_subnet", "a_ifc", "a_set", "a_float", "a_double"]
    row = [
        NOW_MS,
        "0A-0B-0C-0D-0E-0F",
        "2001:DB8:0:0:0:0:0:1",
        "::FFFF",
        "2001:DB8::/032",
        "::1/07",
        ["b", "a", "b"],
        1,
        2,
    ]
    assert (await client.inject(columns, [row])).status == 200
    (found,) = (await client.rows())["rows"]
    shown = dict(zip([field["name"] for field in ALL_FIELDS], found, strict=True))
    wanted = [NOW_MS, "0a:0b:0c:0d:0e:0f", "2001:db8::1", "::ffff", "2001:db8::/32", "::1[7]", ["b", "a"], 1.0, 2.0]
    assert [shown[column] for column in columns] == wanted
    assert isinstance(shown["a_float"], float)


async def test_columns_may_come_in_any_order_and_not_all_of_them(client: Client) -> None:
    await client.make_index()
    await client.inject(["number", "timestamp"], [[7, 1]])
    assert (await client.rows())["rows"] == [[1, None, 7]]


async def test_no_rows_are_no_trouble(client: Client) -> None:
    await client.make_index()
    assert (await client.inject(["timestamp"], [])).status == 200
    assert (await client.rows())["rows"] == []


async def test_sort_timestamp_stores_in_order_of_time_and_else_rows_stay_as_sent(client: Client) -> None:
    await client.make_index()
    rows = [[NOW_MS + 2, "c", 1], [NOW_MS, "a", 2], [NOW_MS + 2, "d", 3], [NOW_MS + 1, "b", 4]]
    columns = ["timestamp", "text", "number"]
    await client.inject(columns, rows)
    assert (await client.rows())["rows"] == rows
    await client.inject(columns, rows, sortTimestamp=True)
    assert "".join(row[1] for row in (await client.rows())["rows"][4:]) == "abcd"


async def test_rows_of_several_periods_come_back_period_by_period(client: Client) -> None:
    await client.make_index()
    days = [3, 1, 2, 1, 0]
    await client.inject(["timestamp"], [[NOW_MS + day * DAY_MS] for day in days])
    assert [row[0] for row in (await client.rows())["rows"]] == [NOW_MS + day * DAY_MS for day in sorted(days)]


BAD_ROWS: list[tuple[str, Any, str]] = [
    ("string", 5, "5 is not a string"),
    ("boolean", 1, "1 is not a boolean"),
    ("byte", 128, "128 is not a byte"),
    ("short", -32769, "-32769 is not a short"),
    ("int", 2**31, "2147483648 is not an int"),
    ("long", 2**63, "9223372036854775808 is not a long"),
    ("long", 1.0, "1.0 is not a long"),
    ("float", 1e39, "1e+39 is not a float"),
    ("double", "1", '"1" is not a double'),
    ("ip", "10.0.0", '"10.0.0" is not an IPv4 or IPv6 address'),
    ("ip4", "::1", '"::1" is not an IPv4 address'),
    ("ip6", "10.0.0.1", '"10.0.0.1" is not an IPv6 address'),
    ("subnet", "10.0.0.0/33", '"10.0.0.0/33" is not a subnet'),
    ("ifc", "eth0", '"eth0" is not an interface'),
    ("mac", "0a:0b", '"0a:0b" is not a MAC address'),
    ("set", "a", '"a" is not a set'),
    ("set", ["a", None], '["a", null] is not a set'),
]


@pytest.mark.parametrize(("kind", "value", "message"), BAD_ROWS)
async def test_one_bad_value_rejects_all_and_is_named_with_row_and_column(
    client: Client, kind: str, value: Any, message: str
) -> None:
    await client.make_index(fields=ALL_FIELDS)
    rows: list[list[Any]] = [[NOW_MS + number * DAY_MS, None] for number in range(30)]
    rows[17][1] = value
    (problem,) = problems(await client.inject(["timestamp", f"a_{kind}"], rows))
    assert problem["path"] == "rows[17][1]"
    assert problem["message"].startswith(f"column a_{kind}: {message}")
    assert (await client.rows())["total"] == 0


@pytest.mark.parametrize("value", [None, "1", 1.5, True, -62_135_596_800_001, 253_402_300_800_000, 2**63])
async def test_a_timestamp_must_be_a_time(client: Client, value: Any) -> None:
    await client.make_index()
    (problem,) = problems(await client.inject(["text", "timestamp"], [["a", 1], ["b", value]]))
    assert problem["path"] == "rows[1][1]"
    assert json.dumps(value) in problem["message"]
    assert (await client.rows())["total"] == 0


async def test_the_ends_of_the_calendar_are_times(client: Client) -> None:
    await client.make_index()
    ends = [[-62_135_596_800_000], [253_402_300_799_999]]
    assert (await client.inject(["timestamp"], ends)).status == 200
    assert [row[:1] for row in (await client.rows())["rows"]] == ends


@pytest.mark.parametrize(
    ("columns", "rows", "path", "what"),
    [
        (["timestamp", "nothing"], [[1, 2]], "columns[1]", "nothing"),
        (["timestamp", "text", "timestamp"], [[1, "a", 1]], "columns[2]", "timestamp is named twice"),
        (["text"], [["a"]], "columns", "timestamp is missing"),
        ([], [], "columns", "timestamp is missing"),
        (["timestamp", 5], [[1, 2]], "columns[1]", "5 is no text"),
        (["timestamp", "text"], [[1, "a"], [1]], "rows[1]", "has 1 values for 2 columns"),
        (["timestamp"], [[1], [1, 2]], "rows[1]", "has 2 values for 1 columns"),
        (["timestamp"], [[1], {"timestamp": 1}], "rows[1]", "is no list of values"),
        (["timestamp"], [[1], 5], "rows[1]", "5 is no list of values"),
        (["timestamp"], [[]], "rows[0]", "has 0 values"),
        (None, [], "columns", "is missing"),
        ("timestamp", [], "columns", "is no list"),
        (["timestamp"], None, "rows", "is missing"),
        (["timestamp"], {}, "rows", "is no list"),
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused_where_it_is_wrong(
    client: Client, columns: Any, rows: Any, path: str, what: str
) -> None:
    await client.make_index()
    (problem,) = problems(await client.inject(columns, rows))
    assert problem["path"] == path
    assert what in problem["message"]
    assert (await client.rows())["total"] == 0


async def test_all_that_is_missing_is_told_at_once(client: Client) -> None:
    answer = await client.ask("POST", "/index/inject", json={"sortTimestamp": 1})
    assert [problem["path"] for problem in problems(answer)] == ["indexName", "columns", "sortTimestamp", "rows"]


async def test_no_more_than_some_problems_are_told(client: Client) -> None:
    await client.make_index()
    rows = [[1, 5, "x"] for _ in range(1000)]
    found = problems(await client.inject(["timestamp", "text", "number"], rows))
    assert [problem["path"] for problem in found[:3]] == ["rows[0][1]", "rows[0][2]", "rows[1][1]"]
    assert len(found) == 20


async def test_an_unknown_index_is_404_an_inactive_one_409_a_built_in_one_403(client: Client) -> None:
    assert (await client.inject(["timestamp"], [[1]], name="nothing")).status == 404
    await client.make_index(active=False)
    answer = await client.inject(["timestamp"], [[1]])
    assert (answer.status, answer.body["code"]) == (409, "CONFLICT")
    for name in ("netflow", "alerts", "assetDevices"):
        answer = await client.inject(["timestamp"], [[1]], name=name)
        assert (answer.status, answer.body["code"]) == (403, "FORBIDDEN")
        assert name in answer.body["message"]


async def test_one_request_touches_no_more_periods_than_it_may(launch: Launch, client: Client) -> None:
    client = Client((await launch(sycope_inject_periods=3)).url, client.session)
    await client.login()
    await client.make_index()
    days = [[NOW_MS + day * DAY_MS] for day in range(4)]
    (problem,) = problems(await client.inject(["timestamp"], days))
    assert (problem["path"], "more than 3 daily periods" in problem["message"]) == ("rows", True)
    assert (await client.rows())["total"] == 0
    assert (await client.inject(["timestamp"], days[:3])).status == 200


async def test_an_index_as_wide_as_can_be_takes_rows(client: Client) -> None:
    fields = [
        {"name": "timestamp", "type": "long"},
        *({"name": f"f{n}", "type": "int"} for n in range(MOST_COLUMNS - 1)),
    ]
    await client.make_index(fields=fields)
    rows = [[NOW_MS, *range(MOST_COLUMNS - 1)] for _ in range(70)]
    assert (await client.inject([field["name"] for field in fields], rows)).status == 200
    assert (await client.rows())["rows"] == rows


async def test_injects_and_changes_of_the_index_at_once_lose_nothing(client: Client) -> None:
    iden = await client.make_index()

    async def grow() -> None:
        fields = list(INDEX["fields"])
        for number in range(10):
            fields.append({"name": f"more{number}", "type": "int"})
            answer = await client.ask(
                "PUT", f"/config-element-index/user-index/{iden}", json={**INDEX, "fields": fields}
            )
            assert answer.status == 200, answer.body

    async def fill(first: int) -> None:
        for number in range(10):
            rows = [[NOW_MS + (number + row) % 3 * DAY_MS, first + number * 10 + row] for row in range(10)]
            answer = await client.inject(["timestamp", "number"], rows)
            assert answer.status == 200, answer.body

    await asyncio.gather(grow(), fill(0), fill(100), fill(200))
    found = await client.rows()
    assert sorted(row[2] for row in found["rows"]) == list(range(300))
    assert len(found["columns"]) == 13


async def test_a_world_that_is_reset_in_the_middle_of_injects_begins_anew(client: Client) -> None:
    await client.make_index()
    rows = [[NOW_MS + number, "x" * 20, number] for number in range(5000)]

    async def fill() -> list[int]:
        return [(await client.inject(["timestamp", "text", "number"], rows)).status for _ in range(5)]

    filling = [asyncio.create_task(fill()) for _ in range(4)]
    assert (await client.inject(["timestamp"], [[1]])).status == 200
    assert (await client.ask("POST", "/_deadringer/reset", json={})).status == 200
    statuses = {status for statuses in await asyncio.gather(*filling) for status in statuses}
    assert statuses <= {200, 503, 401}
    await client.login()
    assert (await client.ask("GET", "/config-elements")).body["total"] == 0


async def test_pages_of_rows_are_cut_out_across_periods(client: Client) -> None:
    await client.make_index(rotation="hourly")
    rows = [[NOW_MS + number * 60_000, None, number] for number in range(500)]
    shuffled = random.Random(1).sample(rows, len(rows))
    await client.inject(["timestamp", "text", "number"], shuffled, sortTimestamp=True)
    for offset, limit in ((0, 500), (59, 2), (60, 60), (130, 1), (499, 5), (500, 5), (0, 0), (7, 10**17)):
        found = await client.rows(offset=offset, limit=limit)
        assert (found["total"], found["rows"]) == (500, rows[offset : offset + limit])


async def test_rows_are_asked_for_by_any_name_and_with_sane_numbers(client: Client) -> None:
    await client.make_index(name="a/b c%é")
    await client.inject(["timestamp"], [[1]], name="a/b c%é")
    answer = await client.ask("GET", "/_deadringer/sycope/indexes/a%2Fb%20c%25%C3%A9/rows")
    assert answer.body["total"] == 1
    assert (await client.ask("GET", "/_deadringer/sycope/indexes/nothing/rows")).status == 404
    for query in ({"offset": "-1"}, {"limit": "x"}, {"limit": "9" * 5000}):
        assert (await client.ask("GET", "/_deadringer/sycope/indexes/nothing/rows", params=query)).status == 400


@st.composite
def injections(draw: st.DrawFn) -> tuple[list[str], list[list[Any]]]:
    """Types of columns, the timestamp first, and rows of valid values and nulls for them."""
    kinds = draw(st.lists(st.sampled_from(sorted(TYPES)), max_size=6))
    times = st.integers(NOW_MS, NOW_MS + 3 * DAY_MS)
    row = st.tuples(times, *(st.none() | VALID[kind] for kind in kinds)).map(list)
    return kinds, draw(st.lists(row, min_size=1, max_size=40))


@pytest.fixture(scope="module")
def logged_in() -> Iterator[tuple[str, requests.Session]]:
    """A server for many small examples, and a client with a session."""
    with start_thread(Config(ephemeral=True, port=0, http_port=0, tls=False)) as running, requests.Session() as session:
        session.post(running.url + "/npm/api/v1/login", json={"username": "admin", "password": "qwerty"})
        yield running.url, session


@given(injections())
@settings(max_examples=40, deadline=None)
def test_whatever_is_valid_comes_back_as_it_was_sent(
    logged_in: tuple[str, requests.Session], injection: tuple[list[str], list[list[Any]]]
) -> None:
    url, session = logged_in
    kinds, rows = injection
    names = ["timestamp", *(f"c{place}" for place in range(len(kinds)))]
    kinds = ["long", *kinds]
    fields = [{"name": name, "type": kind} for name, kind in zip(names, kinds, strict=True)]
    definition: Any = {"name": "example", "fields": fields}
    made = session.post(url + "/npm/api/v1/config-element-index/user-index", json=definition)
    payload: Any = {"columns": names, "indexName": "example", "sortTimestamp": True, "rows": rows}
    injected = session.post(url + "/npm/api/v1/index/inject", json=payload)
    assert injected.status_code == 200, injected.text
    found = session.get(url + "/_deadringer/sycope/indexes/example/rows").json()
    session.delete(f"{url}/npm/api/v1/config-element/{made.json()['id']}")
    assert found["columns"] == names
    rows.sort(key=lambda row: int(row[0]))
    assert found["total"] == len(rows)
    for sent, back in zip(rows, found["rows"], strict=True):
        assert all(same(kind, one, other) for kind, one, other in zip(kinds, sent, back, strict=True)), (sent, back)
