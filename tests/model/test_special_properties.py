"""Properties of the special-purpose types: norming is stable, keys order as values compare, parts come out as put in."""

import ipaddress
import itertools
import json
import math
import string
from typing import Any

import pytest
from deadringer.server.model.contract import ModelError, Type
from deadringer.server.model.model import Model
from deadringer.server.model.types.geo import great_circle_mm
from deadringer.server.model.types.special import SPECIAL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .test_recorded import recorded

# The model is the same for all examples and is not changed by them.
lasting = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

LABELS = st.text(string.ascii_lowercase + string.digits + "-_", min_size=1, max_size=12)
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join).filter(lambda name: not name.replace(".", "").isdigit())
IPV4S = st.integers(0, 2**32 - 1)
IPV6S = st.one_of(st.integers(0, 2**128 - 1), st.integers(0, 2**34), IPV4S.map(lambda number: number | 0xFFFF << 32))
PORTS = st.integers(1, 65535)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(max_size=3), items, max_size=2),
    max_leaves=4,
)
# Texts made of what the types look for.
PIECES = st.lists(
    st.sampled_from(
        [
            *":/@[]()%-_+*?#. \\~=&;,\"'",
            "1",
            "255",
            "0x",
            "a",
            "foo",
            "com",
            "http",
            "file",
            "cpe:2.3:",
            "ü",
            "\t",
            "km",
        ]
    ),
    max_size=12,
).map("".join)


def steady(model: Model, name: str, valu: Any) -> Any:
    """The normed value, which must norm to itself with the same subs, and so must what is shown of it."""
    type_ = model.type(name)
    normed = type_.norm(valu)
    assert type_.norm(normed.valu) == normed
    assert type_.norm(type_.repr(normed.valu)).valu == normed.valu
    assert type_.compare("=", valu)(normed.valu)
    assert not type_.compare("!=", normed.valu)(normed.valu)
    return normed.valu


@pytest.mark.parametrize("name", sorted(SPECIAL))
@lasting
@given(valu=ANYTHING | PIECES)
def test_any_value_is_normed_or_refused(model: Model, name: str, valu: Any) -> None:
    type_ = model.type(name)
    try:
        normed = type_.norm(valu)
    except ModelError:
        return
    json.dumps([normed.valu, normed.info()])
    type_.repr(normed.valu)
    type_.key(normed.valu)


# Recorded values whose normed form the product itself norms to something else, or refuses.
UNSTEADY = {"inet:addr", "inet:url", "it:sec:cpe:v2_2"}
# What is shown of them is cut, and a sign is not read back.
ROUNDED = {"geo:area", "geo:dist"}
# A scope and the sign of a zero are no part of the key.
LOSSY = {"inet:ipv6", "geo:latlong"}


@pytest.mark.parametrize("name", sorted(SPECIAL))
def test_good_values_norm_to_themselves_and_so_does_what_is_shown(model: Model, name: str) -> None:
    type_ = model.type(name)
    changed = []
    for norm in good_values(type_):
        shown = norm if name in ROUNDED else type_.repr(norm)
        try:
            same = type_.norm(norm).valu == norm == type_.norm(shown).valu
        except ModelError:
            same = False
        if not same:
            changed.append(norm)
    assert bool(changed) == (name in UNSTEADY), changed


@pytest.mark.parametrize("name", sorted(SPECIAL))
def test_keys_of_good_values_compare_as_the_values_do(model: Model, name: str) -> None:
    type_ = model.type(name)
    values = good_values(type_)
    for one, other in itertools.combinations(values, 2):
        if name not in LOSSY:
            assert type_.key(one) != type_.key(other), (one, other)
        try:
            less = type_.compare("<", other)(one)
        except ModelError as error:
            if error.name != "NoSuchCmpr":
                raise
            continue  # the type has no order but that of its index
        assert less == (type_.key(one) < type_.key(other)), (one, other)  # type: ignore[operator]


def good_values(type_: Type) -> list[Any]:
    """The normed forms, each once, of the recorded values that the product takes."""
    rows = recorded("special_norms")["rows"]
    norms = [type_.norm(valu).valu for name, valu, answer in rows if name == type_.name and answer[0] == "OK"]
    assert len(norms) > 3
    return list({repr(norm): norm for norm in norms}.values())


