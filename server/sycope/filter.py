"""The filter language of `config-elements`: parser and evaluator, pure. It knows JSON objects, not elements.

    filter    = either , { "or" , either } ;
    either    = unary , { "and" , unary } ;
    unary     = "not" , unary | "(" , filter , ")" | predicate ;
    predicate = path , operator , value ;
    operator  = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~=" | "like" ;
    path      = word , { "." , word } ;
    value     = string | number | "true" | "false" | "null" | "[" , [ value , { "," , value } ] , "]" ;

Words of the language in any case, blanks anywhere between tokens. What comparing means is NQL's (nql.md 5.4 and 11.2).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .choices import FILTER_DEPTH

Value = str | int | float | bool | list[Any] | None
TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.]))
  | (?P<path>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
  | (?P<sign><=|>=|!=|~=|[=<>(),\[\]])
  | (?P<end>\Z)
)""",
    re.VERBOSE | re.DOTALL,
)
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# Python refuses to read longer runs of digits, and no number that anybody compares has so many.
NUMBER_DIGITS = 400
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "~=", "like")
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
# Wildcards of one character; `*` stands for any run, and everything else in a pattern for itself.
WILDCARDS = {"?": ".", ".": "."}


class FilterError(Exception):
    """A filter that cannot be read; the message says what was expected and at which column (from 1)."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """`path operator value`; `like` has its pattern compiled."""

    path: tuple[str, ...]
    operator: str
    value: Value
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """What its operand is not."""

    operand: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    operands: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    operands: tuple["Filter", ...]


Filter = Predicate | Not | And | Or


def parse(text: str) -> Filter:
    """The filter that a text says; an empty one lets everything through. Raises FilterError, nothing else."""
    parser = _Parser(text)
    if parser.kind == "end":
        return And(())
    found = parser.either(0)
    if parser.kind != "end":
        raise parser.expected('"and", "or" or the end')
    return found


def matches(found: Filter, item: dict[str, Any]) -> bool:
    """Whether an object passes."""
    if isinstance(found, Predicate):
        return _holds(found, lookup(item, found.path))
    if isinstance(found, Not):
        return not matches(found.operand, item)
    if isinstance(found, And):
        return all(matches(operand, item) for operand in found.operands)
    return any(matches(operand, item) for operand in found.operands)


def lookup(item: dict[str, Any], path: tuple[str, ...]) -> Any:
    """What lies at a path, None where nothing does; a first word that is no key of the object is looked up in `config`."""
    value: Any = item if path[0] in item else item.get("config")
    for word in path:
        if not isinstance(value, dict):
            return None
        value = value.get(word)
    return value


def demanded(found: Filter, path: tuple[str, ...]) -> str | None:
    """The text that this path must equal in everything that passes, if the filter says so at its top; for narrow reads."""
    if isinstance(found, Predicate):
        return found.value if found.path == path and found.operator == "=" and isinstance(found.value, str) else None
    if isinstance(found, And):
        return next((text for operand in found.operands if (text := demanded(operand, path)) is not None), None)
    return None


class _Parser:
    """One token ahead: its kind, text and place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        self.advance()

    def advance(self) -> None:
        match = TOKEN.match(self._text, self._next)
        if match is None:
            self.place = self._next + len(self._text[self._next :]) - len(self._text[self._next :].lstrip())
            if self._text[self.place] == '"':
                raise FilterError(f"filter, column {self.place + 1}: the string has no closing quote.")
            raise FilterError(f"filter, column {self.place + 1}: {self._text[self.place]!r} is not understood.")
        self.kind = str(match.lastgroup)
        self.token = match[self.kind]
        self.place = match.start(self.kind)
        self._next = match.end()

    def expected(self, what: str) -> FilterError:
        found = "the end" if self.kind == "end" else self.token
        return FilterError(f"filter, column {self.place + 1}: expected {what}, found {found}.")

    def either(self, depth: int) -> Filter:
        operands = [self.both(depth)]
        while self.is_word("or"):
            self.advance()
            operands.append(self.both(depth))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def both(self, depth: int) -> Filter:
        operands = [self.unary(depth)]
        while self.is_word("and"):
            self.advance()
            operands.append(self.unary(depth))
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def unary(self, depth: int) -> Filter:
        if depth > FILTER_DEPTH:
            raise FilterError(f"filter, column {self.place + 1}: nested more than {FILTER_DEPTH} deep.")
        if self.is_word("not"):
            self.advance()
            return Not(self.unary(depth + 1))
        if self.kind == "sign" and self.token == "(":
            self.advance()
            inner = self.either(depth + 1)
            self.take(")")
            return inner
        return self.predicate()

    def predicate(self) -> Filter:
        if self.kind != "path" or self.is_word("and") or self.is_word("or"):
            raise self.expected("the name of a field")
        path = tuple(self.token.split("."))
        self.advance()
        operator = self.token.lower()
        if operator not in COMPARISONS:
            raise self.expected(f"one of {' '.join(COMPARISONS)}")
        self.advance()
        if operator in ("~=", "like"):
            if self.kind != "string":
                raise self.expected("a string with the pattern")
            text = self.value()
            return Predicate(path, "like", text, _pattern(str(text)))
        return Predicate(path, operator, self.value())

    def value(self) -> Value:
        token = self.token
        if self.kind == "string":
            self.advance()
            return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1], match[1]), token[1:-1], flags=re.DOTALL)
        if self.kind == "number":
            number = _number(token)
            if number is None:
                raise FilterError(f"filter, column {self.place + 1}: the number has too many digits.")
            self.advance()
            return number
        if self.kind == "path" and token.lower() in CONSTANTS:
            self.advance()
            return CONSTANTS[token.lower()]
        if token == "[":
            return self.list()
        raise self.expected("a string in double quotes, a number, true, false, null or a list")

    def list(self) -> list[Any]:
        self.advance()
        items: list[Any] = []
        while self.token != "]" or self.kind != "sign":
            if items:
                self.take(",")
            if self.token == "[":
                raise self.expected("a string, a number, true, false or null")
            items.append(self.value())
        self.advance()
        return items

    def take(self, sign: str) -> None:
        if self.kind != "sign" or self.token != sign:
            raise self.expected(f'"{sign}"')
        self.advance()

    def is_word(self, word: str) -> bool:
        return self.kind == "path" and self.token.lower() == word


