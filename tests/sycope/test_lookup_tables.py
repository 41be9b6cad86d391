"""The tables that queries look values up in: made when asked for, anew when the lookup changed (nql.md 12.6)."""

import ipaddress
from typing import Any

import pytest
from deadringer.server.nql.tables import Table
from deadringer.server.running import RunningServer
from deadringer.server.sycope.access import Viewer
from deadringer.server.sycope.lookup_tables import LookupTables, made
from deadringer.server.sycope.state import Sycope
from deadringer.storage.lookups import Lookup
from hypothesis import given
from hypothesis import strategies as st

from .conftest import Client

CSV, SUBNET = "/config-element-lookup/csvFile", "/config-element-lookup/subnet"
ADMIN = Viewer("admin", frozenset(("admin",)), True)
BOB = Viewer("bob", frozenset(("bob", "ROLE_USER")), False)


@pytest.fixture
def sycope(server: RunningServer) -> Sycope:
    """The Sycope of the world that the client speaks with."""
    return server.server.worlds.get("default").sycope


async def make(client: Client, columns: list[str], rows: list[Any], path: str = CSV, **config: Any) -> str:
    sent = {"config": {"name": "x", **config}, "file": {"columns": columns, "rows": rows}}
    answer = await client.ask("POST", path, json=sent)
    assert answer.status == 200, answer.body
    iden: str = answer.body["id"]
    return iden


def found(table: Table | None, output: str, **wanted: Any) -> list[Any]:
    assert table is not None
    return [row[output] for row in table.find(wanted)]


async def test_the_worked_table_of_the_reference(client: Client, sycope: Sycope) -> None:
    rows: list[Any] = [
        ["Brian Goetz", 2006, "0321349606"],
        ["Joshua Bloch", 2018, "0134685991"],
        ["Scott Oaks", 2014, "1449358457"],
        ["Scott Oaks", 2020, "1492056119"],
    ]
    await make(client, ["author", "year", "ISBN"], rows)
    table = sycope.lookups.find("x", ADMIN)
    assert found(table, "ISBN", author="Gavin King") == []
    assert found(table, "ISBN", author="Scott Oaks") == ["1449358457", "1492056119"]
    assert found(table, "ISBN", author="Scott Oaks", year=2020) == ["1492056119"]
    assert found(table, "ISBN", year="2020", author="Scott Oaks") == ["1492056119"]


async def test_subnets_are_found_most_specific_first(client: Client, sycope: Sycope) -> None:
    rows = [["0.0.0.0/0", "all"], ["10.0.0.0/8", "ten"], ["10.1.0.0/16", "lab"], ["10.1.2.3", "host"]]
    rows += [["2001:db8::/32", "doc"], ["2001:db8:1::/48", "site"], ["10.1.99.99/16", "same as lab"]]
    await make(client, ["cidr", "name"], rows, SUBNET)
    table = sycope.lookups.find("x", ADMIN)
    assert found(table, "name", cidr="10.1.2.3") == ["host", "lab", "same as lab", "ten", "all"]
    assert found(table, "name", cidr="2001:db8:1::7") == ["site", "doc"]
    assert found(table, "name", cidr="192.0.2.1") == ["all"]
    assert found(table, "name", cidr="2001:db9::") == []
    assert found(table, "name", cidr="10.1.2.3", name="ten") == ["ten"]
    assert found(table, "cidr", name="doc") == ["2001:db8::/32"]


async def test_texts_in_columns_of_numbers_and_booleans_are_such(client: Client, sycope: Sycope) -> None:
    rows = [["80", "1.5", "true", "7"], ["x", "", "maybe", "8"], [81, None, False, "9"]]
    await make(client, ["port", "share", "open", "text"], rows, types=["int", "double", "boolean", "string"])
    table = sycope.lookups.find("x", ADMIN)
    assert table is not None
    assert [list(row.values()) for row in table.rows] == [
        [80, 1.5, True, "7"],
        ["x", "", "maybe", "8"],
        [81, None, False, "9"],
    ]
    assert found(table, "text", port="80") == found(table, "text", port=80.0) == ["7"]


