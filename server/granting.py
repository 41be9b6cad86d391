"""What users and roles can be given, by the same rules over HTTP and in Storm (reference 3)."""

import re

from ..storage.accounts import Gate, Rule

# The role that every user has.
EVERYBODY = "all"
EMAIL = re.compile(r"[^@]*@[\w_-]+(\.[\w_-]+)*")


def changed_gates(
    gates: dict[str, Gate], iden: str, rules: tuple[Rule, ...] | None, admin: bool | None
) -> dict[str, Gate]:
    """Gates with what is given replaced on one; where that leaves nothing it goes (asked of a real Cortex)."""
    old = gates.get(iden, Gate())
    new = Gate(rules=old.rules if rules is None else rules, admin=old.admin if admin is None else admin)
    if new.rules or new.admin:
        return {**gates, iden: new}
    return {other: gate for other, gate in gates.items() if other != iden}


def lower_email(text: str) -> str | None:
    """An e-mail address as it is stored; None for what is none."""
    stripped = text.strip()
    return stripped.lower() if EMAIL.fullmatch(stripped) else None
