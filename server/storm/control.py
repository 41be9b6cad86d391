"""Choices, errors caught, functions, and what runs before, behind or instead of nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import functions
from .errors import StormError
from .functions import Defined, Parameter
from .leaving import Leaving, LoopLeft, LoopSkipped, Returned, Stopped
from .path import Path
from .runtime import Runtime
from .shape import Paths, Plain, Step, nothing, one
from .steps import assign, each
from .surface import REQUIRED
from .syntax import Catch, Emit, Empty, Fini, Function, If, Init, Return, Stop, Switch, Try
from .values.convert import to_bool, to_text
from .values.kinds import iterate

if TYPE_CHECKING:
    from .compile import Block, Compiler

Chosen = Callable[[Runtime, "Path | None"], "Block | None"]
STAR = "*"


def if_step(step: If, c: Compiler) -> tuple[Step, Plain | None]:
    """`if value { } elif value { } else { }`; a node for which no block is chosen goes on as it is."""
    branches = tuple((c.value(value), c.query(body)) for value, body in step.branches)
    otherwise = None if step.otherwise is None else c.query(step.otherwise)

    def choose(run: Runtime, path: Path | None) -> Block | None:
        for value, body in branches:
            if to_bool(value(run, path)):
                return body
        return otherwise

    # Only the first condition decides whether anything is done without a node.
    return _chosen(choose, [*(body for _, body in branches), otherwise], safe=c.is_safe(step.branches[0][0]))


def switch(step: Switch, c: Compiler) -> tuple[Step, Plain | None]:
    """`switch $x { one: { } *: { } }`: by the text of the value."""
    value = c.value(step.value)
    cases = {text: body for texts, query in step.cases for body in [c.query(query)] for text in texts}
    default = None if step.default is None else c.query(step.default)

    def choose(run: Runtime, path: Path | None) -> Block | None:
        return cases.get(to_text(run, value(run, path)), default)

    return _chosen(choose, [*cases.values(), default], safe=c.is_safe(step.value))


def _chosen(choose: Chosen, blocks: list[Block | None], *, safe: bool) -> tuple[Step, Plain | None]:
    def run_it(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            block = choose(run, path)
            if block is None:
                yield path
            else:
                yield from block.run(run, one(path))
        if none and safe:
            block = choose(run, None)
            if block is not None:
                yield from block.run(run, nothing())

    def plain(run: Runtime) -> None:
        if safe:
            block = choose(run, None)
            if block is not None:
                assert block.plain is not None
                block.plain(run)

    return run_it, plain if all(block is None or block.plain is not None for block in blocks) else None


def try_step(step: Try, c: Compiler) -> Step:
    """`try { } catch … { }`: by node; the block that catches gets the node that came in."""
    body = c.query(step.body)
    catches = tuple((_catching(each, c), each.name, c.query(each.body)) for each in step.catches)

    def turn(run: Runtime, path: Path | None) -> Paths:
        inner = body.run(run, nothing() if path is None else one(path))
        try:
            while True:
                # What goes wrong further on, with a node that has left, is not for us to catch.
                found = next(inner, None)
                if found is None:
                    return
                yield found
        except StormError as error:
            caught = error
        for catching, name, handler in catches:
            if catching(run, path, errname(caught)):
                assign(run, path, name, told(caught))
                yield from handler.run(run, nothing() if path is None else one(path))
                return
        raise caught

    def run_it(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            yield from turn(run, path)
        if none:
            yield from turn(run, None)

    return run_it


def errname(error: StormError) -> str:
    """The name that an error is caught by: of one that Storm raised itself, the one it gave."""
    return str(error.info["errname"]) if error.name == "StormRaise" and "errname" in error.info else error.name


def told(error: StormError) -> dict[str, Any]:
    """What `catch … as err` says about an error."""
    info = {key: _frozen(valu) for key, valu in error.info.items()}
    return {"name": errname(error), "mesg": error.mesg, "info": info}


def _frozen(valu: Any) -> Any:
    if isinstance(valu, dict):
        return {key: tuple(item) if isinstance(item, list) else item for key, item in valu.items()}
    return valu


def _catching(catch: Catch, c: Compiler) -> Callable[[Runtime, Path | None, str], bool]:
    value = c.value(catch.errors)

    def catching(run: Runtime, path: Path | None, name: str) -> bool:
        valu = value(run, path)
        if isinstance(valu, str):
            return valu in (STAR, name)
        return name in [to_text(run, item) for item in iterate(run, valu)]

    return catching


def function(step: Function, c: Compiler) -> tuple[Step, Plain | None]:
    """`function name(one, two=2) { }`: a variable that can be called; defaults are computed here, once."""
    from .assigned import names
    from .compile import Compiler

    inner = Compiler(c.text, names(step.body) | {parameter.name: True for parameter in step.parameters})
    inner.safe = {**c.safe, **inner.safe}
    body = inner.query(step.body)
    parameters = tuple((each.name, None if each.default is None else c.value(each.default)) for each in step.parameters)
    emits, returns = functions.emits(step.body), functions.returns(step.body)

    def define(run: Runtime) -> None:
        bound = tuple(
            Parameter(name, REQUIRED if default is None else default(run, None)) for name, default in parameters
        )
        run.vars[step.name] = Defined(step.name, bound, body, run, emits, returns)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        define(run)
        yield from paths

    return run_it, define


def return_step(step: Return, c: Compiler) -> tuple[Step, Plain | None]:
    """`return(value)`: with the first node; without nodes if the value needs none."""
    value = None if step.value is None else c.value(step.value)
    safe = step.value is None or c.is_safe(step.value)

    def action(run: Runtime, path: Path | None) -> None:
        raise Returned(None if value is None else value(run, path))

    return each(action, safe)


def emit(step: Emit, c: Compiler) -> tuple[Step, Plain | None]:
    """`emit value`."""
    value, safe = c.value(step.value), c.is_safe(step.value)

    def action(run: Runtime, path: Path | None) -> None:
        scope: Runtime | None = run
        while scope is not None and scope.emitter is None:
            scope = scope.outer
        if scope is None:
            c.fail(step.span, "StormRuntimeError", "Cannot emit from outside of an emitter function")
        scope.emitter.put(value(run, path))

    return each(action, safe)


def stop(step: Stop, c: Compiler) -> tuple[Step, Plain | None]:
    """`stop`: with the first node, or without any."""

    def run_it(run: Runtime, paths: Paths) -> Paths:
        for _ in paths:
            raise Stopped
        raise Stopped
        yield

    def plain(run: Runtime) -> None:
        raise Stopped

    return run_it, plain


def init(step: Init, c: Compiler) -> Step:
    """`init { }`: before the first node; its own nodes go on first."""
    body = c.query(step.body)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        yield from body.run(run, nothing())
        yield from paths

    return run_it


def fini(step: Fini, c: Compiler) -> Step:
    """`fini { }`: behind the last node; its own nodes go on last."""
    body = c.query(step.body)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        yield from paths
        yield from body.run(run, nothing())

    return run_it


def empty(step: Empty, c: Compiler) -> Step:
    """`empty { }`: if no node came."""
    body = c.query(step.body)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        none = True
        for path in paths:
            none = False
            yield path
        if none:
            yield from body.run(run, nothing())

    return run_it


def uncaught(run: Runtime, error: Leaving) -> StormError | None:
    """What leaving a place that one is not in comes to: the error the product gives, None if it is none of these."""
    if isinstance(error, Returned):
        return StormError("StormReturn", to_text(run, error.valu))
    if isinstance(error, LoopLeft | LoopSkipped):
        word = "break" if isinstance(error, LoopLeft) else "continue"
        return StormError(
            "StormRuntimeError", f'Loop control statement "{word}" used outside of a loop.', statement=word
        )
    if isinstance(error, Stopped):
        mesg = 'Generator control statement "stop" used outside of a generator function.'
        return StormError("StormRuntimeError", mesg, statement="stop")
    return None


STEPS: dict[type, Any] = {
    If: if_step,
    Switch: switch,
    Try: try_step,
    Function: function,
    Return: return_step,
    Emit: emit,
    Stop: stop,
    Init: init,
    Fini: fini,
    Empty: empty,
}
