"""Scores of CVSS vectors, by the equations of FIRST's specifications: 2, 3.0 and 3.1.

Takes metrics as a vector has them, those that are not defined left out. Knows no vectors and nothing of Storm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Metrics = Mapping[str, str]

# CVSS 2, section 3.2.
V2_WEIGHTS: dict[str, dict[str, float]] = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "CIA": {"N": 0.0, "P": 0.275, "C": 0.660},
    "E": {"U": 0.85, "POC": 0.9, "F": 0.95, "H": 1.0},
    "RL": {"OF": 0.87, "TF": 0.90, "W": 0.95, "U": 1.0},
    "RC": {"UC": 0.90, "UR": 0.95, "C": 1.0},
    "CDP": {"N": 0.0, "L": 0.1, "LM": 0.3, "MH": 0.4, "H": 0.5},
    "TD": {"N": 0.0, "L": 0.25, "M": 0.75, "H": 1.0},
    "R": {"L": 0.5, "M": 1.0, "H": 1.51},
}
# CVSS 3.0 and 3.1, section 7.4.
V3_WEIGHTS: dict[str, dict[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "PR": {"N": 0.85, "L": 0.62, "H": 0.27},
    "PR changed": {"N": 0.85, "L": 0.68, "H": 0.5},
    "UI": {"N": 0.85, "R": 0.62},
    "CIA": {"H": 0.56, "L": 0.22, "N": 0.0},
    "E": {"U": 0.91, "P": 0.94, "F": 0.97, "H": 1.0},
    "RL": {"O": 0.95, "T": 0.96, "W": 0.97, "U": 1.0},
    "RC": {"U": 0.92, "R": 0.96, "C": 1.0},
    "R": {"L": 0.5, "M": 1.0, "H": 1.5},
}
TEMPORAL = ("E", "RL", "RC")
V2_ENVIRONMENTAL = ("CDP", "TD", "CR", "IR", "AR")
V3_ENVIRONMENTAL = ("CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA")


@dataclass(frozen=True, slots=True)
class Scores:
    """temporal, environmental: None where the vector has no metric of theirs. impact, exploitability: parts of the base."""

    base: float
    temporal: float | None
    environmental: float | None
    impact: float
    exploitability: float

    @property
    def score(self) -> float:
        """The most particular one; the product passes over a score of nothing."""
        return self.environmental or self.temporal or self.base


def v2(metrics: Metrics) -> Scores:
    """CVSS 2, section 3.2."""
    requirements = [V2_WEIGHTS["R"].get(metrics.get(f"{name}R", "ND"), 1.0) for name in "CIA"]
    losses = [V2_WEIGHTS["CIA"][metrics[name]] for name in "CIA"]
    impact = 10.41 * (1 - math.prod(1 - loss for loss in losses))
    adjusted = min(10.0, 10.41 * (1 - math.prod(1 - a * b for a, b in zip(losses, requirements, strict=True))))
    exploitability = 20 * math.prod(V2_WEIGHTS[name][metrics[name]] for name in ("AV", "AC", "Au"))
    factor = _factor(V2_WEIGHTS, metrics)

    def base_of(loss: float) -> float:
        return round((0.6 * loss + 0.4 * exploitability - 1.5) * (1.176 if loss else 0.0), 1)

    base = base_of(impact)
    temporal = round(base * factor, 1) if _any(metrics, TEMPORAL) else None
    environmental = None
    if _any(metrics, V2_ENVIRONMENTAL):
        within = round(base_of(adjusted) * factor, 1)
        damage = V2_WEIGHTS["CDP"].get(metrics.get("CDP", "ND"), 0.0)
        spread = V2_WEIGHTS["TD"].get(metrics.get("TD", "ND"), 1.0)
        environmental = round((within + (10 - within) * damage) * spread, 1)
    return Scores(base, temporal, environmental, round(impact, 1), round(exploitability, 1))


def v3(metrics: Metrics, version: str) -> Scores:
    """CVSS 3.0 or 3.1, sections 7.1 to 7.3."""
    up = roundup_31 if version == "3.1" else roundup_30
    losses = [V3_WEIGHTS["CIA"][metrics[name]] for name in "CIA"]
    changed = metrics["S"] == "C"
    gone = 1 - math.prod(1 - loss for loss in losses)
    impact = 7.52 * (gone - 0.029) - 3.25 * (gone - 0.02) ** 15 if changed else 6.42 * gone
    exploitability = _exploitability(metrics, changed)
    base = _together(impact, exploitability, changed, up)
    factor = _factor(V3_WEIGHTS, metrics)
    temporal = up(base * factor) if _any(metrics, TEMPORAL) else None
    environmental = _environmental(metrics, version, factor, up) if _any(metrics, V3_ENVIRONMENTAL) else None
    return Scores(base, temporal, environmental, round(impact, 1), round(exploitability, 1))


def roundup_30(score: float) -> float:
    return math.ceil(score * 10) / 10


def roundup_31(score: float) -> float:
    """Rounding up that is not misled by the last digits of a binary fraction (3.1, appendix A)."""
    whole = round(score * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def _exploitability(metrics: Metrics, changed: bool) -> float:
    rights = V3_WEIGHTS["PR changed" if changed else "PR"][metrics["PR"]]
    return 8.22 * math.prod(
        (*(V3_WEIGHTS[name][metrics[name]] for name in ("AV", "AC")), rights, V3_WEIGHTS["UI"][metrics["UI"]])
    )


def _together(impact: float, exploitability: float, changed: bool, up: Callable[[float], float]) -> float:
    if impact <= 0:
        return 0.0
    return up(min((1.08 if changed else 1.0) * (impact + exploitability), 10.0))


def _environmental(metrics: Metrics, version: str, factor: float, up: Callable[[float], float]) -> float:
    modified = {name: metrics.get(f"M{name}", metrics[name]) for name in ("AV", "AC", "PR", "UI", "S", "C", "I", "A")}
    changed = modified["S"] == "C"
    gone = min(
        1
        - math.prod(
            1 - V3_WEIGHTS["CIA"][modified[name]] * V3_WEIGHTS["R"].get(metrics.get(f"{name}R", "X"), 1.0)
            for name in "CIA"
        ),
        0.915,
    )
    if not changed:
        impact = 6.42 * gone
    elif version == "3.1":
        impact = 7.52 * (gone - 0.029) - 3.25 * (gone * 0.9731 - 0.02) ** 13
    else:
        impact = 7.52 * (gone - 0.029) - 3.25 * (gone - 0.02) ** 15
    within = _together(impact, _exploitability(modified, changed), changed, up)
    return up(within * factor)


def _factor(weights: dict[str, dict[str, float]], metrics: Metrics) -> float:
    return math.prod(weights[name][metrics[name]] for name in TEMPORAL if name in metrics)


def _any(metrics: Metrics, names: tuple[str, ...]) -> bool:
    return any(name in metrics for name in names)
