"""Measurements that come at regular times, for custom indexes: rows that a pack describes instead of holding them. Pure.

Each goes round a mean with the time of day, is busier on working days, and is a little unsteady.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..packs import BadPack
from .generate import MOST_ROWS, Reader

DAY_MS = 86_400_000
# The hour (UTC) at which a measurement is highest, and how much of its swing is left on a Saturday or Sunday.
HIGHEST_HOUR, WEEKEND = 14, 0.3
# 1970-01-01 was a Thursday: days since then, so that 5 and 6 are Saturday and Sunday.
FIRST_DAY = 3


@dataclass(frozen=True, slots=True)
class Wave:
    """One column: mean, how far the day swings it, how far chance does, and what it stays between."""

    mean: float
    swing: float
    noise: float
    low: float
    high: float


def series_of(where: str, settings: Any, now_ms: int) -> tuple[str, list[dict[str, Any]]]:
    """The index that a table `[[series]]` of a pack fills, and its rows by time. Raises BadPack."""
    told = Reader(settings, where)
    index, every_ms, lasts_ms = told.text("index"), told.length("every"), told.length("lasts")
    chance = random.Random(told.whole("seed", 0))
    each = told.several("each", dict)
    waves = {name: _wave(Reader(wave, f"{where}: values.{name}")) for name, wave in told.table("values").items()}
    told.end()
    if lasts_ms // every_ms * len(each) > MOST_ROWS:
        raise BadPack(f"{where}: makes more than {MOST_ROWS} rows.")
    return index, list(_rows(each, waves, range(now_ms - lasts_ms, now_ms, every_ms), chance))


def _rows(
    each: list[dict[str, Any]], waves: dict[str, Wave], times: range, chance: random.Random
) -> Iterator[dict[str, Any]]:
    rand = chance.random
    factors = [0.6 + 0.8 * rand() for _ in each]
    for start_ms in times:
        # At whole steps, as a poller does it.
        at_ms = start_ms // times.step * times.step + times.step
        day = (1 + math.cos((at_ms % DAY_MS / DAY_MS - HIGHEST_HOUR / 24) * math.tau)) / 2
        if (at_ms // DAY_MS + FIRST_DAY) % 7 >= 5:
            day *= WEEKEND
        for fixed, factor in zip(each, factors, strict=True):
            row = {"timestamp": at_ms, **fixed}
            for name, wave in waves.items():
                # Three of them together are nearly as unsteady as nature is.
                noise = (rand() + rand() + rand() - 1.5) * 2 * wave.noise
                value = wave.mean * factor + wave.swing * day + noise
                row[name] = round(wave.low if value < wave.low else wave.high if value > wave.high else value, 2)
            yield row


def _wave(told: Reader) -> Wave:
    wave = Wave(
        mean=told.number("mean"),
        swing=told.number("swing", 0),
        noise=told.number("noise", 0),
        low=told.number("low", 0),
        high=told.number("high", math.inf),
    )
    told.end()
    return wave