@lasting
@given(one=IPV4S, other=IPV4S, mask=st.integers(0, 32))
def test_ipv4_addresses_and_their_blocks(model: Model, one: int, other: int, mask: int) -> None:
    assert steady(model, "inet:ipv4", one) == one
    type_ = model.type("inet:ipv4")
    assert (type_.key(one) < type_.key(other)) == type_.compare("<", other)(one) == (one < other)  # type: ignore[operator]
    text = f"{type_.repr(one)}/{mask}"
    block = ipaddress.IPv4Network(text, strict=False)
    assert type_.compare("=", text)(other) == (ipaddress.IPv4Address(other) in block)
    assert steady(model, "inet:cidr4", text) == str(block)
    assert model.type("inet:ipv4range").norm(text).valu == (int(block[0]), int(block[-1]))


@lasting
@given(one=IPV6S, other=IPV6S, mask=st.integers(0, 128))
def test_ipv6_addresses_and_their_blocks(model: Model, one: int, other: int, mask: int) -> None:
    type_ = model.type("inet:ipv6")
    low, high = steady(model, "inet:ipv6", one), steady(model, "inet:ipv6", other)
    assert int(ipaddress.IPv6Address(low)) == one
    assert (type_.key(low) < type_.key(high)) == type_.compare("<", high)(low) == (one < other)  # type: ignore[operator]
    block = ipaddress.IPv6Network((one, mask), strict=False)
    text = f"{block.network_address}/{mask}"
    assert type_.compare("=", text)(high) == (ipaddress.IPv6Address(other) in block)
    steady(model, "inet:cidr6", text)


@lasting
@given(name=NAMES, label=LABELS)
def test_names_stand_behind_the_domain_they_are_within(model: Model, name: str, label: str) -> None:
    type_ = model.type("inet:fqdn")
    assert steady(model, "inet:fqdn", name.upper()) == name
    within = type_.norm(f"{label}.{name}")
    assert within.subs == {"host": label, "domain": name}
    assert type_.key(name) < type_.key(within.valu)  # type: ignore[operator]
    assert type_.compare("=", f"*.{name}")(within.valu)
    assert not type_.compare("=", f"*.{name}")(name)
    steady(model, "inet:dns:name", name)


@lasting
@given(label=st.text("abcéüñждשλ中文", min_size=1, max_size=8))
def test_names_in_unicode_come_back(model: Model, label: str) -> None:
    type_ = model.type("inet:fqdn")
    try:
        normed = type_.norm(f"{label}.com").valu
    except ModelError:
        return  # a mixture of directions that no encoding takes
    assert normed.isascii()
    assert type_.norm(type_.repr(normed)).valu == normed


@lasting
@given(proto=st.sampled_from(["tcp", "udp", "icmp"]), ipv4=IPV4S, ipv6=IPV6S, port=PORTS)
def test_addresses_with_ports(model: Model, proto: str, ipv4: int, ipv6: int, port: int) -> None:
    text = f"{proto}://{model.type('inet:ipv4').repr(ipv4)}:{port}"
    assert steady(model, "inet:server", text) == text
    assert model.type("inet:server").norm(text).subs == {"proto": proto, "port": port, "ipv4": ipv4}
    shown = model.type("inet:ipv6").norm(ipv6).valu
    text = f"{proto}://[{shown}]:{port}"
    assert steady(model, "inet:client", text) == text


