"""Parsing pivots over properties, and walks over light edges."""

from ..errors import BadSyntax
from ..syntax.filters import Condition, FormCondition
from ..syntax.steps import (
    Everything,
    Filter,
    PivotAndWalk,
    PivotFrom,
    PivotIn,
    PivotOut,
    PivotQuery,
    PivotToTags,
    Step,
    Target,
    Walk,
)
from ..syntax.values import Expression, ListOfValues, PropValue, QueryValue, Span, Text, Value, Variable
from . import expression as parse_expression
from . import filter as parse_filter
from . import lift as parse_lift
from . import query as parse_query
from . import states
from . import value as parse_value
from .ends import VALUE_ENDS
from .scan import Scanner, Token
from .states import State

WALK_ENDS = (")>", ")+>")
# What a verb may begin with, and what of it no condition begins with.
ONLY_VERBS = ("value", "string variable", "triple", "`", "${", "(")
VERBS = (*ONLY_VERBS, "$", ":$", ".", "relative prop", "universal prop", "absolute prop", "{")
ONLY_WALK = (")+>", ")>")
NAMES_OR_WALK = states.AFTER_NAMES.expected


def out(scan: Scanner, sign: Token) -> Step:
    """`-> target`, `-+> target`."""
    join = sign.text == "-+>"
    token = scan.at(states.JOIN if join else states.PIVOT)
    if token.kind in ("#", "wild #"):
        scan.take()
        return to_tags(scan, sign, token, join)
    if token.kind == "{":
        scan.take()
        query = parse_query.block(scan, token)
        scan.state = states.AFTER_STEP
        return PivotQuery(Span(sign.start, scan.last.end), query, join)
    found = target(scan, scan.state, states.AFTER_STEP)
    return PivotOut(Span(sign.start, scan.last.end), found, join)


def to_tags(scan: Scanner, sign: Token, hash_: Token, join: bool) -> PivotToTags:
    """`-> #`, `-> #foo.*`, behind the `#`."""
    if hash_.kind == "wild #":
        tag = parse_value.tag_name(scan, states.WILD_TAG, states.AFTER_WILD_TAG, states.AFTER_VARIABLE)
        return PivotToTags(Span(sign.start, scan.last.end), tag, join)
    scan.state = states.AFTER_STEP
    if scan.text[hash_.end : hash_.end + 1].strip() in ("", "}"):
        return PivotToTags(Span(sign.start, hash_.end), None, join)
    tag = parse_value.tag_name(scan, states.TAG, states.AFTER_TAG, states.AFTER_VARIABLE)
    return PivotToTags(Span(sign.start, scan.last.end), tag, join)


def target(scan: Scanner, state: State, after: State) -> Target:
    """What a pivot goes to."""
    token = scan.at(state)
    if token.kind == "$":
        scan.take()
        return parse_value.dollar(scan, token, VALUE_ENDS)
    if token.kind == "(":
        scan.take()
        found = parse_expression.group(scan, token, VALUE_ENDS)
        if isinstance(found, Expression):
            # An expression is no list of names.
            scan.unexpected(scan.last, (",",))
        return found
    if token.kind not in ("*", "absolute prop", "wild prop", "universal prop"):
        scan.unexpected(token)
    scan.take()
    scan.state = after
    span = Span(token.start, token.end)
    return Everything(span) if token.kind == "*" else Text(span, token.text)


def into(scan: Scanner, sign: Token) -> PivotIn:
    """`<- target`, `<+- target`."""
    found = target(scan, states.PIVOT_IN, states.AFTER_STEP)
    return PivotIn(Span(sign.start, scan.last.end), found, sign.text == "<+-")


def and_walk(scan: Scanner, sign: Token) -> PivotAndWalk:
    """`--> *` and its like."""
    scan.expect("*", states.PIVOT_EDGES)
    scan.state = states.AFTER_STEP
    return PivotAndWalk(Span(sign.start, scan.last.end), sign.text.startswith("<"), "+" in sign.text)


def from_prop(scan: Scanner, token: Token) -> PivotFrom:
    """`:name -> target`."""
    prop = parse_filter.first_value(scan, token)
    assert isinstance(prop, PropValue)
    sign = scan.peek()
    if sign.kind not in ("->", "-+>"):
        scan.unexpected(sign, ("-+>", "->"))
    scan.take()
    found = target(scan, states.PIVOT_FROM, states.AFTER_STEP)
    return PivotFrom(Span(token.start, scan.last.end), prop, found, sign.text == "-+>")


def walk_in(scan: Scanner, sign: Token) -> Walk:
    """`<(verb)- target`, `<+(verb)- target`."""
    verb = edge_verb(scan)
    scan.expect(")-", scan.state, (")-",))
    return walk_to(scan, sign, verb, inbound=True, join=sign.text == "<+(")


def edge_verb(scan: Scanner) -> Target:
    """The verb of an edge: a value, or `*` for all."""
    return verb_of(scan, parse_value.value(scan))


