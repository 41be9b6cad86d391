"""Parsing commands: a name, and arguments whose unquoted words follow rules of their own.

A word may have signs in front, with spaces between or not (`+ x` is `+x`); `=`, `,` and `]` without spaces round them join it
to the next. A form's name is a word of its own: `inet:fqdn/x` is two arguments.
"""

from ..syntax.steps import Argument, Command
from ..syntax.values import Span, Text
from . import states
from . import value as parse_value
from .ends import VALUE_ENDS
from .scan import Scanner, Token

SIGNS = ("+", "-", "->", ".", "[", "argument compare")
# `reverse` begins no step behind a command.
WORDS = ("argument", "absolute prop", "command", "reverse")
GLUE = ("glue =", "glue ,", "glue ]")
VALUES = frozenset(
    ["$", "double", "single", "triple", "(", "relative prop", "universal prop", ":$", "#", "`", "${", "{"]
)


def command(scan: Scanner, token: Token) -> Command:
    """`name arguments`, behind the name."""
    arguments: list[Argument] = []
    scan.state = states.ARGUMENTS
    while (found := argument(scan)) is not None:
        arguments.append(found)
    return Command(Span(token.start, scan.last.end), token.text, tuple(arguments))


def argument(scan: Scanner) -> Argument | None:
    """The next argument, if one follows."""
    token = scan.peek()
    if token.kind == "option":
        scan.take()
        scan.state = states.AFTER_OPTION
        if scan.peek().kind == "glue =":
            scan.take()
            scan.state = states.GLUED_OPTION
        return Argument(Span(token.start, token.end), Text(Span(token.start, token.end), token.text), True)
    if token.kind in SIGNS or token.kind in WORDS:
        return word(scan, token)
    if token.kind in VALUES:
        value = parse_value.simple(scan, token, VALUE_ENDS)
        assert value is not None
        if token.kind == "{":
            scan.state = states.ARGUMENTS
        return Argument(value.span, value, False)
    return None


def word(scan: Scanner, token: Token) -> Argument:
    """An unquoted argument: words and the signs that belong to them."""
    first = token
    parts: list[str] = []
    while True:
        while token.kind in SIGNS:
            parts.append(token.text)
            scan.take()
            token = scan.at(states.AFTER_WORD)
        if token.kind in WORDS:
            parts.append(token.text)
            scan.take()
            token = scan.at(states.AFTER_WORD)
        if token.kind == "trailing ,":
            parts.append(token.text)
            scan.take()
            scan.state = states.ARGUMENTS
        elif token.kind in GLUE:
            parts.append(token.text)
            scan.take()
            token = scan.at(states.GLUED)
            continue
        span = Span(first.start, scan.last.end)
        return Argument(span, Text(span, "".join(parts)), False)
