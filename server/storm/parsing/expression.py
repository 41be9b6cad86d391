"""Parsing expressions: what stands in `( )`, in `$( )`, in the braces of a text in backticks; lists and dictionaries."""

from collections.abc import Callable
from decimal import Decimal

from ..errors import BadSyntax
from ..syntax.values import (
    Binary,
    Boolean,
    Expression,
    FormatText,
    JsonDict,
    JsonList,
    ListOfValues,
    Null,
    Number,
    QueryValue,
    Span,
    Text,
    Unary,
    Value,
)
from . import query as parse_query
from . import states
from . import value as parse_value
from .ends import IN_EXPRESSION, IN_GROUP, IN_LIST, MAX_CHAIN, QUOTED, Ends
from .quoting import unquoted
from .scan import Scanner, Token
from .states import State

# How close each operator binds, and what may stand to its right.
OR, AND, NOT, COMPARE, SUM, PRODUCT, POWER = range(1, 8)
LEVELS = {
    "or": OR,
    "and": AND,
    "=": COMPARE,
    "math compare": COMPARE,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "* named": PRODUCT,
    "/": PRODUCT,
    "%": PRODUCT,
    "**": POWER,
}
RIGHT = {OR: states.EXPRESSION, AND: states.EXPRESSION, POWER: states.FACTOR}
NO_LIST = ("%", ")", "*", "**", "+", "-", "/", "=", "and", "comparison operator", "or", "}")
ONLY_COMMA = (",",)
UNQUOTED_IN_JSON = "Unexpected unquoted string in JSON expression"


def group(scan: Scanner, sign: Token, ends: Ends) -> Value:
    """`( ... )` as a value, behind its `(`: an expression, or a list if a comma says so. Its state is set behind it."""
    scan.enter()
    token = scan.at(states.GROUP)
    if token.kind == ")":
        scan.take()
        items: list[Value] | None = []
    elif token.kind == "list value":
        items = list_items(scan, [list_text(scan)])
    else:
        items, found = expression_or_list(scan, token)
    scan.leave()
    if items is not None:
        scan.state = ends.list
        return ListOfValues(Span(sign.start, scan.last.end), tuple(items))
    scan.expect(")", scan.state, NO_LIST[:-1] if isinstance(found, Text) else NO_LIST)
    scan.state = ends.group
    return parse_value.postfix(scan, Expression(Span(sign.start, scan.last.end), found), ends)


def expression_or_list(scan: Scanner, token: Token) -> tuple[list[Value] | None, Value]:
    """What stands in a group that is not plainly a list: its items if it is one, else its expression."""
    if token.kind == "not":
        return None, expression(scan, states.GROUP)
    first = dict_or_query(scan) if token.kind == "{" else operand(scan, states.GROUP)
    follows = scan.peek()
    if isinstance(first, ListOfValues | QueryValue):
        if follows.kind != ",":
            scan.unexpected(follows, ONLY_COMMA)
        return list_items(scan, [first]), first
    if follows.kind == ",":
        if isinstance(first, Number | Boolean | Null | JsonList | JsonDict):
            scan.unexpected(follows, NO_LIST)
        return list_items(scan, [first]), first
    return None, operations(scan, first, OR)


def list_text(scan: Scanner) -> Text:
    """An unquoted piece of a list."""
    token = scan.take()
    scan.state = states.LIST_END
    return Text(Span(token.start, token.end), token.text)


def list_items(scan: Scanner, items: list[Value]) -> list[Value]:
    """The rest of a list behind its first item, with its `)`."""
    token = scan.peek()
    if token.kind != ",":
        scan.unexpected(token, ONLY_COMMA)
    while token.kind == ",":
        scan.take()
        token = scan.at(states.LIST_ITEM)
        if token.kind == ")":
            break
        if token.kind == "list value":
            items.append(list_text(scan))
        else:
            items.append(parse_value.value(scan, states.LIST_ITEM, IN_LIST))
        token = scan.peek()
        if token.kind not in (",", ")"):
            scan.unexpected(token, (")", ","))
    scan.take()
    return items


def expression(scan: Scanner, state: State = states.EXPRESSION, level: int = OR) -> Value:
    """An expression of operators that bind at least as close as `level`. Its state is set behind it."""
    token = scan.at(state)
    if token.kind == "not":
        scan.take()
        right = expression(scan, states.OPERAND, COMPARE)
        left: Value = Unary(Span(token.start, right.span.end), "not", right)
    else:
        left = operand(scan, state)
    return operations(scan, left, level)


def operations(scan: Scanner, left: Value, level: int) -> Value:
    """Operators and what stands to their right, behind a first operand."""
    for _ in range(MAX_CHAIN):
        token = scan.peek()
        binds = LEVELS.get(token.kind, 0)
        if binds < level:
            return left
        scan.take()
        right = expression(scan, RIGHT.get(binds, states.OPERAND), binds + 1)
        left = Binary(Span(left.span.start, right.span.end), token.text, left, right)
    return scan.too_deep()


def operand(scan: Scanner, state: State) -> Value:
    """One operand. Its state is set behind it."""
    token = scan.at(state)
    if token.kind == "minus":
        scan.take()
        inner = expression(scan, states.OPERAND, POWER)
        return Unary(Span(token.start, inner.span.end), "-", inner)
    if token.kind in ("number", "json number", "boolean", "null"):
        scan.take()
        scan.state = states.IN_NUMBER
        return constant(token)
    if token.kind in ("[", "{"):
        scan.take()
        return json_list(scan, token) if token.kind == "[" else json_dict(scan, token)
    if token.kind == "(" and state is not states.GROUP:
        return parentheses(scan, token)
    found = parse_value.simple(scan, token, IN_GROUP if state is states.GROUP else IN_EXPRESSION)
    if found is None:
        scan.unexpected(token)
    return found


