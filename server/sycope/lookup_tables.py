"""The tables that queries look values up in, made of lookups when somebody first asks for them (nql.md 12.6).

A table is kept until its lookup changes or goes; queries that hold the old one go on with it. It knows no HTTP.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ...storage import elements, lookups
from ...storage.columns import NUMERIC
from ...storage.database import Database
from ...storage.lookups import Lookup
from .. import jsontext
from . import access
from .access import Viewer
from .choices import LOOKUP_ROWS_HELD, SUBNET

if TYPE_CHECKING:
    # The language is loaded when the first query comes.
    from ..nql.tables import Table
    from ..nql.values import Value

BOOLEANS = {"true": True, "false": False}


class LookupTables:
    """The tables of one world's lookups; any thread may ask.

    held_rows: rows that all tables together keep in memory; beyond it the table made longest ago goes, and is made again.
    """

    def __init__(self, database: Database, held_rows: int = LOOKUP_ROWS_HELD) -> None:
        self._database = database
        self._held_rows = held_rows
        self._tables: dict[str, tuple[int, Table]] = {}

    def find(self, name: str, who: Viewer) -> "Table | None":
        """The table of the lookup of this name; None if there is none, it is not active or not visible. Blocks.

        Raises Closed.
        """
        lookup = lookups.named(self._database, name)
        if lookup is None or not lookup.active:
            return None
        found = elements.access(self._database, lookup.element)
        if found is None or not access.may(who, found.owner, found.sid_perms, access.VIEW):
            return None
        revision, table = self._tables.get(name, (None, None))
        return table if revision == lookup.revision else self._load(name, lookup.element)

    def _load(self, name: str, element: str) -> "Table | None":
        # One moment: neither the configuration nor the file may be of another revision.
        with self._database.write() as connection:
            lookup, described = lookups.lookup_in(connection, element), elements.get_in(connection, element)
            if lookup is None or described is None:
                return None
            file = lookups.file_in(connection, element)
        table = made(lookup, described.config.get("types"), jsontext.loads(file))
        present = lookups.revisions(self._database)
        tables = {key: held for key, held in self._tables.items() if held[0] in present and key != name}
        tables[name] = (lookup.revision, table)
        while len(tables) > 1 and sum(len(held.rows) for _, held in tables.values()) > self._held_rows:
            del tables[next(iter(tables))]
        # Another thread may do the same: the last one wins, and the tables of both are right.
        self._tables = tables
        return table


def made(lookup: Lookup, types: list[str] | None, file: dict[str, Any]) -> "Table":
    """The table of a lookup. types: of its columns, or None; texts in columns of numbers and booleans become such.

    file: `{"columns": [...], "rows": [[...], ...]}`.
    """
    # Here, as this loads the language.
    from ..nql.tables import Table
    from ..nql.values import numeric

    names: list[str] = file["columns"]
    rows: list[list[Value]] = file["rows"]
    readers = [_reader(kind, numeric) for kind in types or ()]
    if any(readers):
        columns = [
            values if reader is None else [reader(value) for value in values]
            for reader, values in zip(readers, zip(*rows, strict=True), strict=False)
        ]
        rows = list(map(list, zip(*columns, strict=True)))
    return Table(
        [dict(zip(names, row, strict=True)) for row in rows],
        names,
        names[0] if lookup.kind == SUBNET and names else None,
    )


def _reader(kind: str, numeric: "Callable[[str], int | float | None]") -> "Callable[[Value], Value] | None":
    if kind in NUMERIC:
        return partial(_number, numeric)
    return _boolean if kind == "boolean" else None


def _number(numeric: "Callable[[str], int | float | None]", value: "Value") -> "Value":
    found = numeric(value.strip()) if isinstance(value, str) else None
    return value if found is None else found


def _boolean(value: "Value") -> "Value":
    return BOOLEANS.get(value.strip().lower(), value) if isinstance(value, str) else value
