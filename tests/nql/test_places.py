"""Places in a text as messages show them: line, column, caret."""

import pytest
from deadringer.server.text import Source


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("abc", 1, 2, (1, 2, "abc\n ^")),
        ("abc", 3, None, (1, 4, "abc\n   ^")),
        ("a\nbcd\ne", 3, 5, (2, 2, "bcd\n ^^")),
        ("a\nb", 0, 3, (1, 1, "a\n^")),
        ("\ta\x00b", 1, 4, (1, 2, " a b\n ^^^")),
        ("", 0, None, (1, 1, "\n^")),
        ("x" * 300, 150, 152, (1, 151, "…" + "x" * 100 + "…\n" + " " * 51 + "^^")),
        ("x" * 300, 299, 300, (1, 300, "…" + "x" * 100 + "\n" + " " * 100 + "^")),
    ],
)
def test_a_place_is_shown_by_line_column_and_caret(
    text: str, start: int, end: int | None, shown: tuple[int, int, str]
) -> None:
    span = Source(text).span(start, end)
    assert (span.line, span.column, span.pointed()) == shown
