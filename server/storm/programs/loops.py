"""Loops: `for`, `while`, and how they are left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.path import Path
from ..runtime import Runtime
from ..syntax.steps import Break, Continue, For, While
from ..values.convert import python_text, to_bool
from ..values.kinds import iterate
from .leaving import Leaving, LoopLeft, LoopSkipped
from .shape import Paths, Plain, Step, nothing, one
from .steps import assign

if TYPE_CHECKING:
    from .compile import Compiler

Assign = Callable[[Runtime, "Path | None", Any], None]
# Turns of a loop over values alone between two looks at whether anybody still wants its outcome.
CHECKED = 64


def for_step(step: For, c: Compiler) -> tuple[Step, Plain | None]:
    """`for $x in value { }`: the body runs for each node and each item; without nodes once an item."""
    from .compile import place

    value, body, safe = c.value(step.value), c.query(step.body), c.is_safe(step.value)
    take = _unpacking(step, c) if step.unpack else _taking(step.names[0])

    def items(run: Runtime, path: Path | None) -> Iterator[Any]:
        valu = value(run, path)
        try:
            return iterate(run, valu)
        except StormError as error:
            raise c.located(error, place(step.value)) from None

    def run_it(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            for item in items(run, path):
                run.check()
                inner = path.clone()
                take(run, inner, item)
                try:
                    yield from body.run(run, one(inner))
                except LoopLeft as left:
                    if left.path is not None:
                        yield left.path
                    break
                except LoopSkipped as skipped:
                    if skipped.path is not None:
                        yield skipped.path
        if not none or not safe:
            return
        if plain is not None:
            plain(run)
            return
        for item in items(run, None):
            run.check()
            take(run, None, item)
            try:
                yield from body.run(run, nothing())
            except LoopLeft as left:
                if left.path is not None:
                    yield left.path
                break
            except LoopSkipped as skipped:
                if skipped.path is not None:
                    yield skipped.path

    plain = _plain_for(items, take, body.plain, step) if safe else None
    return run_it, plain


def _plain_for(
    items: Callable[[Runtime, Path | None], Iterator[Any]], take: Assign, body: Plain | None, step: For
) -> Plain | None:
    """The loop where no node comes in and its body makes none."""
    if body is None:
        return None

    def plain(run: Runtime) -> None:
        turns = 0
        for item in items(run, None):
            turns += 1
            if not turns % CHECKED:
                run.check()
            take(run, None, item)
            try:
                body(run)
            except LoopLeft:
                break
            except LoopSkipped:
                continue

    return plain


def _taking(name: str) -> Assign:
    def take(run: Runtime, path: Path | None, item: Any) -> None:
        if path is not None:
            path.vars[name] = item
        if name in run.vars or run.outer is None:
            run.vars[name] = item
        else:
            run.set(name, item)

    return take


def _unpacking(step: For, c: Compiler) -> Assign:
    names = step.names

    def take(run: Runtime, path: Path | None, item: Any) -> None:
        try:
            items = list(iterate(run, item))
        except StormError:
            items = None
        if items is None or len(items) != len(names):
            mesg = f"Number of items to unpack does not match the number of variables: {python_text(item)}"
            count = 0 if items is None else len(items)
            error = StormError("StormVarListError", mesg, names=list(names), numitems=count)
            raise c.located(error, step.value.span)
        for name, valu in zip(names, items, strict=True):
            assign(run, path, name, valu)

    return take


def while_step(step: While, c: Compiler) -> tuple[Step, Plain | None]:
    """`while value { }`: the body runs for each node as long as the value is true; without nodes alike."""
    value, body, safe = c.value(step.value), c.query(step.body), c.is_safe(step.value)

    def turns(run: Runtime, path: Path | None) -> Paths:
        while to_bool(value(run, path)):
            run.check()
            try:
                yield from body.run(run, nothing() if path is None else one(path))
            except LoopLeft as left:
                if left.path is not None:
                    yield left.path
                break
            except LoopSkipped as skipped:
                if skipped.path is not None:
                    yield skipped.path

    def run_it(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            yield from turns(run, path)
        if none and safe:
            if plain is not None:
                plain(run)
            else:
                yield from turns(run, None)

    plain = _plain_while(value, body.plain) if safe else None
    return run_it, plain


def _plain_while(value: Callable[[Runtime, Path | None], Any], body: Plain | None) -> Plain | None:
    if body is None:
        return None

    def plain(run: Runtime) -> None:
        while to_bool(value(run, None)):
            run.check()
            try:
                body(run)
            except LoopLeft:
                break
            except LoopSkipped:
                continue

    return plain


def leave(step: Break, c: Compiler) -> tuple[Step, Plain | None]:
    """`break`: the node in hand goes on behind the loop."""
    return _leaving(LoopLeft, "break", step, c)


def skip(step: Continue, c: Compiler) -> tuple[Step, Plain | None]:
    """`continue`: the node in hand goes on behind the loop."""
    return _leaving(LoopSkipped, "continue", step, c)


def _leaving(kind: Callable[..., Leaving], word: str, step: Break | Continue, c: Compiler) -> tuple[Step, Plain | None]:
    mesg = f'Loop control statement "{word}" used outside of a loop.'
    error = c.located(StormError("StormRuntimeError", mesg, statement=word), step.span)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        for path in paths:
            raise kind(error, path)
        raise kind(error)
        yield

    def plain(run: Runtime) -> None:
        raise kind(error)

    return run_it, plain


STEPS: dict[type, Any] = {For: for_step, While: while_step, Break: leave, Continue: skip}
