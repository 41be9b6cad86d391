r"""Regular expressions as the product writes them, for Python's `re`.

The product's engine knows two things more that its model uses: groups named `(?<name>...)` and classes by Unicode category,
`\p{Z}`, `\P{Lu}`. Both are written out here; anything else that `re` does not know is refused.
"""

import re
import sys
import unicodedata
from functools import lru_cache

from ..contract import ModelError

_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")
_CATEGORY = re.compile(r"(\\\\)|\\([pP])\{([A-Z][a-z]?)\}")

_LEFT_OPEN = {
    "missing ), unterminated": "missing )",
    "missing >, unterminated": "missing >",
    "unterminated character set": "unterminated character set",
    "bad escape (end of pattern)": "bad escape (end of pattern)",
}


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled pattern; ModelError("error") for one that is none."""
    try:
        return re.compile(_CATEGORY.sub(_class, _NAMED_GROUP.sub("(?P<", pattern)), flags)
    except re.error as error:
        raise ModelError("error", _worded(error, pattern)) from error


def _worded(error: re.error, pattern: str) -> str:
    """The error in the product's words, as far as they were seen: of what is left open, it tells where the pattern ends."""
    for start, words in _LEFT_OPEN.items():
        if error.msg.startswith(start):
            return f"{words} at position {len(pattern)}"
    return str(error)


def _class(found: re.Match[str]) -> str:
    """The ranges of a category; written without brackets, as it nearly always stands within a class."""
    if found[1]:
        return found[1]
    within = found.string.rfind("[", 0, found.start()) > found.string.rfind("]", 0, found.start())
    ranges = _ranges(found[3], found[2] == "P")
    return ranges if within else f"[{ranges}]"


@lru_cache(maxsize=64)
def _ranges(category: str, inverted: bool) -> str:
    spans: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith(category) != inverted:
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in spans)
