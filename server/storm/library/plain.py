"""`$lib.str`, `$lib.math`, `$lib.dict`, `$lib.iters`, `$lib.csv`, `$lib.tags`: texts, numbers, dictionaries, rows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import UNDEF, Library, local
from ..values.bounds import joined
from ..values.containers import Number
from ..values.convert import python_name, python_text, to_prim, to_str
from ..values.format import fill
from ..values.iterating import items_of
from ..values.names import type_name
from .jsons import check_safe
from .python_errors import misfit


def concat(run: Runtime, me: Any, *args: Any) -> str:
    return joined("", [to_str(arg) for arg in args])


def format_(run: Runtime, me: Any, text: Any, **kwargs: Any) -> Any:
    if isinstance(text, str):
        return fill(run, text, kwargs)
    if kwargs:
        raise StormError("AttributeError", f"{python_name(text)!r} object has no attribute 'replace'")
    return text


def join(run: Runtime, me: Any, sepr: Any, items: Any) -> str:
    parts = [to_str(item) for item in items_of(run, items)]
    if not isinstance(sepr, str):
        raise StormError("AttributeError", f"{python_name(sepr)!r} object has no attribute 'join'")
    return joined(sepr, parts)


TEXTS = Library(
    "lib.str",
    "Texts.",
    (
        local("concat(*args: any) -> str", concat, "Texts put together."),
        local("format(text: str, **kwargs: any) -> str", format_, "A text with values in the place of {names}."),
        local("join(sepr: str, items: list) -> str", join, "Texts put together, with another one between them."),
    ),
)


def number(run: Runtime, me: Any, value: Any) -> Number:
    if isinstance(value, Number):
        return value
    try:
        if isinstance(value, str):
            return Number(Decimal(int(value, 16)) if value.lower().startswith("0x") else Decimal(value))
        if isinstance(value, int | float):
            return Number(Decimal(str(value) if isinstance(value, float) else int(value)))
    except (InvalidOperation, ValueError):
        pass
    raise StormError("BadCast", f"Failed to make number from {python_text(value)}")


MATH = Library(
    "lib.math",
    "Numbers.",
    (local("number(value: any) -> number", number, "A number, exact as it is written."),),
)


def dict_of(valu: Any, name: str) -> dict[Any, Any]:
    if not isinstance(valu, dict):
        raise StormError("BadArg", f"{name} argument must be a dict, not {_class_name(valu)}.")
    return valu


def _class_name(valu: Any) -> str:
    """What the product calls the kind of what is no dictionary; it sees lists as tuples."""
    if isinstance(valu, list | tuple):
        return "tuple"
    return "NoneType" if valu is None else type_name(valu)


def fromlist(run: Runtime, me: Any, valu: Any) -> dict[Any, Any]:
    pairs = to_prim(run, valu)
    if not isinstance(pairs, list | tuple):
        raise StormError("BadArg", "$lib.dict.fromlist() argument must be an array.")
    made = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple):
            raise StormError("BadArg", "$lib.dict.fromlist() array elements must be an array.")
        if len(pair) != 2:
            raise StormError("BadArg", "$lib.dict.fromlist() argument must be an array of (key, value) pairs.")
        key, item = pair
        if not isinstance(key, str | int):
            raise StormError("BadArg", "$lib.dict.fromlist() keys must be str or int types.")
        made[key] = item
    return made


def has(run: Runtime, me: Any, valu: Any, key: Any) -> bool:
    items = dict_of(valu, "valu")
    try:
        return key in items
    except TypeError:
        return False  # what can change is no key


def keys(run: Runtime, me: Any, valu: Any) -> list[Any]:
    return list(dict_of(valu, "valu"))


def pop(run: Runtime, me: Any, valu: Any, key: Any, default: Any = UNDEF) -> Any:
    items = dict_of(valu, "valu")
    try:
        if key in items:
            return items.pop(key)
    except TypeError as error:
        raise misfit("$lib.dict.pop", error) from error
    if default is UNDEF:
        raise StormError(
            "BadArg", f"Key {python_text(key) if not isinstance(key, str) else key} does not exist in dictionary."
        )
    return default


def update(run: Runtime, me: Any, valu: Any, other: Any) -> None:
    dict_of(valu, "valu").update(dict_of(other, "other"))


def values(run: Runtime, me: Any, valu: Any) -> list[Any]:
    return list(dict_of(valu, "valu").values())


DICTS = Library(
    "lib.dict",
    "Dictionaries.",
    (
        local("fromlist(valu: list) -> dict", fromlist, "A dictionary of pairs."),
        local("has(valu: dict, key: any) -> boolean", has, "Whether there is such a key."),
        local("keys(valu: dict) -> list", keys, "The keys."),
        local(
            'pop(valu: dict, key: any, default: any = "$lib.undef") -> any',
            pop,
            "Take an item out, and give its value.",
        ),
        local("update(valu: dict, other: dict) -> null", update, "Put the items of another dictionary into one."),
        local("values(valu: dict) -> list", values, "The values."),
    ),
)


def enum(run: Runtime, me: Any, genr: Any) -> Iterator[tuple[int, Any]]:
    yield from enumerate(items_of(run, genr))


def zip_(run: Runtime, me: Any, *args: Any) -> Iterator[list[Any]]:
    """Rows up to the end of the shortest; the errors of all of them together end it."""
    sources = [_items(run, arg) for arg in args]
    while sources:
        row: list[Any] = []
        errors: list[str] = []
        ended = False
        for source in sources:
            try:
                row.append(next(source))
            except StopIteration:
                ended = True
            except StormError as error:
                errors.append(f"{error.name}: {error.mesg}")
        if errors:
            many = ", ".join(f"({error})" for error in errors)
            mesg = f"$lib.iters.zip() encountered errors in {len(errors)} iterators during iteration: {many}"
            raise StormError("StormRuntimeError", mesg)
        if ended:
            return
        yield row


def _items(run: Runtime, valu: Any) -> Iterator[Any]:
    yield from items_of(run, valu)


ITERS = Library(
    "lib.iters",
    "Going over values.",
    (
        local("enum(genr: list) -> list", enum, "Each value with its number, from 0."),
        local("zip(*args: list) -> list", zip_, "The first values of all, then the second ones, and so on."),
    ),
)


def emit(run: Runtime, me: Any, *args: Any, table: Any = None) -> None:
    row = {"row": [to_prim(run, arg) for arg in args], "table": to_prim(run, table)}
    check_safe(row)
    run.emit("csv:row", row)


CSV = Library(
    "lib.csv",
    "Rows of tables.",
    (local("emit(*args: any, table: str = null) -> null", emit, "Send a row to the client."),),
)

LIBRARIES = (TEXTS, MATH, DICTS, ITERS, CSV)
