"""Config elements: listing with filter, order and pages; show; delete (reference: Config elements)."""

from typing import Any

import pytest

from .conftest import INDEX, Client

NAMES = ["b", "C", "a", "d"]


async def names(client: Client, **query: Any) -> list[str]:
    answer = await client.ask("GET", "/config-elements", params=query)
    assert answer.status == 200, answer.body
    return [element["config"]["name"] for element in answer.body["data"]]


@pytest.fixture
async def four(client: Client) -> Client:
    """A client of a server with four indexes."""
    for name in NAMES:
        await client.make_index(name=name, active=name != "C", rotation="weekly" if name in "ab" else "daily")
    return client


async def test_an_empty_server_lists_nothing(client: Client) -> None:
    assert (await client.ask("GET", "/config-elements")).body == {"data": [], "total": 0}


async def test_an_element_has_every_key_of_the_seed(client: Client) -> None:
    iden = await client.make_index()
    element = (await client.ask("GET", f"/config-element/{iden}")).body
    listed = (await client.ask("GET", "/config-elements")).body["data"]
    assert listed == [element]
    assert list(element) == [
        *("id", "category", "module", "created", "createdBy", "modified", "modifiedBy", "annotations", "miscData"),
        *("attributes", "singleConfigurationInstance", "tags", "config"),
    ]
    assert element["created"] == element["modified"]
    assert int(iden[:8], 16) == element["created"] // 1000
    assert (element["createdBy"], element["module"], element["tags"]) == ("admin", None, None)
    assert element["config"] == INDEX


async def test_listing_is_in_order_of_creation_and_total_counts_what_matches(four: Client) -> None:
    assert await names(four) == NAMES
    assert await names(four, filter='category="userIndex.index"', limit=2147483647, offset=0) == NAMES
    answer = await four.ask("GET", "/config-elements", params={"filter": 'rotation = "weekly"', "limit": "1"})
    assert (len(answer.body["data"]), answer.body["total"]) == (1, 2)


async def test_offset_and_limit_cut_a_page_out(four: Client) -> None:
    assert await names(four, offset=1, limit=2) == ["C", "a"]
    assert await names(four, offset=9) == []
    assert await names(four, limit=0) == []


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("name", ["C", "a", "b", "d"]),
        ("-name", ["d", "b", "a", "C"]),
        ("config.name desc", ["d", "b", "a", "C"]),
        ("name asc", ["C", "a", "b", "d"]),
        ("rotation,-name", ["d", "C", "b", "a"]),
        ("active, name", ["C", "a", "b", "d"]),
        ("-active,-created", None),
        ("nothing", NAMES),
        ("-nothing", NAMES),
        ("config", NAMES),
    ],
)
async def test_sort_orders_by_one_path_after_another(four: Client, sort: str, wanted: list[str] | None) -> None:
    found = await names(four, sort=sort)
    assert found == wanted or (wanted is None and found[-1] == "C")


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ({"filter": "category=="}, "filter, column 10"),
        ({"filter": "category"}, "filter, column 9"),
        ({"sort": "name sideways"}, "sort: name sideways"),
        ({"sort": "-"}, "sort: -"),
        ({"limit": "-1"}, "limit: -1"),
        ({"limit": "2147483648"}, "limit: 2147483648"),
        ({"offset": "x"}, "offset: x"),
        ({"offset": "9" * 5000}, "offset: 999"),
    ],
)
async def test_a_query_that_cannot_be_read_is_400_and_says_where(
    client: Client, query: dict[str, str], what: str
) -> None:
    answer = await client.ask("GET", "/config-elements", params=query)
    assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
    assert answer.body["message"].startswith(what)


async def test_an_element_can_be_deleted_whatever_it_is_and_an_index_goes_with_its_rows(client: Client) -> None:
    iden = await client.make_index()
    await client.inject(["timestamp"], [[1]])
    assert (await client.ask("DELETE", f"/config-element/{iden}")).body == {"status": 200, "code": "OK"}
    assert (await client.ask("GET", f"/_deadringer/sycope/indexes/{INDEX['name']}/rows")).status == 404
    for method in ("GET", "DELETE"):
        answer = await client.ask(method, f"/config-element/{iden}")
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
        assert iden in answer.body["message"]
