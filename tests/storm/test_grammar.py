"""The examples of server/storm/grammar.txt are what it says they are."""

from pathlib import Path

import pytest
from deadringer.server import storm
from deadringer.server.storm import BadSyntax, parse

GRAMMAR = Path(storm.__file__).with_name("grammar.txt").read_text().splitlines()
STORM = [line[2:] for line in GRAMMAR if line.startswith("> ")]
NOT_STORM = [line[2:] for line in GRAMMAR if line.startswith("! ")]


def test_it_has_examples_of_both() -> None:
    assert len(STORM) > 50
    assert len(NOT_STORM) > 50


@pytest.mark.parametrize("query", STORM)
def test_what_is_storm_is_taken(query: str) -> None:
    assert parse(query).text == query


@pytest.mark.parametrize("query", NOT_STORM)
def test_what_is_none_is_refused(query: str) -> None:
    with pytest.raises(BadSyntax):
        parse(query)
