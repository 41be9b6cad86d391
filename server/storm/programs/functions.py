"""Functions that a query defines, and calling them.

A function whose text has `emit` gives values one by one; one without `return` gives the nodes that its body yields; any
other gives what it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from greenlet import GreenletExit, getcurrent, greenlet

from ..errors import StormError
from ..runtime import Runtime
from ..surface import REQUIRED
from ..syntax.steps import Emit, Function, Query, Return
from ..syntax.values import EmbeddedQuery
from .leaving import Leaving, LoopLeft, LoopSkipped, Returned, Stopped
from .shape import nothing

if TYPE_CHECKING:
    from ..nodes.node import Node
    from ..nodes.path import Path
    from .compile import Block


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; `default` is REQUIRED where it must be given."""

    name: str
    default: Any


@dataclass(frozen=True, slots=True, eq=False)
class Defined:
    """A function as a value.

    scope: the runtime it was defined in, whose variables it sees. located: gives an error about its arguments their place.
    whole: gives one of leaving what is not in it the place of the function.
    """

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    scope: Runtime
    emits: bool
    returns: bool
    located: Callable[[StormError], StormError]
    whole: Callable[[StormError], StormError]

    def call(self, run: Runtime, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """What the function returns, or an iterator. run: who calls. Raises StormError."""
        try:
            bound = self._bound(args, kwargs)
        except StormError as error:
            raise self.located(error) from None
        text = self.body.text.strip()
        run.check_depth(text)
        child = self.scope.call(bound, text)
        child.depth = max(child.depth, run.depth + 1)
        child.snap, child.readonly, child.asroot = run.snap, run.readonly, run.asroot
        if self.emits:
            return self._watched(emitted(self.body, child))
        if not self.returns:
            return self._watched(pairs_of(self.body, child))
        try:
            return result_of(self.body, child)
        except (LoopLeft, LoopSkipped, Stopped) as left:
            raise self._left(left) from None

    def _left(self, left: Leaving) -> StormError:
        """The error of leaving what is not in the function."""
        assert left.error is not None
        mesg, statement = f"function {self.name} - {left.error.mesg}", left.error.info["statement"]
        return self.whole(StormError(left.error.name, mesg, mesg=mesg, function=self.name, statement=statement))

    def _watched(self, items: Iterator[Any]) -> Iterator[Any]:
        """What the body gives. Raises StormError where it leaves a loop that it is not in."""
        try:
            yield from items
        except (LoopLeft, LoopSkipped) as left:
            raise self._left(left) from None

    def _bound(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        given, count = len(args) + len(kwargs), len(self.parameters)
        if given > count:
            raise _refused(f"{self.name}() takes {count} arguments but {given} were provided")
        bound = {parameter.name: valu for parameter, valu in zip(self.parameters, args, strict=False)}
        rest = dict(kwargs)
        for parameter in self.parameters[len(args) :]:
            valu = rest.pop(parameter.name, parameter.default)
            if valu is REQUIRED:
                raise _refused(f"{self.name}() missing required argument {parameter.name}")
            bound[parameter.name] = valu
        for name in rest:
            if name in bound:
                raise _refused(f"{self.name}() got multiple values for parameter {name}")
            raise _refused(f"{self.name}() got unexpected keyword argument: {name}")
        return bound


def result_of(body: Block, run: Runtime) -> Any:
    """What a body returns; None if it does not."""
    try:
        if body.plain is not None:
            body.plain(run)
        else:
            for _ in body.run(run, nothing()):
                pass
    except Returned as returned:
        return returned.valu
    return None


def nodes_of(body: Block, run: Runtime) -> Iterator[Node]:
    """The nodes that a body yields."""
    try:
        for path in body.run(run, nothing()):
            yield path.node
    except Stopped:
        return


def pairs_of(body: Block, run: Runtime) -> Iterator[tuple[Node, Path]]:
    """The nodes that a body yields, each with its path: what a loop over a function sees."""
    try:
        for path in body.run(run, nothing()):
            yield path.node, path
    except Stopped:
        return


def emitted(body: Block, run: Runtime) -> Iterator[Any]:
    """The values that a body emits, each as it is asked for.

    The body runs on a stack of its own, as an `emit` may stand deep within its loops and blocks.
    """
    reader = getcurrent()

    def produce() -> None:
        for _ in body.run(run, nothing()):
            pass

    producer = greenlet(produce, parent=reader)
    run.emitter = Emitter(producer)
    try:
        while True:
            valu = _resumed(producer)
            if producer.dead:
                return
            yield valu
    except Stopped:
        return
    finally:
        _end(producer)


def _resumed(producer: greenlet) -> Any:
    """What a body emits next. Raises StormError in another thread than the one it began in: stacks cannot move."""
    try:
        producer.parent = getcurrent()
    except ValueError:
        mesg = "Dead Ringer goes on with a generator only in the query that began it."
        raise StormError("StormRuntimeError", mesg) from None
    return producer.switch()


def _end(producer: greenlet) -> None:
    """Unwind a body that nobody reads to its end."""
    if producer.dead:
        return
    try:
        producer.parent = getcurrent()
    except ValueError:
        # The memory of a query that is over may be collected in any thread; greenlet then ends the stack in its own.
        return
    producer.throw(GreenletExit)


@dataclass(slots=True)
class Emitter:
    """Where the `emit` of a running function puts its values."""

    producer: greenlet

    def put(self, valu: Any) -> None:
        """Hand over one value; goes on when the next one is asked for."""
        parent = self.producer.parent
        assert parent is not None
        parent.switch(valu)


def emits(body: Query) -> bool:
    """Whether a function's text has an `emit` of its own."""
    return _has(body, Emit)


def returns(body: Query) -> bool:
    """Whether a function's text has a `return` of its own."""
    return _has(body, Return)


def _has(part: Any, kind: type) -> bool:
    if isinstance(part, kind):
        return True
    if isinstance(part, tuple):
        return any(_has(each, kind) for each in part)
    if isinstance(part, Function | EmbeddedQuery) or not is_dataclass(part):
        return False
    return any(_has(getattr(part, each.name), kind) for each in fields(part))


def _refused(mesg: str) -> StormError:
    return StormError("StormRuntimeError", mesg)
