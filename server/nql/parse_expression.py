"""Expressions and filters: text to tree (nql.md chapters 6 and 11). In the form of tomli, like `scan`.

    filter    = conj , { "or" , conj } ;
    conj      = unary , { "and" , unary } ;
    unary     = "not" , unary | "(" , filter , ")" | predicate ;
    predicate = expr , cmp , constant | expr , "=" , regex | call ;
    expr      = literal | ident | list | map | call | cond | switch ;

`depth` counts what is open around a place, so that no text makes Python's stack run out.
"""

import re

from ..text import Source
from .choices import NESTING
from .errors import NqlError
from .scan import (
    CONSTANTS,
    comparison,
    expected,
    name,
    number,
    option_name,
    regex,
    sign,
    skip,
    starts_number,
    string,
    take,
    word,
)
from .syntax import (
    And,
    Call,
    Compare,
    Conditional,
    Expr,
    Field,
    Filter,
    Holds,
    ListOf,
    Literal,
    MapOf,
    Matches,
    Not,
    Option,
    Or,
    Switch,
)
from .values import Value

TYPED_LIST = re.compile(r"(?:int|byte)[ \t\r\n]*\[[ \t\r\n]*\][ \t\r\n]*\{")
# Functions with a syntax of their own: only one branch is computed.
FORMS = ("if", "switch")
RESERVED = ("and", "or", "not")
EXPRESSION = "a value, a field or a function"


def filter_(source: Source, pos: int, depth: int) -> tuple[int, Filter]:
    """A filter; `and` binds tighter than `or` (open-21)."""
    pos, found = _conjunction(source, pos, depth)
    operands = [found]
    while (end := _joint(source, pos, "or")) is not None:
        pos, found = _conjunction(source, end, depth)
        operands.append(found)
    span = source.span(operands[0].span.start, pos)
    return pos, operands[0] if len(operands) == 1 else Or(tuple(operands), span)


def expression(source: Source, pos: int, depth: int) -> tuple[int, Expr]:
    """A value, a field, a list, a map, a function or a conditional."""
    pos = skip(source, pos)
    deeper(source, pos, depth)
    first = source.text[pos : pos + 1]
    if first == '"':
        return string(source, pos)
    if starts_number(source, pos):
        return number(source, pos)  # with its sign: there is no minus before expressions (open-5)
    if first == "[":
        return _list(source, pos, pos + 1, "]", depth + 1)
    if first == "{":
        return _map(source, pos, depth + 1)
    typed = TYPED_LIST.match(source.text, pos)
    if typed is not None:
        return _list(source, pos, typed.end(), "}", depth + 1)  # open-7
    if first == "$":
        found = word(source, pos + 1)
        if found is None or sign(source, found[0], "(") is None:
            raise expected(source, pos, EXPRESSION)
        return _call(source, pos, *found, depth + 1)
    found = word(source, pos)
    if found is None:
        raise expected(source, pos, EXPRESSION)
    return _from_word(source, pos, *found, depth)


def call(source: Source, pos: int, depth: int, what: str) -> tuple[int, Call]:
    """A function and its arguments; neither `if` nor `switch`. what: for the message if none stands here."""
    pos = skip(source, pos)
    found = word(source, pos)
    if found is None or sign(source, found[0], "(") is None or found[1].lower() in FORMS:
        raise expected(source, pos, what)
    return _plain_call(source, pos, *found, depth + 1)


def deeper(source: Source, pos: int, depth: int) -> None:
    """Raises NqlError where the query is nested too deep."""
    if depth > NESTING:
        raise NqlError(f"The query is nested more than {NESTING} deep.", source.span(pos))


def _conjunction(source: Source, pos: int, depth: int) -> tuple[int, Filter]:
    pos, found = _unary(source, pos, depth)
    operands = [found]
    while (end := _joint(source, pos, "and")) is not None:
        pos, found = _unary(source, end, depth)
        operands.append(found)
    span = source.span(operands[0].span.start, pos)
    return pos, operands[0] if len(operands) == 1 else And(tuple(operands), span)


def _joint(source: Source, pos: int, wanted: str) -> int | None:
    found = word(source, pos)
    return found[0] if found is not None and found[1].lower() == wanted else None


def _unary(source: Source, pos: int, depth: int) -> tuple[int, Filter]:
    pos = skip(source, pos)
    deeper(source, pos, depth)
    start = pos
    found = word(source, pos)
    if found is not None and found[1].lower() == "not":
        pos, operand = _unary(source, found[0], depth + 1)
        return pos, Not(operand, source.span(start, pos))
    end = sign(source, pos, "(")
    if end is not None:
        pos, inner = filter_(source, end, depth + 1)
        return take(source, pos, ")", '")", "and" or "or"'), inner
    return _predicate(source, pos, depth)


