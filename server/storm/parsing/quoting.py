"""What quoted texts of Storm stand for."""

import re

# The escapes of double quotes; any other backslash stands for itself.
ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", re.DOTALL)
SINGLE = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
FORMAT_SIGNS = "`{"


def unquoted(text: str) -> str:
    """The text of a name or value that may stand in quotes; only double quotes know escapes."""
    if text.startswith("'''"):
        return text[3:-3]
    if text.startswith("'"):
        return text[1:-1]
    if text.startswith('"'):
        return ESCAPE.sub(_escape, text[1:-1])
    return text


def unescaped(text: str) -> str:
    """A piece of text in backticks: the escapes of double quotes, and of a backtick and a brace."""
    return ESCAPE.sub(_format_escape, text)


def _format_escape(escape: re.Match[str]) -> str:
    return escape[0][1] if escape[0][1] in FORMAT_SIGNS else _escape(escape)


def _escape(escape: re.Match[str]) -> str:
    sign = escape[0][1]
    if sign in SINGLE:
        return SINGLE[sign]
    if sign in "xuU" and len(escape[0]) > 2:
        code = int(escape[0][2:], 16)
        return chr(code) if code < 0x110000 else escape[0]
    if sign in "01234567":
        return chr(int(escape[0][1:], 8))
    return escape[0]