def parentheses(scan: Scanner, sign: Token) -> Value:
    """`( expression )` within an expression, where no list may stand."""
    scan.take()
    scan.enter()
    inner = expression(scan)
    scan.leave()
    scan.expect(")", scan.state, NO_LIST)
    scan.state = states.IN_VARIABLE
    return parse_value.postfix(scan, Expression(Span(sign.start, scan.last.end), inner), IN_EXPRESSION)


def constant(token: Token) -> Value:
    """A number, `true`, `false` or `null`."""
    span = Span(token.start, token.end)
    if token.kind == "null":
        return Null(span)
    if token.kind == "boolean":
        return Boolean(span, token.text == "true")
    return Number(span, int(token.text, 0) if "." not in token.text else Decimal(token.text))


def json_list(scan: Scanner, sign: Token) -> JsonList:
    """`[ ... ]` of an expression, behind its `[`."""
    items: list[Value] = []
    scan.enter()
    token = scan.at(states.JSON_LIST)
    while token.kind != "]":
        items.append(json_value(scan, states.JSON_LIST))
        token = json_next(scan, "]", states.JSON_LIST)
    scan.take()
    scan.leave()
    scan.state = states.IN_NUMBER
    return JsonList(Span(sign.start, scan.last.end), tuple(items))


def json_dict(scan: Scanner, sign: Token, state: State = states.JSON_KEY) -> JsonDict:
    """`{ ... }` of an expression, behind its `{`."""
    items: list[tuple[Value, Value]] = []
    scan.enter()
    token = scan.at(state)
    while token.kind != "}":
        key = json_value(scan, state, states.JSON_COLON)
        follows = scan.peek()
        if follows.kind not in (":", "tag :") or isinstance(key, FormatText):
            scan.unexpected(follows, states.IN_NUMBER.expected if isinstance(key, FormatText) else (":",))
        scan.take()
        items.append((key, json_value(scan, states.JSON_VALUE)))
        token = json_next(scan, "}", states.JSON_KEY)
        state = states.JSON_KEY
    scan.take()
    scan.leave()
    scan.state = states.IN_NUMBER
    return JsonDict(Span(sign.start, scan.last.end), tuple(items))


def json_next(scan: Scanner, closing: str, state: State) -> Token:
    """What comes behind an item: the closing sign, or what comes behind a comma. Not taken."""
    token = scan.peek()
    if token.kind == ",":
        scan.take()
        return scan.at(state)
    if token.kind != closing:
        scan.unexpected(token, (",", closing))
    return token


def json_value(scan: Scanner, state: State, after_text: State = states.JSON_LIST_END) -> Value:
    """A key or an item of a list or dictionary. Unquoted words that are no numbers are a fault."""
    token = scan.at(state)
    if token.kind in QUOTED:
        scan.take()
        scan.state = after_text if after_text is states.JSON_COLON else text_end(state)
        return Text(Span(token.start, token.end), unquoted(token.text))
    if token.kind == "variable":
        scan.take()
        scan.state = after_text if after_text is states.JSON_COLON else text_end(state)
        return bare_word(scan, token)
    return operand(scan, state)


def text_end(state: State) -> State:
    """What may come behind a text of a list or of a dictionary."""
    return states.JSON_LIST_END if state is states.JSON_LIST else states.JSON_DICT_END


def bare_word(scan: Scanner, token: Token) -> Value:
    """A word of a list or dictionary: a whole number, else a fault."""
    span = Span(token.start, token.end)
    try:
        return Number(span, int(token.text, 0))
    except ValueError:
        scan.fault(UNQUOTED_IN_JSON, token.start, token.end)
        return Text(span, token.text)


def dict_or_query(scan: Scanner) -> Value:
    """`{ ... }` at the beginning of a group: a dictionary, or a query as the first item of a list."""
    sign = scan.take()
    token = scan.at(states.JSON_OR_QUERY)
    unclear = token.kind in ("[", "(")
    is_dict = decide(scan, token.start, lambda: key_follows(scan)) if unclear else token.kind in DICT_STARTS
    if is_dict:
        return json_dict(scan, sign, states.JSON_OR_QUERY)
    query = parse_query.block(scan, sign, read=True)
    scan.state = states.LIST_END
    return QueryValue(Span(sign.start, scan.last.end), query)


# What only a dictionary can begin with, though some of it begins a step as well: the product does not look further.
DICT_STARTS = states.some(
    "#  $  ${  .  :$  `  }  {  boolean  double  null  single  triple  variable  json number  relative prop  universal prop"
    "  string variable"
)


def key_follows(scan: Scanner) -> bool:
    """Whether a key and its colon follow."""
    json_value(scan, states.JSON_OR_QUERY, states.JSON_COLON)
    return scan.peek().kind in (":", "tag :")


def decide(scan: Scanner, place: int, reads: Callable[[], bool]) -> bool:
    """Try a reading from here and come back; whether it held. Asked once a place, so that nested ones cost no more."""
    known = scan.dictionaries.get(place)
    if known is None:
        mark, depth = scan.mark(), scan.depth
        try:
            known = reads()
        except BadSyntax:
            known = False
        scan.reset(mark)
        scan.depth = depth
        scan.dictionaries[place] = known
    return known
