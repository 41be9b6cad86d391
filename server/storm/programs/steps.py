"""Steps that set variables, call, run subqueries and commands, and yield nodes that values stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..lifts.values import PYTHONS
from ..nodes.path import Path
from ..runtime import Runtime
from ..surface import UNDEF
from ..syntax.steps import Command, Evaluate, SetItem, SetVariable, SetVariables, Subquery, Yield
from ..syntax.values import QueryValue, Span
from ..values.convert import python_text
from ..values.kinds import iterate, set_item
from .shape import Paths, Plain, Step, one
from .yielded import nodes_in

if TYPE_CHECKING:
    from .compile import Compiler

Action = Callable[[Runtime, "Path | None"], None]


def each(action: Action, safe: bool) -> tuple[Step, Plain | None]:
    """A step that does something for every node and lets it go on; without nodes once, if it needs none."""

    def step(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            action(run, path)
            yield path
        if none and safe:
            action(run, None)

    def plain(run: Runtime) -> None:
        action(run, None)

    return step, plain if safe else _idle


def _idle(run: Runtime) -> None:
    """What a step that needs a node does without one."""


def set_variable(step: SetVariable, c: Compiler) -> tuple[Step, Plain | None]:
    """`$name = value`; `$lib.undef` takes the variable away."""
    name, value = step.name, c.value(step.value)
    made, _ = each(lambda run, path: assign(run, path, name, value(run, path)), safe := c.is_safe(step.value))
    if not safe:
        return made, _idle

    def plain(run: Runtime) -> None:
        valu = value(run, None)
        if valu is not UNDEF and (name in run.vars or run.outer is None):
            run.vars[name] = valu
        else:
            run.set(name, valu)

    return made, plain


def assign(run: Runtime, path: Path | None, name: str, valu: Any) -> None:
    """Set a variable on the way of a node and in the runtime."""
    if path is not None:
        if valu is UNDEF:
            path.vars.pop(name, None)
        else:
            path.vars[name] = valu
    run.set(name, valu)


def set_variables(step: SetVariables, c: Compiler) -> tuple[Step, Plain | None]:
    """`($one, $two) = value`: further items are dropped."""
    names, value = step.names, c.value(step.value)

    def action(run: Runtime, path: Path | None) -> None:
        valu = value(run, path)
        try:
            if valu is None:
                raise StormError("StormRuntimeError", "")
            items = list(iterate(run, valu))
        except StormError:
            raise StormError("StormRuntimeError", f"Value is not iterable: {python_text(valu)}") from None
        if len(items) < len(names):
            mesg = f"Attempting to assign more items than we have variables to assign to: {python_text(items)}"
            error = StormError("StormVarListError", mesg, names=list(names), numitems=len(items))
            raise c.located(error, Span(step.span.start, c.text.index(")", step.span.start) + 1))
        for name, item in zip(names, items, strict=False):
            assign(run, path, name, item)

    return each(action, c.is_safe(step.value))


def set_item_step(step: SetItem, c: Compiler) -> tuple[Step, Plain | None]:
    """`$x.name = value`."""
    from .compile import place

    target, name, value = c.value(step.target.target), c.value(step.target.name), c.value(step.value)
    marked = place(step.target.target)

    def action(run: Runtime, path: Path | None) -> None:
        me, key, valu = target(run, path), name(run, path), value(run, path)
        try:
            set_item(run, me, key, valu)
        except StormError as error:
            raise error if error.name in PYTHONS else c.located(error, marked) from error.__cause__

    return each(action, c.is_safe(step.target) and c.is_safe(step.value))


def evaluate(step: Evaluate, c: Compiler) -> tuple[Step, Plain | None]:
    """`$x.y()` for what it does. A function that yields is run to its end without a node in hand, and not begun with one."""
    value = c.value(step.value)

    def action(run: Runtime, path: Path | None) -> None:
        valu = value(run, path)
        if path is None and isinstance(valu, Iterator):
            for _ in valu:
                pass

    return each(action, c.is_safe(step.value))


def subquery(step: Subquery, c: Compiler) -> Step:
    """`{ query }`: run for every node, which goes on with the variables that were set in it."""
    block = c.query(step.query)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        for path in paths:
            for inner in block.run(run, one(path)):
                if inner is not path:
                    path.vars.update(inner.vars)
            yield path

    return run_it


def yield_step(step: Yield, c: Compiler) -> Step:
    """`yield value`: the nodes that it stands for, and behind them the one that came in."""
    if isinstance(step.value, QueryValue):
        return _yield_query(step.value, c)
    value, safe = c.value(step.value), c.is_safe(step.value)
    from .compile import place

    marked = place(step.value)

    def made(run: Runtime, path: Path | None) -> Iterator[Path]:
        try:
            for node in nodes_in(run, value(run, path)):
                yield Path(node) if path is None else Path(node, path.vars.copy())
        except StormError as error:
            raise c.located(error, marked) if error.name == "BadLiftValu" else error from None

    def run_it(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            yield from made(run, path)
            yield path
        if none and safe:
            yield from made(run, None)

    return run_it


def _yield_query(value: QueryValue, c: Compiler) -> Step:
    block = c.query(value.query)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        for path in paths:
            # The very path goes in: what is set on it within stays set.
            yield from block.run(run, one(path))
            yield path

    return run_it


def command(step: Command, c: Compiler) -> Step:
    """`name arguments`: see commands/."""
    from ..commands.running import command_step

    return command_step(step, c)


STEPS: dict[type, Any] = {
    SetVariable: set_variable,
    SetVariables: set_variables,
    SetItem: set_item_step,
    Evaluate: evaluate,
    Subquery: subquery,
    Yield: yield_step,
    Command: command,
}
