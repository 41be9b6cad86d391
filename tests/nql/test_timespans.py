"""Points in time and lengths of time (nql.md chapter 4)."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from deadringer.server.nql import NqlError, point
from deadringer.server.nql.timespans import length
from deadringer.server.text import Source
from hypothesis import given
from hypothesis import strategies as st

NOW_MS = 1_700_000_000_000
PLACE = Source("x").span(0)
POINTS = {
    "@now": NOW_MS,
    "-1m@now": NOW_MS - 60_000,
    "+1h@now": NOW_MS + 3_600_000,
    "2632913200000": 2632913200000,
    "@2632913200000": 2632913200000,
    "-1h@2632913200000": 2632913200000 - 3_600_000,
    "-15s@2007-12-03T10:15:30+01:00": 1196673315000,
    "-1m20s@2007-12-03T10:15:30": 1196676850000,
    "@2024-01-01T00:00:00+00:00": 1704067200000,
    "@2024-01-01T00:00:00.000Z": 1704067200000,
    "@2024-01-01T00:00:00.123456+00:00": 1704067200123,
    "@2024-01-01T00:00": 1704067200000,
    "@2024-01-01T00:00:00-0130": 1704072600000,
    "-2w1d1ms@now": NOW_MS - 15 * 86_400_000 - 1,
    " @now ": NOW_MS,
}
BAD = ["", "now", "-1h", "-1h@", "@", "1h@now", "-1y@now", "-h@now", "@2024-01-01", "@2024-13-01T00:00:00", "@tomorrow"]
BAD += [
    "-1h@now@now",
    "@2024-01-01T00:00:00+99:00",
    "-" + "9" * 16 + "s@now",
    "9" * 19,
    "-900000000000000w@now",
    "-1 h@now",
]


@pytest.mark.parametrize("text", POINTS)
def test_a_point_in_time(text: str) -> None:
    assert point(text, PLACE, NOW_MS) == POINTS[text]


def test_a_time_without_an_offset_is_in_the_zone_of_the_server() -> None:
    assert point("@2007-12-03T10:15:30", PLACE, NOW_MS, ZoneInfo("Europe/Warsaw")) == 1196673330000


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_point_in_time(text: str) -> None:
    with pytest.raises(NqlError, match="point in time"):
        point(text, PLACE, NOW_MS)


@pytest.mark.parametrize(("text", "ms"), [("1m", 60_000), ("5m", 300_000), ("3h", 10_800_000), ("1d", 86_400_000)])
def test_a_length_of_time(text: str, ms: int) -> None:
    assert length(text, PLACE) == ms


@pytest.mark.parametrize("text", ["", "1", "m", "1y", "1M", "-1m", "1.5h", "0s", "999999999999999w"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(NqlError, match="length of time"):
        length(text, PLACE)


@given(st.text(), st.text("0123456789smhdw@-+:TZ.now", max_size=30))
def test_any_text_is_a_point_or_an_error_of_nql(one: str, other: str) -> None:
    for text in (one, other):
        with suppress(NqlError):
            assert isinstance(point(text, PLACE, NOW_MS), int)
        with suppress(NqlError):
            assert length(text, PLACE) > 0
