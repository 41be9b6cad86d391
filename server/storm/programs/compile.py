"""The tree of a query to what can run: steps are generators over nodes, values and conditions plain functions.

Each type of the tree has one function, in the tables at the end. Compiled queries are kept by their text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from ...model.kept import Kept
from ..edits.edit import STEPS as EDITS
from ..errors import StormError, highlight
from ..filters.filter import CONDITIONS as FILTERING
from ..filters.filter import STEPS as FILTERS
from ..lifts.counting import STEPS as COUNTING
from ..lifts.counting import counted
from ..lifts.lift import STEPS as LIFTS
from ..lifts.narrow import narrowed
from ..parsing.parse import mode_of, parse
from ..pivots.pivot import STEPS as PIVOTS
from ..runtime import Runtime
from ..surface import UNDEF
from ..syntax import filters as syntax_filters
from ..syntax import steps as syntax
from ..syntax import values as syntax_values
from ..syntax.steps import Query
from ..syntax.values import Call, Deref, Span, Variable
from . import assigned
from .control import OF_PYTHON
from .control import STEPS as CONTROL
from .expr import VALUES as EXPRESSIONS
from .expr import missing
from .loops import STEPS as LOOPS
from .shape import Condition, Paths, Plain, Step, Value
from .steps import STEPS as PLAIN_STEPS


@dataclass(frozen=True, slots=True)
class Block:
    """A compiled query or a block of one.

    plain: the whole of it for the case that no node comes in, where none of its steps can make one; else None.
    needs: of a whole query, the variables that must be there before it runs; see `assigned.needs`.
    """

    text: str
    steps: tuple[Step, ...]
    plain: Plain | None
    needs: tuple[tuple[str, Span, bool | None], ...] = ()

    def check(self, run: Runtime) -> None:
        """Raises StormError("NoSuchVar") for the first variable that the query needs and that is not there."""
        for name, place, known in self.needs:
            if run.get(name) is UNDEF:
                error = missing(name, known)
                error.info["highlight"] = highlight(self.text, place.start, place.end, parsed=True)
                raise error

    def run(self, run: Runtime, paths: Paths) -> Paths:
        """The nodes that come out, for those that come in."""
        for step in self.steps:
            paths = step(run, paths)
        return paths


# Characters of the texts whose programs are kept: some hundred modules of packages, or some thousand short queries.
PROGRAMS: Kept[Block] = Kept(1024 * 1024)


class Compiler:
    """Compiles one text. safe: which variables the text sets, and whether without a node in hand."""

    def __init__(self, text: str, safe: dict[str, bool] | None = None) -> None:
        self.text = text
        self.safe = {} if safe is None else safe
        self.read: set[str] = set()

    # -- parts

    def query(self, query: Query) -> Block:
        """A query within the text: `{ ... }`."""
        made = [self.step(each) for each in counted(narrowed(query.steps), self)]
        plains = [plain for _, plain in made if plain is not None]
        plain = _together(plains) if len(plains) == len(made) else None
        return Block(query.text, tuple(step for step, _ in made), plain)

    def step(self, step: syntax.Step) -> tuple[Step, Plain | None]:
        """A step, and what it is where no node comes in and none can come out."""
        made = STEPS[type(step)](step, self)
        return made if isinstance(made, tuple) else (made, None)

    def value(self, value: syntax_values.Value) -> Value:
        made: Value = VALUES[type(value)](value, self)
        return made

    def condition(self, condition: syntax_filters.Condition) -> Condition:
        made: Condition = CONDITIONS[type(condition)](condition, self)
        return made

    def is_safe(self, value: Any) -> bool:
        """Whether a value, or anything made of values, can be computed without a node."""
        return assigned.is_safe(value, self.safe)

    def within(self) -> Compiler:
        """A compiler for a block of the same text that runs without a node, and reads every variable so."""
        return Compiler(self.text, dict.fromkeys(self.safe, True))

    # -- errors

    def located(self, error: StormError, span: Span) -> StormError:
        """The error with the place in the text where it came up, unless it has one or is one of the product's own Python."""
        if "highlight" not in error.info and error.name not in OF_PYTHON:
            error.info["highlight"] = highlight(self.text, span.start, span.end, parsed=True)
        return error

    def fail(self, span: Span, name: str, mesg: str, **info: Any) -> NoReturn:
        """Raise an error of the product at a place of the text."""
        raise self.located(StormError(name, mesg, **info), span)


def compiled(text: str, mode: str = "storm", *, own_lib: bool = False) -> Block:
    """A text that can run. Raises BadSyntax, and StormError for what the product refuses before it runs anything.

    own_lib: whoever runs it gives it a variable `lib` of its own.
    """
    return PROGRAMS.of(text, (mode_of(mode), own_lib), lambda: program(parse(text, mode), own_lib=own_lib))


def program(query: Query, *, own_lib: bool = False) -> Block:
    """A parsed query that can run."""
    names = assigned.names(query)
    compiler = Compiler(query.text, {"lib": True, **names} if own_lib else names)
    return replace(compiler.query(query), needs=assigned.needs(query))


def start_of(value: Any) -> int:
    """Where the product sees a value begin: behind the `$` of a variable."""
    if isinstance(value, Variable):
        return value.span.start + 1
    if isinstance(value, Call | Deref):
        return start_of(value.target)
    start: int = value.span.start
    return start


def place(value: Any) -> Span:
    """The stretch of text that the product marks for a value."""
    return Span(start_of(value), value.span.end)


def _together(plains: list[Plain]) -> Plain:
    if len(plains) == 1:
        return plains[0]
    if len(plains) == 2:
        first, second = plains

        def both(run: Runtime) -> None:
            first(run)
            second(run)

        return both
    several = tuple(plains)

    def every(run: Runtime) -> None:
        for plain in several:
            plain(run)

    return every


Made = Callable[[Any, Compiler], Any]

STEPS: dict[type, Made] = {**LIFTS, **COUNTING, **PIVOTS, **FILTERS, **EDITS, **PLAIN_STEPS, **CONTROL, **LOOPS}
VALUES: dict[type, Made] = EXPRESSIONS
CONDITIONS: dict[type, Made] = FILTERING