def verb_of(scan: Scanner, value: Value) -> Target:
    """A verb that was written as a value."""
    every = isinstance(value, Text) and scan.text[value.span.start : value.span.end] == "*"
    return Everything(value.span) if every else value


def walk_to(scan: Scanner, sign: Token, verb: Target, *, inbound: bool, join: bool) -> Walk:
    """The target of a walk, and the comparison of a target that is a name."""
    found = target(scan, states.WALK, states.AFTER_WALK)
    compare = parse_lift.comparison(scan)
    return Walk(Span(sign.start, scan.last.end), verb, found, compare, inbound, join)


def walk_or_drop_group(scan: Scanner, sign: Token) -> Step:
    """`-(verb)> target`, or `-( conditions )`: they look alike up to the bracket that closes them."""
    token = scan.at(states.EDGE_OR_CONDITION)
    no_list = not_verbs(scan, token) if token.kind == "(" else None
    if no_list is not None and scan.text.startswith("$", token.end) and not scan.text.startswith("${", token.end):
        raise no_list
    scan.enter()
    verb = verb_or_operand(scan, token) if token.kind in VERBS and no_list is None else None
    scan.leave()
    if verb is not None and scan.peek().kind in WALK_ENDS and (token.kind == "(" or not isinstance(verb, Expression)):
        end = scan.take()
        return walk_to(scan, sign, verb_of(scan, verb), inbound=False, join=end.kind == ")+>")
    if verb is not None and token.kind in ONLY_VERBS:
        scan.unexpected(scan.peek(), NAMES_OR_WALK if only_names(verb) else ONLY_WALK)
    try:
        return drop_group(scan, sign, None if verb is None else condition_of(scan, verb, token))
    except BadSyntax as error:
        # The reading that came further says what is wrong.
        if no_list is not None and no_list.at > error.at:
            raise no_list from error
        raise


def drop_group(scan: Scanner, sign: Token, first: Condition | None) -> Filter:
    """`-( conditions )`, of which the first may be parsed already."""
    scan.enter()
    condition = parse_filter.alternatives(scan, states.EDGE_OR_CONDITION, first)
    # Up to here it could still be a verb.
    unsure = first is not None and condition is first
    parse_filter.close(scan, condition, states.VERB_GROUP_END if unsure else states.GROUP_END)
    scan.leave()
    scan.state = states.AFTER_STEP
    return Filter(Span(sign.start, scan.last.end), False, condition)


def verb_or_operand(scan: Scanner, token: Token) -> Value:
    """A value that may be a verb or, for some, begin a condition."""
    if token.kind in ONLY_VERBS and token.kind != "value":
        found = parse_value.simple(scan, token, VALUE_ENDS)
        assert found is not None
        if token.kind != "`":
            scan.state = states.VERB_END
        return found
    scan.take()
    span = Span(token.start, token.end)
    if token.kind in ("value", "absolute prop"):
        scan.state = states.VERB_END if token.kind == "value" else states.VERB_OR_FORM
        return Text(span, token.text)
    if token.kind == "{":
        query = parse_query.block(scan, token)
        scan.state = states.VERB_OR_FORM
        return QueryValue(Span(token.start, scan.last.end), query)
    found = parse_filter.first_value(scan, token)
    if token.kind == "relative prop":
        scan.state = states.VERB_OR_PROP
    elif token.kind == "universal prop":
        scan.state = states.VERB_OR_UNIVERSAL
    return found


def condition_of(scan: Scanner, value: Value, token: Token) -> Condition:
    """The condition that begins with a value that turned out to be no verb."""
    if isinstance(value, Text):
        compare = parse_lift.comparison(scan, arrays=False)
        return FormCondition(Span(token.start, scan.last.end), value, compare)
    return parse_filter.of_value(scan, value, token)


def only_names(value: Value) -> bool:
    """Whether a list of verbs could also be a list of variables to be set."""
    if isinstance(value, Expression):
        return isinstance(value.value, Variable)
    return isinstance(value, ListOfValues) and all(isinstance(item, Variable) for item in value.items)


def not_verbs(scan: Scanner, token: Token) -> BadSyntax | None:
    """Why `-((` does not begin a list of verbs with the bracket of a walk behind it; None if it does. Asked once a place."""
    if token.start not in scan.no_verbs:
        mark, depth = scan.mark(), scan.depth
        scan.no_verbs[token.start] = None
        try:
            if scan.text.startswith(("#", "(", "${"), token.end):
                # The product looks no further: these begin conditions.
                raise BadSyntax("", scan.text, token.start)
            found = parse_value.value(scan, states.EDGE_OR_CONDITION)
            if isinstance(found, Expression) and not scan.text.startswith("$", token.end):
                scan.unexpected(scan.last, (",",))
            scan.state = states.VERB_END
            if scan.peek().kind not in WALK_ENDS:
                scan.unexpected(scan.peek(), NAMES_OR_WALK if only_names(found) else ONLY_WALK)
        except BadSyntax as error:
            scan.no_verbs[token.start] = error
        scan.reset(mark)
        scan.depth = depth
    return scan.no_verbs[token.start]
