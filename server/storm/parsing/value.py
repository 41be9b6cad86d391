"""Parsing values: what can be assigned, compared with, given to a call or to a command."""

from dataclasses import replace
from functools import cache

from ..syntax.values import (
    Call,
    Deref,
    EmbeddedQuery,
    Expression,
    FormatText,
    PropValue,
    QueryValue,
    Span,
    TagName,
    TagPropValue,
    TagValue,
    Text,
    UniversalValue,
    Value,
    Variable,
)
from . import expression as parse_expression
from . import query as parse_query
from . import states
from .ends import MAX_CHAIN, QUOTED, STEP_ENDS, VALUE_ENDS, Ends
from .quoting import unescaped, unquoted
from .scan import Scanner, Token
from .states import State


def value(scan: Scanner, state: State = states.VALUE, ends: Ends = VALUE_ENDS) -> Value:
    """A value; what may come behind it is set by its kind."""
    token = scan.at(state)
    if token.kind == "value":
        scan.take()
        scan.state = ends.unquoted
        return Text(Span(token.start, token.end), token.text)
    found = simple(scan, token, ends)
    if found is None:
        scan.unexpected(token)
    return found


def simple(scan: Scanner, token: Token, ends: Ends) -> Value | None:
    """The value that begins with a token, or None if no value begins so. The token is taken if one does."""
    kind = token.kind
    if kind == "$":
        scan.take()
        return dollar(scan, token, ends)
    if kind in QUOTED:
        scan.take()
        scan.state = ends.text
        return quoted(token)
    if kind == "(":
        scan.take()
        return parse_expression.group(scan, token, ends)
    if kind == "relative prop":
        scan.take()
        scan.state = ends.prop
        return PropValue(Span(token.start, token.end), Text(Span(token.start + 1, token.end), token.text[1:]))
    return rarer(scan, token, ends)


def rarer(scan: Scanner, token: Token, ends: Ends) -> Value | None:
    """The kinds of values that `simple` leaves."""
    kind = token.kind
    if kind == "universal prop":
        scan.take()
        scan.state = ends.universal
        return UniversalValue(Span(token.start, token.end), Text(Span(token.start, token.end), token.text))
    if kind in (":$", "."):
        scan.take()
        name = prop_variable(scan, token, ends.variable)
        made = PropValue if kind == ":$" else UniversalValue
        return made(Span(token.start, name.span.end), name)
    if kind == "#":
        scan.take()
        return tag_value(scan, token, ends)
    if kind == "`":
        scan.take()
        return format_text(scan, token, ends.format)
    if kind == "${":
        scan.take()
        query = parse_query.block(scan, token)
        scan.state = ends.embed
        return EmbeddedQuery(Span(token.start, scan.last.end), query)
    if kind == "{":
        scan.take()
        query = parse_query.block(scan, token)
        scan.state = ends.query
        return QueryValue(Span(token.start, scan.last.end), query)
    return None


def quoted(token: Token) -> Text:
    """A text in quotes."""
    return Text(Span(token.start, token.end), unquoted(token.text))


def prop_variable(scan: Scanner, sign: Token, after: State) -> Variable:
    """The `$name` of `:$name` or `.$name`, behind the first sign."""
    start = sign.start + 1 if sign.kind == ":$" else scan.expect("$", states.ONLY_DOLLAR).start
    return variable_name(scan, start, after)


def variable_name(scan: Scanner, start: int, after: State) -> Variable:
    """The name behind a `$`."""
    token = scan.expect("variable", states.DOLLAR_NAME)
    scan.state = after
    return Variable(Span(start, token.end), unquoted(token.text))


def dollar(scan: Scanner, sign: Token, ends: Ends) -> Value:
    """`$name` with what hangs on it, or `$( ... )`, behind its `$`."""
    token = scan.at(states.DOLLAR)
    if token.kind == "(":
        scan.take()
        scan.enter()
        inner = parse_expression.expression(scan)
        scan.leave()
        scan.expect(")", scan.state)
        scan.state = ends.group
        return postfix(scan, Expression(Span(sign.start, scan.last.end), inner), ends)
    scan.take()
    scan.state = ends.variable
    return postfix(scan, Variable(Span(sign.start, token.end), unquoted(token.text)), ends)


def postfix(scan: Scanner, target: Value, ends: Ends) -> Value:
    """What hangs on a value: `.name`, `( arguments )`."""
    for _ in range(MAX_CHAIN):
        token = scan.peek()
        if token.kind == "deref":
            scan.take()
            name = deref_name(scan, ends)
            target = Deref(Span(target.span.start, scan.last.end), target, name)
        elif token.kind == "(" and token.start == scan.last.end:
            scan.take()
            target = call(scan, target)
            scan.state = states.AFTER_VARIABLE if ends is STEP_ENDS else ends.variable
            continue
        else:
            return target
        scan.state = ends.variable
    return scan.too_deep()


