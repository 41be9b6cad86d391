"""The libraries of pure functions: round trips, and where we differ from a real Cortex or the evidence shows nothing."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from deadringer.server.storm.errors import StormError
from deadringer.server.storm.library import cvss_scores
from deadringer.server.storm.library.keccak import keccak_256
from deadringer.server.storm.library.python_errors import told
from deadringer.server.storm.library.scrapes import refanged
from deadringer.server.storm.lifts.scraping import FANGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..edits.asking import Asking
from .calling import call, refused

SHARED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(data=st.binary(max_size=64))
def test_bytes_come_back_from_every_form(cortex: Asking, data: bytes) -> None:
    query = """
        $b=$lib.hex.decode($hex)
        return((
            $lib.hex.encode($lib.base64.decode($lib.base64.encode($b))),
            $lib.hex.encode($lib.base64.decode($lib.base64.encode($b, urlsafe=(false)), urlsafe=(false))),
            $lib.hex.encode($lib.compression.gzip.un($lib.compression.gzip.en($b))),
            $lib.hex.encode($lib.compression.bzip2.un($lib.compression.bzip2.en($b))),
            $lib.hex.encode($lib.compression.zlib.un($lib.compression.zlib.en($b)))
        ))
    """
    assert call(cortex, query, vars={"hex": data.hex()}) == [data.hex()] * 5


@SHARED
@given(number=st.integers(0, 2**64), charset=st.sampled_from(["01", "0123456789abcdef", "xyz"]))
def test_numbers_come_back_from_letters(cortex: Asking, number: int, charset: str) -> None:
    # Zero bytes in front are lost, as in the product.
    data = number.to_bytes((number.bit_length() + 7) // 8, "big").hex()
    query = "$t=$lib.basex.encode($lib.hex.decode($hex), $set) return($lib.hex.encode($lib.basex.decode($t, $set)))"
    assert call(cortex, query, vars={"hex": data, "set": charset}) == data


def test_a_charset_that_the_product_never_comes_back_from_is_refused(cortex: Asking) -> None:
    for charset in ("0", ""):
        name, _ = refused(cortex, f'return($lib.basex.encode($lib.hex.decode("01"), "{charset}"))')
        assert name == "BadArg"


@SHARED
@given(number=st.integers(-(2**31), 2**31 - 1))
def test_signed_numbers_come_back_from_hexadecimal(cortex: Asking, number: int) -> None:
    query = """
        $h=$lib.hex.fromint($n, (4), signed=(true))
        $t=$lib.hex.trimext($h)
        return(($lib.hex.toint($h, signed=(true)), $lib.hex.toint($t, signed=(true)), ($lib.hex.signext($t, (8)) = $h)))
    """
    assert call(cortex, query, vars={"n": number}) == [number, number, True]


@SHARED
@given(
    valu=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))
)
def test_values_come_back_from_json_and_yaml(cortex: Asking, valu: object) -> None:
    query = "return(($lib.json.load($lib.json.save($x)), $lib.json.load($lib.json.save($x, indent=(true)))))"
    assert call(cortex, query, vars={"x": valu}) == [valu, valu]


def test_yaml_makes_no_objects(cortex: Asking) -> None:
    name, mesg = refused(cortex, 'return($lib.yaml.load("!!python/object:os.system x"))')
    assert (name, mesg[:18]) == ("BadArg", "Invalid YAML text:")


@SHARED
@given(at=st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_times_come_back_from_their_text(cortex: Asking, at: datetime) -> None:
    tick = int(at.replace(microsecond=0, tzinfo=UTC).timestamp()) * 1000
    form = "%Y-%m-%dT%H:%M:%S"
    text = f"{at.year:04}-{at.month:02}-{at.day:02}T{at.hour:02}:{at.minute:02}:{at.second:02}"
    query = "return(($lib.time.parse($text, $form), $lib.time.year($tick), $lib.time.dayofyear($tick)))"
    found = call(cortex, query, vars={"text": text, "form": form, "tick": tick})
    assert found == [tick, at.year, at.timetuple().tm_yday - 1]


def test_local_times_that_are_not_or_are_twice(cortex: Asking) -> None:
    twice = call(cortex, 'return($lib.time.toUTC("2021-11-07 01:30", "America/New_York"))')
    assert twice[0] is False
    assert twice[1]["errinfo"] == {"mesg": "Ambiguous time: 2021-11-07 01:30:00 America/New_York"}
    gap = refused(cortex, 'return($lib.time.toUTC("2021-03-14 02:30", "America/New_York"))')
    assert gap == ("NonExistentTimeError", "2021-03-14 02:30:00")
    assert call(cortex, 'return($lib.time.toUTC("2021", "america/new_york"))') == [True, 1609477200000]


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_keccak_of_known_messages(data: bytes, digest: str) -> None:
    assert keccak_256(data).hex() == digest


@given(st.integers(0, 300))
def test_keccak_takes_any_length(size: int) -> None:
    digest = keccak_256(b"x" * size)
    assert len(digest) == 32
    assert digest != hashlib.sha3_256(b"x" * size).digest()


def test_checksums_of_addresses(cortex: Asking) -> None:
    # From the text of EIP-55.
    for address in ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"):
        assert call(cortex, "return($lib.crypto.coin.ethereum.eip55($a))", vars={"a": address.lower()}) == [
            True,
            address,
        ]


@given(version=st.sampled_from(["3.0", "3.1"]), metrics=st.fixed_dictionaries(
    {
        "AV": st.sampled_from("NALP"), "AC": st.sampled_from("LH"), "PR": st.sampled_from("NLH"),
        "UI": st.sampled_from("NR"), "S": st.sampled_from("UC"),
        "C": st.sampled_from("HLN"), "I": st.sampled_from("HLN"), "A": st.sampled_from("HLN"),
    },
    optional={
            "E": st.sampled_from("UPFH"),
            "RL": st.sampled_from("OTWU"),
            "CR": st.sampled_from("LMH"),
            "MS": st.sampled_from("UC"),
        },
))  # fmt: skip
def test_scores_are_from_0_to_10_with_one_decimal(version: str, metrics: dict[str, str]) -> None:
    found = cvss_scores.v3(metrics, version)
    for score in (found.base, found.temporal, found.environmental):
        assert score is None or (0 <= score <= 10 and round(score, 1) == score)
    assert (found.temporal is None) == (not {"E", "RL"} & metrics.keys())
    assert (found.environmental is None) == (not {"CR", "MS"} & metrics.keys())


def test_texts_without_fangs_tell_where_they_stood() -> None:
    text = "see hxxp://evi[.]com now"
    plain, places = refanged(text, FANGS)
    assert plain == "see http://evi.com now"
    assert len(places) == len(plain) + 1
    start, end = plain.index("http"), plain.index(" now")
    assert text[places[start] : places[end]] == "hxxp://evi[.]com"


def test_an_error_within_another_is_on_one_line() -> None:
    error = StormError("BadTypeValu", "No.", valu="x", name="time", highlight={})
    assert told(error) == "BadTypeValu: mesg='No.' name='time' valu='x'"


def test_schemas_are_not_fetched(cortex: Asking) -> None:
    name, mesg = refused(cortex, 'return($lib.json.schema(({"$ref": "http://127.0.0.1:1/x.json"})))')
    assert name == "StormRuntimeError"
    assert mesg.startswith("Unable to compile Json Schema:")


def test_zip_of_nothing_ends(cortex: Asking) -> None:
    assert call(cortex, "$r=() for $x in $lib.iters.zip() { $r.append($x) } return($r)") == []


def test_a_query_within_a_query_gives_its_messages(cortex: Asking) -> None:
    query = "$r=() for $m in $lib.storm.run($text) { $r.append($m.0) } return($r)"
    assert call(cortex, query, vars={"text": "$lib.print(a)"}) == ["init", "print", "fini"]
    assert refused(cortex, 'for $m in $lib.storm.run("", opts=({"user": "x"})) {}')[0] == "NotImplemented"
    assert json.loads(json.dumps(call(cortex, 'return($lib.storm.eval("(1 + 2)"))'))) == 3


@pytest.mark.parametrize(
    ("query", "name", "mesg"),
    [
        ("$lib.guid($lib.set(1))", "NotMsgpackSafe", "can not serialize 'set' object: ({'1'},)"),
        ("$lib.guid(valu=$lib.set(1))", "NotMsgpackSafe", "can not serialize 'set' object: {'1'}"),
        ("$lib.auth.getPermDef((5))", "IndexError", "list index out of range"),
        ('$lib.auth.getPermDef(([{"a": 1}]))', "IndexError", "list index out of range"),
        ('$lib.version.matches($lib.null, ">=1.0.0")', "IndexError", "list index out of range"),
        ('for $m in $lib.storm.run("", (5)) { }', "AttributeError", "'int' object has no attribute 'get'"),
        ('for $m in $lib.storm.run("", ([1, 2])) { }', "AttributeError", "'tuple' object has no attribute 'get'"),
        (
            "$lib.axon.urlfile()",
            "StormRuntimeError",
            "$lib.axon.urlfile() missing 1 required positional argument: 'url'",
        ),
    ],
)
def test_values_of_the_wrong_kind_are_refused(cortex: Asking, query: str, name: str, mesg: str) -> None:
    assert refused(cortex, query) == (name, mesg)


def test_no_permission_has_lists_for_parts(cortex: Asking) -> None:
    assert call(cortex, "return($lib.auth.getPermDef(([[1, 2]])))") is None