@lasting
@given(
    proto=st.sampled_from(["http", "https", "foo"]),
    user=st.none() | st.text(string.ascii_letters, min_size=1, max_size=5),
    passwd=st.none() | st.text(string.ascii_letters + "@:", max_size=5),
    host=NAMES.filter(lambda name: not name[0].isdigit()),
    port=st.none() | PORTS,
    path=st.text(string.printable.replace("?", ""), max_size=10).map("/".__add__),
    params=st.text(string.printable, max_size=10),
)
def test_urls_come_apart_as_they_were_made(
    model: Model, proto: str, user: str | None, passwd: str | None, host: str, port: int | None, path: str, params: str
) -> None:
    login = "" if user is None else user + ("" if passwd is None else f":{passwd}") + "@"
    base = f"{proto}://{login}{host}{'' if port is None else f':{port}'}{path}"
    text = base + (f"?{params}" if params else "")
    assert steady(model, "inet:url", text) == text
    subs = model.type("inet:url").norm(text).subs
    assert (subs["proto"], subs["fqdn"], subs["path"], subs["base"]) == (proto, host, path, base)
    assert subs["params"] == (f"?{params}" if params else "")
    assert subs.get("user") == user
    assert subs.get("passwd") == (passwd if user is not None else None)
    assert subs.get("port") == (port or {"http": 80, "https": 443}.get(proto))


@lasting
@given(user=st.text(string.ascii_lowercase + "+. ", min_size=1, max_size=8), host=NAMES)
def test_mail_addresses(model: Model, user: str, host: str) -> None:
    assert steady(model, "inet:email", f"{user}@{host}") == f"{user}@{host}"
    assert model.type("inet:email").norm(f"{user.upper()}@{host}").valu == f"{user}@{host}"


@lasting
@given(name=st.lists(LABELS.map(lambda label: f"x{label}"), max_size=3).map(" ".join), user=LABELS, host=NAMES)
def test_mail_addresses_with_names(model: Model, name: str, user: str, host: str) -> None:
    mail = f"{user}@{host}"
    normed = model.type("inet:rfc2822:addr").norm(f"  {name.upper()}   <{mail}> ")
    assert normed.valu == (f"{name} <{mail}>" if name else mail)
    assert normed.subs == ({"name": name} if name else {}) | {"email": mail}
    steady(model, "inet:rfc2822:addr", normed.valu)


@lasting
@given(name=LABELS, valu=LABELS)
def test_cookies(model: Model, name: str, valu: str) -> None:
    text = f"{name}={valu}"
    steady(model, "inet:http:cookie", f" {text} ")
    assert model.type("inet:http:cookie").norm(text).subs == {"name": name, "value": valu}


@lasting
@given(text=st.text(string.ascii_letters + string.digits + "./\\:-_", min_size=1, max_size=20))
def test_paths(model: Model, text: str) -> None:
    type_ = model.type("file:path")
    try:
        normed = type_.norm(text)
    except ModelError:
        assert not text.replace("\\", "/").strip("/").strip(".")
        return
    assert type_.norm(normed.valu) == normed
    if normed.valu:
        assert (
            normed.valu
            == f"{normed.subs.get('dir', '/' if normed.valu[0] == '/' else '')}/{normed.subs['base']}".replace(
                "//", "/"
            ).removeprefix("" if normed.valu[0] == "/" else "/")
        )
        steady(model, "file:base", normed.subs["base"])


@lasting
@given(content=st.binary(max_size=40))
def test_files_are_known_by_their_content(model: Model, content: bytes) -> None:
    type_ = model.type("file:bytes")
    normed = type_.norm(content)
    assert type_.norm(f"hex:{content.hex()}") == normed
    assert normed.subs["size"] == len(content)
    assert type_.norm(normed.subs["sha256"]).valu == normed.valu == steady(model, "file:bytes", normed.subs["sha256"])


VERSIONS = st.tuples(*[st.integers(0, 2**20 - 1)] * 3)


