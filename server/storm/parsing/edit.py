"""Parsing edits: what stands in `[ ]`."""

from typing import NoReturn

from ..syntax.edits import (
    AddEdges,
    AddNode,
    AddTag,
    DropEdges,
    DropProp,
    DropTag,
    DropTagProp,
    Edit,
    EditGroup,
    SetProp,
    SetTagProp,
)
from ..syntax.steps import EditBlock
from ..syntax.values import PropValue, QueryValue, Span, Text, UniversalValue, Value
from . import query as parse_query
from . import states
from . import value as parse_value
from .ends import IN_LIST, VALUE_ENDS
from .scan import Scanner, Token
from .states import State

SET = ("=", "?=", "+=", "?+=")
SET_ARRAY = (*SET, "++=", "?++=")
SET_OPERATORS = ("+= or -=", "=", "?+= or ?-=", "?=")
SET_ARRAY_OPERATORS = ("*", "++= or --=", "+= or -=", "=", "?++= or ?--=", "?+= or ?-=", "?=")
SET_TAG = ("=", "?=")


def edits(scan: Scanner, sign: Token) -> EditBlock:
    """`[ edits ]` behind its `[`."""
    found: list[Edit] = []
    token = scan.at(states.EDIT)
    while token.kind not in ("]", "glue ]"):
        found.append(edit(scan, token, states.EDIT_AFTER_BLOCK))
        token = scan.peek()
    scan.take()
    scan.state = states.AFTER_STEP
    return EditBlock(Span(sign.start, token.end), tuple(found))


def edit(scan: Scanner, token: Token, after: State) -> Edit:
    """One edit; `after` says what may come behind one that ends in a block."""
    scan.take() if token.kind in EDIT_STARTS else refuse(scan, token)
    match token.kind:
        case "absolute prop" | "*$":
            return add_node(scan, token)
        case "(":
            return edit_group(scan, token)
        case "relative prop" | "universal prop" | ":$" | ".":
            return set_prop(scan, token)
        case "+":
            return add_tag(scan, token)
        case "-":
            return drop(scan, token)
        case _:
            return edges(scan, token, after)


def refuse(scan: Scanner, token: Token) -> NoReturn:
    """Raise BadSyntax for a token that begins no edit."""
    if scan.state is states.AFTER_TAG:
        scan.reject_after(token, states.EDIT_TAG_VALUE_END, states.EDIT_END)
    scan.reject(token, states.EDIT_END)


EDIT_STARTS = frozenset(
    ["absolute prop", "*$", "(", "relative prop", "universal prop", ":$", ".", "+", "-", "+(", "-(", "<("]
)


def add_node(scan: Scanner, token: Token) -> AddNode:
    """`inet:fqdn=x`, `*$form=x`; its first token is taken."""
    if token.kind == "*$":
        form = parse_value.dollar(scan, scan.expect("$", states.ONLY_DOLLAR), VALUE_ENDS)
    else:
        form = Text(Span(token.start, token.end), token.text)
        scan.state = states.EDIT_FORM
    operator = scan.peek()
    if operator.kind not in SET:
        scan.unexpected(operator, SET_OPERATORS)
    scan.take()
    value = parse_value.value(scan)
    return AddNode(Span(token.start, scan.last.end), form, operator.text, value)


def edit_group(scan: Scanner, sign: Token) -> EditGroup:
    """`( inet:fqdn=x edits )`, behind its `(`."""
    scan.enter()
    first = scan.at(states.EDIT_GROUP)
    scan.take()
    node = add_node(scan, first)
    found: list[Edit] = []
    while (token := scan.peek()).kind != ")":
        found.append(edit(scan, token, states.EDIT_IN_GROUP))
    scan.take()
    scan.leave()
    scan.state = states.EDIT_AFTER_GROUP
    return EditGroup(Span(sign.start, token.end), node, tuple(found))


def prop_of(scan: Scanner, token: Token) -> PropValue | UniversalValue:
    """The property an edit is about; its first token is taken."""
    span = Span(token.start, token.end)
    match token.kind:
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


