"""`$lib.json` and `$lib.yaml`: texts of values, and schemas that values must fit."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import fastjsonschema
import orjson
import yaml

from ...model import schemas
from ...model.contract import ModelError
from ..errors import StormError
from ..lifts.values import of_model
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values import jsontext
from ..values.convert import python_text, to_bool, to_prim, to_str

Validate = Callable[[Any], Any]
# What a schema that is none brings about; patterns within it are Python's to read, and only then ours.
UNUSABLE = (fastjsonschema.JsonSchemaException, re.error, AttributeError, TypeError, ValueError, LookupError)


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A JSON schema and what checks by it."""

    schema: Any
    checks: Validate


def load(run: Runtime, me: Any, text: Any) -> Any:
    return jsontext.parse(to_str(text))


def save(run: Runtime, me: Any, item: Any, indent: Any = False) -> str:
    try:
        prim = to_prim(run, item)
    except StormError as error:
        mesg = f"Argument is not JSON compatible: {python_text(item)}"
        raise StormError("MustBeJsonSafe", mesg) from error
    return dumped(prim, 2 if to_bool(indent) else None)


def dumped(prim: Any, indent: int | None = None) -> str:
    """A JSON text. Raises StormError("MustBeJsonSafe")."""
    if isinstance(prim, bytes):
        raise StormError("MustBeJsonSafe", "Object of type bytes is not JSON serializable")
    check_safe(prim)
    try:
        return orjson.dumps(prim, option=0 if indent is None else orjson.OPT_INDENT_2).decode()
    except TypeError:
        # Whole numbers of more than 64 bits, halves of surrogate pairs.
        separators = (",", ":") if indent is None else (",", ": ")
        text = json.dumps(prim, ensure_ascii=False, separators=separators, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(prim, indent=indent)
    return text


def check_safe(prim: Any) -> None:
    """Raises StormError("MustBeJsonSafe") of what JSON cannot hold."""
    if isinstance(prim, dict):
        if not all(isinstance(key, str) for key in prim):
            raise StormError("MustBeJsonSafe", "TypeError: Dictionary keys must be strings")
        for item in prim.values():
            check_safe(item)
    elif isinstance(prim, list | tuple):
        for item in prim:
            check_safe(item)
    elif isinstance(prim, float):
        if prim != prim or prim in (float("inf"), float("-inf")):
            raise StormError("MustBeJsonSafe", "ValueError: nan or inf number is not allowed")
    elif not isinstance(prim, str | int | None):
        name = type(prim).__name__
        raise StormError("MustBeJsonSafe", f"TypeError: Object of type '{name}' is not JSON serializable")


def schema(run: Runtime, me: Any, schema: Any, use_default: Any = True) -> Schema:
    prim = to_prim(run, schema)
    return Schema(prim, checker(prim, to_bool(use_default)))


def checker(prim: Any, use_default: bool = True) -> Validate:
    """What checks values by a schema. Raises StormError("StormRuntimeError") of what is no schema."""
    try:
        return schemas.checker(prim, {"http": _elsewhere, "https": _elsewhere}, use_default)
    except UNUSABLE as error:
        cause = f": {error.__cause__}" if isinstance(error.__cause__, KeyError) else ""
        mesg = f"Unable to compile Json Schema: {error}{cause}"
        raise StormError("StormRuntimeError", mesg, schema=prim) from error


def _elsewhere(uri: str) -> Any:
    """A schema that another refers to; no schema is fetched from anywhere."""
    raise fastjsonschema.JsonSchemaDefinitionException(f"Unresolvable ref: {uri}")


def validate(run: Runtime, me: Schema, item: Any) -> tuple[bool, Any]:
    try:
        return True, me.checks(copy.deepcopy(to_prim(run, item)))
    except fastjsonschema.JsonSchemaValueException as error:
        return False, {"mesg": error.message}
    except ModelError as error:
        raise of_model(error) from error


JSON = Library(
    "lib.json",
    "JSON.",
    (
        local("load(text: str) -> prim", load, "The value of a JSON text."),
        local("save(item: any, indent: boolean = false) -> str", save, "A JSON text of a value."),
        local("schema(schema: dict, use_default: boolean = true) -> json:schema", schema, "A schema to check by."),
    ),
)

SCHEMA = Kind(
    "json:schema",
    "JsonSchema",
    Schema,
    "A JSON schema.",
    (
        local("schema() -> dict", lambda run, me: copy.deepcopy(me.schema), "The schema itself."),
        local("validate(item: prim) -> list", validate, "Whether a value fits, and the value, or what is wrong."),
    ),
    show=lambda run, me: f"json:schema: {python_text(me.schema)}",
)


def yaml_load(run: Runtime, me: Any, valu: Any) -> Any:
    try:
        return yaml.load(to_str(valu), Loader=LOADER)
    except yaml.YAMLError as error:
        raise StormError("BadArg", f"Invalid YAML text: {error}") from error


def yaml_save(run: Runtime, me: Any, valu: Any, sort_keys: Any = True) -> str:
    made: str = yaml.safe_dump(to_prim(run, valu), sort_keys=to_bool(sort_keys))
    # A value that stands alone gets an end mark, which the product leaves out.
    return made.removesuffix("...\n")


# That of libyaml words errors as the product does, but is not in every build of PyYAML.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

YAML = Library(
    "lib.yaml",
    "YAML.",
    (
        local("load(valu: str) -> prim", yaml_load, "The value of a YAML text."),
        local("save(valu: prim, sort_keys: boolean = true) -> str", yaml_save, "A YAML text of a value."),
    ),
)

LIBRARIES = (JSON, YAML)
KINDS = (SCHEMA,)
