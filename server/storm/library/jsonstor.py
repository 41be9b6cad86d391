"""`$lib.jsonstor`: JSON values by path, for admins; and a cache of values by key that is kept there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.idens import guid_of
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, to_bool, to_prim
from . import jsonpaths
from .stores import stored

KIND = "jsonstor"


def get(run: Runtime, me: Any, path: Any, prop: Any = None) -> Any:
    confirm(run, "get")
    return jsonpaths.get(run, KIND, "", jsonpaths.checked(run, "$lib.jsonstor.get", path), prop)


def set_(run: Runtime, me: Any, path: Any, valu: Any, prop: Any = None) -> bool:
    confirm(run, "set")
    return jsonpaths.put(run, KIND, "", jsonpaths.checked(run, "$lib.jsonstor.set", path), stored(run, valu), prop)


def del_(run: Runtime, me: Any, path: Any, prop: Any = None) -> bool:
    confirm(run, "del")
    return jsonpaths.drop(run, KIND, "", jsonpaths.checked(run, "$lib.jsonstor.del", path), prop)


def iter_(run: Runtime, me: Any, path: Any = None) -> Iterator[Any]:
    confirm(run, "iter")
    yield from jsonpaths.below(run, KIND, "", path)


def cacheget(run: Runtime, me: Any, path: Any, key: Any, asof: Any = "now", envl: Any = False) -> Any:
    confirm(run, "cacheget")
    found = jsonpaths.get(run, KIND, "", cache_path(run, "cacheget", path, key))
    try:
        oldest = run.norm("time", to_prim(run, asof))
    except StormError:
        return None
    if found is None or not isinstance(found, dict) or found.get("asof", oldest) < oldest:
        return None
    return found if to_bool(envl) else found.get("data")


def cacheset(run: Runtime, me: Any, path: Any, key: Any, valu: Any) -> dict[str, Any]:
    confirm(run, "cacheset")
    where, asof = cache_path(run, "cacheset", path, key), run.host.clock.now_ms()
    envelope = {"key": stored(run, key), "asof": asof, "data": stored(run, valu)}
    jsonpaths.put(run, KIND, "", where, envelope)
    return {"asof": asof, "path": where}


def cachedel(run: Runtime, me: Any, path: Any, key: Any) -> bool:
    confirm(run, "cachedel")
    return jsonpaths.drop(run, KIND, "", cache_path(run, "cachedel", path, key))


def cache_path(run: Runtime, name: str, path: Any, key: Any) -> tuple[str, ...]:
    """Where a cache keeps the value of a key."""
    prim = to_prim(run, path)
    if not isinstance(prim, str | list | tuple):
        told = f"$lib.jsonstor.{name}() for +: '{python_name(prim)}' and 'tuple'"
        raise StormError("StormRuntimeError", told)
    return (*jsonpaths.parts_of(run, prim), guid_of(to_prim(run, key)))


def confirm(run: Runtime, name: str) -> None:
    if not run.admin():
        raise StormError("AuthDeny", f"$lib.jsonstor.{name}() requires admin privileges.", **run.told())


CACHEGET = 'cacheget(path: str|list, key: prim, asof: time = "now", envl: boolean = false) -> prim'
LIBRARIES = (
    Library(
        "lib.jsonstor",
        "JSON by path.",
        (
            local(
                "cachedel(path: str|list, key: prim) -> boolean", cachedel, "Delete a value of a cache.", writes=True
            ),
            local(CACHEGET, cacheget, "A value of a cache that is not older than a time."),
            local(
                "cacheset(path: str|list, key: prim, valu: prim) -> dict",
                cacheset,
                "Set a value of a cache.",
                writes=True,
            ),
            local(
                "del(path: str|list, prop: str|list = null) -> boolean",
                del_,
                "Delete a value or a part of it.",
                writes=True,
            ),
            local("get(path: str|list, prop: str|list = null) -> prim", get, "A value or a part of it."),
            local("iter(path: str|list = null) -> yields list", iter_, "All values below a path."),
            local(
                "set(path: str|list, valu: prim, prop: str|list = null) -> boolean",
                set_,
                "Set a value or a part of it.",
                writes=True,
            ),
        ),
    ),
)
