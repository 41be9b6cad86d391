"""`cvss:v2` and `cvss:v3`: vectors of the Common Vulnerability Scoring System, as FIRST specifies their metrics."""

from collections.abc import Mapping
from typing import Any

from ..contract import Key, ModelError, Normed
from .compare import COMMON, Predicate, predicate
from .text import as_text

# Metric to its values, in the order a vector is written in. The base metrics must be there.
_V2_BASE = {"AV": "N A L", "AC": "L M H", "Au": "N S M", "C": "N P C", "I": "N P C", "A": "N P C"}
_V2_MORE = {"E": "U POC F H ND", "RL": "OF TF W U ND", "RC": "UC UR C ND"} | {
    "CDP": "N L LM MH H ND",
    "TD": "N L M H ND",
    "CR": "L M H ND",
    "IR": "L M H ND",
    "AR": "L M H ND",
}
_V3_BASE = {"AV": "N A L P", "AC": "L H", "PR": "N L H", "UI": "N R", "S": "U C"} | dict.fromkeys(
    ("C", "I", "A"), "N L H"
)
_V3_MORE = {"E": "X U P F H", "RL": "X O T W U", "RC": "X U R C"} | {
    **dict.fromkeys(("CR", "IR", "AR"), "X L M H"),
    **{f"M{metric}": f"X {values}" for metric, values in _V3_BASE.items()},
}


class _Vector:
    """The rules of one version: its metrics, the value that means "not defined", and the prefixes of its vectors."""

    def __init__(self, base: dict[str, str], more: dict[str, str], undefined: str, prefixes: tuple[str, ...]) -> None:
        self._base = tuple(base)
        self._values = {metric: values.split() for metric, values in (base | more).items()}
        self._undefined = undefined
        self._prefixes = prefixes

    def norm(self, name: str, text: str) -> str:
        vector = text.strip("(").strip(")")
        for prefix in self._prefixes:
            vector = vector.removeprefix(prefix)
        pairs = [metric.split(":") for metric in vector.split("/")]
        if any(len(pair) != 2 for pair in pairs):
            raise _refuse(name, text, f"Provided vector {text} malformed")
        given: dict[str, str] = {}
        twice: list[str] = []
        for metric, valu in pairs:
            if metric in given:
                twice.append(metric)
            given[metric] = valu
        if twice:
            raise _refuse(name, text, f"Provided vectors {text} contains duplicate metrics: {_list(twice)}")
        unknown = [metric for metric in given if metric not in self._values]
        if unknown:
            raise _refuse(name, text, f"Provided vector {text} contains invalid metrics: {_list(unknown)}")
        missing = [metric for metric in self._base if metric not in given]
        if missing:
            raise _refuse(name, text, f"Provided vector {text} missing mandatory metric(s): {_list(missing)}")
        wrong = [
            f"{key}:{given[key]}" for key, values in self._values.items() if key in given and given[key] not in values
        ]
        if wrong:
            raise _refuse(name, text, f"Provided vector {text} contains invalid metric value(s): {_list(wrong)}")
        kept = (metric for metric in self._values if given.get(metric, self._undefined) != self._undefined)
        return "/".join(f"{metric}:{given[metric]}" for metric in kept)


class CvssV2:
    """`AV:N/AC:L/Au:N/C:P/I:P/A:P`, in parentheses or not; metrics in order, undefined ones left out."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        return Normed(_V2.norm(self.name, as_text(self.name, valu)))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class CvssV3:
    """`CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`, kept without its prefix, undefined metrics left out."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        return Normed(_V3.norm(self.name, as_text(self.name, valu)))

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def _list(items: list[str]) -> str:
    return ", ".join(items)


def _refuse(name: str, valu: str, mesg: str) -> ModelError:
    return ModelError("BadTypeValu", mesg, name=name, valu=valu)


_V2 = _Vector(_V2_BASE, _V2_MORE, "ND", ("CVSS2#",))
_V3 = _Vector(_V3_BASE, _V3_MORE, "X", ("CVSS:3.1/", "CVSS:3.0/"))


def norm_v2(name: str, text: str) -> str:
    """A vector of CVSS 2 in order; ModelError of what is none. name: as errors say it."""
    return _V2.norm(name, text)


def norm_v3(name: str, text: str) -> str:
    """A vector of CVSS 3 in order, without its prefix; ModelError of what is none. name: as errors say it."""
    return _V3.norm(name, text)
