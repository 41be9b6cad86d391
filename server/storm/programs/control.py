"""Choices, errors caught, functions, and what runs before, behind or instead of nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..nodes.node import Node
from ..nodes.path import Path
from ..runtime import Runtime
from ..surface import REQUIRED
from ..syntax import steps as syntax
from ..syntax.steps import Catch, Emit, Empty, Fini, Function, If, Init, Return, Stop, Switch, Try
from ..syntax.values import Span
from ..values.containers import Number
from ..values.convert import is_mutable, python_name, python_text, to_bool, to_text
from ..values.kinds import iterate
from . import functions
from .functions import Defined, Parameter
from .leaving import Leaving, Returned, Stopped
from .shape import Paths, Plain, Step, Value, nothing, one
from .steps import assign, each

if TYPE_CHECKING:
    from .compile import Block, Compiler

Chosen = Callable[[Runtime, "Path | None"], "Block | None"]
STAR = "*"
# Errors that the product does not mean to raise, and cannot catch.
OF_PYTHON = frozenset({"AttributeError", "IndexError", "KeyError", "LookupError", "TypeError", "ValueError", "OSError"})


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
        valu = value(run, path)
        word = python_text(valu) if valu is None or isinstance(valu, bool) else to_text(run, valu)
        return cases.get(word, default)

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
        if caught.name in OF_PYTHON:
            raise caught
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
    info = {key: _frozen(valu) for key, valu in error.info.items() if key != "mesg"}
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
        if not isinstance(valu, list | tuple):
            mesg = f"catch block must be a str or list object. {python_name(valu)} not allowed."
            raise StormError("StormRuntimeError", mesg, type=python_name(valu))
        return name in [to_text(run, item) for item in iterate(run, valu)]

    return catching


def function(step: Function, c: Compiler) -> tuple[Step, Plain | None]:
    """`function name(one, two=2) { }`: a variable that can be called; defaults are computed here, once."""
    from .assigned import names
    from .compile import Compiler

    inner = Compiler(c.text, names(step.body) | {parameter.name: True for parameter in step.parameters})
    inner.safe = {**c.safe, **inner.safe}
    body = inner.query(step.body)
    defaults = tuple((each, None if each.default is None else c.value(each.default)) for each in step.parameters)
    emits, returns = functions.emits(step.body), functions.returns(step.body)
    marked = _parameters(step, c.text)

    def located(error: StormError) -> StormError:
        return c.located(error, marked)

    def whole(error: StormError) -> StormError:
        return c.located(error, step.span)

    def define(run: Runtime) -> None:
        bound = tuple(Parameter(each.name, _default(run, each, value, c)) for each, value in defaults)
        run.vars[step.name] = Defined(step.name, bound, body, run, emits, returns, located, whole)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        define(run)
        yield from paths

    return run_it, define


def _default(run: Runtime, parameter: syntax.Parameter, value: Value | None, c: Compiler) -> Any:
    """The default of a parameter, computed when the function is defined. Raises StormError."""
    if value is None:
        return REQUIRED
    try:
        valu = value(run, None)
    except StormError as error:
        if error.name != "NoSuchVar":
            raise
        c.fail(parameter.span, "StormRuntimeError", "Non-runtsafe default parameter value not allowed")
    if is_mutable(valu):
        name = Span(parameter.span.start, parameter.span.start + len(parameter.name))
        c.fail(name, "StormRuntimeError", "Mutable default parameter value not allowed")
    return valu


def _parameters(step: Function, text: str) -> Span:
    """Where the parameters stand, with their parentheses."""
    start = text.index("(", step.span.start)
    last = step.parameters[-1].span.end if step.parameters else start
    return Span(start, text.index(")", last) + 1)


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

    mesg = 'Generator control statement "stop" used outside of a generator function.'
    error = c.located(StormError("StormRuntimeError", mesg, statement="stop"), step.span)

    def run_it(run: Runtime, paths: Paths) -> Paths:
        for _ in paths:
            raise Stopped(error)
        raise Stopped(error)
        yield

    def plain(run: Runtime) -> None:
        raise Stopped(error)

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


def uncaught(run: Runtime, left: Leaving) -> StormError | None:
    """What leaving a place that one is not in comes to: the error the product gives, None if it is none of these."""
    if not isinstance(left, Returned):
        return left.error
    # As Python shows the value; an empty text is told too.
    mesg = to_text(run, left.valu) if isinstance(left.valu, str | Number | Node) else python_text(left.valu)
    return StormError("StormReturn", mesg, mesg=mesg)


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