def set_prop(scan: Scanner, token: Token) -> SetProp:
    """`:name=x`, `:name*unset=x`, `.seen=x`; its first token is taken."""
    prop = prop_of(scan, token)
    array = isinstance(prop, PropValue)
    operator = scan.peek()
    when: Value | None = None
    if array and operator.kind in ("*", "*$", "* named"):
        scan.take()
        when = condition(scan)
        operator = scan.peek()
        array = False
    if operator.kind not in (SET_ARRAY if array else SET):
        scan.unexpected(operator, SET_ARRAY_OPERATORS if array else SET_OPERATORS)
    scan.take()
    value = parse_value.value(scan)
    return SetProp(Span(token.start, scan.last.end), prop, operator.text, value, when)


def condition(scan: Scanner) -> Value:
    """What stands behind the `*` of `:name*unset=x`."""
    token = scan.at(states.EDIT_WHEN)
    scan.take()
    if token.kind == "$":
        return parse_value.dollar(scan, token, IN_LIST)
    scan.state = states.EDIT_WHEN_END
    return Text(Span(token.start, token.end), token.text)


def add_tag(scan: Scanner, sign: Token) -> AddTag | SetTagProp:
    """`+#foo`, `+?#foo`, `+#foo=x`, `+#foo:name=x`, behind the `+`."""
    token = scan.at(states.EDIT_PLUS)
    scan.take()
    lenient = token.kind == "?"
    if lenient:
        scan.expect("#", states.EDIT_TRY_TAG)
    tag = parse_value.tag_name(scan, states.TAG, states.AFTER_TAG, states.AFTER_VARIABLE)
    follows = scan.peek()
    if follows.kind == "tag :" and not lenient:
        prop = parse_value.tag_prop(scan, states.AFTER_TAGPROP, states.AFTER_VARIABLE)
        operator = scan.peek()
        if operator.kind not in SET:
            scan.unexpected(operator, SET_OPERATORS)
        scan.take()
        value = parse_value.value(scan)
        return SetTagProp(Span(sign.start, scan.last.end), tag, prop, operator.text, value)
    if follows.kind == "tag :":
        scan.unexpected(follows, states.EDIT_TRY_TAG_END.expected)
    if follows.kind not in SET_TAG:
        return AddTag(Span(sign.start, scan.last.end), tag, lenient, None, None)
    scan.take()
    value = parse_value.value(scan)
    return AddTag(Span(sign.start, scan.last.end), tag, lenient, follows.text, value)


def drop(scan: Scanner, sign: Token) -> DropProp | DropTag | DropTagProp:
    """`-:name`, `-.seen`, `-#foo`, `-#foo:name`, behind the `-`."""
    token = scan.at(states.EDIT_MINUS)
    scan.take()
    if token.kind != "#":
        prop = prop_of(scan, token)
        return DropProp(Span(sign.start, scan.last.end), prop)
    tag = parse_value.tag_name(scan, states.TAG, states.AFTER_TAG, states.AFTER_VARIABLE)
    if scan.peek().kind == "tag :":
        prop_name = parse_value.tag_prop(scan, states.AFTER_TAGPROP, states.AFTER_VARIABLE)
        return DropTagProp(Span(sign.start, scan.last.end), tag, prop_name)
    if scan.peek().kind in SET_TAG:
        scan.unexpected(scan.peek(), states.EDIT_DROP_TAG_END.expected)
    return DropTag(Span(sign.start, scan.last.end), tag)


def edges(scan: Scanner, sign: Token, after: State) -> AddEdges | DropEdges:
    """`+(verb)> { query }`, `-(verb)> $nodes`, `<(verb)+ { query }`, `<(verb)- { query }`, behind the first sign."""
    inbound = sign.kind == "<("
    scan.enter()
    verb = parse_value.value(scan)
    scan.leave()
    closing = scan.peek()
    if closing.kind not in ((")+", ")-") if inbound else (")>",)):
        scan.unexpected(closing, (")+", ")-") if inbound else (")>",))
    scan.take()
    token = scan.at(states.EDGE_TARGET)
    scan.take()
    if token.kind == "{":
        query = parse_query.block(scan, token)
        scan.state = after
        nodes: Value = QueryValue(Span(token.start, scan.last.end), query)
    else:
        nodes = parse_value.dollar(scan, token, VALUE_ENDS)
    span = Span(sign.start, scan.last.end)
    if sign.kind == "-(" or closing.kind == ")-":
        return DropEdges(span, verb, nodes, inbound)
    return AddEdges(span, verb, nodes, inbound)