def _pattern(text: str) -> re.Pattern[str]:
    first, *later = (
        "".join(WILDCARDS.get(character) or re.escape(character) for character in part) for part in text.split("*")
    )
    if not later:
        return re.compile(first, re.DOTALL)
    # Atomic: the leftmost place of each part is as good as any, so no text makes the search go back and forth.
    middle = "".join(f"(?>.*?{part})" for part in later[:-1])
    return re.compile(f"{first}{middle}.*{later[-1]}", re.DOTALL)


def _number(text: str) -> int | float | None:
    """The number that a text is, None if it is none."""
    if len(text) > NUMBER_DIGITS or NUMBER.fullmatch(text) is None:
        return None
    return float(text) if "." in text or "e" in text or "E" in text else int(text)


def _holds(predicate: Predicate, left: Any) -> bool:
    if predicate.pattern is not None:
        text = _text(left)
        return text is not None and predicate.pattern.fullmatch(text) is not None
    if predicate.operator == "=":
        return _equal(left, predicate.value)
    if predicate.operator == "!=":
        return not _equal(left, predicate.value)
    return _ordered(ORDERS[predicate.operator], left, predicate.value)


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return _ordered(lambda one, other: bool(one == other), left, right)


def _ordered(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """Numbers as numbers, texts as texts, a number against a numeric text as numbers; all else does not compare."""
    if isinstance(left, str) and isinstance(right, str):
        return compare(left, right)
    numbers = [_as_number(left), _as_number(right)]
    return None not in numbers and compare(*numbers)


def _as_number(value: Any) -> int | float | None:
    if isinstance(value, str):
        return _number(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    number = _as_number(value)
    return None if number is None else str(number)


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}
