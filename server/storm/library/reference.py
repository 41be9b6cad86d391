"""A library as a value of Storm: `$lib`, `$lib.auth.users`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from ..errors import StormError
from ..surface import Bound, Kind
from ..values.convert import NO_PRIMITIVE


@dataclass(frozen=True, slots=True)
class LibraryRef:
    """The library at `path`: `lib.auth.users`."""

    path: str


def deref(run: Any, me: LibraryRef, name: Any) -> Any:
    """A function, value or library below it. Raises NoSuchName; NotImplemented for what the product has and we lack."""
    from .table import LIBRARIES, lacking

    library = LIBRARIES.get(me.path)
    local = None if library is None else library.by_name.get(name)
    if local is not None:
        return Bound(local, me, f"${me.path}.{name}") if local.is_function else local.does(run, me)
    path = f"{me.path}.{name}"
    if path in LIBRARIES or any(known.startswith(f"{path}.") for known in LIBRARIES):
        return LibraryRef(path)
    if lacking(path):
        raise StormError("NotImplemented", f"Dead Ringer does not implement ${path} yet.", name=path)
    raise StormError("NoSuchName", f"Cannot find name [{name}]", name=name)


def function_at(path: str) -> Bound | None:
    """The function at a whole path, `lib.auth.users.byname`; None if there is no library with such a function."""
    from .table import LIBRARIES

    above, _, name = path.rpartition(".")
    library = LIBRARIES.get(above)
    local = None if library is None else library.by_name.get(name)
    if local is None or not local.is_function:
        return None
    return Bound(local, LibraryRef(above), f"${path}")


def set_item(run: Any, me: LibraryRef, name: Any, valu: Any) -> None:
    """`$lib.debug = true` and the like."""
    from .table import LIBRARIES

    library = LIBRARIES.get(me.path)
    local = None if library is None else library.by_name.get(name)
    if me.path == "lib" and (local is None or local.sets is None):
        raise StormError("NoSuchName", f"Setting {name} is not supported on lib.", name=name)
    if local is None or local.sets is None:
        raise StormError("StormRuntimeError", "LibBase does not support assignment.")
    local.sets(run, me, valu)


def prim(run: Any, me: LibraryRef) -> NoReturn:
    """Libraries cannot leave. The root has a name of its own among the product's types."""
    raise StormError("NoSuchType", NO_PRIMITIVE, name="LibBase" if me.path == "lib" else "Lib")


KIND = Kind(
    "lib",
    "Lib",
    LibraryRef,
    "A library.",
    deref=deref,
    set_item=set_item,
    show=lambda run, me: f"Library ${me.path}",
    prim=prim,
)
