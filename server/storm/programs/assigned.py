"""Which variables a query sets, and what of it can be computed with no node in hand ("runt-safe").

The product decides both from the text alone: a variable that is set from a node's value depends on a node everywhere,
unless it is also set from something that does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..syntax.steps import Argument, Catch, For, Function, Query, SetVariable, SetVariables
from ..syntax.values import (
    EmbeddedQuery,
    PropValue,
    QueryValue,
    Span,
    TagPropValue,
    TagValue,
    UniversalValue,
    Variable,
)

# What stands for the node in hand or is read off it.
OF_NODES = (PropValue, UniversalValue, TagValue, TagPropValue)
NODE_NAMES = frozenset({"node", "path"})
OWN_NAMES = NODE_NAMES | {"lib"}


def names(query: Query) -> dict[str, bool]:
    """Every variable that a query sets outside its functions, and whether without a node."""
    found: dict[str, bool] = {}
    _collect(query, found)
    return found


def needs(query: Query) -> tuple[tuple[str, Span, bool | None], ...]:
    """Variables that must be there before a query runs: those it reads and never sets, or sets only further on from a node.

    Each with its place, and None for the first sort, False for the second. Functions and embedded queries look for theirs
    when they run.
    """
    safe = names(query)
    found: list[tuple[str, Span, bool | None]] = []
    _read(query, safe, set(), found)
    return tuple(found)


def is_safe(value: Any, safe: Mapping[str, bool]) -> bool:
    """Whether a value can be computed without a node. safe: what `names` gave."""
    if isinstance(value, Variable):
        return safe.get(value.name, value.name not in NODE_NAMES)
    if isinstance(value, OF_NODES):
        return False
    if isinstance(value, EmbeddedQuery | QueryValue | Query):
        return True
    return all(is_safe(part, safe) for part in _parts(value))


def _collect(step: Any, found: dict[str, bool]) -> None:
    if isinstance(step, SetVariable):
        _note([step.name], step.value, found)
    elif isinstance(step, SetVariables | For):
        _note(step.names, step.value, found)
    elif isinstance(step, Catch):
        _note([step.name], None, found)
    elif isinstance(step, Function):
        _note([step.name], None, found)
        return
    elif isinstance(step, EmbeddedQuery):
        return
    for part in _parts(step):
        _collect(part, found)


def _read(part: Any, safe: Mapping[str, bool], done: set[str], found: list[tuple[str, Span, bool | None]]) -> None:
    """Look through a piece of the tree in the order of the text. done: the variables that are set before it."""
    if isinstance(part, Function | EmbeddedQuery):
        if isinstance(part, Function):
            done.add(part.name)
        return
    if isinstance(part, Variable):
        if part.name not in OWN_NAMES and (part.name not in safe or (part.name not in done and not safe[part.name])):
            place = Span(part.span.start + 1, part.span.end)
            found.append((part.name, place, None if part.name not in safe else False))
        return
    if isinstance(part, Argument) and isinstance(part.value, QueryValue):
        # A command's query is a text of its own.
        return
    if isinstance(part, Catch):
        done.add(part.name)
    if isinstance(part, For):
        _read(part.value, safe, done, found)
        done.update(part.names)
        _read(part.body, safe, done, found)
        return
    for each in _parts(part):
        _read(each, safe, done, found)
    if isinstance(part, SetVariable):
        done.add(part.name)
    elif isinstance(part, SetVariables):
        done.update(part.names)


def _note(named: Any, value: Any, found: dict[str, bool]) -> None:
    safe = value is None or is_safe(value, found)
    for name in named:
        # Once without a node, always without a node.
        found[name] = found.get(name, False) or safe


def _parts(value: Any) -> Iterator[Any]:
    """The parts of a piece of the tree."""
    if isinstance(value, tuple):
        yield from value
    elif is_dataclass(value):
        for each in fields(value):
            part = getattr(value, each.name)
            if is_dataclass(part) or isinstance(part, tuple):
                yield part
