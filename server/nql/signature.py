"""How functions say what they take: parameters, options with kinds and defaults, result (nql.md chapter 12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..text import Span
from .errors import NqlError
from .syntax import Call, Literal, Option
from .values import TYPES, Value, is_number, is_whole

# Takes a constant and gives what the function wants of it; raises ValueError with what was expected.
Kind: TypeAlias = Callable[[Value], Any]
# Takes the arguments, None for each that is no constant, and gives the function itself, made for these; None if it has
# nothing better. Raises ValueError with what is wrong.
Prepare: TypeAlias = Callable[[Sequence[Literal | None]], Callable[..., Value] | None]

# The default of an option whose absence means something else than any value.
ABSENT = object()


@dataclass(frozen=True, slots=True)
class Keyword:
    """An option of a function: its documented name, what it takes, its default, other names that the sources print."""

    name: str
    kind: Kind
    default: Any
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function: the names of its parameters, its result's type, what computes it.

    optional: how many of the last parameters may be absent; many: the last one may be repeated. keywords: passed as
    keyword arguments, named in lower case. pure: equal arguments give equal results, whatever happens elsewhere.
    context: the first argument is the run's Context. prepare: see Prepare.
    """

    parameters: tuple[str, ...]
    result: str
    call: Callable[..., Value]
    keywords: tuple[Keyword, ...] = ()
    optional: int = 0
    many: bool = False
    pure: bool = True
    context: bool = False
    prepare: Prepare | None = None


def text(value: Value) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError("a string")
    return value


def flag(value: Value) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def whole(value: Value) -> int:
    """A whole number."""
    if not is_whole(value):
        raise ValueError("a whole number")
    return value


def count(value: Value) -> int:
    """A whole number, 0 or more."""
    if not is_whole(value) or value < 0:
        raise ValueError("a whole number, 0 or more")
    return value


def percentage(value: Value) -> float:
    """A number from 0 to 100."""
    if not is_number(value) or not 0 <= value <= 100:
        raise ValueError("a number from 0 to 100")
    return value


def anything(value: Value) -> Value:
    """Any constant."""
    return value


def one_of(*names: str) -> Kind:
    """One of these names, in any case; given in lower case."""

    def kind(value: Value) -> str:
        if not isinstance(value, str) or value.lower() not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return value.lower()

    return kind


number_type = one_of(*TYPES)


def check_count(call: Call, parameters: tuple[str, ...], optional: int = 0, many: bool = False) -> None:
    """Raises NqlError if a call has too few or too many arguments."""
    least, given = len(parameters) - optional, len(call.arguments)
    if given < least or (given > len(parameters) and not many):
        shown = f"{call.name}({', '.join(parameters)}{', ...' if many else ''})"
        bound = str(least) if least == len(parameters) else f"{least} to {len(parameters)}"
        noun = "argument" if bound == "1" else "arguments"
        limit = f"at least {least}" if many else bound
        raise NqlError(f"{shown} takes {limit} {noun}, not {given}.", call.span)


def keyword_values(call: Call, keywords: tuple[Keyword, ...]) -> Mapping[str, Any]:
    """The options of a call, defaults where they are absent, by names in lower case. Raises NqlError."""
    known = {name.lower().replace("_", ""): keyword for keyword in keywords for name in (keyword.name, *keyword.others)}
    values: dict[str, Any] = {
        keyword.name.lower(): keyword.default if keyword.default in (None, ABSENT) else keyword.kind(keyword.default)
        for keyword in keywords
    }
    seen: set[str] = set()
    for option in call.options:
        keyword = known.get(option.name)
        if keyword is None:
            names = ", ".join(keyword.name for keyword in keywords) or "none"
            raise NqlError(f"{call.name} has no option {_name(option)}; it has {names}.", option.span)
        if keyword.name in seen:
            raise NqlError(f"The option {keyword.name} stands twice.", option.span)
        seen.add(keyword.name)
        values[keyword.name.lower()] = _converted(option, keyword, option.value.span)
    return values


def _converted(option: Option, keyword: Keyword, span: Span) -> Any:
    try:
        return keyword.kind(option.value.value)
    except ValueError as error:
        raise NqlError(f"{keyword.name} takes {error}.", span) from None


def _name(option: Option) -> str:
    return option.span.text.partition("=")[0].strip()
