"""Parsing queries: whole ones, blocks in braces, and which step begins with what."""

from collections.abc import Callable
from typing import NoReturn

from ..syntax.filters import TagCondition, ValueCondition
from ..syntax.steps import (
    Command,
    Evaluate,
    Filter,
    LiftOver,
    LiftProp,
    LiftTag,
    LiftTagProp,
    LiftTagTag,
    PivotOut,
    PivotToTags,
    Query,
    Step,
    Subquery,
)
from ..syntax.values import Call, Span, Text
from . import command as parse_command
from . import control as parse_control
from . import edit as parse_edit
from . import filter as parse_filter
from . import lift as parse_lift
from . import pivot as parse_pivot
from . import states
from .scan import Scanner, Token
from .states import State

# Parses the step that begins with a token, which is taken already.
StepParser = Callable[[Scanner, Token], Step]


def whole(scan: Scanner) -> tuple[Step, ...]:
    """The steps of a text up to its end, from where the scanner is. Raises BadSyntax."""
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
            refuse(scan, token, found)
        scan.take()
        found.append(parser(scan, token))
        token = scan.peek()
        if token.kind == "|":
            scan.take()
            token = scan.at(states.AFTER_PIPE)


def refuse(scan: Scanner, token: Token, found: list[Step]) -> NoReturn:
    """Raise BadSyntax for a token that begins no step; what could have come depends on the step before it."""
    if not found or scan.last.kind == "|":
        scan.unexpected(token)
    match found[-1]:
        case Command():
            late = scan.state in states.VALUE_STATES
            scan.reject_after(token, *((scan.text_end(), states.COMMAND_END) if late else (scan.state,)))
        case LiftTagTag(compare=None):
            scan.reject_after(token, states.LIFT_TAGPROP_END, states.AFTER_WILD, states.AFTER_STEP)
        case LiftTag(compare=None):
            scan.reject_after(token, states.LIFT_TAG_END, states.AFTER_WILD, states.AFTER_STEP)
        case LiftProp(name=name, compare=None) if not isinstance(name, Text):
            scan.reject_after(token, states.LIFT_VARIABLE_END, states.AFTER_WILD, states.AFTER_STEP)
        case LiftProp() | LiftOver() | LiftTag() | LiftTagTag() | LiftTagProp():
            scan.reject(token, states.AFTER_WILD, states.AFTER_STEP)
        case Filter(condition=TagCondition(compare=None)):
            scan.reject_after(token, states.CONDITION_TAG_END, states.CONDITION_END, states.AFTER_STEP)
        case Filter(condition=ValueCondition()):
            scan.reject_after(token, states.CONDITION_END, states.AFTER_STEP)
        case Filter() if scan.state is not states.AFTER_STEP:
            scan.reject(token, states.CONDITION_END, states.AFTER_STEP)
        case Evaluate(value=Call()):
            scan.reject_after(token, states.EVALUATE_END)
        case PivotToTags() | PivotOut():
            scan.reject_after(token, states.AFTER_STEP)
        case _ if scan.state in states.VALUE_STATES:
            scan.reject(token, states.AFTER_STEP)
    scan.unexpected(token)


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
