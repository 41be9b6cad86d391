"""All functions by name, in any case (nql.md chapter 12). `if` and `switch` are syntax, as only one branch is computed."""

import difflib
from collections.abc import Mapping

from . import (
    functions_collection,
    functions_compare,
    functions_lookup,
    functions_math,
    functions_network,
    functions_text,
    functions_time,
)
from .errors import NqlError
from .signature import Function
from .syntax import Call

FUNCTIONS: Mapping[str, Function] = {
    **functions_time.FUNCTIONS,
    **functions_math.FUNCTIONS,
    **functions_text.FUNCTIONS,
    **functions_network.FUNCTIONS,
    **functions_lookup.FUNCTIONS,
    **functions_collection.FUNCTIONS,
    **functions_compare.FUNCTIONS,
}
# `$and`, `$or` and `$not` are none of them (open-53).
BY_LOWER_NAME: Mapping[str, Function] = {name.lower(): function for name, function in FUNCTIONS.items()}
WRITTEN: Mapping[str, str] = {name.lower(): name for name in FUNCTIONS}


def function_of(call: Call, aggregations: Mapping[str, object]) -> Function:
    """The function that a call names. Raises NqlError; aggregations: their names in lower case, for the message."""
    found = BY_LOWER_NAME.get(call.name.lower())
    if found is not None:
        return found
    if call.name.lower() in aggregations:
        message = f"{call.name} is an aggregation; it stands only as name={call.name}(...) of aggr and its like."
        raise NqlError(message, call.span)
    close = difflib.get_close_matches(call.name.lower(), BY_LOWER_NAME, 1)
    hint = f"; did you mean {WRITTEN[close[0]]}?" if close else "."
    raise NqlError(f"Unknown function {call.name}{hint}", call.span)
