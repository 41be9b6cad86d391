"""Which variables a query sets, and what of it can be computed with no node in hand ("runt-safe").

The product decides both from the text alone: a variable that is set from a node's value depends on a node everywhere,
unless it is also set from something that does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .syntax import Catch, For, Function, Query, SetVariable, SetVariables
from .syntax_values import (
    EmbeddedQuery,
    PropValue,
    QueryValue,
    TagPropValue,
    TagValue,
    UniversalValue,
    Variable,
)

# What stands for the node in hand or is read off it.
OF_NODES = (PropValue, UniversalValue, TagValue, TagPropValue)
NODE_NAMES = frozenset({"node", "path"})


def names(query: Query) -> dict[str, bool]:
    """Every variable that a query sets outside its functions, and whether without a node."""
    found: dict[str, bool] = {}
    _collect(query, found)
    return found


def is_safe(value: Any, safe: Mapping[str, bool]) -> bool:
    """Whether a value can be computed without a node. safe: what `names` gave."""
    if isinstance(value, Variable):
        return value.name not in NODE_NAMES and safe.get(value.name, True)
    if isinstance(value, OF_NODES):
        return False
    if isinstance(value, EmbeddedQuery | QueryValue | Query):
        return True
    return all(is_safe(part, safe) for part in _parts(value))


def _collect(step: Any, found: dict[str, bool]) -> None:
    if isinstance(step, SetVariable):
        _note([step.name], step.value, found)
    elif isinstance(step, SetVariables):
        _note(step.names, step.value, found)
    elif isinstance(step, For):
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
