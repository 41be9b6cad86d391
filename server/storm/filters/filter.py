"""Filters: `+condition`, `-condition`, and how conditions of all kinds are decided for a node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...model.contract import ModelError
from ..errors import StormError
from ..lifts.values import of_model
from ..nodes.path import Path
from ..programs.shape import Condition as Decide
from ..programs.shape import Paths, Step, one
from ..runtime import Runtime
from ..syntax.filters import (
    And,
    Compare,
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
from ..values.convert import to_bool, to_int
from . import props as filter_props
from . import tags as filter_tags

if TYPE_CHECKING:
    from ..programs.compile import Block, Compiler

# Some conditions are looked at once before any node comes; that may raise.
Setup = Callable[[Runtime], None]


def filter_step(step: Filter, c: Compiler) -> Step:
    """`+condition` lets those go on that meet it, `-condition` the others."""
    decide, keep, setups = c.condition(step.condition), step.keep, tuple(_setups(step.condition, c))

    def filtered(run: Runtime, paths: Paths) -> Paths:
        for setup in setups:
            setup(run)
        for path in paths:
            try:
                met = decide(run, path)
            except ModelError as error:
                # Some values can only be refused when they are compared.
                raise of_model(error) from None
            if bool(met) is keep:
                yield path

    return filtered


def _setups(condition: Condition, c: Compiler) -> list[Setup]:
    if isinstance(condition, And | Or):
        return _setups(condition.left, c) + _setups(condition.right, c)
    if isinstance(condition, Not):
        return _setups(condition.condition, c)
    if isinstance(condition, FormCondition):
        return [filter_props.form_setup(condition, c)]
    if isinstance(condition, TagCondition) and condition.compare is not None and c.is_safe(condition.compare):
        return [filter_tags.tag_setup(condition.compare, c)]
    if isinstance(condition, QueryCondition) and condition.compare is not None:
        return [_query_setup(condition.compare, c)]
    return []


def negation(condition: Not, c: Compiler) -> Decide:
    """`not condition`."""
    inner = c.condition(condition.condition)
    return lambda run, path: not inner(run, path)


def both(condition: And, c: Compiler) -> Decide:
    """`left and right`: the right one is not asked where the left one is not met."""
    left, right = c.condition(condition.left), c.condition(condition.right)
    return lambda run, path: left(run, path) and right(run, path)


def either(condition: Or, c: Compiler) -> Decide:
    """`left or right`: the right one is not asked where the left one is met."""
    left, right = c.condition(condition.left), c.condition(condition.right)
    return lambda run, path: left(run, path) or right(run, path)


def of_value(condition: ValueCondition, c: Compiler) -> Decide:
    """`$x`, `$( ... )`."""
    value = c.value(condition.value)
    return lambda run, path: to_bool(value(run, path))


def of_query(condition: QueryCondition, c: Compiler) -> Decide:
    """`{ -> * } > 3`: the query runs no further than it must for the answer."""
    block, compare = c.query(condition.query), condition.compare
    if compare is None:
        return lambda run, path: any(True for _ in block.run(run, one(path)))
    value, counted = c.value(compare.value), COUNTS.get(compare.operator)
    if counted is None:
        return lambda run, path: False

    def decide(run: Runtime, path: Path) -> bool:
        return counted(block, run, path, _number(value(run, path)))

    return decide


def _number(valu: Any) -> int:
    try:
        return to_int(valu)
    except StormError:
        raise StormError("BadCast", f'Failed to make an integer from "{valu}".') from None


def _query_setup(compare: Compare, c: Compiler) -> Setup:
    operator, marked = compare.operator, filter_props.operator_place(compare, c)

    def setup(run: Runtime) -> None:
        if operator not in COUNTS:
            raise c.located(StormError("NoSuchCmpr", "", cmpr=operator, type="subquery"), marked)

    return setup


def _up_to(block: Block, run: Runtime, path: Path, most: int) -> int:
    """How many nodes a query yields, but no more than `most` are waited for; one at least, if there is any."""
    found = 0
    for _ in block.run(run, one(path)):
        found += 1
        if found >= most:
            break
    return found


def _equal(block: Block, run: Runtime, path: Path, number: int) -> bool:
    return _up_to(block, run, path, number + 1) == number


def _unequal(block: Block, run: Runtime, path: Path, number: int) -> bool:
    return _up_to(block, run, path, number + 1) != number


def _more(block: Block, run: Runtime, path: Path, number: int) -> bool:
    found = _up_to(block, run, path, number + 1)
    # A query without nodes is never more than anything, with the product.
    return found > 0 and found > number


def _at_least(block: Block, run: Runtime, path: Path, number: int) -> bool:
    found = _up_to(block, run, path, number)
    return found > 0 and found >= number


def _less(block: Block, run: Runtime, path: Path, number: int) -> bool:
    found = _up_to(block, run, path, number)
    return found == 0 or found < number


def _at_most(block: Block, run: Runtime, path: Path, number: int) -> bool:
    found = _up_to(block, run, path, number + 1)
    return found == 0 or found <= number


COUNTS: dict[str, Callable[[Any, Runtime, Path, int], bool]] = {
    "=": _equal,
    "!=": _unequal,
    ">": _more,
    ">=": _at_least,
    "<": _less,
    "<=": _at_most,
}
STEPS: dict[type, Callable[[Any, Any], Any]] = {Filter: filter_step}
CONDITIONS: dict[type, Callable[[Any, Any], Decide]] = {
    PropCondition: filter_props.of_prop,
    FormCondition: filter_props.of_form,
    TagCondition: filter_tags.of_tag,
    TagPropCondition: filter_tags.of_tag_prop,
    QueryCondition: of_query,
    ValueCondition: of_value,
    Not: negation,
    And: both,
    Or: either,
}
