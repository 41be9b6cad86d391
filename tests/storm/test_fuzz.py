"""Any text is Storm or BadSyntax: no other exception, no hang, however deep or long.

`python -m tests.storm.test_fuzz --seconds 3600`, from the project's folder, goes on for as long as one likes.
"""

import argparse
import random
import time

import pytest
from deadringer.server.storm import BadSyntax, parse
from deadringer.server.storm.syntax.steps import Query
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from .corpus import cases, topics

QUERIES = sorted({case.query for topic in topics() for case in cases(topic)})
MODES = st.sampled_from(["storm", "lookup", "autoadd", "search"])
# Pieces that mean something, so that texts come further than their first letter.
SIGNS = (
    "a:b = $x . ( ) [ ] { } | + - #foo :x -> -( )> <( )- ` \" ' ''' , * ?= += 1 0x1 --x // /* */ ${ $( \\ é ** < @= ::"
)
WORDS = "if for in switch function try catch as else foo not and or yield return( range= stop reverse("
PIECES = st.sampled_from([*SIGNS.split(" "), *WORDS.split(" "), " ", " ", " ", "\n"])
ANY_TEXT = st.text(max_size=80)
PIECED = st.lists(PIECES, max_size=40).map("".join)
# Very much longer than any of these takes, of the processor: a busy machine is none of the parser's business.
LONG_S = 20.0


def check(text: str, mode: str = "storm") -> None:
    started = time.thread_time()
    found: Query | BadSyntax
    try:
        found = parse(text, mode)
    except BadSyntax as error:
        found = error
        at = error.at
    else:
        at = found.span.end
    assert 0 <= at <= len(text)
    assert found.text == text
    assert time.thread_time() - started < LONG_S


@st.composite
def mixed(draw: st.DrawFn) -> str:
    """Two queries of the corpus, the one put into the other, with something left out."""
    one, other = draw(st.sampled_from(QUERIES)), draw(st.sampled_from(QUERIES))
    cut, drop = draw(st.integers(0, len(one))), draw(st.integers(0, 3))
    return one[:cut] + other[draw(st.integers(0, len(other))) :] + one[cut + drop :]


@given(ANY_TEXT, MODES)
def test_any_text(text: str, mode: str) -> None:
    check(text, mode)


@settings(max_examples=400, deadline=None)
@given(PIECED, MODES)
def test_pieces_of_storm(text: str, mode: str) -> None:
    check(text, mode)


@settings(max_examples=400, deadline=None)
@given(mixed())
def test_queries_of_the_corpus_cut_and_mixed(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("{", "", "}"),
        ("$x={", "stop", "}"),
        ("$x=(", "$y", ")"),
        ("$x=$(", "$y", ")"),
        ("$x=(not (", "$y", "))"),
        ("$x=(-(", "$y", "))"),
        ("$x=(1 or 1 and 1 = 1 + 1 * 1 ** (", "1", ")"),
        ("$x=([", "1", "])"),
        ("$x=([[", "1", "]])"),
        ('$x=({"a":{"a":', "1", "}})"),
        ("$x=({({[", "1", "]})})"),
        ("$x=({[(", "1", ")]})"),
        ("+(", "#foo", ")"),
        ("-((", "#foo", "))"),
        ("-((:x and ", "#foo", "))"),
        ("-((({ -((", "a", "))> * })))"),
        ("-({-((a,", "b", "))> *})> *"),
        ("+not ", ":x", ""),
        ("$x(", "1", ")"),
        ("$x.y(z=", "1", ")"),
        ("$x.(", "1", ")"),
        ("$x=`{", "1", "}`"),
        ("[(inet:ip=1 ", "", ")]"),
        ("[inet:ip={[inet:ip=", "1", "]}]"),
        ("if $x {", "", "}"),
        ("$x=((a,", "b", "),c)"),
        ("foo {", "", "}"),
        ("foo (", "1", ")"),
        ("switch $x { a: {", "", "} }"),
        ("function f() {", "", "}"),
        ("yield ${", "", "}"),
        ("$x=1 + (", "1", ")"),
    ],
)
@pytest.mark.parametrize("times", [50, 1000, 20000])
@pytest.mark.parametrize("closed", [True, False])
def test_depth(opening: str, middle: str, closing: str, times: int, closed: bool) -> None:
    check(opening * times + middle + (closing * times if closed else ""))


@pytest.mark.parametrize(
    "text",
    [
        "inet:ip " * 20000,
        "$x=(1" + " + 1" * 20000 + ")",
        "$x=(" + "1, " * 20000 + ")",
        "$x=(1" + " + 1" * 20000,
        "$x" + ".a" * 20000,
        "$x" + "()" * 20000,
        "+(:x" + " and :x" * 20000 + ")",
        "+#" + "a." * 20000,
        "#" + "a." * 20000 + "*",
        "+#" + "*." * 20000 + "=",
        "a:" * 20000,
        "inet" + ":a" * 20000 + "-",
        "<(" + "(" * 20000,
        "<(" + "()" * 20000,
        "<(" + "a(b)" * 20000 + ")",
        "foo " + "a=" * 20000,
        "foo " + "+ " * 20000,
        "foo " + "-" * 20000,
        "[" + ":x=1 " * 20000,
        "|" * 20000,
        " " * 200000,
        "/*" * 20000,
        "/" * 20000,
        '"' * 20001,
        "'" * 20001,
        "`" * 20001,
        "$x='" + "''" * 20000,
        "$x=" + "(" * 20000 + "1,",
        "$x=(1 (" + "1 (" * 20000,
        "\\" * 20000,
        "foo.bar" * 20000,
        "é" * 20000,
        "a" * 200000 + "!",
        "a.b" * 50000 + "!",
        "switch $x {" + "a" * 100000,
        "switch $x {(" + "a, " * 20000,
        "$x=`" + "\\`" * 50000,
        "$x=(a" + " " * 100000,
        "$x=(" + "a " * 50000,
    ],
)
def test_length(text: str) -> None:
    check(text)


def main() -> None:
    """The long run: texts of all kinds, each time from another seed, until the time is over or one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    began, cases = time.monotonic(), 0
    seeds = random.SystemRandom()

    @settings(max_examples=5000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(ANY_TEXT, PIECED, mixed()), MODES)
    def all_kinds(text: str, mode: str) -> None:
        nonlocal cases
        cases += 1
        check(text, mode)

    while time.monotonic() - began < options.seconds:
        seed(seeds.randrange(2**32))(all_kinds)()
    print(f"{cases} cases in {time.monotonic() - began:.0f} s: each Storm or BadSyntax, none above {LONG_S} s")


if __name__ == "__main__":
    main()
