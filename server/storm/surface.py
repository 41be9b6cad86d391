"""The form in which Storm's surface is declared: libraries, the methods of values, their arguments.

A function is one line in a visible table: `local("append(valu: any) -> null", append, "Adds a value at the end.")`. From that
line come the binding of arguments with the product's messages, `$lib` lookups, `help`, and the `stormdocs` of core/info.
Knows neither the runtime nor any value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .errors import StormError


class Undefined:
    """The type of `$lib.undef`: no value at all, which is not the same as null."""

    def __repr__(self) -> str:
        return "$lib.undef"


UNDEF = Undefined()
REQUIRED = object()
UNDEF_TEXT = "$lib.undef"

ARGUMENT = re.compile(r"\s*(\*{0,2})(\w+)\s*(?::\s*([^=]+?))?\s*(?:=\s*(.+?))?\s*", re.DOTALL)
FUNCTION = re.compile(r"(\w+(?:\.\w+)*)\((.*)\)\s*->\s*(.+)", re.DOTALL)
VALUE = re.compile(r"(\w+(?:\.\w+)*):\s*(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a function. rest: "" for one value, "*" for all further ones, "**" for all further named ones."""

    name: str
    type: str
    default: Any = REQUIRED
    rest: str = ""


@dataclass(frozen=True)
class Local:
    """A name on a library or on a value.

    text: `name(arg: type = default, *args: type) -> type` for a function, `name: type` for a plain value.
    does: of a function `(run, me, *args, **kwargs)`, of a value its getter `(run, me)`.
    sets: `(run, me, valu)` of a value that can be assigned.
    deprecated: the product takes it away one day; a text says what to use instead.
    writes: the product has it not marked as safe where nothing may be changed: a readonly query must not call it.
    """

    text: str
    does: Callable[..., Any]
    desc: str
    sets: Callable[..., None] | None = None
    deprecated: bool | str = False
    writes: bool = False

    @cached_property
    def name(self) -> str:
        return re.split(r"[(:]", self.text, maxsplit=1)[0]

    @cached_property
    def is_function(self) -> bool:
        return FUNCTION.fullmatch(self.text) is not None

    @cached_property
    def returns(self) -> str:
        """The type of the value, or of what the function gives back."""
        found = FUNCTION.fullmatch(self.text) or VALUE.fullmatch(self.text)
        assert found is not None, self.text
        return found[found.re.groups]

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        found = FUNCTION.fullmatch(self.text)
        return tuple(_argument(part) for part in _split(found[2])) if found else ()

    @cached_property
    def positional(self) -> tuple[int, int | None]:
        """How few and how many positional arguments a call may have; None is any number."""
        plain = [arg for arg in self.arguments if not arg.rest]
        fewest = sum(arg.default is REQUIRED for arg in plain)
        return fewest, None if any(arg.rest == "*" for arg in self.arguments) else len(plain)

    def bind(self, where: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Check the arguments of a call; raises StormError in the product's words. where: `$lib.len`, `str.slice`."""
        fewest, most = self.positional
        if not kwargs and len(args) >= fewest and (most is None or len(args) <= most):
            return
        plain = [arg for arg in self.arguments if not arg.rest]
        # What stands behind `*args` can only be given by name.
        ordered = _before_rest(self.arguments)
        for name in kwargs:
            if name not in {arg.name for arg in plain} and not any(arg.rest == "**" for arg in self.arguments):
                raise _refused(f"{where}() got an unexpected keyword argument '{name}'")
            if name in {arg.name for arg in ordered[: len(args)]}:
                raise _refused(f"{where}() got multiple values for argument '{name}'")
        if most is not None and len(args) > most:
            raise _refused(_too_many(where, fewest, most, len(args)))
        given = {arg.name for arg in ordered[: len(args)]} | set(kwargs)
        missing = [arg.name for arg in plain if arg.default is REQUIRED and arg.name not in given]
        if missing:
            raise _refused(_too_few(where, missing))


def local(
    text: str,
    does: Callable[..., Any],
    desc: str,
    *,
    sets: Callable[..., None] | None = None,
    deprecated: bool | str = False,
    writes: bool = False,
) -> Local:
    """A line of a table; see Local."""
    return Local(text, does, desc, sets, deprecated, writes)


@dataclass(frozen=True, eq=False)
class Kind:
    """What Storm can do with one Python type of value.

    name: as `$lib.vars.type()` and the documentation say it: `list`, `auth:user`.
    styp: as errors about missing names say it.
    of: the Python type.
    desc: one sentence.
    locals: its methods and values.
    deref: `(run, me, name)` for names that no local has; UNDEF if there is none, which raises NoSuchName.
    set_item: `(run, me, name, valu)`, where items can be assigned; valu UNDEF takes the item away.
    iterate: `(run, me)`, what a `for` gets.
    show: `(run, me)`, the text that print shows.
    prim: `(run, me)`, the JSON value that leaves Storm; where None it cannot leave.
    """

    name: str
    styp: str
    of: type
    desc: str
    locals: tuple[Local, ...] = ()
    deref: Callable[..., Any] | None = None
    set_item: Callable[..., None] | None = None
    iterate: Callable[..., Iterator[Any]] | None = None
    show: Callable[..., str] | None = None
    prim: Callable[..., Any] | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Local]:
        return {each.name: each for each in self.locals}


