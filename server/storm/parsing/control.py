"""Parsing control flow, variables and functions."""

from collections.abc import Callable

from ..syntax.steps import (
    Break,
    Catch,
    Continue,
    Emit,
    Empty,
    Evaluate,
    Fini,
    For,
    Function,
    If,
    Init,
    Parameter,
    Query,
    Return,
    SetItem,
    SetVariable,
    SetVariables,
    Step,
    Stop,
    Switch,
    Try,
    While,
    Yield,
)
from ..syntax.values import Call, Deref, Span, Variable
from . import ends, states
from . import query as parse_query
from . import value as parse_value
from .ends import VALUE_ENDS
from .quoting import unquoted
from .scan import Scanner, Token

BRACE = ("{",)


def variable(scan: Scanner, sign: Token) -> Step:
    """`$x=value`, `$x.y=value`, or `$x.y()` that is only computed, behind the `$`."""
    name = scan.expect("variable", states.DOLLAR_NAME)
    scan.state = states.AFTER_VARIABLE_STEP
    first = Variable(Span(sign.start, name.end), unquoted(name.text))
    found = parse_value.postfix(scan, first, ends.STEP_ENDS)
    if scan.peek().kind != "=" or isinstance(found, Call):
        assert isinstance(found, Variable | Deref | Call)
        return Evaluate(found.span, found)
    scan.take()
    value = parse_value.value(scan)
    span = Span(sign.start, scan.last.end)
    if isinstance(found, Deref):
        return SetItem(span, found, value)
    return SetVariable(span, first.name, value)


def variables(scan: Scanner, sign: Token) -> SetVariables:
    """`($x, $y) = value`, behind the `(`."""
    names = several_names(scan)
    scan.expect("=", states.AFTER_NAMES)
    value = parse_value.value(scan)
    return SetVariables(Span(sign.start, scan.last.end), names, value)


def several_names(scan: Scanner) -> tuple[str, ...]:
    """`$x, $y)`, behind the `(`."""
    found: list[str] = []
    token = scan.at(states.NAMES_START)
    scan.take()
    if token.kind == ",":
        scan.expect(")", states.CLOSED)
        return ()
    while token.kind == "$":
        found.append(parse_value.variable_name(scan, token.start, states.NAMES_END).name)
        token = scan.take()
        if token.kind == ",":
            token = scan.at(states.NAMES_MORE)
            scan.take()
    return tuple(found)


def body(scan: Scanner, after: states.State = states.AFTER_BLOCK) -> Query:
    """The block behind a value or a name."""
    token = scan.peek()
    if token.kind != "{":
        scan.reject(token, states.BRACE)
    scan.take()
    query = parse_query.block(scan, token)
    scan.state = after
    return query


def if_(scan: Scanner, token: Token) -> If:
    """`if value { } elif value { } else { }`."""
    branches = [(parse_value.value(scan), body(scan, states.AFTER_IF))]
    otherwise = None
    while (follows := scan.peek()).kind in ("elif", "else"):
        scan.take()
        if follows.kind == "else":
            otherwise = parse_query.braced(scan, states.AFTER_BLOCK)
            break
        branches.append((parse_value.value(scan), body(scan, states.AFTER_IF)))
    return If(Span(token.start, scan.last.end), tuple(branches), otherwise)


def for_(scan: Scanner, token: Token) -> For:
    """`for $x in value { }`."""
    first = scan.at(states.FOR)
    scan.take()
    if first.kind == "$":
        names: tuple[str, ...] = (parse_value.variable_name(scan, first.start, states.IN).name,)
        scan.expect("in", states.IN)
    else:
        names = several_names(scan)
        scan.expect("in", states.AFTER_NAMES, ("in",))
    value = parse_value.value(scan)
    block = body(scan)
    return For(Span(token.start, scan.last.end), names, first.kind == "(", value, block)


def while_(scan: Scanner, token: Token) -> While:
    """`while value { }`."""
    value = parse_value.value(scan)
    block = body(scan)
    return While(Span(token.start, scan.last.end), value, block)


def switch(scan: Scanner, token: Token) -> Switch:
    """`switch $x { cases }`."""
    sign = scan.expect("$", states.ONLY_DOLLAR)
    name = scan.expect("variable", states.DOLLAR_NAME)
    scan.state = states.AFTER_VARIABLE
    first = Variable(Span(sign.start, name.end), unquoted(name.text))
    value = parse_value.postfix(scan, first, VALUE_ENDS)
    brace = scan.peek()
    if brace.kind != "{":
        scan.unexpected(brace, BRACE)
    scan.take()
    cases: list[tuple[tuple[str, ...], Query]] = []
    defaults: list[Query] = []
    while (case := scan.at(states.CASE)).kind != "}":
        scan.take()
        matched = () if case.kind == "default case" else case_texts(scan, case)
        scan.expect(":", states.CASE_COLON)
        query = parse_query.braced(scan, states.CASE)
        if case.kind == "default case":
            defaults.append(query)
        else:
            cases.append((matched, query))
    scan.take()
    scan.state = states.AFTER_STEP
    if len(defaults) > 1:
        mesg = f"Switch statements cannot have more than one default case. Found {len(defaults)}."
        scan.fault(mesg, token.start, scan.last.end)
    texts = [text for found, _ in cases for text in found]
    for text in texts:
        if texts.count(text) > 1:
            mesg = f"Switch statements cannot have duplicate switch cases: {text}"
            scan.fault(mesg, token.start, scan.last.end)
    return Switch(Span(token.start, scan.last.end), value, tuple(cases), defaults[0] if defaults else None)


