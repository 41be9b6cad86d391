"""`$lib.random`: numbers of chance, and those that a seed gives again and again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_int, to_str


@dataclass(slots=True, eq=False)
class Generator:
    """Numbers of a seed; None is a seed of the machine's own."""

    seed: str | None
    numbers: Random


def seeded(seed: Any) -> tuple[str | None, Random]:
    text = None if seed is None else to_str(seed)
    return text, Random(text)


def generator(run: Runtime, me: Any, seed: Any = None) -> Generator:
    return Generator(*seeded(seed))


def set_seed(run: Runtime, me: Generator, valu: Any) -> None:
    me.seed, me.numbers = seeded(valu)


def between(numbers: Random, maxval: Any, minval: Any) -> int:
    most, least = to_int(maxval), to_int(minval)
    if least > most:
        mesg = f"Minval must be less than or equal to maxval, minval={least}, maxval={most}"
        raise StormError("BadArg", mesg)
    return numbers.randint(least, most)


RANDOM = Library(
    "lib.random",
    "Numbers of chance.",
    (
        local("generator(seed: str = null) -> random", generator, "Numbers that the same seed gives again."),
        local(
            "int(maxval: int, minval: int = 0) -> int",
            lambda run, me, maxval, minval=0: between(Random(), maxval, minval),
            "A number, both bounds included.",
        ),
    ),
)

GENERATOR = Kind(
    "random",
    "Random",
    Generator,
    "Numbers that a seed gives.",
    (
        local(
            "int(maxval: int, minval: int = 0) -> int",
            lambda run, me, maxval, minval=0: between(me.numbers, maxval, minval),
            "The next number, both bounds included.",
        ),
        local("seed: gtor|stor", lambda run, me: me.seed, "The seed; set, it begins anew.", sets=set_seed),
    ),
    show=lambda run, me: f"random seed={me.seed}",
)

LIBRARIES = (RANDOM,)
KINDS = (GENERATOR,)
