"""The shape of the tree: what binds closer, what belongs to what, where each piece stands."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from deadringer.server.storm import parse
from deadringer.server.storm.syntax.edits import AddEdges, AddNode, AddTag, DropTagProp, EditGroup, SetProp, SetTagProp
from deadringer.server.storm.syntax.filters import And, Compare, Not, Or, PropCondition, QueryCondition
from deadringer.server.storm.syntax.steps import (
    Command,
    EditBlock,
    Evaluate,
    Everything,
    Filter,
    For,
    Function,
    If,
    LiftOver,
    LiftProp,
    LiftTag,
    LiftTagProp,
    PivotFrom,
    PivotOut,
    PivotToTags,
    Return,
    SetItem,
    SetVariable,
    SetVariables,
    Step,
    Switch,
    Try,
    Walk,
    Words,
)
from deadringer.server.storm.syntax.values import (
    Binary,
    Boolean,
    Call,
    Deref,
    Expression,
    FormatText,
    JsonDict,
    JsonList,
    ListOfValues,
    Null,
    Number,
    PropValue,
    Span,
    TagName,
    Text,
    Unary,
    Value,
    Variable,
)

from .corpus import cases, ours, topics


def only(query: str) -> Step:
    found = parse(query).steps
    assert len(found) == 1, found
    return found[0]


def expression(text: str) -> str:
    """An expression with all its brackets."""
    step = only(f"$x=({text})")
    assert isinstance(step, SetVariable)
    assert isinstance(step.value, Expression)
    return bracketed(step.value.value)


def bracketed(value: Value) -> str:
    match value:
        case Binary(_, operator, left, right):
            return f"({bracketed(left)} {operator} {bracketed(right)})"
        case Unary(_, operator, inner):
            return f"({operator} {bracketed(inner)})"
        case Expression(_, inner):
            return bracketed(inner)
        case Number(_, number):
            return str(number)
        case Boolean(_, truth):
            return str(truth)
        case Variable(_, name):
            return f"${name}"
        case Text(_, text):
            return repr(text)
    raise AssertionError(value)


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("1 * 2 + 3", "((1 * 2) + 3)"),
        ("10 - 3 - 2", "((10 - 3) - 2)"),
        ("2 ** 3 ** 2", "((2 ** 3) ** 2)"),
        ("-$x ** 2", "(- ($x ** 2))"),
        ("2 * -3 + 4", "((2 * -3) + 4)"),
        ("2 * 3 % 4 / 5", "(((2 * 3) % 4) / 5)"),
        ("not 1 = 2", "(not (1 = 2))"),
        ("not $x and $y", "((not $x) and $y)"),
        ("$a or $b and $c", "($a or ($b and $c))"),
        ("$a and $b or $c and $d", "(($a and $b) or ($c and $d))"),
        ("1 < 2 < 3", "((1 < 2) < 3)"),
        ("1 + 1 = 2 and true", "(((1 + 1) = 2) and True)"),
        ("(1 + 2) * 3", "((1 + 2) * 3)"),
        ("$x-1", "($x - 1)"),
        ("$x - -1", "($x - -1)"),
        ("0x1f + 1.50", "(31 + 1.50)"),
        ('"a" + "b" ~= "ab"', "(('a' + 'b') ~= 'ab')"),
    ],
)
def test_operators_group_as_in_the_product(text: str, grouped: str) -> None:
    assert expression(text) == grouped


def condition(text: str) -> str:
    step = only(f"+({text})")
    assert isinstance(step, Filter)

    def shown(node: Any) -> str:
        match node:
            case And(_, left, right):
                return f"({shown(left)} and {shown(right)})"
            case Or(_, left, right):
                return f"({shown(left)} or {shown(right)})"
            case Not(_, inner):
                return f"not {shown(inner)}"
            case PropCondition(_, PropValue(_, Text(_, name)), _):
                return name
        raise AssertionError(node)

    return shown(step.condition)


def test_and_and_or_group_from_the_left_in_filters() -> None:
    # Asked of a real Cortex: of 5 and 6, `+(inet:asn=5 or inet:asn=6 and inet:asn=6)` lets only 6 pass.
    assert condition(":a or :b and :c") == "((a or b) and c)"
    assert condition(":a and :b or not :c and :d") == "(((a and b) or not c) and d)"
    assert condition("(:a or :b) and :c") == "((a or b) and c)"


def test_a_piece_of_a_list_may_look_like_an_expression() -> None:
    step = only("$x=(1 + 1, a b  , 2)")
    assert isinstance(step, SetVariable)
    assert isinstance(step.value, ListOfValues)
    assert [item.value for item in step.value.items if isinstance(item, Text)] == ["1 + 1", "a b", "2"]


def test_json_is_typed() -> None:
    step = only('$x=({"a": [1, true, null, "b"], $k: (1 + 2)})')
    assert isinstance(step, SetVariable)
    assert isinstance(step.value, Expression)
    found = step.value.value
    assert isinstance(found, JsonDict)
    (key, value), (variable, summed) = found.items
    assert isinstance(key, Text)
    assert isinstance(value, JsonList)
    assert [type(item) for item in value.items] == [Number, Boolean, Null, Text]
    assert isinstance(variable, Variable)
    assert bracketed(summed) == "(1 + 2)"


def test_lifts() -> None:
    assert only("inet:fqdn=a.com") == LiftProp(
        Span(0, 15), Text(Span(0, 9), "inet:fqdn"), compare("=", 9, Text(Span(10, 15), "a.com"))
    )
    over = only("inet:dns:a:fqdn::zone=x")
    assert isinstance(over, LiftOver)
    assert over.names == ("inet:dns:a:fqdn", "zone")
    lift = only("reverse(inet:fqdn#foo.$x:score>1)")
    assert isinstance(lift, LiftTagProp)
    assert lift.reverse
    assert isinstance(lift.form, Text)
    assert lift.tag.text is None
    assert lift.compare is not None
    assert lift.compare.operator == ">"
    wild = only("*$form#foo.bar")
    assert isinstance(wild, LiftTag)
    assert wild.tag.text == "foo.bar"


def compare(operator: str, start: int, value: Value) -> Any:
    return Compare(Span(start, value.span.end), operator, value)


def test_edits() -> None:
    step = only(
        "[ (inet:ip=1 :asn?=2) +#foo=(1, 2) +#foo.bar:score=3 -#foo:score :names--=(a,) :n*unset=1 <(seen)+ { x:y } ]"
    )
    assert isinstance(step, EditBlock)
    group, tag, tagprop, drop, names, unset, edges = step.edits
    assert isinstance(group, EditGroup)
    assert isinstance(group.node, AddNode)
    assert [type(edit) for edit in group.edits] == [SetProp]
    assert isinstance(tag, AddTag)
    assert tag.operator == "="
    assert isinstance(tagprop, SetTagProp)
    assert isinstance(drop, DropTagProp)
    assert isinstance(names, SetProp)
    assert names.operator == "--="
    assert isinstance(unset, SetProp)
    assert isinstance(unset.when, Text)
    assert isinstance(edges, AddEdges)
    assert edges.inbound


def test_pivots_and_walks() -> None:
    out, join, tags, source, walk, into = parse(
        "-> * -+> inet:ip -> #foo.* :asn -> inet:asn -(refs)+> (a:b, c:d) <(*)- $x"
    ).steps
    assert isinstance(out, PivotOut)
    assert isinstance(out.target, Everything)
    assert isinstance(join, PivotOut)
    assert join.join
    assert isinstance(tags, PivotToTags)
    assert tags.tag is not None
    assert tags.tag.text == "foo.*"
    assert isinstance(source, PivotFrom)
    assert isinstance(walk, Walk)
    assert walk.join
    assert isinstance(walk.target, ListOfValues)
    assert isinstance(into, Walk)
    assert into.inbound
    assert isinstance(into.verb, Everything)


def test_a_minus_and_a_bracket_begin_a_walk_or_a_filter() -> None:
    kinds = [type(step) for step in parse("-(:x)> * -(:x) -($x)> * -($x and :y) -((a, b))> * -((:x) and :y)").steps]
    assert kinds == [Walk, Filter, Walk, Filter, Walk, Filter]


def test_a_block_in_a_filter_may_be_counted() -> None:
    step = only("+{ -> inet:ip } >= 2")
    assert isinstance(step, Filter)
    assert isinstance(step.condition, QueryCondition)
    assert step.condition.compare is not None
    assert step.condition.query.text == " -> inet:ip "


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("foo", []),
        ("foo bar 1.5", ["bar", "1.5"]),
        ("foo a=b,c]d", ["a=b,c]d"]),
        ("foo a, b", ["a, ", "b"]),
        ("foo inet:ip/x", ["inet:ip", "/x"]),
        ("foo foo/x", ["foo/x"]),
        ("foo + x y", ["+x", "y"]),
        ("foo -> x", ["->x"]),
        ("foo [ x", ["[x"]),
        ("foo --x/y", ["--x", "/y"]),
        ("foo --x=y z", ["--x", "y", "z"]),
        ("foo -- x", ["--", "x"]),
        ('foo "a""b"', ["a", "b"]),
        ("foo and x", ["and", "x"]),
        ("foo ..x", ["..x"]),
        ("foo stop.x if-x", ["stop.x", "if-x"]),
    ],
)
def test_arguments_are_those_of_the_product(text: str, arguments: list[str]) -> None:
    step = only(text)
    assert isinstance(step, Command)
    assert [each.value.value for each in step.arguments if isinstance(each.value, Text)] == arguments


def test_options_are_told_from_words_in_quotes() -> None:
    step = only('foo --yes "--no" - x')
    assert isinstance(step, Command)
    assert [each.option for each in step.arguments] == [True, False, False]


def test_a_step_behind_a_command_ends_it() -> None:
    kinds = [type(step) for step in parse("foo x if $y { } foo <- * | foo -(x)> *").steps]
    assert kinds == [Command, If, Command, parse("<- *").steps[0].__class__, Command, Walk]


def test_control_flow() -> None:
    branch, loop, choice, attempt, made = parse(
        "if $a { x:y } elif $b { } else { z:w } for ($k, $v) in $x { } switch $s { a: { } (b, 'c d'): { } *: { } }"
        " try { } catch (A, B) as err { } function f(x, y=(1)) { return() }"
    ).steps
    assert isinstance(branch, If)
    assert len(branch.branches) == 2
    assert branch.otherwise is not None
    assert isinstance(loop, For)
    assert loop.names == ("k", "v")
    assert loop.unpack
    assert isinstance(choice, Switch)
    assert [texts for texts, _ in choice.cases] == [("a",), ("b", "c d")]
    assert choice.default is not None
    assert isinstance(attempt, Try)
    assert [each.name for each in attempt.catches] == ["err"]
    assert isinstance(made, Function)
    assert [(each.name, each.default is None) for each in made.parameters] == [("x", True), ("y", False)]
    assert made.body.steps == (Return(made.body.steps[0].span, None),)


def test_variables() -> None:
    one, several, item, evaluated = parse("$x=1 ($a, $b)=$x $x.y.$z=2 $x.y(1, z=2).w").steps
    assert isinstance(one, SetVariable)
    assert isinstance(several, SetVariables)
    assert several.names == ("a", "b")
    assert isinstance(item, SetItem)
    assert isinstance(item.target.name, Variable)
    assert isinstance(evaluated, Evaluate)
    assert isinstance(evaluated.value, Deref)
    call = evaluated.value.target
    assert isinstance(call, Call)
    assert len(call.arguments) == 1
    assert [name for name, _ in call.keywords] == ["z"]


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        (r'"a\tb\q\x41"', "a\tb\\qA"),
        (r"'a\tb'", r"a\tb"),
        (r"'''it's \t'''", r"it's \t"),
        ('""', ""),
        (r'"\u00e9\\"', "é\\"),
    ],
)
def test_quotes(quoted: str, text: str) -> None:
    step = only(f"$x={quoted}")
    assert isinstance(step, SetVariable)
    assert isinstance(step.value, Text)
    assert step.value.value == text


def test_text_in_backticks_is_pieces_and_values() -> None:
    step = only(r"$x=`a\tb\{x\`{(1)} {$y.z}`")
    assert isinstance(step, SetVariable)
    assert isinstance(step.value, FormatText)
    first, value, space, deref = step.value.parts
    assert isinstance(first, Text)
    assert first.value == "a\tb{x`"
    assert isinstance(value, Expression)
    assert isinstance(space, Text)
    assert isinstance(deref, Deref)


def test_modes_take_words_up_to_the_first_bar_outside_quotes() -> None:
    first, *more = parse('foo.com "a | b" \'c\' d"e | +#foo', "lookup").steps
    assert isinstance(first, Words)
    assert first.words == ("foo.com", "a | b", "c", 'd"e')
    assert [type(step) for step in more] == [Filter]
    alone = parse("a /* b */ c", "search").steps
    assert [step.words for step in alone if isinstance(step, Words)] == [("a", "c")]
    assert [type(step) for step in parse("inet:fqdn", "newp").steps] == [LiftProp]


def nodes(value: Any) -> Iterator[Any]:
    """Everything in a tree that has a span, and its children."""
    if is_dataclass(value) and not isinstance(value, Span):
        yield value
        for field in fields(value):
            yield from nodes(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from nodes(each)


@pytest.mark.parametrize("topic", topics())
def test_spans_lie_in_the_text_and_children_in_their_parents(topic: str) -> None:
    for case in cases(topic):
        if ours(case).mesg is not None:
            continue
        tree = parse(case.query, case.mode)
        for node in nodes(tree):
            assert 0 <= node.span.start <= node.span.end <= len(case.query), (case.query, node)
            for child in children(node):
                assert node.span.start <= child.span.start <= child.span.end <= node.span.end, (case.query, node, child)


def children(node: Any) -> Iterator[Any]:
    for field in fields(node):
        value = getattr(node, field.name)
        stack = [value]
        while stack:
            each = stack.pop()
            if isinstance(each, tuple):
                stack.extend(each)
            elif is_dataclass(each) and not isinstance(each, Span):
                yield each


def test_names_of_variables_may_be_quoted() -> None:
    step = only('$"a b"=1')
    assert isinstance(step, SetVariable)
    assert step.name == "a b"
    tag = only('#foo.$"a b"')
    assert isinstance(tag, LiftTag)
    assert isinstance(tag.tag, TagName)
    assert isinstance(tag.tag.parts[1], Variable)
    assert tag.tag.parts[1].name == "a b"
