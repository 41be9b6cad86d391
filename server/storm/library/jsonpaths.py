"""JSON values by path, and parts of them: what `$lib.jsonstor` and `$user.json` share.

A path is a text with slashes or a list of texts. Names of documents are the parts joined by a slash, so that the parts
of a list that have slashes are the same as parts of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import python_name, to_prim


def parts_of(run: Runtime, path: Any) -> tuple[str, ...]:
    """The parts of a path. Raises StormError."""
    prim = to_prim(run, path)
    if isinstance(prim, str):
        return tuple(prim.split("/"))
    if isinstance(prim, list | tuple):
        return tuple(prim)
    raise StormError("BadTypeValu", "Expected a path as a string or a list.")


def checked(run: Runtime, where: str, path: Any) -> Any:
    """A path that is one. where: the function, as its error names it. Raises StormError."""
    prim = to_prim(run, path)
    if not isinstance(prim, str | list | tuple):
        raise StormError("StormRuntimeError", f"{where}() to tuple")
    return prim


def get(run: Runtime, kind: str, owner: str, path: Any, prop: Any = None) -> Any:
    """The value at a path, or a part of it; null where there is none."""
    found = run.host.documents.get(kind, _name(parts_of(run, path)), owner)
    if found is None or prop is None:
        return found
    for part in parts_of(run, prop):
        found = _get(found, part)
        if found is None:
            return None
    return found


def put(run: Runtime, kind: str, owner: str, path: Any, valu: Any, prop: Any = None) -> bool:
    """Set the value at a path, or a part of the one there; false where there is none to set a part of."""
    name = _name(parts_of(run, path))
    if prop is None:
        run.host.documents.put(kind, name, valu, owner)
        return True
    whole = run.host.documents.get(kind, name, owner)
    if whole is None:
        return False
    *above, last = parts_of(run, prop)
    held = whole
    for part in above:
        below = _get(held, part)
        if below is None:
            below = held[part] = {}
        held = below
    _check(held)
    held[last] = valu
    run.host.documents.put(kind, name, whole, owner)
    return True


def drop(run: Runtime, kind: str, owner: str, path: Any, prop: Any = None) -> bool:
    """Delete the value at a path, or a part of it; false where what the part is of does not exist."""
    name = _name(parts_of(run, path))
    if prop is None:
        run.host.documents.pop(kind, name, owner)
        return True
    whole = run.host.documents.get(kind, name, owner)
    if whole is None:
        return False
    *above, last = parts_of(run, prop)
    held = whole
    for part in above:
        held = _get(held, part)
        if held is None:
            return False
    _check(held)
    held.pop(last, None)
    run.host.documents.put(kind, name, whole, owner)
    return True


def below(run: Runtime, kind: str, owner: str, path: Any = None) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All values at a path and below it, each with the rest of its path."""
    above = () if path is None else parts_of(run, path)
    for name, valu in run.host.documents.items(kind, owner):
        parts = _parts(name)
        if parts[: len(above)] == above:
            yield parts[len(above) :], valu


# A path of no parts has a name that no other can have.
EMPTY = "\0"


def _name(parts: tuple[str, ...]) -> str:
    for part in parts:
        if not isinstance(part, str):
            # The product crashes on these.
            raise StormError("IndexError", "list index out of range")
    return "/".join(parts) if parts else EMPTY


def _parts(name: str) -> tuple[str, ...]:
    return () if name == EMPTY else tuple(name.split("/"))


def _get(held: Any, part: Any) -> Any:
    _check(held)
    return held.get(part)


def _check(held: Any) -> None:
    if not isinstance(held, dict):
        # In the product's words, which are Python's.
        raise StormError("AttributeError", f"'{python_name(held)}' object has no attribute 'get'")
