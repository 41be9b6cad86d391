"""The bodies that the product checks against a schema. It uses the same library, so the messages are the product's own."""

from collections.abc import Callable
from functools import cache
from typing import Any

from .errors import CortexError

Schema = dict[str, Any]

LOGIN: Schema = {
    "type": "object",
    "properties": {"user": {"type": "string"}, "passwd": {"type": "string"}},
    "additionalProperties": False,
    # The product names missing ones in this order.
    "required": ["passwd", "user"],
}
AXON_DEL: Schema = {
    "type": "object",
    "properties": {"sha256s": {"type": "array", "items": {"type": "string", "pattern": "(?i)^[0-9a-f]{64}$"}}},
    "additionalProperties": False,
    "required": ["sha256s"],
}
SCHEMAS: dict[str, Schema] = {"login": LOGIN, "axon_del": AXON_DEL}


def check(name: str, body: Any) -> None:
    """Refuse a body that the schema of this name does not allow. Raises CortexError with the product's text."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(name)(body)
    except JsonSchemaValueException as error:
        mesg = f"SchemaViolation: mesg={error.message!r} name={error.name!r}"
        raise CortexError(400, "SchemaViolation", mesg) from error


@cache
def _validator(name: str) -> Callable[[Any], Any]:
    # Imported late: compiling a schema is work that starting up does not need.
    import fastjsonschema

    validator: Callable[[Any], Any] = fastjsonschema.compile(SCHEMAS[name], use_default=False)
    return validator
