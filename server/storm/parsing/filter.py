"""Parsing filters and their conditions."""

from ..syntax.filters import (
    And,
    Condition,
    FormCondition,
    Not,
    Or,
    PropCondition,
    QueryCondition,
    TagCondition,
    TagPropCondition,
    ValueCondition,
)
from ..syntax.steps import Filter
from ..syntax.values import Call, Deref, Expression, PropValue, QueryValue, Span, Text, UniversalValue, Value, Variable
from . import lift as parse_lift
from . import query as parse_query
from . import states
from . import value as parse_value
from .ends import MAX_CHAIN, VALUE_ENDS
from .scan import Scanner, Token
from .states import State


def keep(scan: Scanner, token: Token) -> Filter:
    """`+condition`."""
    condition = single(scan, states.CONDITION)
    return Filter(Span(token.start, scan.last.end), True, condition)


def drop(scan: Scanner, token: Token) -> Filter:
    """`-condition`."""
    condition = single(scan, states.CONDITION)
    return Filter(Span(token.start, scan.last.end), False, condition)


def keep_group(scan: Scanner, token: Token) -> Filter:
    """`+( conditions )`."""
    condition = group(scan, states.CONDITION)
    scan.state = states.AFTER_STEP
    return Filter(Span(token.start, scan.last.end), True, condition)


def group(scan: Scanner, state: State) -> Condition:
    """Conditions up to and with the `)`, behind the `(`."""
    scan.enter()
    found = alternatives(scan, state)
    close(scan, found, states.GROUP_END)
    scan.leave()
    return found


def close(scan: Scanner, condition: Condition, end: State) -> None:
    """Take the `)` behind conditions, of which this is the last or holds it; `end`: what could have come instead."""
    token = scan.peek()
    if token.kind == ")":
        scan.take()
        return
    while isinstance(condition, And | Or | Not):
        condition = condition.condition if isinstance(condition, Not) else condition.right
    if isinstance(condition, TagCondition) and condition.compare is None and scan.state is not states.CONDITION_END:
        scan.reject_after(token, states.CONDITION_TAG_END, states.CONDITION_END, end)
    # A lone value could still be the verb of a walk.
    lone = isinstance(condition, ValueCondition) and not isinstance(condition.value, Expression)
    verb = lone and end is states.VERB_GROUP_END
    if scan.state in states.VALUE_STATES and not verb:
        scan.reject(token, states.CONDITION_END, end)
    scan.unexpected(token, end.expected)


def alternatives(scan: Scanner, state: State, first: Condition | None = None) -> Condition:
    """`a or b and c`, from the left: neither binds closer. `first`: the first of them is parsed already."""
    left = single(scan, state) if first is None else first
    for _ in range(MAX_CHAIN):
        kind = scan.peek().kind
        if kind not in ("and", "or"):
            return left
        scan.take()
        right = single(scan, states.CONDITION)
        made = And if kind == "and" else Or
        left = made(Span(left.span.start, right.span.end), left, right)
    return scan.too_deep()


def single(scan: Scanner, state: State) -> Condition:
    """One condition."""
    token = scan.at(state)
    scan.take()
    match token.kind:
        case "not":
            scan.enter()
            inner = single(scan, states.CONDITION)
            scan.leave()
            return Not(Span(token.start, scan.last.end), inner)
        case "(":
            found = group(scan, states.EDGE_GROUP if state is states.EDGE_OR_CONDITION else states.CONDITION)
            scan.state = states.CONDITION_END
            return found
        case "#" | "wild #":
            return of_tag(scan, token)
        case "absolute prop":
            return of_form(scan, token)
        case "wild prop":
            scan.state = states.CONDITION_END
            name = Text(Span(token.start, token.end), token.text)
            return FormCondition(name.span, name, None)
        case "{":
            query = parse_query.block(scan, token)
            scan.state = states.CONDITION_PROP
            return of_value(scan, QueryValue(Span(token.start, scan.last.end), query), token)
        case _:
            return of_value(scan, first_value(scan, token), token)


def first_value(scan: Scanner, token: Token) -> Value:
    """The value that a condition begins with; its first token is taken."""
    span = Span(token.start, token.end)
    match token.kind:
        case "$":
            return parse_value.dollar(scan, token, VALUE_ENDS)
        case "relative prop":
            scan.state = states.AFTER_RELATIVE
            return PropValue(span, Text(Span(token.start + 1, token.end), token.text[1:]))
        case "universal prop":
            scan.state = states.AFTER_UNIVERSAL
            return UniversalValue(span, Text(span, token.text))
        case ":$":
            name = parse_value.prop_variable(scan, token, states.AFTER_VARIABLE)
            return PropValue(Span(token.start, scan.last.end), name)
        case ".":
            name = parse_value.prop_variable(scan, token, states.AFTER_VARIABLE)
            return UniversalValue(Span(token.start, scan.last.end), name)
    return scan.unexpected(token)


def of_value(scan: Scanner, value: Value, token: Token) -> Condition:
    """A condition that begins with a value, with its comparison."""
    if isinstance(value, Variable | Deref | Call | Expression):
        return ValueCondition(value.span, value)
    compare = parse_lift.comparison(scan, arrays=not isinstance(value, QueryValue))
    span = Span(token.start, scan.last.end)
    if isinstance(value, QueryValue):
        return QueryCondition(span, value.query, compare)
    assert isinstance(value, PropValue | UniversalValue)
    return PropCondition(span, value, compare)


def of_form(scan: Scanner, token: Token) -> FormCondition:
    """`inet:fqdn`, `inet:fqdn=x`."""
    scan.state = states.CONDITION_PROP
    name = Text(Span(token.start, token.end), token.text)
    compare = parse_lift.comparison(scan, arrays=False)
    return FormCondition(Span(token.start, scan.last.end), name, compare)


def of_tag(scan: Scanner, sign: Token) -> Condition:
    """`#foo`, `#foo.*`, `#foo@=x`, `#foo:name=x`, behind the `#`."""
    wild = sign.kind == "wild #"
    after = states.AFTER_WILD_TAG if wild else states.AFTER_TAG
    tag = parse_value.tag_name(scan, states.WILD_TAG if wild else states.TAG, after, states.AFTER_VARIABLE)
    if scan.peek().kind == "tag :":
        prop = parse_value.tag_prop(scan, states.CONDITION_PROP, states.AFTER_VARIABLE)
        compare = parse_lift.comparison(scan)
        return TagPropCondition(Span(sign.start, scan.last.end), tag, prop, compare)
    compare = parse_lift.comparison(scan)
    return TagCondition(Span(sign.start, scan.last.end), tag, compare)
