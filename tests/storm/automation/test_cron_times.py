"""Periods and older options of cron jobs, and the moments they name; as a real Cortex answered on 2026-11-22."""

from datetime import UTC, datetime
from typing import Any

import pytest
from deadringer.server.storm.automation import cron_periods, cron_times, cron_units
from deadringer.server.storm.errors import StormError
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 22, 6, 25, 13, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000 + 752
PERIODS = st.sampled_from(
    ("minutely/7", "hourly@:24,45", "hourly/3@:0", "daily@14:30", "weekly/mon,sun@9", "monthly/-1", "yearly/02-30@1:2")
)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("minutely", [({}, "minute", 1)]),
        ("hourly/2,3@:10", [({"minute": 10}, "hour", 2), ({"minute": 10}, "hour", 3)]),
        ("hourly@", [({"minute": 0}, "hour", 1)]),
        ("DAILY@:30", [({"hour": 0, "minute": 30}, "day", 1)]),
        ("weekly/monday@10:15,30", [({"hour": 10, "minute": each}, "dayofweek", 0) for each in (15, 30)]),
        ("monthly/15,-1", [({"hour": 0, "minute": 0, "dayofmonth": each}, "month", 1) for each in (15, -1)]),
        ("yearly@07", [({"month": 1, "hour": 7, "minute": 0, "dayofmonth": 1}, "year", 1)]),
        (
            "yearly/07-01@04:44,11-12@15",
            [
                ({"month": 7, "hour": 4, "minute": 44, "dayofmonth": 1}, "year", 1),
                ({"month": 11, "hour": 15, "minute": 0, "dayofmonth": 12}, "year", 1),
            ],
        ),
    ],
)
def test_a_period_is_read(text: str, entries: list[Any]) -> None:
    assert cron_periods.entries_of(text) == entries


@pytest.mark.parametrize(
    ("text", "mesg"),
    [
        ("newp", "Unknown period: newp"),
        ("hourly", "Hourly period requires explicit minute"),
        ("hourly@10:24", "Cannot specify hour for hourly period"),
        ("minutely@10", "Minutely period does not support a time of day"),
        ("minutely/x", "Invalid increment value for minutely period: x"),
        ("daily@25:00", "Invalid hour value: 25 (must be 0-23)"),
        ("daily@10:60", "Invalid minute value: 60 (must be 0-59)"),
        ("weekly/1", "Invalid weekday: 1"),
        ("monthly/1,x", "Invalid day of month value in monthly period: 1,x"),
        ("monthly/-32", "Invalid day of month value: -32 (must be -31-31)"),
        ("yearly/13-01", "Invalid month value: 13 (must be 1-12)"),
        ("yearly/01--1", "Invalid month-day value for yearly period: 01--1"),
    ],
)
def test_what_is_no_period_is_refused(text: str, mesg: str) -> None:
    with pytest.raises(StormError) as caught:
        cron_periods.entries_of(text)
    assert (caught.value.name, caught.value.mesg) == ("StormRuntimeError", f"Failed to parse period: {mesg}")


@pytest.mark.parametrize(
    ("options", "entries"),
    [
        ({"hour": "1,5", "minute": "30"}, [({"hour": each, "minute": 30}, "day", 1) for each in (1, 5)]),
        ({"minute": "+10"}, [({}, "minute", 10)]),
        ({"day": "Mon,Tuesday"}, [({"hour": 0, "minute": 0}, "dayofweek", each) for each in (0, 1)]),
        ({"month": "+2", "day": 3}, [({"hour": 0, "minute": 0, "dayofmonth": 3}, "month", 2)]),
        ({"month": "January", "day": "-1"}, [({"month": 1, "hour": 0, "minute": 0, "dayofmonth": -1}, "year", 1)]),
        ({"yearly": "Jan:1:05:06"}, [({"month": 1, "hour": 5, "minute": 6, "dayofmonth": 1}, "year", 1)]),
        ({"hourly": 15, "daily": "01:00"}, [({"minute": 15}, "hour", 1)]),
    ],
)
def test_older_options_are_read(options: dict[str, Any], entries: list[Any]) -> None:
    assert cron_units.entries_of(options) == entries


@pytest.mark.parametrize(
    ("options", "mesg"),
    [
        ({"hour": "5", "minute": "+5"}, "Fixed unit may not be larger than recurrence unit"),
        ({"day": "+1", "hour": "+5"}, "May not provide more than 1 recurrence parameter"),
        ({"day": "Mon", "month": "3"}, "May not fix month or year with day of week"),
        ({"day": "Mon,3"}, 'Failed to parse day value "Mon,3"'),
        ({"year": "2030"}, "Year may not be a fixed value"),
        ({"minute": "+x"}, "Failed to parse parameter"),
        ({"daily": "25:00"}, "Failed to parse ..ly parameter: time data '25:00' does not match format '%H:%M'"),
        ({"monthly": "5"}, "Failed to parse ..ly parameter: not enough values to unpack (expected 2, got 1)"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, Any], mesg: str) -> None:
    with pytest.raises(StormError) as caught:
        cron_units.entries_of(options)
    assert (caught.value.name, caught.value.mesg) == ("StormRuntimeError", mesg)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("minutely/60", "2026-11-22 07:25"),
        ("hourly/3@:20", "2026-11-22 09:20"),
        ("daily/3@06:20", "2026-11-25 06:20"),
        ("daily/3@06:30", "2026-11-22 06:30"),
        ("weekly/sun@06:20", "2026-11-29 06:20"),
        ("weekly/sun@06:59", "2026-11-22 06:59"),
        ("monthly/31", "2026-11-30 00:00"),
        ("monthly/-31", "2026-12-01 00:00"),
        ("monthly/15,1", "2026-12-01 00:00"),
        ("yearly/02-30", "2027-02-28 00:00"),
    ],
)
def test_the_next_moment_is_that_of_a_real_cortex(text: str, moment: str) -> None:
    found = cron_times.next_ms(cron_periods.entries_of(text), NOW_MS)
    assert found is not None
    assert found % 1000 == 752
    assert datetime.fromtimestamp(found // 1000, UTC).strftime("%Y-%m-%d %H:%M") == moment


@given(text=PERIODS, now_ms=st.integers(0, 4_000_000_000_000))
def test_the_next_moment_comes_later_and_on_a_whole_minute(text: str, now_ms: int) -> None:
    entries = cron_periods.entries_of(text)
    found = cron_times.next_ms(entries, now_ms)
    assert found is not None
    assert found > now_ms
    assert found // 1000 % 60 == 0
    again = cron_times.next_ms(entries, found)
    assert again is not None
    assert again > found


def test_a_moment_that_comes_once_never_comes_again() -> None:
    entry = cron_times.entry({"year": 2030, "month": 1, "dayofmonth": 1, "hour": 0, "minute": 0}, None, None)
    first = cron_times.next_ms([entry], NOW_MS)
    assert first is not None
    assert cron_times.next_ms([entry], first) is None
