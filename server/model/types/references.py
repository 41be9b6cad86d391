"""Values that name nodes or props: `ndef`, `nodeprop`, `edge`, `timeedge`, and free `data`.

An ndef is (form, value), a nodeprop (prop, value); both are normed by what they name.
"""

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Protocol

import fastjsonschema

from ..contract import Key, ModelError, Normed, Type
from ..schemas import checker
from .compare import COMMON, Predicate, no_norm, predicate
from .lists import hashed
from .times import Clock, Time

# A schema may refer to others by address. Nothing is fetched: the product has copies of these, we let them allow anything.
_KNOWN_SCHEMAS = "raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/"


class References(Clock, Protocol):
    """What these types need of a model besides its clock."""

    form_type: Callable[[str], Type | None]
    prop_type: Callable[[str], Type | None]
    form_interfaces: Callable[[str], tuple[str, ...]]


class Ndef:
    """A node by form and value; `forms` and `interfaces` say which forms are allowed."""

    def __init__(self, model: References, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._form_type = model.form_type
        self._form_interfaces = model.form_interfaces

    def norm(self, valu: Any) -> Normed:
        if not isinstance(valu, list | tuple):
            raise no_norm(self.name, valu)
        try:
            form, raw = valu
        except ValueError as error:
            raise ModelError("BadTypeValu", str(error), name=self.name, valu=valu) from error
        type_ = self._named(form)
        self._allow(type_.name)
        item = type_.norm(raw)
        adds = ((type_.name, item.valu, item.info()),)
        return Normed((type_.name, item.valu), {"form": type_.name}, adds, {"adds": []})

    def repr(self, norm: Any) -> Any:
        form, valu = norm
        type_ = self._form_type(form)
        return form, valu if type_ is None else type_.repr(valu)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _named(self, form: Any) -> Type:
        type_ = self._form_type(form) if isinstance(form, str) else None
        if type_ is None:
            raise ModelError("NoSuchForm", f"No form named {form}.", name=form)
        return type_

    def _allow(self, form: str) -> None:
        forms, interfaces = self.opts.get("forms"), self.opts.get("interfaces")
        wanted = []
        if forms is not None:
            if form in forms:
                return
            wanted.append(f"forms={forms}")
        if interfaces is not None:
            if any(interface in interfaces for interface in self._form_interfaces(form)):
                return
            wanted.append(f"interfaces={interfaces}")
        if wanted:
            mesg = f"Ndef of form {form} is not allowed as a value for {self.name} with form filter {' '.join(wanted)}"
            raise ModelError("BadTypeValu", mesg, valu=form, name=self.name, forms=forms, interfaces=interfaces)


class NodeProp:
    """A prop and a value of it, also as the text `prop=value`."""

    def __init__(self, model: References, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._prop_type = model.prop_type

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, str):
            valu = valu.split("=", 1)
        if not isinstance(valu, list | tuple):
            raise no_norm(self.name, valu)
        if len(valu) != 2:
            raise ModelError("BadTypeValu", f"Must be a 2-tuple: {valu!r}", name=self.name, numitems=len(valu))
        prop, raw = valu
        type_ = self._prop_type(prop) if isinstance(prop, str) else None
        if type_ is None:
            raise ModelError("NoSuchProp", f"No prop {prop}", name=self.name, prop=prop)
        return Normed((prop, type_.norm(raw).valu), {"prop": prop})

    def repr(self, norm: Any) -> str:
        return repr(norm)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Edge:
    """Two nodes (deprecated); subs n1, n2 and their forms, which `n1:forms` and `n2:forms` may narrow."""

    def __init__(self, model: References, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ndef = Ndef(model, "ndef", {})

    def norm(self, valu: Any) -> Normed:
        if not isinstance(valu, list | tuple):
            raise no_norm(self.name, valu)
        if len(valu) != 2:
            raise ModelError("BadTypeValu", "edge requires (ndef, ndef)", name=self.name, valu=valu)
        ends, subs = _ends(self, self._ndef, valu)
        return Normed(ends, subs)

    def repr(self, norm: Any) -> Any:
        return tuple(self._ndef.repr(end) for end in norm)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class TimeEdge:
    """Two nodes and a time (deprecated)."""

    def __init__(self, model: References, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._ndef = Ndef(model, "ndef", {})
        self._time = Time(model, "time", {})

    def norm(self, valu: Any) -> Normed:
        if not isinstance(valu, list | tuple):
            raise no_norm(self.name, valu)
        if len(valu) != 3:
            mesg = f"timeedge requires (ndef, ndef, time), got {valu!r}"
            raise ModelError("BadTypeValu", mesg, mesg=None, name=self.name, valu=valu)
        ends, subs = _ends(self, self._ndef, valu[:2])
        tick = self._time.norm(valu[2]).valu
        return Normed((*ends, tick), subs | {"time": tick})

    def repr(self, norm: Any) -> Any:
        first, second, tick = norm
        return self._ndef.repr(first), self._ndef.repr(second), self._time.repr(tick)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class Data:
    """Any JSON value; a `schema` (JSON Schema) may narrow it."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._valid: Callable[[Any], Any] | None = None

    def norm(self, valu: Any) -> Normed:
        schema = self.opts.get("schema")
        if schema is not None:
            if self._valid is None:
                # Compiled at the first use: it takes longer than loading the whole model.
                self._valid = _validator(schema)
            try:
                self._valid(valu)
            except fastjsonschema.JsonSchemaValueException as error:
                mesg = f"SchemaViolation: mesg={error.message!r} name={error.name!r}: {valu!r}"
                raise ModelError("BadTypeValu", mesg, name=self.name) from error
        elif (told := unsafe(valu)) is not None:
            raise ModelError("BadTypeValu", f"MustBeJsonSafe: mesg={told!r}: {valu!r}", name=self.name)
        return Normed(valu)

    def repr(self, norm: Any) -> str:
        return str(_frozen(norm))

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def unsafe(valu: Any) -> str | None:
    """What the product says of a value that JSON cannot hold; None of any other."""
    # Bytes that are the whole value are refused by another check than those within one.
    return "Object of type bytes is not JSON serializable" if isinstance(valu, bytes) else _unsafe_within(valu)


def _unsafe_within(valu: Any) -> str | None:
    if isinstance(valu, dict):
        if not all(isinstance(key, str) for key in valu):
            return "TypeError: Dictionary keys must be strings"
        valu = valu.values()
    elif not isinstance(valu, list | tuple):
        if isinstance(valu, float) and not isfinite(valu):
            return "ValueError: nan or inf number is not allowed"
        if valu is None or isinstance(valu, str | int | float):
            return None
        return f"TypeError: Object of type '{type(valu).__name__}' is not JSON serializable"
    return next((mesg for item in valu if (mesg := _unsafe_within(item)) is not None), None)


def _validator(schema: Any) -> Callable[[Any], Any]:
    try:
        valid: Callable[[Any], Any] = checker(schema, dict.fromkeys(("http", "https"), _elsewhere))
    except fastjsonschema.JsonSchemaDefinitionException as error:
        raise ModelError("JsonSchemaDefinitionException", str(error)) from error
    except (AttributeError, re.error) as error:
        raise ModelError(type(error).__name__, str(error)) from error
    return valid


def _elsewhere(address: str) -> dict[str, Any]:
    if _KNOWN_SCHEMAS in address:
        return {}
    raise ModelError("NoSuchFile", f"Local JSON schema not found for {address}.")


def _ends(type_: Edge | TimeEdge, ndef: Ndef, valu: Any) -> tuple[tuple[Any, Any], dict[str, Any]]:
    """Both ends normed, and the four subs that name them; the options `n1:forms` and `n2:forms` narrow their forms."""
    first, second = (_end(type_, ndef, *end) for end in zip(("n1", "n2"), ("source", "dest"), valu, strict=True))
    return (first, second), {"n1": first, "n1:form": first[0], "n2": second, "n2:form": second[0]}


def _end(type_: Edge | TimeEdge, ndef: Ndef, end: str, role: str, valu: Any) -> Any:
    normed = ndef.norm(valu).valu
    forms = type_.opts.get(f"{end}:forms")
    if forms is not None and normed[0] not in forms:
        raise ModelError("BadTypeValu", f"Invalid {role} node for edge type", valu=normed[0], name=type_.name)
    return normed


def _frozen(valu: Any) -> Any:
    """The value with tuples for lists, as the product holds it and shows it."""
    if isinstance(valu, list | tuple):
        return tuple(_frozen(item) for item in valu)
    if isinstance(valu, dict):
        return {key: _frozen(item) for key, item in valu.items()}
    return valu