def _predicate(source: Source, pos: int, depth: int) -> tuple[int, Filter]:
    start = pos
    pos, left = expression(source, pos, depth)  # open-56
    operator = comparison(source, pos)
    if operator is None:
        if isinstance(left, (Call, Conditional, Switch)):
            return pos, Holds(left, left.span)
        raise expected(source, pos, "an operator that compares (= != < <= > >= ~=)")
    end, text = operator
    pattern = regex(source, end)
    if pattern is not None:
        if text != "=":
            raise NqlError("A regular expression stands only behind =.", source.span(end, pattern[0]))
        return pattern[0], Matches(left, pattern[1], source.span(start, pattern[0]))
    pos, right = expression(source, end, depth)
    if isinstance(right, Field):
        hint = f"eq({left.span.text}, {right.name})" if isinstance(left, Field) else f"eq(..., {right.name})"
        message = f"A constant stands to the right of {text}; to compare with a field use a function, as {hint}."
        raise NqlError(message, right.span)  # open-55
    if not isinstance(right, Literal) or isinstance(right.value, dict):
        message = f"A constant stands to the right of {text}: a string, a number, true, false, null, a list."
        raise NqlError(message, right.span)
    if text == "~=" and not isinstance(right.value, str):
        raise NqlError("A pattern in double quotes stands to the right of ~=.", right.span)
    return pos, Compare(left, text, right, source.span(start, pos))


def _from_word(source: Source, pos: int, end: int, text: str, depth: int) -> tuple[int, Expr]:
    span = source.span(pos, end)
    if sign(source, end, "(") is not None:
        return _call(source, pos, end, text, depth + 1)
    if text in CONSTANTS:
        return end, Literal(CONSTANTS[text], span)
    if text.lower() in RESERVED:
        raise expected(source, pos, EXPRESSION)
    end, text = name(source, pos)
    return end, Field(text, span)


def _list(source: Source, start: int, pos: int, closing: str, depth: int) -> tuple[int, Expr]:
    items: list[Expr] = []
    end = sign(source, pos, closing)
    while end is None:
        pos, item = expression(source, pos, depth)
        items.append(item)
        end = sign(source, pos, closing)
        if end is None:
            pos = take(source, pos, ",", f'"," or "{closing}"')
    span = source.span(start, end)
    constants = [item.value for item in items if isinstance(item, Literal)]
    return end, Literal(constants, span) if len(constants) == len(items) else ListOf(tuple(items), span)


def _map(source: Source, start: int, depth: int) -> tuple[int, Expr]:
    items: dict[str, Expr] = {}
    pos = start + 1
    end = sign(source, pos, "}")
    while end is None:
        pos, key = string(source, pos, "a key in double quotes")
        pos = take(source, pos, ":")
        pos, items[str(key.value)] = expression(source, pos, depth)
        end = sign(source, pos, "}")
        if end is None:
            pos = take(source, pos, ",", '"," or "}"')
    span = source.span(start, end)
    constants: dict[str, Value] = {key: item.value for key, item in items.items() if isinstance(item, Literal)}
    return end, Literal(constants, span) if len(constants) == len(items) else MapOf(tuple(items.items()), span)


def _call(source: Source, start: int, pos: int, text: str, depth: int) -> tuple[int, Expr]:
    form = text.lower()
    if form == "if":
        return _conditional(source, start, take(source, pos, "("), depth)
    if form == "switch":
        return _switch(source, start, take(source, pos, "("), depth)
    return _plain_call(source, start, pos, text, depth)


def _plain_call(source: Source, start: int, pos: int, text: str, depth: int) -> tuple[int, Call]:
    pos = take(source, pos, "(")
    arguments: list[Expr] = []
    options: list[Option] = []
    end = sign(source, pos, ")")
    while end is None:
        option = option_name(source, pos)
        if option is not None:
            pos, found = _option(source, skip(source, pos), *option, depth)
            options.append(found)
        elif options:
            raise expected(source, pos, 'name=value or ")"')
        else:
            pos, argument = expression(source, pos, depth)
            arguments.append(argument)
        end = sign(source, pos, ")")
        if end is None:
            comma = sign(source, pos, ",")
            if comma is None and option_name(source, pos) is None:
                raise expected(source, pos, '"," or ")"')
            pos = pos if comma is None else comma
            if sign(source, pos, ")") is not None:
                raise expected(source, pos, "an argument")
    return end, Call(text, tuple(arguments), tuple(options), source.span(start, end))


def _option(source: Source, start: int, pos: int, key: str, depth: int) -> tuple[int, Option]:
    pos, value = expression(source, pos, depth)
    if isinstance(value, Field):
        value = Literal(value.name, value.span)  # a bare word is its own name
    if not isinstance(value, Literal):
        raise NqlError("The value of a named argument is a constant.", value.span)
    return pos, Option(key, value, source.span(start, pos))


def _conditional(source: Source, start: int, pos: int, depth: int) -> tuple[int, Expr]:
    pos, condition = filter_(source, pos, depth)
    pos = take(source, pos, ":", '":" behind the condition, "and" or "or"')
    pos, yes = expression(source, pos, depth)
    pos, no = expression(source, take(source, pos, ","), depth)
    pos = take(source, pos, ")")
    return pos, Conditional(condition, yes, no, source.span(start, pos))


def _switch(source: Source, start: int, pos: int, depth: int) -> tuple[int, Expr]:
    pos, value = expression(source, pos, depth)
    cases: list[tuple[Expr, Expr]] = []
    default: Expr | None = None
    end = None
    while end is None:
        pos = take(source, pos, ",")
        pos, first = expression(source, pos, depth)
        colon = sign(source, pos, ":")
        if colon is not None:
            pos, result = expression(source, colon, depth)
            cases.append((first, result))
        else:
            default = first
            if not cases:
                raise expected(source, pos, '":" and a result')
        end = sign(source, pos, ")")
        if default is not None and end is None:
            raise expected(source, pos, '")" behind the default')
    span = source.span(start, end)
    return end, Switch(value, tuple(cases), default or Literal(None, span), span)  # open-67
