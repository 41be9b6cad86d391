"""`$lib` itself: showing and sending, errors and ends, numbers and lists."""

from __future__ import annotations

import copy as copying
from collections.abc import Iterator, Sized
from typing import Any

from ...model.idens import guid_of
from ..errors import StormError
from ..nodes.node import Node
from ..programs.leaving import Exited
from ..runtime import Runtime
from ..surface import UNDEF, Library, local
from ..values.containers import StormDict, StormList, StormSet
from ..values.convert import python_text, to_int, to_prim, to_str, to_text
from ..values.format import fill
from ..values.kinds import iterate, kind_of
from ..values.names import type_name
from ..values.sets import make
from .core_types import cast, frozen, repr_, trycast
from .jsons import check_safe
from .packages import import_
from .raising import raise_
from .texts import StormText

LIST_GOING = "$lib.list() is deprecated. Use ([]) instead."
TEXT_GOING = (
    "$lib.text() is deprecated. Please use a list to append strings to, and then use ``('').join($listOfStr)`` to join "
    "them on demand."
)
COPIED = (str, bytes, int, float, bool, list, tuple, dict, type(None))
WIDTH = 80
LIBRARY = "synapse.lib.stormtypes.LibBase"


def print_(run: Runtime, me: Any, mesg: Any, **kwargs: Any) -> None:
    run.print(fill(run, to_text(run, mesg), kwargs))


def warn(run: Runtime, me: Any, mesg: Any, **kwargs: Any) -> None:
    run.warn(fill(run, to_text(run, mesg), kwargs))


def pprint(run: Runtime, me: Any, item: Any, prefix: Any = "", clamp: Any = None) -> None:
    from pprint import pformat

    text = pformat(frozen(to_prim(run, item)))
    most = None if clamp is None else to_int(clamp)
    if most is not None and most < 3:
        raise StormError("BadArg", "Invalid clamp length.", clamp=most)
    for line in text.splitlines():
        shown = f"{to_str(prefix)}{line}"
        run.print(shown if most is None or len(shown) <= most else f"{shown[: most - 3]}...")


def fire(run: Runtime, me: Any, name: Any, **info: Any) -> None:
    data = {}
    for key, valu in info.items():
        try:
            data[key] = to_prim(run, valu)
        except StormError:
            # What cannot leave Storm is left out.
            continue
    check_safe(data)
    run.emit("storm:fire", {"type": name, "data": data})


def exit_(run: Runtime, me: Any, mesg: Any = None, **kwargs: Any) -> None:
    if mesg is None:
        raise Exited(None, {})
    raise Exited(fill(run, to_text(run, mesg), kwargs), {})


def guid(run: Runtime, me: Any, *args: Any, valu: Any = UNDEF) -> str:
    if args:
        if valu is not UNDEF:
            raise StormError("BadArg", "Valu cannot be specified if positional arguments are provided")
        return _hashed(tuple(to_prim(run, arg) for arg in args))
    return run.host.ids.guid() if valu is UNDEF else _hashed(to_prim(run, valu))


def _hashed(valu: Any) -> str:
    try:
        return guid_of(valu)
    except TypeError as error:
        raise StormError("NotMsgpackSafe", f"{error}: {python_text(valu)}") from error


def copy(run: Runtime, me: Any, item: Any) -> Any:
    if isinstance(item, COPIED):
        return copying.deepcopy(item)
    try:
        name = kind_of(item).name
    except StormError:
        raise StormError("BadArg", "Type does not have a Storm primitive and cannot be copied.") from None
    raise StormError("BadArg", f"Type ({name}) does not support being copied!")


def len_(run: Runtime, me: Any, item: Any) -> int:
    if isinstance(item, Sized):
        return len(item)
    if isinstance(item, Iterator):
        return sum(1 for _ in item)
    name = object_name(item)
    mesg = f"Object {name} does not have a length."
    if name.startswith("synapse.lib.stormtypes.") and name != LIBRARY:
        # The product stumbles over its own error.
        told = f"StormRuntimeError: mesg={mesg!r} name={name!r}"
        mesg = f"Unknown error during len(): StormRuntimeError({told!r})"
    raise StormError("StormRuntimeError", mesg, name=name)


def object_name(valu: Any) -> str:
    """How the product names the class of a value, with its module."""
    if valu is None or isinstance(valu, bool | int | float):
        return f"builtins.{type(valu).__name__}"
    if type_name(valu) == "lib":
        return LIBRARY
    if isinstance(valu, Node):
        return "synapse.lib.node.Node"
    return f"synapse.lib.stormtypes.{kind_of(valu).styp}"


