"""Checking values by a JSON schema that somebody gave: as `fastjsonschema` does it, but no pattern takes unbounded time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import fastjsonschema

from .contract import ModelError
from .types.patterns import Pattern, compiled

# What of a schema are values, and no schemas.
VALUES = ("enum", "const", "default", "examples")

Validate = Callable[[Any], Any]


def checker(schema: Any, handlers: Mapping[str, Callable[[str], Any]], use_default: bool = True) -> Validate:
    """What checks a value and gives it back with defaults filled in.

    It raises JsonSchemaValueException, and ModelError("HitLimit") for a pattern that takes too long.
    handlers: how to get what a schema refers to, by the scheme of its address. Raises what `fastjsonschema.compile` does.
    """
    made: Any = fastjsonschema.compile(_settled(schema), handlers=handlers, use_default=use_default)
    patterns = made.__globals__["REGEX_PATTERNS"]
    patterns.update({name: _pattern(found.pattern) for name, found in patterns.items()})
    validate: Validate = made
    return validate


def _pattern(text: str) -> Pattern:
    try:
        return compiled(text)
    except ModelError as error:
        raise fastjsonschema.JsonSchemaDefinitionException(error.mesg) from error


def _settled(schema: Any) -> Any:
    """The same schema where nothing is left to match while it is compiled. Raises JsonSchemaDefinitionException.

    Compiling looks whether what is required may be there at all, which is a matter of patterns where there are no properties
    of that name.
    """
    if isinstance(schema, list | tuple):
        return type(schema)(map(_settled, schema))
    if not isinstance(schema, dict):
        return schema
    found = {key: valu if key in VALUES else _settled(valu) for key, valu in schema.items()}
    required, patterns = schema.get("required"), schema.get("patternProperties")
    known = found.get("properties", {})
    if not isinstance(patterns, dict) or not isinstance(required, list | tuple) or not isinstance(known, dict):
        return found
    if found.get("additionalProperties", True):
        return found
    fitting = {
        name: True
        for name in required
        if isinstance(name, str) and name not in known and any(_fits(each, name) for each in patterns)
    }
    allowed = found["properties"] = {**known, **fitting}
    if not all(name in allowed for name in required):
        # Without patterns the compiler says so, and need not look itself.
        found.pop("patternProperties")
    return found


def _fits(pattern: str, name: str) -> bool:
    try:
        return _pattern(pattern).search(name) is not None
    except ModelError as error:
        raise fastjsonschema.JsonSchemaDefinitionException(error.mesg) from error