async def test_a_lookup_without_rows_is_a_table_without_rows(client: Client, sycope: Sycope) -> None:
    await make(client, ["a", "b"], [], types=["int", "string"])
    table = sycope.lookups.find("x", ADMIN)
    assert table is not None
    assert (list(table.rows), set(table.columns)) == ([], {"a", "b"})


async def test_a_table_is_made_once_and_anew_after_each_change(client: Client, sycope: Sycope) -> None:
    iden = await make(client, ["a"], [["1"]])
    first = sycope.lookups.find("x", ADMIN)
    assert sycope.lookups.find("x", ADMIN) is first
    changed = {"config": {"name": "x"}, "file": {"columns": ["a"], "rows": [["2"]]}}
    assert (await client.ask("PUT", f"{CSV}/{iden}", json=changed)).status == 200
    second = sycope.lookups.find("x", ADMIN)
    assert (found(first, "a", a="1"), found(second, "a", a="1"), found(second, "a", a="2")) == (["1"], [], ["2"])
    changed["config"] = {"name": "y"}
    await client.ask("PUT", f"{CSV}/{iden}", json=changed)
    assert sycope.lookups.find("x", ADMIN) is None
    assert found(sycope.lookups.find("y", ADMIN), "a", a="2") == ["2"]
    await client.ask("DELETE", f"/config-element/{iden}")
    assert sycope.lookups.find("y", ADMIN) is None
    await make(client, ["a"], [["3"]], name="y")
    assert found(sycope.lookups.find("y", ADMIN), "a", a="3") == ["3"]


async def test_tables_beyond_the_bound_are_made_again(client: Client, sycope: Sycope) -> None:
    for name in "xyz":
        await make(client, ["a"], [[name], [name]], name=name)
    tables = LookupTables(sycope.database, held_rows=4)
    x, y = tables.find("x", ADMIN), tables.find("y", ADMIN)
    assert (tables.find("x", ADMIN), tables.find("y", ADMIN)) == (x, y)
    z = tables.find("z", ADMIN)
    assert (tables.find("y", ADMIN), tables.find("z", ADMIN)) == (y, z)
    assert tables.find("x", ADMIN) is not x
    assert found(tables.find("x", ADMIN), "a", a="x") == ["x", "x"]


async def test_what_is_not_active_acts_as_missing(client: Client, sycope: Sycope) -> None:
    await make(client, ["a"], [["1"]], active=False)
    assert sycope.lookups.find("x", ADMIN) is None
    assert sycope.lookups.find("nothing", ADMIN) is None


async def test_what_is_private_acts_as_missing_for_others(client: Client, sycope: Sycope) -> None:
    iden = await make(client, ["a"], [["1"]])
    assert sycope.lookups.find("x", ADMIN) is not None
    assert sycope.lookups.find("x", BOB) is None
    await client.ask(
        "PUT", f"/permissions/CONFIGURATION.lookup.lookup/{iden}", json=[{"sid": "ROLE_USER", "perms": ["VIEW"]}]
    )
    assert sycope.lookups.find("x", BOB) is sycope.lookups.find("x", ADMIN)


NETWORKS = st.one_of(st.ip_addresses(network="10.0.0.0/24"), st.ip_addresses(network="2001:db8::/120"))


@given(st.lists(st.tuples(NETWORKS, st.integers(0, 128)), max_size=30), NETWORKS)
def test_longest_prefix_first_is_what_comparing_with_every_network_gives(networks: list[Any], address: Any) -> None:
    given_networks = [ipaddress.ip_network((net, min(bits, net.max_prefixlen)), strict=False) for net, bits in networks]
    file = {"columns": ["cidr", "place"], "rows": [[str(net), place] for place, net in enumerate(given_networks)]}
    table = made(Lookup("e", "x", "subnet", True, 1), None, file)
    places = [place for place, net in enumerate(given_networks) if address in net]
    places.sort(key=lambda place: -given_networks[place].prefixlen)
    assert found(table, "place", cidr=str(address)) == places
