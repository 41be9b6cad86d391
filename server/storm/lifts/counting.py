"""`lift | count`: the number is read from the index, where no node need be made only to be counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..programs.shape import Paths, Step
from ..runtime import Runtime
from ..syntax.steps import Command, LiftProp
from .lift import count

if TYPE_CHECKING:
    from ..programs.compile import Compiler


@dataclass(frozen=True, slots=True)
class CountLift:
    """A lift and the command `count` directly behind it."""

    lift: LiftProp


def counted(steps: Iterable[Any], c: Compiler) -> list[Any]:
    """The steps of a query with each such pair as one."""
    found: list[Any] = []
    for step in steps:
        last = found[-1] if found else None
        if _counts(step) and isinstance(last, LiftProp) and c.is_safe(last.name) and c.is_safe(last.compare):
            found[-1] = CountLift(last)
        else:
            found.append(step)
    return found


def _counts(step: Any) -> bool:
    return isinstance(step, Command) and step.name == "count" and not step.arguments


def count_lift(step: CountLift, c: Compiler) -> Step:
    """Prints what `count` would: the nodes that come in, and those that the lift adds."""
    lifted = count(step.lift, c)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        number = sum(1 for _ in paths) + lifted(run)
        run.print(f"Counted {number} nodes.")
        yield from ()

    return run_it


STEPS: dict[type, Any] = {CountLift: count_lift}
