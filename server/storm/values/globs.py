"""Globs of tags and verbs, matched with whole texts. What an asterisk stands for differs from place to place, so each place
writes the pattern; many asterisks may take very long, so all are matched here.
"""

from __future__ import annotations

from collections.abc import Callable

from ...model.contract import ModelError
from ...model.types.patterns import Found, compiled
from ..errors import StormError

# What a pattern finds in a whole text, None where it does not fit. Raises StormError("HitLimit").
Fits = Callable[[str], Found | None]


def fitting(pattern: str) -> Fits:
    """What matches by a pattern that was made of a glob. Raises StormError: HitLimit."""
    try:
        made = compiled(pattern)
    except ModelError as error:
        raise StormError(error.name, error.mesg) from None

    def fits(text: str) -> Found | None:
        try:
            return made.fullmatch(text)
        except ModelError as error:
            raise StormError(error.name, error.mesg) from None

    return fits
