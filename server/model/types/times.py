"""`time`, `ival` and `duration`: milliseconds. The text forms are in `timetext.py`.

The clock is the model's `now_ms`. `ismin` and `ismax` (which of two values an edit keeps) change no value here.
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any, Protocol

from ..contract import Key, ModelError, Normed, Type
from .compare import COMMON, ORDERED, Maker, Predicate, no_norm, predicate
from .timetext import FUTURE, TIME_MAX, parse_delta, parse_duration, parse_span, parse_time, show_duration, show_time

_SIGN = 2**63  # added to a key so that negative times sort first


class Clock(Protocol):
    """What times need of a model."""

    now_ms: Callable[[], int]


class Time:
    """Milliseconds since 1970; `?` is the open end."""

    def __init__(self, model: Clock, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._now_ms = model.now_ms

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        tick = parse_time(valu, self._now_ms) if isinstance(valu, str) else valu
        if TIME_MAX < tick != FUTURE:
            mesg = f"Time exceeds max size [{TIME_MAX}] allowed for a non-future marker, got {tick}"
            raise ModelError("BadTypeValu", mesg, valu=tick, name=self.name)
        return Normed(tick)

    def repr(self, norm: Any) -> str:
        return show_time(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _TIME_TABLE, cmpr, valu)

    def pair(self, valu: Any) -> tuple[int, int]:
        """Two ticks from a list of two values; a second one with a sign is relative to the first, in either direction."""
        low, high = valu
        first: int = self._tick(low)
        if isinstance(high, str) and high.strip()[:1] in ("+", "-"):
            other = self.norm(first + parse_delta(high)).valu
            return (other, first) if high.strip()[0] == "-" else (first, other)
        return first, self._tick(high)

    def span(self, valu: str) -> tuple[int, int]:
        """First tick of a partial time with `*` at its end, and the first after it."""
        return parse_span(valu.strip()[:-1])

    def _tick(self, valu: Any) -> int:
        if isinstance(valu, str) and not valu.strip():
            raise ModelError("BadTypeValu", f"Invalid time provided, got [{valu}]", name="time", valu=valu)
        tick: int = self.norm(valu).valu
        return tick


class Ival:
    """A pair of times, the second one excluded; a single time is its own millisecond."""

    def __init__(self, model: Clock, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self.time = Time(model, "time", {})

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, list | tuple):
            return Normed(self._pair(valu))
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        if isinstance(valu, str):
            if "," in valu:
                # Taken as it comes, not even ordered; measured.
                first, _, second = valu.partition(",")
                return Normed(self.time.pair((first.strip(), second.strip())))
            if valu.strip() == "?":
                raise ModelError("BadTypeValu", "interval requires begin time", name=self.name, valu=valu)
        tick = self.time.norm(valu).valu
        return Normed((tick, self.time.norm(tick + 1).valu))

    def repr(self, norm: Any) -> tuple[str, str]:
        low, high = norm
        return show_time(low), show_time(high)

    def key(self, norm: Any) -> Key:
        low, high = norm
        return b"".join(int(tick + _SIGN).to_bytes(9, "big") for tick in (low, high))

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, _IVAL_TABLE, cmpr, valu)

    def _pair(self, valu: Any) -> tuple[int, int]:
        if len(valu) != 2:
            raise ModelError("BadTypeValu", "Ival _normPyIter requires 2 items", name=self.name, valu=valu)
        low, high = self.time.pair(valu)
        if low == high:
            high += 1
        if low > high:
            raise ModelError("BadTypeValu", "Ival range must in (min, max) format", name=self.name, valu=valu)
        if high > FUTURE:
            mesg = "Ival upper range cannot exceed future size marker"
            raise ModelError("BadTypeValu", mesg, name=self.name, valu=valu)
        return low, high


class Duration:
    """A length of time in milliseconds; a text without unit is seconds."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bool) or not isinstance(valu, int | str):
            raise no_norm(self.name, valu)
        return Normed(parse_duration(valu) if isinstance(valu, str) else valu)

    def repr(self, norm: Any) -> str:
        return show_duration(norm)

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)


def _starred(valu: Any) -> bool:
    return isinstance(valu, str) and valu.strip().endswith("*")


def _equal(type_: Type, valu: Any) -> Predicate:
    assert isinstance(type_, Time)
    if not _starred(valu):
        norm = type_.norm(valu).valu
        return lambda item: bool(item == norm)
    low, high = type_.span(valu)
    return lambda item: low <= item < high


def _ordering(compare: Callable[[int, int], bool], upper: bool) -> Maker:
    """An order comparator; of a partial time `2020*`, `<` and `<=` take the end (`upper`), `>` and `>=` the start."""

    def maker(type_: Type, valu: Any) -> Predicate:
        assert isinstance(type_, Time)
        tick = type_.span(valu)[upper] if _starred(valu) else type_.norm(valu).valu
        return lambda item: compare(item, tick)

    return maker


def _range(type_: Type, valu: Any) -> Predicate:
    assert isinstance(type_, Time)
    if not isinstance(valu, list | tuple) or len(valu) != 2:
        return lambda item: False
    low, high = type_.pair(valu)
    return lambda item: low <= item <= high


def _time_at(type_: Type, valu: Any) -> Predicate:
    """`@=` of a time: it lies in the interval."""
    assert isinstance(type_, Time)
    if valu is None:
        return lambda item: False
    if isinstance(valu, list | tuple) and len(valu) == 2:
        low, high = type_.pair(valu)
    else:
        low, high = _interval(valu, Ival(_Now(type_), "ival", {}))
    return lambda item: low <= item < high


def _ival_at(type_: Type, valu: Any) -> Predicate:
    """`@=` of an interval: the two overlap."""
    assert isinstance(type_, Ival)
    if valu is None:
        return lambda item: False
    low, high = type_.time.pair(valu) if _is_pair(valu) else _interval(valu, type_)
    if low > high:
        return lambda item: False
    high += low == high
    return lambda item: item[0] < high and low < item[1]


def _is_pair(valu: Any) -> bool:
    return isinstance(valu, list | tuple) and len(valu) == 2


def _interval(valu: Any, ival: Ival) -> tuple[int, int]:
    if isinstance(valu, float | dict):
        raise ModelError("NoSuchFunc", f"no norm for @= operator: {type(valu)}", name=ival.name)
    low, high = ival.norm(valu).valu
    return low, high


class _Now:
    """The clock of a time type, for the interval that its `@=` needs."""

    def __init__(self, time: Time) -> None:
        self.now_ms = time._now_ms


_TIME_TABLE: dict[str, Maker] = COMMON | {
    "=": _equal,
    "<": _ordering(lt, True),
    "<=": _ordering(le, True),
    ">": _ordering(gt, False),
    ">=": _ordering(ge, False),
    "range=": _range,
    "@=": _time_at,
}
_IVAL_TABLE: dict[str, Maker] = {key: maker for key, maker in COMMON.items() if key != "range="} | {"@=": _ival_at}
