"""A command as a step: its arguments are computed, read, and its generator set between the nodes before and behind it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Paths, Step, Value
from ..runtime import Runtime
from ..syntax.steps import Command as Called
from ..syntax.values import QueryValue, Span
from .command import Command, Given, filled, read

if TYPE_CHECKING:
    from ..programs.compile import Compiler


def command_step(step: Called, c: Compiler) -> Step:
    """`name arguments`. What depends on a node is computed anew for each."""
    arguments = tuple((_argument(each.value, c), each.option) for each in step.arguments)
    safe = all(c.is_safe(each.value) for each in step.arguments)
    place = Span(step.span.start, step.span.start + len(step.name))

    def words(run: Runtime, path: Path | None) -> list[tuple[Any, bool]]:
        return [(value(run, path), option) for value, option in arguments]

    def run_it(run: Runtime, paths: Paths) -> Paths:
        command = find(run, step.name)
        if command is None:
            raise c.located(missing(step.name), place)
        if run.readonly and not command.readonly:
            mesg = f"Command ({step.name}) is not marked safe for readonly use."
            raise c.located(StormError("IsReadOnly", mesg), step.span)
        # What stands before the command runs first, as far as to its first node.
        first = next(paths, None)
        if not safe and command.needs_safe and first is not None:
            read(command, run, words(run, first))
            raise StormError("StormRuntimeError", f"{step.name} {command.needs_safe} must be runtsafe.")
        inbound = paths if first is None else _chain(first, paths)
        if safe:
            yield from command.run(run, filled(command, read(command, run, words(run, first))), inbound)
        elif first is not None:
            yield from _by_node(command, run, first, paths, words)

    return run_it


def find(run: Runtime, name: str) -> Command | None:
    """The command of that name, the product's or of a package."""
    from .packages import command_of
    from .table import COMMANDS

    return COMMANDS.get(name) or command_of(run, name)


def every(run: Runtime) -> list[Command]:
    """All commands that there are."""
    from .packages import commands
    from .table import COMMANDS

    return [*COMMANDS.values(), *commands(run)]


def missing(name: str) -> StormError:
    """The error of a command that is not there: ours to build, or nobody's."""
    if name in known():
        return StormError("NotImplemented", f"Dead Ringer does not implement the command {name} yet.", name=name)
    mesg = f"Storm command ({name}) not found."
    return StormError("NoSuchName", mesg, name=name, mesg=mesg)


@cache
def known() -> frozenset[str]:
    """Every command that the product has."""
    return frozenset(files(__package__).joinpath("known.txt").read_text(encoding="utf-8").split())


def _by_node(command: Command, run: Runtime, first: Path, paths: Paths, words: Any) -> Paths:
    """A command whose arguments depend on the node: they change under it as nodes come in."""
    given = Given()

    def told(source: Paths) -> Paths:
        for path in source:
            vars(given).update(vars(filled(command, read(command, run, words(run, path)))))
            yield path

    vars(given).update(vars(filled(command, read(command, run, words(run, first)))))
    yield from command.run(run, given, _chain(first, told(paths)))


def _chain(first: Path, rest: Paths) -> Paths:
    yield first
    yield from rest


def _argument(value: Any, c: Compiler) -> Value:
    """An argument; a query in braces is given as its text."""
    if not isinstance(value, QueryValue):
        return c.value(value)
    text = value.query.text.strip()

    def get(run: Runtime, path: Path | None) -> str:
        return text

    return get
