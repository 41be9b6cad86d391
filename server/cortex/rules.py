"""Rules as a body has them (reference 3.1)."""

from typing import Any

from ...storage.accounts import Rule
from .errors import CortexError


def unpack_rules(value: Any) -> tuple[Rule, ...]:
    """Rules from a body. The product crashes on malformed ones; we refuse them. Raises CortexError."""
    if not isinstance(value, list):
        raise CortexError(400, "BadArg", "Rules must be a list.")
    return tuple(_unpack_rule(each) for each in value)


def _unpack_rule(value: Any) -> Rule:
    if isinstance(value, list) and len(value) == 2:
        allow, path = value
        if isinstance(allow, bool) and isinstance(path, list) and path and all(isinstance(part, str) for part in path):
            return allow, tuple(path)
    raise CortexError(400, "BadArg", "A rule must be a pair of a boolean and a list of permission parts.")
