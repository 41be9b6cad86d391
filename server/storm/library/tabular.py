"""`$lib.tabular`: rows of text in columns."""

from __future__ import annotations

import copy
import textwrap
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import fastjsonschema

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_prim, to_str
from .jsons import checker

CUT = "..."
JUSTIFIED = {"left": str.ljust, "center": str.center, "right": str.rjust}


def _separator(default: str, desc: str) -> dict[str, Any]:
    return {"type": "string", "default": default, "description": desc}


def _choice(default: str, choices: list[str], desc: str) -> dict[str, Any]:
    return {"type": "string", "default": default, "enum": choices, "description": desc}


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "separators": {
            "type": "object",
            "properties": {
                "row:outline": {
                    "type": "boolean",
                    "default": False,
                    "description": "A line above the header and below rows.",
                },
                "column:outline": {
                    "type": "boolean",
                    "default": False,
                    "description": "A separator at both ends of a row.",
                },
                "header:row": _separator("=", "What the line below the header is made of."),
                "data:row": _separator("-", "What lines between rows are made of."),
                "column": _separator("|", "What stands between columns."),
            },
            "additionalProperties": False,
        },
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "description": "The name above the column."},
                    "width": {
                        "type": "number",
                        "default": None,
                        "exclusiveMinimum": 0,
                        "description": "How wide it is; that of its content, if none is given.",
                    },
                    "justify": _choice("left", ["left", "center", "right"], "Where in the column its text stands."),
                    "overflow": _choice("trim", ["wrap", "trim"], "What becomes of text that is too long."),
                    "newlines": _choice("replace", ["replace", "split"], "What becomes of ends of lines."),
                },
                "required": ["name"],
                "minItems": 1,
                "additionalProperties": False,
            },
        },
    },
    "required": ["columns"],
    "additionalProperties": False,
    "$schema": "http://json-schema.org/draft-07/schema#",
}
CHECKED = checker(SCHEMA)


@dataclass(slots=True, eq=False)
class Printer:
    """columns, separators: as SCHEMA has them. begun: whether a row was made, so that the next one is parted from it."""

    columns: list[dict[str, Any]]
    separators: dict[str, Any]
    begun: bool = False


def printer(run: Runtime, me: Any, conf: Any) -> Printer:
    try:
        checked = CHECKED(copy.deepcopy(to_prim(run, conf)))
    except fastjsonschema.JsonSchemaValueException as error:
        raise StormError("SchemaViolation", error.message, name=error.name) from error
    marks = {"row:outline": False, "column:outline": False, "header:row": "=", "data:row": "-", "column": "|"}
    return Printer(checked["columns"], marks | checked.get("separators", {}))


def header(run: Runtime, me: Printer) -> str:
    lines = _lines(me, [column["name"] for column in me.columns])
    rule = _rule(me, me.separators["header:row"])
    return "\n".join([*rule, *lines, *rule] if me.separators["row:outline"] else [*lines, *rule])


def row(run: Runtime, me: Printer, data: Any) -> str:
    prims = to_prim(run, data)
    if not isinstance(prims, list | tuple):
        raise StormError("BadArg", "tabular:printer row() requires a list argument")
    if len(prims) != len(me.columns):
        mesg = "tabular:printer row() requires data length to equal column count"
        raise StormError("BadArg", mesg, length=len(prims), column_length=len(me.columns))
    texts = ["" if prim is None else to_str(tuple(prim) if isinstance(prim, list) else prim) for prim in prims]
    lines = _lines(me, texts)
    rule = _rule(me, me.separators["data:row"])
    if me.separators["row:outline"]:
        lines = [*lines, *rule]
    elif me.begun:
        lines = [*rule, *lines]
    me.begun = True
    return "\n".join(lines)


def _lines(me: Printer, texts: list[str]) -> list[str]:
    cells = [_cell(column, text) for column, text in zip(me.columns, texts, strict=True)]
    made = []
    for parts in zip_longest(*cells, fillvalue=""):
        shown = [f" {_justified(column, part)} " for column, part in zip(me.columns, parts, strict=True)]
        made.append(_joined(me, shown))
    return made


def _justified(column: dict[str, Any], part: str) -> str:
    """A line of a cell in its column; of a column without a width only what is empty is filled up."""
    if part and column.get("width") is None:
        return part
    return JUSTIFIED[column.get("justify", "left")](part, _width(column))


def _cell(column: dict[str, Any], text: str) -> list[str]:
    """The lines of one cell."""
    lines = text.splitlines() if column.get("newlines", "replace") == "split" else [text.replace("\n", " ")]
    width = column.get("width")
    if width is None:
        return lines or [""]
    found: list[str] = []
    for line in lines or [""]:
        if len(line) <= width:
            found.append(line)
        elif column.get("overflow", "trim") == "wrap":
            found.extend(textwrap.wrap(line, int(width)))
        elif width <= len(CUT):
            raise StormError("AssertionError", "")  # what the product says where not even the dots have room
        else:
            found.append(line[: int(width) - len(CUT)] + CUT)
    return found


def _width(column: dict[str, Any]) -> int:
    width = column.get("width")
    return len(column["name"]) if width is None else int(width)


def _rule(me: Printer, mark: str) -> list[str]:
    """A line that parts rows, if there is one."""
    return [_joined(me, [mark * (_width(column) + 2) for column in me.columns])] if mark else []


def _joined(me: Printer, cells: list[str]) -> str:
    mark = me.separators["column"]
    whole = mark.join(cells)
    return f"{mark}{whole}{mark}" if me.separators["column:outline"] else whole


TABULAR = Library(
    "lib.tabular",
    "Rows of text in columns.",
    (
        local("printer(conf: dict) -> tabular:printer", printer, "What makes rows by a configuration.", writes=True),
        local(
            "schema() -> dict",
            lambda run, me: copy.deepcopy(SCHEMA),
            "The JSON schema of a configuration.",
            writes=True,
        ),
    ),
)

PRINTER = Kind(
    "tabular:printer",
    "TabularPrinter",
    Printer,
    "What makes rows of text in columns.",
    (
        local("header() -> str", header, "The names of the columns."),
        local("row(data: list) -> str", row, "A row."),
    ),
)

LIBRARIES = (TABULAR,)
KINDS = (PRINTER,)
