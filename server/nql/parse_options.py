"""What several commands share: `name=value` behind a command, and `by`. In the form of tomli, like `scan`."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..text import Source
from .errors import NqlError
from .parse_expression import expression
from .scan import keyword, name, option_name, sign, skip
from .syntax import Field, Key, Literal


@dataclass(frozen=True, slots=True)
class Options:
    """The named values of a command; each accessor gives its default where the name is not there."""

    values: Mapping[str, Literal]

    def literal(self, key: str) -> Literal | None:
        """The value with its place."""
        return self.values.get(key)

    def count(self, key: str, default: int) -> int:
        """A whole number, 0 or more."""
        found = self.values.get(key)
        if found is None:
            return default
        if isinstance(found.value, bool) or not isinstance(found.value, int) or found.value < 0:
            raise NqlError("Expected a whole number, 0 or more.", found.span)
        return found.value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        found = self.values.get(key)
        if found is None:
            return default
        if not isinstance(found.value, bool):
            raise NqlError("Expected true or false.", found.span)
        return found.value

    def text(self, key: str) -> str | None:
        """A string, or None."""
        found = self.values.get(key)
        if found is None:
            return None
        if not isinstance(found.value, str):
            raise NqlError("Expected a string in double quotes.", found.span)
        return found.value


def options(source: Source, pos: int, names: tuple[str, ...]) -> tuple[int, Options]:
    """All of `name=value` that stand here."""
    values: dict[str, Literal] = {}
    while option_name(source, pos) is not None:
        pos = option(source, pos, names, values)
    return pos, Options(values)


def option(source: Source, pos: int, names: tuple[str, ...], values: dict[str, Literal]) -> int:
    """One `name=value`, which must stand here, added to the values. names: as they are documented."""
    start = skip(source, pos)
    found = option_name(source, pos)
    assert found is not None
    end, key = found
    span = source.span(start, sign(source, start, source.text[start:end].rstrip("= \t\r\n")))
    if key not in {known.lower() for known in names}:
        raise NqlError(f"Unknown parameter {span.text}; known here: {', '.join(names)}.", span)
    if key in values:
        raise NqlError(f"The parameter {span.text} stands twice.", span)
    pos, value = expression(source, end, 0)
    if isinstance(value, Field):
        value = Literal(value.name, value.span)  # a bare word is its own name
    if not isinstance(value, Literal):
        raise NqlError("The value of a parameter is a constant.", value.span)
    values[key] = value
    return pos


def by(source: Source, pos: int) -> int | None:
    """The offset behind the word `by`, None if it does not stand here."""
    end = keyword(source, pos, "by")
    return None if end is None or option_name(source, pos) is not None else end


def keys(source: Source, pos: int, depth: int) -> tuple[int, tuple[Key, ...]]:
    """What follows `by`: expressions, each with `as name` or named by its source text (open-44)."""
    found: list[Key] = []
    comma: int | None = pos
    while comma is not None:
        pos, value = expression(source, comma, depth)
        alias = value.name if isinstance(value, Field) else value.span.text
        end = keyword(source, pos, "as")
        if end is not None:
            pos, alias = name(source, end)
        found.append(Key(alias, value))
        comma = sign(source, pos, ",")
    return pos, tuple(found)
