"""Functions that look values up in lookups and collectors (nql.md 12.6 and 12.8)."""

from itertools import islice
from typing import Any

from .choices import LOOKUP_ALL_ROWS
from .context import Context
from .signature import ABSENT, Function, Keyword, anything, count, flag, text
from .tables import Table
from .values import Value

LOOKUP = ("name", "outputKey", "input")
DEFAULT = Keyword("default", anything, ABSENT, others=("noresult",))
TO_KEY = Keyword("defaultToKey", flag, False)


def lookup(
    context: Context, name: Value, output: Value, wanted: Value, *, default: Any, defaulttokey: bool, unwind: str | None
) -> Value:
    """A column of the first row that matches; with `unwind` a list of such, one for each item of that input."""
    table = _table(context, name)
    if table is None or not isinstance(output, str) or not isinstance(wanted, dict):
        return None
    items = wanted.get(unwind) if unwind is not None else None
    if unwind is not None and isinstance(items, list):
        return [_first(table, output, {**wanted, unwind: item}, default, defaulttokey) for item in items]
    return _first(table, output, wanted, default, defaulttokey)


def lookup_all(
    context: Context,
    name: Value,
    output: Value,
    wanted: Value,
    *,
    default: Any,
    defaulttokey: bool,
    unwind: str | None,
) -> Value:
    """A column of all rows that match, 1000 at most; with `unwind` for each item of that input, one after the other."""
    table = _table(context, name)
    if table is None or not isinstance(output, str) or not isinstance(wanted, dict):
        return None
    items = wanted.get(unwind) if unwind is not None else None
    inputs = (
        [{**wanted, unwind: item} for item in items] if unwind is not None and isinstance(items, list) else [wanted]
    )
    known = output in table.columns and table.columns.issuperset(wanted)
    rows = islice((row for one in inputs for row in table.find(one)), LOOKUP_ALL_ROWS) if known else ()
    found = [row.get(output) for row in rows]
    if found:
        return found
    if default is not ABSENT:
        return [default]
    return list(wanted.values())[:1] if defaulttokey else []


def lookup_key_exists(context: Context, name: Value, wanted: Value) -> Value:
    """Whether a row matches; null if there is no such lookup."""
    table = _table(context, name)
    if table is None or not isinstance(wanted, dict):
        return None
    return table.columns.issuperset(wanted) and next(table.find(wanted), None) is not None


def matching_traffic_profiles(
    context: Context, client: Value, server: Value, port: Value, protocol: Value, *, name: bool, includeany: bool
) -> Value:
    """The traffic profiles that match, as the caller knows them (open-74)."""
    return [*context.sources.profiles((client, server, port, protocol), name, includeany)]


def val_in_coll(context: Context, value: Value, collector: Value, field: Value, *, maxcachesize: int) -> Value:
    """Whether a row of the collector has the value; false if there is no such collector (open-77)."""
    table = context.collector(collector) if isinstance(collector, str) else None
    if table is None or not isinstance(field, str) or field not in table.columns:
        return False
    return next(table.find({field: value}), None) is not None


def coll_exists(context: Context, collector: Value) -> Value:
    """Whether there is such a collector."""
    return isinstance(collector, str) and context.collector(collector) is not None


def val_coll(context: Context, collector: Value, output: Value, wanted: Value, *, default: Any) -> Value:
    """A field of the first row of the collector that matches; the default if there is none or no such field."""
    table = context.collector(collector) if isinstance(collector, str) else None
    absent: Value = None if default is ABSENT else default
    if table is None or not isinstance(output, str) or not isinstance(wanted, dict):
        return absent
    row = next(table.find(wanted), None)
    return absent if row is None or output not in row else row[output]


def _table(context: Context, name: Value) -> Table | None:
    return context.lookup(name) if isinstance(name, str) else None


def _first(table: Table, output: str, wanted: dict[str, Value], default: Any, to_key: bool) -> Value:
    if output not in table.columns or not table.columns.issuperset(wanted):
        return None
    row = next(table.find(wanted), None)
    if row is not None:
        return row.get(output)
    if default is not ABSENT:
        found: Value = default
        return found
    return next(iter(wanted.values()), None) if to_key else None


UNWIND = Keyword("unwind", text, None)
FUNCTIONS = {
    "lookup": Function(LOOKUP, "object", lookup, (DEFAULT, TO_KEY, UNWIND), pure=False, context=True),
    "lookupAll": Function(LOOKUP, "list", lookup_all, (DEFAULT, TO_KEY, UNWIND), pure=False, context=True),
    "lookupKeyExists": Function(("name", "input"), "boolean", lookup_key_exists, pure=False, context=True),
    "matchingTrafficProfiles": Function(
        ("clientIp", "serverIp", "serverPort", "protocol"),
        "list",
        matching_traffic_profiles,
        (Keyword("name", flag, False), Keyword("includeAny", flag, False)),
        pure=False,
        context=True,
    ),
    "valInColl": Function(
        ("value", "collector", "field"),
        "boolean",
        val_in_coll,
        (Keyword("maxCacheSize", count, 0),),
        pure=False,
        context=True,
    ),
    "collExists": Function(("collector",), "boolean", coll_exists, pure=False, context=True),
    "valColl": Function(
        ("collector", "outField", "input"),
        "object",
        val_coll,
        (Keyword("default", anything, ABSENT),),
        pure=False,
        context=True,
    ),
}
