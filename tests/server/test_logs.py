"""Log lines: an event is one line, whatever the facts are."""

import json
import logging

import pytest
from deadringer.server.logs import JsonLines, TextLines

FACTS = {"id": "1f", "world": "default", "user": "root", "method": "GET", "path": "/x", "status": 200, "ms": 0.5}


def record(**facts: object) -> logging.LogRecord:
    made = logging.LogRecord("deadringer", logging.INFO, "", 0, "request", None, None)
    made.__dict__.update({**FACTS, **facts})
    return made


def test_a_line_of_text_ends_with_the_facts() -> None:
    line = TextLines().format(record())
    assert line.endswith(" info request id=1f world=default user=root method=GET path=/x status=200 ms=0.5")


@pytest.mark.parametrize("user", ["a\nb", "a\r\nb", "a\x1b[2Jb", "\u2028", "ü\udcff"])
def test_no_name_breaks_a_line_or_gets_through_to_a_terminal(user: str) -> None:
    line = TextLines().format(record(user=user))
    assert line.isprintable()
    assert "status=200" in line
    text = JsonLines().format(record(user=user))
    assert "\n" not in text
    assert json.loads(text)["status"] == 200


def test_other_letters_than_ascii_stay_as_they_are() -> None:
    assert " user=Jürgen " in TextLines().format(record(user="Jürgen"))
    assert json.loads(JsonLines().format(record(user="Jürgen")))["user"] == "Jürgen"
