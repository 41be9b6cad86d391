"""`$lib.cache`: values that a query computes once for each key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import BadSyntax, StormError
from ..parsing.parse import parse
from ..programs.functions import result_of, returns
from ..programs.query_values import text_of
from ..runtime import Runtime
from ..surface import UNDEF, Kind, Library, local
from ..values.convert import is_mutable, to_int, to_prim

LARGEST = 10_000


@dataclass(slots=True, eq=False)
class FixedCache:
    """Values by key, of which the oldest goes first. scope: the runtime whose variables the query sees as they then are."""

    query: str
    size: int
    scope: Runtime
    values: dict[Any, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)


def fixed(run: Runtime, me: Any, callback: Any, size: Any = LARGEST) -> FixedCache:
    most = to_int(size)
    if not 1 <= most <= LARGEST:
        raise StormError("BadArg", f"Cache size must be between 1-{LARGEST}")
    text = text_of(callback)
    try:
        query = parse(text)
    except BadSyntax as error:
        raise StormError("BadArg", f"Invalid callback query: {error.mesg}") from error
    if not returns(query):
        raise StormError("BadArg", "Callback query must return a value")
    return FixedCache(text, most, run)


def key_of(run: Runtime, key: Any) -> Any:
    if is_mutable(key):
        raise StormError("BadArg", "Mutable values are not allowed as cache keys")
    return to_prim(run, key)


def get(run: Runtime, me: FixedCache, key: Any) -> Any:
    from ..programs.compile import compiled

    known = key_of(run, key)
    if known in me.values:
        return me.values[known]
    child = me.scope.apart({**me.scope.all_vars(), "cache_key": known})
    found = result_of(compiled(me.query), child)
    # A list is kept as it is now: who gets it changes a list of their own.
    keep(me, known, tuple(found) if type(found) is list else found)
    return me.values[known]


def put(run: Runtime, me: FixedCache, key: Any, value: Any) -> None:
    keep(me, key_of(run, key), value)


def keep(me: FixedCache, key: Any, value: Any) -> None:
    """Keep a value; the oldest goes where there would be too many."""
    if key not in me.values and len(me.values) >= me.size:
        del me.values[next(iter(me.values))]
    me.values[key] = value


def pop(run: Runtime, me: FixedCache, key: Any) -> Any:
    found = me.values.pop(key_of(run, key), UNDEF)
    return None if found is UNDEF else found


LIBRARIES = (
    Library(
        "lib.cache",
        "Values that are computed once.",
        (
            local(
                "fixed(callback: str|storm:query, size: int = 10000) -> cache:fixed",
                fixed,
                "A cache of a fixed size, filled by a query.",
            ),
        ),
    ),
)
KIND = Kind(
    "cache:fixed",
    "FixedCache",
    FixedCache,
    "Values that a query computes once for each key.",
    (
        local("clear() -> null", lambda run, me: me.values.clear(), "Forget all values."),
        local("get(key: any) -> any", get, "The value of a key, computed where it is not known."),
        local("pop(key: any) -> any", pop, "Take a value out."),
        local("put(key: any, value: any) -> null", put, "Set the value of a key."),
        local("query: gtor", lambda run, me: me.query, "The query."),
    ),
    show=lambda run, me: f'cache:fixed: size={me.size} query="{me.query}"',
)
