"""Parsing queries: whole ones, blocks in braces, and which step begins with what."""

from collections.abc import Callable

from . import parse_command, parse_control, parse_edit, parse_filter, parse_lift, parse_pivot, states
from .scan import Scanner, Token
from .states import State
from .syntax import Query, Span, Step, Subquery

# Parses the step that begins with a token, which is taken already.
StepParser = Callable[[Scanner, Token], Step]


def whole(scan: Scanner) -> tuple[Step, ...]:
    """The steps of a whole text. Raises BadSyntax."""
    found = steps(scan, states.START)
    token = scan.peek()
    if token.kind != "end of input":
        scan.unexpected(token, ())
    return found


def block(scan: Scanner, sign: Token, *, read: bool = False) -> Query:
    """`{ steps }` behind its `{`, with its `}`. `read`: what comes behind the brace was looked at already."""
    scan.enter()
    found = steps(scan, scan.state if read else states.BLOCK)
    token = scan.peek()
    if token.kind != "}":
        scan.unexpected(token, ("}",) if scan.last is not sign else None)
    scan.take()
    scan.leave()
    return Query(Span(sign.start, token.end), scan.text[sign.end : token.start], found)


def braced(scan: Scanner, after: State) -> Query:
    """`{ steps }` where nothing else may stand."""
    query = block(scan, scan.expect("{", states.BRACE))
    scan.state = after
    return query


def steps(scan: Scanner, state: State) -> tuple[Step, ...]:
    """Steps up to what can be none; it is not taken."""
    found: list[Step] = []
    token = scan.at(state)
    if token.kind == "|":
        scan.take()
        token = scan.at(states.AFTER_FIRST_PIPE)
    while True:
        parser = STEPS.get(token.kind)
        if parser is None:
            if token.kind in ("}", "end of input") and not (found and scan.state is states.AFTER_PIPE):
                return tuple(found)
            scan.unexpected(token)
        scan.take()
        found.append(parser(scan, token))
        token = scan.peek()
        if token.kind == "|":
            scan.take()
            token = scan.at(states.AFTER_PIPE)


def subquery(scan: Scanner, sign: Token) -> Subquery:
    """`{ query }` as a step."""
    query = block(scan, sign)
    scan.state = states.AFTER_BLOCK
    return Subquery(query.span, query)


STEPS: dict[str, StepParser] = {
    "absolute prop": parse_lift.by_name,
    "wild prop": parse_lift.by_wildcard,
    "universal prop": parse_lift.by_name,
    "embed prop": parse_lift.over,
    "*$": parse_lift.by_variable,
    "#": parse_lift.by_tag,
    "reverse": parse_lift.reverse,
    "+": parse_filter.keep,
    "-": parse_filter.drop,
    "+(": parse_filter.keep_group,
    "-(": parse_pivot.walk_or_drop_group,
    "->": parse_pivot.out,
    "-+>": parse_pivot.out,
    "<-": parse_pivot.into,
    "<+-": parse_pivot.into,
    "-->": parse_pivot.and_walk,
    "--+>": parse_pivot.and_walk,
    "<--": parse_pivot.and_walk,
    "<+--": parse_pivot.and_walk,
    "<(": parse_pivot.walk_in,
    "<+(": parse_pivot.walk_in,
    "relative prop": parse_pivot.from_prop,
    ":$": parse_pivot.from_prop,
    "[": parse_edit.edits,
    "{": subquery,
    "yield": parse_control.yield_,
    "command": parse_command.command,
    "$": parse_control.variable,
    "(": parse_control.variables,
    **{word + end: parser for word, parser in parse_control.WORDS.items() for end in ("", " alone")},
}
