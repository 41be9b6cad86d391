"""Parsing lifts, and the comparisons that lifts and filters share."""

from ..syntax.filters import Compare
from ..syntax.steps import LiftOver, LiftProp, LiftTag, LiftTagProp, LiftTagTag, Step
from ..syntax.values import Span, Text, Value
from . import ends, states
from . import value as parse_value
from .scan import Scanner, Token
from .states import State

SIGNS = ("=", "compare", "?=", "?", "math compare")


def by_name(scan: Scanner, token: Token) -> Step:
    """`inet:fqdn`, `inet:fqdn=x`, `.seen`, `inet:fqdn#foo`."""
    scan.state = states.AFTER_PROP
    name = Text(Span(token.start, token.end), token.text)
    return of_form(scan, token, name, states.AFTER_PROP)


def by_wildcard(scan: Scanner, token: Token) -> Step:
    """`inet:*`, which is not compared."""
    scan.state = states.AFTER_WILD
    name = Text(Span(token.start, token.end), token.text)
    return with_tag(scan, token, name) if scan.peek().kind == "#" else LiftProp(name.span, name, None)


def by_variable(scan: Scanner, token: Token) -> Step:
    """`*$name`, `*$name=x`."""
    start = scan.expect("$", states.ONLY_DOLLAR)
    name = parse_value.dollar(scan, start, ends.VALUE_ENDS)
    return of_form(scan, token, name, scan.state)


def of_form(scan: Scanner, token: Token, name: Value, state: State) -> Step:
    """What comes behind a name: a comparison, a tag, nothing."""
    if scan.peek().kind == "#":
        return with_tag(scan, token, name)
    compare = comparison(scan)
    return LiftProp(Span(token.start, scan.last.end), name, compare)


def with_tag(scan: Scanner, token: Token, form: Value) -> LiftTag | LiftTagProp:
    """`inet:fqdn#foo`, `inet:fqdn#foo:name=x`, behind the name."""
    scan.take()
    return tagged(scan, token, form, states.TAG)


def by_tag(scan: Scanner, token: Token) -> LiftTag | LiftTagProp | LiftTagTag:
    """`#foo`, `#foo:name=x`, `##foo`."""
    follows = scan.at(states.LIFT_TAG)
    if follows.kind == "#":
        if follows.start != token.end:
            scan.unexpected(follows)
        scan.take()
        tag = parse_value.tag_name(scan, states.TAG, states.AFTER_TAG, states.AFTER_VARIABLE)
        compare = comparison(scan)
        return LiftTagTag(Span(token.start, scan.last.end), tag, compare)
    return tagged(scan, token, None, states.LIFT_TAG)


def tagged(scan: Scanner, token: Token, form: Value | None, state: State) -> LiftTag | LiftTagProp:
    """A lift by tag or tag property, behind the `#`."""
    tag = parse_value.tag_name(scan, state, states.AFTER_TAG, states.AFTER_VARIABLE)
    if scan.peek().kind == "tag :":
        after = states.AFTER_TAGPROP if form is None else states.LIFT_TAGPROP_END
        prop = parse_value.tag_prop(scan, after, states.AFTER_VARIABLE)
        compare = comparison(scan)
        return LiftTagProp(Span(token.start, scan.last.end), form, tag, prop, compare)
    compare = comparison(scan)
    return LiftTag(Span(token.start, scan.last.end), form, tag, compare)


def over(scan: Scanner, token: Token) -> LiftOver:
    """`inet:dns:a:fqdn::zone=x`, which must be compared."""
    scan.state = states.AFTER_EMBED_PROP
    follows = scan.peek()
    compare = comparison(scan)
    if compare is None:
        scan.unexpected(follows)
    return LiftOver(Span(token.start, scan.last.end), tuple(token.text.split("::")), compare)


def reverse(scan: Scanner, token: Token) -> Step:
    """`reverse( lift )`."""
    scan.expect("(", states.REVERSE)
    first = scan.at(states.REVERSED)
    scan.take()
    match first.kind:
        case "wild prop":
            lift = by_wildcard(scan, first)
        case "embed prop":
            lift = over(scan, first)
        case "*$":
            lift = by_variable(scan, first)
        case "#":
            lift = by_tag(scan, first)
        case _:
            lift = by_name(scan, first)
    scan.expect(")", scan.state, (")",))
    scan.state = states.AFTER_STEP
    return reversed_(lift, Span(token.start, scan.last.end))


def reversed_(lift: Step, span: Span) -> Step:
    """The same lift from the end."""
    match lift:
        case LiftProp(_, name, compare):
            return LiftProp(span, name, compare, reverse=True)
        case LiftOver(_, names, over_compare):
            return LiftOver(span, names, over_compare, reverse=True)
        case LiftTag(_, form, tag, compare):
            return LiftTag(span, form, tag, compare, reverse=True)
        case LiftTagTag(_, tag, compare):
            return LiftTagTag(span, tag, compare, reverse=True)
        case LiftTagProp(_, form, tag, prop, compare):
            return LiftTagProp(span, form, tag, prop, compare, reverse=True)
    raise AssertionError(lift)


def comparison(scan: Scanner, *, arrays: bool = True) -> Compare | None:
    """A comparison if the next token begins one: `= x`, `*in=x`, `*[ =x ]`."""
    token = scan.peek()
    if token.kind in SIGNS:
        scan.take()
        value = parse_value.value(scan)
        return Compare(Span(token.start, scan.last.end), token.text, value)
    if token.kind in ("*", "* named"):
        scan.take()
        return named(scan, token)
    if token.kind == "*[" and arrays:
        scan.take()
        return array(scan, token)
    return None


def named(scan: Scanner, sign: Token) -> Compare:
    """`*name=x`, behind its `*`."""
    operator = scan.expect("named compare", states.NAMED)
    value = parse_value.value(scan)
    return Compare(Span(sign.start, scan.last.end), operator.text, value)


def array(scan: Scanner, sign: Token) -> Compare:
    """`*[ =x ]`, behind its `*[`."""
    operator = scan.at(states.ARRAY)
    scan.take()
    value = parse_value.value(scan)
    token = scan.peek()
    if token.kind not in ("]", "glue ]"):
        scan.unexpected(token, ("]",))
    scan.take()
    scan.state = states.AFTER_WILD
    return Compare(Span(sign.start, token.end), operator.text, value, array=True)