@lasting
@given(one=VERSIONS, other=VERSIONS)
def test_versions_order_as_their_parts(model: Model, one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    type_ = model.type("it:semver")
    texts = [".".join(map(str, version)) for version in (one, other)]
    first, second = (steady_number(model, "it:semver", text) for text in texts)
    assert (type_.key(first) < type_.key(second)) == type_.compare("<", texts[1])(first) == (one < other)  # type: ignore[operator]


def steady_number(model: Model, name: str, valu: Any) -> Any:
    """As `steady`, for types whose number alone does not tell all that the text told."""
    type_ = model.type(name)
    number = type_.norm(valu).valu
    assert type_.norm(number).valu == number == type_.norm(type_.repr(number)).valu
    return number


CPE_PARTS = st.one_of(
    st.sampled_from("*-"), st.text(string.ascii_lowercase + string.digits + "._!:/~", min_size=1, max_size=6)
)


@lasting
@given(part=st.sampled_from("aho"), parts=st.lists(CPE_PARTS, min_size=4, max_size=4))
def test_cpes_survive_the_way_to_version_2_2_and_back(model: Model, part: str, parts: list[str]) -> None:
    quoted = ["".join(char if char.isalnum() or char in "._*-" else f"\\{char}" for char in item) for item in parts]
    text = ":".join(["cpe:2.3", part, *quoted, *"******"])
    type_ = model.type("it:sec:cpe")
    normed = type_.norm(text)
    assert steady(model, "it:sec:cpe", text) == normed.valu == text
    assert [normed.subs[name] for name in ("part", "vendor", "product", "version", "update")] == [part, *parts]
    assert type_.norm(normed.subs["v2_2"]).valu == text
    steady(model, "it:sec:cpe:v2_2", normed.subs["v2_2"])


@lasting
@given(st.data())
def test_cvss_vectors_in_any_order(model: Model, data: st.DataObject) -> None:
    base = {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "NLH", "I": "NLH", "A": "NLH"}
    metrics = [f"{metric}:{data.draw(st.sampled_from(values))}" for metric, values in base.items()]
    shuffled = data.draw(st.permutations([*metrics, "E:X", "MA:X"]))
    assert steady(model, "cvss:v3", f"CVSS:3.1/{'/'.join(shuffled)}") == "/".join(metrics)


PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180, exclude_min=True))


@lasting
@given(one=PLACES, other=PLACES)
def test_places(model: Model, one: tuple[float, float], other: tuple[float, float]) -> None:
    type_ = model.type("geo:latlong")
    assert steady(model, "geo:latlong", list(one)) == one
    assert (type_.key(one) < type_.key(other)) == (one[::-1] < other[::-1])  # type: ignore[operator]
    assert type_.compare("near=", (one, 0))(one)
    distance = great_circle_mm(one, other)
    assert type_.compare("near=", (one, math.ceil(distance)))(other)
    assert type_.compare("near=", (one, math.floor(distance) - 1))(other) is False


@lasting
@given(number=st.integers(0, 2**52), other=st.integers(0, 2**52), unit=st.sampled_from(["mm", "cm", "m", "km"]))
def test_distances_are_shown_to_the_millimetre(model: Model, number: int, other: int, unit: str) -> None:
    for name in ("geo:dist", "geo:altitude"):
        type_ = model.type(name)
        assert type_.norm(number).valu == number
        assert (type_.key(number) < type_.key(other)) == type_.compare("<", other)(number) == (number < other)  # type: ignore[operator]
        # The product cuts off where it reads a distance, so that one millimetre may be lost.
        assert abs(type_.norm(type_.repr(number)).valu - number) <= 1
    assert (
        model.type("geo:area").norm(f"{number} sq.{unit}").valu == model.type("geo:dist").norm(f"{number} {unit}").valu
    )


@lasting
@given(number=st.integers(0, 2**52), other=st.integers(0, 2**52))
def test_velocities(model: Model, number: int, other: int) -> None:
    type_ = model.type("velocity")
    assert steady(model, "velocity", number) == number
    assert (type_.key(number) < type_.key(other)) == type_.compare("<", other)(number) == (number < other)  # type: ignore[operator]


@lasting
@given(digits=st.text(string.digits, min_size=1, max_size=14))
def test_phone_numbers(model: Model, digits: str) -> None:
    assert steady(model, "tel:phone", f"+{' '.join(digits)}") == digits


@lasting
@given(number=st.integers(10**13, 10**14 - 1), step=st.integers(1, 9))
def test_device_numbers_carry_their_check_digit(model: Model, number: int, step: int) -> None:
    whole = steady_number(model, "tel:mob:imei", number)
    assert whole // 10 == number
    wrong = whole // 10 * 10 + (whole + step) % 10
    with pytest.raises(ModelError, match="invalid imei checksum byte"):
        model.type("tel:mob:imei").norm(wrong)
    assert steady(model, "tel:mob:imsi", whole) == whole
