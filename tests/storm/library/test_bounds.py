"""What one short query must not do to the server: make values without measure, hold up other threads, leave stacks behind."""

import bz2
import gc
import gzip
import re
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable

import pytest
import regex
from deadringer.server.model.kept import LEAST, Kept
from deadringer.server.storm.lifts.scraping import HOST, MAIL, NAME
from deadringer.server.storm.values.bounds import LONGEST
from hypothesis import given
from hypothesis import strategies as st

from ..edits.asking import Asking
from .calling import call, refused

BOMB = bytes(LONGEST + 1)


@pytest.mark.parametrize(
    "text",
    [
        "return((9 ** (9 ** 9)))",
        "$x=(2 ** 1000) for $i in $lib.range(30) { $x=($x * $x) } return((1))",
        'return(("a").ljust((10 ** 11)).size())',
        'return(("a").rjust((10 ** 11)).size())',
        '$x=("a").ljust(30000) return($x.replace("a", $x).replace(" ", $x).size())',
        "$x=a for $i in $lib.range(60) { $x=`{$x}{$x}` } return((1))",
        '$x=a for $i in $lib.range(60) { $x=("{a}{a}").format(a=$x) } return((1))',
        "$x=a for $i in $lib.range(60) { $x=$lib.str.concat($x, $x) } return((1))",
        "$x=a for $i in $lib.range(60) { $x=$lib.str.join($x, ($x, $x)) } return((1))",
        'return($lib.pack.en(">100000000000x", ()))',
    ],
)
def test_no_single_step_makes_a_value_without_measure(cortex: Asking, text: str) -> None:
    assert refused(cortex, text)[0] == "HitLimit"


@pytest.mark.parametrize(
    ("text", "squeeze"),
    [
        ("return($lib.compression.zlib.un($b).size())", zlib.compress),
        ("return($b.gunzip().size())", gzip.compress),
        ("return($lib.compression.bzip2.un($b).size())", bz2.compress),
    ],
)
def test_what_is_packed_small_is_not_unpacked_without_measure(
    cortex: Asking, text: str, squeeze: Callable[[bytes], bytes]
) -> None:
    packed = b64encode(squeeze(BOMB)).decode()
    assert refused(cortex, f"$b=$lib.base64.decode('{packed}') {text}")[0] == "HitLimit"
    small = b64encode(squeeze(b"abc")).decode()
    read = text.replace(".size()", ".decode()")
    assert call(cortex, f"$b=$lib.base64.decode('{small}') {read}") == "abc"


def test_ordinary_numbers_and_texts_are_not_bounded(cortex: Asking) -> None:
    assert call(cortex, "return(((2 ** 100000) > (3 ** 50000)))") is True
    assert call(cortex, "return(((2 ** -3), (0 ** 0), ((-2) ** 3), (1 ** 9999999)))") == [0.125, 1, -8, 1]
    assert call(cortex, 'return(("ab").replace("b", "cc").ljust(6, "-"))') == "acc---"


def test_a_value_that_holds_itself_is_an_error_of_the_query(cortex: Asking) -> None:
    assert refused(cortex, "$x=([]) $x.append($x) return($x)")[0] == "RecursionLimitHit"
    deep = "$x=([]) for $i in $lib.range(5000) { $x=([$x]) } return($x)"
    assert refused(cortex, deep)[0] == "RecursionLimitHit"


def test_a_generator_that_is_left_open_ends_without_a_word_in_whatever_thread(
    cortex: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", told.append)
    text = "function f() { emit (1) emit (2) } $g=$f() for $x in $g { break } return($x)"
    found: list[object] = []
    other = threading.Thread(target=lambda: found.append(call(cortex, text)))
    gc.disable()
    try:
        other.start()
        other.join()
        gc.collect()
    finally:
        gc.enable()
    assert (found, told) == ([1], [])


def test_what_runs_in_the_background_cannot_go_on_with_a_generator(cortex: Asking) -> None:
    text = """
    function f() { emit (1) emit (2) }
    $g=$f() for $x in $g { break }
    background {
        try { for $x in $g { $lib.print($x) } } catch * as err { $lib.globals.set(told, $err.mesg) }
    }
    """
    call(cortex, text)
    cortex.host.background.wait(10)
    told = "Dead Ringer goes on with a generator only in the query that began it."
    assert call(cortex, "return($lib.globals.get(told))") == told


def test_what_was_made_of_texts_is_kept_in_a_room() -> None:
    kept: Kept[str] = Kept(10 * LEAST)
    made: list[str] = []

    def asked(text: str, way: str = "") -> str:
        def make() -> str:
            made.append(text + way)
            return text + way

        return kept.of(text, way, make)

    assert [asked("a"), asked("b"), asked("a"), asked("a", "!")] == ["a", "b", "a", "a!"]
    assert made == ["a", "b", "a!"]
    for number in range(100):
        asked(str(number) * 100)
        assert kept.used <= 10 * LEAST
    asked("x" * 11 * LEAST)
    assert kept.used <= 10 * LEAST
    made.clear()
    asked("99" * 100)
    asked("b")
    assert made == ["b"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("return($lib.queue.gen(q).get((2 ** 70)))", "error"),
        ('return(("a").split("b", (2 ** 70)))', "OverflowError"),
        ('$s=$lib.base64.decode("7aCA").decode() $lib.queue.gen($s)', "UnicodeEncodeError"),
        ('$s=$lib.base64.decode("7aCA").decode() $lib.globals.set($s, (1))', "UnicodeEncodeError"),
        ('return(($lib.cast(float, "nan") < 1))', "StormRuntimeError"),
    ],
)
def test_what_has_no_form_below_is_an_error_of_the_query(cortex: Asking, text: str, name: str) -> None:
    assert refused(cortex, text)[0] == name
    (err,) = [info for kind, info in cortex.messages(text) if kind == "err"]
    assert err[0] == name


@pytest.mark.parametrize("letters", ["a", "a.", "0-", "%"])
def test_a_long_run_of_letters_is_looked_through_once(cortex: Asking, letters: str) -> None:
    """From each letter anew it would be minutes, with the interpreter held up."""
    began = time.process_time()
    text = "$l=([]) for $x in $lib.scrape.ndefs($text) { $l.append($x) } return($l)"
    assert call(cortex, text, vars={"text": letters * (200_000 // len(letters))}) == []
    assert time.process_time() - began < 20


@given(text=st.text("ab.@+-% ,", max_size=40))
def test_what_is_looked_for_from_few_places_is_what_would_be_found_from_all(text: str) -> None:
    assert regex.findall(MAIL, text) == re.findall(rf"([\w.+%-]+@{HOST})", text)
    assert re.findall(NAME, text) == re.findall(rf"({HOST})", text)
