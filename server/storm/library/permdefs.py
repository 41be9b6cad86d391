"""The permissions there are: which kind of object each can be granted on, and whether users have it without a rule.

permissions.txt has a line each: the permission, its gate, yes or no, and an example where it has a part in angle brackets.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any


def all_() -> list[dict[str, Any]]:
    """All permissions, as dictionaries that are the caller's own."""
    return [dict(each) for each in _table().values()]


def find(perm: tuple[Any, ...]) -> dict[str, Any] | None:
    """What is known about a permission; None for one that nobody asks for."""
    found = _table().get(perm)
    return None if found is None else dict(found)


@cache
def _table() -> dict[tuple[Any, ...], dict[str, Any]]:
    text = files(__package__).joinpath("permissions.txt").read_text(encoding="utf-8")
    return {tuple(each["perm"]): each for each in map(_read, text.splitlines())}


def _read(line: str) -> dict[str, Any]:
    name, gate, default, *example = line.split()
    kinds = {
        "perm": name.split("."),
        "gate": gate,
        "desc": f"Allows what {name} and the permissions below it are asked for.",
    }
    return {**kinds, **({"ex": example[0]} if example else {}), "default": default == "yes"}
