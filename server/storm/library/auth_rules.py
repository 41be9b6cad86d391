"""The rules of users and roles as Storm changes them."""

from __future__ import annotations

from typing import Any

from ....storage.accounts import Gate, Rule
from ...granting import changed_gates
from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_int, to_prim, to_str


def gate_of(gateiden: Any) -> str | None:
    """The iden of a gate as a function is given it."""
    return None if gateiden is None else to_str(gateiden)


def rules_at(own: tuple[Rule, ...], gates: dict[str, Gate], gate: str | None) -> tuple[Rule, ...]:
    """The rules of an account, or those that it has on a gate."""
    if gate is None:
        return own
    granted = gates.get(gate)
    return () if granted is None else granted.rules or ()


def gates_with(gates: dict[str, Gate], gate: str, rules: tuple[Rule, ...]) -> dict[str, Gate]:
    """Gates with other rules on one of them."""
    return changed_gates(gates, gate, rules, None)


def rule_from(run: Runtime, valu: Any) -> Rule:
    """A rule. Raises StormError("SchemaViolation")."""
    return rules_from(run, [valu])[0]


def rules_from(run: Runtime, valu: Any) -> tuple[Rule, ...]:
    """A list of rules. Raises StormError("SchemaViolation")."""
    prim = to_prim(run, valu)
    if not isinstance(prim, list | tuple):
        raise violated("data", "must be array")
    return tuple(_checked(f"data[{at}]", each) for at, each in enumerate(prim))


def _checked(where: str, rule: Any) -> Rule:
    if not isinstance(rule, list | tuple):
        raise violated(where, "must be array")
    if len(rule) < 2:
        raise violated(where, "must contain at least 2 items")
    if not isinstance(rule[0], bool):
        raise violated(f"{where}[0]", "must be boolean")
    if not isinstance(rule[1], list | tuple):
        raise violated(f"{where}[1]", "must be array")
    if not rule[1]:
        raise violated(f"{where}[1]", "must contain at least 1 items")
    for at, part in enumerate(rule[1]):
        if not isinstance(part, str):
            raise violated(f"{where}[1][{at}]", "must be string")
    return rule[0], tuple(rule[1])


def violated(where: str, what: str) -> StormError:
    """The error of a value that is not as its schema wants it."""
    return StormError("SchemaViolation", f"{where} {what}", name=where)


def inserted(rules: tuple[Rule, ...], rule: Rule, indx: Any) -> tuple[Rule, ...]:
    """Rules with one more, at a place or at the end."""
    found = list(rules)
    found.insert(len(found) if indx is None else to_int(indx), rule)
    return tuple(found)


def without(run: Runtime, rules: tuple[Rule, ...], rule: Any) -> tuple[Rule, ...]:
    """Rules without the first that is the given one."""
    prim = to_prim(run, rule)
    found = list(rules)
    for each in rules:
        if isinstance(prim, list | tuple) and len(prim) == 2 and [each[0], list(each[1])] == [prim[0], list(prim[1])]:
            found.remove(each)
            break
    return tuple(found)


def place_of(rules: tuple[Rule, ...], indx: Any, whose: str) -> int:
    """The place of a rule to take out. Raises StormError("BadArg")."""
    at = to_int(indx)
    if not -len(rules) <= at < len(rules):
        raise StormError("BadArg", f"{whose} only has {len(rules)} rules.")
    return at
