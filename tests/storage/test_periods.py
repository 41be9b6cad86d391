"""Rotation: every instant lies in one period, and rows are split by them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from deadringer.storage.periods import FIRST_MS, LAST_MS, ROTATIONS, TooManyPeriods, period_at, split
from hypothesis import given
from hypothesis import strategies as st

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(FIRST_MS, LAST_MS)
NEAR = st.integers(1_700_000_000_000, 1_700_000_000_000 + 400 * 86_400_000)
NAMES = sorted(ROTATIONS)


def ms(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("rotation", "at", "name", "start", "end"),
    [
        ("hourly", "2026-11-22T13:59:59.999", "20261122h13", "2026-11-22T13:00", "2026-11-22T14:00"),
        ("daily", "2026-11-22T00:00", "20261122", "2026-11-22", "2026-11-23"),
        ("weekly", "2026-11-22T23:00", "2026w47", "2026-11-16", "2026-11-23"),
        ("weekly", "2021-01-03", "2020w53", "2020-12-28", "2021-01-04"),
        ("monthly", "2024-02-29T12:00", "202402", "2024-02-01", "2024-03-01"),
        ("monthly", "2026-12-31", "202612", "2026-12-01", "2027-01-01"),
        ("quarterly", "2026-11-22", "2026q4", "2026-10-01", "2027-01-01"),
        ("yearly", "2024-12-31T23:59:59.999", "2024", "2024-01-01", "2025-01-01"),
        ("daily", "1969-12-31T23:59:59.999", "19691231", "1969-12-31", "1970-01-01"),
    ],
)
def test_periods_have_the_calendars_bounds(rotation: str, at: str, name: str, start: str, end: str) -> None:
    period = period_at(rotation, ms(at))
    assert (period.name, period.start_ms, period.end_ms) == (name, ms(start), ms(end))


@given(st.sampled_from(NAMES), INSTANTS)
def test_an_instant_lies_in_its_period_and_the_next_one_begins_where_it_ends(rotation: str, at_ms: int) -> None:
    period = period_at(rotation, at_ms)
    assert period.start_ms <= at_ms < period.end_ms
    if period.start_ms >= FIRST_MS:
        assert period_at(rotation, period.start_ms) == period
    if period.end_ms <= LAST_MS:
        following = period_at(rotation, period.end_ms)
        assert following.start_ms == period.end_ms
        assert following.name > period.name


@pytest.mark.parametrize("rotation", NAMES)
def test_the_calendars_ends_have_periods(rotation: str) -> None:
    assert period_at(rotation, FIRST_MS).end_ms > FIRST_MS
    assert period_at(rotation, LAST_MS).end_ms > LAST_MS


@given(st.sampled_from(NAMES), st.lists(NEAR, max_size=50), st.booleans())
def test_rows_are_split_by_period_and_keep_their_order(rotation: str, timestamps: list[int], ordered: bool) -> None:
    if ordered:
        timestamps.sort()
    parts = split(rotation, timestamps, 1000)
    wanted: dict[str, list[int]] = {}
    for place, at_ms in enumerate(timestamps):
        wanted.setdefault(period_at(rotation, at_ms).name, []).append(place)
    everything: Sequence[int] = range(len(timestamps))
    assert {period.name: list(everything if places is None else places) for period, places in parts} == wanted
    starts = [period.start_ms for period, _ in parts]
    assert starts == sorted(starts)


def test_too_many_periods_are_refused() -> None:
    days = [day * 86_400_000 for day in range(4)]
    assert len(split("daily", days, 4)) == 4
    with pytest.raises(TooManyPeriods, match="more than 3 daily periods"):
        split("daily", days, 3)
