"""Older options of cron jobs: `hour="1,5"`, `minute="+10"`, `day=Mon`, `daily="03:05"`; moments of those that run once.

A value with a plus sign is what the job recurs in, the others are fixed. Raises StormError with the product's words; what
errors carry of the call is added by `cron_jobs.py`.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from ...model.contract import ModelError
from ..errors import StormError
from ..runtime import Runtime
from .cron_periods import DAYS
from .cron_times import WEEKDAY, Entry, entry

ALIASES = ("hourly", "daily", "monthly", "yearly")
UNITS = ("year", "month", "day", "hour", "minute")
# What a fixed unit recurs in where nothing says so.
ABOVE = {"month": "year", "day": "month", "hour": "day", "minute": "hour"}
# What is fixed where nothing says so, by what a job recurs in.
FIRST = {
    "year": {"month": 1, "day": 1, "hour": 0, "minute": 0},
    "month": {"day": 1, "hour": 0, "minute": 0},
    "day": {"hour": 0, "minute": 0},
    WEEKDAY: {"hour": 0, "minute": 0},
    "hour": {"minute": 0},
    "minute": {},
}
MONTHS = {name.lower(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
STEPS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def entries_of(given: Mapping[str, Any]) -> list[Entry]:
    """The entries of a recurring job; values as texts or numbers, None for what is not given."""
    told = {name: str(given[name]) for name in (*UNITS, *ALIASES) if given.get(name) not in (None, "")}
    values = {name: told[name] for name in UNITS if name in told}
    alias = next((name for name in ALIASES if name in told), None)
    if alias is not None:
        try:
            spelled = _spelled(alias, told[alias])
        except ValueError as error:
            raise _bad(f"Failed to parse ..ly parameter: {error}") from None
        if values:
            raise _bad("May not use both alias (..ly) and explicit options at the same time")
        values = spelled
    if not values:
        raise _bad("Must provide at least one optional argument")
    weekdays = _weekdays(values)
    if weekdays:
        _check_weekday(values)
        rest = {name: valu for name, valu in values.items() if name != "day"}
        fixed = {name: _fixed(name, valu) for name, valu in rest.items()}
        return list(_entries(fixed, WEEKDAY, weekdays))
    unit, every, fixed = _parted(values)
    return list(_entries(fixed, unit, [every]))


def moments_of(run: Runtime, given: Mapping[str, Any], now_ms: int) -> list[Entry]:
    """The entries of a job that runs once for each: at times, or so many days, hours or minutes from now."""
    found = [_moment(now_ms, item, name) for name in STEPS for item in _items(given.get(name))]
    for item in _items(given.get("dt")):
        try:
            if item.strip()[:1] in ("+", "-"):
                # What the type reads as a time from now is none here.
                raise ModelError("BadTypeValu", item)
            valu = run.model.type("time").norm(item).valu
        except ModelError:
            raise _bad(f'Trouble parsing "{item}"') from None
        found.append(valu)
    return [_once(valu) for valu in found]


def _items(valu: Any) -> list[str]:
    return [] if valu in (None, "") else str(valu).split(",")


def _moment(now_ms: int, item: str, name: str) -> int:
    text = item.strip()
    if re.fullmatch(r"[+-]?\d+", text) is None:
        raise _bad(f'Trouble parsing "{item} {name}"')
    return now_ms + int(text) * int(STEPS[name].total_seconds()) * 1000


def _once(valu: int) -> Entry:
    try:
        moment = datetime.fromtimestamp(valu // 1000, UTC)
    except (OverflowError, ValueError):
        raise StormError("BadTime", "Appointment is in the past") from None
    named = {name: getattr(moment, name) for name in ("year", "month", "hour", "minute")}
    return entry({**named, "dayofmonth": moment.day}, None, None)


def _spelled(alias: str, text: str) -> dict[str, str]:
    """What one of `hourly="15"`, `daily="03:05"`, `monthly="-1:03:05"`, `yearly="6:1:03:05"` fixes. Raises ValueError."""
    if alias == "hourly":
        int(text)
        return {"minute": text}
    if alias == "daily":
        return _time(text)
    if alias == "monthly":
        day, time = text.split(":", 1)
        return {"day": day, **_time(time)}
    parts = text.split(":", 2)
    if len(parts) < 3 or ":" not in parts[2]:
        raise ValueError(f"Failed to parse parameter {text}")
    return {"month": parts[0], "day": parts[1], **_time(parts[2])}


def _time(text: str) -> dict[str, str]:
    moment = datetime.strptime(text, "%H:%M")
    return {"hour": str(moment.hour), "minute": str(moment.minute)}


def _weekdays(values: Mapping[str, str]) -> list[int]:
    """The days of the week that are named, [] where days are numbers."""
    text = values.get("day")
    if text is None or re.fullmatch(r"\+\d+|-?\d+(,-?\d+)*", text):
        return []
    names = text.lower().split(",")
    if not all(name in DAYS for name in names):
        raise _bad(f'Failed to parse day value "{text}"')
    return [DAYS[name] for name in names]


def _check_weekday(values: Mapping[str, str]) -> None:
    if any(valu.startswith("+") for valu in values.values()):
        raise _bad("May not provide a recurrence value with day of week")
    if "month" in values or "year" in values:
        raise _bad("May not fix month or year with day of week")


def _parted(values: Mapping[str, str]) -> tuple[str, int, dict[str, list[int]]]:
    """What a job recurs in, every how many of it, and what is fixed."""
    unit, every, fixed = "", 1, {}
    for name in UNITS:
        valu = values.get(name)
        if valu is None:
            continue
        if not valu.startswith("+"):
            fixed[name] = _fixed(name, valu)
            continue
        if unit:
            raise _bad("May not provide more than 1 recurrence parameter")
        if fixed:
            raise _bad("Fixed unit may not be larger than recurrence unit")
        try:
            unit, every = name, int(valu)
        except ValueError:
            raise _bad("Failed to parse parameter") from None
    return unit or ABOVE[next(iter(fixed))], every, fixed


def _fixed(name: str, text: str) -> list[int]:
    if name == "year":
        raise _bad("Year may not be a fixed value")
    try:
        return [
            MONTHS[item.lower()] if name == "month" and item.lower() in MONTHS else int(item)
            for item in text.split(",")
        ]
    except ValueError:
        raise _bad(f'Failed to parse fixed parameter "{text}"') from None


def _entries(fixed: dict[str, list[int]], unit: str, steps: list[int]) -> Iterator[Entry]:
    """An entry for each combination of what is fixed."""
    whole = {name: [valu] for name, valu in FIRST[unit].items()} | fixed
    names = [name for name in ("month", "hour", "minute", "day") if name in whole]
    for values in product(*(whole[name] for name in names)):
        required = {"dayofmonth" if name == "day" else name: valu for name, valu in zip(names, values, strict=True)}
        for step in steps:
            yield entry(required, unit, step)


def _bad(mesg: str) -> StormError:
    return StormError("StormRuntimeError", mesg)