def list_(run: Runtime, me: Any, *vals: Any) -> list[Any]:
    run.warn(LIST_GOING)
    return list(vals)


def text(run: Runtime, me: Any, *args: Any) -> StormText:
    run.warn(TEXT_GOING)
    return StormText([to_str(arg) for arg in args])


def max_(run: Runtime, me: Any, *args: Any) -> int:
    return max(_numbers(run, "max", args))


def min_(run: Runtime, me: Any, *args: Any) -> int:
    return min(_numbers(run, "min", args))


def _numbers(run: Runtime, name: str, args: tuple[Any, ...]) -> list[int]:
    found: list[int] = []
    for arg in args:
        found.extend(to_int(item) for item in (arg if isinstance(arg, list | tuple) else [arg]))
    if not found:
        mesg = f"$lib.{name}() must have at least one argument or a list containing at least one value."
        raise StormError("StormRuntimeError", mesg)
    return found


def range_(run: Runtime, me: Any, stop: Any, start: Any = None, step: Any = None) -> Iterator[int]:
    last = to_int(stop)
    if start is None:
        # Without a start the product does not look at the step.
        return iter(range(last))
    try:
        return iter(range(to_int(start), last, 1 if step is None else to_int(step)))
    except ValueError as error:
        raise StormError("ValueError", str(error)) from error


def set_(run: Runtime, me: Any, *vals: Any) -> StormSet:
    return make(run, vals)


def sorted_(run: Runtime, me: Any, valu: Any, reverse: Any = False) -> Iterator[Any]:
    items = [item if not isinstance(item, StormList | StormDict) else to_prim(run, item) for item in iterate(run, valu)]
    try:
        yield from sorted(items, reverse=bool(reverse))
    except TypeError as error:
        mesg = f"Error sorting list: {error}"
        raise StormError("StormRuntimeError", mesg, valurepr=python_text(items)) from error


def debug(run: Runtime, me: Any) -> bool:
    return bool(run.task.opts.get("debug", False))


def set_debug(run: Runtime, me: Any, valu: Any) -> None:
    run.task.opts["debug"] = bool(valu)


CORE = Library(
    "lib",
    "What every query uses.",
    (
        local("cast(name: str, valu: any) -> prim", cast, "A value as a type, form or property norms it."),
        local("copy(item: prim) -> prim", copy, "A copy of a value with all in it."),
        local("debug: gtor|stor", debug, "Whether the query runs in debug mode.", sets=set_debug),
        local("exit(mesg: str = null, **kwargs: any) -> null", exit_, "End the whole query."),
        local("false: boolean", lambda run, me: False, "False."),
        local("fire(name: str, **info: any) -> null", fire, "Send a message of one's own to the client."),
        local('guid(*args: prim, valu: prim = "$lib.undef") -> str', guid, "A guid, random or made of values."),
        local(
            "import(name: str, debug: boolean = false, reqvers: str = null) -> lib", import_, "A module of a package."
        ),
        local("len(item: prim) -> int", len_, "How long a text is, or how many items a value has."),
        local("list(*vals: any) -> list", list_, "A list.", deprecated="An expression makes one: ([])"),
        local("max(*args: any) -> int", max_, "The largest of some numbers."),
        local("min(*args: any) -> int", min_, "The smallest of some numbers."),
        local("null: null", lambda run, me: None, "No value."),
        local('pprint(item: any, prefix: str = "", clamp: int = null) -> null', pprint, "Send a value, laid out."),
        local("print(mesg: str, **kwargs: any) -> null", print_, "Send a text to the client."),
        local("raise(name: str, mesg: str, **info: any) -> null", raise_, "End with an error of one's own."),
        local("range(stop: int, start: int = null, step: int = null) -> yields int", range_, "Whole numbers."),
        local("repr(name: str, valu: any) -> str", repr_, "How a type or property shows a value."),
        local("set(*vals: any) -> set", set_, "A set."),
        local("sorted(valu: any, reverse: boolean = false) -> yields any", sorted_, "Items in order."),
        local("text(*args: str) -> text", text, "A text that can grow.", deprecated=True),
        local("true: boolean", lambda run, me: True, "True."),
        local("trycast(name: str, valu: any) -> list", trycast, "Whether a value can be normed, and as what."),
        local("undef: undef", lambda run, me: UNDEF, "What takes variables and items away when it is assigned."),
        local("warn(mesg: str, **kwargs: any) -> null", warn, "Send a warning to the client."),
    ),
)

LIBRARIES = (CORE,)
