"""Local times of time zones in UTC, for `$lib.time.toUTC()`. Knows the zones of this machine's time zone database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_str

Reply = tuple[bool, Any]


def to_utc(
    tick_of: Callable[[Runtime, Any], int], moment: Callable[[int], datetime]
) -> Callable[[Runtime, Any, Any, Any], Reply]:
    """The function of the library. tick_of, moment: what reads a time, and what makes a date of it."""

    def call(run: Runtime, me: Any, tick: Any, timezone: Any) -> Reply:
        at = tick_of(run, tick)
        local = moment(at)
        name = to_str(timezone)
        zone = _zone(name)
        if zone is None:
            return _refused(f"Unknown timezone: {name}")
        early, late = (_offset(zone, local, fold) for fold in (0, 1))
        if early != late:
            if _is_gap(zone, local, early):
                # A moment that the clocks of the zone skipped.
                raise StormError("NonExistentTimeError", str(local))
            return _refused(f"Ambiguous time: {local} {zone.key}")
        return True, at - early // timedelta(milliseconds=1)

    return call


def _zone(name: str) -> ZoneInfo | None:
    found = _names().get(name.lower())
    return None if found is None else ZoneInfo(found)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _offset(zone: ZoneInfo, local: datetime, fold: int) -> timedelta:
    offset = local.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None
    return offset


def _is_gap(zone: ZoneInfo, local: datetime, offset: timedelta) -> bool:
    """Whether a local time comes out as another one when it goes to UTC and back."""
    there = (local - offset).replace(tzinfo=ZoneInfo("UTC"))
    return there.astimezone(zone).replace(tzinfo=None) != local


def _refused(mesg: str) -> Reply:
    return False, {"err": "BadArg", "errmsg": f"BadArg: mesg={mesg!r}", "errinfo": {"mesg": mesg}}
