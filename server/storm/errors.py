"""Storm's errors: what goes wrong in a query, with the product's name, message and details (reference 5.5).

Knows nothing of HTTP: `cortex` gives these their status or puts them into a stream.
"""

import hashlib
from typing import Any


class StormError(Exception):
    """An error of a query. `name`: the product's exception class; `info`: what its message carries beside `mesg`, in order.

    A key `mesg` in `info`, whatever its value, is the place of the message; see `query.payload`.
    """

    def __init__(self, name: str, mesg: str, /, **info: Any) -> None:
        super().__init__(mesg)
        self.name = name
        self.mesg = mesg
        self.info = info
        if "mesg" in info:
            info["mesg"] = mesg


class BadSyntax(StormError):
    """A text that is no Storm. Says where, in the product's terms: `line` and `column` count from 1, `at` from 0.

    `token` is the text that could not be read there, empty at the end of the input, and None if the text could be read but
    means nothing (a switch with two defaults).
    """

    def __init__(self, mesg: str, text: str, at: int, token: str | None = None, end: int | None = None) -> None:
        self.at = at
        self.text = text
        self.line, self.column = line_and_column(text, at)
        self.token = token
        info: dict[str, Any] = {"at": at, "text": text, "line": self.line, "column": self.column}
        if token is not None:
            info["token"] = token
        info["highlight"] = highlight(text, at, at + len(token or "") if end is None else end)
        super().__init__("BadSyntax", mesg, **info)


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Where an offset stands, both counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def highlight(text: str, start: int, end: int, *, parsed: bool = False) -> dict[str, Any]:
    """What a client marks: the hash of the query, and from where to where, in lines, columns and offsets.

    parsed: of a text that could be parsed. The product's arithmetic, with its oddities: nothing to mark ends a line early;
    where the text could not be parsed, a last line counts from 0.
    """
    line, column = line_and_column(text, start)
    marked = text[start:end]
    last = column + len(marked) if "\n" not in marked else len(marked) - marked.rindex("\n") - 1 + parsed
    return {
        "hash": hashlib.md5(text.encode("utf8", "surrogatepass"), usedforsecurity=False).hexdigest(),
        "lines": [line, line + marked.count("\n") if marked else line - 1],
        "columns": [column, last],
        "offsets": [start, end],
    }
