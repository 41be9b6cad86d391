"""What core/info says about Storm: its libraries, the types of values, its commands, out of the same tables that run them.

The shape is the product's (reference 9), the sentences are ours.
"""

from __future__ import annotations

from typing import Any

from .commands.table import COMMANDS
from .kinds.table import documented
from .library.table import LIBRARIES
from .surface import REQUIRED, UNDEF, UNDEF_TEXT, Argument, Kind, Library, Local

YIELDS = "yields "
# When the product's next major version takes something away.
GOING = {"eolvers": "v3.0.0"}
# Values that are computed when they are asked for, or may be set.
ACCESSORS = frozenset({"gtor", "stor", "ctor"})


def stormdocs() -> dict[str, list[dict[str, Any]]]:
    """`{"libraries", "types", "commands"}` of core/info."""
    return {
        "libraries": [_library(library) for _, library in sorted(LIBRARIES.items())],
        "types": [_type(kind) for kind in sorted(documented(), key=lambda kind: kind.name)],
        "commands": [{"name": name, "doc": command.desc} for name, command in sorted(COMMANDS.items())],
    }


def _library(library: Library) -> dict[str, Any]:
    return {
        "path": library.path.split("."),
        "desc": library.desc,
        "locals": _locals(library.locals),
        "deprecated": _going(library.deprecated) if library.deprecated else None,
    }


def _type(kind: Kind) -> dict[str, Any]:
    return {"path": kind.name.split("."), "desc": kind.desc, "locals": _locals(kind.locals)}


def _locals(locals: tuple[Local, ...]) -> list[dict[str, Any]]:
    return [_local(each) for each in sorted(locals, key=lambda each: each.name)]


def _local(each: Local) -> dict[str, Any]:
    found: dict[str, Any] = {"name": each.name, "desc": each.desc}
    if each.is_function:
        found["type"] = {
            "type": "function",
            "_funcname": each.does.__name__,
            "args": [_argument(arg) for arg in each.arguments],
            "returns": _returned(each.returns),
        }
    elif set(each.returns.split("|")) <= ACCESSORS:
        found["type"] = {"type": _types(each.returns), "returns": {"type": "any"}}
    else:
        found["type"] = _types(each.returns)
    if each.deprecated:
        found["deprecated"] = _going(each.deprecated)
    return found


def _going(deprecated: bool | str) -> dict[str, str]:
    """When the product's next major version takes something away, and what to use instead where that is told."""
    return GOING if deprecated is True else {**GOING, "mesg": str(deprecated)}


def _returned(text: str) -> dict[str, Any]:
    if text.startswith(YIELDS):
        return {"name": "Yields", "type": _types(text.removeprefix(YIELDS))}
    return {"type": _types(text)}


def _types(text: str) -> str | list[str]:
    """One type, or the list of several."""
    names = text.split("|")
    return text if len(names) == 1 else names


def _argument(argument: Argument) -> dict[str, Any]:
    found: dict[str, Any] = {"name": argument.rest + argument.name, "type": _types(argument.type), "desc": ""}
    if argument.default is not REQUIRED:
        found["default"] = UNDEF_TEXT if argument.default is UNDEF else argument.default
    return found
