"""Rules of whoever holds some, users and roles alike: the methods that show and change them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ....storage.accounts import Role, Rule, User
from ...accountnews import rule_changed, rules_changed
from ...packing import pack_rules
from ..runtime import Runtime
from ..surface import Local, local
from ..values.convert import to_int
from . import auth_rules
from .auth_gate import check_gate, of_gates

Record: TypeAlias = User | Role


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds rules. kind: `user` or `role`; of: what is known of a value of it; change: replaces facts about one."""

    kind: str
    of: Callable[[Runtime, Any], Record]
    change: Callable[..., Record]

    def confirm(self, run: Runtime, gateiden: Any) -> str | None:
        """The iden of the gate, if there is one. Raises StormError for who may not change rules there."""
        gate = auth_rules.gate_of(gateiden)
        run.confirm(("auth", self.kind, "set", "rules"), gate)
        return gate

    def rules(self, run: Runtime, me: Any, gate: str | None) -> tuple[Rule, ...]:
        """Its rules, or those on one gate."""
        record = self.of(run, me)
        return auth_rules.rules_at(record.rules, record.gates, gate)

    def store(self, run: Runtime, me: Any, found: tuple[Rule, ...], gate: str | None) -> None:
        """Replace its rules, or those on one gate. Raises StormError."""
        check_gate(run, gate)
        if gate is None:
            self.change(run, me, rules=found)
        else:
            self.change(run, me, gates=auth_rules.gates_with(self.of(run, me).gates, gate, found))


def rule_methods(holder: Holder) -> tuple[Local, ...]:
    """The methods of a kind of value that holds rules, by name."""

    def add_rule(run: Runtime, me: Any, rule: Any, gateiden: Any = None, indx: Any = None) -> None:
        gate = holder.confirm(run, gateiden)
        added = auth_rules.rule_from(run, rule)
        holder.store(run, me, auth_rules.inserted(holder.rules(run, me, gate), added, indx), gate)
        more = {} if indx is None else {"indx": to_int(indx)}
        rule_changed(run.host.events, holder.kind, me.iden, "rule:add", added, gate, **more)

    def del_rule(run: Runtime, me: Any, rule: Any, gateiden: Any = None) -> None:
        gate = holder.confirm(run, gateiden)
        before = holder.rules(run, me, gate)
        after = auth_rules.without(run, before, rule)
        holder.store(run, me, after, gate)
        if after != before:
            rule_changed(run.host.events, holder.kind, me.iden, "rule:del", auth_rules.rule_from(run, rule), gate)

    def gates(run: Runtime, me: Any) -> list[Any]:
        return of_gates(run, holder.of(run, me).gates)

    def get_rules(run: Runtime, me: Any, gateiden: Any = None) -> list[Any]:
        return pack_rules(holder.rules(run, me, auth_rules.gate_of(gateiden)))

    def pop_rule(run: Runtime, me: Any, indx: Any, gateiden: Any = None) -> Any:
        gate = holder.confirm(run, gateiden)
        found = list(holder.rules(run, me, gate))
        whose = f"{holder.kind.capitalize()} {me.iden}"
        popped = found.pop(auth_rules.place_of(tuple(found), indx, whose))
        holder.store(run, me, tuple(found), gate)
        rules_changed(run.host.events, holder.kind, me.iden, tuple(found), gate)
        return pack_rules((popped,))[0]

    def set_rules(run: Runtime, me: Any, rules: Any, gateiden: Any = None) -> None:
        gate = holder.confirm(run, gateiden)
        found = auth_rules.rules_from(run, rules)
        holder.store(run, me, found, gate)
        rules_changed(run.host.events, holder.kind, me.iden, found, gate)

    add = "addRule(rule: list, gateiden: str = null, indx: int = null) -> null"
    pop = "popRule(indx: int, gateiden: str = null) -> list"
    set_ = "setRules(rules: list, gateiden: str = null) -> null"
    return (
        local(add, add_rule, "Add a rule.", writes=True),
        local("delRule(rule: list, gateiden: str = null) -> null", del_rule, "Take a rule away.", writes=True),
        local("gates() -> list", gates, f"Objects the {holder.kind} was granted rights on."),
        local("getRules(gateiden: str = null) -> list", get_rules, f"The {holder.kind}'s rules."),
        local(pop, pop_rule, "Take a rule out by its place.", writes=True),
        local(set_, set_rules, "Set all rules.", writes=True),
    )
