"""`it:semver`: versions as one number of three times twenty bits, so that they compare as versions do."""

import re
from collections.abc import Mapping
from typing import Any

from ..contract import Key, ModelError, Normed
from .compare import ORDERED, Predicate, no_norm, predicate

_PART_BITS = 20
_PART_MASK = (1 << _PART_BITS) - 1
SEMVER_MAX = (1 << 3 * _PART_BITS) - 1

_NUMBER = r"(0|[1-9][0-9]*)"
_PRE = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_BUILD = r"[0-9a-zA-Z-]+"
# The grammar of semver.org, after any number of `v`.
_STRICT = re.compile(
    rf"[vV]*{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PRE}(?:\.{_PRE})*))?(?:\+({_BUILD}(?:\.{_BUILD})*))?"
)
# Everything else: a word, separators, then as many numbers between separators as follow.
_FIRST = re.compile(r"[a-zA-Z]*[._+-]*(\d+)(?=[._+-]|$)")
_NEXT = re.compile(r"[._+-]+(\d+)(?=[._+-]|$)")


class Semver:
    """From an integer or a text that holds a version; subs `major`, `minor`, `patch`, `pre`, `build`.

    A part beyond twenty bits loses the higher ones in the number, though not in its sub.
    """

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, str):
            return self._of_text(valu)
        if not isinstance(valu, int | float):
            raise no_norm(self.name, valu)
        try:
            number = int(valu)
        except (ValueError, OverflowError) as error:
            raise ModelError(type(error).__name__, str(error)) from error
        if number < 0:
            raise self._refuse("Cannot norm a negative integer as a semver.", number)
        if number > SEMVER_MAX:
            raise self._refuse(f"Cannot norm a integer larger than {SEMVER_MAX} as a semver.", number)
        major, minor, patch = _parts(number)
        return Normed(number, {"major": major, "minor": minor, "patch": patch})

    def repr(self, norm: Any) -> str:
        return ".".join(str(part) for part in _parts(norm))

    def key(self, norm: Any) -> Key:
        return int(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, ORDERED, cmpr, valu)

    def _of_text(self, valu: str) -> Normed:
        text = valu.strip()
        if not text:
            raise self._refuse("No text left after stripping whitespace", valu)
        try:
            numbers, more = _read(text)
        except ValueError as error:
            # More digits than the interpreter takes: the product lets its error through.
            raise ModelError("ValueError", str(error)) from error
        if not numbers:
            raise self._refuse("Unable to parse string as a semver.", valu)
        major, minor, patch = [*numbers, 0, 0][:3]
        number = (major & _PART_MASK) << 2 * _PART_BITS | (minor & _PART_MASK) << _PART_BITS | patch & _PART_MASK
        return Normed(number, {"major": major, "minor": minor, "patch": patch, **more})

    def _refuse(self, mesg: str, valu: Any) -> ModelError:
        return ModelError("BadTypeValu", mesg, valu=valu, name=self.name)


def _parts(number: int) -> tuple[int, int, int]:
    return number >> 2 * _PART_BITS, number >> _PART_BITS & _PART_MASK, number & _PART_MASK


def _read(text: str) -> tuple[list[int], dict[str, str]]:
    """The numbers of a version, and `pre` and `build` where it follows the grammar."""
    found = _STRICT.fullmatch(text)
    if found is None:
        return _found_numbers(text), {}
    more = {name: group for name, group in zip(("pre", "build"), found.groups()[3:], strict=True) if group}
    return [int(group) for group in found.groups()[:3]], more


def _found_numbers(text: str) -> list[int]:
    numbers: list[int] = []
    found = _FIRST.match(text)
    while found is not None:
        numbers.append(int(found[1]))
        found = _NEXT.match(text, found.end())
    return numbers