def deref_name(scan: Scanner, ends: Ends) -> Value:
    """What stands behind the dot."""
    token = scan.at(states.DEREF)
    scan.take()
    if token.kind == "variable":
        return Text(Span(token.start, token.end), unquoted(token.text))
    if token.kind == "$":
        inner = scan.at(states.DOLLAR)
        if inner.kind == "variable":
            return variable_name(scan, token.start, ends.variable)
        scan.take()
    elif token.kind == "`":
        return format_text(scan, token, ends.variable)
    scan.enter()
    inner_value = parse_expression.expression(scan)
    scan.leave()
    scan.expect(")", scan.state)
    return Expression(Span(token.start, scan.last.end), inner_value)


def call(scan: Scanner, target: Value) -> Call:
    """The arguments of a call, behind its `(`."""
    arguments: list[Value] = []
    keywords: list[tuple[str, Value]] = []
    scan.enter()
    token = scan.at(states.CALL)
    if token.kind == ",":
        scan.take()
        token = scan.at(states.NAMES_END)
        if token.kind != ")":
            scan.unexpected(token, (")",))
    while token.kind != ")":
        argument(scan, token, arguments, keywords)
        token = scan.peek()
        if token.kind not in (",", ")"):
            scan.reject(token) if scan.state in states.VALUE_STATES else scan.unexpected(token)
        if token.kind == ",":
            scan.take()
            token = scan.at(states.CALL_MORE)
    scan.take()
    scan.leave()
    return Call(Span(target.span.start, scan.last.end), target, tuple(arguments), tuple(keywords))


def argument(scan: Scanner, token: Token, arguments: list[Value], keywords: list[tuple[str, Value]]) -> None:
    """One argument, by place or by name."""
    if token.kind in ("call word", "double", "single"):
        scan.take()
        scan.state = states.CALL_NAME
        if scan.peek().kind == "=":
            scan.take()
            name = unquoted(token.text)
            if name in dict(keywords):
                mesg = f'Duplicate keyword argument "{name}" in function call'
                scan.fault(mesg, token.start, token.end)
            keywords.append((name, value(scan)))
            return
        found: Value = quoted(token) if token.text[0] in "'\"" else Text(Span(token.start, token.end), token.text)
    else:
        found = value(scan, scan.state)
    if keywords:
        scan.fault("Positional argument follows keyword argument in function call", found.span.start, found.span.end)
    arguments.append(found)


def format_text(scan: Scanner, sign: Token, after: State) -> FormatText:
    """Text in backticks, behind the first."""
    parts: list[Value] = []
    scan.enter()
    while (token := scan.at(states.FORMAT)).kind != "`":
        scan.take()
        if token.kind == "text":
            parts.append(Text(Span(token.start, token.end), unescaped(token.text)))
        else:
            parts.append(parse_expression.expression(scan))
            scan.expect("}", scan.state)
    scan.take()
    scan.leave()
    scan.state = after
    return FormatText(Span(sign.start, scan.last.end), tuple(parts))


def tag_value(scan: Scanner, sign: Token, ends: Ends) -> TagValue | TagPropValue:
    """`#foo` or `#foo:name` as a value, behind its `#`."""
    tag = tag_name(scan, states.TAG, ends.tag, ends.variable)
    if scan.peek().kind == "tag :":
        prop = tag_prop(scan, ends.tagprop, ends.variable)
        return TagPropValue(Span(sign.start, scan.last.end), tag, prop)
    return TagValue(Span(sign.start, tag.span.end), tag)


def tag_prop(scan: Scanner, after: State, after_variable: State) -> Value:
    """`:name` behind a tag; its `:` is the next token."""
    scan.take()
    token = scan.at(states.TAGPROP)
    scan.take()
    if token.kind == "$":
        return postfix(scan, variable_name(scan, token.start, after_variable), tag_ends(after_variable))
    scan.state = after
    return Text(Span(token.start, token.end), token.text)


@cache
def tag_ends(after_variable: State) -> Ends:
    """What may come behind a tag that is a value."""
    return replace(VALUE_ENDS, variable=after_variable)


def tag_name(scan: Scanner, state: State, after: State, after_variable: State) -> TagName:
    """A tag, behind its `#`; `state` says what its first part may be."""
    parts: list[Value] = []
    while True:
        token = scan.at(state)
        if token.kind == "$":
            scan.take()
            name = variable_name(scan, token.start, after_variable)
            if not parts and state is not states.WILD_TAG:
                # A tag that begins with a variable is all one value: what its dots and brackets give.
                whole = postfix(scan, name, tag_ends(after_variable))
                return TagName(Span(name.span.start, scan.last.end), (whole,))
            parts.append(name)
        elif token.kind in ("tag", "wild tag"):
            scan.take()
            parts.append(Text(Span(token.start, token.end), token.text))
            # Behind an asterisk, `.c` would also be a property.
            wild = token.text.endswith("*") and scan.text.startswith(".", token.end)
            scan.state = states.ONLY_DEREF if wild else after
        else:
            scan.unexpected(token)
        if scan.peek().kind != "deref":
            return TagName(Span(parts[0].span.start, scan.last.end), tuple(parts))
        scan.take()
        if state is states.LIFT_TAG:
            state = states.TAG
        elif state is states.WILD_TAG:
            state = states.WILD_TAG_MORE