def case_texts(scan: Scanner, first: Token) -> tuple[str, ...]:
    """The texts of one case, up to its colon."""
    if first.kind != "(":
        return (unquoted(first.text),)
    texts: list[str] = []
    while True:
        token = scan.at(states.CASES)
        scan.take()
        texts.append(unquoted(token.text))
        closing = scan.at(states.CASES_END if texts[1:] else states.FIRST_CASES_END)
        scan.take()
        if closing.kind == ")":
            return tuple(texts)


def try_(scan: Scanner, token: Token) -> Try:
    """`try { } catch errors as name { }`."""
    block = parse_query.braced(scan, states.AFTER_TRY)
    catches: list[Catch] = []
    while (word := scan.peek()).kind == "catch":
        scan.take()
        errors = parse_value.value(scan)
        as_ = scan.peek()
        if as_.kind != "as":
            scan.unexpected(as_, ("as",))
        scan.take()
        name = scan.expect("variable", states.DOLLAR_NAME)
        query = parse_query.braced(scan, states.AFTER_CATCH)
        catches.append(Catch(Span(word.start, scan.last.end), errors, unquoted(name.text), query))
    return Try(Span(token.start, scan.last.end), block, tuple(catches))


def function(scan: Scanner, token: Token) -> Function:
    """`function name(parameters) { }`."""
    name = scan.expect("variable", states.DOLLAR_NAME)
    opening = scan.expect("(", states.PARAMETERS_OPEN)
    parameters: list[Parameter] = []
    follows = scan.at(states.PARAMETERS)
    while follows.kind == "variable":
        scan.take()
        parameters.append(parameter(scan, follows, parameters))
        follows = scan.take()
        if follows.kind == ",":
            follows = scan.at(states.DOLLAR_NAME)
    if follows is not scan.last:
        scan.take()
    check_order(scan, parameters, opening)
    query = parse_query.braced(scan, states.AFTER_STEP)
    return Function(Span(token.start, scan.last.end), unquoted(name.text), tuple(parameters), query)


def check_order(scan: Scanner, parameters: list[Parameter], opening: Token) -> None:
    """Note a parameter that must be given behind one that need not; its `)` is taken."""
    seen = False
    for each in parameters:
        seen = seen or each.default is not None
        if seen and each.default is None:
            mesg = f'Positional parameter "{each.name}" follows keyword parameter in definition'
            scan.fault(mesg, opening.start, scan.last.end)


def parameter(scan: Scanner, name: Token, before: list[Parameter]) -> Parameter:
    """One parameter, up to the `,` or `)` behind it."""
    text = unquoted(name.text)
    default = None
    if scan.at(states.CALL_NAME).kind == "=":
        scan.take()
        default = parse_value.value(scan)
    follows = scan.peek()
    if follows.kind not in (",", ")"):
        scan.unexpected(follows, (")", ","))
    if any(each.name == text for each in before):
        scan.fault(f'Duplicate parameter "{text}" in function definition', name.start, name.end)
    return Parameter(Span(name.start, scan.last.end), text, default)


def return_(scan: Scanner, token: Token) -> Return:
    """`return(value)`."""
    scan.expect("(", states.REVERSE)
    value = None
    if scan.at(states.RETURN_VALUE).kind != ")":
        value = parse_value.value(scan, states.RETURN_VALUE)
    closing = scan.peek()
    if closing.kind != ")":
        scan.reject(closing, states.CLOSED)
    scan.take()
    scan.state = states.AFTER_STEP
    return Return(Span(token.start, scan.last.end), value)


def emit(scan: Scanner, token: Token) -> Emit:
    """`emit value`."""
    value = parse_value.value(scan)
    return Emit(Span(token.start, scan.last.end), value)


def yield_(scan: Scanner, token: Token) -> Yield:
    """`yield value`."""
    value = parse_value.value(scan, states.YIELD_VALUE)
    return Yield(Span(token.start, scan.last.end), value)


def plain(made: Callable[[Span], Step]) -> Callable[[Scanner, Token], Step]:
    """A parser of a step that is one word."""

    def parse(scan: Scanner, token: Token) -> Step:
        scan.state = states.AFTER_STEP
        return made(Span(token.start, token.end))

    return parse


def with_block(made: Callable[[Span, Query], Step]) -> Callable[[Scanner, Token], Step]:
    """A parser of a step that is a word and a block."""

    def parse(scan: Scanner, token: Token) -> Step:
        query = parse_query.braced(scan, states.AFTER_STEP)
        return made(Span(token.start, scan.last.end), query)

    return parse


WORDS: dict[str, Callable[[Scanner, Token], Step]] = {
    "if": if_,
    "for": for_,
    "while": while_,
    "switch": switch,
    "try": try_,
    "function": function,
    "return": return_,
    "emit": emit,
    "stop": plain(Stop),
    "break": plain(Break),
    "continue": plain(Continue),
    "init": with_block(Init),
    "fini": with_block(Fini),
    "empty": with_block(Empty),
}
