"""The fifteen column types: what they take, what they refuse, and what comes back."""

import ipaddress
import json
import math
import struct
from typing import Any

import pytest
from deadringer.storage.columns import FLOAT_MAX, NUMERIC, TYPES, BadValue, show_column, store_column, store_value
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8"))
SCALARS = st.one_of(st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False), TEXT)
JSON = st.one_of(
    st.none(), SCALARS, st.lists(st.one_of(SCALARS, st.none()), max_size=4), st.dictionaries(TEXT, SCALARS, max_size=2)
)
ADDRESSES = st.ip_addresses().map(str)


def integers(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


@st.composite
def macs(draw: st.DrawFn) -> str:
    text = draw(st.binary(min_size=6, max_size=6)).hex(draw(st.sampled_from(":-")))
    return text.upper() if draw(st.booleans()) else text


VALID: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "boolean": st.booleans(),
    "byte": integers(8),
    "short": integers(16),
    "int": integers(32),
    "long": integers(64),
    "float": st.one_of(st.floats(width=32, allow_nan=False, allow_infinity=False), integers(64)),
    "double": st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 2**64 - 1)),
    "ip": st.one_of(ADDRESSES, st.ip_addresses(v=6).map(lambda ip: ip.exploded.upper())),
    "ip4": st.ip_addresses(v=4).map(str),
    "ip6": st.one_of(st.ip_addresses(v=6).map(str), st.ip_addresses(v=6).map(lambda ip: ip.exploded.upper())),
    "subnet": st.one_of(
        st.tuples(st.ip_addresses(v=4), st.integers(0, 32)), st.tuples(st.ip_addresses(v=6), st.integers(0, 128))
    ).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    "ifc": st.tuples(ADDRESSES, st.integers(0, 2**32 - 1)).map(lambda pair: f"{pair[0]}[{pair[1]}]"),
    "mac": macs(),
    "set": st.lists(st.one_of(TEXT, integers(64), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))),
}
VALUES = st.sampled_from(sorted(VALID)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(VALID[name] | st.none()))
)


def same(kind: str, sent: Any, shown: Any) -> bool:
    """Whether a shown value means what was sent."""
    if sent is None:
        return shown is None
    if kind in ("ip", "ip4", "ip6"):
        return ipaddress.ip_address(sent) == ipaddress.ip_address(shown)
    if kind in ("subnet", "ifc"):
        sign = "/" if kind == "subnet" else "["
        (address, _, rest), (shown_address, _, shown_rest) = sent.partition(sign), shown.partition(sign)
        return rest == shown_rest and same("ip", address, shown_address)
    if kind == "mac":
        return bool(shown == sent.lower().replace("-", ":"))
    if kind == "set":
        distinct = list({(type(item), item): None for item in sent})
        return [(type(item), item) for item in shown] == distinct
    if kind in ("float", "double"):
        return bool(shown == float(sent))
    return type(sent) is type(shown) and bool(sent == shown)


def test_there_are_the_fifteen_of_the_seed() -> None:
    seed = "string, boolean, byte, short, int, long, float, double, ip, ip4, ip6, subnet, ifc, mac, set"
    assert list(TYPES) == seed.split(", ")
    assert sorted(VALID) == sorted(TYPES)
    assert all(TYPES[name].sql in ("INTEGER", "REAL") for name in NUMERIC)


@given(VALUES)
def test_valid_values_are_shown_as_they_were_sent(column: tuple[str, list[Any]]) -> None:
    name, values = column
    stored = store_column(TYPES[name], values)
    assert stored is not None
    shown = show_column(TYPES[name], stored)
    assert all(same(name, sent, back) for sent, back in zip(values, shown, strict=True))


@given(st.sampled_from(sorted(TYPES)), st.lists(JSON, max_size=5))
def test_a_column_is_refused_exactly_when_one_of_its_values_is(name: str, values: list[Any]) -> None:
    kind = TYPES[name]
    try:
        singly = [store_value(kind, value) for value in values]
    except BadValue:
        assert store_column(kind, values) is None
    else:
        stored = store_column(kind, values)
        assert stored is not None
        assert list(stored) == singly


@given(VALUES, st.data())
def test_one_bad_value_among_good_ones_is_found(column: tuple[str, list[Any]], data: st.DataObject) -> None:
    name, values = column
    bad = data.draw(st.sampled_from(BAD[name]))
    place = data.draw(st.integers(0, len(values)))
    values = [*values[:place], bad, *values[place:]]
    assert store_column(TYPES[name], values) is None
    with pytest.raises(BadValue, match="is not a") as caught:
        store_value(TYPES[name], bad)
    assert json.dumps(bad, ensure_ascii=False)[:100] in str(caught.value)


BAD: dict[str, list[Any]] = {
    "string": [1, 1.5, True, [], {}],
    "boolean": [0, 1, "true", "", []],
    "byte": [128, -129, 1.0, True, "1"],
    "short": [32768, -32769, 1.5, False],
    "int": [2**31, -(2**31) - 1, "7"],
    "long": [2**63, -(2**63) - 1, 1e3],
    "float": [math.nextafter(FLOAT_MAX, math.inf), -1e39, "1.5", True],
    "double": [10**400, "1", True, []],
    "ip": ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::g", "1.2.3.4\x00", "fe80::1%eth0", 16909060, "１.2.3.4"],
    "ip4": ["::1", "256.1.1.1", "1.2.3.4/32", " 1.2.3.4"],
    "ip6": ["1.2.3.4", ":::", "1:2:3:4:5:6:7:8:9", "::1/128"],
    "subnet": ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/"],
    "ifc": ["10.0.0.1", "10.0.0.1[]", "10.0.0.1[4294967296]", "10.0.0.1[1", "[1]", "10.0.0.1[-1]", "10.0.0.1[1/2]"],
    "mac": ["01:02:03:04:05", "01:02:03:04:05:0g", "01-02:03:04:05:06", "010203040506", "01:02:03:04:05:06:07"],
    "set": ["a", {}, [None], [[1]], [{"a": 1}]],
}


def test_a_long_bad_value_is_cut_in_the_message() -> None:
    with pytest.raises(BadValue) as caught:
        store_value(TYPES["int"], "x" * 1000)
    assert len(str(caught.value)) < 250


@given(st.lists(st.ip_addresses(v=4), min_size=2), st.lists(st.ip_addresses(v=6), min_size=2))
def test_stored_addresses_sort_as_numbers(four: list[Any], six: list[Any]) -> None:
    for name, addresses in (("ip4", four), ("ip6", six), ("ip", four), ("ip", six)):
        stored = store_column(TYPES[name], list(map(str, addresses)))
        assert stored is not None
        assert sorted(stored) == [address.packed for address in sorted(addresses)]


def test_the_range_of_float_is_that_of_32_bits() -> None:
    edge = FLOAT_MAX
    assert math.isfinite(struct.unpack("<f", struct.pack("<f", edge))[0])
    with pytest.raises(OverflowError):
        struct.pack("<f", math.nextafter(edge, math.inf))
    assert store_value(TYPES["float"], edge) == edge


def test_an_interface_is_taken_in_both_forms_and_shown_as_the_product_shows_it() -> None:
    assert [store_value(TYPES["ifc"], text) for text in ("172.16.100.1[58]", "172.16.100.1/58")] == [
        "172.16.100.1[58]"
    ] * 2
