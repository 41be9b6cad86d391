"""Texts with names in braces: `"{name} is {age}"` of `.format()`, `$lib.print()` and their like."""

from collections.abc import Mapping
from typing import Any

from .bounds import LONGEST, fits
from .convert import to_text


def fill(run: Any, text: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of their `{name}`, one after the other as they were given.

    Only exactly `{name}` counts, other braces stand; and since values are put in one by one, a value may bring the
    `{name}` of a later one.
    """
    for name, valu in values.items():
        gap, put = "{" + name + "}", to_text(run, valu)
        if len(text) * len(put) > LONGEST:
            fits(len(text) + text.count(gap) * (len(put) - len(gap)))
        text = text.replace(gap, put)
    return text