@dataclass(frozen=True, eq=False)
class Library:
    """A library: `path` is `lib.auth.users`, for `$lib.auth.users`."""

    path: str
    desc: str
    locals: tuple[Local, ...] = ()
    deprecated: bool | str = False

    @cached_property
    def by_name(self) -> Mapping[str, Local]:
        return {each.name: each for each in self.locals}


@dataclass(frozen=True, slots=True)
class Bound:
    """A function of a library or value as a value itself: `$f = $lib.print`. where: how messages name it."""

    local: Local
    me: Any
    where: str

    def check(self, readonly: bool) -> None:
        """Raises StormError("IsReadOnly") for what changes something, in a query that must not."""
        if readonly and self.local.writes:
            raise StormError("IsReadOnly", f"{self.where}() is not marked readonly safe.")

    def __call__(self, run: Any, *args: Any, **kwargs: Any) -> Any:
        """Call it with checked arguments; what it `yields` is an iterator."""
        self.local.bind(self.where, args, kwargs)
        return self.local.does(run, self.me, *args, **kwargs)


def _refused(mesg: str) -> StormError:
    return StormError("StormRuntimeError", mesg)


def _too_many(where: str, fewest: int, most: int, given: int) -> str:
    # The product counts the library or value itself, which comes first.
    few, many = fewest + 1, most + 1
    allowed = f"from {few} to {many} positional arguments" if few != many else _arguments(many)
    return f"{where}() takes {allowed} but {given + 1} {'was' if given == 0 else 'were'} given"


def _arguments(count: int) -> str:
    return f"{count} positional argument{'' if count == 1 else 's'}"


def _too_few(where: str, missing: list[str]) -> str:
    quoted = [f"'{name}'" for name in missing]
    names = ", ".join(quoted[:-1]) + f", and {quoted[-1]}" if len(quoted) > 2 else " and ".join(quoted)
    return f"{where}() missing {len(missing)} required positional argument{'s' if len(missing) > 1 else ''}: {names}"


def _before_rest(arguments: tuple[Argument, ...]) -> list[Argument]:
    ordered = []
    for arg in arguments:
        if arg.rest:
            break
        ordered.append(arg)
    return ordered


def _argument(text: str) -> Argument:
    found = ARGUMENT.fullmatch(text)
    assert found is not None, text
    rest, name, kind, default = found.groups()
    valu: Any = REQUIRED
    if default is not None:
        valu = json.loads(default)
        if valu == UNDEF_TEXT:
            valu = UNDEF
    return Argument(name, kind or "any", valu, rest)


def _split(text: str) -> Iterator[str]:
    """The parameters of a signature: commas within quotes do not part them."""
    for part in re.findall(r'(?:"(?:\\.|[^"\\])*"|[^,"])+', text):
        if part.strip():
            yield part
